import { happens, draw } from './random.mts';

/** How a call can go wrong between server and client; see {@link TROUBLES}. */
export type Trouble =
	| '500-no-type'
	| '500-empty'
	| '500'
	| '502'
	| '502-html'
	| '503'
	| '504'
	| '408'
	| '413'
	| 'reset'
	| 'hangup'
	| 'timeout'
	| 'hang'
	| 'stall'
	| 'cut-json'
	| 'html-200'
	| 'empty-200'
	| 'other-json-200'
	| 'leads-null';

/** What the sandbox does otherwise than by default. Explained, with sources, in {@link SWITCHES}. */
export interface Faults {
	idColumn: 'ProspectID' | 'ProspectId' | 'prospectid' | 'none';
	idCase: 'lower' | 'upper' | 'mixed';
	upperCaseIds: 'found' | 'omit';
	order: 'stored' | 'asked' | 'reversed' | 'shuffled';
	pageCap: number | null;
	pageCapStyle: 'silent' | 'silent-gap' | 'error' | 'error-larger';
	paging: 'honoured' | 'first-page' | 'ignored';
	idCap: number;
	idCapStyle: 'error' | 'silent';
	recordCount: 'total' | 'page' | 'string' | 'absent' | 'asked' | 'account';
	emptyForm: 'countOnly' | 'null' | 'list';
	repeatedIds: 'once' | 'each';
	duplicateRows: number;
	foreignRows: number;
	extraRowsTakeSlots: boolean;
	forgetful: number;
	poisonIds: string[];
	poisonEvery: number | null;
	poisonForm: 500 | 400 | 200 | '500-no-type';
	poisonNamesId: boolean;
	unknownIds: 'omit' | 'refuse';
	malformedIds: 'omit' | 'refuse';
	badColumns: 'omit' | 'refuse';
	columnCase: 'exact' | 'ignored';
	requestFault: string | null;
	heavy: { above: number; how: Trouble | 500 | 502 | 503 | 504 | 413 | 408 } | null;
	window: 'sliding' | 'fixed' | 'bucket';
	refusalForm: 429 | 403 | 200;
	refusalRetryAfter: null | number | 'seconds' | 'date';
	refusalNumbers: boolean;
	dailyQuota: number | null;
	dailyQuotaNumbers: boolean;
	transient: { rate?: number; every?: number; kinds: Trouble[] } | null;
	firstCallsFail: number;
	outageUntil: number | null;
	outageKind: Trouble;
	wrongRegion: string | null;
	notFoundPath: boolean;
	redirect: string | null;
	redirectStatus: 301 | 302 | 303 | 307 | 308;
	errorIn200: boolean;
	extraColumns: string[];
	nullColumns: string[];
	missingColumns: string[];
	jsonNumbers: boolean;
	lowerCaseColumns: boolean;
	bodyPrefix: 'none' | 'bom' | 'whitespace';
	contentType: string;
}

/** All kinds of trouble, with what the client sees. */
export const TROUBLES: Record<Trouble, string> = {
	'500-no-type': '500 with an error envelope that names no MX type, also under errorIn200',
	'500-empty': '500 without a body',
	'500': '500 with an HTML page',
	'502': '502 with an HTML page',
	'502-html': '502 with an HTML page',
	'503': '503 with an HTML page',
	'504': '504 with an HTML page',
	'408': '408 without a body',
	'413': '413 with an HTML page',
	reset: 'connection destroyed before an answer',
	hangup: 'connection destroyed in the middle of the body',
	timeout: 'no answer, ever',
	hang: 'the same as timeout',
	stall: 'half of the body, then nothing, ever',
	'cut-json': 'half of the JSON, as if it were all',
	'html-200': '200 with an HTML page',
	'empty-200': '200 without a body',
	'other-json-200': '200 with {"ok":true}',
	'leads-null': '200 with the number of rows as RecordCount, and "Leads":null',
};

interface Switch<T> {
	default: T;
	/** What it does. */
	about: string;
	/** The values, or a test that holds for them. */
	allows: readonly T[] | ((value: unknown) => boolean);
	/** Where the behaviour is known from; sections are those of the API reference. */
	source: string;
}

