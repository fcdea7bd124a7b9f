import type { INodeProperties } from 'n8n-workflow';
import { optionsCollection } from '../input/parameters';
import { MAX_WAIT_OPTION, numberIn, yesNo } from '../input/readers';

/** A lead, chosen from a list, or by ID, email address or phone number. */
export const lead: INodeProperties = {
	displayName: 'Lead',
	name: 'lead',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The lead, from the list, or by its ID, email address or phone number',
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
			hint: 'LeadSquared returns about ten leads; type more to find others',
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
};

/** A user who owns something, chosen from a list, or by ID or email address. */
export const owner: INodeProperties = {
	displayName: 'Owner',
	name: 'owner',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchUsers', searchable: true },
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
	],
};

export const returnAll: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

export const limit: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	displayOptions: { show: { returnAll: [false] } },
	description: 'Max number of results to return',
};

export const returnAllReader = yesNo(returnAll.displayName);
export const limitReader = numberIn(
	limit.displayName,
	{ min: 1, whole: true },
	Number(limit.default),
);

const includeInputFields: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: true,
	description:
		'Whether each output item also has the fields of its input item. If names clash, the value of the result is kept.',
};

/** The readers of the options of every operation that writes. */
export const WRITE_OPTIONS = { includeInputFields: yesNo(includeInputFields.displayName, true) };

/** The collection 'Options': Max Wait and the operation's own. */
export const options = (...own: INodeProperties[]): INodeProperties =>
	optionsCollection([...own, MAX_WAIT_OPTION]);

/** The collection 'Options' of an operation that writes. */
export const writeOptions = (...own: INodeProperties[]): INodeProperties =>
	options(includeInputFields, ...own);
