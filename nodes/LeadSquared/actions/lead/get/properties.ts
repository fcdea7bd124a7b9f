import type { INodeProperties } from 'n8n-workflow';
import {
	columnsProperty,
	NOT_FOUND_OPTION,
	optionsProperty,
} from '../../../shared/leads/properties';

export const properties: INodeProperties[] = [
	{
		displayName: 'Lead',
		name: 'lead',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		description:
			'The lead to get: choose it, or give its ID, email address or phone number. With an expression, each input item names its own lead.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: {
					searchListMethod: 'searchLeads',
					searchable: true,
					searchFilterRequired: true,
				},
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
			},
			{
				displayName: 'By Email',
				name: 'email',
				type: 'string',
				placeholder: 'e.g. name@example.com',
			},
			{
				displayName: 'By Phone',
				name: 'phone',
				type: 'string',
				placeholder: 'e.g. +919876543210',
			},
		],
	},
	columnsProperty('lead.mode'),
	optionsProperty([NOT_FOUND_OPTION]),
];
