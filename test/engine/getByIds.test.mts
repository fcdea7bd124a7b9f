import { readFileSync } from 'node:fs';
import { Expression } from 'n8n-workflow';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../dev/sandbox/server.mts';
import { loadOptions, runNode, testCredential, virtualTime, type VirtualTime } from './harness.mts';

const GIVEN = [
	'0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
	'3aee22bd-8419-422a-8242-c510df9af021',
	'6ba78830-bd39-435f-8687-460b677f3fb4',
];
const UNKNOWN = 'ffffffff-0000-4000-8000-000000000001';
const IDS_FROM_ITEM = '={{ $json.ProspectID }}';
const BY_THOUSANDS = { options: { leadsPerRequest: 1000 } };

let time: VirtualTime;
let sandbox: Sandbox;
let url: string;

beforeEach(() => (time = virtualTime()));
afterEach(async () => {
	await sandbox?.close();
	time.restore();
});

/** Starts the account that the test talks to. */
async function account(options: SandboxOptions = {}): Promise<void> {
	sandbox = createSandbox({ leads: 70_000, clock: time.clock, latencyMs: 300, ...options });
	url = await sandbox.listen();
}

const keys = () => ({ accessKey: sandbox.accessKey, secretKey: sandbox.secretKey });

const run = async (options: Parameters<typeof runNode>[0]) =>
	await runNode({
		...options,
		url,
		credentials: { ...keys(), ...(options.credentials as object) },
	});

const columns = (...names: string[]) => ({
	resource: 'lead',
	operation: 'getByIds',
	columns: names,
});
const inputOf = (ids: string[]) => ids.map((ProspectID) => ({ ProspectID }));

test('a field of the item is read without the expression engine, and means the same', async () => {
	await account();
	const [one, two, three] = sandbox.ids(3);
	const input = [
		{ lead: { 'Lead Id': one } },
		{ lead: { 'Lead Id': [two, three] } },
		{ lead: { 'Lead Id': { ProspectID: two } } },
		...[42, true, '', null, [], 'nonsense'].map((value) => ({ lead: { 'Lead Id': value } })),
		{ lead: {} },
		{ lead: 'no object' },
		{},
	];
	const outcome = async (leadIds: string) => {
		const parameters = { ...columns('FirstName'), leadIds };
		const { items } = await run({ input, parameters, onError: 'continueRegularOutput' });
		return items.map(({ json, pairedItem }) => ({ json, pairedItem }));
	};
	const evaluate = jest.spyOn(Expression.prototype, 'resolveSimpleParameterValue');
	const direct = await outcome('={{ $json.lead["Lead Id"] }}');
	const evaluated = evaluate.mock.calls.filter(([parameter]) => /Lead Id/.test(String(parameter)));
	evaluate.mockRestore();
	// Where there is no such field, n8n is asked what that means.
	expect(evaluated).toHaveLength(3);
	expect(direct).toEqual(await outcome('={{ ($json.lead["Lead Id"]) }}'));
	// Four leads, and 42, true and two texts that are no ids; the rest is blank.
	expect(direct).toHaveLength(4 + 3);
});

