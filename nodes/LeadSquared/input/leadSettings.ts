import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { DEFAULT_COLUMNS } from '../api/standardColumns';
import { InvalidInput } from '../base/invalidInput';
import { parseColumnNames } from './columnNames';
import { optionsCollection, type Readers, readRequired, type Values } from './parameters';
import {
	passthrough,
	groupBySettings,
	MAX_WAIT_OPTION,
	maxWaitReader,
	oneOf,
	readOptions,
	type OptionReader,
	type Settings,
	yesNo,
} from './readers';
import { ALL_COLUMNS } from '../api/metadata';
import { isTool } from './node';

/** The options of every operation that returns leads. */
export interface LeadOptions {
	addLeadUrl: boolean;
	convertTypes: boolean;
	fieldNames: 'schemaName' | 'displayName';
	includeInputFields: boolean;
	maxWaitMs: number;
}

/** The chosen columns, as the user names them, and the options. */
export interface LeadValues<Own = object> {
	/** Schema names and labels; `*` stands for all. */
	columns: string[];
	options: LeadOptions & Own;
}

/** Input items that want the same columns in the same form. */
export type LeadSettings<Own = object> = Settings<LeadValues<Own>>;

/** The request of one input item. */
export interface LeadRequest<Own = object> {
	item: number;
	settings: LeadSettings<Own>;
	/**
	 * The reason why this item, or a part of it, cannot be used: InvalidInput, or n8n's error for an
	 * expression of this item.
	 */
	fault?: Error;
}

/** The output for a lead that the account does not have. */
export type NotFoundOption = 'skip' | 'include' | 'error';

export const NO_COLUMNS = new InvalidInput(
	"'Column Names or IDs' is empty",
	"Choose at least one column, or 'All Columns'.",
);

/** The readers of the options of every operation that returns leads. */
export const READERS = {
	addLeadUrl: yesNo('Add Lead URL'),
	additionalColumns: passthrough('Additional Columns'),
	convertTypes: yesNo('Convert Types', true),
	fieldNames: oneOf<LeadOptions['fieldNames']>(
		'Field Names',
		{ schemaName: 'Schema Name', displayName: 'Display Name' },
		'schemaName',
	),
	includeInputFields: yesNo('Include Input Fields'),
	maxWaitSeconds: maxWaitReader,
};

/** The label of the option for records that are not found, such as `When a Lead Is Not Found`. */
export function notFoundLabel(unit: string): string {
	const article = /^[aeiou]/.test(unit) ? 'an' : 'a';
	return `When ${article} ${unit[0].toUpperCase()}${unit.slice(1)} Is Not Found`;
}

/** Makes a reader of the option 'When a Lead Is Not Found'. */
export const notFoundReader = (
	context: IExecuteFunctions,
	unit = 'lead',
): OptionReader<NotFoundOption> =>
	oneOf<NotFoundOption>(
		notFoundLabel(unit),
		{ skip: 'Skip', include: 'Include', error: 'Throw Error' },
		// An AI model sees no hints, and n8n gives it an answer without items as an empty text.
		isTool(context) ? 'include' : 'skip',
	);

/** The values that readers return. */
type Read<R extends Record<string, OptionReader<unknown>>> = {
	[K in keyof R]: R[K]['default'];
};

/**
 * Reads the collection 'Options', with the operation's own options.
 *
 * @throws InvalidInput for a value that an option cannot have
 */
export function readLeadOptions<R extends Record<string, OptionReader<unknown>>>(
	value: unknown,
	own: R,
): { options: LeadOptions & Read<R>; additionalColumns: string[] } {
	const { additionalColumns, maxWaitSeconds, ...options } = readOptions(value, {
		...READERS,
		...own,
	});
	return {
		options: { ...options, maxWaitMs: maxWaitSeconds * 1000 } as LeadOptions & Read<R>,
		additionalColumns: parseColumnNames(additionalColumns, 'Additional Columns'),
	};
}

/**
 * Reads the columns and options of all input items, each group with the same settings once. It makes no
 * call, and does not throw.
 *
 * @param own the readers of the operation's own options
 * @param more parameters: readers of other parameters that make settings differ; their values join the options;
 * defaultColumns: what an AI model gets if it names no columns
 */
export function readLeadSettings<
	R extends Record<string, OptionReader<unknown>>,
	P extends Readers = object & Readers,
>(
	context: IExecuteFunctions,
	own: R,
	{
		parameters,
		defaultColumns = DEFAULT_COLUMNS,
	}: { parameters?: P; defaultColumns?: string[] } = {},
): Array<LeadSettings<Read<R> & Values<P>>> {
	const others = Object.entries(parameters ?? {});
	const read = (raw: Record<string, unknown>): LeadValues<Read<R> & Values<P>> => {
		const values = others.map(([name, reader]) => [name, readRequired(raw[name], reader)]);
		const { options: given, additionalColumns } = readLeadOptions(raw.options, own);
		const options = { ...given, ...(Object.fromEntries(values) as Values<P>) };
		const named = parseColumnNames(raw.columns);
		// An AI model leaves an optional parameter empty if it has no preference.
		const chosen = named.length === 0 && isTool(context) ? defaultColumns : named;
		const columns = [...chosen, ...additionalColumns];
		if (columns.length === 0) throw NO_COLUMNS;
		return { columns, options };
	};
	const { options } = readLeadOptions({}, own);
	const nothing = { columns: [], options: options as LeadOptions & Read<R> & Values<P> };
	const names = ['columns', 'options', ...others.map(([name]) => name)];
	return groupBySettings(context, names, read, nothing);
}

