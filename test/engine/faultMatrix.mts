import type { Faults, SandboxOptions } from '../../dev/sandbox/server.mts';

/** One behaviour of a server, and what the node owes the user under it. */
export interface Row {
	behaviour: string;
	faults?: Partial<Faults>;
	options?: Pick<SandboxOptions, 'limit'>;
	/** Ids that the account does not have, among 3,000 that it has; 0. */
	unknown?: number;
	/** The result in words, if it is not just "every lead". */
	expected?: string;
	/** Calls in addition to the three that 3,000 leads take. */
	extraCalls: number;
	/** Indices of the leads that come as errors. */
	failed?: (index: number) => boolean;
	/** Indices of the leads that are not there under their own id. */
	gone?: (index: number) => boolean;
	/** Columns that the account does not have, requested with the others. */
	badColumns?: string[];
	/** The number of leads requested per call; 1,000. */
	leadsPerRequest?: number;
	/** The leads come without an id. */
	nameless?: boolean;
	/** Nothing can be fetched; this is what the node says. */
	error?: RegExp;
}

const every = (n: number) => (index: number) => (index + 1) % n === 0;

/** Each runs with 3,000 leads in one input item, 1,000 for each call, 25 calls in 5 s. */
export const ROWS: Row[] = [
	{ behaviour: 'Exactly as the API page says', extraCalls: 0 },
	{
		behaviour: 'Some IDs do not exist',
		unknown: 10,
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: 'No ID exists: `{"RecordCount":0}`',
		unknown: 3000,
		expected: '3,000 IDs not found',
		extraCalls: 3,
	},
	{
		behaviour: 'Nothing found is `"Leads":null`',
		unknown: 10,
		faults: { emptyForm: 'null' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: 'Nothing found is an empty list',
		unknown: 10,
		faults: { emptyForm: 'list' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: 'An unknown ID gets the whole call rejected',
		unknown: 3,
		faults: { unknownIds: 'refuse' },
		expected: 'every lead; 3 IDs are errors',
		extraCalls: 75,
	},
	...(
		[
			['500', { notFoundStatus: 500 }],
			['404', { notFoundStatus: 404 }],
			['400, without a type', { notFoundStatus: 400, notFoundType: '' }],
			['200, without a type', { notFoundStatus: 200, notFoundType: '' }],
		] as const
	).map(
		([form, faults]): Row => ({
			behaviour: `An unknown ID gets the whole call answered “Lead not found” (${form})`,
			unknown: 3,
			faults: { unknownIds: 'not-found', ...faults },
			expected: 'every lead; 3 IDs not found',
			extraCalls: 40,
		}),
	),
	{
		behaviour: 'No ID exists: 204',
		unknown: 3000,
		faults: { emptyForm: '204' },
		expected: '3,000 IDs not found',
		extraCalls: 3,
	},
	{
		behaviour: 'No ID exists: `[]`',
		unknown: 3000,
		faults: { emptyForm: 'bare-list' },
		expected: '3,000 IDs not found',
		extraCalls: 3,
	},
	{
		behaviour: 'A lead that was merged comes under the ID of another',
		faults: { mergedEvery: 1000 },
		gone: every(1000),
		expected: 'every other lead; 3 IDs not found, and a hint',
		extraCalls: 1,
	},
	{
		behaviour: 'Only every hundredth lead exists, and some of these are left out the first time',
		faults: { existEvery: 100, forgetEvery: 500 },
		gone: (index) => !every(100)(index),
		expected: 'those leads; 2,970 IDs not found',
		extraCalls: 30,
	},
	{ behaviour: 'Leads in another order', faults: { order: 'reversed' }, extraCalls: 0 },
	{
		behaviour: 'Leads in another order at each call',
		faults: { order: 'shuffled' },
		extraCalls: 0,
	},
	{ behaviour: 'Page size capped at 200, silently', faults: { pageCap: 200 }, extraCalls: 13 },
	{
		behaviour: 'Page size capped at 200 silently, rows on pages in unstable order',
		faults: { pageCap: 200, order: 'shuffled' },
		extraCalls: 13,
	},
	{
		behaviour: 'Page size capped at 200 silently, and pages count by the size asked',
		faults: { pageCap: 200, pageCapStyle: 'silent-gap' },
		extraCalls: 13,
	},
	{
		behaviour: 'Page size above 200 is an error that names the cap',
		faults: { pageCap: 200, pageCapStyle: 'error' },
		extraCalls: 15,
	},
	{
		behaviour: 'The same error in its other wording',
		faults: { pageCap: 500, pageCapStyle: 'error-larger' },
		extraCalls: 6,
	},
	{
		behaviour: 'Page size above 1,000 is an error that writes the cap `1,000`',
		faults: { pageCap: 1000, pageCapStyle: 'error', thousands: 'comma' },
		leadsPerRequest: 3000,
		extraCalls: 1,
	},
	{
		behaviour: 'IDs beyond the first 300 of a call are ignored',
		faults: { idCap: 300, idCapStyle: 'silent' },
		extraCalls: 9,
	},
	{
		behaviour: 'More than 300 IDs in a call are rejected',
		faults: { idCap: 300, idCapStyle: 'error' },
		extraCalls: 24,
	},
	{
		behaviour: '`RecordCount` counts the page',
		unknown: 10,
		faults: { recordCount: 'page' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: '`RecordCount` is text',
		unknown: 10,
		faults: { recordCount: 'string' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: '`RecordCount` is absent',
		unknown: 10,
		faults: { recordCount: 'absent' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: '`RecordCount` counts the IDs asked',
		unknown: 10,
		faults: { recordCount: 'asked' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 5,
	},
	{
		behaviour: '`RecordCount` counts the whole account',
		unknown: 10,
		faults: { recordCount: 'account' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 5,
	},
	{ behaviour: 'A fifth of the rows come twice', faults: { duplicateRows: 0.2 }, extraCalls: 0 },
	{ behaviour: 'Rows of unrequested leads', faults: { foreignRows: 5 }, extraCalls: 0 },
	{
		behaviour: 'Foreign and repeated rows push others off the page',
		faults: { foreignRows: 5, duplicateRows: 0.1, extraRowsTakeSlots: true },
		extraCalls: 8,
	},
	{
		behaviour: 'A tenth of the leads is left out the first time',
		faults: { forgetful: 0.1 },
		extraCalls: 2,
	},
	{ behaviour: 'IDs answered in upper case', faults: { idCase: 'upper' }, extraCalls: 0 },
	...(
		[
			['in braces', 'braces'],
			['in parentheses', 'parentheses'],
			['without hyphens', 'no-hyphens'],
			['with blanks around them', 'blanks'],
		] as const
	).map(
		([form, idForm]): Row => ({
			behaviour: `IDs answered ${form}`,
			faults: { idForm },
			extraCalls: 0,
		}),
	),
	{
		behaviour: 'Rows as a `LeadPropertyList` of `Attribute` and `Value`',
		faults: { rows: 'properties' },
		extraCalls: 0,
	},
	{
		behaviour: '`"Status":"Success"` around the answer, with its exception `null`',
		unknown: 10,
		faults: { successEnvelope: 'nulls' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	{
		behaviour: '`ProspectID` spelled `ProspectId`',
		faults: { idColumn: 'ProspectId' },
		extraCalls: 0,
	},
	{
		behaviour: '`ProspectID` spelled `prospectid`',
		faults: { idColumn: 'prospectid' },
		extraCalls: 0,
	},
	{
		behaviour: 'Leads without an ID',
		faults: { idColumn: 'none' },
		nameless: true,
		expected: 'every lead, linked to its item',
		extraCalls: 3,
	},
	{
		behaviour: 'Leads without an ID, pages capped at 200',
		faults: { idColumn: 'none', pageCap: 200 },
		nameless: true,
		expected: 'every lead, linked to its item',
		extraCalls: 15,
	},
	...(['refused', 'too-large'] as const).map(
		(laterPages): Row => ({
			behaviour: `Leads without an ID, pages capped at 200, the second page ${laterPages === 'refused' ? 'rejected' : '413'}`,
			faults: { idColumn: 'none', pageCap: 200, laterPages },
			nameless: true,
			expected: 'every lead, linked to its item',
			extraCalls: 74,
		}),
	),
	{
		behaviour: 'One ID gets its call rejected (500)',
		faults: { poisonEvery: 3000 },
		failed: every(3000),
		expected: 'every lead but that one',
		extraCalls: 25,
	},
	{
		behaviour: 'One ID gets its call rejected (400)',
		faults: { poisonEvery: 3000, poisonForm: 400 },
		failed: every(3000),
		expected: 'every lead but that one',
		extraCalls: 25,
	},
	{
		behaviour: 'One ID gets its call rejected (200 with `"Status":"Error"`)',
		faults: { poisonEvery: 3000, poisonForm: 200 },
		failed: every(3000),
		expected: 'every lead but that one',
		extraCalls: 25,
	},
	{
		behaviour: 'Ten IDs get their calls rejected',
		faults: { poisonEvery: 300 },
		failed: every(300),
		expected: 'every lead but those ten',
		extraCalls: 200,
	},
	{
		behaviour: 'Calls with one ID always fail as if temporarily (500 without a type)',
		faults: { poisonEvery: 3000, poisonForm: '500-no-type' },
		failed: every(3000),
		expected: 'every lead but that one',
		extraCalls: 85,
	},
	{
		behaviour: 'Calls with one ID always get a page (200)',
		faults: { poisonEvery: 3000, poisonForm: 'html-200' },
		failed: every(3000),
		expected: 'every lead but that one',
		extraCalls: 85,
	},
	{
		behaviour: 'A column that is not known is left out',
		extraCalls: 0,
		faults: { missingColumns: ['Score'] },
	},
	{
		behaviour: 'A column that is not known is rejected by its name',
		faults: { badColumns: 'refuse' },
		badColumns: ['mx_Bogus'],
		expected: 'every lead, without that column',
		extraCalls: 3,
	},
	{
		behaviour: 'Two columns that are not known are rejected one by one (“Unknown column”)',
		faults: { badColumns: 'field-list' },
		badColumns: ['mx_Bogus', 'mx_Daily_Limit'],
		expected: 'every lead, without those columns',
		extraCalls: 6,
	},
	{
		behaviour: 'Every call is rejected',
		faults: { requestFault: 'MXInvalidInputException' },
		error: /does not accept the request/,
		extraCalls: 3,
	},
	{
		behaviour: 'Calls for more than 300 leads time out',
		faults: { heavy: { above: 300, how: 'timeout' } },
		extraCalls: 16,
	},
	{
		behaviour: 'Calls for more than 300 leads are 502',
		faults: { heavy: { above: 300, how: 502 } },
		extraCalls: 22,
	},
	{
		behaviour: 'Calls for more than 300 leads are 413',
		faults: { heavy: { above: 300, how: 413 } },
		extraCalls: 20,
	},
	...(
		[
			'500-no-type',
			'500-empty',
			'502-html',
			'503',
			'504',
			'408',
			'reset',
			'hangup',
			'timeout',
			'stall',
			'cut-json',
			'html-200',
			'empty-200',
			'other-json-200',
			'leads-null',
			'drip',
			'gzip-plain',
			'gzip-cut',
			'firewall-403',
			'firewall-200',
			'firewall-503',
			'login-200',
		] as const
	).map(
		(kind): Row => ({
			behaviour: `Every third call fails temporarily: ${kind}`,
			faults: { transient: { every: 3, kinds: [kind] } },
			extraCalls: 12,
		}),
	),
	{
		behaviour: 'The first 20 calls fail: an outage',
		faults: { firstCallsFail: 20, outageKind: '503' },
		extraCalls: 70,
	},
	{
		behaviour: 'The account allows 2 calls, the credential says 25: 429',
		options: { limit: { calls: 2, seconds: 5 } },
		extraCalls: 1,
	},
	{
		behaviour: 'The same as 403',
		options: { limit: { calls: 2, seconds: 5 } },
		faults: { refusalForm: 403 },
		extraCalls: 1,
	},
	{
		behaviour: 'The same as 200',
		options: { limit: { calls: 2, seconds: 5 } },
		faults: { refusalForm: 200 },
		extraCalls: 1,
	},
	{
		behaviour: 'The same without numbers',
		options: { limit: { calls: 2, seconds: 5 } },
		faults: { refusalNumbers: false },
		extraCalls: 2,
	},
	{
		behaviour: 'The same with Retry-After as a date',
		options: { limit: { calls: 2, seconds: 5 } },
		faults: { refusalRetryAfter: 'date' },
		extraCalls: 3,
	},
	{
		behaviour: "The day's calls are used up",
		faults: { dailyQuota: 0 },
		error: /for the day are used up/,
		extraCalls: 0,
	},
	{
		behaviour: 'Wrong region',
		faults: { wrongRegion: 'api-in21.leadsquared.com' },
		error: /does not accept the keys/,
		extraCalls: 0,
	},
	{
		behaviour: 'No API at the host',
		faults: { notFoundPath: true },
		error: /no LeadSquared API/,
		extraCalls: 0,
	},
	{
		behaviour: 'The host redirects',
		faults: { redirect: 'https://example.com' },
		error: /no LeadSquared API/,
		extraCalls: 0,
	},
	{
		behaviour: 'No server answers at the host',
		faults: { firstCallsFail: 1e6, outageKind: 'reset' },
		error: /cannot connect/,
		extraCalls: 10,
	},
	{
		behaviour: 'A proxy requires a login: 407',
		faults: { between: 'proxy-407' },
		error: /proxy between n8n and LeadSquared/,
		extraCalls: 0,
	},
	...(['firewall-403', 'firewall-200', 'login-302', 'login-200'] as const).map(
		(between): Row => ({
			behaviour: `Always ${between.startsWith('login') ? 'a login page' : "a firewall's page"} (${between.slice(-3)})`,
			faults: { between },
			error: /no LeadSquared API/,
			extraCalls: between === 'login-302' ? 0 : 10,
		}),
	),
	...(['gzip', 'deflate', 'deflate-raw', 'br'] as const).map(
		(coding): Row => ({
			behaviour: `Bodies in ${coding}, in parts of 777 bytes`,
			faults: { coding, partBytes: 777 },
			extraCalls: 0,
		}),
	),
	{
		behaviour: 'Columns that were not asked for',
		faults: { extraColumns: ['LeadType'] },
		extraCalls: 0,
	},
	{
		behaviour: 'Numbers as numbers, names of columns in lower case, a byte order mark',
		faults: { jsonNumbers: true, lowerCaseColumns: true, bodyPrefix: 'bom' },
		extraCalls: 0,
	},
	...(
		[
			['IDs in braces', { idForm: 'braces' }],
			['IDs without hyphens', { idForm: 'no-hyphens' }],
			['Rows as lists of properties', { rows: 'properties' }],
			['The envelope of a success around the answer', { successEnvelope: 'nulls' }],
			['Answers compressed', { coding: 'br' }],
		] as Array<[string, Partial<Faults>]>
	).map(([behaviour, faults]): Row => ({ behaviour, faults, extraCalls: 0 })),
	{
		behaviour: 'Nothing found is 204',
		unknown: 10,
		faults: { emptyForm: '204' },
		expected: 'every lead; 10 IDs not found',
		extraCalls: 1,
	},
	...([500, 404, 400, 200] as const).map(
		(notFoundStatus): Row => ({
			behaviour: `An unknown ID gets the whole call answered "Lead not found" (${notFoundStatus})`,
			unknown: 3,
			faults: { unknownIds: 'not-found', notFoundStatus },
			expected: 'every lead; 3 IDs not found',
			extraCalls: 75,
		}),
	),
	{
		behaviour: 'A column that is not known is rejected: "Unknown column \u2026 in \'field list\'"',
		faults: { badColumns: 'field-list' },
		expected: 'every lead, without that column',
		extraCalls: 3,
	},
	...(['firewall-403', 'login-200', 'gzip-plain', 'gzip-cut', 'firewall-503'] as const).map(
		(kind): Row => ({
			behaviour: `Every third call is answered by another server, or broken: ${kind}`,
			faults: { transient: { every: 3, kinds: [kind] } },
			extraCalls: 12,
		}),
	),
	{
		behaviour: 'A proxy requires a login',
		faults: { between: 'proxy-407' },
		error: /requires a login/,
		extraCalls: 0,
	},
];
