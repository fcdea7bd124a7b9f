import type { INodeProperties } from 'n8n-workflow';
import { MAX_WAIT_OPTION } from '../maxWait';
import { DEFAULT_COLUMNS } from './leadRequest';

/**
 * The column picker.
 *
 * @param askAgainOn parameters on whose change the editor asks for the list again
 */
export const columnsProperty = (...askAgainOn: string[]): INodeProperties => ({
	displayName: 'Column Names or IDs',
	name: 'columns',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getLeadColumns', loadOptionsDependsOn: askAgainOn },
	default: [...DEFAULT_COLUMNS],
	description:
		'The columns to get for each lead; the lead ID is always included. As an AI tool: the model reads every column, so choose only what it needs. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
});

/** What becomes of a lead that is asked for and that the account does not have. */
export const NOT_FOUND_OPTION: INodeProperties = {
	displayName: 'When a Lead Is Not Found',
	name: 'notFound',
	type: 'options',
	default: 'skip',
	description:
		'What to do where the account does not have the lead. An AI tool does Include where this is not set, since a model sees no hints.',
	options: [
		{
			name: 'Include',
			value: 'include',
			description: 'Output an item with "found": false in its place',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Leave it out and say so in a hint',
		},
		{
			name: 'Throw Error',
			value: 'error',
			description: "Treat it as the input item's error",
		},
	],
};

/**
 * The options of every operation that gives leads, and those of its own.
 *
 * @param hasInput whether leads come for input items
 */
export const optionsProperty = (
	own: INodeProperties[] = [],
	{ hasInput = true } = {},
): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [...COMMON, ...own]
		.filter(({ name }) => hasInput || name !== 'includeInputFields')
		.sort((one, other) => one.displayName.localeCompare(other.displayName, 'en')),
});

const COMMON: INodeProperties[] = [
	{
		displayName: 'Add Lead URL',
		name: 'addLeadUrl',
		type: 'boolean',
		default: false,
		description:
			'Whether to add LeadURL, which opens the lead in LeadSquared. The node asks LeadSquared once for the address of the account.',
	},
	{
		displayName: 'Additional Columns',
		name: 'additionalColumns',
		type: 'string',
		default: '',
		placeholder: 'e.g. OwnerIdName, mx_Region',
		description:
			'Schema names or labels of columns that the list does not show, separated by commas',
	},
	{
		displayName: 'Convert Types',
		name: 'convertTypes',
		type: 'boolean',
		default: false,
		description:
			'Whether to turn numbers, booleans and dates (UTC, ISO 8601) into their real types. LeadSquared sends everything as text.',
	},
	{
		displayName: 'Field Names',
		name: 'fieldNames',
		type: 'options',
		default: 'schemaName',
		description: 'How the columns are called in the output',
		options: [
			{
				name: 'Display Name',
				value: 'displayName',
				description: 'As people see them in LeadSquared, e.g. First Name',
			},
			{
				name: 'Schema Name',
				value: 'schemaName',
				description: 'As the API calls them, e.g. FirstName; they never change',
			},
		],
	},
	{
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'boolean',
		default: false,
		description:
			'Whether each output item also has the fields of its input item. Where both have a field of the same name, it is the lead that counts.',
	},
	MAX_WAIT_OPTION,
];