describe('the main job', () => {
	it("gives the API page's three leads, value for value, though that answer carries no id", async () => {
		await account();
		const { items, hints } = await run({
			parameters: {
				...columns(
					'CreatedOn',
					'ModifiedOn',
					'CompanyType',
					'EmailAddress',
					'OwnerIdEmailAddress',
					'ProspectAutoID',
					'FirstName',
					'LastName',
					'ProspectStage',
				),
				leadIds: GIVEN.join(', '),
			},
		});
		const lead = (
			CreatedOn: string,
			ModifiedOn: string,
			CompanyType: string | null,
			EmailAddress: string | null,
			FirstName: string,
			LastName: string,
			ProspectStage: string,
		) => ({
			ProspectID: null,
			CreatedOn,
			ModifiedOn,
			CompanyType,
			EmailAddress,
			OwnerIdEmailAddress: null,
			ProspectAutoID: null,
			FirstName,
			LastName,
			ProspectStage,
		});
		expect(items.map(({ json }) => json)).toEqual([
			lead(
				'2018-03-06 06:55:46.000',
				'2018-09-18 11:27:52.000',
				'5003',
				null,
				'Ringo',
				'Starr',
				'Opportunity',
			),
			lead(
				'2017-12-06 06:39:17.000',
				'2018-07-27 09:20:50.000',
				null,
				'john@example.com',
				'John',
				'Lennon',
				'Prospect',
			),
			lead(
				'2017-12-06 06:27:04.000',
				'2018-04-17 10:46:26.000',
				null,
				null,
				'Paul',
				'McCartney',
				'Prospect',
			),
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(Array(3).fill({ item: 0 }));
		// The first shows that leads come without IDs, the second reads those of the input item.
		expect(sandbox.stats.calls).toBe(2);
		expect(hints.map(({ message }) => message)).toEqual(
			expect.arrayContaining([expect.stringContaining('without ProspectID')]),
		);
	});

	it('gets 60,000 leads of 60,000 items at 25 calls in 5 s: complete, in order, linked, never refused', async () => {
		await account();
		const ids = sandbox.ids(60_000);
		const { items, error, elapsedMs } = await run({
			parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM, ...BY_THOUSANDS },
			input: inputOf(ids),
		});
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.ProspectID)).toEqual(ids);
		expect(
			items.every(({ pairedItem }, index) => (pairedItem as { item: number }).item === index),
		).toBe(true);
		expect(sandbox.stats).toMatchObject({ calls: 60, refused: 0 });
		// Two full windows have to pass, and one latency.
		expect(elapsedMs).toBeLessThan(10_300 * 1.05);
	});

	it('handles 100,000 items, and requests shared IDs once', async () => {
		await account();
		const ids = sandbox.ids(1000);
		const input = inputOf(Array.from({ length: 100_000 }, (_, index) => ids[index % 1000]));
		const { items } = await run({
			parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM },
			input,
		});
		expect(items).toHaveLength(100_000);
		expect(sandbox.stats.calls).toBe(1);
		expect(items[1000].json).toEqual(items[0].json);
		expect(items[1000].json).not.toBe(items[0].json);
	});

	it('returns an ID that one item contains twice once, and one in two items twice', async () => {
		await account();
		const [a, b] = sandbox.ids(2);
		const { items } = await run({
			parameters: { ...columns('FirstName'), leadIds: '={{ $json.ids }}' },
			input: [{ ids: [a, b, a.toUpperCase()] }, { ids: `${b};${a}` }, { ids: [{ ProspectID: a }] }],
		});
		expect(
			items.map(({ json, pairedItem }) => [json.ProspectID, (pairedItem as { item: number }).item]),
		).toEqual([
			[a, 0],
			[b, 0],
			[b, 1],
			[a, 1],
			[a, 2],
		]);
	});

	it('lets columns and options differ from item to item, and shares calls where they do not', async () => {
		await account();
		const ids = sandbox.ids(6);
		const { items } = await run({
			parameters: {
				resource: 'lead',
				operation: 'getByIds',
				leadIds: IDS_FROM_ITEM,
				columns: '={{ $json.columns }}',
				options: { fieldNames: '={{ $json.names }}' },
			},
			input: ids.map((ProspectID, index) => ({
				ProspectID,
				columns: index % 2 ? ['LastName', 'Score'] : 'FirstName, LastName',
				names: index < 3 ? 'schemaName' : 'displayName',
			})),
		});
		expect(items.map(({ json }) => Object.keys(json).join())).toEqual([
			'ProspectID,FirstName,LastName',
			'ProspectID,LastName,Score',
			'ProspectID,FirstName,LastName',
			'ProspectID,Last Name,Lead Score',
			'ProspectID,First Name,Last Name',
			'ProspectID,Last Name,Lead Score',
		]);
		// One for the metadata, one for each choice of columns.
		expect(sandbox.stats.calls).toBe(3);
	});

	it('gets all columns, with real types and labels, from metadata read once', async () => {
		await account();
		const ids = sandbox.ids(3);
		const { items } = await run({
			parameters: {
				...columns('*'),
				leadIds: IDS_FROM_ITEM,
				options: { convertTypes: true, fieldNames: 'displayName' },
			},
			input: inputOf(ids),
		});
		const [json] = items.map((item) => item.json);
		expect(Object.keys(json).length).toBeGreaterThan(170);
		expect(Object.keys(json)[0]).toBe('ProspectID');
		expect(Object.keys(json).filter((name) => /^City \(/.test(name))).toHaveLength(2);
		expect(typeof json['Lead Score']).toBe('number');
		expect(typeof json['Do Not Email']).toBe('boolean');
		expect(json['Created On']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
		expect(sandbox.stats.calls).toBe(2);
	});

	it('converts types by default, with one extra call for the column types', async () => {
		await account();
		const once = async () =>
			await run({
				parameters: {
					...columns('Score', 'DoNotEmail', 'CreatedOn'),
					leadIds: IDS_FROM_ITEM,
					options: { convertTypes: undefined },
				},
				input: inputOf(sandbox.ids(1)),
			});
		const { items } = await once();
		const { Score, DoNotEmail, CreatedOn } = sandbox.lead(0, ['Score', 'DoNotEmail', 'CreatedOn'])!;
		expect(items[0].json).toEqual({
			ProspectID: sandbox.idAt(0),
			Score: Score === null ? null : Number(Score),
			DoNotEmail: DoNotEmail === '1',
			CreatedOn: `${CreatedOn!.replace(' ', 'T')}Z`,
		});
		expect(sandbox.stats.calls).toBe(2);
		await once();
		expect(sandbox.stats.calls).toBe(3);
	});

	it('shares the rate limit between concurrent executions without delaying short ones', async () => {
		await account();
		const finished: number[] = [];
		const job = async (count: number) => {
			await run({
				parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM, ...BY_THOUSANDS },
				input: inputOf(sandbox.ids(count)),
			});
			finished.push(count);
		};
		await time.run(Promise.all([job(50_000), job(40_000), job(2000)]));
		expect(sandbox.stats).toMatchObject({ calls: 92, refused: 0 });
		expect(finished[0]).toBe(2000);
	});
});

