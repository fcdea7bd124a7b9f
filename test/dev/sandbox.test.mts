it('in real time counts and refuses a burst before it makes any of its pages', async () => {
	const sandbox = createSandbox({ leads: 200, limit: { calls: 25, seconds: 5 } });
	const answers = Array.from({ length: 30 }, () => post(sandbox, { ids: sandbox.ids(200) }));
	const { calls, refused, leadsServed } = sandbox.stats;
	expect({ calls, refused, leadsServed }).toEqual({ calls: 30, refused: 5, leadsServed: 0 });
	expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([
		...Array<number>(25).fill(200),
		...Array<number>(5).fill(429),
	]);
	expect(sandbox.stats.leadsServed).toBe(25 * 200);
});

import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

import { createSandbox } from '../../dev/sandbox/server.mts';
import type {
	Clock,
	Faults,
	Sandbox,
	SandboxAnswer,
	SandboxOptions,
} from '../../dev/sandbox/server.mts';
import { SWITCHES, TROUBLES, listSwitches, parseFault } from '../../dev/sandbox/faults.mts';
import type { Trouble } from '../../dev/sandbox/faults.mts';
import { gather, scatter } from '../../dev/sandbox/random.mts';

const BY_IDS = '/v2/LeadManagement.svc/Leads/Retrieve/ByIds';
const METADATA = '/v2/LeadManagement.svc/LeadsMetaData.Get';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

interface Ask {
	ids: unknown;
	columns?: string;
	pageIndex?: number;
	pageSize?: number;
}

function bodyOf({ ids, columns = 'ProspectID', pageIndex = 1, pageSize = 1000 }: Ask): string {
	return JSON.stringify({
		SearchParameters: { LeadIds: ids },
		Columns: { Include_CSV: columns },
		Paging: { PageIndex: pageIndex, PageSize: pageSize },
	});
}

function keysOf({ accessKey, secretKey }: Sandbox) {
	return {
		'content-type': 'application/json',
		'x-LSQ-AccessKey': accessKey,
		'x-LSQ-SecretKey': secretKey,
	};
}

function send(sandbox: Sandbox, body: string): Promise<SandboxAnswer | 'reset' | 'hang'> {
	return sandbox.handle({ method: 'POST', url: BY_IDS, headers: keysOf(sandbox), body });
}

async function post(sandbox: Sandbox, ask: Ask): Promise<SandboxAnswer> {
	const answer = await send(sandbox, bodyOf(ask));
	if (typeof answer === 'string') throw new Error(answer);
	return answer;
}

async function get(sandbox: Sandbox, ask: Ask) {
	const { status, body } = await post(sandbox, ask);
	return { status, json: JSON.parse(body) };
}

/** The indices of the leads that came, in their order. */
async function indicesOf(sandbox: Sandbox, ask: Ask): Promise<number[]> {
	const { json } = await get(sandbox, ask);
	const all = sandbox.ids(200);
	return json.Leads.map((lead: Record<string, string>) =>
		all.indexOf(Object.values(lead)[0].toLowerCase()),
	);
}

function unlimited(faults: Partial<Faults> = {}, options: SandboxOptions = {}): Sandbox {
	return createSandbox({ leads: 200, limit: null, faults, ...options });
}

/** A clock that moves only on request. */
function createClock(now = 0) {
	let sleepers: Array<{ at: number; wake: () => void }> = [];
	const clock: Clock & { advance(ms: number): Promise<void> } = {
		now: () => now,
		sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
		async advance(ms) {
			now += ms;
			sleepers.filter(({ at }) => at <= now).forEach(({ wake }) => wake());
			sleepers = sleepers.filter(({ at }) => at > now);
			await new Promise((resolve) => setImmediate(resolve));
		},
	};
	return clock;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the API page', () => {
	const ids = [
		'0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
		'3aee22bd-8419-422a-8242-c510df9af021',
		'6ba78830-bd39-435f-8687-460b677f3fb4',
	];
	const exampleRequest =
		'{ "SearchParameters": { "LeadIds": [ "0acb9356-bcd1-4128-b63a-97f52cb8cc3c", "3aee22bd-8419-422a-8242-c510df9af021", "6ba78830-bd39-435f-8687-460b677f3fb4" ] }, "Columns": { "Include_CSV": "CreatedOn, ModifiedOn, CompanyType, EmailAddress, ProspectId, OwnerIdEmailAddress, ProspectAutoID, FirstName, LastName, ProspectStage" }, "Paging": { "PageIndex": 1, "PageSize": 1000 } }';
	const exampleAnswer =
		'{ "RecordCount": 3, "Leads": [ { "CreatedOn": "2018-03-06 06:55:46.000", "ModifiedOn": "2018-09-18 11:27:52.000", "CompanyType": "5003", "EmailAddress": null, "FirstName": "Ringo", "LastName": "Starr", "ProspectStage": "Opportunity" }, { "CreatedOn": "2017-12-06 06:39:17.000", "ModifiedOn": "2018-07-27 09:20:50.000", "CompanyType": null, "EmailAddress": "john@example.com", "FirstName": "John", "LastName": "Lennon", "ProspectStage": "Prospect" }, { "CreatedOn": "2017-12-06 06:27:04.000", "ModifiedOn": "2018-04-17 10:46:26.000", "CompanyType": null, "EmailAddress": null, "FirstName": "Paul", "LastName": "McCartney", "ProspectStage": "Prospect" } ] }';

	test('its example request has its example answer, member for member', async () => {
		const answer = (await send(createSandbox(), exampleRequest)) as SandboxAnswer;
		expect(answer.status).toBe(200);
		expect(answer.headers['content-type']).toMatch(/^application\/json/);
		expect(answer.body).toBe(JSON.stringify(JSON.parse(exampleAnswer)));
	});

	test('its leads have their columns, in the requested order, and never an id', async () => {
		const columns = 'LastName,ProspectID,prospectid,ProspectAutoId,Phone,CreatedOn';
		const { json } = await get(createSandbox({ seed: 7, leads: 5 }), { ids: [ids[1]], columns });
		expect(JSON.stringify(json.Leads)).toBe(
			'[{"LastName":"Lennon","CreatedOn":"2017-12-06 06:39:17.000"}]',
		);
	});

	test('its leads stand before all others, and have an index and an id too', async () => {
		const sandbox = unlimited();
		expect(sandbox.ids(3, -3)).toEqual(ids);
		expect(sandbox.lead(ids[2])).toMatchObject({ FirstName: 'Paul' });
		const { json } = await get(sandbox, {
			ids: [sandbox.idAt(0), ids[2], ids[0]],
			columns: 'FirstName',
		});
		expect(json.Leads.slice(0, 2)).toEqual([{ FirstName: 'Ringo' }, { FirstName: 'Paul' }]);
	});
});

describe('made-up leads', () => {
	test('scatter is reversible', () => {
		for (const value of [0, 1, 2, 12_345_678, 0x7fffffff, 0x80000000, 0xffffffff]) {
			expect(gather(scatter(value))).toBe(value);
		}
	});

	test('a million of them have distinct ids that lead back to them', () => {
		const sandbox = createSandbox({ leads: 1_000_000 });
		const indices = upTo(2000).map((step) => step * 500 + (step % 500));
		const ids = indices.map((index) => sandbox.idAt(index));
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids.every((id) => GUID.test(id))).toBe(true);
		for (const [at, id] of ids.entries()) {
			if (at % 100 > 0) continue;
			expect(sandbox.lead(id)).toEqual(sandbox.lead(indices[at]));
			expect(sandbox.lead(id.toUpperCase())!.ProspectAutoId).toBe(String(indices[at] + 1001));
		}
	});

	test('the seed alone decides what they are', () => {
		const [one, same, other] = [3, 3, 4].map((seed) => createSandbox({ seed, leads: 50 }));
		expect(same.ids(50)).toEqual(one.ids(50));
		expect(same.lead(49)).toEqual(one.lead(49));
		expect(other.idAt(49)).not.toBe(one.idAt(49));
		expect(other.lead(49)).not.toMatchObject({ EmailAddress: one.lead(49)!.EmailAddress });
		expect(one.lead(other.idAt(0))).toBeUndefined();
	});

	test('there are no more than requested', () => {
		const sandbox = createSandbox({ leads: 50 });
		expect(sandbox.lead(50)).toBeUndefined();
		expect(sandbox.lead(createSandbox({ leads: 51 }).idAt(50))).toBeUndefined();
	});

	test('values have the forms of the API: strings or null, by the type of the column', async () => {
		const sandbox = unlimited();
		const columns = JSON.parse(await metadataText(sandbox));
		const forms: Record<string, RegExp> = {
			Text: /^[^]+$/,
			Number: /^-?\d+(\.\d+)?$/,
			Email: /^[a-z0-9.]+@example\.(com|org)$/,
			Phone: /^\+(91|49|1)-\d{10}$/,
			Website: /^https:/,
			Date: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.000$/,
			DateTime: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.000$/,
			Time: /^\d\d:\d\d:\d\d$/,
			Boolean: /^[01]$/,
		};
		const seen = new Set<string>();
		for (const index of upTo(100)) {
			const lead = sandbox.lead(index)!;
			for (const { SchemaName, DataType, Options, RenderTypeTextValue } of columns) {
				const value = lead[SchemaName];
				if (value === null) continue;
				seen.add(DataType);
				if (RenderTypeTextValue === 'MultiselectDropdown') {
					expect(Options).toEqual(
						expect.arrayContaining(value!.split(';').map((Value) => ({ Value }))),
					);
				} else if (DataType === 'Select') expect(Options).toContainEqual({ Value: value });
				else expect(value).toMatch(forms[DataType]);
			}
		}
		expect([...seen].sort()).toEqual([...Object.keys(forms), 'Select'].sort());
		for (const index of upTo(10)) expect(Object.values(sandbox.lead(index)!)).not.toContain(null);
		expect(Object.values(sandbox.lead(10)!)).toContain(null);
	});
});

