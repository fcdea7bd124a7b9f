/** K5: who answered, in words that fit, and within seconds where it never was LeadSquared. */
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import nock from 'nock';
import type { Faults } from '../../dev/sandbox/server.mts';
import { getByIds, itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
// With a label, a run asks for the account's columns before it asks for leads.
const PLACES = ['run', 'run with a label', 'picker'] as const;
type Place = (typeof PLACES)[number];

type AnyServer = ReturnType<typeof createTcpServer>;
const ends: Array<() => void> = [];
afterEach(() => {
	for (const end of ends.splice(0)) end();
	nock.cleanAll();
	nock.restore();
	jest.restoreAllMocks();
});
// In force it stands between all sockets, and virtual time does not see what comes through.
nock.restore();

/** The message there, and the time until it comes; no words if all is well. */
async function ask(place: Place, changes: Record<string, string> = {}, parameters: object = {}) {
	const began = account.time.now();
	const took = () => account.time.now() - began;
	const said = (error?: { message: string; description?: string | null }) =>
		error ? `${error.message} ${error.description ?? ''}` : undefined;
	if (place === 'picker') {
		const words = await account.time.run(account.picker(changes).then(() => undefined, said));
		return { words, tookMs: took() };
	}
	const { error } = await account.run({
		input: account.sandbox.ids(10).map((id) => ({ id })),
		parameters: getByIds(place === 'run' ? parameters : { ...parameters, columns: ['First Name'] }),
		credentials: changes,
	});
	return { words: said(error as Error | undefined), tookMs: took() };
}

const OF_RUNS = /Max Wait|Leads per Request|lead ID|leads were fetched/;

/** A host of its own, which no call has been made to. */
async function hostOf(server: AnyServer): Promise<string> {
	server.on('connection', (socket) => ends.push(() => socket.destroy()));
	ends.push(() => server.close());
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A host of its own that refuses connections. Its account, too, is new: virtual time starts over. */
async function refusing(): Promise<string> {
	const server = createTcpServer();
	const host = await hostOf(server);
	server.close();
	return host;
}

let hosts = 0;
/** Code and words of Node's errors, in place of the network, at a host of its own. */
function networkThat(code: string, message: string): string {
	nock.activate();
	const host = `https://api-in2${hosts++}.test`;
	nock(host)
		.persist()
		.intercept(/.*/, 'POST')
		.replyWithError(Object.assign(new Error(message), { code }));
	nock(host)
		.persist()
		.intercept(/.*/, 'GET')
		.replyWithError(Object.assign(new Error(message), { code }));
	return host;
}

interface Stranger {
	/** Sets it up, and gives the API host to enter. */
	host: () => Promise<string> | string;
	words: RegExp;
}

const between = (kind: Faults['between'], words: RegExp): Stranger => ({
	host: () => {
		account.sandbox.faults.between = kind;
		return account.newHost();
	},
	words,
});

const STRANGERS: Record<string, Stranger> = {
	'a name that does not exist': {
		host: () => networkThat('ENOTFOUND', 'getaddrinfo ENOTFOUND api-in2l.leadsquared.com'),
		words: /^n8n cannot find LeadSquared's host.*typos/s,
	},
	'a name server that does not answer': {
		host: () => networkThat('EAI_AGAIN', 'getaddrinfo EAI_AGAIN api-in21.leadsquared.com'),
		words: /^n8n cannot find LeadSquared's host/,
	},
	'a host that refuses connections': {
		host: refusing,
		words: /^n8n cannot connect to LeadSquared.*ECONNREFUSED/s,
	},
	'a host that cannot be reached': {
		host: () => networkThat('EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1:443'),
		words: /^n8n cannot connect to LeadSquared.*EHOSTUNREACH/s,
	},
	'a connection that is not made in time': {
		host: () => networkThat('ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:443'),
		words: /^n8n cannot connect to LeadSquared.*ETIMEDOUT/s,
	},
	'a host that ends every connection': {
		host: async () => await hostOf(createTcpServer((socket) => socket.destroy())),
		words: /^n8n cannot connect to LeadSquared/,
	},
	'a host that does not speak HTTP': {
		host: async () =>
			await hostOf(createTcpServer((socket) => void socket.resume().end('220 mail ready\r\n'))),
		words: /^n8n cannot connect to LeadSquared/,
	},
	'a self-signed certificate': {
		host: () => networkThat('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate'),
		words: /^n8n does not trust the host's certificate/,
	},
	'a host without https': {
		host: () => networkThat('EPROTO', 'write EPROTO: wrong version number'),
		words: /^The host does not support HTTPS/,
	},
	'a host that takes connections and stays silent': {
		host: async () => await hostOf(createTcpServer(() => {})),
		words: /^n8n cannot connect to LeadSquared/,
	},
	'a body that drips': {
		host: async () =>
			await hostOf(
				createServer((_request, response) => {
					response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
					response.write('[');
					const drip = setInterval(() => response.write(' '), 5000);
					response.once('close', () => clearInterval(drip));
				}),
			),
		words: /^n8n cannot connect to LeadSquared/,
	},
	'a proxy that requires a login': between(
		'proxy-407',
		/^A proxy between n8n and LeadSquared requires a login/,
	),
	"a firewall's 403": between(
		'firewall-403',
		/^There is no LeadSquared API at this host.*Request Rejected.*firewall/s,
	),
	"a firewall's page": between(
		'firewall-200',
		/^There is no LeadSquared API at this host.*firewall/s,
	),
	'a login page': between(
		'login-200',
		/^There is no LeadSquared API at this host.*Sign in.*login page/s,
	),
	'a redirect to a login page': between('login-302', /^There is no LeadSquared API at this host/),
	'pages only': between('html-200', /^There is no LeadSquared API at this host/),
	'gzip over plain text, always': between('gzip-plain', /^n8n cannot connect to LeadSquared/),
};

describe.each(Object.entries(STRANGERS))('%s', (_, { host, words: expected }) => {
	it.each(PLACES)(
		'%s: is reported within 20 seconds, and never as the fault of a lead',
		async (place) => {
			await account.open();
			// The longest pauses that chance may give.
			jest.spyOn(Math, 'random').mockReturnValue(0.99);
			const { words, tookMs } = await ask(place, { customUrl: await host() });
			expect(words).toMatch(expected);
			expect(tookMs).toBeLessThan(20_000);
			if (!place.startsWith('run')) expect(words).not.toMatch(OF_RUNS);
			expect(words).not.toMatch(/lead ID|Leads per Request|Max Wait|did not answer properly/);
			for (const key of [account.sandbox.accessKey, account.sandbox.secretKey]) {
				expect(words).not.toContain(key);
			}
		},
	);

	it("does not pass the credential's test", async () => {
		await account.open();
		const { status, message } = await account.test({ customUrl: await host() });
		expect(status).toBe('Error');
		for (const key of [account.sandbox.accessKey, account.sandbox.secretKey]) {
			expect(message).not.toContain(key);
		}
	});
});

describe('a run at a host that has never answered', () => {
	const failing = async (
		options: object,
		parameters: object,
		changes: Record<string, string> = {},
	) =>
		await account.run({
			input: account.sandbox.ids(3000).map((id) => ({ id })),
			parameters: getByIds(parameters),
			credentials: changes,
			...options,
		});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'is reported at each input item: %s',
		async (onError) => {
			await account.open();
			const result = await failing({ onError }, {}, { customUrl: await refusing() });
			const failed = onError === 'continueErrorOutput' ? result.errorItems : result.items;
			expect(itemsOf(failed)).toHaveLength(3000);
			expect(new Set(failed.map(({ json }) => json.error))).toEqual(
				new Set(['n8n cannot connect to LeadSquared']),
			);
			expect(result.elapsedMs).toBeLessThan(20_000);
		},
	);

	it.each([0, 1, 300, 86_400])('is reported whatever Max Wait is: %i s', async (maxWaitSeconds) => {
		await account.open();
		const parameters = { options: { maxWaitSeconds } };
		const { error, elapsedMs } = await failing({}, parameters, { customUrl: await refusing() });
		expect(error?.message).toBe('n8n cannot connect to LeadSquared');
		expect(`${error?.message} ${error?.description}`).not.toMatch(/Leads per Request|lead ID/);
		expect(elapsedMs).toBeLessThan(20_000);
	});

	it('is reported even if hanging calls hold every slot', async () => {
		await account.open();
		const silent = await hostOf(createTcpServer(() => {}));
		const parameters = { options: { leadsPerRequest: 10 } };
		const { error, elapsedMs } = await failing({}, parameters, { customUrl: silent });
		expect(error?.message).toBe('n8n cannot connect to LeadSquared');
		expect(elapsedMs).toBeLessThan(20_000);
	});

	it.each(['reset', 'hangup'] as const)(
		'ends no run where ids in each of the first calls are at fault: %s',
		async (poisonForm) => {
			const { idAt } = await account.open({ leads: 3000, faults: { poisonForm } });
			account.sandbox.faults.poisonIds = [5, 1500, 2900].map(idAt);
			const result = await failing(
				{ onError: 'continueRegularOutput' },
				{
					options: { maxWaitSeconds: 300 },
				},
			);
			const { failed, good } = sorted(result.items);
			expect(itemsOf(failed)).toEqual([5, 1500, 2900]);
			expect(good).toHaveLength(2997);
		},
	);

	it.each(['ECONNRESET', 'html-200', '503', 'firewall-403', 'gzip-plain', 'login-302'] as const)(
		'goes on where only its first calls meet another server: %s',
		async (kind) => {
			const trouble = kind === 'ECONNRESET' ? 'reset' : kind;
			await account.open({ faults: { firstCallsFail: 2, outageKind: trouble } });
			const { items, error, elapsedMs } = await failing({}, {});
			// A redirect is no accident.
			if (kind === 'login-302')
				expect(error?.message).toBe('There is no LeadSquared API at this host');
			else expect(items).toHaveLength(3000);
			expect(elapsedMs).toBeLessThan(20_000);
		},
	);
});

describe('a host that has answered before', () => {
	it.each([
		'reset',
		'html-200',
		'firewall-403',
		'firewall-200',
		'login-200',
		'gzip-plain',
		'503',
	] as const)('is waited for through two minutes of %s', async (outageKind) => {
		const { sandbox } = { sandbox: await account.open() };
		expect((await ask('run')).words).toBeUndefined();
		sandbox.faults.outageKind = outageKind;
		sandbox.faults.outageUntil = account.time.now() + 120_000;
		const { items, error, elapsedMs } = await account.run({
			input: sandbox.ids(3000).map((id) => ({ id })),
			parameters: getByIds(),
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3000);
		expect(elapsedMs).toBeGreaterThan(120_000);
		expect(elapsedMs).toBeLessThan(160_000);
	});

	it.each([
		['reset', /^LeadSquared was not available.*Max Wait/s],
		['firewall-200', /^Something other than LeadSquared answered.*firewall/s],
		['login-200', /^Something other than LeadSquared answered.*login page/s],
	] as const)(
		'and then never again: %s, reported once Max Wait is over',
		async (between, words) => {
			const sandbox = await account.open();
			expect((await ask('run')).words).toBeUndefined();
			sandbox.faults.between = between;
			const { words: said, tookMs } = await ask('run', {}, { options: { maxWaitSeconds: 60 } });
			expect(said).toMatch(words);
			expect(said).not.toMatch(/lead ID [0-9a-f]{8}/);
			expect(tookMs).toBeGreaterThan(60_000);
			expect(tookMs).toBeLessThan(65_000);
		},
	);

	it.each([
		'html-200',
		'firewall-403',
		'firewall-200',
		'firewall-503',
		'login-200',
		'gzip-plain',
		'gzip-cut',
		'drip',
	] as const)('a passing %s among good answers costs nothing', async (kind) => {
		const sandbox = await account.open({
			faults: { transient: { every: 3, kinds: [kind] }, dripMs: 50_000 },
		});
		const { items, error } = await account.run({
			input: sandbox.ids(3000).map((id) => ({ id })),
			parameters: getByIds(),
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(3000);
	});

	it('may turn into a proxy that requires a login: reported at once', async () => {
		const sandbox = await account.open();
		expect((await ask('run')).words).toBeUndefined();
		sandbox.faults.between = 'proxy-407';
		const { words, tookMs } = await ask('run');
		expect(words).toMatch(/^A proxy between n8n and LeadSquared requires a login/);
		expect(tookMs).toBeLessThan(2000);
	});
});

describe.each([
	'Z_DATA_ERROR',
	'Z_BUF_ERROR',
	'HPE_INVALID_CONSTANT',
	'ERR__ERROR_FORMAT_PADDING_1',
	'ECONNRESET',
	'EPIPE',
])('%s', (code) => {
	it('is retried', async () => {
		await account.open();
		const id = account.sandbox.idAt(0);
		nock.activate();
		const host = 'https://api-once.test';
		nock(host)
			.post(/.*/)
			.replyWithError(Object.assign(new Error('incorrect'), { code }));
		nock(host)
			.post(/.*/)
			.reply(200, { RecordCount: 1, Leads: [{ ProspectID: id, FirstName: 'Paul' }] });
		const { items } = await account.run({
			input: [{ id }],
			parameters: getByIds(),
			credentials: { customUrl: host },
		});
		expect(items.map(({ json }) => json)).toEqual([{ ProspectID: id, FirstName: 'Paul' }]);
	});
});

describe('a call in flight when a run ends', () => {
	it('is closed at once after the first failure', async () => {
		const sandbox = await account.open({ faults: { heavy: { above: 50, how: 'stall' } } });
		Object.assign(sandbox.faults, { poisonIds: [sandbox.idAt(0)] });
		const { error } = await account.run({
			input: [{ id: [sandbox.idAt(0)] }, { id: sandbox.ids(100, 5), columns: 'LastName' }],
			parameters: getByIds({ columns: '={{ $json.columns ?? "FirstName" }}' }),
		});
		expect(error?.message).toContain(sandbox.idAt(0));
		await account.time.run(account.time.clock.sleep(100));
		expect(sandbox.hanging).toBe(0);
		expect(account.time.timers()).toBe(0);
	});
});