describe('an id that the account does not have', () => {
	const ask = async (notFound: string, onError?: 'continueErrorOutput') => {
		await account();
		const [a, b] = sandbox.ids(2);
		return await run({
			parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM, options: { notFound } },
			input: inputOf([a, UNKNOWN, b]),
			onError,
		});
	};

	it('is left out with a hint', async () => {
		const { items, hints } = await ask('skip');
		expect(items.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([0, 2]);
		expect(hints.map(({ type, message }) => [type, message])).toEqual([
			[
				'info',
				expect.stringContaining(
					`2 of 3 leads found, 2 calls, 0.6 s. 1 lead was not found and was skipped: ${UNKNOWN}`,
				),
			],
		]);
	});

	it('is included in its place', async () => {
		const { items } = await ask('include');
		expect(items[1]).toMatchObject({
			json: { ProspectID: UNKNOWN, found: false },
			pairedItem: { item: 1 },
		});
	});

	it("is the input item's error", async () => {
		const stopped = await ask('error');
		expect(stopped.error?.message).toContain(UNKNOWN);
		await sandbox.close();
		const { items, errorItems, hints } = await ask('error', 'continueErrorOutput');
		expect(hints.at(-1)!.message).toMatch(/1 lead was not found\. 1 failed\.$/);
		expect(items).toHaveLength(2);
		expect(errorItems).toHaveLength(1);
		expect(errorItems[0]).toMatchObject({ json: { ProspectID: UNKNOWN }, pairedItem: { item: 1 } });
	});
});

it("an input's field 'error' does not run the node again under Retry On Fail", async () => {
	await account();
	const [id] = sandbox.ids(1);
	const { items } = await run({
		parameters: {
			...columns('FirstName'),
			leadIds: IDS_FROM_ITEM,
			options: { includeInputFields: true },
		},
		input: inputOf([id]).map((item) => ({ ...item, error: 'earlier' })),
		retryOnFail: true,
	});
	expect(items).toHaveLength(1);
	expect(items[0].json).not.toHaveProperty('error');
	expect(sandbox.stats.calls).toBe(1);
});

