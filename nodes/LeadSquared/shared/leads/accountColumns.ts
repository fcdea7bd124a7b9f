import type { IExecuteFunctions } from 'n8n-workflow';
import type { Column } from '../../api/metadata';
import { isDocumented } from '../../api/standardColumns';
import type { Client } from '../../transport/client';
import { InvalidInput } from '../../transport/invalidInput';
import { ALL_COLUMNS } from '../columns';
import { apiError, asNodeError } from '../errors';
import { ambiguousLabel, labelReader, mayBeLabel } from '../labels';
import { fetchColumns, recentColumns } from '../leadColumns';
import type { ItemError } from './itemErrors';
import type { LeadRequest } from './leadRequest';

/** Chosen columns that LeadSquared said it does not know, and others that came with no lead. */
export interface ColumnsThatDidNotCome {
	unknown: string[];
	absent: string[];
}

export const NO_METADATA = new InvalidInput(
	'LeadSquared shows no columns to these keys',
	"Give the user of the keys the right to see leads in LeadSquared, or use the keys of another user. Without 'All Columns', 'Convert Types' and 'Display Name' the node does not need the list.",
);

/** Whether the account's columns have to be known to serve an input item. */
export function needsMetadata({ columns, options }: LeadRequest): boolean {
	const { convertTypes, fieldNames } = options;
	return convertTypes || fieldNames === 'displayName' || columns.includes(ALL_COLUMNS);
}

/** The account's columns, read once, and only if an input item needs them. */
export async function readMetadata(
	context: IExecuteFunctions,
	client: Client,
	requests: LeadRequest[],
): Promise<{ metadata: Column[]; failed: ItemError[] }> {
	const inNeed = requests.filter(needsMetadata);
	const [wanting] = requests.filter(({ wantsColumnTypes }) => wantsColumnTypes);
	if (inNeed.length === 0 && !wanting && !haveLabels(requests)) return { metadata: [], failed: [] };
	// A name that may be a label is not worth a wait: LeadSquared says whether it knows it.
	const maxWaitMs = (inNeed[0] ?? wanting)?.options.maxWaitMs ?? 0;
	const outcome = (wanting && recentColumns(client)) ?? (await fetchColumns(client, maxWaitMs));
	if (outcome.kind === 'ok' && outcome.value.length > 0) {
		return { metadata: outcome.value, failed: [] };
	}
	const node = context.getNode();
	// Where nobody is at the host, leads are not asked for either: it would be waited for once more.
	const failed = (outcome.kind === 'unreachable' ? requests : inNeed).map(({ item }) => ({
		item,
		error:
			outcome.kind === 'ok'
				? asNodeError(node, NO_METADATA, item)
				: apiError(node, outcome, 'request', { itemIndex: item }),
	}));
	return { metadata: [], failed };
}

/** Whether a column may be given by its label, which only the account's list tells. */
function haveLabels(requests: LeadRequest[]): boolean {
	// Items with the same columns have the same list: it is looked at once.
	return [...new Set(requests.map(({ columns }) => columns))].flat().some(mayBeLabel);
}

/** The requests with schema names for labels, and those whose labels several columns have. */
export function withSchemaNames<Request extends LeadRequest>(
	context: IExecuteFunctions,
	requests: Request[],
	metadata: Column[],
): { named: Request[]; unclear: ItemError[] } {
	if (metadata.length === 0) return { named: requests, unclear: [] };
	const read = labelReader(metadata);
	const unclear: ItemError[] = [];
	// Items with the same columns have the same list, and keep it: that is how they are put together.
	const known = new Map<string[], ReturnType<typeof read>>();
	const named = requests.map((request) => {
		const { item, columns } = request;
		const { names, doubts } = known.get(columns) ?? read(columns);
		known.set(columns, { names, doubts });
		const ambiguous = doubts.find(({ isAmbiguous }) => isAmbiguous);
		if (ambiguous) {
			unclear.push({
				item,
				error: asNodeError(context.getNode(), ambiguousLabel(ambiguous), item),
			});
		}
		return names === columns ? request : { ...request, columns: names };
	});
	return { named, unclear };
}

/** What brought leads, or did not. */
interface Came {
	leads: Map<unknown, unknown> | unknown[];
	withoutId: Map<unknown, unknown> | unknown[];
	unknownColumns: string[];
	absentColumns: string[];
}

/** Puts together what several calls came without. Of a call that brought no lead, nothing is known. */
export function columnsThatDidNotCome(results: Came[]): ColumnsThatDidNotCome {
	const unknown = new Set(results.flatMap(({ unknownColumns }) => unknownColumns));
	const sizeOf = (some: Came['leads']) => (Array.isArray(some) ? some.length : some.size);
	const withLeads = results.filter(({ leads, withoutId }) => sizeOf(leads) + sizeOf(withoutId) > 0);
	const absent = new Set(withLeads.flatMap(({ absentColumns }) => absentColumns));
	return { unknown: [...unknown], absent: [...absent].filter((name) => !unknown.has(name)) };
}

/** The account's columns for "did you mean", where a person looks and a column did not come. */
export async function columnsForHints(
	context: IExecuteFunctions,
	client: Client,
	metadata: Column[],
	{ unknown, absent }: ColumnsThatDidNotCome,
): Promise<Column[]> {
	const mayBeMisspelled = [...unknown, ...absent].some((name) => !isDocumented(name));
	if (!mayBeMisspelled || metadata.length > 0 || context.getMode() !== 'manual') return metadata;
	const outcome = recentColumns(client) ?? (await fetchColumns(client, 0));
	return outcome.kind === 'ok' ? outcome.value : [];
}
