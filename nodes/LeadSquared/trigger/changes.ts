import { ID_COLUMN, type Lead } from '../api/leads';
import { idKey } from '../api/leadId';
import type { Client } from '../transport/client';
import {
	comparePositions,
	type Cursor,
	type CursorKey,
	digestOf,
	hashOf,
	MAX_DELIVERED,
	type Position,
} from './cursor';
import { EVENTS, type Timestamps } from './events';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/**
 * The longest time that n8n's clock may be behind LeadSquared's. Later timestamps are ignored: if one
 * set the time, leads with correct timestamps would count as done. A wrong time zone or daylight saving
 * setting makes a larger difference.
 */
const MAX_AHEAD_MS = 45 * MINUTE_MS;
// Clocks drift apart. After this time without a change, the difference no longer matters.
const MAX_ELAPSED_MS = 60 * MINUTE_MS;

/** A lead with a change that was not delivered. */
interface Change extends Position {
	lead: Lead;
	content: number;
}

/** The leads that a poll delivers, and those that it leaves for the next one. */
export interface Delivery {
	/** Oldest change first. */
	leads: Lead[];
	/** The number of leads left for the next polls, and the time of the oldest, in ms since 1970. */
	waiting: number;
	waitingSince?: number;
	/** The position where the next poll continues. */
	cursor: Cursor;
}

/**
 * Finds the changes among the leads of a poll.
 *
 * A change is a lead, its time and its values. LeadSquared's times are whole seconds, so only the
 * values show that a lead has changed twice within a second. A change may appear in answers some time
 * after its timestamp; after that time it is settled. Settled changes are delivered in their order, so
 * a position is enough to know which were delivered. Of the others, each lead that was delivered is
 * remembered, at most `MAX_DELIVERED`. The rest waits until it is settled.
 */
export class ChangeTracker {
	private readonly changes = new Map<string, Change>();
	/** The digests of all leads with a change, including those that were dropped. */
	private readonly seen = new Set<string>();
	/** The first change that was dropped because this poll cannot deliver it. */
	private dropped?: Position;
	/** The number of leads with a time, and without any; those on two pages count twice. */
	withTime = 0;
	withoutTime = 0;

	/** @param max the most leads that a poll may deliver; it keeps at most twice as many */
	constructor(
		private readonly cursor: Cursor,
		private readonly columns: string,
		private readonly timestampsOf: (lead: Lead) => Timestamps,
		private readonly max: number,
	) {}

	/** Takes a lead. The same lead may be taken again, with later values. */
	add(lead: Lead): void {
		const timestamps = this.timestampsOf(lead);
		if (timestamps.active === undefined) {
			this.withoutTime++;
			return;
		}
		this.withTime++;
		const at = EVENTS[this.cursor.event].at(timestamps);
		if (at === undefined || at < this.cursor.doneUntil) return;
		const change = { lead, at, id: digestOf(keyOf(lead)), content: this.contentOf(lead) };
		if (this.isDone(change)) return;
		const known = this.changes.get(change.id);
		if (known && known.at > at) return;
		this.changes.set(change.id, change);
		this.seen.add(change.id);
		if (this.changes.size > 2 * this.max) this.dropNewest();
	}

	/**
	 * Decides which leads this poll delivers.
	 *
	 * @param settledBefore ms since 1970: all changes with an earlier timestamp have appeared. Undefined
	 * if that is not known
	 */
	next(settledBefore = -Infinity): Delivery {
		const { cursor, dropped, inOrder } = this;
		const inReach = inOrder
			.filter((change) => !dropped || comparePositions(change, dropped) < 0)
			.slice(0, this.max);
		const settled = inReach.filter(({ at }) => at < settledBefore);
		const left = earliest(inOrder[settled.length], dropped);
		const doneUntil = Math.max(cursor.doneUntil, Math.min(settledBefore, left?.at ?? Infinity));
		const after = [settled.at(-1), cursor.after].find((last) => last && last.at >= doneUntil);

		const delivered = new Map([...cursor.delivered].filter(([, { at }]) => at >= doneUntil));
		const room = Math.max(0, MAX_DELIVERED - delivered.size);
		const unsettled = inReach.slice(settled.length, settled.length + room);
		for (const { id, at, content } of unsettled) delivered.set(id, { at, content });

		const leads = [...settled, ...unsettled].map(({ lead }) => lead);
		return {
			leads,
			waiting: this.seen.size - leads.length,
			waitingSince: earliest(inOrder[leads.length], dropped)?.at,
			cursor: {
				...cursor,
				columns: this.columns,
				doneUntil,
				after: after && { at: after.at, id: after.id },
				delivered,
			},
		};
	}