it('an empty cell that is an error has its own advice', async () => {
	await account();
	const { items, hints } = await run({
		parameters: {
			...columns('FirstName'),
			leadIds: IDS_FROM_ITEM,
			options: { notFound: 'error' },
		},
		input: inputOf([...sandbox.ids(1), '', UNKNOWN]),
		onError: 'continueRegularOutput',
	});
	expect(hints.at(-1)!.message).toMatch(/2 failed \(the last 2 items\)\.$/);
	expect(items.slice(1).map(({ json }) => json.message)).toEqual([
		expect.stringMatching(/^Enter a value, or check the expression\. Set the option/),
		expect.stringMatching(/^The lead was deleted, belongs to another account, or /),
	]);
});

describe('input that cannot be used', () => {
	it.each([
		['text that is no id', { leadIds: '={{ $json.text }}' }, 'not a lead ID: 12345'],
		['no column', { leadIds: GIVEN[0], columns: [] }, "'Column Names or IDs' is empty"],
	])('is an error before any call: %s', async (_, parameters, message) => {
		await account();
		const { error } = await run({
			parameters: { ...columns('FirstName'), ...parameters },
			input: [{ text: `${GIVEN[0]} 12345` }],
		});
		expect(error?.message).toContain(message);
		expect((error as unknown as { context: object }).context).toMatchObject({ itemIndex: 0 });
		expect(sandbox.stats.calls).toBe(0);
	});

	it('is an error before any call if no item has an id, and names the fields that it has', async () => {
		await account();
		const { error } = await run({
			parameters: { ...columns('FirstName'), leadIds: '={{ $json.LeadId }}' },
			input: [{ Name: 'Ringo', ProspectID: GIVEN[0] }, { Name: 'Paul' }],
		});
		expect(error?.message).toContain("'Lead IDs' is empty: no input item has a lead ID");
		expect(error?.description).toContain('nothing for any of the 2 items');
		expect(error?.description).toContain('Name, ProspectID');
		expect(sandbox.stats.calls).toBe(0);
	});

	it('does not prevent the other IDs from being fetched if the node continues', async () => {
		await account();
		const [a, b] = sandbox.ids(2);
		const { items, errorItems } = await run({
			parameters: { ...columns('FirstName'), leadIds: '={{ $json.ids }}' },
			input: [{ ids: `${a} 12345` }, { ids: '' }, { ids: b }],
			onError: 'continueErrorOutput',
		});
		expect(items.map(({ json }) => json.ProspectID)).toEqual([a, b]);
		expect(errorItems.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([0]);
	});

	it.each([
		['http://api.leadsquared.com', 'https'],
		['', "'API Host' is empty"],
	])('includes an API host such as "%s"', async (customUrl, message) => {
		await account();
		const { error } = await run({
			parameters: { ...columns('FirstName'), leadIds: GIVEN[0] },
			credentials: { customUrl },
		});
		expect(error?.message).toContain(message);
		expect(sandbox.stats.calls).toBe(0);
	});
});

describe('On Error', () => {
	it('says how many leads were fetched before the error', async () => {
		await account({ faults: { poisonEvery: 2500, poisonForm: 500 } });
		const { error, items } = await run({
			parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM },
			input: inputOf(sandbox.ids(5000)),
		});
		expect(items).toEqual([]);
		expect(error?.message).toContain(sandbox.idAt(2499));
		expect(error?.description).toMatch(/[\d,]+ leads were fetched before the error\./);
		expect((error as unknown as { context: object }).context).toMatchObject({ itemIndex: 2499 });
	});

	it('names the failure even if items with other columns are still in progress', async () => {
		await account({ faults: { poisonEvery: 100 } });
		const ids = sandbox.ids(60_000);
		const { error } = await run({
			parameters: {
				...columns(),
				columns: '={{ $json.columns }}',
				leadIds: '={{ $json.ids }}',
				options: { leadsPerRequest: 100 },
			},
			input: [
				{ ids: ids.slice(0, 99), columns: 'FirstName' },
				{ ids: [ids[98], ids[99]], columns: 'LastName' },
				{ ids: ids.filter((_, index) => (index + 1) % 100 !== 0), columns: 'Phone' },
			],
		});
		expect(error?.message).toContain(ids[99]);
		expect((error as unknown as { context: object }).context).toMatchObject({ itemIndex: 1 });
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'emits every other lead: %s',
		async (onError) => {
			await account({ faults: { poisonEvery: 500 } });
			const ids = sandbox.ids(2000);
			const { items, errorItems } = await run({
				parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM },
				input: inputOf(ids),
				onError,
			});
			const failed =
				onError === 'continueErrorOutput' ? errorItems : items.filter(({ json }) => json.error);
			const good = items.filter(({ json }) => !json.error);
			expect(good.map(({ json }) => json.ProspectID)).toEqual(
				ids.filter((_, index) => (index + 1) % 500 !== 0),
			);
			expect(failed.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([
				499, 999, 1499, 1999,
			]);
			expect(failed[0].json.error).toContain(ids[499]);
			// On the error output, n8n knows an error item by these keys, and no others of ours.
			const { ProspectID: ofInput, ...own } = failed[0].json;
			expect(ofInput).toBe(onError === 'continueErrorOutput' ? ids[499] : undefined);
			const data = { errorCode: 'MXInvalidInputException', retryable: false };
			expect(own).toEqual({
				error: expect.any(String),
				message: expect.stringMatching(/./),
				...(onError === 'continueErrorOutput' ? { details: data } : data),
			});
		},
	);

	it('reports a fault of the whole request once for each item, not for each id', async () => {
		await account();
		const { items } = await run({
			parameters: { ...columns('FirstName'), leadIds: '={{ $json.ids }}' },
			input: [{ ids: sandbox.ids(3) }, { ids: sandbox.ids(2000) }],
			credentials: { secretKey: 'wrong' },
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => json.error)).toEqual(
			Array(2).fill('LeadSquared does not accept the keys'),
		);
	});
});

describe('an unexpected gap', () => {
	const ALL = { ...columns('*'), leadIds: IDS_FROM_ITEM };

	it('in the list of columns stops the node with the reason', async () => {
		await account();
		const [a] = sandbox.ids(1);
		const { error } = await run({
			parameters: ALL,
			input: inputOf([a]),
			credentials: { secretKey: 'wrong' },
		});
		expect(error?.message).toBe('LeadSquared does not accept the keys');
		expect(sandbox.stats.calls).toBe(1);
	});

	it('in the list of columns fails only the items that need it, if the node continues', async () => {
		await account({ faults: { transient: { every: 1, kinds: ['503'] } } });
		const [a, b] = sandbox.ids(2);
		const running = run({
			parameters: { ...ALL, columns: '={{ $json.columns }}', options: { maxWaitSeconds: 10 } },
			input: [
				{ ProspectID: a, columns: '*' },
				{ ProspectID: b, columns: 'FirstName' },
			],
			onError: 'continueErrorOutput',
		});
		const healed = time.clock.sleep(13_000).then(() => (sandbox.faults.transient = null));
		const [{ items, errorItems }] = await time.run(Promise.all([running, healed]));
		expect(items.map(({ json }) => json.ProspectID)).toEqual([b]);
		expect(errorItems.map(({ json }) => [json.ProspectID, json.error])).toEqual([
			[a, 'LeadSquared was not available'],
		]);
	});

	it('among leads without an ID is reported in a hint', async () => {
		await account({ faults: { idColumn: 'none' } });
		const { error } = await run({
			parameters: {
				...columns('FirstName'),
				leadIds: [...sandbox.ids(2), UNKNOWN].join(),
				options: { notFound: 'error' },
			},
		});
		expect(error?.message).toContain('no lead for 1 of 3 IDs');
	});
});

test('an answer that stalls is requested again after a minute, and its connection is closed', async () => {
	await account({ faults: { transient: { every: 5, kinds: ['stall'] } } });
	const { items, elapsedMs } = await run({
		parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM },
		input: inputOf(sandbox.ids(5000)),
	});
	expect(items).toHaveLength(5000);
	expect(elapsedMs).toBeLessThan(70_000);
	expect(sandbox.hanging).toBe(0);
});

