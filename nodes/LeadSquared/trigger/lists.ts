import { idKey } from '../api/leadId';
import type { Lead } from '../api/leads';
import type { ModifiedSpan } from '../api/recentlyModified';
import type { Paging } from '../fetch/coverage';
import { endOfOpen, type ListOptions, type ReadList, readList } from '../fetch/pages';
import type { ColumnsNotReturned } from '../run/report';
import type { Outcome } from '../transport/outcome';
import { type ChangeTracker, type Delivery, noteTimestamp, startOfSecond } from './changes';
import { listCounts, type PollContext } from './context';
import { hashOf } from './cursor';
import { EVENTS, timestampsReader } from './events';

// Smaller pages would not save time.
const MIN_ROWS = 100;

/** The changes that a poll has found. */
export interface Found {
	tracker: ChangeTracker;
	delivery: Delivery;
	didNotCome: ColumnsNotReturned;
	/** If records were not read: their number, as far as LeadSquared counts them, and a time before all of them. */
	left?: { count?: number; since: number };
}

/** The result of a poll. It is `incomplete` if rows moved while they were read, so that some may be missing. */
export type Finding = Outcome<Found> | { kind: 'incomplete' };

/** Reads records that were active since a time, sorted by a column: by ID unless it is given. */
export async function readSince(
	poll: PollContext,
	{
		since,
		pageSize,
		by,
		keep,
		part,
	}: { since: number; pageSize: number; by?: string } & Required<
		Pick<ListOptions, 'keep' | 'part'>
	>,
): Promise<ReadList> {
	const { client, columns, call } = poll;
	const span = spanSince(poll, since);
	const timestampsOf = timestampsReader(columns.asked);
	const sorting = by === undefined ? undefined : { by };
	const list = {
		...call,
		request: (asked: string[], paging: Paging) => call.request(span, asked, paging, sorting),
		pageSize,
	};
	return await readList(client, list, {
		columns: columns.asked,
		keep(record) {
			noteTimestamp(timestampsOf(record).active, client);
			return keep(record);
		},
		part,
	});
}

/** The span of the records that were active since a time, in ms since 1970. */
export const spanSince = ({ client, request }: PollContext, since: number): ModifiedSpan => ({
	from: startOfSecond(since),
	to: endOfOpen(client, since),
	leadType: request.options.leadType,
});

/** The number of rows to request in a page, for a number of records. */
export const pageSizeFor = ({ call }: PollContext, records: number): number =>
	Math.min(call.pageSize, Math.max(records, MIN_ROWS));

/** Makes the function that returns the key of a record's ID. */
export const idReader =
	({ request: { event } }: PollContext) =>
	(record: Lead): string =>
		idKey(String(record[EVENTS[event].idColumn]));

/** The columns that came with no record of any list. */
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

/** The number of records behind a place of a list; undefined if LeadSquared does not count them. */
export function countBehind(
	poll: PollContext,
	{ count }: ReadList,
	place: number,
): number | undefined {
	return listCounts(poll).all && count !== undefined ? Math.max(0, count - place) : undefined;
}
