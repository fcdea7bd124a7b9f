import { ID_COLUMN, type Lead } from '../api/lead';
import { idKey } from '../api/leadId';
import {
	compare,
	contentOf,
	type Cursor,
	digestOf,
	type Given,
	type Made,
	MOST_GIVEN,
	type Position,
} from './cursor';
import { EVENTS, type Stamps } from './events';

const SECOND_MS = 1000;

/** A lead that has not been given with its latest change. */
interface Fresh extends Position {
	lead: Lead;
	content: number;
}

/** What a poll gives, and what it leaves. */
export interface Poll {
	/** Oldest change first. */
	leads: Lead[];
	/** How many are left for the next polls, and the time of the oldest, in ms since 1970. */
	waiting: number;
	waitingSince?: number;
	/** Where the next poll goes on. */
	cursor: Cursor;
}

/**
 * Finds out what is new among the leads of a poll.
 *
 * A change is what an answer shows: a lead, its time, and its values. LeadSquared's times are whole
 * seconds, so a lead that changes twice within one is told by its values. A change may show up some
 * time after its stamp; until that time is over, each lead that was given is remembered. Since not
 * more than so many can be, others wait until then: from there on it takes no more than a place in the
 * order of all leads to know what was given.
 */
export class News {
	private readonly fresh = new Map<string, Fresh>();
	private readonly everFresh = new Set<string>();
	/** The first place of those that were let go, since they would not be given in this poll. */
	private letGo?: Position;
	/** How many leads came with a time, and how many without any; those on two pages count twice. */
	withTime = 0;
	withoutTime = 0;

	/**
	 * @param stampsOf tells when things happened to a lead
	 * @param most how many leads a poll may give
	 */
	constructor(
		private readonly cursor: Cursor,
		private readonly columns: string,
		private readonly stampsOf: (lead: Lead) => Stamps,
		private readonly most: number,
	) {}

	/** Takes a lead; the same one may come more than once, as it is by then. */
	add(lead: Lead): void {
		const stamps = this.stampsOf(lead);
		if (stamps.active === undefined) {
			this.withoutTime++;
			return;
		}
		this.withTime++;
		const at = EVENTS[this.cursor.event].at(stamps);
		if (at === undefined || at < this.cursor.doneTo) return;
		const id = digestOf(keyOf(lead));
		const content = this.contentOf(lead);
		if (this.isDone({ at, id }, content)) return;
		const before = this.fresh.get(id);
		if (before && before.at > at) return;
		this.fresh.set(id, { lead, at, id, content });
		this.everFresh.add(id);
		if (this.fresh.size > 2 * this.most) this.letGoOfTheNewest();
	}

	/**
	 * @param settledBefore ms since 1970: a change with an earlier stamp has shown up by now, if ever it
	 * does. Undefined if that is not known
	 */
	take(settledBefore = -Infinity): Poll {
		const inOrder = [...this.fresh.values()].sort(compare);
		const inReach = inOrder
			.filter((each) => !this.letGo || compare(each, this.letGo) < 0)
			.slice(0, this.most);
		const settled = inReach.filter(({ at }) => at < settledBefore);
		const unsettled = inReach.slice(settled.length);
		const next = this.first(inOrder[settled.length]);
		const { cursor } = this;
		const doneTo = Math.max(cursor.doneTo, Math.min(settledBefore, next?.at ?? Infinity));
		const after = [settled.at(-1), cursor.after].find((place) => place && place.at >= doneTo);
		const given = new Map([...cursor.given].filter(([, { at }]) => at >= doneTo));
		const now = unsettled.slice(0, Math.max(0, MOST_GIVEN - given.size));
		for (const { id, at, content } of now) given.set(id, { at, content });
		const leads = [...settled, ...now].map(({ lead }) => lead);
		return {
			leads,
			waiting: this.everFresh.size - leads.length,
			waitingSince: this.first(inOrder[leads.length])?.at,
			cursor: {
				...cursor,
				columns: this.columns,
				doneTo,
				after: after && { at: after.at, id: after.id },
				given,
			},
		};
	}

	private isDone(place: Position, content: number): boolean {
		const { after, columns, given } = this.cursor;
		if (after && compare(place, after) <= 0) return true;
		const known: Given | undefined = given.get(place.id);
		if (!known || place.at > known.at) return false;
		// An answer that is older than one before it.
		if (place.at < known.at) return true;
		const isComparable = known.content !== 0 && content !== 0 && columns === this.columns;
		return !isComparable || known.content === content;
	}

	/** 0 where no value tells of another change. */
	private contentOf(lead: Lead): number {
		const { isToldBy } = EVENTS[this.cursor.event];
		const values = Object.keys(lead)
			.filter(isToldBy)
			.map((name) => lead[name]);
		return values.length > 0 ? contentOf(JSON.stringify(values)) : 0;
	}

	/** The first that is left: this one, or one that was let go. */
	private first(left?: Position): Position | undefined {
		const { letGo } = this;
		return left && letGo ? (compare(left, letGo) < 0 ? left : letGo) : (left ?? letGo);
	}

	private letGoOfTheNewest(): void {
		const inOrder = [...this.fresh.values()].sort(compare);
		for (const each of inOrder.slice(this.most)) {
			this.fresh.delete(each.id);
			if (!this.letGo || compare(each, this.letGo) < 0) this.letGo = each;
		}
	}
}

/**
 * A cursor that gives what comes after these leads.
 *
 * @param leads the latest ones of the account, all that share their last second among them
 * @param isBelievable whether LeadSquared's clock may have shown a time, in ms since 1970
 * @param otherwise where to begin if there is no such lead, in ms since 1970
 */
export function cursorAfter(
	leads: Lead[],
	made: Made,
	stampsOf: (lead: Lead) => Stamps,
	{ isBelievable, otherwise }: { isBelievable: (time: number) => boolean; otherwise: number },
): Cursor {
	const times = leads.map((lead) => stampsOf(lead).active ?? NaN).filter(isBelievable);
	const newest = times.reduce((one, other) => Math.max(one, other), -Infinity);
	const doneTo = times.length > 0 ? newest : otherwise;
	const cursor: Cursor = { ...made, countsAll: false, doneTo, given: new Map() };
	// What was stamped before is not new. In that very second more may come.
	const news = new News(cursor, made.columns, stampsOf, Infinity);
	for (const lead of leads) news.add(lead);
	const known = news.take();
	const isTooMuch = known.waiting > 0 && times.length > 0;
	return isTooMuch ? { ...cursor, doneTo: newest + SECOND_MS } : known.cursor;
}

const keyOf = (lead: Lead): string => {
	const id = lead[ID_COLUMN];
	return typeof id === 'string' && id !== '' ? idKey(id) : JSON.stringify(lead);
};
