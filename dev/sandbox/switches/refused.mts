import { flag, isCountOrNull, isNth, isText, isTextOrNull, isTexts } from './switch.mts';
import type { Switches } from './switch.mts';

/** Troubles that may replace the answer to an id, except those that are a mere number. */
const PASSING_FORMS = [
	'500-no-type',
	'500-empty',
	'502-html',
	'html-200',
	'empty-200',
	'cut-json',
	'reset',
	'hangup',
	'timeout',
	'stall',
] as const;
type PassingForm = (typeof PASSING_FORMS)[number];

/** Switches for requests that LeadSquared does not accept, and its messages. */
export interface RefusedFaults {
	poisonIds: string[];
	poisonEvery: number | null;
	poisonForm: 500 | 400 | 200 | PassingForm;
	poisonNamesId: boolean;
	unknownIds: 'omit' | 'refuse' | 'not-found';
	notFoundStatus: 500 | 404 | 400 | 200;
	notFoundType: string;
	malformedIds: 'omit' | 'refuse';
	badColumns: 'omit' | 'refuse' | 'field-list';
	badColumnsStatus: 500 | 412 | 400 | 200;
	badColumnsNamed: 'schemaName' | 'label';
	requestFault: string | null;
	wrongRegion: string | null;
	errorIn200: boolean;
	access: 'granted' | 'no-permission' | 'inactive-user' | 'invalid-user';
	accessOf: 'all' | 'leads' | 'metadata';
	deniedColumns: string[];
	keysTaken: 'both' | 'headers' | 'query';
	keysRepeated: 'none' | 'plain' | 'html' | 'html-hex' | 'percent' | 'unicode';
	keysRepeatedAt: number | null;
}

export const REFUSED_SWITCHES: Switches<RefusedFaults> = {
	poisonIds: {
		default: [],
		about: 'ids that make the server refuse the whole request',
		allows: isTexts,
		source: 'section 4, Malformed ids, Permissions: not documented; section 5, 500 for anything',
	},
	poisonEvery: {
		default: null,
		about: 'every n-th lead of the account is a poison id, from index n-1',
		allows: isNth,
		source: 'as poisonIds',
	},
	poisonForm: {
		default: 500,
		about:
			'the answer to poison ids (and to unknown and malformed ones if they are refused): a refusal with this status, or a trouble that looks transient but is permanent',
		allows: [500, 400, 200, ...PASSING_FORMS],
		source: 'section 5; section 0 point 5; K4, one id whose calls always fail',
	},
	poisonNamesId: {
		default: false,
		about: 'whether that refusal names the id at fault',
		allows: flag,
		source: 'section 5: some messages name what is at fault, others do not',
	},
	unknownIds: {
		default: 'omit',
		about:
			'unknown ids: left out, or the whole request refused in the form poisonForm (refuse), or as "Lead not found"',
		allows: ['omit', 'refuse', 'not-found'],
		source:
			'section 4, Unknown / deleted ids: not documented; operations, "A deleted or merged lead"; K4',
	},
	notFoundStatus: {
		default: 500,
		about: 'status of "Lead not found"',
		allows: [500, 404, 400, 200],
		source: 'K4, unknown ids',
	},
	notFoundType: {
		default: 'MXInvalidEntityReferenceException',
		about: 'ExceptionType of "Lead not found"; it may be empty',
		allows: isText,
		source: 'operations (f), errors; K4: "also with an empty type"',
	},
	malformedIds: {
		default: 'omit',
		about: 'ids that are not 8-4-4-4-12 hexadecimal: left out, or the request refused',
		allows: ['omit', 'refuse'],
		source: 'section 4, Malformed ids: not documented',
	},
	badColumns: {
		default: 'omit',
		about:
			"columns that the account does not have: left out, or the request refused with the names of all (refuse: Attribute(s) does not exist - …) or of the first (field-list: Unknown column '…' in 'field list')",
		allows: ['omit', 'refuse', 'field-list'],
		source:
			'section 4, Invalid column name; section 5, MXUnknownAttributeException; operations (c), MXEntityDetailsNotFoundException; K4',
	},
	badColumnsStatus: {
		default: 500,
		about: 'status of that refusal',
		allows: [500, 412, 400, 200],
		source: 'operations (e), 412; code saw 500',
	},
	badColumnsNamed: {
		default: 'schemaName',
		about: 'how that refusal names a column: mx_Daily_Limit, or "Daily Limit"',
		allows: ['schemaName', 'label'],
		source: 'K4, "an error text with Daily Limit as a column\'s name"',
	},
	requestFault: {
		default: null,
		about: 'an MX type: each ByIds call is refused with 500 and this type',
		allows: isTextOrNull,
		source: 'section 5',
	},
	wrongRegion: {
		default: null,
		about: 'a host: all calls are refused with 401 and a message that names it',
		allows: isTextOrNull,
		source: 'section 2, Wrong host',
	},
	errorIn200: {
		default: false,
		about: 'whether error envelopes come with status 200',
		allows: flag,
		source: 'section 0 point 5; section 9, Complaints',
	},
	access: {
		default: 'granted',
		about:
			'401 although the keys are right: their user lacks a permission (MXUnAuthorizedAccessException), is not active, or is not valid',
		allows: ['granted', 'no-permission', 'inactive-user', 'invalid-user'],
		source: 'operations (d), (e): 401; section 1, Key owner; K6',
	},
	accessOf: {
		default: 'all',
		about: 'which calls get that 401: all, all but metadata, or metadata alone',
		allows: ['all', 'leads', 'metadata'],
		source: 'as access',
	},
	deniedColumns: {
		default: [],
		about: 'columns for which the user lacks the permission: requesting one gets that 401',
		allows: isTexts,
		source: 'operations (e): "You do not have permission to Update these fields: …"',
	},
	keysTaken: {
		default: 'both',
		about: 'where keys are accepted; elsewhere they are ignored, 401',
		allows: ['both', 'headers', 'query'],
		source: 'operations, "Header authentication is disputed"; section 1; K6',
	},
	keysRepeated: {
		default: 'none',
		about:
			"how every error repeats the caller's keys, at the end of its message: as they are, or with all but letters and digits as &#36; &#x24; %24 or \\u0024",
		allows: ['none', 'plain', 'html', 'html-hex', 'percent', 'unicode'],
		source: 'K6, "a key repeated in an error escaped"',
	},
	keysRepeatedAt: {
		default: null,
		about:
			'the position of the middle of the access key in the body; the error is as long as necessary; e.g. 20000',
		allows: isCountOrNull,
		source: 'K6, "across the cut of a long body"',
	},
};
