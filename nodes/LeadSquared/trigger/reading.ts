import { type Lead, leadReader } from '../api/leads';
import type { ReadList } from '../fetch/pages';
import { callWithRetry } from '../transport/retry';
import { ChangeTracker, noteTimestamp, roomIn, serverTimeAt } from './changes';
import type { PollContext } from './context';
import { type Cursor, MAX_DELIVERED } from './cursor';
import { EVENTS, timestampsReader } from './events';
import {
	columnsThatCameNowhere,
	countBehind,
	type Finding,
	idReader,
	nameOf,
	pageSizeFor,
	readSince,
	spanSince,
} from './lists';
import { continueWalk } from './walk';

// Changes appear in answers up to two minutes after their timestamp; one is for servers whose clocks differ.
const SETTLING_MS = 3 * 60_000;

/**
 * Reads records that were active since the cursor, until a poll has as many changes as it may deliver or its
 * time is over, and finds the changes to deliver.
 */
export async function findChanges(poll: PollContext, cursor: Cursor): Promise<Finding> {
	if (!cursor.walk) return await readOldest(poll, cursor);
	const found = await continueWalk(poll, cursor, cursor.walk);
	if (found.kind !== 'ok' || poll.client.isStopped) return found;
	const { records, cursor: next } = found.value.delivery;
	// The walk has ended with nothing to deliver.
	return records.length === 0 && !next.walk ? await readOldest(poll, next) : found;
}

/**
 * Reads the oldest changes, in pages that are sorted by the event's time. Each page is the first one of its
 * list: one moment, in which no row moves. The list of the next page begins at the time that this one has
 * reached. That needs a server that sorts, and pages that hold more than the records of a second. A walk does
 * without.
 */
async function readOldest(poll: PollContext, cursor: Cursor): Promise<Finding> {
	const { client, columns, request, call } = poll;
	const max = request.options.maxLeadsPerPoll;
	const timeOf = eventTimeReader(poll);
	const tracker = new ChangeTracker(cursor, timestampsReader(columns.asked));
	const beganAt = client.clock.now();
	const settledBefore = () => (serverTimeAt(beganAt, client) ?? -Infinity) - SETTLING_MS;

	const pages: Page[] = [];
	let size = pageSizeFor(poll, max + MAX_DELIVERED - roomIn(cursor));
	let largest: number | undefined;
	let readUntil = cursor.doneUntil;
	/** No change that was not read is older, as far as the order of the rows shows. */
	let oldest = -Infinity;
	for (;;) {
		const page = await readPage(poll, readUntil, size, largest);
		const { list, first } = page;
		if (list.failure && pages.length === 0) return list.failure;
		if (first.length === 0 && !list.isWhole) break;
		pages.push(page);
		for (const record of page.records) tracker.add(record);
		if (list.isWhole) {
			readUntil = Infinity;
			break;
		}
		if (!isInOrder(first.map(timeOf))) break;
		oldest = timeOf(first[0]);
		if (pages.length === 1 && !(await honoursSorting(poll, cursor, page))) break;
		largest = list.part!.largest;
		const reached = timeOf(first.at(-1)!);
		if (reached > readUntil) {
			readUntil = reached;
			if (tracker.hasEnough({ max, settledBefore: settledBefore() })) break;
		} else if (largest >= size && size < call.pageSize) {
			// More records share a second than this page holds: the largest page may hold them.
			size = call.pageSize;
			largest = undefined;
		} else break;
	}

	if (pages.length === 0) return { kind: 'incomplete' };
	const settled = settledBefore();
	const didNotCome = columnsThatCameNowhere(pages.map(({ list }) => list));
	const hasRecords = pages.some(({ records }) => records.length > 0);
	const delivery = tracker.next({
		max,
		columns: hasRecords ? nameOf(columns.asked, didNotCome) : cursor.columns,
		settledBefore: Math.min(readUntil, settled),
	});
	// The pages lead nowhere: the server does not sort, or a second has more records than a page.
	const hasRoom = roomIn(cursor) > 0 && !tracker.hasEnough({ max, settledBefore: settled });
	const isStuck =
		readUntil < Infinity &&
		!tracker.hasBefore(Math.min(readUntil, settled)) &&
		(oldest < settled || hasRoom);
	// Of a second that is not done, no more records can be remembered.
	const isFull = delivery.records.length === 0 && (delivery.waitingSince ?? Infinity) < settled;
	if ((isStuck || isFull) && !client.isStopped) {
		const { pageSize } = pages[0].list.part!;
		const until = Math.max(settled, cursor.doneUntil);
		const walk = { until, place: 0, last: [], pageSize };
		return await continueWalk(poll, cursor, walk);
	}
	const { list, first } = pages.at(-1)!;
	const left =
		readUntil < Infinity
			? { count: countBehind(poll, list, first.length), since: readUntil }
			: undefined;
	return { kind: 'ok', value: { tracker, delivery, didNotCome, left } };
}