const flag = [false, true] as const;
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
const isCountOrNull = (value: unknown) => value === null || isCount(value);
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isText = (value: unknown) => typeof value === 'string';
const isTextOrNull = (value: unknown) => value === null || isText(value);
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isTrouble = (value: unknown) => isText(value) && Object.hasOwn(TROUBLES, value as string);

const isHeavy = (value: unknown) => {
	const { above, how } = (value ?? {}) as Partial<NonNullable<Faults['heavy']>>;
	return value === null || (isCount(above) && isTrouble(String(how)));
};
const isTransient = (value: unknown) => {
	const { rate, every, kinds } = (value ?? {}) as Partial<NonNullable<Faults['transient']>>;
	return (
		value === null ||
		((rate === undefined ? isCount(every) && every! > 0 : isShare(rate)) &&
			Array.isArray(kinds) &&
			kinds.length > 0 &&
			kinds.every(isTrouble))
	);
};

/** Every switch: its default, what it does, the values it takes, its source. */
export const SWITCHES: { readonly [K in keyof Faults]: Switch<Faults[K]> } = {
	idColumn: {
		default: 'ProspectID',
		about: "spelling of the id's column in answers; none leaves it out",
		allows: ['ProspectID', 'ProspectId', 'prospectid', 'none'],
		source: 'section 0 point 1; section 4, "Is ProspectID always returned?"; section 7, Casing',
	},
	idCase: {
		default: 'lower',
		about: 'case of the ids in answers',
		allows: ['lower', 'upper', 'mixed'],
		source: 'section 0 point 3; section 10 (b)',
	},
	upperCaseIds: {
		default: 'found',
		about: 'whether an id asked with upper-case digits is found',
		allows: ['found', 'omit'],
		source: 'section 10 (b)',
	},
	order: {
		default: 'stored',
		about: 'order of the leads; shuffled differs in each call, so that pages overlap',
		allows: ['stored', 'asked', 'reversed', 'shuffled'],
		source: 'section 4, Order: not documented, related list calls are unstable',
	},
	pageCap: {
		default: null,
		about: 'most rows in a page; null is 10,000, with an error above it',
		allows: (value) => value === null || (isCount(value) && (value as number) > 0),
		source: 'section 4, Max PageSize: not documented, 1000 is said',
	},
	pageCapStyle: {
		default: 'silent',
		about:
			'above pageCap: clamped without a word (silent), clamped while pages start at multiples of the size asked (silent-gap), or refused in either known wording',
		allows: ['silent', 'silent-gap', 'error', 'error-larger'],
		source: 'section 4, Max PageSize; section 5, MXInvalidInput…, MXMandatoryFieldMissing…',
	},
	paging: {
		default: 'honoured',
		about: 'first-page answers every PageIndex with page 1, ignored gives all rows in every page',
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
		about: 'Leads in an answer without leads: absent, null or an empty list',
		allows: ['countOnly', 'null', 'list'],
		source: 'section 4, RecordCount; section 4, unknown ids: [] from a related call',
	},
	repeatedIds: {
		default: 'once',
		about: 'rows for an id that the request holds several times',
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
		about: 'leads that were not asked for, added to each page',
		allows: isCount,
		source: 'section 4, Order and Duplicates: nothing rules them out',
	},
	extraRowsTakeSlots: {
		default: false,
		about:
			'whether repeated and foreign rows are counted and paged like the others, and so push rows off the page',
		allows: flag,
		source: 'section 4, Duplicates, RecordCount: not documented',
	},
	forgetful: {
		default: 0,
		about: 'share (0 to 1) of the leads that are left out the first time they are asked for',
		allows: isShare,
		source: 'section 4, Order: unstable paging loses rows; section 9, Complaints',
	},
	poisonIds: {
		default: [],
		about: 'ids that make the server refuse the whole request',
		allows: isTexts,
		source: 'section 4, Malformed ids, Permissions: not documented; section 5, 500 for anything',
	},
	poisonEvery: {
		default: null,
		about: 'every n-th lead of the account is a poison id, from index n-1',
		allows: (value) => value === null || (isCount(value) && (value as number) > 0),
		source: 'as poisonIds',
	},
	poisonForm: {
		default: 500,
		about:
			'status of the refusal for poison, unknown and malformed ids; 500-no-type is the 500 that looks transient',
		allows: [500, 400, 200, '500-no-type'],
		source: 'section 5; section 0 point 5',
	},
	poisonNamesId: {
		default: false,
		about: 'whether that refusal names the id at fault',
		allows: flag,
		source: 'section 5: some messages name what is at fault, others do not',
	},
	unknownIds: {
		default: 'omit',
		about: 'ids that the account does not have: left out, or the request refused',
		allows: ['omit', 'refuse'],
		source: 'section 4, Unknown / deleted ids: not documented',
	},
	malformedIds: {
		default: 'omit',
		about: 'ids that are not 8-4-4-4-12 hexadecimal: left out, or the request refused',
		allows: ['omit', 'refuse'],
		source: 'section 4, Malformed ids: not documented',
	},
	badColumns: {
		default: 'omit',
		about: 'columns that the account does not have: left out, or the request refused, naming them',
		allows: ['omit', 'refuse'],
		source: 'section 4, Invalid column name; section 5, MXUnknownAttributeException',
	},
	columnCase: {
		default: 'exact',
		about: 'whether a column asked in another case is known (the id always is)',
		allows: ['exact', 'ignored'],
		source: 'section 4, Invalid column name: ProspectAutoID, not …Id, is asked and does not come',
	},
	requestFault: {
		default: null,
		about: 'an MX type: each ByIds call is refused with 500 and it',
		allows: isTextOrNull,
		source: 'section 5',
	},
	heavy: {
		default: null,
		about: 'trouble for each page of more than so many rows, e.g. {"above":200,"how":"504"}',
		allows: isHeavy,
		source: 'section 5, gateway 502; API page: 500, "many reasons"',
	},
	window: {
		default: 'sliding',
		about: 'how the rate limit counts',
		allows: ['sliding', 'fixed', 'bucket'],
		source: 'section 3: the kind of window is not documented',
	},
	refusalForm: {
		default: 429,
		about: 'status of a rate refusal',
		allows: [429, 403, 200],
		source: 'section 3, Observed',
	},
	refusalRetryAfter: {
		default: null,
		about: 'Retry-After of a rate refusal: none, a number, the true seconds or the true date',
		allows: (value) => isCountOrNull(value) || value === 'seconds' || value === 'date',
		source: 'section 3, Retry-After: not documented',
	},
	refusalNumbers: {
		default: true,
		about: 'whether the refusal says the limit',
		allows: flag,
		source: 'section 3, Observed',
	},
	dailyQuota: {
		default: null,
		about: 'calls of a day (UTC) after which all are refused',
		allows: isCountOrNull,
		source: 'section 3: 10,000 and more a day by plan',
	},
	dailyQuotaNumbers: {
		default: true,
		about: 'whether that refusal says the quota, in the words of the rate refusal',
		allows: flag,
		source: 'section 3: a daily-quota message was not found',
	},
	transient: {
		default: null,
		about:
			'trouble in a share of the calls, or in every n-th, its kinds in turn, e.g. {"every":5,"kinds":["503","reset"]}',
		allows: isTransient,
		source: 'section 5, bodies may be HTML or empty; API page, 500',
	},
	firstCallsFail: {
		default: 0,
		about: 'calls from the start that fail with outageKind',
		allows: isCount,
		source: 'as transient',
	},
	outageUntil: {
		default: null,
		about: 'time in ms, by the clock of the sandbox, until which all calls fail with outageKind',
		allows: (value) => value === null || typeof value === 'number',
		source: 'as transient',
	},
	outageKind: {
		default: '503',
		about: 'trouble of firstCallsFail and outageUntil',
		allows: isTrouble,
		source: 'as transient',
	},
	wrongRegion: {
		default: null,
		about: 'a host: all calls are refused with 401 and a message that names it',
		allows: isTextOrNull,
		source: 'section 2, Wrong host',
	},
	notFoundPath: {
		default: false,
		about: 'all calls get 404 and an HTML page',
		allows: flag,
		source: 'API page, 404',
	},
	redirect: {
		default: null,
		about: 'a base address to which all calls are redirected',
		allows: isTextOrNull,
		source: 'section 1, Transport; section 2, wrong hosts circulate',
	},
	redirectStatus: {
		default: 302,
		about: 'status of that redirect',
		allows: [301, 302, 303, 307, 308],
		source: 'as redirect',
	},
	errorIn200: {
		default: false,
		about: 'whether error envelopes come with status 200',
		allows: flag,
		source: 'section 0 point 5; section 9, Complaints',
	},
	extraColumns: {
		default: [],
		about: 'columns added to every row without being asked for, e.g. LeadType',
		allows: isTexts,
		source: 'section 4, Versions',
	},
	nullColumns: {
		default: [],
		about: 'columns that are null in every row',
		allows: isTexts,
		source: 'section 7, Nulls',
	},
	missingColumns: {
		default: [],
		about: 'columns that never come, whatever is asked',
		allows: isTexts,
		source: 'section 4, Invalid column name: both samples lack columns they ask for',
	},
	jsonNumbers: {
		default: false,
		about: 'whether Number columns hold JSON numbers',
		allows: flag,
		source: 'section 7, Types (strings are documented)',
	},
	lowerCaseColumns: {
		default: false,
		about: 'whether the names of columns come in lower case',
		allows: flag,
		source: 'section 7, Casing',
	},
	bodyPrefix: {
		default: 'none',
		about: 'what comes before the JSON',
		allows: ['none', 'bom', 'whitespace'],
		source: 'section 5: bodies are not to be relied on',
	},
	contentType: {
		default: 'application/json; charset=utf-8',
		about: 'Content-Type of JSON answers',
		allows: isText,
		source: 'section 5: bodies are not to be relied on',
	},
};

