import { idKey } from '../api/leadId';
import { ID_COLUMN, type Lead } from '../api/leads';
import { readLeadsPage } from '../api/leads';
import { MOST_MODIFIED_PER_PAGE, recentlyModified } from '../api/recentlyModified';
import { type ListOptions, type ReadList, readList } from './pages';
import type { Client } from '../transport/client';

const DAY_MS = 24 * 3600_000;
const SECOND_MS = 1000;

/**
 * The leads that were changed within a span.
 *
 * Without an end they are all that have changed by the time of the answer. LeadSquared's clock decides
 * that: the end that is sent lies a day ahead, since n8n's clock may be behind. A lead that changes
 * while one reads keeps its place then, as the order is that of the ids.
 *
 * A span of more than a page, of which it cannot be shown that every lead came, is read in halves,
 * down to a page or a second: an answer of one page is one moment. Neighbours share the second between
 * them, since hidden parts of it belong to the later one only (public reports).
 *
 * @param span ms since 1970, whole seconds
 */
export async function readModified(
	client: Client,
	{ from, to = endOfOpen(client, from) }: { from: number; to?: number },
	options: ListOptions,
): Promise<ReadList> {
	const call = {
		request: recentlyModified.bind(undefined, { from, to }),
		read: readLeadsPage,
		pageSize: MOST_MODIFIED_PER_PAGE,
	};
	const list = await readList(client, call, options);
	const found = list.leads.length + list.unidentified.length;
	// Leads without an id could not be told from those of the halves.
	const isAll = list.isWhole || !list.hasPages || list.unidentified.length > 0;
	const isOver = isAll || found >= (options.wanted ?? Infinity) || list.failure;
	if (isOver || client.isStopped || to - from <= SECOND_MS) return list;
	const middle = Math.floor((from + to) / 2 / SECOND_MS) * SECOND_MS;
	// The earlier one first: what changes meanwhile moves into the later one.
	const early = await readModified(client, { from, to: middle }, options);
	if (early.failure) return early;
	const late = await readModified(client, { from: middle, to }, options);
	// What the whole span came to is of no matter now, but for its leads.
	return { ...together(together({ ...list, isWhole: true }, early), late), count: undefined };
}

const endOfOpen = ({ clock }: Client, from: number): number =>
	Math.floor(Math.max(clock.wallNow(), from) / SECOND_MS) * SECOND_MS + DAY_MS;

/** Each lead once, as it came last. */
function together(one: ReadList, other: ReadList): ReadList {
	const leads = new Map<string, Lead>();
	for (const lead of [...one.leads, ...other.leads])
		leads.set(idKey(String(lead[ID_COLUMN])), lead);
	const unknown = new Set([...one.unknownColumns, ...other.unknownColumns]);
	return {
		...other,
		leads: [...leads.values()],
		unidentified: [...one.unidentified, ...other.unidentified],
		isWhole: one.isWhole && other.isWhole,
		unknownColumns: [...unknown],
		absentColumns: one.absentColumns.filter((name) => other.absentColumns.includes(name)),
	};
}
