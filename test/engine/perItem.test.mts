/** The frame of operations that make one call for each input item: Note > Create and API > Call. */
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();

const note = (parameters: object = {}) => ({
	resource: 'note',
	operation: 'create',
	lead: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
	note: '={{ $json.text }}',
	options: {},
	...parameters,
});
const call = (parameters: object = {}) => ({
	resource: 'api',
	operation: 'call',
	method: 'GET',
	path: '/LeadManagement.svc/LeadsMetaData.Get',
	query: '{}',
	body: '{}',
	options: {},
	...parameters,
});
const rows = (count: number) =>
	account.sandbox.ids(count).map((id, at) => ({ id, text: `Note ${at}` }));
const written = () => account.sandbox.stats.written.notes;

describe('Note > Create', () => {
	it('adds one note for each input item, in order and linked', async () => {
		await account.open();
		const { items, hints } = await account.run({ input: rows(60), parameters: note() });
		expect(itemsOf(items)).toEqual(Array.from({ length: 60 }, (_, at) => at));
		expect(items.map(({ json }) => json.ProspectID)).toEqual(account.sandbox.ids(60));
		expect(new Set(items.map(({ json }) => json.NoteId)).size).toBe(60);
		expect(written()).toBe(60);
		expect(account.sandbox.stats.refused).toBe(0);
		expect(JSON.stringify(hints)).toMatch(/60 notes created, 60 calls/);

		const one = await account.run({ input: rows(1), parameters: note() });
		expect(JSON.stringify(one.hints)).toMatch(/"1 note created, 1 call, /);
	});

	it('returns the input fields too, unless the user turns that off', async () => {
		await account.open();
		const input = rows(2);
		input[1].id = '00000000-1111-4000-8000-000000000000';
		const onError = 'continueRegularOutput' as const;
		const { items } = await account.run({ input, parameters: note(), onError });
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({ ...input[0], NoteId: expect.any(String), ProspectID: input[0].id }),
			expect.objectContaining({ ...input[1], error: expect.any(String) }),
		]);
		const options = { includeInputFields: false };
		const alone = await account.run({ input: rows(1), parameters: note({ options }) });
		expect(Object.keys(alone.items[0].json)).toEqual(['NoteId', 'ProspectID']);
		const wrong = await account.run({
			input: rows(1),
			parameters: note({ options: { includeInputFields: 'maybe' } }),
		});
		expect(wrong.error?.message).toMatch(/^The option 'Include Input Fields' cannot be "maybe"/);
	});

	it.each([
		['a lead that is not an ID', { id: 'Ann' }, /'Lead' cannot be "Ann"/],
		['no lead', { id: '' }, /'Lead' is empty/],
		['no text', { text: '' }, /'Note' is empty/],
		['an object as text', { text: { a: 1 } }, /'Note' cannot be/],
	])('reports %s before any call', async (_, changes, message) => {
		await account.open();
		const input = rows(3).map((row, at) => (at === 1 ? { ...row, ...changes } : row));
		const { error } = await account.run({ input, parameters: note() });
		expect(error?.message).toMatch(message);
		expect(error?.message).toMatch(/\[item 1\]/);
		expect(account.sandbox.stats.calls).toBe(0);

		const { items } = await account.run({
			input,
			parameters: note(),
			onError: 'continueRegularOutput',
		});
		expect(itemsOf(items)).toEqual([0, 1, 2]);
		expect(sorted(items).failed.map(({ json }) => json.error)).toEqual([
			expect.stringMatching(message),
		]);
		expect(written()).toBe(2);
	});

	it('reports a lead that does not exist at its own item', async () => {
		await account.open();
		const input = rows(3);
		input[1].id = '00000000-1111-4000-8000-000000000000';
		const { items } = await account.run({
			input,
			parameters: note(),
			onError: 'continueRegularOutput',
		});
		const { failed, good } = sorted(items);
		expect(itemsOf(good)).toEqual([0, 2]);
		expect(failed[0].json.error).toMatch(/does not have this lead/);
	});

	it('does not add a note twice where the answer is lost, and says that it may be there', async () => {
		await account.open({ faults: { transient: { every: 4, kinds: ['reset'] } } });
		const { items } = await account.run({
			input: rows(20),
			parameters: note(),
			onError: 'continueRegularOutput',
		});
		const { failed, good } = sorted(items);
		expect(items).toHaveLength(20);
		expect(failed.length).toBeGreaterThan(0);
		expect(failed[0].json.message).toMatch(/may have executed the call: check there/);
		// The call is not retried, however long that is.
		expect(failed[0].json.message).not.toContain('Max Wait');
		expect(written()).toBeLessThanOrEqual(20);
		expect(written()).toBeGreaterThanOrEqual(good.length);
	});

	it('is not added twice by Retry On Fail, whether it is known or not that it was added', async () => {
		const retry = { retryOnFail: true, maxTries: 3 };
		await account.open();
		const input = rows(40);
		input[30].id = '00000000-1111-4000-8000-000000000000';
		const { error } = await account.run({ input, parameters: note(), ...retry });
		expect(error?.description).toContain(`${written()} notes created before the error`);
		expect(written()).toBeLessThan(40);

		await account.open({ faults: { transient: { every: 1, kinds: ['reset'] } } });
		await account.run({ input: rows(1), parameters: note(), ...retry });
		expect(account.sandbox.stats.calls).toBe(1);
	});

	it('stops at the first failure with the number of notes so far', async () => {
		await account.open();
		const input = rows(400);
		input[30].id = '00000000-1111-4000-8000-000000000000';
		const { error, logs } = await account.run({ input, parameters: note() });
		expect(JSON.stringify(logs)).toContain(`${written()} notes created, `);
		expect(JSON.stringify(logs)).toMatch(/; 1 failed\./);
		expect(error?.message).toMatch(/does not have this lead/);
		expect(error?.description).toMatch(new RegExp(`${written()} notes created before the error`));
	});

	it('starts no call after the first failure, though some wait for their turn', async () => {
		await account.open();
		const input = rows(60);
		input[3].id = '00000000-1111-4000-8000-000000000000';
		const { error } = await account.run({ input, parameters: note() });
		expect(error?.message).toMatch(/does not have this lead/);
		expect(account.sandbox.stats.calls).toBeLessThanOrEqual(25);
		expect(error?.description).toMatch(new RegExp(`${written()} notes created before the error`));
	});

	it('waits if the rate limit refuses calls, and adds each note once', async () => {
		await account.open({ limit: { calls: 5, seconds: 5 } });
		const { items, error } = await account.run({ input: rows(30), parameters: note() });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(30);
		expect(written()).toBe(30);
	});

	it('reports a first call that fails by accident at its own item alone', async () => {
		await account.open({ faults: { firstCallsFail: 1, outageKind: '503' } });
		const { items } = await account.run({
			input: rows(200),
			parameters: note(),
			onError: 'continueRegularOutput',
		});
		expect(itemsOf(sorted(items).failed)).toEqual([0]);
		expect(written()).toBe(199);
	});

	it('reports only calls that were sent as possibly executed', async () => {
		await account.open({ faults: { firstCallsFail: 1000, outageKind: '503' } });
		const { items } = await account.run({
			input: rows(200),
			parameters: note(),
			onError: 'continueRegularOutput',
		});
		const uncertain = items.filter(({ json }) => /may have executed/.test(String(json.message)));
		expect(items).toHaveLength(200);
		expect(account.sandbox.stats.calls).toBeLessThan(200);
		expect(uncertain).toHaveLength(account.sandbox.stats.calls);
	});

	it('reports calls to a host that never answered as possibly executed', async () => {
		await account.open({ faults: { firstCallsFail: 1000, outageKind: 'hang' } });
		const { items } = await account.run({
			input: rows(2),
			parameters: note(),
			credentials: { customUrl: account.newHost() },
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => json.message)).toEqual(
			Array(2).fill(expect.stringMatching(/may have executed the call: check there/)),
		);
	});

	it('asks a host with wrong keys once, not once for each item', async () => {
		await account.open();
		const { items } = await account.run({
			input: rows(500),
			parameters: note(),
			credentials: { secretKey: 'wrong-secret' },
			onError: 'continueRegularOutput',
		});
		expect(sorted(items).failed).toHaveLength(500);
		expect(account.sandbox.stats.calls).toBeLessThanOrEqual(50);
	});
});