describe('people', () => {
	const people = upTo(300).map((index) => unlimited({}, { leads: 300 }).lead(index)!);

	test('are grown up, and what is of one life or place belongs together', () => {
		const cities = new Map<string, string>();
		for (const lead of people) {
			const { CreatedOn, ModifiedOn, LastVisitDate, mx_Date_of_Birth: born } = lead;
			if (born)
				expect(Number(CreatedOn!.slice(0, 4)) - Number(born.slice(0, 4))).toBeGreaterThan(17);
			expect(ModifiedOn! >= CreatedOn!).toBe(true);
			if (LastVisitDate)
				expect(LastVisitDate >= CreatedOn! && LastVisitDate <= ModifiedOn!).toBe(true);
			if (lead.Company && lead.RelatedCompanyIdName) {
				expect(lead.Company).toBe(lead.RelatedCompanyIdName);
			}
			const { mx_City: city, mx_State: state } = lead;
			if (city && state) {
				expect(cities.get(city) ?? state).toBe(state);
				cities.set(city, state);
			}
			if (lead.SourceIPAddress) {
				expect(lead.SourceIPAddress).toMatch(/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}$/);
			}
		}
		expect(cities.size).toBeGreaterThan(10);
	});

	test('have names with umlauts, and remarks with all that people type', () => {
		const text = JSON.stringify(people);
		for (const piece of ['ü', 'नमस्ते', '👍', '\\n', '\\"']) expect(text).toContain(piece);
	});

	test('the leads of the API page are like others if documentedLeads is off', async () => {
		const sandbox = unlimited({ documentedLeads: false });
		const columns = 'ProspectID,FirstName,LastName,EmailAddress,CompanyType,Phone';
		const { json } = await get(sandbox, { ids: sandbox.ids(3, -3), columns });
		expect(json.Leads).toEqual([
			expect.objectContaining({ FirstName: 'Ringo', CompanyType: '5003' }),
			expect.objectContaining({ FirstName: 'John', EmailAddress: 'john@example.com' }),
			expect.objectContaining({ FirstName: 'Paul', LastName: 'McCartney' }),
		]);
		for (const [at, lead] of json.Leads.entries()) {
			expect(lead.ProspectID).toBe(sandbox.idAt(at - 3));
			expect(Object.values(lead)).not.toContain(null);
			expect(sandbox.lead(lead.ProspectID)).toMatchObject(lead);
		}
	});
});

describe('an answer', () => {
	test('holds the columns asked, in that order, once, without unknown ones', async () => {
		const sandbox = unlimited();
		const columns = ' LastName , mx_Nope,prospectID,FirstName,firstname,LastName,mx_City,';
		const { json } = await get(sandbox, { ids: sandbox.ids(1), columns });
		const { LastName, ProspectID, FirstName, mx_City } = sandbox.lead(0)!;
		expect(JSON.stringify(json.Leads[0])).toBe(
			JSON.stringify({ LastName, ProspectID, FirstName, mx_City }),
		);
	});

	test('has columns that the metadata does not list', async () => {
		const sandbox = unlimited();
		const { json } = await get(sandbox, { ids: sandbox.ids(1), columns: 'CreatedByName' });
		expect(json.Leads[0]).toEqual({ CreatedByName: sandbox.lead(0)!.CreatedByName });
		expect(await metadataText(sandbox)).not.toContain('"SchemaName":"CreatedByName"');
	});

	test('is in the order stored, each lead once, unknown and malformed ids left out', async () => {
		const sandbox = unlimited();
		const [a, b] = sandbox.ids(2);
		const ids = [b.toUpperCase(), UNKNOWN, a, 'nonsense', '', b, a];
		expect(await indicesOf(sandbox, { ids })).toEqual([0, 1]);
		expect((await get(sandbox, { ids })).json.RecordCount).toBe(2);
	});

	test('has no Leads if nothing is found', async () => {
		expect((await post(unlimited(), { ids: [UNKNOWN] })).body).toBe('{"RecordCount":0}');
	});

	test('is paged, RecordCount being the total of all pages', async () => {
		const sandbox = unlimited();
		const page = (pageIndex: number) => ({ ids: sandbox.ids(25), pageIndex, pageSize: 10 });
		expect(await indicesOf(sandbox, page(1))).toEqual(upTo(10));
		expect(await indicesOf(sandbox, page(3))).toEqual([20, 21, 22, 23, 24]);
		expect((await get(sandbox, page(3))).json.RecordCount).toBe(25);
		expect((await post(sandbox, page(4))).body).toBe('{"RecordCount":0}');
	});

	test('holds up to 10,000 leads', async () => {
		const sandbox = unlimited({}, { leads: 10_000 });
		const { json } = await get(sandbox, { ids: sandbox.ids(10_000), pageSize: 10_000 });
		expect(json.RecordCount).toBe(10_000);
		expect(json.Leads).toHaveLength(10_000);
		expect(sandbox.stats.leadsServed).toBe(10_000);
	});

	test('comes after the latency, on the clock', async () => {
		const clock = createClock();
		const sandbox = unlimited({}, { clock, latencyMs: [200, 300] });
		const answer = post(sandbox, { ids: sandbox.ids(1) });
		await clock.advance(199);
		expect([sandbox.sleeping, sandbox.handling]).toEqual([1, 1]);
		expect(sandbox.stats.requests[0].status).toBeNull();
		await clock.advance(101);
		expect([sandbox.sleeping, sandbox.handling]).toEqual([0, 0]);
		expect((await answer).status).toBe(200);
	});
});

describe('a request is refused', () => {
	const malformed = {
		'broken JSON': '{"SearchParameters":',
		'ids that are not a list': bodyOf({ ids: 'a,b' }),
		'ids that are not text': bodyOf({ ids: [1] }),
		'an invalid page number': bodyOf({ ids: [UNKNOWN] }).replace(
			'"PageIndex":1',
			'"PageIndex":"x"',
		),
	};
	test.each(Object.entries(malformed))('as malformed: %s', async (_, body) => {
		expect(await send(unlimited(), body)).toMatchObject({ status: 400 });
	});

	test('as malformed: another content type', async () => {
		const sandbox = unlimited();
		const headers = { ...keysOf(sandbox), 'content-type': 'text/plain' };
		const body = bodyOf({ ids: sandbox.ids(1) });
		const answer = await sandbox.handle({ method: 'POST', url: BY_IDS, headers, body });
		expect(answer).toMatchObject({ status: 400 });
	});

	const wrong: Array<[string, Ask | string, string, string]> = [
		['no LeadIds', '{"Columns":{"Include_CSV":"Phone"}}', 'MXMandatoryAttributeMissing', 'LeadIds'],
		['empty LeadIds', { ids: [] }, 'MXMandatoryAttributeMissing', 'LeadIds'],
		[
			'no columns',
			{ ids: [UNKNOWN], columns: ' , ' },
			'MXMandatoryAttributeMissing',
			'Include_CSV',
		],
		['page 0', { ids: [UNKNOWN], pageIndex: 0 }, 'MXInvalidInput', 'PageIndex'],
		['pages of 0', { ids: [UNKNOWN], pageSize: 0 }, 'MXInvalidInput', 'PageSize'],
		[
			'10,001 ids',
			{ ids: Array(10_001).fill(UNKNOWN) },
			'MXInvalidInput',
			'LeadIds can not be more than 10000',
		],
		[
			'pages of 10,001',
			{ ids: [UNKNOWN], pageSize: 10_001 },
			'MXInvalidInput',
			'PageSize can not be more than 10000',
		],
	];
	test.each(wrong)('with an MX type: %s', async (_, ask, type, message) => {
		const body = typeof ask === 'string' ? ask : bodyOf(ask);
		const answer = (await send(unlimited(), body)) as SandboxAnswer;
		expect(answer.status).toBe(500);
		expect(JSON.parse(answer.body)).toEqual({
			Status: 'Error',
			ExceptionType: `${type}Exception`,
			ExceptionMessage: expect.stringContaining(message),
		});
	});

	test('for its path or method', async () => {
		const sandbox = unlimited();
		const call = (method: string, url: string) =>
			sandbox.handle({ method, url, headers: keysOf(sandbox) });
		expect(await call('GET', '/v2/Nope.svc')).toMatchObject({ status: 404 });
		expect(await call('GET', BY_IDS)).toMatchObject({ status: 405 });
		expect(await call('POST', METADATA)).toMatchObject({ status: 405 });
	});
});

describe('authentication', () => {
	const ask = (sandbox: Sandbox, query: string, headers: Record<string, string>) =>
		sandbox.handle({ method: 'GET', url: `${METADATA}?${query}`, headers });
	const keys = { accessKey: 'u$r+1&=', secretKey: 's' };

	test('takes headers in any case', async () => {
		const sandbox = unlimited({}, keys);
		const headers = { 'X-LSQ-ACCESSKEY': keys.accessKey, 'x-lsq-secretkey': 's' };
		expect(await ask(sandbox, '', headers)).toMatchObject({ status: 200 });
		expect(sandbox.stats.requests[0].auth).toBe('header');
	});

	test('takes the query', async () => {
		const sandbox = unlimited({}, keys);
		expect(await ask(sandbox, `${new URLSearchParams(keys)}`, {})).toMatchObject({ status: 200 });
		expect(sandbox.stats.requests[0].auth).toBe('query');
	});

	test.each([
		[{}],
		[{ 'x-lsq-accesskey': keys.accessKey }],
		[{ 'x-lsq-accesskey': keys.accessKey, 'x-lsq-secretkey': 'S' }],
		[{ 'x-lsq-accesskey': 'other', 'x-lsq-secretkey': 's' }],
	])('refuses %j', async (headers) => {
		const answer = await ask(unlimited({}, keys), '', headers as Record<string, string>);
		expect(answer).toMatchObject({
			status: 401,
			body: '{"Status":"Error","ExceptionType":"MXInvalidAccessDetailsException","ExceptionMessage":"Invalid Access Details provided."}',
		});
	});

	test('has an access key with a $ by default', () => {
		expect(createSandbox().accessKey).toContain('$');
	});
});

async function metadataText(sandbox: Sandbox, query = ''): Promise<string> {
	const url = `${METADATA}?${query}`;
	const answer = await sandbox.handle({ method: 'GET', url, headers: keysOf(sandbox) });
	return (answer as SandboxAnswer).body;
}