describe('cancelling', () => {
	it.each([
		['in a wait for the limit', {}, 4000],
		[
			'in a call that hangs',
			{ faults: { firstCallsFail: 1000, outageKind: 'hang' as const } },
			2000,
		],
		[
			'in an answer that stalls',
			{ faults: { firstCallsFail: 1000, outageKind: 'stall' as const } },
			2000,
		],
		[
			'in a pause between tries',
			{ faults: { firstCallsFail: 1000, outageKind: '503' as const } },
			20_000,
		],
	])('ends a run within a second: %s', async (_, options, cancelAfterMs) => {
		await account(options);
		const { run: execution, elapsedMs } = await run({
			parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM, ...BY_THOUSANDS },
			input: inputOf(sandbox.ids(60_000)),
			cancelAfterMs,
		});
		expect(execution.status).toBe('canceled');
		expect(elapsedMs).toBeLessThanOrEqual(cancelAfterMs + 1000);
		const { calls } = sandbox.stats;
		await time.run(time.clock.sleep(60_000));
		expect(sandbox.stats.calls).toBe(calls);
	});
});

describe('Include Input Fields', () => {
	const enrich = async (onError?: 'continueRegularOutput' | 'continueErrorOutput') => {
		await account();
		const input = [
			{ ProspectID: sandbox.idAt(0), row: 1, tags: { vip: true } },
			{ ProspectID: UNKNOWN, row: 2, FirstName: 'from the sheet' },
			{ ProspectID: '', row: 3 },
			{ ProspectID: 'nonsense', row: 4 },
		];
		const options = { includeInputFields: true, notFound: 'include' };
		const parameters = { ...columns('FirstName'), leadIds: IDS_FROM_ITEM, options };
		const before = JSON.stringify(input);
		const done = await run({ input: onError ? input : input.slice(0, 3), parameters, onError });
		expect(JSON.stringify(input)).toBe(before);
		return done;
	};
	const ofLeads = () => [
		{
			ProspectID: sandbox.idAt(0),
			found: true,
			FirstName: sandbox.lead(0)!.FirstName,
			row: 1,
			tags: { vip: true },
		},
		{ ProspectID: UNKNOWN, found: false, FirstName: 'from the sheet', row: 2 },
		{ ProspectID: '', found: false, FirstName: null, row: 3 },
	];

	it('combines input fields and leads', async () => {
		const { items } = await enrich();
		expect(items.map(({ json }) => json)).toEqual(ofLeads());
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'is for failures as well: %s',
		async (onError) => {
			const { items, errorItems } = await enrich(onError);
			const all = [...items, ...errorItems].map(({ json }) => json);
			expect(all.slice(0, 3)).toEqual(ofLeads());
			expect(all.slice(3)).toEqual([
				expect.objectContaining({
					ProspectID: 'nonsense',
					row: 4,
					error: expect.stringContaining('not a lead ID: nonsense'),
				}),
			]);
		},
	);

	it('also applies to failures of the whole node', async () => {
		await account();
		const { items } = await run({
			input: [{ ProspectID: sandbox.idAt(0), row: 1 }],
			parameters: {
				...columns('FirstName'),
				leadIds: IDS_FROM_ITEM,
				options: { includeInputFields: true },
			},
			credentials: { customUrl: 'http://example.com' },
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ row: 1, error: expect.stringContaining("'API Host'") }),
		]);
	});
});

