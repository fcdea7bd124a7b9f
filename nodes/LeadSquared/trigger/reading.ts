import { ID_COLUMN, type Lead, leadReader, readLeadsPage } from '../api/leads';
import { MAX_MODIFIED_PER_PAGE, recentlyModified } from '../api/recentlyModified';
import type { ReadList } from '../fetch/pages';
import { callWithRetry } from '../transport/retry';
import { ChangeTracker, noteTimestamp, serverTimeAt } from './changes';
import { type Cursor, MAX_DELIVERED } from './cursor';
import { EVENTS, timestampsReader } from './events';
import type { PollContext } from './leads';
import {
	columnsThatCameNowhere,
	countBehind,
	type Finding,
	idOf,
	nameOf,
	pageSizeFor,
	readSince,
	spanSince,
} from './lists';
import { continueWalk } from './walk';

// Leads appear in answers up to two minutes after their timestamp; one is for servers whose clocks differ.
const SETTLING_MS = 3 * 60_000;

/**
 * Reads leads that were active since the cursor, until a poll has as many changes as it may deliver or its
 * time is over, and finds the changes to deliver.
 */
export async function findChanges(poll: PollContext, cursor: Cursor): Promise<Finding> {
	if (!cursor.walk) return await readOldest(poll, cursor);
	const found = await continueWalk(poll, cursor, cursor.walk);
	if (found.kind !== 'ok' || poll.client.isStopped) return found;
	const { leads, cursor: next } = found.value.delivery;
	// The walk has ended with nothing to deliver.
	return leads.length === 0 && !next.walk ? await readOldest(poll, next) : found;
}

/**
 * Reads the oldest changes, in pages that are sorted by the event's time. Each page is the first one of its
 * list: one moment, in which no row moves. The list of the next page begins at the time that this one has
 * reached. That needs a server that sorts, and pages that hold more than the leads of a second. A walk does
 * without.
 */
async function readOldest(poll: PollContext, cursor: Cursor): Promise<Finding> {
	const { client, columns, request } = poll;
	const max = request.options.maxLeadsPerPoll;
	const timeOf = eventTimeReader(poll);
	const tracker = new ChangeTracker(cursor, timestampsReader(columns.asked));
	const beganAt = client.clock.now();
	const settledBefore = () => (serverTimeAt(beganAt, client) ?? -Infinity) - SETTLING_MS;

	const pages: Page[] = [];
	let size = pageSizeFor(max + cursor.delivered.size);
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
		for (const lead of page.leads) tracker.add(lead);
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
		} else if (largest >= size && size < MAX_MODIFIED_PER_PAGE) {
			// More leads share a second than this page holds: the largest page may hold them.
			size = MAX_MODIFIED_PER_PAGE;
			largest = undefined;
		} else break;
	}

	if (pages.length === 0) return { kind: 'incomplete' };
	const settled = settledBefore();
	const didNotCome = columnsThatCameNowhere(pages.map(({ list }) => list));
	const hasLeads = pages.some(({ leads }) => leads.length > 0);
	const delivery = tracker.next({
		max,
		columns: hasLeads ? nameOf(columns.asked, didNotCome) : cursor.columns,
		settledBefore: Math.min(readUntil, settled),
	});
	// The pages lead nowhere: the server does not sort, or a second has more leads than a page.
	const hasRoom =
		cursor.delivered.size < MAX_DELIVERED && !tracker.hasEnough({ max, settledBefore: settled });
	const isStuck =
		readUntil < Infinity &&
		!tracker.hasBefore(Math.min(readUntil, settled)) &&
		(oldest < settled || hasRoom);
	// Of a second that is not done, no more leads can be remembered.
	const isFull = delivery.leads.length === 0 && (delivery.waitingSince ?? Infinity) < settled;
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
	/** The leads of the page. */
	first: Lead[];
	/** These, and those of the look behind it. */
	leads: Lead[];
	list: ReadList;
}

/** @param largest the most rows that a page was seen to hold */
async function readPage(
	poll: PollContext,
	since: number,
	size: number,
	largest?: number,
): Promise<Page> {
	const leads: Lead[] = [];
	const pageSize = Math.min(size, largest ?? size);
	let first = 0;
	let pages = 0;
	const list = await readSince(poll, {
		since,
		pageSize,
		by: EVENTS[poll.request.event].column,
		keep(lead) {
			leads.push(lead);
			return { [ID_COLUMN]: lead[ID_COLUMN] };
		},
		part: {
			largest,
			goal: () => (pages === 0 ? pageSize : first + 1),
			isEnough({ isCountedMore }) {
				if (++pages === 1) first = leads.length;
				// A short page may be clamped. A look behind it shows whether it is the last one.
				return pages > 1 || isCountedMore || first >= pageSize;
			},
		},
	});
	return { first: leads.slice(0, first), leads, list };
}

/**
 * Whether LeadSquared sorts by the event's time: the first lead in the other direction is none of these, and
 * not older. Notes its time, too, which is the latest.
 */
async function honoursSorting(
	poll: PollContext,
	{ doneUntil }: Cursor,
	{ first, list }: Page,
): Promise<boolean> {
	const { client, columns, request } = poll;
	const timeOf = eventTimeReader(poll);
	const asked = columns.asked.filter((name) => !list.unknownColumns.includes(name));
	const { column } = EVENTS[request.event];
	const page = { page: 1, pageSize: 1 };
	const sorting = { by: column, newestFirst: true };
	const outcome = await callWithRetry(
		client,
		recentlyModified(spanSince(poll, doneUntil), asked, page, sorting),
		readLeadsPage,
	).catch((error: Error) => {
		if (client.isStopped) return undefined;
		throw error;
	});
	if (outcome?.kind !== 'ok' || outcome.value.rows.length === 0) return false;
	const newest = leadReader(columns.asked, { dropOthers: true }).read(outcome.value.rows[0]);
	noteTimestamp(timestampsReader(columns.asked)(newest).active, client);
	const isAnother = first.every((lead) => idOf(lead) !== idOf(newest));
	const time = timeOf(newest);
	return isAnother && time > timeOf(first[0]) && time >= timeOf(first.at(-1)!);
}

/** The time of the event's column, also of leads that the event has not happened to. */
function eventTimeReader({ columns, request }: PollContext): (lead: Lead) => number {
	const timestampsOf = timestampsReader(columns.asked);
	const { by } = EVENTS[request.event];
	return (lead) => timestampsOf(lead)[by] ?? -Infinity;
}

const isInOrder = (times: number[]): boolean =>
	times.every((time, place) => place === 0 || times[place - 1] <= time);
