/** K1: nothing gets past On Error, and input is never passed on as if it were output. */
import type { INode, INodeExecutionData } from 'n8n-workflow';
import { LeadSquaredApi } from '../../credentials/LeadSquaredApi.credentials';
import type { SandboxOptions } from '../../dev/sandbox/server.mts';
import { getByIds, itemsOf, sorted, testAccount } from './account.mts';
import { CREDENTIAL_TYPE, LEAD_SQUARED, NODE_TYPE, START, type RunResult } from './harness.mts';

const account = testAccount();

const UNKNOWN = 'ffffffff-0000-4000-8000-000000000001';
/** In every input item; a lead has none. */
const MARK = 'of the input';
const THROWS = '$("No Such Node").item.json.id';
// n8n's words for it.
const NO_NODE = /Referenced node doesn't exist/;

type Options = Parameters<typeof account.run>[0];
type Mode = NonNullable<Options['onError']>;
const GO_ON: Mode[] = ['continueRegularOutput', 'continueErrorOutput'];

/** Three input items with a lead each. */
const threeItems = () =>
	account.sandbox.ids(3).map((id, row) => ({ id, row: row + 1, mark: MARK }));

const both = async (options: Options, mode: Mode) =>
	await account.run({ input: threeItems(), onError: mode, ...options });

/** The error messages, wherever that mode puts them. */
function failedOf({ items, errorItems }: RunResult, mode: Mode): INodeExecutionData[] {
	return mode === 'continueErrorOutput' ? errorItems : sorted(items).failed;
}

function expectNoInputAmong({ items }: RunResult) {
	expect(JSON.stringify(items)).not.toContain(MARK);
	for (const { json } of items) expect(json).not.toHaveProperty('row');
}

interface Row {
	what: string;
	account?: SandboxOptions;
	options: Options | (() => Options);
	/** Input items that fail; all three. */
	failed?: number[];
	error: RegExp;
	/** The number of calls; none. */
	calls?: number;
}

const inItem2 = (otherwise: string) => `={{ $json.row === 2 ? ${THROWS} : ${otherwise} }}`;
const badCredential = (thrown: unknown): Options => ({
	parameters: getByIds(),
	credentials: () => {
		throw thrown;
	},
});
const withoutAuthentication = (thrown: unknown): Options => {
	class Broken extends LeadSquaredApi {
		authenticate = async () => {
			throw thrown;
		};
	}
	return {
		parameters: getByIds({ options: { maxWaitSeconds: 0 } }),
		types: { credentials: { [CREDENTIAL_TYPE]: new Broken() } },
	};
};