describe('a list of the same ids in every input item', () => {
	const listOf = async (count: number) => {
		await account();
		return await run({
			input: inputOf(sandbox.ids(count)),
			parameters: {
				...columns('FirstName'),
				leadIds: '={{ $input.all().map((one) => one.json.ProspectID) }}',
			},
		});
	};

	it('is reported', async () => {
		const { items, hints } = await listOf(6);
		expect(items).toHaveLength(36);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^6 input items each ask for the same 6 IDs.*'Execute Once'/),
			expect.stringMatching(/^36 of 36 leads found \(6 different\), 1 call, /),
		]);
	});

	it('is an error before any call if it would make a million items', async () => {
		const { error } = await listOf(1001);
		expect(error?.message).toBe('The run would return more than 1,000,000 items');
		expect(error?.description).toMatch(
			/^The first 1,000 input items each ask for the same 1,001 IDs/,
		);
		expect(sandbox.stats.calls).toBe(0);
	});
});

describe('Add Lead URL', () => {
	const ask = async (options: object = {}) =>
		await run({
			parameters: {
				...columns('FirstName'),
				leadIds: [sandbox.idAt(0), UNKNOWN],
				options: { addLeadUrl: true, notFound: 'include', ...options },
			},
		});
	const callsForIt = () => sandbox.stats.byPath['/v2/Authentication.svc/UserByAccessKey.Get'];

	it('opens the lead where LeadSquared says that the account is, and asks once', async () => {
		await account();
		for (let time = 0; time < 2; time++) {
			const { items, hints } = await ask();
			expect(items.map(({ json }) => Object.entries(json).slice(0, 3))).toEqual([
				[
					['ProspectID', sandbox.idAt(0)],
					['found', true],
					[
						'LeadURL',
						`https://in21.leadsquared.com/LeadManagement/LeadDetails?LeadID=${sandbox.idAt(0)}`,
					],
				],
				[
					['ProspectID', UNKNOWN],
					['found', false],
					['LeadURL', null],
				],
			]);
			expect(hints.filter(({ type }) => type === 'warning')).toEqual([]);
		}
		expect(callsForIt()).toBe(1);
	});

	it('is not guessed, and the address is requested again in the next run', async () => {
		await account({ faults: { appHost: null } });
		const { items, hints } = await ask();
		expect(items[0].json).toMatchObject({ LeadURL: null, FirstName: expect.any(String) });
		expect(hints.filter(({ type }) => type === 'warning')).toEqual([
			expect.objectContaining({ message: expect.stringContaining('LeadURL is empty') }),
		]);
		sandbox.faults.appHost = 'https://run.leadsquared.com/';
		const [{ json }] = (await ask()).items;
		expect(json.LeadURL).toMatch(/^https:\/\/run\.leadsquared\.com\/LeadManagement/);
	});

	it('takes no call if it is off or no lead was found', async () => {
		await account();
		await ask({ addLeadUrl: false });
		await run({
			parameters: { ...columns('FirstName'), leadIds: UNKNOWN, options: { addLeadUrl: true } },
		});
		expect(callsForIt()).toBeUndefined();
	});
});

