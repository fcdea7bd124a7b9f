import { flag, isCount, isNth, isShare, isTexts } from './switch.mts';
import type { Switches } from './switch.mts';

/** Switches for the leads of an answer: which ones, their order, pages and counts. */
export interface FoundFaults {
	upperCaseIds: 'found' | 'omit';
	order: 'stored' | 'asked' | 'reversed' | 'shuffled';
	pageCap: number | null;
	pageCapStyle: 'silent' | 'silent-gap' | 'error' | 'error-larger';
	paging: 'honoured' | 'first-page' | 'ignored';
	idCap: number;
	idCapStyle: 'error' | 'silent';
	recordCount: 'total' | 'page' | 'string' | 'absent' | 'asked' | 'account';
	emptyForm: 'countOnly' | 'null' | 'list' | 'bare-list' | '204';
	repeatedIds: 'once' | 'each';
	duplicateRows: number;
	foreignRows: number;
	extraRowsTakeSlots: boolean;
	forgetful: number;
	thousands: 'none' | 'comma' | 'point' | 'space' | 'indian';
	laterPages: 'served' | 'refused' | 'too-large';
	forgetEvery: number | null;
	forgetIds: string[];
	existEvery: number | null;
	mergedEvery: number | null;
	mergedIds: string[];
}

export const FOUND_SWITCHES: Switches<FoundFaults> = {
	upperCaseIds: {
		default: 'found',
		about: 'whether an id with upper-case digits is found',
		allows: ['found', 'omit'],
		source: 'section 10 (b)',
	},
	order: {
		default: 'stored',
		about:
			'order of the leads, in other calls without sorting; shuffled differs in each call, so that pages overlap',
		allows: ['stored', 'asked', 'reversed', 'shuffled'],
		source: 'section 4, Order: not documented, related list calls are unstable',
	},
	pageCap: {
		default: null,
		about: 'most rows in a page; null is 10,000, with an error above it',
		allows: isNth,
		source: 'section 4, Max PageSize: not documented, 1000 is said',
	},
	pageCapStyle: {
		default: 'silent',
		about:
			'above pageCap: clamped silently (silent), clamped while pages start at multiples of the size asked (silent-gap), or refused in either known wording',
		allows: ['silent', 'silent-gap', 'error', 'error-larger'],
		source: 'section 4, Max PageSize; section 5, MXInvalidInput…, MXMandatoryFieldMissing…',
	},
	paging: {
		default: 'honoured',
		about: 'first-page answers every PageIndex with page 1, ignored returns all rows on every page',
		allows: ['honoured', 'first-page', 'ignored'],
		source: 'section 4: behaviour on later pages is not documented; section 10 (e)',
	},
	idCap: {
		default: 10_000,
		about: 'most ids in a request',
		allows: isCount,
		source: 'API page: "a maximum of 10,000 leads"; section 4, "Maximum of 10,000 leads"',
	},
	idCapStyle: {
		default: 'error',
		about: 'above idCap: refused, or the ids after the first idCap ignored (silent)',
		allows: ['error', 'silent'],
		source: 'section 4, "Maximum of 10,000 leads": ambiguous',
	},
	recordCount: {
		default: 'total',
		about:
			'RecordCount: rows of all pages, of this page, the total as a string, no such member, ids asked, or leads of the account',
		allows: ['total', 'page', 'string', 'absent', 'asked', 'account'],
		source: 'section 4, RecordCount: undefined in the docs',
	},
	emptyForm: {
		default: 'countOnly',
		about:
			'an answer without leads: Leads absent, null or an empty list, the empty list alone, or 204 without a body',
		allows: ['countOnly', 'null', 'list', 'bare-list', '204'],
		source: 'section 4, RecordCount; section 4, unknown ids: [] from a related call; K4, 204',
	},
	repeatedIds: {
		default: 'once',
		about: 'rows for an id that the request contains several times',
		allows: ['once', 'each'],
		source: 'section 4, Duplicates: not documented',
	},
	duplicateRows: {
		default: 0,
		about: 'share (0 to 1) of the rows that come twice in their page',
		allows: isShare,
		source: 'section 4, Duplicates: not documented',
	},
	foreignRows: {
		default: 0,
		about: 'unrequested leads, added to each page',
		allows: isCount,
		source: 'section 4, Order and Duplicates: nothing rules them out',
	},
	extraRowsTakeSlots: {
		default: false,
		about:
			'whether repeated and unrequested rows are counted and paged like the others, and so push rows off the page',
		allows: flag,
		source: 'section 4, Duplicates, RecordCount: not documented',
	},
	forgetful: {
		default: 0,
		about: 'share (0 to 1) of the leads that are left out the first time they are requested',
		allows: isShare,
		source: 'section 4, Order: unstable paging loses rows; section 9, Complaints',
	},
	thousands: {
		default: 'none',
		about:
			'how numbers above 999 are written in messages (caps, limits), and in RecordCount if it is a string: 1,000, 1.000, 1 000, or 1,00,000',
		allows: ['none', 'comma', 'point', 'space', 'indian'],
		source: 'K4, "PageSize can not be more than 1,000"',
	},
	laterPages: {
		default: 'served',
		about: 'a PageIndex above 1: served, refused with MXInvalidInputException, or 413 with a page',
		allows: ['served', 'refused', 'too-large'],
		source: 'K4, "the second page is rejected, or too large"; section 4 samples page 1 only',
	},
	forgetEvery: {
		default: null,
		about:
			'every n-th lead of the account, from index n-1, is left out the first time it is requested',
		allows: isNth,
		source: 'K4, "one of these is left out of one answer and comes with the next"',
	},
	forgetIds: {
		default: [],
		about: 'ids of leads that are left out the first time they are requested',
		allows: isTexts,
		source: 'as forgetEvery',
	},
	existEvery: {
		default: null,
		about: 'only every n-th lead of the account, from index n-1, exists: the others are deleted',
		allows: isNth,
		source: 'K4, "100,000 ids, 100 of them exist"; operations (k), deleted leads',
	},
	mergedEvery: {
		default: null,
		about:
			'every n-th lead, from index n-1, has been merged into another, which is returned instead, under its own id (that of the lead 2^30 indices after it)',
		allows: isNth,
		source: 'K4, merged leads; operations (k), merges',
	},
	mergedIds: {
		default: [],
		about: 'ids of leads that have been merged, as under mergedEvery',
		allows: isTexts,
		source: 'as mergedEvery',
	},
};
