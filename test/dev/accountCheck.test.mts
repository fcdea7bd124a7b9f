import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import * as account from '../../nodes/LeadSquared/transport/credentials';
import * as metadata from '../../nodes/LeadSquared/api/metadata';
import * as ids from '../../nodes/LeadSquared/input/leadIds/findLeadIds';
import * as rowResults from '../../nodes/LeadSquared/api/rowResults';
import * as endpoints from '../../nodes/LeadSquared/api/leads';
import * as outcome from '../../nodes/LeadSquared/transport/outcome';
import { checkAccount } from '../../dev/account-check/check.mts';
import type { CheckResult, Row } from '../../dev/account-check/check.mts';
import { report, tenantFile } from '../../dev/account-check/report.mts';
import { headersOf, pathOf, readSettings } from '../../dev/account-check/settings.mts';
import type { Clock, CheckRequest } from '../../dev/account-check/tenant.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';
import { readTenant } from '../../dev/sandbox/tenant.mts';
import type { Faults, Sandbox, SandboxOptions } from '../../dev/sandbox/server.mts';

const node = { ...account, ...metadata, ...ids, ...endpoints, ...rowResults, ...outcome };
const START = Date.UTC(2026, 0, 5);

interface Checked extends CheckResult {
	sandbox: Sandbox;
	text: string;
	/** The findings, as a tenant for the sandbox. */
	file: string;
	/** When each call was sent, by the clock. */
	times: number[];
	requests: CheckRequest[];
	row(name: string): Row;
}

/** A clock that jumps to the end of whatever sleeps on it. */
function createClock(): Clock {
	let now = START;
	return { now: () => now, sleep: async (ms) => void (now += ms) };
}

async function check(
	faults: Partial<Faults> = {},
	options: SandboxOptions & {
		known?: number;
		leadIds?: string[];
		deletedIds?: string[];
		/** The answers to calls that the sandbox does not know, by their paths below the base address. */
		answers?: Record<string, object>;
		mayWrite?: boolean;
	} = {},
): Promise<Checked> {
	const { known = 30, answers = {}, mayWrite, leadIds, deletedIds, ...sandboxOptions } = options;
	const clock = createClock();
	const sandbox = createSandbox({ leads: 2500, limit: null, ...sandboxOptions, faults, clock });
	const times: number[] = [];
	const requests: CheckRequest[] = [];
	const result = await checkAccount({
		clock,
		node,
		leadIds: leadIds ?? sandbox.ids(known),
		deletedIds: deletedIds ?? sandbox.ids(2, 9000),
		mayWrite,
		async send(request) {
			times.push(clock.now());
			requests.push(request);
			const given = answers[request.path.split('?')[0]];
			if (given) return { status: 200, headers: {}, body: JSON.stringify(given) };
			const answer = await sandbox.handle({
				method: request.method,
				url: `/v2${pathOf(request, sandbox)}`,
				headers: headersOf(request, sandbox),
				body: request.body === undefined ? '' : JSON.stringify(request.body),
			});
			if (typeof answer === 'object') return answer;
			const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
			throw answer === 'reset'
				? new TypeError('fetch failed', { cause })
				: new DOMException('The operation was aborted due to timeout', 'TimeoutError');
		},
	});
	const keys = [sandbox.accessKey, sandbox.secretKey];
	const text = report(result, keys);
	const file = tenantFile(result, keys);
	expectNoSecrets(text, sandbox);
	expectNoSecrets(file, sandbox);
	return {
		...result,
		sandbox,
		text,
		file,
		times,
		requests,
		row(name) {
			const row = result.rows.find((each) => each.name === name);
			if (!row) throw new Error(`There is no row ${name}`);
			return row;
		},
	};
}

/** No key, no id and no value of a lead, wherever the table wraps. */
function expectNoSecrets(text: string, { accessKey, secretKey, ids: idsOf, lead }: Sandbox): void {
	expect(text).not.toContain(accessKey);
	expect(text).not.toContain(secretKey);
	expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/i);
	for (const id of idsOf(30)) {
		const { EmailAddress, Phone, CreatedOn, FirstName } = lead(id)!;
		for (const value of [EmailAddress, Phone, CreatedOn]) expect(text).not.toContain(value);
		expect(text.split(/[^\p{L}]+/u)).not.toContain(FirstName);
	}
}

