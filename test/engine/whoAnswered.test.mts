import nock from 'nock';
import type { Faults } from '../../dev/sandbox/server.mts';
import { accountForEach, inputOf } from './account.mts';
import { loadOptions, runNode, testCredential } from './harness.mts';

const { account, run, keys, state } = accountForEach();
afterEach(() => nock.cleanAll());

let hosts = 0;
const freshHost = () => `never-seen-${++hosts}.leadsquared.com`;
const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const KEYS = { accessKey: 'u$rACCESSKEY', secretKey: 'SECRETKEY' };

/** A host that nobody knows, where every call ends the same way. */
function everyCall(reply: (call: nock.Interceptor) => nock.Scope) {
	const host = freshHost();
	const scope = nock(`https://${host}`).persist();
	reply(scope.get(/./));
	reply(scope.post(/./));
	return { customUrl: `https://${host}`, ...KEYS };
}

const PAGE = '<!doctype html><html><head><title>Log in</title></head><body>Log in</body></html>';
const NOBODY: Array<[string, (call: nock.Interceptor) => nock.Scope, string]> = [
	[
		'a name that does not exist',
		(call) =>
			call.replyWithError(
				Object.assign(new Error('getaddrinfo ENOTFOUND x'), { code: 'ENOTFOUND' }),
			),
		"cannot find LeadSquared's host",
	],
	[
		'a host that refuses connections',
		(call) =>
			call.replyWithError(
				Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:443'), { code: 'ECONNREFUSED' }),
			),
		'cannot connect to LeadSquared',
	],
	[
		'a proxy that wants a log-in',
		(call) => call.reply(407, PAGE),
		'A proxy between n8n and LeadSquared wants a log-in',
	],
	['pages only', (call) => call.reply(200, PAGE), 'no LeadSquared API at this host'],
	['a firewall', (call) => call.reply(403, PAGE), 'no LeadSquared API at this host'],
];

describe.each(NOBODY)('%s', (_, reply, words) => {
	it('is told within 20 seconds in a run, and no lead is blamed', async () => {
		const { error, elapsedMs } = await runNode({
			credentials: everyCall(reply),
			input: [{}],
			parameters: { leadIds: ID, columns: ['FirstName'] },
		});
		expect(error?.message).toContain(words);
		expect(error?.message).not.toContain(ID);
		expect(elapsedMs).toBeLessThan(20_000);
	});

	it('is told within 20 seconds in the list of columns', async () => {
		const before = state.time.now();
		await expect(loadOptions('getLeadColumns', { credentials: everyCall(reply) })).rejects.toThrow(
			words,
		);
		expect(state.time.now() - before).toBeLessThan(20_000);
	});

	it('is told at once by the test of the credential, without a word of runs', async () => {
		const result = await testCredential({ credentials: everyCall(reply) });
		expect(result.status).toBe('Error');
		expect(result.message).toContain(words);
		expect(result.message).not.toMatch(/workflow|Max Wait|Leads per/);
	});
});

it.each(['firewall-403', 'login-200', 'gzip-plain', 'gzip-cut'])(
	'among good answers it passes: %s',
	async (kind) => {
		const sandbox = await account({
			faults: { transient: { every: 3, kinds: [kind] } } as unknown as Partial<Faults>,
		});
		const { items, error } = await run({ input: inputOf(sandbox.ids(3000)) });
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3000);
	},
);

it.each(['gzip', 'deflate', 'br'])(
	'an answer in %s, in parts of one byte, is read',
	async (coding) => {
		const sandbox = await account({
			faults: { coding, partBytes: 1 } as unknown as Partial<Faults>,
		});
		const { items } = await run({ input: inputOf(sandbox.ids(2)) });
		expect(items.map(({ json }) => json.FirstName)).toEqual(
			sandbox.ids(2).map((id) => sandbox.lead(id)!.FirstName),
		);
	},
);

it('a host that has answered before is waited for', async () => {
	const sandbox = await account({ limit: null });
	await run({ input: inputOf(sandbox.ids(1)) });
	sandbox.reset();
	sandbox.faults.firstCallsFail = 8;
	sandbox.faults.outageKind = 'reset';
	const { items } = await run({ input: inputOf(sandbox.ids(1)) });
	expect(items).toHaveLength(1);
});

it('after the first failure under Stop, calls under way are closed at once', async () => {
	const sandbox = await account({ leads: 30_000, latencyMs: 300 });
	sandbox.faults.firstCallsFail = 1e6;
	sandbox.faults.outageKind = 'hang';
	const running = run({
		input: inputOf(sandbox.ids(5000)),
		parameters: { options: { maxWaitSeconds: 0 } },
	});
	const { error } = await running;
	expect(error?.message).toContain('was not available');
	expect(sandbox.hanging).toBe(0);
	expect(keys().accessKey).toMatch(/./);
});
