import { createHash } from 'node:crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { EVENTS, type EventName } from './events';

/** A position in the order in which leads are delivered: by time, then by digest. */
export interface Position {
	/** ms since 1970, as LeadSquared stamped it. */
	at: number;
	/** The lead's digest; see `digestOf`. */
	id: string;
}

/** A lead that was delivered. */
interface Delivered {
	/** The time of the change that it was delivered for, in ms since 1970. */
	at: number;
	/** A hash of its values; 0 if they do not count. */
	content: number;
}

/**
 * The position that a trigger has reached. A change is done if it is before `doneUntil`, if it is at or
 * before `after`, or if the lead was delivered with it.
 */
export interface Cursor {
	/** A cursor is valid for one event and one host. */
	event: EventName;
	host: string;
	/** Identifies the columns that the contents were hashed from. */
	columns: string;
	/** Whether LeadSquared was seen to count more leads than a page holds. */
	countsAll: boolean;
	/** ms since 1970. */
	doneUntil: number;
	/** The last lead delivered, if more leads were settled than fit in one poll. */
	after?: Position;
	/** The leads delivered from `doneUntil` on, by digest. */
	delivered: Map<string, Delivered>;
}

/** The event, host and columns that a cursor is made for. */
export type CursorKey = Pick<Cursor, 'event' | 'host' | 'columns'>;

/**
 * The most leads that a cursor remembers. n8n stores them with the workflow as one text, which stays
 * below 64 kB.
 */
export const MAX_DELIVERED = 2100;

const DIGEST_BYTES = 12;
const TIME_BYTES = 6;
const ENTRY_BYTES = DIGEST_BYTES + TIME_BYTES + 4;

/** A short name for a lead's ID, or for the values of a lead without one. */
export const digestOf = (text: string): string =>
	createHash('sha256').update(text).digest().toString('latin1', 0, DIGEST_BYTES);

/** A number that is the same for the same text; never 0. */
export const hashOf = (text: string): number =>
	createHash('sha256').update(text).digest().readUInt32BE(0) || 1;

/** Compares two positions, for `sort`. */
export const comparePositions = (a: Position, b: Position): number =>
	a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The place where a trigger keeps its cursor from poll to poll. */
interface CursorStore {
	/** The cursor; undefined if there is none for this event and host, or none that can be read. */
	read(key: Pick<CursorKey, 'event' | 'host'>): Cursor | undefined;
	/** Call this once nothing else can fail: n8n saves the cursor at once. */
	write(cursor: Cursor): void;
}

/**
 * The cursor in n8n's static data. The node's own data is stored under its name, and is lost when a
 * person renames it, so the cursor goes into the workflow's data, under the node's ID.
 *
 * If n8n keeps cursors itself (durable cursors, since 2.36), the node's own data is stored under its ID
 * and saved together with the execution, so that cursor is used. The cursor of the first poll is in the
 * workflow's data, because n8n does not save the node's own data at activation. Only if n8n does not
 * keep cursors does it return an object whose changes it watches.
 */
export function cursorStore(context: IPollFunctions): CursorStore {
	const own = context.getWorkflowStaticData('node');
	const shared = context.getWorkflowStaticData('global');
	const { id, name } = context.getNode();
	const key = `leadSquaredTrigger ${id || name}`;
	const isKept = !('__dataChanged' in own);
	return {
		read({ event, host }) {
			const cursor = (isKept ? fromStored(own.cursor) : undefined) ?? fromStored(shared[key]);
			return cursor?.event === event && cursor.host === host ? cursor : undefined;
		},
		write(cursor) {
			// A new object each time: n8n does not see changes within one.
			const stored = toStored(cursor) as IDataObject;
			shared[key] = stored;
			if (isKept) own.cursor = stored;
		},
	};
}

/** The cursor as n8n stores it: plain JSON. Saved workflows hold it, so its names do not change. */
export function toStored({ doneUntil, after, delivered, ...rest }: Cursor): object {
	const bytes = Buffer.alloc(delivered.size * ENTRY_BYTES);
	let offset = 0;
	for (const [id, { at, content }] of delivered) {
		bytes.write(id, offset, 'latin1');
		bytes.writeUIntBE(at, offset + DIGEST_BYTES, TIME_BYTES);
		bytes.writeUInt32BE(content, offset + DIGEST_BYTES + TIME_BYTES);
		offset += ENTRY_BYTES;
	}
	return {
		...rest,
		doneTo: new Date(doneUntil).toISOString(),
		...(after && {
			after: {
				at: new Date(after.at).toISOString(),
				id: Buffer.from(after.id, 'latin1').toString('base64'),
			},
		}),
		given: bytes.toString('base64'),
	};
}

/** Reads a result of `toStored`; undefined for anything else. */
export function fromStored(stored: unknown): Cursor | undefined {
	const { event, host, columns, countsAll, doneTo, after, given } = Object(stored ?? {}) as Record<
		string,
		unknown
	>;
	const doneUntil = readMoment(doneTo);
	const texts = [event, host, columns, given];
	if (doneUntil === undefined || texts.some((text) => typeof text !== 'string')) return undefined;
	if (!Object.hasOwn(EVENTS, event as string)) return undefined;
	return {
		event: event as EventName,
		host: host as string,
		columns: columns as string,
		countsAll: countsAll === true,
		doneUntil,
		after: readPosition(after),
		delivered: readEntries(Buffer.from(given as string, 'base64')),
	};
}

function readPosition(stored: unknown): Position | undefined {
	const { at, id } = Object(stored ?? {}) as Record<string, unknown>;
	const moment = readMoment(at);
	if (moment === undefined || typeof id !== 'string') return undefined;
	return { at: moment, id: Buffer.from(id, 'base64').toString('latin1') };
}

function readEntries(bytes: Buffer): Map<string, Delivered> {
	const delivered = new Map<string, Delivered>();
	for (let offset = 0; offset + ENTRY_BYTES <= bytes.length; offset += ENTRY_BYTES) {
		delivered.set(bytes.toString('latin1', offset, offset + DIGEST_BYTES), {
			at: bytes.readUIntBE(offset + DIGEST_BYTES, TIME_BYTES),
			content: bytes.readUInt32BE(offset + DIGEST_BYTES + TIME_BYTES),
		});
	}
	return delivered;
}

function readMoment(stored: unknown): number | undefined {
	const ms = typeof stored === 'string' ? Date.parse(stored) : NaN;
	return Number.isNaN(ms) ? undefined : ms;
}
