import { createHash } from 'node:crypto';
import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import { nodeOf } from '../input/node';
import { EVENTS, type EventName } from './events';

/** A record that was delivered. */
interface Delivered {
	/** The time of the change that it was delivered for, in ms since 1970. */
	at: number;
	/** A hash of its values; 0 if they do not count. */
	content: number;
}

/**
 * The place that a trigger has reached. A change is done if it lies before `doneUntil`, or if the record was
 * delivered with it.
 */
export interface Cursor {
	/** A cursor holds for one event, one account, and one workflow. */
	event: EventName;
	/** The code of a type; undefined for events of leads. */
	activityType?: number;
	/** Host and hash of the access key. */
	account: string;
	workflow: string;
	/** Names the columns that contents were made of. */
	columns: string;
	/** Whether LeadSquared was seen to count more records than a page holds. */
	countsAll: boolean;
	/** ms since 1970. */
	doneUntil: number;
	/** The first `doneUntil`, in ms since 1970. */
	beganAt: number;
	/** The records delivered from `doneUntil` on, by digest; of activities, also the latest earlier ones, oldest first. */
	delivered: Map<string, Delivered>;
	walk?: Walk;
}

/** A way through a list of records, sorted by ID, that takes several polls. */
export interface Walk {
	/** It delivers the changes before this time, in ms since 1970. */
	until: number;
	/** The number of rows that are done, as far as is known: rows of new records may have come before. */
	place: number;
	/** The IDs of the last rows that are done, the last one last. */
	last: string[];
	/** The most rows to request in a page. */
	pageSize: number;
}

/** The circumstances that a cursor is made for. */
export type CursorKey = Pick<Cursor, 'event' | 'activityType' | 'account' | 'workflow'>;

/**
 * The most records that a cursor remembers. n8n stores them with the workflow as one text, which stays
 * below 64 kB.
 */
export const MAX_DELIVERED = 2100;

const DIGEST_BYTES = 12;
const TIME_BYTES = 6;
const ENTRY_BYTES = DIGEST_BYTES + TIME_BYTES + 4;

/** A short name for a record's ID, or for the values of a record without one. */
export const digestOf = (text: string): string =>
	createHash('sha256').update(text).digest().toString('latin1', 0, DIGEST_BYTES);

/** A number that is the same for the same text; never 0. */
export const hashOf = (text: string): number =>
	createHash('sha256').update(text).digest().readUInt32BE(0) || 1;

/** The place where a trigger keeps its cursor from poll to poll. */
interface CursorStore {
	/** The cursor, or the reason why there is none. */
	read(key: CursorKey): Cursor | string;
	/**
	 * Call this when nothing can fail any more: n8n takes the cursor over at once.
	 *
	 * @param isQuiet whether the poll delivers nothing
	 */
	write(cursor: Cursor, isQuiet: boolean): void;
}

// By workflow and node: the stored cursor that a quiet poll began at, and the one that it has reached.
const afterQuietPoll = new Map<string, { stored: string; cursor: Cursor }>();

/** The reason of a trigger that has never polled. */
export const NO_CURSOR = 'it has no position yet';

/** The reason why a cursor cannot be used; undefined if it can. */
function discardReason(cursor: Cursor | undefined, key: CursorKey): string | undefined {
	if (!cursor) return 'its stored position cannot be read';
	if (cursor.workflow !== key.workflow) return 'its stored position belongs to another workflow';
	if (cursor.account !== key.account) return 'the credential is now for another account';
	if (cursor.event !== key.event) return 'the event was changed';
	if (cursor.activityType !== key.activityType) return 'the activity type was changed';
	return undefined;
}

/**
 * The cursor in n8n's static data. The node's own data is stored under its name, and is lost when a
 * person renames it, so the cursor goes into the workflow's data, under the node's ID.
 *
 * Where n8n keeps cursors itself (durable cursors, since 2.36), the node's own data lies under its ID
 * and is saved together with the execution, so that cursor counts. The first poll's is in the workflow's
 * data, because n8n does not save the node's own at the activation. Only where n8n does not keep
 * cursors does it hand out an object whose changes it watches.
 *
 * n8n's durable scheduler without durable cursors stores nothing for a poll that delivers nothing. So this
 * process remembers how far such a poll came, as long as the cursor that it began at is still the stored one.
 */
export function cursorStore(context: IPollFunctions): CursorStore {
	const own = context.getWorkflowStaticData('node');
	const shared = context.getWorkflowStaticData('global');
	const { id, name } = nodeOf(context);
	const key = `leadSquaredTrigger ${id || name}`;
	const place = `${context.getWorkflow().id} ${id}`;
	const isKept = !('__dataChanged' in own);
	const stored = (isKept ? own.cursor : undefined) ?? shared[key];
	const storedText = JSON.stringify(stored);
	return {
		read(wanted) {
			if (stored === undefined) return NO_CURSOR;
			const later = afterQuietPoll.get(place);
			const cursor = later?.stored === storedText ? later.cursor : fromStored(stored);
			return discardReason(cursor, wanted) ?? cursor!;
		},
		write(cursor, isQuiet) {
			if (isQuiet && stored !== undefined)
				afterQuietPoll.set(place, { stored: storedText, cursor });
			else afterQuietPoll.delete(place);
			// A new object each time: n8n does not see changes within one.
			const next = toStored(cursor) as IDataObject;
			shared[key] = next;
			if (isKept) own.cursor = next;
		},
	};
}

/** The cursor as n8n stores it: plain JSON. Saved workflows hold it, so its names do not change. */
export function toStored({ doneUntil, beganAt, delivered, walk, ...rest }: Cursor): object {
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
		beganAt: new Date(beganAt).toISOString(),
		given: bytes.toString('base64'),
		...(walk && { walk: { ...walk, until: new Date(walk.until).toISOString() } }),
	};
}

/** Reads a result of `toStored`; undefined for anything else. */
export function fromStored(stored: unknown): Cursor | undefined {
	const { event, activityType, account, workflow, columns, countsAll, ...rest } = asRecord(stored);
	const { doneTo, beganAt, given, walk } = rest;
	const doneUntil = readMoment(doneTo);
	const texts = [event, account, workflow, columns, given];
	if (doneUntil === undefined || texts.some((text) => typeof text !== 'string')) return undefined;
	if (!Object.hasOwn(EVENTS, event as string)) return undefined;
	return {
		event: event as EventName,
		activityType: activityType as number | undefined,
		account: account as string,
		workflow: workflow as string,
		columns: columns as string,
		countsAll: countsAll === true,
		doneUntil,
		beganAt: readMoment(beganAt) ?? doneUntil,
		delivered: readEntries(Buffer.from(given as string, 'base64')),
		walk: readWalk(walk),
	};
}

function readWalk(stored: unknown): Walk | undefined {
	const { until, place, last, pageSize } = asRecord(stored);
	const moment = readMoment(until);
	if (moment === undefined || !Array.isArray(last)) return undefined;
	return { until: moment, place: Number(place) || 0, last, pageSize: Number(pageSize) || 1 };
}

const asRecord = (value: unknown) => Object(value ?? {}) as Record<string, unknown>;

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