describe('metadata', () => {
	test('describes about 180 columns in the documented shape', async () => {
		const columns = JSON.parse(await metadataText(unlimited()));
		expect(columns.length).toBeGreaterThan(170);
		expect(columns.length).toBeLessThan(190);
		const names = columns.map((column: { SchemaName: string }) => column.SchemaName);
		expect(new Set(names).size).toBe(names.length);
		expect(names).toEqual(expect.arrayContaining(['ProspectID', 'OwnerIdName', 'mx_City']));
		const labels = columns.map((column: { DisplayName: string }) => column.DisplayName);
		expect(labels.filter((label: string) => label === 'City')).toHaveLength(2);
		expect(new Set(labels).size).toBe(labels.length - 1);
		expect(columns.find((column: { SchemaName: string }) => column.SchemaName === 'Phone')).toEqual(
			expect.objectContaining({
				Entity: '1',
				DisplayName: 'Phone Number',
				DataType: 'Phone',
				IsMandatory: false,
				MaxLength: '10',
				RangeMin: '10',
				RenderType: 6,
				RenderTypeTextValue: 'Phone',
				ModifiedOn: expect.stringMatching(/^\/Date\(\d+\+0000\)\/$/),
				EntityAttributeId: expect.stringMatching(GUID),
			}),
		);
		expect(columns[0]).not.toHaveProperty('IsCustomField');
	});

	test('returns one column, still in a list, and none for an unknown one', async () => {
		const sandbox = unlimited();
		expect(JSON.parse(await metadataText(sandbox, 'schemaName=ProspectID'))).toEqual([
			expect.objectContaining({ SchemaName: 'ProspectID' }),
		]);
		expect(await metadataText(sandbox, 'schemaName=Nope')).toBe('[]');
	});

	test('metadata: empty, repeatedColumns and sharedLabels', async () => {
		expect(await metadataText(unlimited({ metadata: 'empty' }))).toBe('[]');
		const faults = { repeatedColumns: ['Phone'], sharedLabels: ['mx_City', 'mx_Zip'] };
		const columns = JSON.parse(await metadataText(unlimited(faults)));
		const named = (name: string) =>
			columns.filter((column: { SchemaName: string }) => column.SchemaName === name);
		expect(named('Phone')).toHaveLength(2);
		expect(named('mx_Zip')).toEqual([expect.objectContaining({ DisplayName: 'City' })]);
	});

	test.each([
		['documented', 'Date/Date', 'Date/DateTime', 'DateTime/DateTime'],
		['by-rendering', 'Date/Date', 'Date/DateTime', 'Date/DateTime'],
		['by-type', 'Date/Date', 'DateTime/Date', 'DateTime/Date'],
		['neither', 'Date/Date', 'Date/Date', 'Date/Date'],
	] as const)('dateTypes: %s', async (dateTypes, ...expected) => {
		const columns = JSON.parse(await metadataText(unlimited({ dateTypes })));
		const metadata = ['mx_Date_of_Birth', 'mx_Loan_Last_Review', 'CreatedOn'].map((name) => {
			const { DataType, RenderType, RenderTypeTextValue } = columns.find(
				(column: { SchemaName: string }) => column.SchemaName === name,
			);
			expect(RenderType).toBe(RenderTypeTextValue === 'Date' ? 8 : 9);
			return `${DataType}/${RenderTypeTextValue}`;
		});
		expect(metadata).toEqual(expected);
	});

	test('leaves out options if asked', async () => {
		const sandbox = unlimited();
		expect(await metadataText(sandbox)).toContain('"Options":[{"Value":"Prospect"}');
		expect(await metadataText(sandbox, 'excludeOptionSets=1')).not.toContain('"Options"');
	});
});

describe('the rate limit', () => {
	const limited = (faults: Partial<Faults> = {}, now = 0, limit = { calls: 3, seconds: 5 }) => {
		const clock = createClock(now);
		const sandbox = createSandbox({ leads: 10, clock, limit, faults });
		const statuses = async (count: number) => {
			const answers = upTo(count).map(() => post(sandbox, { ids: sandbox.ids(1) }));
			return (await Promise.all(answers)).map(({ status }) => status);
		};
		return { clock, sandbox, statuses };
	};

	test('is 25 in 5 seconds by default, refused in the documented words', async () => {
		const sandbox = createSandbox({ leads: 10, clock: createClock() });
		const ask = { ids: sandbox.ids(1) };
		for (let call = 0; call < 25; call++) expect((await post(sandbox, ask)).status).toBe(200);
		expect(await post(sandbox, ask)).toMatchObject({
			status: 429,
			headers: { 'content-type': 'application/json; charset=utf-8' },
			body: '{"Status":"Error","ExceptionType":"MXAPIRateLimitExceededException","ExceptionMessage":"API calls exceeded the limit of 25 in 5 second(s)"}',
		});
		expect(sandbox.stats).toMatchObject({ calls: 26, refused: 1, mostInAnyWindow: 26 });
	});

	test('slides, and does not count refused calls', async () => {
		const { clock, statuses } = limited();
		expect(await statuses(1)).toEqual([200]);
		await clock.advance(3000);
		expect(await statuses(4)).toEqual([200, 200, 429, 429]);
		await clock.advance(1999);
		expect(await statuses(1)).toEqual([429]);
		await clock.advance(1);
		expect(await statuses(2)).toEqual([200, 429]);
		await clock.advance(2999);
		expect(await statuses(1)).toEqual([429]);
		await clock.advance(1);
		expect(await statuses(3)).toEqual([200, 200, 429]);
	});

	test('counts at arrival, whatever the latency', async () => {
		const clock = createClock();
		const limit = { calls: 1, seconds: 5 };
		const sandbox = createSandbox({ leads: 10, clock, limit, latencyMs: 9000 });
		const first = post(sandbox, { ids: sandbox.ids(1) });
		await clock.advance(5000);
		const second = post(sandbox, { ids: sandbox.ids(1) });
		await clock.advance(9000);
		expect([(await first).status, (await second).status]).toEqual([200, 200]);
	});

	test('counts all paths of the API, but no call with wrong keys', async () => {
		const { sandbox, statuses } = limited();
		await metadataText(sandbox);
		await sandbox.handle({ method: 'GET', url: METADATA });
		expect(await statuses(3)).toEqual([200, 200, 429]);
		expect(sandbox.stats.byPath).toEqual({ [METADATA]: 2, [BY_IDS]: 3 });
	});

	test('can be changed, and be none', async () => {
		const { sandbox, statuses } = limited();
		sandbox.limit = { calls: 1, seconds: 5 };
		expect(await statuses(2)).toEqual([200, 429]);
		sandbox.limit = null;
		expect(await statuses(2)).toEqual([200, 200]);
		sandbox.limit = { calls: 0, seconds: 5 };
		expect(await statuses(1)).toEqual([429]);
	});

	test('window: fixed starts again at multiples of its length', async () => {
		const { clock, statuses } = limited({ window: 'fixed' }, 4000);
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		await clock.advance(1000);
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
	});

	test('window: bucket fills by and by', async () => {
		const { clock, statuses } = limited({ window: 'bucket' });
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		await clock.advance(1666);
		expect(await statuses(1)).toEqual([429]);
		await clock.advance(1);
		expect(await statuses(2)).toEqual([200, 429]);
		await clock.advance(60_000);
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
	});

	test.each([403, 200] as const)('refusalForm: %d', async (refusalForm) => {
		const { statuses } = limited({ refusalForm });
		expect(await statuses(4)).toEqual([200, 200, 200, refusalForm]);
	});

	test('refusalRetryAfter: a number, the true seconds, the true date', async () => {
		const { clock, sandbox, statuses } = limited({}, Date.UTC(2026, 0, 1));
		await statuses(3);
		await clock.advance(700);
		const retryAfter = async (value: Faults['refusalRetryAfter']) => {
			sandbox.faults.refusalRetryAfter = value;
			return (await post(sandbox, { ids: sandbox.ids(1) })).headers['retry-after'];
		};
		expect(await retryAfter(null)).toBeUndefined();
		expect(await retryAfter(7)).toBe('7');
		expect(await retryAfter('seconds')).toBe('5');
		expect(await retryAfter('date')).toBe('Thu, 01 Jan 2026 00:00:05 GMT');
	});

	test('refusalNumbers: without the limit', async () => {
		const { sandbox, statuses } = limited({ refusalNumbers: false });
		await statuses(3);
		const { body } = await post(sandbox, { ids: sandbox.ids(1) });
		expect(body).toContain('MXAPIRateLimitExceededException');
		expect(body).not.toMatch(/\d/);
	});

	test('dailyQuota: refuses until the next day, in either wording', async () => {
		const limit = { calls: 100, seconds: 5 };
		const { clock, sandbox, statuses } = limited({ dailyQuota: 2 }, 1000, limit);
		expect(await statuses(3)).toEqual([200, 200, 429]);
		const message = async () => (await get(sandbox, { ids: [UNKNOWN] })).json.ExceptionMessage;
		expect(await message()).toBe('API calls exceeded the limit of 2 in 86400 second(s)');
		sandbox.faults.dailyQuotaNumbers = false;
		expect(await message()).toBe('Daily API limit exceeded');
		await clock.advance(86_400_000 - 1000);
		expect(await statuses(3)).toEqual([200, 200, 429]);
	});

	test('secondLimit applies in addition to the other; each is named when it refuses', async () => {
		const { clock, sandbox, statuses } = limited({ secondLimit: { calls: 4, seconds: 60 } });
		const message = async () => (await get(sandbox, { ids: [UNKNOWN] })).json.ExceptionMessage;
		expect(await statuses(3)).toEqual([200, 200, 200]);
		expect(await message()).toContain('of 3 in 5 second(s)');
		await clock.advance(5000);
		expect(await statuses(2)).toEqual([200, 429]);
		expect(await message()).toContain('of 4 in 60 second(s)');
		await clock.advance(55_000);
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
	});

	test('namedLimit and thousands: what refusals say', async () => {
		const { sandbox, statuses } = limited({ namedLimit: { calls: 100, seconds: 60 } });
		await statuses(3);
		const message = async () => (await get(sandbox, { ids: [UNKNOWN] })).json.ExceptionMessage;
		expect(await message()).toBe('API calls exceeded the limit of 100 in 60 second(s)');
		const faults = { namedLimit: { calls: 100_000, seconds: 86_400 }, thousands: 'comma' } as const;
		Object.assign(sandbox.faults, faults);
		expect(await message()).toContain('limit of 100,000 in 86,400 second(s)');
		sandbox.faults.thousands = 'indian';
		expect(await message()).toContain('limit of 1,00,000 in 86,400 second(s)');
	});

	test('refusedCallsCount: a client that keeps calling stays refused', async () => {
		const { clock, statuses } = limited({ refusedCallsCount: true });
		expect(await statuses(4)).toEqual([200, 200, 200, 429]);
		for (let step = 0; step < 5; step++) {
			await clock.advance(1500);
			expect(await statuses(1)).toEqual([429]);
		}
		await clock.advance(5000);
		expect(await statuses(3)).toEqual([200, 200, 200]);
	});

	test('pageMs: calls for leads take longer than others', async () => {
		const clock = createClock();
		const sandbox = unlimited({ pageMs: 2300 }, { clock, latencyMs: 100 });
		const page = post(sandbox, { ids: sandbox.ids(1) });
		const columns = metadataText(sandbox);
		await clock.advance(100);
		expect(JSON.parse(await columns)).not.toEqual([]);
		expect(sandbox.sleeping).toBe(1);
		await clock.advance(2300);
		expect((await page).status).toBe(200);
	});

	test('the most in any window is seen, limit or not', async () => {
		const clock = createClock();
		const sandbox = unlimited({}, { clock });
		for (const pause of [0, 1000, 3000, 1000, 4999]) {
			await clock.advance(pause);
			await post(sandbox, { ids: sandbox.ids(1) });
		}
		expect(sandbox.stats.mostInAnyWindow).toBe(3);
	});
});