describe('the column picker', () => {
	it('lists All Columns, then the columns by label, with schema name and type', async () => {
		await account();
		const options = await loadOptions('getLeadColumns', { url, credentials: keys() });
		expect(options[0]).toMatchObject({ name: 'All Columns', value: '*' });
		const labels = options.slice(1).map(({ name }) => name);
		expect(labels).toEqual(
			[...labels].sort((x, y) => x.localeCompare(y, 'en', { sensitivity: 'base' })),
		);
		expect(options.find(({ value }) => value === 'Score')).toMatchObject({
			name: 'Lead Score',
			description: 'Score (Number)',
		});
		expect(options.filter(({ name }) => name.startsWith('City'))).toMatchObject([
			{ name: 'City (mx_Billing_City)' },
			{ name: 'City (mx_City)' },
		]);
		expect(new Set(labels).size).toBe(labels.length);
		expect(options.length).toBeGreaterThan(170);
		expect(sandbox.stats.requests[0].path).toContain('LeadsMetaData.Get');
	});

	it('has the chosen columns and a hint as long as n8n has chosen no credential', async () => {
		await account();
		const options = await loadOptions('getLeadColumns', {
			url,
			parameters: { columns: ['ProspectStage', 'mx_Own', '*'] },
			withoutCredential: true,
		});
		expect(options).toEqual([
			{
				name: "Your Account's Columns Are Missing",
				value: '',
				description:
					'To see all columns, choose a credential, then close this node and open it again',
				disabled: true,
			},
			{ name: 'Lead Stage', value: 'ProspectStage', description: 'ProspectStage (Select)' },
			{ name: 'mx_Own', value: 'mx_Own' },
			{ name: 'All Columns', value: '*', description: 'Every column of the account' },
		]);
		expect(sandbox.stats.calls).toBe(0);
	});

	it('ignores the hint, which an older n8n lets people pick', async () => {
		await account();
		const { items } = await run({
			parameters: { ...columns('', 'FirstName'), leadIds: sandbox.idAt(0) },
		});
		expect(Object.keys(items[0].json)).toEqual(['ProspectID', 'FirstName']);
	});

	it('distinguishes names of users from their IDs, and what LeadSquared may leave out', async () => {
		await account();
		const options = await loadOptions('getLeadColumns', { url, credentials: keys() });
		const described = new Map(options.map(({ value, description }) => [value, description]));
		expect(described.get('OwnerId')).toMatch(/^OwnerId \(.*\), ID of the user; see Owner Name$/);
		expect(described.get('CreatedBy')).toContain('ID of the user; see Created By Name');
		for (const name of ['OwnerIdName', 'OwnerIdEmailAddress', 'CreatedByName', 'ModifiedByName']) {
			expect(described.get(name)).toContain('from a related record; may be left out');
		}
	});

	it('asks at most once a minute, and never remembers a failure or the answers of others', async () => {
		await account();
		const ask = async (own: object = {}) =>
			await loadOptions('getLeadColumns', { url, credentials: { ...keys(), ...own } });
		const wrong = await ask({ secretKey: 'x' });
		expect(wrong[0].description).toMatch(
			/^LeadSquared does not accept the keys\. LeadSquared says: .* Check 'Access Key'/,
		);
		expect(sandbox.stats.calls).toBe(1);
		const right = await ask();
		expect(right.length).toBeGreaterThan(170);
		expect(await ask()).toEqual(right);
		expect(sandbox.stats.calls).toBe(2);
		expect(await ask({ secretKey: 'x' })).toEqual(wrong);
		expect(sandbox.stats.calls).toBe(3);
		await time.run(time.clock.sleep(60_000));
		expect(await ask()).toEqual(right);
		expect(sandbox.stats.calls).toBe(4);
	});
});