const NAMES = Object.keys(SWITCHES) as Array<keyof Faults>;

/** All switches as they are by default, with the given ones changed. */
export function createFaults(changes: Partial<Faults> = {}): Faults {
	const defaults = Object.fromEntries(NAMES.map((name) => [name, SWITCHES[name].default]));
	return { ...(defaults as unknown as Faults), ...checkFaults(changes) };
}

/** @throws Error that names the switch, if there is no such switch or its value is not allowed. */
export function checkFaults(changes: object): Partial<Faults> {
	for (const [name, value] of Object.entries(changes)) {
		if (!Object.hasOwn(SWITCHES, name)) throw new Error(`There is no switch ${name}`);
		const { allows } = SWITCHES[name as keyof Faults] as Switch<unknown>;
		const allowed = typeof allows === 'function' ? allows(value) : allows.includes(value);
		if (!allowed) {
			const help = valuesOf(name) || SWITCHES[name as keyof Faults].about;
			throw new Error(`${name} cannot be ${JSON.stringify(value)}: ${help}`);
		}
	}
	return changes;
}

/** A switch as written on the command line, `name=value`; lists with commas, objects as JSON. */
export function parseFault(text: string): Partial<Faults> {
	const [name, value] = text.split(/=(.*)/s);
	return checkFaults({ [name]: parseValue(name, value ?? 'true') });
}

