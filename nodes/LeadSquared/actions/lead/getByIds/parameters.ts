import type { IExecuteFunctions } from 'n8n-workflow';
import { parseColumnNames } from '../../../shared/columns';
import { itemParameter } from '../../../shared/itemParameters';
import { parseIds } from '../../../shared/leadIds';
import { InvalidInput } from '../../../transport/invalidInput';

/** The parameter 'Options', as the operation uses it. */
export interface Options {
	convertTypes: boolean;
	fieldNames: 'schemaName' | 'displayName';
	leadsPerRequest: number;
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
	/** Why this item, or a part of it, cannot be used. */
	faults: InvalidInput[];
}

/** The page size of LeadSquared's own example, which every report of its limits allows. */
export const LEADS_PER_REQUEST = 1000;
/** "You can retrieve a maximum of 10,000 leads": https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ */
export const MOST_LEADS_PER_REQUEST = 10_000;
export const MAX_WAIT_SECONDS = 300;

const NO_IDS = new InvalidInput(
	"'Lead IDs' is empty",
	'Enter at least one lead ID, or filter out the input items that have none.',
);
const NO_COLUMNS = new InvalidInput(
	"'Column Names or IDs' is empty",
	"Choose at least one column, or 'All Columns'.",
);

/** Reads the parameters of every input item. No call is made, and what is wrong stands in `faults`. */
export function readParameters(context: IExecuteFunctions): ItemRequest[] {
	const idsOf = itemParameter(context, 'leadIds', parseIds);
	const columnsOf = itemParameter(context, 'columns', parseColumnNames);
	// A model sees no hints, and n8n tells it of an answer without items as of an empty text.
	const notFound = context.getNode().type.endsWith('Tool') ? 'include' : 'skip';
	const optionsOf = itemParameter(context, 'options', (value) => readOptions(value, notFound));
	return context.getInputData().map((_, item) => {
		const { ids, malformed } = idsOf(item);
		const { options, additionalColumns } = optionsOf(item);
		const chosen = columnsOf(item);
		const columns = additionalColumns.length === 0 ? chosen : [...chosen, ...additionalColumns];
		const faults = malformed.map(notAnId);
		if (ids.length === 0 && faults.length === 0) faults.push(NO_IDS);
		if (columns.length === 0) faults.push(NO_COLUMNS);
		return { item, ids: columns.length === 0 ? [] : ids, columns, options, faults };
	});
}

function notAnId(text: string): InvalidInput {
	const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
	return new InvalidInput(
		`'Lead IDs' contains a value that is not a lead ID: ${shown}`,
		'A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, and LeadSquared calls it Prospect ID. Use the lead ID, not the lead number, name or email address, and remove anything else.',
	);
}

interface RawOptions {
	additionalColumns?: unknown;
	convertTypes?: boolean;
	fieldNames?: Options['fieldNames'];
	leadsPerRequest?: number;
	maxWaitSeconds?: number;
	notFound?: Options['notFound'];
}

function readOptions(
	value: unknown,
	notFound: Options['notFound'],
): { options: Options; additionalColumns: string[] } {
	const raw = (value || {}) as RawOptions;
	const count = Math.floor(Number(raw.leadsPerRequest ?? LEADS_PER_REQUEST)) || LEADS_PER_REQUEST;
	const { maxWaitSeconds = MAX_WAIT_SECONDS } = raw;
	return {
		options: {
			convertTypes: Boolean(raw.convertTypes),
			fieldNames: raw.fieldNames ?? 'schemaName',
			leadsPerRequest: Math.min(Math.max(count, 1), MOST_LEADS_PER_REQUEST),
			maxWaitMs: Math.max(0, Number(maxWaitSeconds) || 0) * 1000,
			notFound: raw.notFound ?? notFound,
		},
		additionalColumns: parseColumnNames(raw.additionalColumns),
	};
}
