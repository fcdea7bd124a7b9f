import { ID_COLUMN, type Lead } from '../api/lead';
import { readApiMoment } from '../api/moment';
import { isReadOnly } from '../api/standardColumns';

/** When something last happened to a lead, in ms since 1970; undefined where LeadSquared does not say. */
export interface Stamps {
	created?: number;
	/** A column of its own was changed. */
	modified?: number;
	/** Anything happened, activities too. LeadSquared finds changed leads by it. */
	active?: number;
}

/** What a workflow may be started by. */
export interface TriggerEvent {
	/** As people see it. */
	name: string;
	/** In the node panel: On … */
	action: string;
	description: string;
	/** The column that tells when it happened. */
	column: string;
	/** When it happened to a lead; undefined if it has not happened, or is not known. */
	at(stamps: Stamps): number | undefined;
	/**
	 * Whether another value of a column, while the time is the same, tells that it has happened again. Activities
	 * move what LeadSquared sets by itself, and no time of a change.
	 */
	isToldBy: (column: string) => boolean;
}

const CREATED = 'CreatedOn';
const MODIFIED = 'ModifiedOn';
const ACTIVE = 'LeadLastModifiedOn';

/** The columns that tell when things happened; the last one moves with everything. */
export const STAMP_COLUMNS = [CREATED, MODIFIED, ACTIVE];

/** By what saved workflows hold. */
export const EVENTS = {
	leadActive: {
		name: 'Lead Active',
		action: 'On lead active',
		description: 'When anything happens to a lead: it is created, changed, or has an activity',
		column: ACTIVE,
		at: ({ active }) => active,
		isToldBy: () => true,
	},
	leadCreated: {
		name: 'Lead Created',
		action: 'On lead created',
		description: 'When a lead is created, once for each lead',
		column: CREATED,
		at: ({ created }) => created,
		// Once for each lead.
		isToldBy: () => false,
	},
	leadUpdated: {
		name: 'Lead Updated',
		action: 'On lead updated',
		description: 'When a column of a lead is changed; activities and new leads do not count',
		column: MODIFIED,
		// What a lead was created with is no change.
		at: ({ created, modified }) => (modified === created ? undefined : modified),
		isToldBy: (column) => !isReadOnly(column),
	},
} satisfies Record<string, TriggerEvent>;

export type EventName = keyof typeof EVENTS;

/**
 * Makes the function that tells when things happened to a lead. Where LeadSquared leaves a time out,
 * the next one that is certain stands in its place: whatever is created is changed and active by then.
 *
 * @param columns as they were asked for, the three among them in any case
 */
export function stampsReader(columns: string[]): (lead: Lead) => Stamps {
	const [created, modified, active] = STAMP_COLUMNS.map((name) => asAsked(name, columns));
	return (lead) => {
		const first = readApiMoment(lead[created]);
		const own = readApiMoment(lead[modified]) ?? first;
		return { created: first, modified: own, active: readApiMoment(lead[active]) ?? own };
	};
}

/** The columns and the three that tell the times, each once. */
export function withStamps(columns: string[]): string[] {
	const known = new Set(columns.map((name) => name.toLowerCase()));
	return [...columns, ...STAMP_COLUMNS.filter((name) => !known.has(name.toLowerCase()))];
}

/** A lead with no other columns than these. */
export const only = (columns: string[], lead: Lead): Lead =>
	Object.fromEntries(columns.map((name) => [name, lead[name] ?? null]));

/** What the list keeps of a lead that is kept elsewhere. */
export const idOnly = (lead: Lead): Lead => ({ [ID_COLUMN]: lead[ID_COLUMN] });

const asAsked = (name: string, columns: string[]): string =>
	columns.find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
