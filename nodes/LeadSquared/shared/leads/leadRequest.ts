import type { IExecuteFunctions } from 'n8n-workflow';
import { maxWaitReader } from '../maxWait';
import { InvalidInput } from '../../transport/invalidInput';
import { parseColumnNames } from '../columns';
import { itemParameter } from '../itemParameters';
import { anything, oneOf, type OptionReader, readOptions, yesNo } from '../options';

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

/** What a new node has, and what an AI model gets that names none. */
export const DEFAULT_COLUMNS = ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'];

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