describe('a tenant that does all as assumed', () => {
	test('is said to do so, row by row', async () => {
		const { rows, calls, stopped } = await check({}, { known: 2000 });
		const other = rows.filter(({ verdict }) => verdict !== 'as assumed').map(({ name }) => name);
		expect(other).toEqual([
			...['Stage changes of a lead', 'Offset of activities'],
			...['Create or update', 'SearchBy lead ID', 'SearchBy FirstName', "Another lead's number"],
			'Refused for rate',
		]);
		expect(rows).toHaveLength(61);
		expect(calls).toBeGreaterThan(40);
		expect(calls).toBeLessThan(75);
		expect(stopped).toBe(false);
	});

	test('is asked once a second at most', async () => {
		const { times, calls, ms } = await check();
		expect(times).toHaveLength(calls);
		times.slice(1).forEach((at, index) => expect(at - times[index]).toBeGreaterThanOrEqual(1000));
		expect(ms).toBeLessThan(75_000);
	});

	test('is asked by calls that only read', async () => {
		const burst = { at: '2026-01-04 10:00:00', leads: 12 };
		const { requests } = await check({ burst }, { leadIds: [] });
		const paths = new Set(requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`));
		expect([...paths].sort()).toEqual([
			'GET /LeadManagement.svc/Leads.GetById',
			'GET /LeadManagement.svc/LeadsMetaData.Get',
			'POST /LeadManagement.svc/Leads.Get',
			'POST /LeadManagement.svc/Leads.RecentlyModified',
			'POST /LeadManagement.svc/Leads/Retrieve/ByIds',
			'POST /ProspectActivity.svc/CustomActivity/RetrieveByActivityEvent',
			'POST /ProspectActivity.svc/Retrieve',
			'POST /Webhook.svc/Retrieve',
		]);
	});

	test('the table lists each row, and counts the verdicts', async () => {
		const { text } = await check();
		expect(text).toMatch(
			/^Order +none: leads are matched +its own, the same each time +does not matter +as assumed$/m,
		);
		expect(text).toMatch(/54 as assumed, 0 where the node copes, 0 to report, 7 not checked\./);
		expect(text).toMatch(/\d+ calls in \d+ s\.$/);
		for (const line of text.split('\n').slice(0, -1)) expect(line.length).toBeLessThanOrEqual(125);
	});
});

const COPES = 'differs, the node copes';
const REPORT = 'differs: please report';
const AGREES = 'as assumed';

/** The node has to judge, and its judgement is tested elsewhere. */
const ANY = expect.any(String);

const CASES: Array<
	[Partial<Faults>, string, RegExp, Row['verdict'], (SandboxOptions & { known?: number })?]
> = [
	[{ idColumn: 'ProspectId' }, 'ProspectID', /^comes as ProspectId$/, COPES],
	[{ idColumn: 'prospectid' }, 'ProspectID', /^comes as prospectid$/, COPES],
	[{ idColumn: 'none' }, 'ProspectID', /^does not come$/, COPES],
	[{ idColumn: 'none' }, 'Order', /no ids/, 'not checked'],
	[{ idColumn: 'none' }, 'Doubled id', /comes once/, AGREES],
	[{ idCase: 'upper' }, 'Case of ids', /^upper case$/, AGREES],
	[{ idCase: 'mixed' }, 'Case of ids', /^mixed case$/, AGREES],
	[{ upperCaseIds: 'omit' }, 'Upper-case id', /^not found$/, COPES],
	[{ order: 'asked' }, 'Order', /^as asked$/, AGREES],
	[{ order: 'reversed' }, 'Order', /^its own, the same each time$/, AGREES],
	[{ order: 'shuffled' }, 'Order', /^changes from call to call$/, AGREES],
	[{ pageCap: 4 }, 'Known leads', /^4 of 10 came, 4 more when asked again$/, COPES],
	[{ pageCap: 20 }, '1,000 ids', /^20 of 30 .*; page 2 holds more$/, COPES],
	[
		{ pageCap: 20, pageCapStyle: 'silent-gap' },
		'1,000 ids',
		/^20 of 30 .*; page 2 holds no more$/,
		COPES,
	],
	[{ pageCap: 1000 }, '1,000 ids', /^all 1,000 /, AGREES, { known: 2000 }],
	[{ pageCap: 1000 }, '2,000 ids', /^1,000 of 2,000 /, COPES, { known: 2000 }],
	[{ pageCap: 1000, pageCapStyle: 'error' }, 'PageSize 1,000', /^accepted$/, AGREES],
	[
		{ pageCap: 1000, pageCapStyle: 'error' },
		'PageSize 1,001',
		/^HTTP 500 MXInvalidInputException.*the largest is 1000$/,
		AGREES,
	],
	[
		{ pageCap: 5000, pageCapStyle: 'error-larger' },
		'PageSize 10,000',
		/^HTTP 500 MXMandatoryFieldMissingException.*the largest is 5000$/,
		AGREES,
	],
	[{ pageCap: 500, pageCapStyle: 'error' }, 'PageSize 1,000', /the largest is 500$/, COPES],
	[{ paging: 'first-page' }, 'RecordCount, page 2', /^the leads of page 1 again; /, COPES],
	[{ paging: 'first-page' }, 'Past the last page', /^leads come$/, COPES],
	[{ paging: 'ignored' }, 'RecordCount, page 1', /10 rows in a page of 2$/, COPES],
	[{ idCap: 500 }, '1,000 ids', /LeadIds can not be more than 500/, COPES],
	[{ idCap: 500, idCapStyle: 'silent' }, '1,000 ids', /^15 of 30 .* no more$/, COPES],
	[{ recordCount: 'page' }, 'RecordCount, page 1', /^rows of the page$/, COPES],
	[{ recordCount: 'string' }, 'RecordCount, page 1', /^all leads found, as text$/, COPES],
	[{ recordCount: 'absent' }, 'RecordCount, page 1', /^no RecordCount$/, COPES],
	[{ recordCount: 'asked' }, 'RecordCount, page 2', /; ids asked$/, COPES],
	[{ recordCount: 'asked' }, 'Past the last page', /RecordCount above 0$/, COPES],
	[{ recordCount: 'account' }, 'RecordCount, page 1', /^another number$/, COPES],
	[{ emptyForm: 'null' }, 'Nothing found', /^Leads is null, RecordCount 0$/, AGREES],
	[{ emptyForm: 'list' }, 'Past the last page', /^Leads is an empty list, /, AGREES],
	[{ repeatedIds: 'each' }, 'Doubled id', /^the lead comes 2 times$/, COPES],
	[{ duplicateRows: 1 }, 'Rows', /^rows 10 repeated$/, COPES],
	[{ foreignRows: 2 }, 'Rows', /^rows 2 not asked for$/, COPES],
	[{ forgetful: 0.5 }, 'Known leads', /^\d of 10 came, \d more when asked again$/, COPES],
	[{ poisonEvery: 7 }, 'Known leads', /alone, 1 refused, 9 came/, COPES],
	[{ unknownIds: 'refuse' }, 'Unknown id', /^HTTP 500 MXInvalidInputException/, COPES],
	[{ unknownIds: 'refuse', poisonNamesId: true }, 'Unknown id', /value <id>"$/, COPES],
	[{ unknownIds: 'refuse', poisonForm: 400 }, 'Unknown id', /^HTTP 400 MX/, COPES],
	[{ unknownIds: 'refuse', poisonForm: 200 }, 'Unknown id', /^HTTP 200 MX/, COPES],
	[
		{ unknownIds: 'refuse', poisonForm: '500-no-type' },
		'Unknown id',
		/^HTTP 500 without an MX type$/,
		REPORT,
	],
	[{ unknownIds: 'refuse' }, '1,000 ids', /^it takes 1,000 known leads/, 'not checked'],
	[{ malformedIds: 'refuse' }, 'Malformed id', /^HTTP 500 MX/, AGREES],
	[{ badColumns: 'refuse' }, 'Unknown column', /MXUnknownAttributeException/, COPES],
	[{ badColumns: 'refuse' }, 'Column in lower case', /MXUnknownAttributeException/, COPES],
	[{ columnCase: 'ignored' }, 'Column in lower case', /^comes in its own spelling$/, AGREES],
	[{ lowerCaseColumns: true }, 'Columns', /^FirstName, .* came in another case$/, COPES],
	[{ missingColumns: ['CreatedOn'] }, 'Columns', /^CreatedOn never came$/, COPES],
	[{ extraColumns: ['LeadType'] }, 'Columns', /^1 not asked for$/, COPES],
	[{ jsonNumbers: true }, 'Values', /^number, text$/, COPES],
	[{ bodyPrefix: 'bom' }, 'Form of answers', /with byte order mark in front$/, COPES],
	[{ bodyPrefix: 'whitespace' }, 'Form of answers', /with blanks in front$/, COPES],
	[{ contentType: 'text/plain' }, 'Form of answers', /^text\/plain$/, AGREES],
	[{ requestFault: 'MXOddException' }, 'Known leads', /alone, 10 refused.*MXOdd/, REPORT],
	[{ errorIn200: true }, 'Wrong keys', /^HTTP 200 MXInvalidAccessDetails/, AGREES],
	[{ heavy: { above: 20, how: '504' } }, '1,000 ids', /^HTTP 504 without/, COPES],
	[
		{ firstCallsFail: 2, outageKind: '503' },
		'Transient errors',
		/^2 of \d+ calls: HTTP 503/,
		AGREES,
	],
	[
		{ transient: { every: 9, kinds: ['cut-json', 'reset', 'hang'] } },
		'Transient errors',
		/HTTP 200, not the JSON of this call; no answer \(ECONNRESET\); no answer \(ETIMEDOUT\)$/,
		AGREES,
	],
	[{ keysTaken: 'query' }, 'Keys in headers', /^HTTP 401 MX.*; accepted in the query$/, COPES],
	[{ keysTaken: 'query' }, 'Wrong keys', /^HTTP 401/, AGREES],
	[{ keysTaken: 'headers' }, 'Keys in the query', /^HTTP 401 MXInvalidAccessDetails/, AGREES],
	[{ metadata: 'empty' }, 'List of columns', /^an empty list$/, REPORT],
	[{ repeatedColumns: ['Score', 'Phone'] }, 'List of columns', /, 2 of them twice$/, COPES],
	[{ idForm: 'braces', idCase: 'upper' }, 'Form of ids', /^braces$/, ANY],
	[{ idForm: 'no-hyphens' }, 'Form of ids', /^no-hyphens$/, ANY],
	[{ idForm: 'blanks' }, 'Order', /^its own/, ANY],
	[{ rows: 'properties' }, 'Form of rows', /^LeadPropertyList$/, ANY],
	[{ rows: 'properties-fields' }, 'Form of rows', /^LeadPropertyList with Fields$/, ANY],
	[{ extraColumns: ['Total', 'CanUpdate'] }, 'Columns', /^2 not asked for$/, COPES],
	[{ successEnvelope: 'nulls' }, 'Around an answer', /^Status Success, its exception null/, ANY],
	[{ successEnvelope: 'empty-texts' }, 'Around an answer', /its exception empty/, ANY],
	[{ emptyForm: '204' }, 'Nothing found', /^HTTP 204 without a body/, ANY],
	[{ emptyForm: 'bare-list' }, 'Past the last page', /^nothing but an empty list/, ANY],
	[{ unknownIds: 'not-found' }, 'Unknown id', /MXInvalidEntityReference.*not found"$/, ANY],
	[{ unknownIds: 'not-found', notFoundStatus: 404 }, 'Unknown id', /^HTTP 404 MXInvalid/, ANY],
	[{ unknownIds: 'not-found', notFoundStatus: 200 }, 'Deleted lead', /^HTTP 200 MX/, ANY],
	[{ unknownIds: 'not-found' }, 'Nothing found', /MXInvalidEntityReference/, ANY],
	[
		{ badColumns: 'field-list', badColumnsStatus: 412 },
		'Unknown column',
		/^HTTP 412 MXEntityDetailsNotFoundException: "Unknown column/,
		ANY,
	],
	[{ badColumns: 'refuse', badColumnsNamed: 'label' }, 'Unknown column', /No Such Column/, ANY],
	[
		{ pageCap: 1000, pageCapStyle: 'error', thousands: 'comma' },
		'PageSize 1,001',
		/than 1,000"; the largest is 1000$/,
		ANY,
	],
	[{ laterPages: 'refused' }, 'RecordCount, page 2', /^HTTP 500 MXInvalidInput/, ANY],
	[{ laterPages: 'too-large' }, 'RecordCount, page 2', /^HTTP 413/, ANY],
	[{ uniqueColumns: ['Phone'] }, 'Unique columns', /^Phone$/, AGREES],
	[{ readOnlyColumns: [] }, 'Read-only columns', /^none$/, AGREES],
	[
		{ derivedColumns: ['LeadAge', 'Score'] },
		'Derived columns',
		/^(Score, LeadAge|LeadAge, Score)$/,
		AGREES,
	],
	[{ lockedAfterCreate: ['Notes'] }, 'LockAfterCreate', /2: 1\b/, AGREES],
	[{ lockedAfterCreate: ['Notes'] }, 'Locked columns', /^Notes$/, AGREES],
	[
		{ maskedColumns: ['Phone'] },
		'Masked values',
		/^ByIds (Phone \(x .* 2\)); .* GetById \1$/,
		AGREES,
	],
	[
		{ maskedColumns: ['Phone'], maskedIn: 'lookups' },
		'Masked values',
		/^ByIds none; Leads.Get none; GetById Phone/,
		COPES,
	],
	[{ secondTypeEvery: 10 }, 'Object types', /is left out in Leads.Get .* comes in ByIds$/, AGREES],
	[{ secondTypeEvery: 10, typesByIds: 'OT_0' }, 'Object types', /is left out in ByIds$/, COPES],
	[{}, 'Stage changes, all', /^HTTP 500 MXInvalidActivityException/, AGREES],
	[{ stageChangesByType: 'answered' }, 'Stage changes, all', /^accepted; none there$/, COPES],
	[{ activities: 30_000 }, 'Offset of activities', /^pages, the first being 0$/, AGREES],
	[
		{ activities: 30_000, activityOffset: 'rows' },
		'Offset of activities',
		/^rows to skip$/,
		AGREES,
	],
];

describe('each switch shows', () => {
	test.each(CASES)('%j in the row %s', async (faults, name, did, verdict, options = {}) => {
		const { row } = await check(faults, options);
		expect(row(name)).toMatchObject({ did: expect.stringMatching(did), verdict });
	});

	test.each<[Partial<Faults>, RegExp]>([
		[{}, /2 calls in 5 s, without Retry-After$/],
		[{ refusalForm: 403 }, /HTTP 403 MXAPIRateLimit/],
		[{ refusalForm: 200 }, /HTTP 200 MXAPIRateLimit/],
		[{ refusalNumbers: false }, /names no limit/],
		[{ refusalRetryAfter: 'seconds' }, /with Retry-After$/],
	])('a rate refusal with %j, after which all is asked again', async (faults, did) => {
		const { row, rows } = await check(faults, { limit: { calls: 2, seconds: 5 } });
		expect(row('Refused for rate')).toMatchObject({ did: expect.stringMatching(did) });
		expect(rows.filter(({ verdict }) => verdict.startsWith('differs'))).toEqual([]);
	});

	test.each<[Partial<Faults>, string, RegExp]>([
		[{ wrongRegion: 'api-in21.leadsquared.com' }, 'Keys in headers', /api-in21\.leadsquared\.com/],
		[{ notFoundPath: true }, 'Keys in headers', /HTTP 404/],
		[{ redirect: 'https://example.com' }, 'Keys in headers', /HTTP 302/],
		[{ dailyQuota: 13 }, 'Order', /HTTP 429 MXAPIRateLimit/],
	])('%j stops the check', async (faults, name, did) => {
		const { row, rows, stopped, calls } = await check(faults);
		expect(row(name)).toMatchObject({ did: expect.stringMatching(did), verdict: 'not checked' });
		const after = rows.slice(rows.indexOf(row(name)) + 1, -2);
		expect(after.every(({ verdict }) => verdict === 'not checked')).toBe(true);
		expect(stopped).toBe(true);
		expect(calls).toBeLessThan(15);
	});
});

describe('what was found, written to a file', () => {
	/** A tenant like the one that was found, out of the file. */
	async function again(file: string, options: SandboxOptions & { known?: number }) {
		const folder = mkdtempSync(join(tmpdir(), 'tenant-'));
		writeFileSync(join(folder, 'tenant.json'), file);
		const tenant = readTenant(join(folder, 'tenant.json'));
		rmSync(folder, { recursive: true });
		return await check({}, { ...options, tenant });
	}

	// Which leads are poison, which calls fail, and which leads are left out at first, is not reported.
	const unreported = [
		'poisonEvery',
		'requestFault',
		'heavy',
		'firstCallsFail',
		'transient',
		'forgetful',
		'activities',
	];
	const reported = CASES.filter(([faults]) => !unreported.some((name) => name in faults));

	test.each(reported)(
		'%j is a tenant that does the same',
		async (...[faults, , , , options = {}]) => {
			const first = await check(faults, options);
			const second = await again(first.file, options);
			const did = ({ rows }: Checked) => rows.map(({ name, did: what }) => [name, what]);
			expect(did(second)).toEqual(did(first));
			expect(second.file).toBe(first.file);
		},
	);

	test('is nothing for a tenant that does all as assumed', async () => {
		const { file } = await check({}, { known: 2000 });
		expect(JSON.parse(file)).toEqual({ about: expect.stringContaining('npm run'), faults: {} });
	});

	test('is also the limit, and what no switch stands for in words', async () => {
		const limit = { calls: 2, seconds: 5 };
		const faults = { refusalForm: 403, requestFault: 'MXOddException' } as const;
		const first = await check(faults, { limit });
		expect(JSON.parse(first.file)).toMatchObject({
			limit,
			faults: { refusalForm: 403 },
			withoutSwitch: { 'Known leads': expect.stringContaining('10 refused together') },
		});
		const second = await again(first.file, { limit: undefined });
		expect(second.sandbox.limit).toEqual(limit);
	});

	test('never holds what a tenant made up', async () => {
		const { sandbox } = await check();
		const key = sandbox.accessKey;
		const { file } = await check({
			unknownIds: 'not-found',
			notFoundType: `MX${key.replace(/\W/g, '')}Exception`,
			contentType: `text/${key}`,
			extraColumns: [key],
		});
		expect(file).not.toContain(key);
	});

	test.each([
		['[]', /is not a tenant: it has no "faults"/],
		['{"faults":{"nope":1}}', /is not a tenant: There is no switch nope/],
		['{"faults":{},"limit":{"calls":"2"}}', /its "limit" is not like/],
		['nonsense', /is not a tenant/],
	])('as %s is refused', async (file, message) => {
		await expect(again(file, {})).rejects.toThrow(message);
	});
});

const ACTIVITIES = '/ProspectActivity.svc';
const STAGE = {
	Id: 'a',
	EventCode: 3002,
	Data: [
		{ Key: 'CurrentStage', Value: 'Prospect' },
		{ Key: 'mx_Branch', Value: 'Pune' },
	],
};

test('names of the account and webhooks of others are not shown', async () => {
	const { row, text, file, faults } = await check(
		{ uniqueColumns: ['EmailAddress', 'mx_City'] },
		{
			answers: {
				[`${ACTIVITIES}/Retrieve`]: { RecordCount: 1, ProspectActivities: [STAGE] },
				[`${ACTIVITIES}/CustomActivity/RetrieveByActivityEvent`]: {
					RecordCount: 1,
					List: [{ ProspectActivityId: 'a', mx_Custom_1: 'Pune', 'Branch Name': 'Pune' }],
				},
				'/Webhook.svc/Retrieve': {
					Response: [
						{
							URL: 'https://other.example/hook',
							StatusCode: 0,
							CustomHeaders: '[{"Key":"token"}]',
						},
						{ URL: 'https://other.example/off', StatusCode: '2', CustomHeaders: '[]' },
					],
				},
			},
		},
	);
	expect(row('Unique columns').did).toBe('EmailAddress, 1 other');
	expect(faults.uniqueColumns).toEqual(['EmailAddress']);
	expect(row('Stage changes of a lead')).toMatchObject({
		did: 'Data: CurrentStage, 1 other',
		verdict: 'as assumed',
	});
	expect(row('Stage changes, all').did).toBe('accepted; ProspectActivityId, 2 others');
	expect(row('Webhooks').did).toBe(
		'2 webhooks, 2 with URL, 1 with headers; StatusCode 0: 1, 1: 0, 2: 1',
	);
	for (const words of [text, file]) {
		expect(words).not.toMatch(/mx_(City|Branch|Custom)|Pune|Branch|other\.example|token/);
	}
});

test('headers on rates are named, wherever they come', async () => {
	const limit = { calls: 2, seconds: 5 };
	const { row } = await check({ refusalRetryAfter: 'seconds' }, { limit });
	expect(row('Rate headers').did).toMatch(/^retry-after: \d+ times$/);
	const { row: usual } = await check();
	expect(usual('Rate headers').did).toBe('none');
});

describe('with --write', () => {
	const NAMES = [
		'Create or update',
		'SearchBy lead ID',
		'SearchBy FirstName',
		"Another lead's number",
	];
	const REFUSED = 'refused (MXInvalidInputException)';

	test.each<[Partial<Faults>, string, unknown, Row['verdict']]>([
		[{}, NAMES[0], 'created; created', AGREES],
		[{ mandatoryColumns: ['mx_City'] }, NAMES[0], expect.stringMatching('MXMandatory'), COPES],
		[{ mandatoryColumns: ['mx_City'] }, NAMES[1], 'the lead was not created', 'not checked'],
		[
			{},
			NAMES[1],
			`ProspectId updated, with the flag updated; ProspectID ${REFUSED}, with the flag ${REFUSED}`,
			AGREES,
		],
		[
			{ searchById: 'ProspectID' },
			NAMES[1],
			`ProspectId ${REFUSED}, with the flag ${REFUSED}; ProspectID updated, with the flag updated`,
			COPES,
		],
		[{ searchById: 'both' }, NAMES[1], expect.stringMatching('ProspectID updated'), AGREES],
		[{ searchById: 'none' }, NAMES[1], expect.not.stringMatching('updated'), COPES],
		[
			{ userDefinedGuid: 'required' },
			NAMES[1],
			expect.stringMatching(/^ProspectId refused .* with the flag updated;/),
			COPES,
		],
		[
			{ userDefinedGuid: 'unknown' },
			NAMES[1],
			expect.stringMatching(/^ProspectId updated, with the flag refused \(MXUnknownAttr/),
			AGREES,
		],
		[
			{ badSearchBy: 'ignored' },
			NAMES[1],
			expect.stringMatching(/ProspectID created, with the flag created$/),
			COPES,
		],
		[{}, NAMES[2], REFUSED, AGREES],
		[{ searchByColumns: 'any' }, NAMES[2], 'updated', AGREES],
		[{}, NAMES[3], 'refused (MXDuplicateEntryException); the other row updated', AGREES],
		[
			{ duplicates: 'call' },
			NAMES[3],
			'the whole call is refused: HTTP 500 MXDuplicateEntryException',
			COPES,
		],
		[{ uniqueColumns: ['EmailAddress'] }, NAMES[3], 'updated; the other row updated', COPES],
	])('%j shows in the row %s', async (faults, name, did, verdict) => {
		const { row, text, file, created, sandbox } = await check(faults, { mayWrite: true });
		expect(row(name)).toMatchObject({ did, verdict });
		expect(`${text}${file}`).not.toMatch(/mx_City/);
		// Every lead that was written is found by the name.
		const written = new Map<string, string>();
		for (const { id, values } of sandbox.history) {
			written.set(id, `${written.get(id) ?? ''} ${JSON.stringify(values)}`);
		}
		for (const values of written.values()) expect(values).toContain(created);

		if ('mandatoryColumns' in faults) return;
		const tenant = JSON.parse(file) as { faults: Partial<Faults> };
		const again = await check(tenant.faults, { mayWrite: true });
		expect(NAMES.map((each) => again.row(each).did)).toEqual(NAMES.map((each) => row(each).did));
	});
});

test('a merged lead is reported as a lead that was not asked for', async () => {
	const { sandbox } = await check();
	const deletedIds = [sandbox.idAt(200)];
	const { row } = await check({ mergedIds: deletedIds }, { deletedIds });
	expect(row('Deleted lead').did).toBe('1 leads come that were not asked for');
	const { row: still } = await check({}, { deletedIds });
	expect(still('Deleted lead').did).toBe('1 of 1 come all the same');
	const { row: none } = await check({}, { deletedIds: [] });
	expect(none('Deleted lead')).toMatchObject({
		did: expect.stringContaining('LEADSQUARED_DELETED_LEAD_IDS'),
		verdict: 'not checked',
	});
});

describe('lead ids', () => {
	test('that do not exist are reported and ignored', async () => {
		const { sandbox } = await check();
		const leadIds = [...sandbox.ids(6), ...sandbox.ids(3, 9000)];
		const { row } = await check({}, { leadIds });
		expect(row('Known leads')).toMatchObject({
			did: expect.stringMatching(/^6 of 9 came; the others do not exist/),
			verdict: 'as assumed',
		});
		expect(row('1,000 ids').did).toMatch(/^all 6 leads/);
	});

	test('are found by Leads.RecentlyModified, as it is documented', async () => {
		const { sandbox } = await check();
		const found = {
			RecordCount: 5,
			Leads: sandbox.ids(5).map((id) => ({
				LeadPropertyList: [
					{ Attribute: 'ProspectAutoId', Value: '7' },
					{ Attribute: 'ProspectID', Value: id.toUpperCase() },
				],
			})),
		};
		const { row, requests } = await check(
			{},
			{ leadIds: [], answers: { '/LeadManagement.svc/Leads.RecentlyModified': found } },
		);
		expect(row('Lead ids to ask')).toMatchObject({ did: '5 found', verdict: 'as assumed' });
		expect(row('Known leads').did).toBe('5 of 5 came');
		const { body } = requests.find(({ path }) => path.endsWith('RecentlyModified'))!;
		expect(body).toMatchObject({
			Parameter: { FromDate: '2025-12-06 00:00:02', ToDate: '2026-01-05 00:00:02' },
			Columns: { Include_CSV: 'ProspectID' },
		});
	});

	test('are found in an account in which leads have changed recently', async () => {
		const burst = { at: '2026-01-04 10:00:00', leads: 12 };
		const { row } = await check({ burst }, { leadIds: [] });
		expect(row('Lead ids to ask').did).toBe('12 found');
		expect(row('Known leads').did).toBe('10 of 10 came');
		const { row: none } = await check({}, { leadIds: [] });
		expect(none('Lead ids to ask').did).toMatch(/^no lead was modified in 30 days/);
	});

	test('are asked of the user if there are none to be found', async () => {
		const missingCalls = ['Leads.RecentlyModified'];
		const { row, stopped } = await check({ missingCalls }, { leadIds: [] });
		expect(row('Lead ids to ask').did).toMatch(/HTTP 404.*Set LEADSQUARED_LEAD_IDS/);
		expect(row('Order')).toMatchObject({
			did: 'it takes 3 known leads, 0 were found',
			verdict: 'not checked',
		});
		expect(row('Wrong keys').verdict).toBe('as assumed');
		expect(stopped).toBe(false);
	});
});

test('what a tenant repeats of keys and leads is not printed', async () => {
	const clock = createClock();
	const [accessKey, secretKey] = ['u$rSecretOne', 'SecretTwo'];
	const message = `${accessKey} ${secretKey} ${encodeURIComponent(accessKey)} 11111111-2222-3333-4444-555555555555 jane@example.com +91-9876543210`;
	const result = await checkAccount({
		clock,
		node,
		leadIds: ['11111111-2222-3333-4444-555555555555'],
		send: async () => ({
			status: 500,
			headers: {},
			body: JSON.stringify({ ExceptionType: 'MXOddException', ExceptionMessage: message }),
		}),
	});
	const text = report(result, [accessKey, secretKey]);
	expect(text).toContain('MXOddException');
	expect(text).not.toMatch(/Secret|11111111|jane|98765/);
});

describe('settings', () => {
	const env = {
		LEADSQUARED_HOST: 'api-in21.leadsquared.com',
		LEADSQUARED_ACCESS_KEY: 'u$rKey ',
		LEADSQUARED_SECRET_KEY: 'secret',
		LEADSQUARED_LEAD_IDS:
			'AAAAAAAA-0000-4000-8000-000000000001,aaaaaaaa-0000-4000-8000-000000000002',
	};

	test('come from the environment', () => {
		expect(readSettings(env, [], node)).toEqual({
			baseUrl: 'https://api-in21.leadsquared.com/v2',
			accessKey: 'u$rKey',
			secretKey: 'secret',
			leadIds: ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002'],
			deletedIds: [],
			mayWrite: false,
		});
		const LEADSQUARED_DELETED_LEAD_IDS = 'bbbbbbbb-0000-4000-8000-000000000001';
		const more = readSettings(
			{ ...env, LEADSQUARED_DELETED_LEAD_IDS },
			['--tenant', 'a.json'],
			node,
		);
		expect(more).toMatchObject({ deletedIds: [LEADSQUARED_DELETED_LEAD_IDS], file: 'a.json' });
		const without = { ...env, LEADSQUARED_LEAD_IDS: undefined };
		expect(readSettings(without, [], node).leadIds).toEqual([]);
	});

	test('let the check write only if asked', () => {
		expect(readSettings(env, ['--write'], node)).toMatchObject({ mayWrite: true });
		expect(readSettings(env, ['--write', '--tenant', 'a.json'], node)).toMatchObject({
			mayWrite: true,
			file: 'a.json',
		});
		expect(() => readSettings(env, ['--write', 'a.json'], node)).toThrow(/^No arguments but/);
	});

	test('never come from arguments, which are refused without being repeated', () => {
		const read = () => readSettings(env, ['--secret-key=abc123'], node);
		expect(read).toThrow(
			/^No arguments but --write and --tenant FILE.*[\s\S]*LEADSQUARED_SECRET_KEY/,
		);
		expect(read).not.toThrow(/abc123/);
	});

	test.each([
		[{ LEADSQUARED_HOST: '' }, /^LEADSQUARED_HOST is not set/],
		[{ LEADSQUARED_ACCESS_KEY: undefined }, /^LEADSQUARED_ACCESS_KEY is not set/],
		[{ LEADSQUARED_SECRET_KEY: ' ' }, /^LEADSQUARED_SECRET_KEY is not set/],
		[{ LEADSQUARED_HOST: 'http://api-in21.leadsquared.com' }, /^LEADSQUARED_HOST is not an https/],
		[{ LEADSQUARED_LEAD_IDS: 'a,b' }, /^LEADSQUARED_LEAD_IDS holds 2 pieces/],
	])('%j is refused', (change, message) => {
		expect(() => readSettings({ ...env, ...change }, [], node)).toThrow(message);
	});

	test('become the headers that the node sends, or none, or made-up ones', () => {
		const keys = { accessKey: 'u$rKey', secretKey: 'secret' };
		const request = { method: 'GET', path: '/x', keysIn: 'headers' } as const;
		expect(headersOf({ ...request, keys: 'own' }, keys)).toEqual({
			Accept: 'application/json',
			'x-LSQ-AccessKey': 'u$rKey',
			'x-LSQ-SecretKey': 'secret',
		});
		expect(headersOf({ ...request, keys: 'none' }, keys)).toEqual({ Accept: 'application/json' });
		const inQuery = { ...request, path: '/x?a=1', keys: 'own', keysIn: 'query' } as const;
		expect(headersOf(inQuery, keys)).toEqual({ Accept: 'application/json' });
		expect(pathOf(inQuery, keys)).toBe('/x?a=1&accessKey=u%24rKey&secretKey=secret');
		expect(pathOf({ ...inQuery, keysIn: 'headers' }, keys)).toBe('/x?a=1');
		expect(pathOf({ ...inQuery, keys: 'none' }, keys)).toBe('/x?a=1');
		expect(JSON.stringify(headersOf({ ...request, keys: 'wrong' }, keys))).not.toMatch(
			/u\$rKey|"secret"/,
		);
	});
});
