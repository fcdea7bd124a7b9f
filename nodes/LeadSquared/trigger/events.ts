import { ACTIVITY_COLUMNS, ACTIVITY_ID, STAGE_CHANGE } from '../api/activities';
import { readApiMoment } from '../api/dates';
import { ID_COLUMN, type Lead } from '../api/leads';
import { isReadOnly } from '../api/standardColumns';

/** The times, in ms since 1970, of the last events of a record; undefined if LeadSquared sends none. */
export interface Timestamps {
	/** For an activity, the time at which it took place, which may be long before it was added. */
	created?: number;
	/** A column of the record itself was changed. */
	modified?: number;
	/** Anything happened, activities of a lead included. LeadSquared finds changed records by this time. */
	active?: number;
}

/** An event that can start a workflow. */
interface TriggerEvent {
	/** As users see it. */
	name: string;
	/** In the node panel: On … */
	action: string;
	description: string;
	/** A record that it happens to, as people call it. */
	unit: 'lead' | 'activity';
	/** The column with the ID of such a record. */
	idColumn: string;
	/** The code of the type of such activities; undefined if the user chooses it. */
	activityType?: number;
	/** The columns of such records, the ID first; undefined if the user chooses them. */
	columns?: string[];
	/** The column with the time of the event. */
	column: string;
	/** The same time, also of records that the event has not happened to. */
	by: keyof Timestamps;
	/** The time of the event; undefined if it has not happened, or is not known. */
	at(timestamps: Timestamps): number | undefined;
	/**
	 * Whether a new value of a column means that the event has happened again, although its time is the
	 * same. Activities change columns that LeadSquared sets, but not the time of the last change.
	 */
	countsAsChange: (column: string) => boolean;
	/**
	 * For an event that happens once to a record whose `created` may lie in the past: how long, in ms. Records
	 * that changed, and were created earlier, are not new.
	 */
	lookBackMs?: number;
}

const DAY_MS = 24 * 3600_000;

const OF_LEADS = { unit: 'lead', idColumn: ID_COLUMN } as const;

const CREATED = 'CreatedOn';
const MODIFIED = 'ModifiedOn';
const ACTIVE = 'LeadLastModifiedOn';

/**
 * Activities appear when they are added, by `ModifiedOn`. Their `CreatedOn` is when they took place: a call may be
 * added when it ends, and the visits of a Friday on Monday. An edit also changes `ModifiedOn`.
 */
const OF_ACTIVITIES = {
	unit: 'activity',
	idColumn: ACTIVITY_ID,
	columns: ACTIVITY_COLUMNS,
	column: MODIFIED,
	by: 'modified',
	at: ({ modified }: Timestamps) => modified,
	countsAsChange: () => false,
	lookBackMs: 3 * DAY_MS,
} as const;

/** The columns with the times of events; everything that happens to a lead moves the last one. */
export const TIMESTAMP_COLUMNS = [CREATED, MODIFIED, ACTIVE];

/** The names of events in saved workflows. */
export type EventName =
	| 'activityCreated'
	| 'leadActive'
	| 'leadCreated'
	| 'leadUpdated'
	| 'stageChanged';

/** All events. */
export const EVENTS: Record<EventName, TriggerEvent> = {
	activityCreated: {
		name: 'Activity Created',
		action: 'On activity created',
		description: 'When an activity of a type is added, such as a phone call',
		...OF_ACTIVITIES,
	},
	leadActive: {
		name: 'Lead Activity or Change',
		action: 'On lead activity or change',
		description: 'When a lead is created, changes, or has a new activity',
		...OF_LEADS,
		column: ACTIVE,
		by: 'active',
		at: ({ active }) => active,
		countsAsChange: () => true,
	},
	leadCreated: {
		name: 'Lead Created',
		action: 'On lead created',
		description: 'When a lead is created',
		...OF_LEADS,
		column: CREATED,
		by: 'created',
		at: ({ created }) => created,
		// Once for each lead.
		countsAsChange: () => false,
	},
	leadUpdated: {
		name: 'Lead Updated',
		action: 'On lead updated',
		description: 'When a column of a lead changes; new leads and activities do not count',
		...OF_LEADS,
		column: MODIFIED,
		by: 'modified',
		// The initial values of a lead are not a change.
		at: ({ created, modified }) => (modified === created ? undefined : modified),
		countsAsChange: (column) => !isReadOnly(column),
	},
	stageChanged: {
		name: 'Stage Changed',
		action: 'On stage changed',
		description: 'When the stage of a lead changes, with the stage before and after',
		...OF_ACTIVITIES,
		activityType: STAGE_CHANGE,
	},
};

/**
 * Makes the function that reads a record's timestamps. If LeadSquared leaves one out, the next earlier
 * one takes its place: a record that was created was changed and active by then.
 *
 * @param columns the requested columns, including the three timestamps, in any case
 */
export function timestampsReader(columns: string[]): (record: Lead) => Timestamps {
	const [createdOn, modifiedOn, activeOn] = TIMESTAMP_COLUMNS.map(
		(name) => columns.find((column) => isSameColumn(column, name)) ?? name,
	);
	return (record) => {
		const created = readApiMoment(record[createdOn]);
		const modified = readApiMoment(record[modifiedOn]) ?? created;
		return { created, modified, active: readApiMoment(record[activeOn]) ?? modified };
	};
}

/** The columns and the timestamps, each once. */
export function addTimestampColumns(columns: string[]): string[] {
	const isMissing = (name: string) => !columns.some((column) => isSameColumn(column, name));
	return [...columns, ...TIMESTAMP_COLUMNS.filter(isMissing)];
}

/** Whether two names mean the same column. */
export const isSameColumn = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