describe('API > Call', () => {
	it('makes any call, with the response as an item for each input item', async () => {
		await account.open();
		const [id] = account.sandbox.ids(1);
		const { items } = await account.run({
			input: [{}],
			parameters: call({
				method: 'POST',
				path: 'LeadManagement.svc/CreateNote',
				body: { RelatedProspectId: id, Note: 'By call' },
			}),
		});
		expect(items[0].json).toEqual({
			Status: 'Success',
			Message: { Id: expect.any(String) },
		});
		expect(written()).toBe(1);
	});

	it('puts a list into the field data', async () => {
		await account.open();
		const { items } = await account.run({ input: [{}], parameters: call() });
		expect(items).toHaveLength(1);
		expect((items[0].json.data as object[])[0]).toHaveProperty('SchemaName');
	});

	it.each([
		'https://evil.example/v2/LeadManagement.svc/LeadsMetaData.Get',
		'//evil.example/LeadManagement.svc/X',
		'http:evil.example',
		'/../admin',
		'/LeadManagement.svc/../../x',
		'/LeadManagement.svc/Leads.Get?accessKey=abc',
		'\\\\evil.example',
	])('refuses %s before any call', async (path) => {
		await account.open();
		const { error } = await account.run({ input: [{}], parameters: call({ path }) });
		expect(error?.message).toMatch(/^'Path' cannot be/);
		expect(account.sandbox.stats.calls).toBe(0);
	});

	it("reports a page that is too large in LeadSquared's own words", async () => {
		await account.open();
		const { error } = await account.run({
			input: [{}],
			parameters: call({
				method: 'POST',
				path: '/LeadManagement.svc/Leads.RecentlyModified',
				body: {
					Parameter: { FromDate: '2020-01-01 00:00:00', ToDate: '2030-01-01 00:00:00' },
					Columns: { Include_CSV: 'ProspectID' },
					Paging: { PageIndex: 1, PageSize: 6000 },
				},
			}),
		});
		expect(error?.message).toBe('LeadSquared rejects the request as too large');
		expect(error?.description).toMatch(/larger than 5,?000/);
	});

	it('refuses keys in the query', async () => {
		await account.open();
		const query = { AccessKey: 'abc' };
		const { error } = await account.run({ input: [{}], parameters: call({ query }) });
		expect(error?.message).toMatch(/^'Query' cannot be/);
	});

	it.each([
		[false, 1],
		[true, 2],
	])('repeats a call after a fault only if set to: %s', async (repeatAfterFault, calls) => {
		await account.open({ faults: { firstCallsFail: 1, outageKind: '503' } });
		const { items } = await account.run({
			input: [{}],
			parameters: call({ options: { repeatAfterFault } }),
			onError: 'continueRegularOutput',
		});
		expect(account.sandbox.stats.calls).toBe(calls);
		expect(sorted(items).failed).toHaveLength(repeatAfterFault ? 0 : 1);
	});

	it('keeps to the rate limit', async () => {
		await account.open({ limit: { calls: 25, seconds: 5 } });
		const { items } = await account.run({
			input: Array.from({ length: 60 }, () => ({})),
			parameters: call({ query: { schemaName: 'ProspectID' } }),
		});
		expect(items).toHaveLength(60);
		expect(account.sandbox.stats.refused).toBe(0);
	});

	it('reports a path that LeadSquared does not have at its own items alone', async () => {
		await account.open();
		const [bad, good] = [
			'/LeadManagement.svc/Nothing.Get',
			'/LeadManagement.svc/LeadsMetaData.Get',
		];
		const { items } = await account.run({
			input: Array.from({ length: 120 }, (_, at) => ({ path: at % 40 === 5 ? bad : good })),
			parameters: call({ path: '={{ $json.path }}', query: { schemaName: 'ProspectID' } }),
			onError: 'continueRegularOutput',
		});
		expect(itemsOf(sorted(items).failed)).toEqual([5, 45, 85]);
	});

	it('says that LeadSquared does not have the call', async () => {
		await account.open();
		const path = '/LeadManagement.svc/Nothing.Get';
		const { items } = await account.run({
			input: [{}, {}],
			parameters: call({
				path: `={{ $itemIndex ? '${path}' : '/LeadManagement.svc/LeadsMetaData.Get' }}`,
			}),
			onError: 'continueRegularOutput',
		});
		expect(items[1].json.error).toMatch(/not available in your/);
	});
});