/**
 * Makes the request of each input item, in their order.
 *
 * @param read reads the operation's own parameters of an item; an error that it throws is the item's fault
 */
export function makeRequests<Own, Asked extends object>(
	settings: Array<LeadSettings<Own>>,
	nothing: Asked,
	read: (item: number, options: LeadOptions & Own) => Asked & { fault?: Error },
): Array<LeadRequest<Own> & Asked> {
	const requests: Array<LeadRequest<Own> & Asked> = [];
	for (const group of settings) {
		for (const item of group.items) {
			const asked = group.fault ? { ...nothing, fault: group.fault } : readOrFault(item, group);
			requests[item] = { item, settings: group, ...asked };
		}
	}
	return requests;

	function readOrFault(item: number, { values }: LeadSettings<Own>): Asked & { fault?: Error } {
		try {
			return read(item, values.options);
		} catch (fault) {
			return { ...nothing, fault: fault as Error };
		}
	}
}

/**
 * The column picker.
 *
 * @param reloadOn parameters whose change makes the editor load the list again
 */
export const columnsProperty = (...reloadOn: string[]): INodeProperties => ({
	displayName: 'Column Names or IDs',
	name: 'columns',
	type: 'multiOptions',
	typeOptions: { loadOptionsMethod: 'getLeadColumns', loadOptionsDependsOn: reloadOn },
	default: [...DEFAULT_COLUMNS],
	description:
		'The columns to get for each lead. The lead ID is always included. For an AI tool, choose only what the model needs. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
});

/** The option for records that are not found. */
export const notFoundOption = (unit = 'lead'): INodeProperties => ({
	displayName: notFoundLabel(unit),
	name: 'notFound',
	type: 'options',
	default: 'skip',
	description: `What to do if the account does not have the ${unit}. AI tools default to Include, because a model does not see hints.`,
	options: [
		{
			name: 'Include',
			value: 'include',
			description: 'Return an item with "found": false',
		},
		{
			name: 'Skip',
			value: 'skip',
			description: 'Omit it and show a hint',
		},
		{
			name: 'Throw Error',
			value: 'error',
			description: 'Fail this item',
		},
	],
});

/** The option 'Lead Type', where LeadSquared's calls know object types. */
export const LEAD_TYPE_OPTION: INodeProperties = {
	displayName: 'Lead Type',
	name: 'leadType',
	type: 'string',
	default: '',
	placeholder: 'e.g. OT_1',
	description:
		"The object type of the leads, if the account has several. If empty, LeadSquared returns leads of the account's default type.",
};

export const leadTypeReader: OptionReader<string | undefined> = {
	label: LEAD_TYPE_OPTION.displayName,
	default: undefined,
	read: (value) =>
		typeof value === 'string' && /^OT_\d+$/i.test(value) ? value.toUpperCase() : undefined,
	mayBe: 'OT_ and a number, such as OT_1',
};

/**
 * Makes the collection 'Options' of an operation that returns leads.
 *
 * @param hasInput whether leads come for input items
 */
export const optionsProperty = (
	own: INodeProperties[] = [],
	{ hasInput = true } = {},
): INodeProperties =>
	optionsCollection(
		[...COMMON, ...own].filter(({ name }) => hasInput || name !== 'includeInputFields'),
	);

export const CONVERT_TYPES: INodeProperties = {
	displayName: 'Convert Types',
	name: 'convertTypes',
	type: 'boolean',
	default: true,
	description:
		'Whether to convert values to numbers, booleans and dates (ISO 8601, UTC), and empty values to null. If off, every value is text as LeadSquared sends it: "0" for no, dates without a time zone.',
};

export const FIELD_NAMES: INodeProperties = {
	displayName: 'Field Names',
	name: 'fieldNames',
	type: 'options',
	default: 'schemaName',
	description: 'How columns are named in the output',
	options: [
		{
			name: 'Display Name',
			value: 'displayName',
			description: 'The labels that you see in LeadSquared, e.g. First Name',
		},
		{
			name: 'Schema Name',
			value: 'schemaName',
			description: 'The names in the API, e.g. FirstName; they never change',
		},
	],
};

export const INCLUDE_INPUT_FIELDS: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInputFields',
	type: 'boolean',
	default: false,
	description:
		'Whether to add the fields of the input item to each output item. If names clash, the value of the result is kept.',
};

const COMMON: INodeProperties[] = [
	{
		displayName: 'Add Lead URL',
		name: 'addLeadUrl',
		type: 'boolean',
		default: false,
		description:
			'Whether to add LeadURL, the address of the lead in LeadSquared. This needs one extra call per run.',
	},
	{
		displayName: 'Additional Columns',
		name: 'additionalColumns',
		type: 'string',
		default: '',
		placeholder: 'e.g. OwnerIdName, mx_Region',
		description: 'Columns that are not in the list, by schema name or label, separated by commas',
	},
	CONVERT_TYPES,
	FIELD_NAMES,
	INCLUDE_INPUT_FIELDS,
	MAX_WAIT_OPTION,
];

/** Whether an input item needs the list of the account's columns. */
export function needsMetadata({ columns, options }: LeadValues): boolean {
	const { convertTypes, fieldNames } = options;
	return convertTypes || fieldNames === 'displayName' || columns.includes(ALL_COLUMNS);
}
