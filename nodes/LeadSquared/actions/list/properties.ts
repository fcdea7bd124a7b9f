import type { INodeProperties } from 'n8n-workflow';

export const listId: INodeProperties = {
	displayName: 'List',
	name: 'listId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The static list to add the leads to',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchStaticLists', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
		},
	],
};

export const leadIds: INodeProperties = {
	displayName: 'Lead IDs',
	name: 'leadIds',
	type: 'string',
	typeOptions: { rows: 3 },
	required: true,
	default: '',
	placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
	description:
		'One or more lead IDs, separated by commas, spaces or new lines. An expression may return an ID or an array of IDs for each input item. The leads of all items are added together, 100 per call.',
};
