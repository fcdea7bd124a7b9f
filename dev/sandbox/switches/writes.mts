import type { Trouble } from '../troubles.mts';
import { isCount, isLimitOrNull, isNth, isTrouble } from './switch.mts';
import type { Switches } from './switch.mts';

const isBreak = (value: unknown) => {
	const { every, rows, kind } = Object(value) as Record<string, unknown>;
	return value === null || (isCount(every) && every !== 0 && isCount(rows) && isTrouble(kind));
};

/** Switches for the calls that write leads. */
export interface WriteFaults {
	bulkLimit: { calls: number; seconds: number } | null;
	bulkCap: number;
	createCap: number;
	rowNumbers: 'from-1' | 'from-0' | 'absent';
	resultOrder: 'asked' | 'reversed' | 'shuffled';
	lostResults: number | null;
	badRows: 'row' | 'call';
	badRowsStatus: 500 | 412 | 400;
	duplicates: 'row' | 'call';
	searchById: 'ProspectId' | 'ProspectID' | 'both' | 'none';
	searchByColumns: 'unique' | 'any';
	badSearchBy: 'refused' | 'ignored';
	updateIdField: 'as-key' | 'any-case';
	strayIds: 'refused' | 'ignored';
	userDefinedGuid: 'accepted' | 'required' | 'unknown';
	phoneComparison: 'literal' | 'normalised';
	writeBreaks: { every: number; rows: number; kind: Trouble } | null;
}

export const WRITE_SWITCHES: Switches<WriteFaults> = {
	bulkLimit: {
		default: { calls: 5, seconds: 5 },
		about: 'the limit of bulk writes, in addition to that of the account; null is none',
		allows: isLimitOrNull,
		source: 'facts D, Plans: 5 in 5 s (Pro), 10 (Super), 1 in an older copy',
	},
	bulkCap: {
		default: 25,
		about: 'most rows in a call; Lead/Bulk/Create has its own',
		allows: isCount,
		source: 'operations (e), Lead/Bulk/CreateOrUpdate and UpdateV2',
	},
	createCap: {
		default: 50,
		about: 'most rows in a call to Lead/Bulk/Create',
		allows: isCount,
		source: 'operations (e), Lead/Bulk/Create',
	},
	rowNumbers: {
		default: 'from-1',
		about: 'how results are numbered',
		allows: ['from-1', 'from-0', 'absent'],
		source: 'operations (e): from 1 in public code; issue 15, "row numbers from 0 or 1"',
	},
	resultOrder: {
		default: 'asked',
		about: 'order of the results',
		allows: ['asked', 'reversed', 'shuffled'],
		source: 'issue 15, "results out of order"',
	},
	lostResults: {
		default: null,
		about: 'every n-th result is left out, though its row was written',
		allows: isNth,
		source: 'issue 15, "results … missing"',
	},
	badRows: {
		default: 'row',
		about:
			'a row that LeadSquared does not accept: reported in its result, or the whole call refused',
		allows: ['row', 'call'],
		source: 'issue 15, "whole call or row"',
	},
	badRowsStatus: {
		default: 500,
		about: 'status of that refusal',
		allows: [500, 412, 400],
		source: 'operations (e): 412, code saw 500',
	},
	duplicates: {
		default: 'row',
		about:
			'a row whose unique value belongs to another lead: reported in its result, or the whole call refused before anything is written',
		allows: ['row', 'call'],
		source: 'facts F3: open',
	},
	searchById: {
		default: 'ProspectId',
		about: 'spellings that SearchBy and SearchByKey accept for the lead ID',
		allows: ['ProspectId', 'ProspectID', 'both', 'none'],
		source:
			'facts 0.2: "Invalid SearchBy value provided" for ProspectID, live, on the sibling call',
	},
	searchByColumns: {
		default: 'unique',
		about: 'other columns that they accept: unique ones, or any that the account has',
		allows: ['unique', 'any'],
		source: 'facts 0.1: the page samples FirstName and mx_City; public code uses unique ones',
	},
	badSearchBy: {
		default: 'refused',
		about:
			'another SearchBy: refused, or ignored, so that address and number are searched; another SearchByKey is always refused',
		allows: ['refused', 'ignored'],
		source: 'facts 0.2, refused; facts A9, Lead.Capture: ignored silently',
	},
	updateIdField: {
		default: 'as-key',
		about:
			'spelling of the lead ID in the fields of Lead/Bulk/UpdateV2: that of the key, or any case',
		allows: ['as-key', 'any-case'],
		source:
			'operations (e), Lead/Bulk/UpdateV2: ProspectId; facts 0.2: ProspectID on a sibling call',
	},
	strayIds: {
		default: 'refused',
		about:
			'a row with a lead ID that no lead is found by, in Lead/Bulk/Create or, with another key, in Lead/Bulk/UpdateV2: refused as locked, or the ID ignored',
		allows: ['refused', 'ignored'],
		source: 'facts 0.5: ProspectID has LockAfterCreate 2; not known for these calls',
	},
	userDefinedGuid: {
		default: 'accepted',
		about:
			'the attribute __UseUserDefinedGuid__ in a row that is searched by lead ID: accepted, required, or unknown like any other name',
		allows: ['accepted', 'required', 'unknown'],
		source: 'facts 0.2: documented for Lead.Capture only',
	},
	phoneComparison: {
		default: 'literal',
		about:
			'how phone numbers are compared, to find leads and duplicates: as they are written, or by their last ten digits',
		allows: ['literal', 'normalised'],
		source: 'public reports S1: not known',
	},
	writeBreaks: {
		default: null,
		about: 'every n-th write ends after some of its rows, e.g. {"every":4,"rows":3,"kind":"reset"}',
		allows: isBreak,
		source: 'issue 15, faults before, during and after execution',
	},
};