describe('switches on what is found', () => {
	test.each([
		['asked', [2, 0, 1]],
		['stored', [0, 1, 2]],
		['reversed', [2, 1, 0]],
	] as const)('order: %s', async (order, expected) => {
		const sandbox = unlimited({ order });
		const ids = [2, 0, 1].map((index) => sandbox.idAt(index));
		expect(await indicesOf(sandbox, { ids })).toEqual(expected);
	});

	test('order: shuffled differs in each call, so that pages overlap', async () => {
		const sandbox = unlimited({ order: 'shuffled' });
		const ask = { ids: sandbox.ids(50), pageSize: 25 };
		const first = await indicesOf(sandbox, ask);
		const second = await indicesOf(sandbox, { ...ask, pageIndex: 2 });
		expect(new Set([...first, ...second]).size).toBeLessThan(50);
		expect(new Set(first).size).toBe(25);
		const all = await indicesOf(sandbox, { ids: sandbox.ids(50) });
		expect(all).not.toEqual(upTo(50));
		expect(all.sort((a, b) => a - b)).toEqual(upTo(50));
	});

	test('pageCap: silent clamps, and pages go by the cap', async () => {
		const sandbox = unlimited({ pageCap: 10 });
		const ask = { ids: sandbox.ids(25), pageSize: 25 };
		expect(await indicesOf(sandbox, ask)).toEqual(upTo(10));
		expect(await indicesOf(sandbox, { ...ask, pageIndex: 3 })).toEqual([20, 21, 22, 23, 24]);
		expect((await get(sandbox, ask)).json.RecordCount).toBe(25);
	});

	test('pageCap: silent-gap clamps, but pages go by the size asked', async () => {
		const sandbox = unlimited({ pageCap: 10, pageCapStyle: 'silent-gap' });
		const ask = { ids: sandbox.ids(40), pageSize: 25, pageIndex: 2 };
		expect(await indicesOf(sandbox, ask)).toEqual(upTo(10).map((index) => index + 25));
	});

	test.each([
		['error', 'Invalid Input! Parameter Name: PageSize can not be more than 10'],
		['error-larger', 'Page size can not be larger than 10.'],
	] as const)('pageCap: %s says the cap', async (pageCapStyle, message) => {
		const sandbox = unlimited({ pageCap: 10, pageCapStyle });
		const refused = await get(sandbox, { ids: sandbox.ids(3), pageSize: 11 });
		expect(refused).toMatchObject({ status: 500, json: { ExceptionMessage: message } });
		const served = await get(sandbox, { ids: sandbox.ids(3), pageSize: 10 });
		expect(served.json.Leads).toHaveLength(3);
	});

	test('paging: first-page and ignored', async () => {
		const ask = (sandbox: Sandbox) => ({ ids: sandbox.ids(5), pageIndex: 2, pageSize: 2 });
		const first = unlimited({ paging: 'first-page' });
		expect(await indicesOf(first, ask(first))).toEqual([0, 1]);
		const ignored = unlimited({ paging: 'ignored' });
		expect(await indicesOf(ignored, ask(ignored))).toEqual(upTo(5));
	});

	test('idCap: an error that says it, or silence', async () => {
		const sandbox = unlimited({ idCap: 3 });
		const ask = { ids: sandbox.ids(4) };
		expect((await get(sandbox, ask)).json.ExceptionMessage).toContain('more than 3');
		sandbox.faults.idCapStyle = 'silent';
		expect(await indicesOf(sandbox, ask)).toEqual([0, 1, 2]);
	});

	test.each([
		['total', 6, 0],
		['page', 2, 0],
		['string', '6', '0'],
		['absent', undefined, undefined],
		['asked', 7, 1],
		['account', 200, 200],
	] as const)('recordCount: %s', async (recordCount, count, nothing) => {
		const sandbox = unlimited({ recordCount });
		const ids = [...sandbox.ids(6), UNKNOWN];
		expect((await get(sandbox, { ids, pageSize: 2 })).json.RecordCount).toBe(count);
		expect((await get(sandbox, { ids: [UNKNOWN] })).json.RecordCount).toBe(nothing);
	});

	test.each([
		['null', '{"RecordCount":0,"Leads":null}'],
		['list', '{"RecordCount":0,"Leads":[]}'],
	] as const)('emptyForm: %s', async (emptyForm, body) => {
		expect((await post(unlimited({ emptyForm }), { ids: [UNKNOWN] })).body).toBe(body);
	});

	test('emptyForm: bare-list and 204', async () => {
		const ids = [UNKNOWN];
		expect(await post(unlimited({ emptyForm: 'bare-list' }), { ids })).toMatchObject({
			status: 200,
			body: '[]',
		});
		expect(await post(unlimited({ emptyForm: '204' }), { ids })).toEqual({
			status: 204,
			headers: {},
			body: '',
		});
	});

	test('thousands: in caps, and in RecordCount as a string', async () => {
		const faults = { pageCap: 1000, pageCapStyle: 'error', recordCount: 'string' } as const;
		const sandbox = unlimited({ ...faults, thousands: 'comma' }, { leads: 2000 });
		const ids = sandbox.ids(2000);
		const refused = await get(sandbox, { ids, pageSize: 1001 });
		expect(refused.json.ExceptionMessage).toMatch(/PageSize can not be more than 1,000$/);
		expect((await get(sandbox, { ids })).json.RecordCount).toBe('2,000');
		Object.assign(sandbox.faults, { thousands: 'point', pageCapStyle: 'error-larger' });
		const other = await get(sandbox, { ids, pageSize: 1001 });
		expect(other.json.ExceptionMessage).toBe('Page size can not be larger than 1.000.');
		Object.assign(sandbox.faults, { thousands: 'space', idCap: 1500 });
		expect((await get(sandbox, { ids })).json.ExceptionMessage).toMatch(/more than 1 500$/);
	});

	test('laterPages: refused, or too large', async () => {
		const sandbox = unlimited({ laterPages: 'refused', idColumn: 'none' });
		const ask = { ids: sandbox.ids(4), columns: 'IsLead', pageSize: 2 };
		expect((await get(sandbox, ask)).json.Leads).toHaveLength(2);
		expect(await get(sandbox, { ...ask, pageIndex: 2 })).toMatchObject({
			status: 500,
			json: { ExceptionType: 'MXInvalidInputException' },
		});
		sandbox.faults.laterPages = 'too-large';
		expect((await post(sandbox, { ...ask, pageIndex: 2 })).status).toBe(413);
	});

	test('existEvery and forgetEvery: few exist, and one of these comes with the second answer', async () => {
		const sandbox = unlimited({ existEvery: 20, forgetEvery: 100 });
		const ids = sandbox.ids(100);
		expect(await indicesOf(sandbox, { ids })).toEqual([19, 39, 59, 79]);
		expect(await indicesOf(sandbox, { ids })).toEqual([19, 39, 59, 79, 99]);
		expect((await post(sandbox, { ids: sandbox.ids(19) })).body).toBe('{"RecordCount":0}');
	});

	test('forgetIds: these, once', async () => {
		const sandbox = unlimited();
		sandbox.faults.forgetIds = sandbox.ids(1, 2);
		const ask = { ids: sandbox.ids(4) };
		expect(await indicesOf(sandbox, ask)).toEqual([0, 1, 3]);
		expect(await indicesOf(sandbox, ask)).toEqual(upTo(4));
	});

	test.each(['mergedEvery', 'mergedIds'] as const)('%s: another lead comes', async (name) => {
		const sandbox = unlimited();
		const [a, b] = sandbox.ids(2);
		Object.assign(sandbox.faults, { [name]: name === 'mergedEvery' ? 2 : [b] });
		const other = sandbox.idAt(0x4000_0001);
		const ask = { ids: [b, a], columns: 'ProspectID,FirstName' };
		const { json } = await get(sandbox, ask);
		expect(json.RecordCount).toBe(2);
		expect(json.Leads).toEqual([
			{ ProspectID: a, FirstName: sandbox.lead(a)!.FirstName },
			{ ProspectID: other, FirstName: expect.any(String) },
		]);
		expect((await get(sandbox, { ids: [other] })).json.Leads).toEqual([{ ProspectID: other }]);
		expect((await get(sandbox, { ids: sandbox.ids(1, 200) })).json.RecordCount).toBe(0);
	});

	test('repeatedIds: each has a row', async () => {
		const sandbox = unlimited({ repeatedIds: 'each' });
		const [a, b] = sandbox.ids(2);
		expect(await indicesOf(sandbox, { ids: [a, b, a.toUpperCase()] })).toEqual([0, 0, 1]);
	});

	test('duplicateRows: rows come twice beyond the page size, uncounted', async () => {
		const sandbox = unlimited({ duplicateRows: 1 });
		const { json } = await get(sandbox, { ids: sandbox.ids(3), pageSize: 2 });
		expect(json.RecordCount).toBe(3);
		expect(json.Leads).toHaveLength(4);
		sandbox.faults.duplicateRows = 0.5;
		const some = await indicesOf(sandbox, { ids: sandbox.ids(100) });
		expect(some.length).toBeGreaterThan(130);
		expect(some.length).toBeLessThan(170);
	});

	test('foreignRows: unrequested leads', async () => {
		const sandbox = unlimited({ foreignRows: 5 });
		const rows = await indicesOf(sandbox, { ids: sandbox.ids(50) });
		expect(rows).toHaveLength(55);
		expect(rows.filter((index) => index >= 50)).toHaveLength(5);
		expect((await post(sandbox, { ids: [UNKNOWN] })).body).toBe('{"RecordCount":0}');
	});

	test('extraRowsTakeSlots: they push others off the page', async () => {
		const sandbox = unlimited({ duplicateRows: 1, extraRowsTakeSlots: true });
		const ask = { ids: sandbox.ids(3), pageSize: 3 };
		expect(await indicesOf(sandbox, ask)).toEqual([0, 0, 1]);
		expect(await indicesOf(sandbox, { ...ask, pageIndex: 2 })).toEqual([1, 2, 2]);
		expect((await get(sandbox, ask)).json.RecordCount).toBe(6);
	});

	test('forgetful: some leads are left out, once', async () => {
		const sandbox = unlimited({ forgetful: 0.3 });
		const ask = { ids: sandbox.ids(100) };
		const first = await indicesOf(sandbox, ask);
		expect(first.length).toBeGreaterThan(55);
		expect(first.length).toBeLessThan(85);
		expect(await indicesOf(sandbox, ask)).toEqual(upTo(100));
		sandbox.reset();
		expect(await indicesOf(sandbox, ask)).toEqual(first);
	});
});

