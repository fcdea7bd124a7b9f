import type { Lead } from '../api/leads';
import { idKey } from '../api/leadId';
import type { Client } from '../transport/client';
import { type Cursor, type CursorKey, digestOf, hashOf, MAX_DELIVERED } from './cursor';
import { type EventName, EVENTS, type Timestamps } from './events';

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

/** A record with a change that was not delivered. */
interface Change {
	record: Lead;
	/** The record's digest; see `digestOf`. */
	id: string;
	/** ms since 1970, as LeadSquared stamped it. */
	at: number;
	content: number;
}

/** The records that a poll delivers, and those that it leaves for the next one. */
export interface Delivery {
	/** Oldest change first. */
	records: Lead[];
	/** The number of changes that were read and wait for the next polls, and the time of the oldest. */
	waiting: number;
	waitingSince?: number;
	/** The position where the next poll continues. */
	cursor: Cursor;
}

/**
 * Finds the changes among the records of a poll.
 *
 * A change is a record, its time and its values. LeadSquared's times are whole seconds, so only the
 * values show that a lead has changed twice within one. A change may appear in answers some time after
 * its timestamp; after that time it is settled. Up to the oldest change that is left or not settled, all
 * are done. Of those after it, each record that was delivered is remembered. No more than `MAX_DELIVERED`
 * can be; the rest waits.
 *
 * An activity is new only once, although an edit changes its time. So as many as there is room for are
 * remembered after they are done.
 */
export class ChangeTracker {
	private readonly changes = new Map<string, Change>();
	/** Records that were delivered with the same time. */
	private readonly again = new Map<string, Change>();
	/** The number of records with a time, and without any; those on two pages count twice. */
	withTime = 0;
	withoutTime = 0;

	constructor(
		private readonly cursor: Cursor,
		private readonly timestampsOf: (record: Lead) => Timestamps,
	) {}

	/** Takes a record. The same one may be taken again, with later values. */
	add(record: Lead): void {
		const timestamps = this.timestampsOf(record);
		if (timestamps.active === undefined) this.withoutTime++;
		else this.withTime++;
		const change = this.changeOf(record);
		if (!change) return;
		const { id, at } = change;
		const known = this.changes.get(id) ?? this.cursor.delivered.get(id);
		if (known && known.at > at) return;
		const isNew = at !== this.cursor.delivered.get(id)?.at;
		(isNew ? this.changes : this.again).set(id, change);
		if (isNew) this.again.delete(id);
	}

	/**
	 * The time of a record's change, if it was not delivered yet.
	 *
	 * @param columns names the columns of its values
	 */
	newAt(record: Lead, columns: string): number | undefined {
		const change = this.changeOf(record);
		if (!change) return undefined;
		const known = this.cursor.delivered.get(change.id);
		const isNew =
			!known ||
			change.at > known.at ||
			(change.at === known.at && columns === this.cursor.columns && this.hasChanged(change));
		return isNew ? change.at : undefined;
	}

	/** Whether a change before a time was read that was not delivered yet. */
	hasBefore(time: number): boolean {
		return [...this.changes.values()].some(({ at }) => at < time);
	}

	/** Whether a poll has read as many changes as it can deliver. */
	hasEnough({ max, settledBefore = -Infinity }: { max: number; settledBefore?: number }): boolean {
		if (this.changes.size >= max) return true;
		const unsettled = [...this.changes.values()].filter(({ at }) => at >= settledBefore).length;
		return unsettled > 0 && unsettled >= roomIn(this.cursor);
	}

	/**
	 * Decides which records this poll delivers.
	 *
	 * @param max the most records to deliver
	 * @param columns names the columns that came
	 * @param settledBefore ms since 1970: all changes with an earlier timestamp have appeared, and were
	 * read. Undefined if that is not known
	 */
	next({
		max,
		columns,
		settledBefore = -Infinity,
	}: {
		max: number;
		columns: string;
		settledBefore?: number;
	}): Delivery {
		const isSame = columns === this.cursor.columns;
		const again = [...this.again.values()].filter((change) => isSame && this.hasChanged(change));
		const inOrder = [...this.changes.values(), ...again];
		inOrder.sort((a, b) => a.at - b.at);
		const left = inOrder[max];
		const doneUntil = Math.max(
			this.cursor.doneUntil,
			Math.min(settledBefore, left?.at ?? Infinity),
		);
		const cursor = { ...this.cursor, columns, doneUntil, walk: undefined };
		const inReach = inOrder.slice(0, max);
		const done = inReach.filter(({ at }) => at < doneUntil);
		const next = inReach.slice(0, done.length + roomIn(cursor));
		const delivered = this.remember(next, (_id, at) => at < doneUntil);
		// Values of other columns cannot be compared.
		for (const [id, { at }] of isSame ? [] : this.cursor.delivered) {
			const content = this.again.get(id)?.content ?? 0;
			if (delivered.has(id) && !this.changes.has(id)) delivered.set(id, { at, content });
		}
		return {
			records: next.map(({ record }) => record),
			waiting: inOrder.length - next.length,
			waitingSince: inOrder[next.length]?.at,
			cursor: { ...cursor, delivered },
		};
	}

