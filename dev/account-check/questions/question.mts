import { COLUMNS } from '../../sandbox/metadata.mts';
import type { Finding } from '../finding.mts';
import type { Row } from '../rows.mts';
import type { Clock, NodeModules, Tenant } from '../tenant.mts';

/** The answers so far. Lead ids and rows stay in here. */
export interface Context {
	tenant: Tenant;
	clock: Clock;
	node: NodeModules;
	/** Ids that should exist. */
	known: string[];
	/** Ids of leads that have been deleted, or merged into others. */
	deleted: string[];
	/** A few that do exist. */
	leads: string[];
	/** The columns requested for them, and their rows. */
	columns: string[];
	sample: Row[];
	refusesUnknown: boolean;
	/** The account's columns, as LeadsMetaData.Get describes them; none until they have come. */
	metadata: Row[];
	/** The leads to write, if the user lets the check write. */
	throwaway?: Throwaway;
}

/** Two leads that the check creates, with values that no other lead has. */
export interface Throwaway {
	name: string;
	/** Their addresses. */
	first: string;
	second: string;
	/** The number of the second. */
	phone: string;
	firstId?: string;
	secondId?: string;
}

/** One question about a tenant. */
export interface Question {
	name: string;
	/** The node's assumption about every tenant. */
	assumes: string;
	/** The consequence if a tenant behaves differently. */
	otherwise: string;
	/** The number of known leads that it needs. */
	needs?: number;
	run(context: Context): Promise<Finding> | Finding;
}

// Well-formed ids that no account has.
export const UNKNOWN = '00000000-0000-4000-8000-000000000000';
export const UNKNOWN_TOO = 'f00dfeed-5eed-4bad-9bad-0ddba11c0de5';
export const SAMPLE = 10;
export const MAX_LEADS = 10_000;
export const RECENT_DAYS = 30;
export const DAY_MS = 86_400_000;
/** Columns that every account has: those that the node picks by default, a date, a number. */
export const COMMON_COLUMNS = ['ProspectID', 'FirstName', 'ProspectStage', 'CreatedOn', 'Score'];

const STANDARD = new Set(
	COLUMNS.map(({ schemaName }) => schemaName).filter((name) => !name.startsWith('mx_')),
);
/** The unrequested columns that other calls are known to send, and the object types. */
const ECHOED = ['LeadType', 'Total', 'CanUpdate'];

/** Whether a column is LeadSquared's own, so that its name reveals nothing about an account. */
export function isStandard(name: string): boolean {
	return STANDARD.has(name) || ECHOED.includes(name);
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, as LeadSquared reads dates. */
export const dateTime = (ms: number): string =>
	new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
