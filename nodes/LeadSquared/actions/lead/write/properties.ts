import type { INodeProperties, ResourceMapperTypeOptions } from 'n8n-workflow';
import { DEFAULT_MATCH } from '../../../api/standardColumns';
import { DATE_FORMAT_OPTION } from '../../../input/moments';
import { writeOptions } from '../../properties';
import { SECOND_MATCH, type WriteKind } from './parameters';

type MapperOptions = Partial<ResourceMapperTypeOptions>;

/** The words of the mapper in each operation. A mapper of the mode `map` has no column to match on. */
const MAPPERS: Record<WriteKind, { description: string; mapper: MapperOptions }> = {
	create: { description: 'The columns to write', mapper: { mode: 'map' } },
	update: {
		description: 'The columns to write, and the one that identifies the lead',
		mapper: {
			mode: 'update',
			matchingFieldsLabels: {
				title: 'Column to Match On',
				description:
					'The lead with this value is updated. LeadSquared can match on the lead ID, the email address, phone numbers, and the columns that your account treats as unique.',
				hint: 'The lead with this value is updated. If there is none, the item fails.',
			},
		},
	},
	upsert: {
		description: 'The columns to write, and the one that identifies an existing lead',
		mapper: {
			mode: 'upsert',
			matchingFieldsLabels: {
				title: 'Column to Match On',
				description:
					'If a lead has this value, it is updated; otherwise one is created. LeadSquared can match on the email address, phone numbers, the lead ID, and the columns that your account treats as unique.',
				hint: 'If a lead has this value, it is updated; otherwise one is created. With the lead ID, leads are only updated.',
			},
		},
	},
};

const triggerAutomations: INodeProperties = {
	displayName: 'Trigger Automations',
	name: 'triggerAutomations',
	type: 'boolean',
	default: false,
	description:
		'Whether to run the automations of your account, such as a welcome email to new leads',
};

const preview: INodeProperties = {
	displayName: 'Preview',
	name: 'preview',
	type: 'boolean',
	default: false,
	description:
		'Whether to check the values, look up the leads and return what would change, without writing anything',
};

/** The options of the operations that may update a lead. */
const UPDATES: INodeProperties[] = [
	{
		displayName: 'Empty Values',
		name: 'emptyValues',
		type: 'options',
		default: 'keep',
		description: 'What an empty value does to the column of an existing lead',
		options: [
			{ name: 'Clear', value: 'clear', description: 'Empty the column' },
			{ name: 'Keep', value: 'keep', description: 'Leave the column as it is' },
		],
	},
	{
		displayName: 'Overwrite',
		name: 'overwrite',
		type: 'options',
		default: 'all',
		description: 'Which columns of an existing lead to write',
		options: [
			{ name: 'All', value: 'all', description: 'Replace what the lead has' },
			{
				name: 'Only Empty',
				value: 'onlyEmpty',
				description: 'Fill what is empty, and leave the rest; looks up the leads first',
			},
		],
	},
	{
		displayName: SECOND_MATCH,
		name: 'secondMatch',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getMatchColumns' },
		default: '',
		description:
			'The column to find a lead by if its value belongs to a lead that the first column does not find. This can update the wrong lead: two people may share a family phone. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Overwrite First Match Column',
		name: 'overwriteFirstMatch',
		type: 'boolean',
		default: false,
		description:
			'Whether a lead that is found by the second column also gets the value of the first one, such as a new email address',
	},
];

const withoutMatch: INodeProperties = {
	displayName: 'Without a Match Value',
	name: 'withoutMatch',
	type: 'options',
	default: 'error',
	description: 'What to do if the column to match on is empty',
	options: [
		{
			name: 'Create',
			value: 'create',
			description:
				'Let LeadSquared look for the email address and phone number, and create a lead if neither is found; this can create a duplicate',
		},
		{
			name: 'Throw Error',
			value: 'error',
			description: 'Fail this item',
		},
	],
};

const OPTIONS: Record<WriteKind, INodeProperties[]> = {
	create: [DATE_FORMAT_OPTION, preview, triggerAutomations],
	update: [DATE_FORMAT_OPTION, preview, triggerAutomations, ...UPDATES],
	upsert: [DATE_FORMAT_OPTION, preview, triggerAutomations, ...UPDATES, withoutMatch],
};

/** The parameters of an operation that writes leads. */
export function writeProperties(kind: WriteKind): INodeProperties[] {
	const { description, mapper } = MAPPERS[kind];
	return [
		{
			displayName: 'Fields',
			name: 'fields',
			type: 'resourceMapper',
			noDataExpression: true,
			required: true,
			default: {
				mappingMode: 'defineBelow',
				value: null,
				matchingColumns: kind === 'create' ? [] : [DEFAULT_MATCH],
			},
			description,
			typeOptions: {
				resourceMapper: {
					resourceMapperMethod: 'getLeadFields',
					fieldWords: { singular: 'column', plural: 'columns' },
					addAllFields: false,
					noFieldsError:
						"Your account's columns are missing. Choose a credential above, then click",
					multiKeyMatch: false,
					supportAutoMap: true,
					...mapper,
				} as ResourceMapperTypeOptions,
			},
		},
		writeOptions(...OPTIONS[kind]),
	];
}