const ROWS: Row[] = [
	{
		what: 'the expression in Lead IDs throws for one item',
		options: { parameters: getByIds({ leadIds: inItem2('$json.id') }) },
		failed: [1],
		error: NO_NODE,
		calls: 1,
	},
	{
		what: 'the expression in Lead IDs throws for every item',
		options: { parameters: getByIds({ leadIds: `={{ ${THROWS} }}` }) },
		error: NO_NODE,
	},
	{
		what: 'the expression in Columns throws for one item',
		options: { parameters: getByIds({ columns: inItem2('"FirstName"') }) },
		failed: [1],
		error: NO_NODE,
		calls: 1,
	},
	{
		what: 'the expression in Columns throws for every item',
		options: { parameters: getByIds({ columns: `={{ ${THROWS} }}` }) },
		error: NO_NODE,
	},
	{
		what: 'the expression in an option throws for one item',
		options: { parameters: getByIds({ options: { convertTypes: inItem2('false') } }) },
		failed: [1],
		error: NO_NODE,
		calls: 1,
	},
	{
		what: 'the expression in Additional Columns throws for one item',
		options: { parameters: getByIds({ options: { additionalColumns: inItem2('"Score"') } }) },
		failed: [1],
		error: NO_NODE,
		calls: 1,
	},
	{
		what: 'an expression in Operation throws',
		options: { parameters: getByIds({ operation: `={{ ${THROWS} }}` }) },
		// n8n takes it as text there.
		error: /does not have the operation/,
	},
	{
		what: 'an expression in Resource throws',
		options: { parameters: getByIds({ resource: `={{ ${THROWS} }}` }) },
		error: /does not have the resource/,
	},
	{
		what: 'an operation that this version does not have',
		options: { parameters: getByIds({ operation: 'getDuplicates' }) },
		error: /does not have the operation 'getDuplicates' of 'lead'/,
	},
	{
		what: 'a resource that this version does not have',
		options: { parameters: getByIds({ resource: 'product' }) },
		error: /does not have the resource 'product'/,
	},
	{
		what: 'an option that cannot be, in one item',
		options: {
			parameters: getByIds({ options: { notFound: '={{ $json.row === 2 ? "maybe" : "skip" }}' } }),
		},
		failed: [1],
		error: /'When a Lead Is Not Found' cannot be "maybe"/,
		calls: 1,
	},
	{
		what: 'no columns, in one item',
		options: { parameters: getByIds({ columns: '={{ $json.row === 2 ? [] : "FirstName" }}' }) },
		failed: [1],
		error: /'Column Names or IDs' is empty/,
		calls: 1,
	},
	{
		what: 'a sentence of nine words where ids should be',
		options: {
			parameters: getByIds({
				leadIds: '={{ $json.row === 2 ? "please get me all my leads of last week" : $json.id }}',
			}),
		},
		failed: [1],
		error: /contains 9 values that are not lead IDs: please, get, me, all, my and 4 more/,
		calls: 1,
	},
	{
		what: 'no item has a lead id',
		options: { parameters: getByIds({ leadIds: '={{ $json.leadId }}' }) },
		error: /no input item has a lead ID/,
	},
	{
		what: 'no credential is chosen',
		options: { parameters: getByIds(), withoutCredential: true },
		error: /credentials/,
	},
	{
		what: 'the credential was deleted',
		options: badCredential(
			new Error('Credential with ID "1" does not exist for type "leadSquaredApi".'),
		),
		error: /does not exist/,
	},
	{
		what: 'the credential cannot be decrypted',
		options: badCredential(new Error('Credentials could not be decrypted')),
		error: /could not be decrypted/,
	},
	{
		what: 'a credential helper throws a text',
		options: badCredential('vault is sealed'),
		error: /vault is sealed/,
	},
	{
		what: 'a credential helper throws nothing at all',
		options: badCredential(undefined),
		error: /gave no reason/,
	},
	{
		what: 'a credential helper throws an error without words',
		options: badCredential(new Error('')),
		error: /gave no reason/,
	},
	{
		what: 'an expression in the credential throws',
		options: { parameters: getByIds(), credentials: { accessKey: `={{ ${THROWS} }}` } },
		error: NO_NODE,
	},
	...['', 'http://api.leadsquared.com', 'https://', 'ftp://x', 'no host'].map((customUrl) => ({
		what: `the API host is "${customUrl}"`,
		options: { parameters: getByIds(), credentials: { customUrl } },
		error: /'API Host'/,
	})),
	{
		what: 'the access key is empty',
		options: { parameters: getByIds(), credentials: { accessKey: '' } },
		error: /'Access Key' is empty/,
	},
	{
		what: 'the keys are wrong',
		options: { parameters: getByIds(), credentials: { secretKey: 'wrong' } },
		error: /does not accept the keys/,
		calls: 1,
	},
	{
		what: 'the list of columns is not available, and every item needs it',
		account: { faults: { access: 'no-permission', accessOf: 'metadata' } },
		options: { parameters: getByIds({ columns: '*' }) },
		error: /lacks a permission/,
		calls: 1,
	},
	{
		what: 'the list of columns is not available, and one item needs it',
		account: { faults: { access: 'no-permission', accessOf: 'metadata' } },
		options: {
			parameters: getByIds({ options: { convertTypes: '={{ $json.row === 2 }}' } }),
		},
		failed: [1],
		error: /lacks a permission/,
		calls: 2,
	},
	{
		what: 'the list of columns is empty',
		account: { faults: { metadata: 'empty' } },
		options: { parameters: getByIds({ columns: '*' }) },
		error: /cannot see any lead columns/,
		calls: 1,
	},
	{
		what: 'a lead that is not found, as an error',
		options: {
			parameters: getByIds({
				leadIds: `={{ $json.row === 2 ? "${UNKNOWN}" : $json.id }}`,
				options: { notFound: 'error' },
			}),
		},
		failed: [1],
		error: /no lead with the ID/,
		calls: 2,
	},
	{
		what: 'the same id fails in two items',
		options: {
			parameters: getByIds({
				leadIds: `={{ $json.row === 2 ? $json.id : "${UNKNOWN}" }}`,
				options: { notFound: 'error' },
			}),
		},
		failed: [0, 2],
		error: /no lead with the ID/,
		calls: 2,
	},
	{
		what: "the day's calls are used up",
		account: { faults: { dailyQuota: 0 } },
		options: { parameters: getByIds() },
		error: /for the day are used up/,
		calls: 1,
	},
	{
		what: "n8n's helper throws what is no fault of the network",
		options: () => withoutAuthentication(new TypeError("Cannot read properties of 'x'")),
		error: /did not make the call.*n8n says: "Cannot read properties/,
		calls: 0,
	},
];

