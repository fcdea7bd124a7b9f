import type { IExecuteFunctions } from 'n8n-workflow';
import { MOST_LEADS_PER_PAGE } from '../../../api/leads';
import { parseColumnNames } from '../../../shared/columns';
import { count, firstFew } from '../../../shared/inWords';
import { itemParameter } from '../../../shared/itemParameters';
import { findLeadIds } from '../../../shared/leadIds/findLeadIds';
import { anything, numberIn, oneOf, readOptions, yesNo } from '../../../shared/options';
import { InvalidInput } from '../../../transport/invalidInput';

/** The parameter 'Options', as the operation uses it. */
export interface Options {
	addLeadUrl: boolean;
	convertTypes: boolean;
	fieldNames: 'schemaName' | 'displayName';
	includeInputFields: boolean;
	/** Undefined for as many as the account takes. */
	leadsPerRequest?: number;
	maxWaitMs: number;
	notFound: 'skip' | 'include' | 'error';
}

/** What one input item asks for. */
export interface ItemRequest {
	item: number;
	/** Each once, as spelled, in the order given. */
	ids: string[];
	/** Schema names; `*` stands for all. */
	columns: string[];
	options: Options;
	/**
	 * Why this item, or a part of it, cannot be used: InvalidInput, or what n8n threw for an expression
	 * of this item.
	 */
	fault?: Error;
}

export const MAX_WAIT_SECONDS = 300;

/** What a new node has (getByIds.operation.ts), and what an AI model gets that names none. */
export const DEFAULT_COLUMNS = ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'];

const NO_COLUMNS = new InvalidInput(
	"'Column Names or IDs' is empty",
	"Choose at least one column, or 'All Columns'.",
);

/**
 * Reads the parameters of every input item. No call is made. What is wrong with an item stands in its
 * `fault`. An item may have neither ids nor a fault: a blank cell.
 *
 * @throws InvalidInput if there would be more output items than n8n can hold
 */
