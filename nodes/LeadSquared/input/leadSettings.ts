import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import {
	maxWaitReader,
	itemParameter,
	anything,
	oneOf,
	readOptions,
	yesNo,
	MAX_WAIT_OPTION,
	type OptionReader,
} from './readers';
import { DEFAULT_COLUMNS } from '../api/standardColumns';
import { InvalidInput } from '../base/invalidInput';
import { parseColumnNames } from './columnNames';

/** The options that every operation has that gives leads. */
export interface LeadOptions {
	addLeadUrl: boolean;
	convertTypes: boolean;
	fieldNames: 'schemaName' | 'displayName';
	includeInputFields: boolean;
	maxWaitMs: number;
}

/** What one input item asks for, as far as it is the same for every operation that gives leads. */
export interface LeadRequest {
	item: number;
	/** Schema names; `*` stands for all. */
	columns: string[];
	options: LeadOptions;
	/** What it asks is told better where the types of the account's columns are known. */
	wantsColumnTypes?: boolean;
	/**
	 * Why this item, or a part of it, cannot be used: InvalidInput, or what n8n threw for an expression
	 * of this item.
	 */
	fault?: Error;
}

/** What becomes of a lead that is asked for and that the account does not have. */
export type NotFoundOption = 'skip' | 'include' | 'error';

export const NO_COLUMNS = new InvalidInput(
	"'Column Names or IDs' is empty",
	"Choose at least one column, or 'All Columns'.",
);

const READERS = {
	addLeadUrl: yesNo('Add Lead URL'),
	additionalColumns: anything('Additional Columns'),
	convertTypes: yesNo('Convert Types'),
	fieldNames: oneOf<LeadOptions['fieldNames']>(
		'Field Names',
		{ schemaName: 'Schema Name', displayName: 'Display Name' },
		'schemaName',
	),
	includeInputFields: yesNo('Include Input Fields'),
	maxWaitSeconds: maxWaitReader,
};

/** Reads the option of what becomes of a lead that is not found. */
export const notFoundReader = (context: IExecuteFunctions): OptionReader<NotFoundOption> =>
	oneOf<NotFoundOption>(
		'When a Lead Is Not Found',
		{ skip: 'Skip', include: 'Include', error: 'Throw Error' },
		// A model sees no hints, and n8n tells it of an answer without items as of an empty text.
		isTool(context) ? 'include' : 'skip',
	);

/** Whether an AI model runs the node. */
export const isTool = (context: IExecuteFunctions): boolean =>
	context.getNode().type.endsWith('Tool');

/** The values that readers give. */
export type Read<R extends Record<string, OptionReader<unknown>>> = {
	[K in keyof R]: R[K]['default'];
};

/**
 * Makes the reader of the collection 'Options', its own options beside those that all have.
 *
 * @returns a function that throws InvalidInput for a value that an option cannot have
 */
export function leadOptionsReader<R extends Record<string, OptionReader<unknown>>>(
	own: R,
): (value: unknown) => { options: LeadOptions & Read<R>; additionalColumns: string[] } {
	const readers = { ...READERS, ...own };
	return (value) => {
		const { additionalColumns, maxWaitSeconds, ...options } = readOptions(value, readers);
		return {
			options: { ...options, maxWaitMs: maxWaitSeconds * 1000 } as LeadOptions & Read<R>,
			additionalColumns: parseColumnNames(additionalColumns, 'Additional Columns'),
		};
	};
}

/**
 * Makes the reader of what an input item asks for. It makes no call, and does not throw: what is wrong
 * with an item stands in its `fault`.
 *
 * @param own readers: of the operation's own options; read: what else the operation has of an item, it
 * may throw; nothing: what stands in its place then
 */
export function requestReader<R extends Record<string, OptionReader<unknown>>, Own extends object>(
	context: IExecuteFunctions,
	own: { readers: R; read: (item: number) => Own & { fault?: Error }; nothing: Own },
): (item: number) => LeadRequest & { options: LeadOptions & Read<R> } & Own {
	const columnsOf = itemParameter(context, 'columns', (value) => {
		const names = parseColumnNames(value);
		// A model that gives nothing for an optional parameter means that it does not care.
		return names.length === 0 && isTool(context) ? DEFAULT_COLUMNS : names;
	});
	const optionsOf = leadOptionsReader(own.readers);
	const optionsAt = itemParameter(context, 'options', optionsOf);
	const allOf = joiner();
	return (item) => {
		try {
			const { options, additionalColumns } = optionsAt(item);
			const columns = allOf(columnsOf(item), additionalColumns);
			if (columns.length === 0) throw NO_COLUMNS;
			return { item, columns, options, ...own.read(item) };
		} catch (error) {
			const { options } = optionsOf({});
			return { item, columns: [], options, ...own.nothing, fault: error as Error };
		}
	};
}

/** Puts two lists together: the same two, as for items without an expression, give the same list. */
function joiner(): (chosen: string[], additional: string[]) => string[] {
	let known: { chosen: string[]; additional: string[]; both: string[] } | undefined;
	return (chosen, additional) => {
		if (additional.length === 0) return chosen;
		if (known?.chosen !== chosen || known.additional !== additional) {
			known = { chosen, additional, both: [...chosen, ...additional] };
		}
		return known.both;
	};
}

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