describe.each(GO_ON)('%s: each failed input item is an error item, linked to it', (mode) => {
	it.each(ROWS.map((row) => [row.what, row] as const))('%s', async (_, row) => {
		await account.open(row.account);
		const options = typeof row.options === 'function' ? row.options() : row.options;
		const result = await both(options, mode);
		const { failed = [0, 1, 2], error, calls = 0 } = row;
		expect(result.error).toBeUndefined();
		expectNoInputAmong(result);
		const failures = failedOf(result, mode);
		expect(itemsOf(failures)).toEqual(failed);
		for (const { json } of failures) {
			expect(`${String(json.error)} ${String(json.message)}`).toMatch(error);
			expect(json.mark).toBe(mode === 'continueErrorOutput' ? MARK : undefined);
		}
		const others = [0, 1, 2].filter((item) => !failed.includes(item));
		expect(itemsOf(sorted(result.items).good)).toEqual(others);
		expect(account.sandbox.stats.calls).toBe(calls);
	});
});

describe('stop: the execution ends with an error of n8n, and nothing comes out', () => {
	it.each(ROWS.map((row) => [row.what, row] as const))('%s', async (_, row) => {
		await account.open(row.account);
		const options = typeof row.options === 'function' ? row.options() : row.options;
		const result = await account.run({ input: threeItems(), ...options });
		expect(result.error).toMatchObject({ name: expect.stringMatching(/Error$/) });
		expect(`${result.error?.message} ${result.error?.description}`).toMatch(row.error);
		expect([result.items, result.errorItems]).toEqual([[], []]);
	});
});

describe.each(GO_ON)('%s: what else belongs to it', (mode) => {
	const stuck = (outageKind: 'hang' | 'stall' | '503') => ({
		faults: { firstCallsFail: 1e6, outageKind },
	});
	const limited = { limit: { calls: 1, seconds: 600 } };
	it.each<[string, SandboxOptions, object, number]>([
		['while it waits for the limit', {}, { rateLimitCalls: 1, rateLimitSeconds: 600 }, 4000],
		['while its calls are refused', limited, {}, 4000],
		['in a call that hangs', stuck('hang'), {}, 2000],
		['in an answer that stalls', stuck('stall'), {}, 2000],
		['in a pause between tries', stuck('503'), {}, 5000],
		['before its first call', { latencyMs: 0 }, {}, 0],
	])('a cancel %s ends the execution as cancelled', async (_, options, changes, cancelAfterMs) => {
		await account.open(options);
		for (const columns of [['FirstName'], '*']) {
			const { run, elapsedMs, ranBehind } = await withNodesBehind({
				input: account.sandbox.ids(3000).map((id) => ({ id })),
				parameters: getByIds({ columns, options: { leadsPerRequest: 100 } }),
				credentials: account.credentials(changes),
				onError: mode,
				cancelAfterMs,
			});
			expect(run.status).toBe('canceled');
			expect(elapsedMs).toBeLessThanOrEqual(cancelAfterMs + 1000);
			expect(ranBehind).toEqual([]);
		}
	});

	it('a cancel after an id has failed ends as cancelled: 150 of 200 are no result', async () => {
		await account.open({ faults: { poisonEvery: 10 }, latencyMs: 1000 });
		const { run, ranBehind } = await withNodesBehind({
			input: account.sandbox.ids(200).map((id) => ({ id })),
			parameters: getByIds({ options: { leadsPerRequest: 5 } }),
			credentials: account.credentials({ rateLimitCalls: 5, rateLimitSeconds: 5 }),
			onError: mode,
			cancelAfterMs: 31_000,
		});
		expect(run.status).toBe('canceled');
		expect(account.sandbox.stats.calls).toBeGreaterThan(20);
		expect(ranBehind).toEqual([]);
	});

	it("an error that n8n's helper throws after some leads applies to the rest", async () => {
		await account.open();
		let calls = 0;
		const { authenticate } = new LeadSquaredApi();
		class Breaking extends LeadSquaredApi {
			authenticate = async (
				...given: Parameters<LeadSquaredApi['authenticate']>
			): ReturnType<LeadSquaredApi['authenticate']> => {
				if (++calls > 2) throw new TypeError('out of order');
				return await authenticate(...given);
			};
		}
		const result = await account.run({
			input: account.sandbox.ids(300).map((id, row) => ({ id, row, mark: MARK })),
			parameters: getByIds({ options: { leadsPerRequest: 100 } }),
			types: { credentials: { [CREDENTIAL_TYPE]: new Breaking() } },
			onError: mode,
		});
		const failures = failedOf(result, mode);
		expectNoInputAmong(result);
		expect(failures).toHaveLength(100);
		expect(sorted(result.items).good).toHaveLength(200);
		expect(failures[0].json.error).toBe('n8n did not make the call to LeadSquared');
	});

	it('an item whose expression returns nothing is reported as one without a lead ID', async () => {
		await account.open();
		const fails = '(() => { throw new Error("by hand") })()';
		const result = await both(
			{ parameters: getByIds({ leadIds: `={{ $json.row === 2 ? ${fails} : $json.id }}` }) },
			mode,
		);
		expect(itemsOf(result.items)).toEqual([0, 2]);
		expect(result.hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('1 input item has no lead ID and was skipped: item 1'),
		]);
	});

	it('Retry On Fail does not run the node again for the error of one item', async () => {
		await account.open();
		const result = await both(
			{
				parameters: getByIds({ leadIds: '={{ $json.row === 1 ? "nonsense" : $json.id }}' }),
				retryOnFail: true,
				maxTries: 3,
			},
			mode,
		);
		expect(itemsOf(failedOf(result, mode))).toEqual([0]);
		expect(itemsOf(sorted(result.items).good)).toEqual([1, 2]);
		expect(account.sandbox.stats.calls).toBe(1);
	});

	it('Execute Once makes one error item of the one input item', async () => {
		await account.open();
		const result = await both(
			{ parameters: getByIds({ leadIds: 'nonsense' }), executeOnce: true },
			mode,
		);
		expect(itemsOf(failedOf(result, mode))).toEqual([0]);
		expectNoInputAmong(result);
	});

	it('every kind of fault at the same time: each item has its own', async () => {
		const { sandbox } = { sandbox: await account.open({ faults: { poisonEvery: 7 } }) };
		const ids = sandbox.ids(7);
		const input = [
			{ id: ids[0] },
			{ id: 'nonsense' },
			{ id: ids[6] },
			{ id: UNKNOWN },
			{ id: ids[1], columns: [] },
			{ id: ids[2], notFound: 'maybe' },
			{ id: ids[3], columns: '*' },
			{ id: [ids[4], ids[6], 'x'] },
			{ id: ids[6] },
		].map((item, row) => ({ columns: 'FirstName', notFound: 'error', row, mark: MARK, ...item }));
		sandbox.faults.access = 'no-permission';
		sandbox.faults.accessOf = 'metadata';
		const result = await account.run({
			input,
			parameters: getByIds({
				columns: '={{ $json.columns }}',
				options: { notFound: '={{ $json.notFound }}' },
			}),
			onError: mode,
		});
		expectNoInputAmong(result);
		expect(itemsOf(sorted(result.items).good)).toEqual([0, 7]);
		const reported = failedOf(result, mode).map(({ json, pairedItem }) => [
			(pairedItem as { item: number }).item,
			String(json.error),
		]);
		expect(reported).toEqual([
			[1, expect.stringContaining('not a lead ID: nonsense')],
			[2, expect.stringContaining(`does not accept the lead ID ${ids[6]}`)],
			[3, expect.stringContaining(`no lead with the ID ${UNKNOWN}`)],
			[4, expect.stringContaining('is empty')],
			[5, expect.stringContaining('cannot be "maybe"')],
			[6, expect.stringContaining('lacks a permission')],
			[7, expect.stringContaining('not a lead ID: x')],
			[7, expect.stringContaining(`does not accept the lead ID ${ids[6]}`)],
			[8, expect.stringContaining(`does not accept the lead ID ${ids[6]}`)],
		]);
	});
});

