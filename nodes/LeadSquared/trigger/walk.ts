import type { Lead } from '../api/leads';
import type { ReadList } from '../fetch/pages';
import { ChangeTracker, roomIn } from './changes';
import type { PollContext } from './context';
import type { Cursor, Walk } from './cursor';
import { EVENTS, timestampsReader } from './events';
import {
	columnsThatCameNowhere,
	countBehind,
	type Finding,
	idReader,
	nameOf,
	pageSizeFor,
	readSince,
} from './lists';

// The rows of a walk that are remembered. One of them is enough to find the place again.
const REMEMBERED_ROWS = 32;

/**
 * Walks on through the list of all records that were active since the cursor, sorted by ID. None leaves this
 * list and its order never changes, so the next poll finds the rows that are done, however many share a
 * second and whether or not the server sorts. The walk delivers the changes before a time that was settled
 * when it began. It takes each row once, but not the oldest first.
 */
export async function continueWalk(
	poll: PollContext,
	cursor: Cursor,
	walk: Walk,
): Promise<Finding> {
	const { columns, request } = poll;
	const max = request.options.maxLeadsPerPoll;
	const room = roomIn(cursor);
	const idOf = idReader(poll);
	const tracker = new ChangeTracker(cursor, timestampsReader(columns.asked));
	const list = await readOn(poll, cursor, walk, { tracker, room });
	if (list.failure) return list.failure;
	const didNotCome = columnsThatCameNowhere([list]);
	const names = nameOf(columns.asked, didNotCome);
	const timeOf = (record: Lead) => tracker.newAt(record, names);
	const isDue = (record: Lead) => (timeOf(record) ?? Infinity) < walk.until;

	const found = afterRemembered(walk, list, idOf);
	const due = found?.filter(({ lead }) => isDue(lead) && !walk.last.includes(idOf(lead))) ?? [];
	const later = list.leads.filter((record) => (timeOf(record) ?? -Infinity) >= walk.until);
	const isOver = list.isWhole && found !== undefined && due.length <= max;
	// A walk that has found nothing but later changes begins again when these are settled.
	const isInVain = !isOver && isNew(walk) && due.length === 0 && later.length > 0;
	if (!isOver && list.unidentified.length > 0) return { kind: 'incomplete' };

	for (const { lead } of due.slice(0, max)) tracker.add(lead);
	if (isOver || isInVain) {
		for (const record of later.slice(0, Math.min(room, max - due.length))) tracker.add(record);
		for (const record of list.unidentified) tracker.add(record);
	}
	const delivery = tracker.next({
		max: Infinity,
		columns: names,
		settledBefore: isInVain ? undefined : walk.until,
	});
	if (isOver) return { kind: 'ok', value: { tracker, delivery, didNotCome } };
	const next = nextWalk(walk, list, { found, due, left: due[max], idOf });
	if (!next) return { kind: 'incomplete' };
	if (!isInVain) delivery.cursor = { ...cursor, delivered: tracker.deliveredInWalk(), walk: next };
	const left = { count: countBehind(poll, list, next.place), since: cursor.doneUntil };
	return { kind: 'ok', value: { tracker, delivery, didNotCome, left } };
}

/** Reads on from the place of the walk, until there are as many changes as a poll may deliver. */
async function readOn(
	poll: PollContext,
	{ doneUntil, columns }: Cursor,
	walk: Walk,
	{ tracker, room }: { tracker: ChangeTracker; room: number },
): Promise<ReadList> {
	const { event, options } = poll.request;
	const { idColumn } = EVENTS[event];
	const max = options.maxLeadsPerPoll;
	const idOf = idReader(poll);
	const pageSize = Math.min(pageSizeFor(poll, max), walk.pageSize);
	const begin = beginOf(walk, pageSize);
	const remembered = new Set(walk.last);
	let isFound = remembered.size === 0;
	let due = 0;
	let later = 0;
	let rows = 0;
	let rowsBefore = 0;
	let inPage = 0;
	const hasEnough = () => {
		// Another page would bring more than a poll may deliver.
		if (due > 0 && due + inPage > max) return true;
		return isNew(walk) && due === 0 && later > 0 && later >= Math.min(max, room);
	};
	return await readSince(poll, {
		since: doneUntil,
		pageSize,
		keep(record) {
			rows++;
			const isDone = remembered.has(idOf(record));
			isFound ||= isDone;
			const at = isDone ? undefined : tracker.newAt(record, columns);
			const isDue = at !== undefined && at < walk.until;
			// Rows before the remembered ones are done.
			if (isDue && isFound) due++;
			const isWanted = isDue || (at !== undefined && later++ < room);
			return isWanted ? record : { [idColumn]: record[idColumn] };
		},
		part: {
			begin,
			goal: () => (hasEnough() ? 0 : begin + rows + max - due),
			isEnough({ hasGap }) {
				inPage = rows - rowsBefore;
				rowsBefore = rows;
				return hasEnough() && !hasGap;
			},
		},
	});
}

const isNew = ({ place, last }: Walk): boolean => place === 0 && last.length === 0;

const beginOf = ({ place }: Walk, pageSize: number): number =>
	Math.max(0, place - Math.min(REMEMBERED_ROWS, Math.ceil(pageSize / 4)));

type Rows = NonNullable<ReadList['part']>['connected'];

/**
 * The rows from the first remembered one on. Rows behind it that are due are not done: those that are done
 * are remembered, too.
 *
 * @returns undefined if none of them was read. They lie behind what was read, or were deleted
 */
function afterRemembered(
	{ last, place }: Walk,
	{ part, isWhole }: ReadList,
	idOf: (record: Lead) => string,
): Rows | undefined {
	const rows = part!.connected;
	const first = last.length === 0 ? 0 : rows.findIndex(({ lead }) => last.includes(idOf(lead)));
	if (first >= 0) return rows.slice(first);
	// A record that comes twice is better than one that is lost.
	return isWhole && place === 0 ? rows : undefined;
}

/**
 * The walk behind the rows that are done.
 *
 * @param rows found: those from the first remembered one on; due: those of them with a change; left: the
 * first that is not done
 * @returns undefined if there is no progress
 */
function nextWalk(
	{ until, place, last }: Walk,
	{ part, isWhole }: ReadList,
	{
		found,
		due,
		left,
		idOf,
	}: { found?: Rows; due: Rows; left?: Rows[number]; idOf: (record: Lead) => string },
): Walk | undefined {
	const { connected, pageSize } = part!;
	// The search goes on, and begins again at the first row after the last one.
	if (!found && isWhole) return { until, place: 0, last, pageSize };
	const done = found && left ? found.slice(0, found.indexOf(left)) : (found ?? connected);
	const reached = done.at(-1);
	if (!reached) return undefined;
	const ids = done.map(({ lead }) => idOf(lead));
	// Records that became active may lie between the remembered rows, so that some of these were not read.
	const isPast = found && (due.length > 0 || last.length === 0 || ids.includes(last.at(-1)!));
	if (!isPast) return { until, place: Math.max(place, reached.place + 1), last, pageSize };
	const before = last.filter((id) => !ids.includes(id));
	const remembered = [...before, ...ids].slice(-REMEMBERED_ROWS);
	return { until, place: reached.place + 1, last: remembered, pageSize };
}
