import { idKey } from '../api/leadId';
import { ID_COLUMN, type Lead, readLeadsPage } from '../api/leads';
import {
	MAX_MODIFIED_PER_PAGE,
	type ModifiedSpan,
	recentlyModified,
} from '../api/recentlyModified';
import type { Paging } from '../fetch/coverage';
import { endOfOpen, type ListOptions, type ReadList, readList } from '../fetch/pages';
import type { ColumnsNotReturned } from '../run/report';
import type { Outcome } from '../transport/outcome';
import { type ChangeTracker, type Delivery, noteTimestamp, startOfSecond } from './changes';
import { hashOf } from './cursor';
import { timestampsReader } from './events';
import { leadCounts, type PollContext } from './leads';

// Smaller pages would not save time.
const MIN_ROWS = 100;

/** The changes that a poll has found. */
export interface Found {
	tracker: ChangeTracker;
	delivery: Delivery;
	didNotCome: ColumnsNotReturned;
	/** If leads were not read: their number, as far as LeadSquared counts them, and a time before all of them. */
	left?: { count?: number; since: number };
}

/** The result of a poll. It is `incomplete` if rows moved while they were read, so that some may be missing. */
export type Finding = Outcome<Found> | { kind: 'incomplete' };

/** Reads leads that were active since a time, sorted by a column: by ID unless it is given. */
export async function readSince(
	poll: PollContext,
	{
		since,
		pageSize,
		by = ID_COLUMN,
		keep,
		part,
	}: { since: number; pageSize: number; by?: string } & Required<
		Pick<ListOptions, 'keep' | 'part'>
	>,
): Promise<ReadList> {
	const { client, columns } = poll;
	const span = spanSince(poll, since);
	const timestampsOf = timestampsReader(columns.asked);
	const call = {
		request: (asked: string[], paging: Paging) => recentlyModified(span, asked, paging, { by }),
		read: readLeadsPage,
		pageSize,
	};
	return await readList(client, call, {
		columns: columns.asked,
		keep(lead) {
			noteTimestamp(timestampsOf(lead).active, client);
			return keep(lead);
		},
		part,
	});
}

/** The span of the leads that were active since a time, in ms since 1970. */
export const spanSince = ({ client, request }: PollContext, since: number): ModifiedSpan => ({
	from: startOfSecond(since),
	to: endOfOpen(client, since),
	leadType: request.options.leadType,
});

/** The number of rows to request in a page, for a number of leads. */
export const pageSizeFor = (leads: number): number =>
	Math.min(MAX_MODIFIED_PER_PAGE, Math.max(leads, MIN_ROWS));

/** The key of a lead's ID. */
export const idOf = (lead: Lead): string => idKey(String(lead[ID_COLUMN]));

/** The columns that came with no lead of any list. */
export function columnsThatCameNowhere(lists: ReadList[]): ColumnsNotReturned {
	const unknown = [...new Set(lists.flatMap(({ unknownColumns }) => unknownColumns))];
	const withLeads = lists.filter(
		({ leads, unidentified }) => leads.length + unidentified.length > 0,
	);
	const [{ absentColumns = [] } = {}] = withLeads;
	const absent = absentColumns.filter(
		(name) =>
			!unknown.includes(name) && withLeads.every((list) => list.absentColumns.includes(name)),
	);
	return { unknown, absent };
}

/** A short name for the columns that came, the same for the same ones. */
export function nameOf(asked: string[], { unknown, absent }: ColumnsNotReturned): string {
	const came = asked.filter((name) => !unknown.includes(name) && !absent.includes(name));
	return hashOf(JSON.stringify(came)).toString(36);
}

/** The number of leads behind a place of a list; undefined if LeadSquared does not count them. */
export function countBehind(
	{ client }: PollContext,
	{ count }: ReadList,
	place: number,
): number | undefined {
	return leadCounts(client).all && count !== undefined ? Math.max(0, count - place) : undefined;
}