	/** The records to remember after the changes were delivered in a walk, which takes each row once. */
	deliveredInWalk(): Cursor['delivered'] {
		const { doneUntil } = this.cursor;
		const isDone = (id: string, at: number) => at < doneUntil || this.changes.has(id);
		return this.remember([...this.changes.values()], isDone);
	}

	/** The records to remember: all that are not done and, of activities, the latest others. */
	private remember(
		changes: Change[],
		isDone: (id: string, at: number) => boolean,
	): Cursor['delivered'] {
		const delivered = new Map(this.cursor.delivered);
		for (const { id, at, content } of changes) delivered.set(id, { at, content });
		const enough = this.event.lookBackMs === undefined ? 0 : MAX_DELIVERED;
		for (const [id, { at }] of delivered) {
			if (delivered.size > enough && isDone(id, at)) delivered.delete(id);
		}
		return delivered;
	}

	/** Whether a record has other values than it was delivered with. */
	private hasChanged({ id, content }: Change): boolean {
		const known = this.cursor.delivered.get(id)!;
		return known.content !== 0 && content !== 0 && known.content !== content;
	}

	private changeOf(record: Lead): Change | undefined {
		const { event, cursor } = this;
		const timestamps = this.timestampsOf(record);
		const at = event.at(timestamps);
		if (at === undefined || at < cursor.doneUntil) return undefined;
		const id = digestOf(keyOf(record, cursor.event));
		if (event.lookBackMs !== undefined) {
			const since = Math.max(cursor.beganAt, cursor.doneUntil - event.lookBackMs);
			const isNew = (timestamps.created ?? at) >= since && !cursor.delivered.has(id);
			if (!isNew) return undefined;
		}
		return { record, at, id, content: contentOf(record, cursor.event) };
	}

	private get event() {
		return EVENTS[this.cursor.event];
	}
}

/** The number of records that can still be remembered without forgetting any that the next poll reads again. */
export function roomIn({ doneUntil, delivered }: Cursor): number {
	const readAgain = [...delivered.values()].filter(({ at }) => at >= doneUntil);
	return Math.max(0, MAX_DELIVERED - readAgain.length);
}

/** A hash of the values that count as a change; 0 if there are none. */
function contentOf(record: Lead, event: EventName): number {
	const values = Object.keys(record)
		.filter(EVENTS[event].countsAsChange)
		.map((name) => record[name]);
	return values.length > 0 ? hashOf(JSON.stringify(values)) : 0;
}

/**
 * The ID of an event. It is the same whenever the event is delivered, as long as the same columns are chosen.
 * LeadSquared's times are whole seconds, so only the values distinguish two changes within one. An activity is
 * created once.
 */
export function eventIdOf(record: Lead, event: EventName, timestamps: Timestamps): string {
	const key = keyOf(record, event);
	if (EVENTS[event].lookBackMs !== undefined) return `${event} ${key}`;
	const at = EVENTS[event].at(timestamps);
	const time = at === undefined ? '' : new Date(at).toISOString();
	return [event, key, time, contentOf(record, event)].join(' ');
}

/**
 * The cursor after these records.
 *
 * @param records the account's latest ones, with all that share their last second
 * @param begin isBelievable: whether LeadSquared's clock may have shown a time, in ms since 1970;
 * otherwise: where to begin if none has such a time
 */
export function cursorAfter(
	records: Lead[],
	key: CursorKey & Pick<Cursor, 'columns'>,
	timestampsOf: (record: Lead) => Timestamps,
	begin: { isBelievable: (time: number) => boolean; otherwise: number },
): Cursor {
	const times = records
		.map((record) => timestampsOf(record).active ?? NaN)
		.filter(begin.isBelievable);
	const newest = times.reduce((a, b) => Math.max(a, b), -Infinity);
	const doneUntil = times.length > 0 ? newest : begin.otherwise;
	const cursor: Cursor = {
		...key,
		countsAll: false,
		doneUntil,
		beganAt: doneUntil,
		delivered: new Map(),
	};
	// Earlier changes are done. More may come within the newest second, so its records are remembered.
	const tracker = new ChangeTracker(cursor, timestampsOf);
	for (const record of records) tracker.add(record);
	const known = tracker.next({ max: Infinity, columns: key.columns });
	const isTooMuch = known.waiting > 0 && times.length > 0;
	return isTooMuch ? { ...cursor, doneUntil: newest + SECOND_MS } : known.cursor;
}

function keyOf(record: Lead, event: EventName): string {
	const id = record[EVENTS[event].idColumn];
	return typeof id === 'string' && id !== '' ? idKey(id) : JSON.stringify(record);
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

/** The second that a time, in ms since 1970, lies in: LeadSquared's calls take whole seconds. */
export const startOfSecond = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS;