	private get inOrder(): Change[] {
		return [...this.changes.values()].sort(comparePositions);
	}

	private isDone({ at, id, content }: Change): boolean {
		const { after, columns, delivered } = this.cursor;
		if (after && comparePositions({ at, id }, after) <= 0) return true;
		const known = delivered.get(id);
		if (!known || at > known.at) return false;
		// The answer is older than an earlier one.
		if (at < known.at) return true;
		const isComparable = known.content !== 0 && content !== 0 && columns === this.columns;
		return !isComparable || known.content === content;
	}

	/** A hash of the values that count as a change; 0 if there are none. */
	private contentOf(lead: Lead): number {
		const { countsAsChange } = EVENTS[this.cursor.event];
		const values = Object.keys(lead)
			.filter(countsAsChange)
			.map((name) => lead[name]);
		return values.length > 0 ? hashOf(JSON.stringify(values)) : 0;
	}

	/** Limits memory: after a long stop there are far more leads than a poll may deliver. */
	private dropNewest(): void {
		const tooMany = this.inOrder.slice(this.max);
		for (const { id } of tooMany) this.changes.delete(id);
		this.dropped = earliest(tooMany[0], this.dropped);
	}
}

/**
 * The cursor after these leads.
 *
 * @param leads the account's latest leads, with all that share their last second
 * @param begin isBelievable: whether LeadSquared's clock may have shown a time, in ms since 1970;
 * otherwise: where to begin if no lead has such a time
 */
export function cursorAfter(
	leads: Lead[],
	key: CursorKey,
	timestampsOf: (lead: Lead) => Timestamps,
	begin: { isBelievable: (time: number) => boolean; otherwise: number },
): Cursor {
	const times = leads.map((lead) => timestampsOf(lead).active ?? NaN).filter(begin.isBelievable);
	const newest = times.reduce((a, b) => Math.max(a, b), -Infinity);
	const doneUntil = times.length > 0 ? newest : begin.otherwise;
	const cursor: Cursor = { ...key, countsAll: false, doneUntil, delivered: new Map() };
	// Earlier changes are done. More may come within the newest second, so its leads are remembered.
	const tracker = new ChangeTracker(cursor, key.columns, timestampsOf, Infinity);
	for (const lead of leads) tracker.add(lead);
	const known = tracker.next();
	const isOverLimit = known.waiting > 0 && times.length > 0;
	return isOverLimit ? { ...cursor, doneUntil: newest + SECOND_MS } : known.cursor;
}

function earliest(a: Position | undefined, b: Position | undefined): Position | undefined {
	if (!a || !b) return a ?? b;
	return comparePositions(a, b) < 0 ? a : b;
}

function keyOf(lead: Lead): string {
	const id = lead[ID_COLUMN];
	return typeof id === 'string' && id !== '' ? idKey(id) : JSON.stringify(lead);
}

type Clocks = Pick<Client, 'account' | 'clock'>;

/**
 * The earliest time that LeadSquared's clock can have shown, in ms since 1970. It may be minutes off
 * n8n's, and the two are never compared. It is computed from LeadSquared's timestamps and the time
 * since they came.
 *
 * @param at ms of our clock
 * @returns undefined until there is a timestamp
 */
export function serverTimeAt(at: number, { account }: Pick<Clocks, 'account'>): number | undefined {
	const known = account.memory.serverTime;
	return known && known.atLeast + Math.min(at - known.at, MAX_ELAPSED_MS);
}

/** Whether LeadSquared's clock may have shown this time by now. */
export const isBelievable = (timestamp: number, { clock }: Pick<Clocks, 'clock'>): boolean =>
	timestamp <= clock.wallNow() + MAX_AHEAD_MS;

/** Remembers LeadSquared's time from a timestamp, in ms since 1970. */
export function noteTimestamp(timestamp: number | undefined, { account, clock }: Clocks): void {
	if (timestamp === undefined || !isBelievable(timestamp, { clock })) return;
	const at = clock.now();
	if (timestamp > (serverTimeAt(at, { account }) ?? -Infinity)) {
		account.memory.serverTime = { atLeast: timestamp, at };
	}
}