function parseValue(name: string, text: string): unknown {
	const fallback = SWITCHES[name as keyof Faults]?.default;
	if (Array.isArray(fallback)) return text.split(',').filter(Boolean);
	if (name === 'outageKind') return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** The list of switches, to print. */
export function listSwitches(): string {
	const lines = NAMES.map((name) => {
		const { default: fallback, about, source } = SWITCHES[name];
		const values = [valuesOf(name), `default ${JSON.stringify(fallback)}`].filter(Boolean);
		return `  ${name}: ${about}\n      ${values.join('; ')}\n      from: ${source}`;
	});
	const troubles = Object.entries(TROUBLES).map(([kind, about]) => `  ${kind}: ${about}`);
	return `Switches:\n${lines.join('\n')}\n\nKinds of trouble:\n${troubles.join('\n')}`;
}

function valuesOf(name: string): string {
	const { allows } = SWITCHES[name as keyof Faults];
	return typeof allows === 'function' ? '' : `one of ${allows.join(', ')}`;
}

/** The trouble of the n-th call (from 1), if any; it only depends on the seed and n. */
export function transientTrouble(faults: Faults, seed: number, call: number): Trouble | undefined {
	if (!faults.transient) return undefined;
	const { rate, every, kinds } = faults.transient;
	if (rate === undefined) {
		return call % every! === 0 ? kinds[(call / every! - 1) % kinds.length] : undefined;
	}
	if (!happens(rate, draw(seed ^ 0x7a2, call))) return undefined;
	return kinds[draw(seed ^ 0x7a3, call) % kinds.length];
}