describe('switches on what is refused', () => {
	const statusOf = async (sandbox: Sandbox, ids: string[]) => (await post(sandbox, { ids })).status;

	test.each([500, 400, 200] as const)('poisonIds in the form %d', async (poisonForm) => {
		const sandbox = unlimited({ poisonForm });
		sandbox.faults.poisonIds = [sandbox.idAt(3).toUpperCase(), UNKNOWN];
		const refused = await get(sandbox, { ids: sandbox.ids(4) });
		expect(refused.status).toBe(poisonForm);
		expect(refused.json).toMatchObject({
			Status: 'Error',
			ExceptionType: expect.stringMatching(/^MX/),
		});
		expect(JSON.stringify(refused.json)).not.toContain(sandbox.idAt(3));
		expect((await get(sandbox, { ids: [UNKNOWN] })).json.Status).toBe('Error');
		expect(await indicesOf(sandbox, { ids: sandbox.ids(3) })).toEqual([0, 1, 2]);
	});

	test('poisonForm: 500-no-type looks transient', async () => {
		const sandbox = unlimited({ poisonEvery: 1, poisonForm: '500-no-type' });
		const { status, json } = await get(sandbox, { ids: sandbox.ids(1) });
		expect(status).toBe(500);
		expect(json).not.toHaveProperty('ExceptionType');
	});

	test('poisonNamesId and poisonEvery', async () => {
		const sandbox = unlimited({ poisonEvery: 4, poisonNamesId: true });
		expect(await statusOf(sandbox, sandbox.ids(3))).toBe(200);
		const { body } = await post(sandbox, { ids: sandbox.ids(4) });
		expect(body).toContain(sandbox.idAt(3));
		expect(await statusOf(sandbox, [sandbox.idAt(7)])).toBe(500);
	});

	test('unknownIds, malformedIds', async () => {
		const sandbox = unlimited({ unknownIds: 'refuse' });
		expect(await statusOf(sandbox, [sandbox.idAt(0), UNKNOWN])).toBe(500);
		expect(await statusOf(sandbox, [sandbox.idAt(0), 'x'])).toBe(200);
		Object.assign(sandbox.faults, { unknownIds: 'omit', malformedIds: 'refuse' });
		expect(await statusOf(sandbox, [sandbox.idAt(0), UNKNOWN])).toBe(200);
		expect(await statusOf(sandbox, [sandbox.idAt(0), 'x'])).toBe(500);
	});

	test.each([500, 404, 400, 200] as const)('unknownIds: not-found with %d', async (status) => {
		const sandbox = unlimited({ unknownIds: 'not-found', notFoundStatus: status });
		const ask = { ids: [...sandbox.ids(2), 'x', UNKNOWN.toUpperCase()] };
		expect(await get(sandbox, ask)).toEqual({
			status,
			json: {
				Status: 'Error',
				ExceptionType: 'MXInvalidEntityReferenceException',
				ExceptionMessage: 'Lead not found',
			},
		});
		Object.assign(sandbox.faults, { notFoundType: '', poisonNamesId: true });
		expect((await get(sandbox, ask)).json).toMatchObject({
			ExceptionType: '',
			ExceptionMessage: `Lead not found: ${UNKNOWN.toUpperCase()}`,
		});
		expect(await statusOf(sandbox, [...sandbox.ids(2), 'x'])).toBe(200);
		Object.assign(sandbox.faults, { existEvery: 2, notFoundStatus: 404 });
		expect(await statusOf(sandbox, [sandbox.idAt(1)])).toBe(200);
		expect(await statusOf(sandbox, [sandbox.idAt(0)])).toBe(404);
	});

	test.each<[Faults['poisonForm'], unknown]>([
		['502-html', { status: 502, body: expect.stringMatching(/^<html>/) }],
		['500-empty', { status: 500, body: '' }],
		['timeout', 'hang'],
		['cut-json', { status: 200, body: expect.stringMatching(/^\{"RecordCount":4/) }],
	])('poisonForm: %s, always and for that id only', async (poisonForm, expected) => {
		const sandbox = unlimited({ poisonForm, poisonEvery: 4 });
		const matches = (answer: unknown) =>
			typeof expected === 'string'
				? expect(answer).toBe(expected)
				: expect(answer).toMatchObject(expected as object);
		for (let time = 0; time < 3; time++) {
			matches(await send(sandbox, bodyOf({ ids: sandbox.ids(4) })));
		}
		expect(await statusOf(sandbox, sandbox.ids(3))).toBe(200);
	});

	test('upperCaseIds: omit', async () => {
		const sandbox = unlimited({ upperCaseIds: 'omit' });
		const [a, b] = sandbox.ids(2);
		expect(await indicesOf(sandbox, { ids: [a, b.toUpperCase()] })).toEqual([0]);
	});

	test('badColumns: refuse names them', async () => {
		const sandbox = unlimited({ badColumns: 'refuse' });
		const ids = sandbox.ids(1);
		expect((await post(sandbox, { ids, columns: 'ProspectId,Phone' })).status).toBe(200);
		expect(await get(sandbox, { ids, columns: 'Phone,mx_A,mx_B' })).toEqual({
			status: 500,
			json: {
				Status: 'Error',
				ExceptionType: 'MXUnknownAttributeException',
				ExceptionMessage: 'Attribute(s) does not exist - mx_A, mx_B',
			},
		});
	});

	test('badColumns: field-list names the first, as label too, with any status', async () => {
		const sandbox = unlimited({ badColumns: 'field-list' });
		const ask = { ids: sandbox.ids(1), columns: 'Phone,mx_Old,mx_Daily_Limit' };
		expect(await get(sandbox, ask)).toEqual({
			status: 500,
			json: {
				Status: 'Error',
				ExceptionType: 'MXEntityDetailsNotFoundException',
				ExceptionMessage: "Unknown column 'mx_Old' in 'field list'",
			},
		});
		Object.assign(sandbox.faults, { badColumns: 'refuse', badColumnsStatus: 412 });
		sandbox.faults.badColumnsNamed = 'label';
		expect(await get(sandbox, ask)).toMatchObject({
			status: 412,
			json: { ExceptionMessage: 'Attribute(s) does not exist - Old, Daily Limit' },
		});
	});

	test('requestFault', async () => {
		const sandbox = unlimited({ requestFault: 'MXSomethingException' });
		const { status, json } = await get(sandbox, { ids: sandbox.ids(1) });
		expect([status, json.ExceptionType]).toEqual([500, 'MXSomethingException']);
	});

	test('heavy: pages above a number of rows', async () => {
		const sandbox = unlimited({ heavy: { above: 10, how: 504 } });
		expect(await statusOf(sandbox, sandbox.ids(11))).toBe(504);
		expect(await statusOf(sandbox, sandbox.ids(10))).toBe(200);
		sandbox.faults.heavy = { above: 10, how: 'timeout' };
		expect(await send(sandbox, bodyOf({ ids: sandbox.ids(11) }))).toBe('hang');
	});

	test('wrongRegion, notFoundPath, redirect', async () => {
		const ids = [UNKNOWN];
		const region = await get(unlimited({ wrongRegion: 'api-us11.leadsquared.com' }), { ids });
		expect(region.status).toBe(401);
		expect(region.json.ExceptionMessage).toContain('api-us11.leadsquared.com');
		const lost = await post(unlimited({ notFoundPath: true }), { ids });
		expect([lost.status, lost.headers['content-type']]).toEqual([404, 'text/html']);
		const redirect = { redirect: 'http://127.0.0.1:1/', redirectStatus: 307 } as const;
		expect(await post(unlimited(redirect), { ids })).toMatchObject({
			status: 307,
			headers: { location: `http://127.0.0.1:1${BY_IDS}` },
		});
	});

	test('errorIn200: all envelopes, wrong keys and rate included', async () => {
		const sandbox = unlimited({ errorIn200: true });
		expect((await get(sandbox, { ids: [] })).status).toBe(200);
		expect(await sandbox.handle({ method: 'GET', url: METADATA })).toMatchObject({ status: 200 });
		sandbox.limit = { calls: 0, seconds: 5 };
		expect((await get(sandbox, { ids: [] })).json.ExceptionType).toMatch(/^MXAPIRateLimit/);
	});
});

describe('switches on who may ask', () => {
	const asked = async (sandbox: Sandbox, headers: Record<string, string>, query = '') => {
		const url = `${METADATA}?schemaName=ProspectID&${query}`;
		const answer = await sandbox.handle({ method: 'GET', url, headers });
		return (answer as SandboxAnswer).status;
	};

	test.each([
		['both', 200, 200],
		['headers', 200, 401],
		['query', 401, 200],
	] as const)('keysTaken: %s', async (keysTaken, byHeaders, byQuery) => {
		const sandbox = unlimited({ keysTaken });
		const { accessKey, secretKey } = sandbox;
		const query = `${new URLSearchParams({ accessKey, secretKey })}`;
		expect(await asked(sandbox, keysOf(sandbox))).toBe(byHeaders);
		expect(await asked(sandbox, {}, query)).toBe(byQuery);
		expect(await asked(sandbox, keysOf(sandbox), query)).toBe(200);
	});

	test.each([
		['no-permission', 'MXUnAuthorizedAccessException', /^You do not have permission to /],
		['inactive-user', 'MXInactiveUserException', /not active/],
		['invalid-user', 'MXInvalidUserDetailsException', /^Invalid user/],
	] as const)('access: %s', async (access, type, message) => {
		const sandbox = unlimited({ access });
		const ids = sandbox.ids(1);
		expect(await get(sandbox, { ids })).toEqual({
			status: 401,
			json: {
				Status: 'Error',
				ExceptionType: type,
				ExceptionMessage: expect.stringMatching(message),
			},
		});
		sandbox.faults.accessOf = 'metadata';
		expect((await post(sandbox, { ids })).status).toBe(200);
		expect(await asked(sandbox, keysOf(sandbox))).toBe(401);
		sandbox.faults.accessOf = 'leads';
		expect((await post(sandbox, { ids })).status).toBe(401);
		expect(await asked(sandbox, keysOf(sandbox))).toBe(200);
	});

	test('deniedColumns', async () => {
		const sandbox = unlimited({ deniedColumns: ['Phone'] });
		const ids = sandbox.ids(1);
		expect((await post(sandbox, { ids, columns: 'ProspectID' })).status).toBe(200);
		const { status, json } = await get(sandbox, { ids, columns: 'ProspectID,Phone' });
		expect([status, json.ExceptionType]).toEqual([401, 'MXUnAuthorizedAccessException']);
		expect(json.ExceptionMessage).toContain('permission to view these fields: Phone');
	});

	const keys = { accessKey: 'u$rAB+cd', secretKey: 'S3cr/et=' };
	test.each([
		['plain', 'accessKey=u$rAB+cd&secretKey=S3cr/et='],
		['html', 'accessKey=u&#36;rAB&#43;cd&secretKey=S3cr&#47;et&#61;'],
		['html-hex', 'accessKey=u&#x24;rAB&#x2b;cd&secretKey=S3cr&#x2f;et&#x3d;'],
		['percent', 'accessKey=u%24rAB%2bcd&secretKey=S3cr%2fet%3d'],
		['unicode', 'accessKey=u\\u0024rAB\\u002bcd&secretKey=S3cr\\u002fet\\u003d'],
	] as const)('keysRepeated: %s', async (keysRepeated, expected) => {
		const sandbox = unlimited({ keysRepeated, requestFault: 'MXOddException' }, keys);
		const refused = await post(sandbox, { ids: [UNKNOWN] });
		expect(refused.body).toContain(expected);
		expect(() => JSON.parse(refused.body)).not.toThrow();
		sandbox.faults.between = '502-html';
		const page = (await post(sandbox, { ids: [UNKNOWN] })).body;
		expect(page).toContain(`${expected}</html>`);
		Object.assign(sandbox.faults, { between: null, requestFault: null });
		expect((await post(sandbox, { ids: [UNKNOWN] })).body).not.toContain('accessKey');
	});

	test('keysRepeated are the keys as they were sent, wrong ones too', async () => {
		const sandbox = unlimited({ keysRepeated: 'plain' });
		const headers = { 'x-LSQ-AccessKey': 'mine"', 'x-LSQ-SecretKey': 'own' };
		const answer = await sandbox.handle({ method: 'GET', url: METADATA, headers });
		const { ExceptionMessage } = JSON.parse((answer as SandboxAnswer).body);
		expect(ExceptionMessage).toMatch(/accessKey=mine"&secretKey=own$/);
	});

	test('keysRepeatedAt: the key lies across that character of the body', async () => {
		const faults = { keysRepeated: 'plain', keysRepeatedAt: 20_000 } as const;
		for (const more of [{ requestFault: 'MXOddException' }, { between: '502-html' } as const]) {
			const sandbox = unlimited({ ...faults, ...more }, keys);
			const { body } = await post(sandbox, { ids: [UNKNOWN] });
			expect(body.slice(0, 20_000)).toMatch(/accessKey=u\$rA$/);
			expect(body.slice(20_000)).toMatch(/^B\+cd&secretKey=/);
		}
	});
});

describe('switches on columns and bodies', () => {
	const rowOf = async (faults: Partial<Faults>, columns: string) => {
		const sandbox = unlimited(faults);
		return (await get(sandbox, { ids: sandbox.ids(1), columns })).json.Leads[0];
	};
	const id = unlimited().idAt(0);

	test.each(['ProspectId', 'prospectid'] as const)('idColumn: %s', async (idColumn) => {
		expect(await rowOf({ idColumn }, 'ProspectID')).toEqual({ [idColumn]: id });
	});

	test('idColumn: none', async () => {
		expect(await rowOf({ idColumn: 'none' }, 'ProspectID,IsLead')).toEqual({ IsLead: '1' });
		expect(await rowOf({ idColumn: 'none' }, 'ProspectID')).toEqual({});
	});

	test.each([
		['braces', `{${id}}`],
		['parentheses', `(${id})`],
		['no-hyphens', id.replaceAll('-', '')],
		['blanks', ` ${id} `],
	] as const)('idForm: %s', async (idForm, expected) => {
		expect((await rowOf({ idForm }, 'ProspectID')).ProspectID).toBe(expected);
		const { ProspectID } = await rowOf({ idForm, idCase: 'upper' }, 'ProspectID');
		expect(ProspectID).toBe(expected.toUpperCase());
	});

	test('idCase: upper and mixed', async () => {
		expect((await rowOf({ idCase: 'upper' }, 'ProspectID')).ProspectID).toBe(id.toUpperCase());
		const { ProspectID } = await rowOf({ idCase: 'mixed' }, 'ProspectID');
		expect([id, id.toUpperCase()]).not.toContain(ProspectID);
		expect(ProspectID.toLowerCase()).toBe(id);
	});

	test('columnCase: ignored', async () => {
		expect(await rowOf({ columnCase: 'ignored' }, 'isLEAD')).toEqual({ IsLead: '1' });
	});

	test('extraColumns, nullColumns, missingColumns, lowerCaseColumns', async () => {
		const extraColumns = ['LeadType', 'ProspectAutoId'];
		expect(await rowOf({ extraColumns }, 'IsLead')).toEqual({
			IsLead: '1',
			LeadType: 'OT_0',
			ProspectAutoId: '1001',
		});
		expect(await rowOf({ nullColumns: ['IsLead'] }, 'IsLead')).toEqual({ IsLead: null });
		expect(await rowOf({ missingColumns: ['IsLead'] }, 'IsLead,Nope')).toEqual({});
		expect(await rowOf({ lowerCaseColumns: true }, 'IsLead')).toEqual({ islead: '1' });
	});

	test('rows: properties, also with fields, and what is echoed', async () => {
		const extraColumns = ['Total', 'CanUpdate'];
		expect(await rowOf({ rows: 'properties' }, 'IsLead,ProspectID')).toEqual({
			LeadPropertyList: [
				{ Attribute: 'IsLead', Value: '1' },
				{ Attribute: 'ProspectID', Value: id },
			],
		});
		const faults: Partial<Faults> = { rows: 'properties-fields', nullColumns: ['IsLead'] };
		expect(await rowOf({ ...faults, extraColumns }, 'IsLead')).toEqual({
			LeadPropertyList: [
				{ Attribute: 'IsLead', Value: null, Fields: null },
				{ Attribute: 'Total', Value: '1', Fields: null },
				{ Attribute: 'CanUpdate', Value: 'true', Fields: null },
			],
		});
		expect(await rowOf({ extraColumns }, 'IsLead')).toEqual({
			IsLead: '1',
			Total: '1',
			CanUpdate: 'true',
		});
		const documented = unlimited({ rows: 'properties' });
		const ask = { ids: documented.ids(1, -3), columns: 'FirstName,Phone,EmailAddress' };
		expect((await get(documented, ask)).json.Leads).toEqual([
			{
				LeadPropertyList: [
					{ Attribute: 'FirstName', Value: 'Ringo' },
					{ Attribute: 'EmailAddress', Value: null },
				],
			},
		]);
	});

	test('columnValues: in every row, and columns of any name', async () => {
		const names = { Score: '123456789012345.678', ['__proto__']: 'a', constructor: 'b' };
		const columnValues = { ...names, 'Sr. No.': 7, mx_City: '', ['__proto__']: 'a' };
		const sandbox = unlimited({ columnValues });
		const columns = 'Score,__proto__,constructor,Sr. No.,mx_City';
		const { body } = await post(sandbox, { ids: sandbox.ids(1), columns });
		expect(body).toContain(
			'{"Score":"123456789012345.678","__proto__":"a","constructor":"b","Sr. No.":7,"mx_City":""}',
		);
		expect(await metadataText(sandbox)).toContain('"SchemaName":"Sr. No.","DisplayName":"Sr. No."');
		expect(await rowOf({}, 'constructor,__proto__')).toEqual({});
	});

	test.each(['nulls', 'empty-texts'] as const)('successEnvelope: %s', async (successEnvelope) => {
		const sandbox = unlimited({ successEnvelope });
		const none = successEnvelope === 'nulls' ? null : '';
		const envelope = { Status: 'Success', ExceptionType: none, ExceptionMessage: none };
		expect((await get(sandbox, { ids: sandbox.ids(1) })).json).toEqual({
			...envelope,
			RecordCount: 1,
			Leads: [{ ProspectID: id }],
		});
		sandbox.faults.recordCount = 'absent';
		expect((await get(sandbox, { ids: [UNKNOWN] })).json).toEqual(envelope);
		expect((await get(sandbox, { ids: [] })).json).toMatchObject({ Status: 'Error' });
	});

	test('dayForm: days without a time, instants as ever', async () => {
		const columns = 'mx_Date_of_Birth,mx_Course_Last_Review,CreatedOn';
		const sandbox = unlimited({ dayForm: 'day' });
		const { json } = await get(sandbox, { ids: sandbox.ids(20), columns });
		const days = json.Leads.flatMap((lead: Record<string, string>) => lead.mx_Date_of_Birth ?? []);
		expect(days.length).toBeGreaterThan(5);
		for (const day of days) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
		expect(json.Leads[0].CreatedOn).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.000$/);
	});

	test('jsonNumbers', async () => {
		const columns = 'ProspectAutoId,IsLead';
		expect(await rowOf({ jsonNumbers: true }, columns)).toEqual({
			ProspectAutoId: 1001,
			IsLead: '1',
		});
	});

	test('bodyPrefix and contentType', async () => {
		const ids = [UNKNOWN];
		expect((await post(unlimited({ bodyPrefix: 'bom' }), { ids })).body).toMatch(/^\ufeff\{/);
		expect((await post(unlimited({ bodyPrefix: 'whitespace' }), { ids })).body).toMatch(/^\s+\{/);
		const { headers } = await post(unlimited({ contentType: 'text/plain' }), { ids });
		expect(headers['content-type']).toBe('text/plain');
	});
});

describe('trouble', () => {
	const forms: Record<Trouble, unknown> = {
		'500-no-type': { status: 500, body: expect.stringMatching(/^\{"Status":"Error","ExceptionM/) },
		'500-empty': { status: 500, body: '' },
		'500': { status: 500, body: expect.stringMatching(/^<html>/) },
		'502': { status: 502, body: expect.stringMatching(/^<html>/) },
		'502-html': { status: 502, body: expect.stringMatching(/^<html>/) },
		'503': { status: 503, body: expect.stringMatching(/^<html>/) },
		'504': { status: 504, body: expect.stringMatching(/^<html>/) },
		'408': { status: 408, body: '' },
		'413': { status: 413, body: expect.stringMatching(/^<html>/) },
		reset: 'reset',
		hangup: 'reset',
		timeout: 'hang',
		hang: 'hang',
		stall: 'hang',
		'cut-json': { status: 200, body: '{"RecordCount":2,"Leads":[{"ProspectID":"17798bbe-5f' },
		'html-200': { status: 200, body: expect.stringMatching(/^<html>/) },
		'empty-200': { status: 200, body: '' },
		'other-json-200': { status: 200, body: '{"ok":true}' },
		'leads-null': { status: 200, body: '{"RecordCount":2,"Leads":null}' },
		drip: 'hang',
		'gzip-plain': 'reset',
		'gzip-cut': 'reset',
		'proxy-407': {
			status: 407,
			headers: {
				'proxy-authenticate': 'Basic realm="Corporate Proxy"',
				'content-type': 'text/html',
			},
			body: expect.stringContaining('proxy'),
		},
		'firewall-403': { status: 403, body: expect.stringContaining('was rejected') },
		'firewall-200': { status: 200, body: expect.stringContaining('was rejected') },
		'firewall-503': { status: 503, body: expect.stringContaining('was rejected') },
		'login-302': { status: 302, headers: { location: 'http://login.invalid/' }, body: '' },
		'login-200': { status: 200, body: expect.stringContaining('Sign in') },
	};
	const kinds = Object.keys(TROUBLES) as Trouble[];

	test.each(kinds)('%s', async (kind) => {
		const sandbox = unlimited({ transient: { every: 2, kinds: [kind] } });
		const body = bodyOf({ ids: sandbox.ids(2) });
		expect(await send(sandbox, body)).toMatchObject({ status: 200 });
		const answer = await send(sandbox, body);
		if (kind === 'cut-json') {
			const whole = ((await send(sandbox, body)) as SandboxAnswer).body;
			const { body: cut } = answer as SandboxAnswer;
			expect([whole.startsWith(cut), cut.length]).toEqual([true, Math.ceil(whole.length / 2)]);
		} else if (typeof answer === 'string') expect(answer).toBe(forms[kind]);
		else expect(answer).toMatchObject(forms[kind] as object);
	});

	test('leads-null leaves a refusal as it is', async () => {
		const sandbox = unlimited({ poisonEvery: 1, transient: { every: 1, kinds: ['leads-null'] } });
		expect((await get(sandbox, { ids: sandbox.ids(1) })).json.Status).toBe('Error');
	});

	test('takes its kinds in turn, or by the seed at a rate', async () => {
		const statuses = async (transient: Faults['transient'], count: number) => {
			const sandbox = unlimited({ transient });
			const answers = upTo(count).map(() => post(sandbox, { ids: sandbox.ids(1) }));
			return (await Promise.all(answers)).map(({ status }) => status);
		};
		const inTurn = await statuses({ every: 2, kinds: ['503', '408'] }, 8);
		expect(inTurn).toEqual([200, 503, 200, 408, 200, 503, 200, 408]);
		const drawn = await statuses({ rate: 0.2, kinds: ['503', '408'] }, 500);
		expect(await statuses({ rate: 0.2, kinds: ['503', '408'] }, 500)).toEqual(drawn);
		for (const status of [503, 408]) {
			const share = drawn.filter((other) => other === status).length / drawn.length;
			expect(share).toBeGreaterThan(0.05);
			expect(share).toBeLessThan(0.15);
		}
	});

	test('firstCallsFail and outageUntil fail with outageKind', async () => {
		const clock = createClock();
		const faults = { firstCallsFail: 2, outageUntil: 1000, outageKind: '504' } as const;
		const sandbox = unlimited(faults, { clock });
		const status = async () => (await post(sandbox, { ids: sandbox.ids(1) })).status;
		await clock.advance(1000);
		expect([await status(), await status(), await status()]).toEqual([504, 504, 200]);
		sandbox.faults.outageUntil = 1001;
		expect(await status()).toBe(504);
		await clock.advance(1);
		expect(await status()).toBe(200);
	});

	test('between: a proxy answers before keys and limits, in every n-th call', async () => {
		const limit = { calls: 2, seconds: 5 };
		const faults = { between: 'firewall-200', betweenEvery: 3 } as const;
		const sandbox = unlimited(faults, { limit, clock: createClock() });
		const body = bodyOf({ ids: sandbox.ids(1) });
		const answers = [];
		for (const _ of upTo(4)) answers.push((await send(sandbox, body)) as SandboxAnswer);
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
		expect(answers[2].body).toContain('support ID');
		sandbox.faults.betweenEvery = 1;
		expect(await sandbox.handle({ method: 'GET', url: METADATA })).toMatchObject({ status: 200 });
		expect(sandbox.stats).toMatchObject({ calls: 5, refused: 1 });
	});

	test('silent: no answer to anybody', async () => {
		expect(await send(unlimited({ silent: true }), '')).toBe('hang');
	});

	test('does not count as leads served', async () => {
		const sandbox = unlimited({ transient: { every: 2, kinds: ['hangup', 'cut-json'] } });
		for (let call = 0; call < 4; call++) await send(sandbox, bodyOf({ ids: sandbox.ids(3) }));
		expect(sandbox.stats.leadsServed).toBe(6);
	});
});

describe('switches in general', () => {
	test('each is listed with its source, and its default is a value that it takes', () => {
		const list = listSwitches();
		for (const [name, { default: value, source }] of Object.entries(SWITCHES)) {
			expect(list).toContain(`  ${name}: `);
			expect(source).not.toBe('');
			expect(() => createSandbox({ leads: 1, faults: { [name]: value } })).not.toThrow();
			expect(() => createSandbox({ leads: 1, faults: { [name]: Symbol.iterator } })).toThrow(name);
		}
		expect(() => createSandbox({ faults: { nope: 1 } as object })).toThrow('nope');
	});

	test('are read from text', () => {
		expect(parseFault('poisonIds=a,b')).toEqual({ poisonIds: ['a', 'b'] });
		expect(parseFault('pageCap=100')).toEqual({ pageCap: 100 });
		expect(parseFault('jsonNumbers')).toEqual({ jsonNumbers: true });
		expect(parseFault('outageKind=503')).toEqual({ outageKind: '503' });
		expect(parseFault('between=503')).toEqual({ between: '503' });
		expect(parseFault('between=null')).toEqual({ between: null });
		expect(parseFault('emptyForm=204')).toEqual({ emptyForm: '204' });
		expect(parseFault('poisonForm=200')).toEqual({ poisonForm: 200 });
		expect(parseFault('notFoundType=')).toEqual({ notFoundType: '' });
		expect(parseFault('secondLimit={"calls":100,"seconds":60}')).toEqual({
			secondLimit: { calls: 100, seconds: 60 },
		});
		expect(() => parseFault('betweenEvery=0')).toThrow('betweenEvery');
		expect(() => parseFault('toString=1')).toThrow('There is no switch toString');
		expect(parseFault('contentType=text/html; a=b')).toEqual({ contentType: 'text/html; a=b' });
		expect(parseFault('heavy={"above":5,"how":"reset"}')).toEqual({
			heavy: { above: 5, how: 'reset' },
		});
		expect(() => parseFault('transient={"rate":2,"kinds":["503"]}')).toThrow('transient');
		expect(() => parseFault('transient={"every":2,"kinds":[]}')).toThrow('transient');
	});

	test('the log lists the calls, and is bounded', async () => {
		const sandbox = unlimited({}, { clock: createClock(5), logIds: true });
		await post(sandbox, { ids: sandbox.ids(2), columns: 'Phone,Score', pageSize: 7 });
		expect(sandbox.stats.requests).toEqual([
			{
				path: BY_IDS,
				at: 5,
				auth: 'header',
				ids: 2,
				leadIds: sandbox.ids(2),
				columns: ['Phone', 'Score'],
				pageIndex: 1,
				pageSize: 7,
				status: 200,
			},
		]);
		for (let call = 0; call < 1005; call++) await send(sandbox, '');
		expect(sandbox.stats.requests).toHaveLength(1000);
		expect(sandbox.stats.calls).toBe(1006);
	});

	test('a tenant gives limit and switches, below those given with it', async () => {
		const tenant = {
			limit: { calls: 7, seconds: 5 },
			faults: { order: 'asked', pageCap: 3 },
		} as const;
		const sandbox = createSandbox({ leads: 5, tenant, faults: { order: 'reversed' } });
		expect(sandbox.limit).toEqual({ calls: 7, seconds: 5 });
		expect(sandbox.faults).toMatchObject({ order: 'reversed', pageCap: 3 });
		sandbox.faults.pageCap = 4;
		sandbox.reset();
		expect(sandbox.faults.pageCap).toBe(3);
		expect(createSandbox({ leads: 5, tenant, limit: null }).limit).toBeNull();
		expect(() => createSandbox({ tenant: { faults: { nope: 1 } as object } })).toThrow('nope');
	});

	test('reset puts all back', async () => {
		const sandbox = createSandbox({
			leads: 10,
			clock: createClock(),
			limit: { calls: 1, seconds: 5 },
			faults: { order: 'asked' },
		});
		const { stats, faults } = sandbox;
		await post(sandbox, { ids: sandbox.ids(1) });
		Object.assign(faults, { order: 'reversed', pageCap: 3 });
		sandbox.limit = null;
		sandbox.reset();
		expect(stats).toMatchObject({ calls: 0, byPath: {}, mostInAnyWindow: 0, requests: [] });
		expect(faults).toMatchObject({ order: 'asked', pageCap: null });
		expect(sandbox.limit).toEqual({ calls: 1, seconds: 5 });
		expect((await post(sandbox, { ids: sandbox.ids(1) })).status).toBe(200);
	});
});

describe('over sockets', () => {
	let sandbox: Sandbox;
	let base: string;
	const fetchLeads = (ask: Ask) =>
		fetch(base + BY_IDS, { method: 'POST', headers: keysOf(sandbox), body: bodyOf(ask) });

	beforeEach(async () => {
		sandbox = unlimited();
		base = await sandbox.listen();
	});
	afterEach(() => sandbox.close());

	test('it answers as in the process', async () => {
		expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
		const ask = { ids: sandbox.ids(200), columns: 'ProspectID,Notes,mx_Course_Remarks' };
		const response = await fetchLeads(ask);
		expect(await response.text()).toBe((await post(sandbox, ask)).body);
		expect(response.headers.get('content-type')).toMatch(/^application\/json/);
		expect(sandbox.handling).toBe(0);
	});

	test('reset and hangup end the connection before and within the body', async () => {
		sandbox.faults.transient = { every: 1, kinds: ['reset', 'hangup'] };
		await expect(fetchLeads({ ids: sandbox.ids(5) })).rejects.toThrow();
		const cut = await fetchLeads({ ids: sandbox.ids(5) });
		expect(cut.status).toBe(200);
		await expect(cut.text()).rejects.toThrow();
	});

	test('what hangs is held until the sandbox is closed', async () => {
		sandbox.faults.transient = { every: 1, kinds: ['timeout', 'stall'] };
		const silent = expect(fetchLeads({ ids: sandbox.ids(5) })).rejects.toThrow();
		while (sandbox.hanging < 1) await new Promise((resolve) => setImmediate(resolve));
		const stalled = await fetchLeads({ ids: sandbox.ids(5) });
		const text = expect(stalled.text()).rejects.toThrow();
		expect([sandbox.hanging, sandbox.handling, sandbox.sleeping]).toEqual([2, 2, 0]);
		await sandbox.close();
		await silent;
		await text;
		expect(sandbox.handling).toBe(0);
	});

	/** Node's own client, which decodes nothing automatically. */
	const request = (body: string) =>
		new Promise<{ status: number; headers: IncomingHttpHeaders; parts: Buffer[] }>((done, fail) => {
			const parts: Buffer[] = [];
			const headers = { ...keysOf(sandbox), 'content-length': Buffer.byteLength(body) };
			httpRequest(base + BY_IDS, { method: 'POST', headers }, (response) => {
				response.on('data', (part) => parts.push(part));
				response.on('error', fail);
				response.on('end', () =>
					done({ status: response.statusCode!, headers: response.headers, parts }),
				);
			})
				.on('error', fail)
				.end(body);
		});

	test.each([
		['gzip', 'gzip', gunzipSync],
		['deflate', 'deflate', inflateSync],
		['deflate-raw', 'deflate', inflateRawSync],
		['br', 'br', brotliDecompressSync],
	] as const)('coding: %s, also in parts of one byte', async (coding, header, decode) => {
		const ask = { ids: sandbox.ids(3), columns: 'ProspectID,Notes' };
		const expected = (await post(sandbox, ask)).body;
		sandbox.faults.coding = coding;
		expect(await (await fetchLeads(ask)).text()).toBe(expected);
		sandbox.faults.partBytes = 1;
		const { headers, parts } = await request(bodyOf(ask));
		expect(headers['content-encoding']).toBe(header);
		expect(decode(Buffer.concat(parts)).toString()).toBe(expected);
		expect(await (await fetchLeads(ask)).text()).toBe(expected);
		expect((await post(sandbox, ask)).body).toBe(expected);
		expect((await post(sandbox, ask)).headers).not.toHaveProperty('content-encoding');
	});

	test('partBytes: an emoji can be split', async () => {
		sandbox.faults.partBytes = 1;
		sandbox.faults.columnValues = { mx_City: '😀' };
		const ask = { ids: sandbox.ids(1), columns: 'mx_City' };
		const { parts } = await request(bodyOf(ask));
		expect(parts.length).toBeGreaterThan(20);
		expect(Buffer.concat(parts).toString()).toContain('😀');
	});

	test('gzip-plain and gzip-cut cannot be read', async () => {
		for (const kind of ['gzip-plain', 'gzip-cut'] as const) {
			sandbox.faults.transient = { every: 1, kinds: [kind] };
			const { status, headers, parts } = await request(bodyOf({ ids: sandbox.ids(5) }));
			expect([kind, status, headers['content-encoding']]).toEqual([kind, 200, 'gzip']);
			expect(() => gunzipSync(Buffer.concat(parts))).toThrow();
		}
	});

	test('204 has no body, and 407 asks for a login', async () => {
		sandbox.faults.emptyForm = '204';
		const nothing = await fetchLeads({ ids: [UNKNOWN] });
		expect([nothing.status, await nothing.text()]).toEqual([204, '']);
		sandbox.faults.between = 'proxy-407';
		const { status, headers } = await request(bodyOf({ ids: [UNKNOWN] }));
		expect([status, headers['proxy-authenticate']]).toEqual([407, 'Basic realm="Corporate Proxy"']);
	});

	test('drip: a byte at a time, until the client leaves', async () => {
		Object.assign(sandbox.faults, { dripMs: 20, transient: { every: 1, kinds: ['drip'] } });
		const short = await fetchLeads({ ids: [UNKNOWN] });
		const started = performance.now();
		expect(await short.text()).toBe('{"RecordCount":0}');
		expect(performance.now() - started).toBeGreaterThan(200);
		sandbox.faults.dripMs = 50_000;
		const signal = AbortSignal.timeout(200);
		const headers = keysOf(sandbox);
		const body = bodyOf({ ids: sandbox.ids(5) });
		const dripping = await fetch(base + BY_IDS, { method: 'POST', headers, body, signal });
		await expect(dripping.text()).rejects.toThrow();
		while (sandbox.handling > 0) await new Promise((resolve) => setImmediate(resolve));
	});

	test('silent: the connection is taken, and nothing is read', async () => {
		sandbox.faults.silent = true;
		const signal = AbortSignal.timeout(200);
		await expect(fetch(base + BY_IDS, { signal })).rejects.toThrow(/timeout/);
		sandbox.faults.silent = false;
		expect((await fetchLeads({ ids: [UNKNOWN] })).status).toBe(200);
		expect(sandbox.stats.calls).toBe(1);
	});

	test('login-302 can lead to a login page of its own', async () => {
		const loginPage = `${base.replace('127.0.0.1', 'localhost')}/_sandbox/login`;
		Object.assign(sandbox.faults, { between: 'login-302', loginPage });
		const response = await fetchLeads({ ids: [UNKNOWN] });
		expect([response.status, response.url]).toEqual([200, loginPage]);
		expect(await response.text()).toContain('Sign in');
	});

	test('other processes read and steer it', async () => {
		const control = async (path: string, body?: string) => {
			const method = body === undefined ? 'GET' : 'POST';
			const response = await fetch(`${base}/_sandbox/${path}`, { method, body });
			return { status: response.status, text: await response.text() };
		};
		expect((await control('faults', '{"order":"asked"}')).status).toBe(200);
		expect(sandbox.faults.order).toBe('asked');
		expect(await control('faults', '{"nope":1}')).toMatchObject({ status: 400 });
		expect(await control('limit', '{"calls":0}')).toMatchObject({ status: 400 });
		await control('limit', '{"calls":0,"seconds":5}');
		expect((await fetchLeads({ ids: [UNKNOWN] })).status).toBe(429);
		expect(JSON.parse((await control('stats')).text)).toMatchObject({ calls: 1, refused: 1 });
		await control('reset', '');
		expect(sandbox.stats.calls).toBe(0);
		expect(sandbox.faults.order).toBe('stored');
		expect((await control('nope')).status).toBe(404);
	});
});
