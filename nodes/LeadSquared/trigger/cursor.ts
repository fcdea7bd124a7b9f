import { createHash } from 'node:crypto';
import { EVENTS, type EventName } from './events';

/** A place in the order in which leads are given: by time, then by digest. */
export interface Position {
	/** ms since 1970, as LeadSquared stamped it. */
	at: number;
	/** Of the lead; see `digestOf`. */
	id: string;
}

/** What is known of a lead that was given. */
export interface Given {
	/** The time of the change that it was given for, in ms since 1970. */
	at: number;
	/** A hash of what it came with; 0 where that tells nothing. */
	content: number;
}

/**
 * How far a trigger has come. A change is done if it lies before `doneTo`, if it lies at or before
 * `after`, or if the lead was given with it.
 */
export interface Cursor {
	/** What it was made for: another event, or another host, begins anew. */
	event: EventName;
	host: string;
	/** Which columns contents were made of. */
	columns: string;
	/** Whether LeadSquared was seen to count more leads than a page holds. */
	countsAll: boolean;
	/** ms since 1970. */
	doneTo: number;
	/** Where the leads given last end, if there were more than fit in one poll. */
	after?: Position;
	/** The leads given from `doneTo` on, by digest. */
	given: Map<string, Given>;
}

/**
 * So many leads are remembered at the most. n8n stores them with the workflow, all in one text, which
 * stays below 64 kB.
 */
export const MOST_GIVEN = 2100;

const DIGEST_BYTES = 12;
const TIME_BYTES = 6;
const ENTRY_BYTES = DIGEST_BYTES + TIME_BYTES + 4;

/** A short name for a lead's id, or for whatever tells a lead without one from others. */
export const digestOf = (text: string): string =>
	createHash('sha256').update(text).digest().toString('latin1', 0, DIGEST_BYTES);

/** A number that tells whether two texts are the same; never 0. */
export const contentOf = (text: string): number =>
	createHash('sha256').update(text).digest().readUInt32BE(0) || 1;

/** Which of two places comes first, as a sort function tells it. */
export const compare = (one: Position, other: Position): number =>
	one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

/** What a cursor is made for. */
export type Made = Pick<Cursor, 'event' | 'host' | 'columns'>;

/** The cursor as n8n stores it: plain JSON. */
export function toStored({ doneTo, after, given, ...made }: Cursor): object {
	const bytes = Buffer.alloc(given.size * ENTRY_BYTES);
	let offset = 0;
	for (const [id, { at, content }] of given) {
		bytes.write(id, offset, 'latin1');
		bytes.writeUIntBE(at, offset + DIGEST_BYTES, TIME_BYTES);
		bytes.writeUInt32BE(content, offset + DIGEST_BYTES + TIME_BYTES);
		offset += ENTRY_BYTES;
	}
	return {
		...made,
		doneTo: new Date(doneTo).toISOString(),
		...(after && {
			after: {
				at: new Date(after.at).toISOString(),
				id: Buffer.from(after.id, 'latin1').toString('base64'),
			},
		}),
		given: bytes.toString('base64'),
	};
}

/** What `toStored` gave; undefined for anything else. */
export function fromStored(stored: unknown): Cursor | undefined {
	const { event, host, columns, countsAll, doneTo, after, given } = Object(stored ?? {}) as Record<
		string,
		unknown
	>;
	const done = momentOf(doneTo);
	const texts = [event, host, columns, given];
	if (done === undefined || texts.some((text) => typeof text !== 'string')) return undefined;
	if (!Object.hasOwn(EVENTS, event as string)) return undefined;
	return {
		event: event as EventName,
		host: host as string,
		columns: columns as string,
		countsAll: countsAll === true,
		doneTo: done,
		after: positionOf(after),
		given: entriesOf(Buffer.from(given as string, 'base64')),
	};
}

function positionOf(stored: unknown): Position | undefined {
	const { at, id } = Object(stored ?? {}) as Record<string, unknown>;
	const moment = momentOf(at);
	if (moment === undefined || typeof id !== 'string') return undefined;
	return { at: moment, id: Buffer.from(id, 'base64').toString('latin1') };
}

function entriesOf(bytes: Buffer): Map<string, Given> {
	const given = new Map<string, Given>();
	for (let offset = 0; offset + ENTRY_BYTES <= bytes.length; offset += ENTRY_BYTES) {
		given.set(bytes.toString('latin1', offset, offset + DIGEST_BYTES), {
			at: bytes.readUIntBE(offset + DIGEST_BYTES, TIME_BYTES),
			content: bytes.readUInt32BE(offset + DIGEST_BYTES + TIME_BYTES),
		});
	}
	return given;
}

function momentOf(stored: unknown): number | undefined {
	const ms = typeof stored === 'string' ? Date.parse(stored) : NaN;
	return Number.isNaN(ms) ? undefined : ms;
}