export function readParameters(context: IExecuteFunctions): ItemRequest[] {
	const idsOf = itemParameter(context, 'leadIds', findLeadIds);
	const isTool = context.getNode().type.endsWith('Tool');
	const columnsOf = itemParameter(context, 'columns', (value) => {
		const names = parseColumnNames(value);
		// A model that gives nothing for an optional parameter means that it does not care.
		return names.length === 0 && isTool ? DEFAULT_COLUMNS : names;
	});
	// A model sees no hints, and n8n tells it of an answer without items as of an empty text.
	const readers = optionReaders(isTool ? 'include' : 'skip');
	const optionsAt = itemParameter(context, 'options', (value) => optionsOf(value, readers));
	const allOf = joiner();
	const read = (item: number): ItemRequest => {
		const { options, additionalColumns } = optionsAt(item);
		const columns = allOf(columnsOf(item), additionalColumns);
		if (columns.length === 0) throw NO_COLUMNS;
		const { ids, leftOver } = idsOf(item);
		const fault = leftOver.length > 0 ? notLeadIds(leftOver, ids.length) : undefined;
		return { item, ids, columns, options, fault };
	};
	const readOrFault = (item: number): ItemRequest => {
		try {
			return read(item);
		} catch (error) {
			const { options } = optionsOf({}, readers);
			return { item, ids: [], columns: [], options, fault: error as Error };
		}
	};
	const requests: ItemRequest[] = [];
	let leads = 0;
	let repeated = 0;
	for (const [item, { json }] of context.getInputData().entries()) {
		const request = readOrFault(item);
		const { ids, options } = request;
		requests.push(request);
		leads += ids.length;
		// While they are read, since the lists alone could fill the memory.
		if (leads > MOST_ITEMS) throw tooManyItems(requests);
		if (options.includeInputFields && ids.length > 1) {
			repeated += ids.length * JSON.stringify(json).length;
			if (repeated > MOST_REPEATED) throw TOO_MUCH_REPEATED;
		}
	}
	return requests;
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

const MOST_ITEMS = 1_000_000;
/** In characters. Beyond twice as many, n8n cannot keep the execution: V8's longest text. */
const MOST_REPEATED = 250_000_000;

const TOO_MUCH_REPEATED = new InvalidInput(
	"'Include Input Fields' would repeat more than 250 MB of input fields",
	'Each output item gets a copy of its input item. Give each input item one lead ID (a Split Out node makes items of a list), or turn the option off.',
);

/** Whether input items, each with more than one id, all ask for the same ones. */
export function askTheSame(items: Array<{ ids: string[] }>): boolean {
	const [first, ...others] = items;
	if (others.length === 0 || first.ids.length < 2) return false;
	return others.every(
		({ ids }) =>
			ids === first.ids ||
			(ids.length === first.ids.length && ids.every((id, at) => id === first.ids[at])),
	);
}

function tooManyItems(requests: ItemRequest[]): InvalidInput {
	const message = 'The run would give more than 1,000,000 items';
	return askTheSame(requests)
		? new InvalidInput(
				message,
				`The first ${count(requests.length)} input items each ask for the same ${count(requests[0].ids.length)} IDs, so each lead would come once for every input item. Turn on 'Execute Once' in the Settings tab of the node.`,
			)
		: new InvalidInput(
				message,
				'n8n could not hold them. Give fewer lead IDs at a time: put a Loop Over Items node in front.',
			);
}

/**
 * The fault of a run in which no input item has a lead id, or undefined if one has, or if something
 * else is wrong with one.
 */
export function nothingToAsk(
	context: IExecuteFunctions,
	requests: ItemRequest[],
): InvalidInput | undefined {
	if (requests.some(({ ids, fault }) => ids.length > 0 || fault)) return undefined;
	const items = context.getInputData();
	const fields = Object.keys(items[0]?.json ?? {});
	const gives = `The expression gives nothing for ${items.length === 1 ? 'the only item' : `any of the ${count(items.length)} items`}. The first item has: ${fields.length > 0 ? firstFew(fields, ', ', 10) : 'no fields'}.`;
	const isExpression = String(context.getNode().parameters.leadIds ?? '').startsWith('=');
	return new InvalidInput(
		"'Lead IDs' is empty: no input item has a lead ID",
		`${isExpression ? `${gives} ` : ''}Enter at least one lead ID, or drag the field that holds it into 'Lead IDs'.`,
	);
}

function notLeadIds(pieces: string[], found: number): InvalidInput {
	const [first] = pieces;
	if (pieces.includes('[object Object]')) {
		return new InvalidInput(
			"'Lead IDs' contains [object Object]: text outside of {{ }} has turned a list into text",
			'Remove blanks and other text before and after {{ }} in the expression, so that it gives the list itself.',
		);
	}
	const what =
		pieces.length === 1
			? `a value that is not a lead ID: ${shorten(first)}`
			: `${count(pieces.length)} values that are not lead IDs: ${firstFew(pieces.map(shorten))}`;
	const beside =
		found > 0
			? ` The other ${found === 1 ? 'value is a lead ID' : `${count(found)} values are lead IDs`}.`
			: '';
	return new InvalidInput(
		`'Lead IDs' contains ${what}`,
		`A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, and LeadSquared calls it Prospect ID. Use the lead ID, not the lead number, name or email address, and remove anything else.${beside}`,
	);
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function optionReaders(notFound: Options['notFound']) {
	return {
		addLeadUrl: yesNo('Add Lead URL'),
		additionalColumns: anything('Additional Columns'),
		convertTypes: yesNo('Convert Types'),
		fieldNames: oneOf<Options['fieldNames']>(
			'Field Names',
			{ schemaName: 'Schema Name', displayName: 'Display Name' },
			'schemaName',
		),
		includeInputFields: yesNo('Include Input Fields'),
		leadsPerRequest: numberIn(
			'Leads per Request',
			{ min: 1, max: MOST_LEADS_PER_PAGE, whole: true },
			undefined,
		),
		maxWaitSeconds: numberIn('Max Wait (Seconds)', { min: 0 }, MAX_WAIT_SECONDS),
		notFound: oneOf<Options['notFound']>(
			'When a Lead Is Not Found',
			{ skip: 'Skip', include: 'Include', error: 'Throw Error' },
			notFound,
		),
	};
}

function optionsOf(
	value: unknown,
	readers: ReturnType<typeof optionReaders>,
): { options: Options; additionalColumns: string[] } {
	const { additionalColumns, maxWaitSeconds, ...options } = readOptions(value, readers);
	return {
		options: { ...options, maxWaitMs: maxWaitSeconds * 1000 },
		additionalColumns: parseColumnNames(additionalColumns, 'Additional Columns'),
	};
}
