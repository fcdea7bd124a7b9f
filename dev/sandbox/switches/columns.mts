import { isNth, isTexts } from './switch.mts';
import type { Switches } from './switch.mts';

/** Switches on which columns may be written, and on how some of them are read. */
export interface ColumnFaults {
	uniqueColumns: string[];
	mandatoryColumns: string[];
	lockedColumns: string[];
	readOnlyColumns: string[];
	derivedColumns: string[];
	lockedAfterCreate: string[];
	maskedColumns: string[];
	maskedIn: 'all' | 'lookups';
	lineBreaks: 'token' | 'plain';
	secondTypeEvery: number | null;
	typesByIds: 'all' | 'OT_0';
}

export const COLUMN_SWITCHES: Switches<ColumnFaults> = {
	uniqueColumns: {
		default: ['EmailAddress', 'Phone', 'Mobile'],
		about: 'columns in which no two leads may have the same value (IsUnique)',
		allows: isTexts,
		source:
			'post-activities-to-leads-in-bulk-using-unique-lead-fields: these three by default; facts 0.1',
	},
	mandatoryColumns: {
		default: [],
		about: 'columns that a new lead must have (IsMandatory)',
		allows: isTexts,
		source:
			'facts D, Mandatory columns; create-custom-lead-field: checked for API calls; create-leads-in-bulk: none by default',
	},
	lockedColumns: {
		default: [],
		about: 'columns that cannot be written, although the metadata does not say so',
		allows: isTexts,
		source: 'operations (e), MXInvalidEntityException (locked field)',
	},
	readOnlyColumns: {
		default: ['ProspectAutoId'],
		about: 'columns that cannot be written (IsReadOnly)',
		allows: isTexts,
		source: 'facts 0.5',
	},
	derivedColumns: {
		default: [
			'LeadAge',
			'ProspectActivityName_Max',
			'ProspectActivityDate_Max',
			'ProspectActivityDate_Min',
		],
		about: 'columns that LeadSquared computes, and that cannot be written (IsDerived)',
		allows: isTexts,
		source: 'facts 0.5; which columns is not documented',
	},
	lockedAfterCreate: {
		default: ['ProspectID', 'Notes'],
		about: 'columns that only a new lead takes (LockAfterCreate 2)',
		allows: isTexts,
		source: 'facts 0.5: ProspectID and Notes; only administrators may edit them later',
	},
	maskedColumns: {
		default: [],
		about: 'columns that the user may not see in full: xxxxxxxx51',
		allows: isTexts,
		source: 'facts 0.3',
	},
	maskedIn: {
		default: 'all',
		about: 'calls that mask: all, or lookups of one lead only',
		allows: ['all', 'lookups'],
		source: 'facts 0.3: GetById, documented; facts F7: others, open',
	},
	lineBreaks: {
		default: 'token',
		about:
			'line breaks of text areas in answers: {mxnewline}, which a written value may hold as well, or as they are',
		allows: ['token', 'plain'],
		source: 'facts 0.9: one sample',
	},
	secondTypeEvery: {
		default: null,
		about:
			'makes an account with object types: every n-th lead, from index n-1, is of OT_1, which Leads.Get and Leads.RecentlyModified only return if a call asks for that LeadType',
		allows: isNth,
		source: 'facts D, "All leads are seen"; section 4, Versions',
	},
	typesByIds: {
		default: 'all',
		about: 'leads that Leads/Retrieve/ByIds returns: of all types, or of OT_0',
		allows: ['all', 'OT_0'],
		source: 'facts F6: open; the call is documented without a place to ask for a type',
	},
};
