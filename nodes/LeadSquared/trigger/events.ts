import type { Lead } from '../api/leads';
import { readApiMoment } from '../api/dates';
import { isReadOnly } from '../api/standardColumns';

/** The times, in ms since 1970, of the last events of a lead; undefined if LeadSquared sends none. */
export interface Timestamps {
	created?: number;
	/** A column of the lead itself was changed. */
	modified?: number;
	/** Anything happened, activities included. LeadSquared finds changed leads by this time. */
	active?: number;
}

/** An event that can start a workflow. */
interface TriggerEvent {
	/** As users see it. */
	name: string;
	/** In the node panel: On … */
	action: string;
	description: string;
	/** The column with the time of the event. */
	column: string;
	/** The same time, also of leads that the event has not happened to. */
	by: keyof Timestamps;
	/** The time of the event; undefined if it has not happened, or is not known. */
	at(timestamps: Timestamps): number | undefined;
	/**
	 * Whether a new value of a column means that the event has happened again, although its time is the
	 * same. Activities change columns that LeadSquared sets, but not the time of the last change.
	 */
	countsAsChange: (column: string) => boolean;
}

const CREATED = 'CreatedOn';
const MODIFIED = 'ModifiedOn';
const ACTIVE = 'LeadLastModifiedOn';

/** The columns with the times of events; everything that happens to a lead moves the last one. */
export const TIMESTAMP_COLUMNS = [CREATED, MODIFIED, ACTIVE];

/** All events, by their names in saved workflows. */
export const EVENTS = {
	leadActive: {
		name: 'Lead Activity or Change',
		action: 'On lead activity or change',
		description: 'When a lead is created, changes, or has a new activity',
		column: ACTIVE,
		by: 'active',
		at: ({ active }) => active,
		countsAsChange: () => true,
	},
	leadCreated: {
		name: 'Lead Created',
		action: 'On lead created',
		description: 'When a lead is created',
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
		column: MODIFIED,
		by: 'modified',
		// The initial values of a lead are not a change.
		at: ({ created, modified }) => (modified === created ? undefined : modified),
		countsAsChange: (column) => !isReadOnly(column),
	},
} satisfies Record<string, TriggerEvent>;

export type EventName = keyof typeof EVENTS;

/**
 * Makes the function that reads a lead's timestamps. If LeadSquared leaves one out, the next earlier
 * one takes its place: a lead that was created was changed and active by then.
 *
 * @param columns the requested columns, including the three timestamps, in any case
 */
export function timestampsReader(columns: string[]): (lead: Lead) => Timestamps {
	const [createdOn, modifiedOn, activeOn] = TIMESTAMP_COLUMNS.map(
		(name) => columns.find((column) => isSameColumn(column, name)) ?? name,
	);
	return (lead) => {
		const created = readApiMoment(lead[createdOn]);
		const modified = readApiMoment(lead[modifiedOn]) ?? created;
		return { created, modified, active: readApiMoment(lead[activeOn]) ?? modified };
	};
}

/** The columns and the timestamps, each once. */
export function addTimestampColumns(columns: string[]): string[] {
	const isMissing = (name: string) => !columns.some((column) => isSameColumn(column, name));
	return [...columns, ...TIMESTAMP_COLUMNS.filter(isMissing)];
}

/** Whether two names mean the same column. */
export const isSameColumn = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
