import type { INodeProperties } from 'n8n-workflow';
import { MAX_WAIT_OPTION } from '../../../shared/maxWait';
import { DEFAULT_MATCH } from './parameters';

export const properties: INodeProperties[] = [
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'resourceMapper',
		noDataExpression: true,
		required: true,
		default: { mappingMode: 'defineBelow', value: null, matchingColumns: [DEFAULT_MATCH] },
		description: 'The columns to write, and the one that tells whether the lead is there already',
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getLeadFields',
				mode: 'upsert',
				fieldWords: { singular: 'column', plural: 'columns' },
				addAllFields: true,
				multiKeyMatch: false,
				supportAutoMap: true,
				matchingFieldsLabels: {
					title: 'Column to Match On',
					description:
						'A lead with this value is updated; where there is none, it is created. LeadSquared finds leads by email address, phone numbers, lead ID, and the columns that the account identifies leads by.',
					hint: 'Leads with this value are updated, others are created',
				},
			},
		},
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Empty Values',
				name: 'emptyValues',
				type: 'options',
				default: 'keep',
				description: 'What an empty value does to the column of a lead that is there already',
				options: [
					{ name: 'Clear', value: 'clear', description: 'Empty the column' },
					{ name: 'Keep', value: 'keep', description: 'Leave the column as it is' },
				],
			},
			MAX_WAIT_OPTION,
			{
				displayName: 'Trigger Automations',
				name: 'triggerAutomations',
				type: 'boolean',
				default: false,
				description:
					'Whether automations of the account, such as emails to new leads, run for what is written',
			},
			{
				displayName: 'Without a Match Value',
				name: 'withoutMatch',
				type: 'options',
				default: 'error',
				description: 'What to do with an input item whose column to match on is empty',
				options: [
					{
						name: 'Create',
						value: 'create',
						description:
							'Let LeadSquared look for its email address and phone number, and create the lead if neither is found; this can make a second lead of the same person',
					},
					{
						name: 'Throw Error',
						value: 'error',
						description: "Treat it as the input item's error",
					},
				],
			},
		],
	},
];
