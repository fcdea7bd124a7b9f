import { ID_COLUMN, type Lead } from '../api/leads';
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

/** A lead with a change that was not delivered. */
interface Change {
	lead: Lead;
	/** The lead's digest; see `digestOf`. */
	id: string;
	/** ms since 1970, as LeadSquared stamped it. */
	at: number;
	content: number;
}

/** The leads that a poll delivers, and those that it leaves for the next one. */
export interface Delivery {
	/** Oldest change first. */
	leads: Lead[];
	/** The number of changes that were read and wait for the next polls, and the time of the oldest. */
	waiting: number;
	waitingSince?: number;
	/** The position where the next poll continues. */
	cursor: Cursor;
}

/**
 * Finds the changes among the leads of a poll.
 *
 * A change is a lead, its time and its values. LeadSquared's times are whole seconds, so only the
 * values show that a lead has changed twice within one. A change may appear in answers some time after
 * its timestamp; after that time it is settled. Up to the oldest change that is left or not settled, all
 * are done. Of those after it, each lead that was delivered is remembered. No more than `MAX_DELIVERED`
 * can be; the rest waits.
 */
export class ChangeTracker {
	private readonly changes = new Map<string, Change>();
	/** Leads that were delivered with the same time. */
	private readonly again = new Map<string, Change>();
	/** The number of leads with a time, and without any; those on two pages count twice. */
	withTime = 0;
	withoutTime = 0;

	constructor(
		private readonly cursor: Cursor,
		private readonly timestampsOf: (lead: Lead) => Timestamps,
	) {}

	/** Takes a lead. The same lead may be taken again, with later values. */
	add(lead: Lead): void {
		const timestamps = this.timestampsOf(lead);
		if (timestamps.active === undefined) this.withoutTime++;
		else this.withTime++;
		const change = this.changeOf(lead);
		if (!change) return;
		const { id, at } = change;
		const known = this.changes.get(id) ?? this.cursor.delivered.get(id);
		if (known && known.at > at) return;
		const isNew = at !== this.cursor.delivered.get(id)?.at;
		(isNew ? this.changes : this.again).set(id, change);
		if (isNew) this.again.delete(id);
	}

	/**
	 * The time of a lead's change, if it was not delivered yet.
	 *
	 * @param columns names the columns of its values
	 */
	newAt(lead: Lead, columns: string): number | undefined {
		const change = this.changeOf(lead);
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
		return unsettled > 0 && unsettled >= MAX_DELIVERED - this.cursor.delivered.size;
	}

	/**
	 * Decides which leads this poll delivers.
	 *
	 * @param max the most leads to deliver
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
		const delivered = new Map(this.cursor.delivered);
		for (const [id, { at }] of delivered) {
			if (at < doneUntil) delivered.delete(id);
			// Values of other columns cannot be compared.
			else if (!isSame) delivered.set(id, { at, content: this.again.get(id)?.content ?? 0 });
		}
		const inReach = inOrder.slice(0, max);
		const done = inReach.filter(({ at }) => at < doneUntil);
		const room = Math.max(0, MAX_DELIVERED - delivered.size);
		const others = inReach.slice(done.length, done.length + room);
		for (const { id, at, content } of others) delivered.set(id, { at, content });
		const leads = [...done, ...others].map(({ lead }) => lead);
		return {
			leads,
			waiting: inOrder.length - leads.length,
			waitingSince: inOrder[leads.length]?.at,
			cursor: { ...this.cursor, columns, doneUntil, delivered, walk: undefined },
		};
	}

	/** Whether a lead has other values than it was delivered with. */
	private hasChanged({ id, content }: Change): boolean {
		const known = this.cursor.delivered.get(id)!;
		return known.content !== 0 && content !== 0 && known.content !== content;
	}

	private changeOf(lead: Lead): Change | undefined {
		const at = EVENTS[this.cursor.event].at(this.timestampsOf(lead));
		if (at === undefined || at < this.cursor.doneUntil) return undefined;
		const content = contentOf(lead, this.cursor.event);
		return { lead, at, id: digestOf(keyOf(lead)), content };
	}
}

/** A hash of the values that count as a change; 0 if there are none. */
function contentOf(lead: Lead, event: EventName): number {
	const values = Object.keys(lead)
		.filter(EVENTS[event].countsAsChange)
		.map((name) => lead[name]);
	return values.length > 0 ? hashOf(JSON.stringify(values)) : 0;
}

/**
 * The ID of an event. It is the same whenever the event is delivered, as long as the same columns are chosen.
 * LeadSquared's times are whole seconds, so only the values distinguish two changes within one.
 */
export function eventIdOf(lead: Lead, event: EventName, timestamps: Timestamps): string {
	const at = EVENTS[event].at(timestamps);
	const time = at === undefined ? '' : new Date(at).toISOString();
	return [event, keyOf(lead), time, contentOf(lead, event)].join(' ');
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
	key: CursorKey & Pick<Cursor, 'columns'>,
	timestampsOf: (lead: Lead) => Timestamps,
	begin: { isBelievable: (time: number) => boolean; otherwise: number },
): Cursor {
	const times = leads.map((lead) => timestampsOf(lead).active ?? NaN).filter(begin.isBelievable);
	const newest = times.reduce((a, b) => Math.max(a, b), -Infinity);
	const doneUntil = times.length > 0 ? newest : begin.otherwise;
	const cursor: Cursor = { ...key, countsAll: false, doneUntil, delivered: new Map() };
	// Earlier changes are done. More may come within the newest second, so its leads are remembered.
	const tracker = new ChangeTracker(cursor, timestampsOf);
	for (const lead of leads) tracker.add(lead);
	const known = tracker.next({ max: Infinity, columns: key.columns });
	const isTooMuch = known.waiting > 0 && times.length > 0;
	return isTooMuch ? { ...cursor, doneUntil: newest + SECOND_MS } : known.cursor;
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

/** The second that a time, in ms since 1970, lies in: LeadSquared's calls take whole seconds. */
export const startOfSecond = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS;
