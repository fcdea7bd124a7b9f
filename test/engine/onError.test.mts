import { accountForEach, inputOf, itemOf, unknownId } from './account.mts';
import type { RunOptions } from './harness.mts';

const { account, run, state } = accountForEach();
const GO_ON = ['continueRegularOutput', 'continueErrorOutput'] as const;
const THROWS = "={{ $json.ok ? $json.value : $('Nowhere').item.json.x }}";

type Outcome = Awaited<ReturnType<typeof run>>;
const split = ({ items, errorItems }: Outcome) => ({
	good: items.filter(({ json }) => !json.error),
	bad: [...items.filter(({ json }) => json.error), ...errorItems],
});

describe.each(GO_ON)('nothing gets past On Error: %s', (onError) => {
	it.each<[string, (id: string) => RunOptions['parameters'], unknown]>([
		['Lead IDs', () => ({ leadIds: THROWS }), undefined],
		['Column Names or IDs', (id) => ({ leadIds: id, columns: THROWS }), ['FirstName']],
		['an option', (id) => ({ leadIds: id, options: { notFound: THROWS } }), 'skip'],
	])('an expression that throws for one item costs that item: %s', async (_, parameters, value) => {
		const sandbox = await account();
		const id = sandbox.idAt(0);
		const input = [true, false, true].map((ok) => ({ ok, value: value ?? id }));
		const { good, bad } = split(await run({ input, parameters: parameters(id), onError }));
		expect(good.map((item) => [itemOf(item), item.json.ProspectID])).toEqual([
			[0, id],
			[2, id],
		]);
		expect(bad.map(itemOf)).toEqual([1]);
	});

	it.each<[string, Partial<RunOptions>]>([
		['every expression throws', { parameters: { leadIds: "={{ $('Nowhere').item.json.x }}" } }],
		['there is no credential', { withoutCredential: true }],
		['the host cannot be used', { credentials: { customUrl: 'http://api.leadsquared.com' } }],
		['a key is empty', { credentials: { accessKey: '' } }],
		['the keys are wrong', { credentials: { secretKey: 'wrong' } }],
		['no item has a lead ID', { parameters: { leadIds: '={{ $json.nothing }}' } }],
		['an option cannot be read', { parameters: { options: { notFound: 'maybe' } } }],
		[
			'all columns are wanted, and the keys are wrong',
			{ credentials: { secretKey: 'x' }, parameters: { columns: ['*'] } },
		],
	])(
		'where %s, each input item is an error item, and none comes out as it went in',
		async (_, more) => {
			const sandbox = await account();
			const outcome = await run({ input: inputOf(sandbox.ids(3)), onError, ...more });
			const { good, bad } = split(outcome);
			expect(good).toEqual([]);
			expect(bad.map(itemOf)).toEqual([0, 1, 2]);
			for (const { json } of bad) expect(json.error).toEqual(expect.stringMatching(/./));
		},
	);

	it('a sentence of nine words is one error item, which names the first few', async () => {
		await account();
		const { bad } = split(
			await run({ input: inputOf(['one two three four five six seven eight nine']), onError }),
		);
		expect(bad).toHaveLength(1);
		expect(bad[0].json.error).toContain('one, two, three, four, five and 4 more');
	});

	it('a cancelled execution ends as cancelled, though an id has failed', async () => {
		const sandbox = await account({ faults: { poisonIds: [] } });
		sandbox.faults.poisonIds = [sandbox.idAt(1)];
		const { run: execution } = await run({
			input: inputOf(sandbox.ids(3000)),
			parameters: { options: { leadsPerRequest: 20 } },
			onError,
			cancelAfterMs: 8000,
		});
		expect(execution.status).toBe('canceled');
	});
});

describe('what is blank', () => {
	const BLANK = [null, undefined, '', ' ', 'N/A', '#N/A', 'undefined', 'NULL', '-', [], {}];

	it('counts as not found: the others come, and a hint says how many were blank', async () => {
		const sandbox = await account();
		const [a, b] = sandbox.ids(2);
		const { items, hints, error } = await run({ input: inputOf([a, ...BLANK, b]) });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.ProspectID)).toEqual([a, b]);
		expect(hints.map(({ message }) => message).join()).toContain(
			`${BLANK.length} input items have no lead ID and were skipped: item 1, item 2`,
		);
	});

	it.each([
		['include', 3, 0],
		['error', 1, 2],
	])('is what the option says: %s', async (notFound, items, errors) => {
		const sandbox = await account();
		const outcome = await run({
			input: inputOf([null, sandbox.idAt(0), unknownId(1)]),
			parameters: { options: { notFound } },
			onError: 'continueErrorOutput',
		});
		expect([outcome.items.length, outcome.errorItems.length]).toEqual([items, errors]);
		if (notFound === 'include') {
			expect(outcome.items.map(({ json }) => json)).toEqual([
				{ ProspectID: null, found: false, FirstName: null, Score: null },
				expect.objectContaining({ ProspectID: sandbox.idAt(0), found: true }),
				{ ProspectID: unknownId(1), found: false, FirstName: null, Score: null },
			]);
		}
	});

	it.each([[[]], [[null, '', 'N/A']]])('everywhere is an error: %j', async (ids) => {
		const sandbox = await account();
		const { error } = await run({ input: ids.length > 0 ? inputOf(ids) : [{ ProspectID: [] }] });
		expect(error?.message).toContain('no input item has a lead ID');
		expect(sandbox.stats.calls).toBe(0);
	});
});

describe('options by expression', () => {
	it.each([
		['notFound', 'maybe'],
		['fieldNames', 'Display'],
		['leadsPerRequest', '1,000'],
		['leadsPerRequest', 'many'],
		['maxWaitSeconds', '5 min'],
	])('%s cannot be %s: an error that names the option, before any call', async (name, value) => {
		const sandbox = await account();
		const { error } = await run({
			input: [{ ProspectID: sandbox.idAt(0), value }],
			parameters: { options: { [name]: '={{ $json.value }}' } },
		});
		expect(error?.message).toContain(`cannot be "${value}"`);
		expect(sandbox.stats.calls).toBe(0);
	});

	it.each(['false', '0', 'no', 'false\n'])(
		'convertTypes given as the text %j is off',
		async (value) => {
			const sandbox = await account();
			const { items } = await run({
				input: [{ ProspectID: sandbox.idAt(0), value }],
				parameters: { options: { convertTypes: '={{ $json.value }}' } },
			});
			expect(typeof items[0].json.Score).toBe('string');
		},
	);

	it('maxWaitSeconds that gives null is the default; 0 means no second try, and no other time-out', async () => {
		const sandbox = await account({ faults: { firstCallsFail: 1, outageKind: '503' } });
		const parameters = { options: { maxWaitSeconds: '={{ $json.wait }}' } };
		const input = [{ ProspectID: sandbox.idAt(0), wait: null as number | null }];
		expect((await run({ input, parameters })).items).toHaveLength(1);
		sandbox.reset();
		input[0].wait = 0;
		expect((await run({ input, parameters })).error?.message).toContain('was not available');
		expect(sandbox.stats.calls).toBe(1);
		await sandbox.close();
		const slow = await account({ latencyMs: 3000 });
		expect(
			(await run({ input: [{ ProspectID: slow.idAt(0), wait: 0 }], parameters })).items,
		).toHaveLength(1);
	});
});

it('an operation of a newer version is an error in words', async () => {
	await account();
	const { error } = await run({ parameters: { operation: 'dance' }, input: [{}] });
	expect(error?.message).toContain("does not have the operation 'dance'");
	expect(state.sandbox.stats.calls).toBe(0);
});