/** A page of a list that is sorted by the event's time. */
interface Page {
	/** The records of the page. */
	first: Lead[];
	/** These, and those of the look behind it. */
	records: Lead[];
	list: ReadList;
}

/** @param largest the most rows that a page was seen to hold */
async function readPage(
	poll: PollContext,
	since: number,
	size: number,
	largest?: number,
): Promise<Page> {
	const records: Lead[] = [];
	const { column, idColumn } = EVENTS[poll.request.event];
	const pageSize = Math.min(size, largest ?? size);
	let first = 0;
	let pages = 0;
	const list = await readSince(poll, {
		since,
		pageSize,
		by: column,
		keep(record) {
			records.push(record);
			return { [idColumn]: record[idColumn] };
		},
		part: {
			largest,
			goal: () => (pages === 0 ? pageSize : first + 1),
			isEnough({ isCountedMore }) {
				if (++pages === 1) first = records.length;
				// A short page may be clamped. A look behind it shows whether it is the last one.
				return pages > 1 || isCountedMore || first >= pageSize;
			},
		},
	});
	return { first: records.slice(0, first), records, list };
}

/**
 * Whether LeadSquared sorts by the event's time: the first record in the other direction is none of these, and
 * not older. Notes its time, too, which is the latest.
 */
async function honoursSorting(
	poll: PollContext,
	{ doneUntil }: Cursor,
	{ first, list }: Page,
): Promise<boolean> {
	const { client, columns, request, call } = poll;
	const timeOf = eventTimeReader(poll);
	const idOf = idReader(poll);
	const asked = columns.asked.filter((name) => !list.unknownColumns.includes(name));
	const { column } = EVENTS[request.event];
	const page = { page: 1, pageSize: 1 };
	const sorting = { by: column, newestFirst: true };
	const outcome = await callWithRetry(
		client,
		call.request(spanSince(poll, doneUntil), asked, page, sorting),
		call.read,
	).catch((error: Error) => {
		if (client.isStopped) return undefined;
		throw error;
	});
	if (outcome?.kind !== 'ok' || outcome.value.rows.length === 0) return false;
	const newest = leadReader(columns.asked, { dropOthers: !call.sendsAll }).read(
		outcome.value.rows[0],
	);
	noteTimestamp(timestampsReader(columns.asked)(newest).active, client);
	const isAnother = first.every((record) => idOf(record) !== idOf(newest));
	const time = timeOf(newest);
	return isAnother && time > timeOf(first[0]) && time >= timeOf(first.at(-1)!);
}

/** The time of the event's column, also of records that the event has not happened to. */
function eventTimeReader({ columns, request }: PollContext): (record: Lead) => number {
	const timestampsOf = timestampsReader(columns.asked);
	const { by } = EVENTS[request.event];
	return (record) => timestampsOf(record)[by] ?? -Infinity;
}

const isInOrder = (times: number[]): boolean =>
	times.every((time, place) => place === 0 || times[place - 1] <= time);