describe('the test of the credential', () => {
	it('succeeds with the right keys, on a host given in any form', async () => {
		await account();
		for (const customUrl of [
			url,
			`${url}/`,
			`${url}/v2`,
			`${url}/v2/LeadManagement.svc/Leads.GetById?id=1`,
		]) {
			expect(await testCredential({ url, credentials: { ...keys(), customUrl } })).toMatchObject({
				status: 'OK',
			});
		}
		expect(sandbox.stats.requests.every(({ auth }) => auth === 'header')).toBe(true);
	});

	it.each([
		['http://api.leadsquared.com', 'https://'],
		['http://127.0.0.1:1', 'ECONNREFUSED'],
	])('says what to do about %s', async (customUrl, message) => {
		await account();
		const result = await testCredential({ url, credentials: { ...keys(), customUrl } });
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(message) });
	});
});

describe('secrets', () => {
	it.each(['unauthorized', 'reset'])(
		'are in no error, hint, log line or item: %s',
		async (what) => {
			const faults = what === 'reset' ? { firstCallsFail: 1e6, outageKind: 'reset' as const } : {};
			await account({ faults });
			const secretKey = 'sEcr3t-of-a-user';
			const {
				run: execution,
				logs,
				messages,
			} = await run({
				parameters: { ...columns('FirstName'), leadIds: GIVEN[0], options: { maxWaitSeconds: 5 } },
				credentials: what === 'reset' ? {} : { secretKey },
			});
			const everything = JSON.stringify([
				execution,
				logs,
				messages,
				execution.data.resultData.error?.stack,
			]);
			for (const key of [secretKey, sandbox.accessKey, sandbox.secretKey])
				expect(everything).not.toContain(key);
			expect(execution.status).toBe('error');
		},
	);
});

describe('progress', () => {
	it('reports the progress of a long run to log and editor, a few seconds apart', async () => {
		await account();
		const { logs, messages } = await run({
			parameters: { ...columns('FirstName'), leadIds: IDS_FROM_ITEM, ...BY_THOUSANDS },
			input: inputOf(sandbox.ids(70_000)),
		});
		const lines = logs
			.map(({ message }) => message)
			.filter((line) => /[\d,]+ of 70,000 lead IDs/.test(line));
		expect(lines.length).toBeGreaterThanOrEqual(2);
		expect(lines.length).toBeLessThanOrEqual(4);
		expect(messages).toEqual(lines.map((line) => line.replace(' [Harness > LeadSquared]', '')));
		expect(lines[0]).toMatch(/\(\d+ %, about \d+ s left\)$/);
		const last = logs.filter(({ message }) =>
			/^LeadSquared \[Harness > LeadSquared\]: .* calls/.test(message),
		);
		expect(last.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/: 70,000 of 70,000 leads found, 70 calls, [\d.]+ s \([\d.]+ s of it waiting for the rate limit\)$/,
			),
		]);
	});
});

it('has no runtime dependencies', () => {
	const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
		dependencies?: object;
	};
	expect(dependencies).toBeUndefined();
});
