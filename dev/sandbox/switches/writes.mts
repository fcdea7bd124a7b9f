import type { Trouble } from '../troubles.mts';
import { isCount, isLimitOrNull, isNth, isTexts, isTrouble } from './switch.mts';
import type { Switches } from './switch.mts';

const isBreak = (value: unknown) => {
	const { every, rows, kind } = Object(value) as Record<string, unknown>;
	return value === null || (isCount(every) && every !== 0 && isCount(rows) && isTrouble(kind));
};

/** Switches for the calls that write leads. */
export interface WriteFaults {
	bulkLimit: { calls: number; seconds: number } | null;
	bulkCap: number;
	rowNumbers: 'from-1' | 'from-0' | 'absent';
	resultOrder: 'asked' | 'reversed' | 'shuffled';
	lostResults: number | null;
	badRows: 'row' | 'call';
	badRowsStatus: 500 | 412 | 400;
	lockedColumns: string[];
	mandatoryColumns: string[];
	uniqueColumns: string[];
	writeBreaks: { every: number; rows: number; kind: Trouble } | null;
}

export const WRITE_SWITCHES: Switches<WriteFaults> = {
	bulkLimit: {
		default: { calls: 10, seconds: 5 },
		about: 'the limit of bulk writes, in addition to that of the account; null: no limit',
		allows: isLimitOrNull,
		source: 'operations (e), bulk limits: 5 or 10 in 5 s by plan, older 1 in 5 s',
	},
	bulkCap: {
		default: 25,
		about: 'most rows in a call',
		allows: isCount,
		source: 'operations (e), Lead/Bulk/CreateOrUpdate',
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
	lockedColumns: {
		default: [],
		about: 'read-only columns',
		allows: isTexts,
		source: 'operations (e), MXInvalidEntityException (locked field)',
	},
	mandatoryColumns: {
		default: [],
		about: 'columns that a new lead must have',
		allows: isTexts,
		source: 'operations (e), "You\'re missing lead details."',
	},
	uniqueColumns: {
		default: ['EmailAddress'],
		about: 'columns with unique values',
		allows: isTexts,
		source: 'operations (e), MXDuplicateEntryException (phone / email exists)',
	},
	writeBreaks: {
		default: null,
		about: 'every n-th write ends after some of its rows, e.g. {"every":4,"rows":3,"kind":"reset"}',
		allows: isBreak,
		source: 'issue 15, faults before, during and after execution',
	},
};