it('a node that an old n8n saved with Continue On Fail continues too', async () => {
	await account.open();
	const { items } = await withNodesBehind({
		input: threeItems(),
		parameters: getByIds({ leadIds: inItem2('$json.id') }),
		continueOnFail: true,
	});
	const came = items(LEAD_SQUARED);
	expect(itemsOf(sorted(came).good)).toEqual([0, 2]);
	expect(itemsOf(sorted(came).failed)).toEqual([1]);
	expect(JSON.stringify(came)).not.toContain(MARK);
});

/** The node with another behind each of its outputs, and which of these ran. */
async function withNodesBehind({
	parameters,
	onError,
	continueOnFail,
	...options
}: {
	parameters: INode['parameters'];
	onError?: Mode;
	continueOnFail?: boolean;
	input: object[];
	credentials?: object;
	cancelAfterMs?: number;
}) {
	const [good, bad] = ['Behind', 'Behind the Errors'];
	const to = (node: string) => [{ node, type: 'main' as const, index: 0 }];
	const result = await account.runWorkflow(
		{
			nodes: [
				{ name: START, type: 'n8n-nodes-base.manualTrigger' },
				{
					name: LEAD_SQUARED,
					type: NODE_TYPE,
					parameters,
					credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'LeadSquared account' } },
					...{ onError, continueOnFail },
				},
				...[good, bad].map((name) => ({ name, type: 'n8n-nodes-base.noOp' })),
			],
			connections: {
				[START]: { main: [to(LEAD_SQUARED)] },
				[LEAD_SQUARED]: { main: [to(good), to(bad)] },
			},
		},
		options,
	);
	const { runData } = result.run.data.resultData;
	return { ...result, ranBehind: [good, bad].filter((name) => runData[name]) };
}
