import { Readable } from 'node:stream';
import {
	type Client,
	type ClientOptions,
	type Context,
	createClient,
	type Progress,
} from '../../../nodes/LeadSquared/transport/client';
import { isRow } from '../../../nodes/LeadSquared/api/rows';
import type { AccountUse } from '../../../nodes/LeadSquared/transport/limiter/accounts';
import type { Failed } from '../../../nodes/LeadSquared/transport/outcome';
import { callWithRetry } from '../../../nodes/LeadSquared/transport/retry';

const CREDENTIALS = { region: 'custom', accessKey: 'u$rACCESSKEY', secretKey: 'SECRETKEY' };
const REQUEST = { method: 'GET' as const, path: '/Some.svc/Thing.Get' };

interface Answer {
	status: number;
	body: object | string;
	headers?: object;
}
/** The result of a call after `ms`: an answer, an error of the network, or nothing at all. */
type Reply = Answer | Error | 'silence';

let hosts = 0;
const newHost = () => `https://host-${++hosts}.example/v2`;

beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => jest.useRealTimers());

/** Lets time pass until the promise has settled. */
async function virtually<T>(promise: Promise<T>): Promise<T> {
	let isSettled = false;
	const settle = () => (isSettled = true);
	promise.then(settle, settle);
	for (;;) {
		// A few turns of the event loop, for streams.
		for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
		if (isSettled) return await promise;
		await jest.advanceTimersToNextTimerAsync();
	}
}

/** A client of an account without a limit. Calls get these replies in turn, the last one for ever. */
function clientWith(
	{ url = newHost(), ms = 0, ...options }: Partial<ClientOptions> & { url?: string; ms?: number },
	...replies: Reply[]
) {
	const events: string[] = [];
	const stopping = new AbortController();
	const account = {
		callsAtOnce: 25,
		slot: async ({ kind }: { kind: string }) => {
			events.push(`slot ${kind}`);
			const note = (event: string) => () => void events.push(event);
			return {
				onSent: note('onSent'),
				onFirstByte: note('onFirstByte'),
				onSuccess: note('onSuccess'),
				onError: note('onError'),
				onRefused: note('onRefused'),
			};
		},
	} as unknown as AccountUse;
	const sent: string[] = [];
	const connections: AbortSignal[] = [];
	const reply = async (): Promise<Answer> => {
		const next = replies[Math.min(sent.length, replies.length) - 1];
		if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
		if (next === 'silence') return await new Promise(() => {});
		if (next instanceof Error) throw next;
		return next;
	};
	const context = {
		helpers: {
			httpRequestWithAuthentication: async (_: string, { body, agentOptions }: Sent) => {
				// As n8n does: it looks the credential up before it writes the request.
				await Promise.resolve();
				sent.push(JSON.stringify(body));
				connections.push(agentOptions.signal);
				const answer = await reply();
				const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
				return {
					statusCode: answer.status,
					headers: answer.headers ?? {},
					body: Readable.from([Buffer.from(text)], { objectMode: false }),
				};
			},
		},
	} as unknown as Context;
	const all = { maxWaitMs: 0, ...options };
	const client = createClient(context, CREDENTIALS, url, account, stopping, all);
	return { client, url, events, stopping, sent, connections, calls: () => sent.length };
}

interface Sent {
	body?: object;
	agentOptions: { signal: AbortSignal };
}

const clientThat = (...replies: Reply[]) => clientWith({}, ...replies);

const read = (body: unknown) => body as object;
const GOOD: Answer = { status: 200, body: { fine: true } };
const REFUSED: Answer = {
	status: 429,
	body: { Status: 'Error', ExceptionMessage: 'API calls exceeded the limit of 25 in 5 second(s)' },
};

it('a call takes a slot of its kind, and says when it was reached and answered', async () => {
	const { client, events } = clientThat(GOOD);
	const starts = () => void events.push('start');
	expect(await virtually(client.call(REQUEST, read, starts))).toEqual({
		kind: 'ok',
		value: { fine: true },
		cost: { ms: expect.any(Number), characters: '{"fine":true}'.length },
	});
	expect(events).toEqual(['slot /Some.svc/Thing.Get 0', 'start', 'onFirstByte', 'onSuccess']);
});

it('a call with a body leaves when n8n writes it', async () => {
	const { client, events, sent } = clientThat(GOOD);
	await virtually(client.call({ ...REQUEST, method: 'POST', body: { ids: ['a'] } }, read));
	expect(events.slice(1)).toEqual(['onSent', 'onFirstByte', 'onSuccess']);
	expect(sent).toEqual(['{"ids":["a"]}']);
});

it('what was refused for rate was not executed, and is made again', async () => {
	const { client, events } = clientWith({ maxWaitMs: 60_000 }, REFUSED, REFUSED, GOOD);
	const starts = jest.fn();
	expect((await virtually(client.call(REQUEST, read, starts))).kind).toBe('ok');
	expect(events.filter((what) => what === 'onRefused')).toHaveLength(2);
	expect(starts).toHaveBeenCalled();
});

it('but not if there shall be no second try', async () => {
	const { client, calls } = clientThat(REFUSED);
	expect((await virtually(client.call(REQUEST, read))).kind).toBe('rateLimited');
	expect(calls()).toBe(1);
});

it.each<[string, Reply, string]>([
	['a transient error', { status: 503, body: '' }, 'transient'],
	[
		'a network fault',
		Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
		'transient',
	],
	['wrong keys', { status: 401, body: '' }, 'unauthorized'],
])('any other outcome is returned at once: %s', async (_, answer, kind) => {
	const { client, calls, events } = clientWith({ maxWaitMs: 60_000 }, answer);
	expect((await virtually(client.call(REQUEST, read))).kind).toBe(kind);
	expect([calls(), events.at(-1)]).toEqual([1, 'onError']);
});

it('the code of a network fault is found wherever n8n has wrapped it', async () => {
	const cause = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
	const { client } = clientThat(new Error('wrapped', { cause: new Error('twice', { cause }) }));
	expect(await virtually(client.call(REQUEST, read))).toMatchObject({ kind: 'transient' });
});

it.each<[string, Reply]>([
	[
		'LeadSquared',
		{ status: 500, body: { Status: 'Error', ExceptionMessage: 'u$rACCESSKEY SECRETKEY' } },
	],
	['the network', new Error('connect to ?accessKey=u%24rACCESSKEY&secretKey=SECRETKEY')],
])('keys that %s repeats are gone', async (_, answer) => {
	const { client } = clientThat(answer);
	expect(JSON.stringify(await virtually(client.call(REQUEST, read)))).not.toMatch(
		/ACCESSKEY|SECRETKEY/,
	);
});

it('after it is stopped, calls end with its reason', async () => {
	const { client, stopping } = clientThat(GOOD);
	stopping.abort(new Error('Cancelled'));
	await expect(virtually(client.call(REQUEST, read))).rejects.toThrow('Cancelled');
});

it('stops: waits and calls end, and it says that it was stopped, not canceled', async () => {
	const { client } = clientThat(GOOD);
	expect(client.isStopped).toBe(false);
	client.stop();
	expect([client.isStopped, client.with({ maxWaitMs: 9 }).isStopped]).toEqual([true, true]);
	await expect(virtually(client.call(REQUEST, read))).rejects.toBe(client.signal.reason);
	const canceled = clientThat(GOOD);
	canceled.stopping.abort(new Error('Canceled'));
	expect(canceled.client.isStopped).toBe(false);
});

it('with other options it is the same client otherwise', async () => {
	const { client, calls } = clientWith({ maxWaitMs: 60_000 }, REFUSED, REFUSED, GOOD);
	expect(client).toMatchObject({ maxWaitMs: 60_000, stopAtFailure: false });
	const impatient = client.with({ maxWaitMs: 0 });
	expect(impatient).toMatchObject({ maxWaitMs: 0, stopAtFailure: false, host: client.host });
	expect((await virtually(impatient.call(REQUEST, read))).kind).toBe('rateLimited');
	expect((await virtually(client.call(REQUEST, read))).kind).toBe('ok');
	expect(calls()).toBe(3);
});

it('reports the sum of the parts, each as it was reported last', () => {
	const sums: Progress[] = [];
	const { client } = clientWith({ onProgress: (sum) => sums.push(sum) }, GOOD);
	const [one, other] = [{}, {}];
	client.report(one, { known: 1, all: 10 });
	client.report(other, { known: 0, all: 5 });
	client.with({ maxWaitMs: 1 }).report(one, { known: 4, all: 10 });
	expect(sums).toEqual([
		{ known: 1, all: 10 },
		{ known: 1, all: 15 },
		{ known: 4, all: 15 },
	]);
});

const NO_HOST = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const LOGIN_PAGE: Answer = { status: 200, body: '<html>Log in</html>' };
const WRONG_KEYS: Answer = {
	status: 401,
	body: { Status: 'Error', ExceptionMessage: 'Invalid Access Details provided.' },
};
const HALF_AN_HOUR = 30 * 60_000;
const patient = { maxWaitMs: HALF_AN_HOUR };

describe.each<[string, Reply]>([
	['nothing answers', NO_HOST],
	['something else answers', LOGIN_PAGE],
])('a host that has never answered as LeadSquared: %s', (_, reply) => {
	it.each([0, 100, 1000, 3000, 5900])(
		'is given up within 20 s whatever Max Wait says, each call taking %i ms',
		async (ms) => {
			const { client, calls } = clientWith({ ...patient, ms }, reply);
			const began = client.clock.now();
			const { kind } = await virtually(callWithRetry(client, REQUEST, read));
			expect(['unreachable', 'noEndpoint']).toContain(kind);
			expect(client.clock.now() - began).toBeLessThan(20_000);
			expect(calls()).toBeGreaterThanOrEqual(ms > 5000 ? 2 : 3);
		},
	);

	it('is not given up after one accident, and called again soon', async () => {
		const { client } = clientWith(patient, reply);
		const outcome = await virtually(client.call(REQUEST, read));
		expect(outcome).toMatchObject({ kind: 'transient', fromUnknownHost: true });
		expect((outcome as Failed).retryAfterMs).toBeLessThan(5000);
	});
});

it('a host where nothing answers is unreachable in the end', async () => {
	const { client } = clientWith({ ...patient, ms: 100 }, NO_HOST);
	const outcome = await virtually(callWithRetry(client, REQUEST, read));
	expect(outcome).toMatchObject({ kind: 'unreachable', fault: { from: 'network' } });
});

it('a host where something else answers has no endpoint in the end', async () => {
	const { client } = clientWith({ ...patient, ms: 100 }, LOGIN_PAGE);
	const outcome = await virtually(callWithRetry(client, REQUEST, read));
	expect(outcome).toMatchObject({ kind: 'noEndpoint', fault: { from: 'other' } });
});

it('a host that has never answered is not waited for as long as it asks for', async () => {
	const { client } = clientWith(patient, { ...LOGIN_PAGE, headers: { 'retry-after': '60' } });
	const outcome = await virtually(client.call(REQUEST, read));
	expect((outcome as Failed).retryAfterMs).toBeLessThan(5000);
});

it('what does not pass is reported as it is, also from a host that has never answered', async () => {
	const { client } = clientWith(patient, { status: 407, body: '' });
	const outcome = await virtually(client.call(REQUEST, read));
	expect(outcome).toMatchObject({ kind: 'unreachable', fault: { from: 'proxy' } });
});

describe('a call that hangs', () => {
	it('is hung up, and the host given up, if it has never answered', async () => {
		const { client, connections } = clientWith(patient, 'silence');
		const began = client.clock.now();
		const calls = Promise.all([1, 2, 3].map(() => client.call(REQUEST, read)));
		for (const { kind } of await virtually(calls)) expect(kind).toBe('unreachable');
		expect(client.clock.now() - began).toBeLessThan(20_000);
		expect(connections.map(({ aborted }) => aborted)).toEqual([true, true, true]);
	});

	it('may answer within this time', async () => {
		const { client, connections } = clientWith({ ...patient, ms: 17_000 }, GOOD);
		expect((await virtually(client.call(REQUEST, read))).kind).toBe('ok');
		expect(connections[0].aborted).toBe(false);
	});

	it('is waited for if the host has answered before: it may ask for much', async () => {
		const { url, client } = clientThat(GOOD);
		await virtually(client.call(REQUEST, read));
		const { client: later } = clientWith({ ...patient, url, ms: 50_000 }, GOOD);
		expect((await virtually(later.call(REQUEST, read))).kind).toBe('ok');
	});
});

it.each<[string, Reply]>([
	['leads', GOOD],
	['an error of LeadSquared', WRONG_KEYS],
])('a host that has answered once is waited for, also in other runs: %s', async (_, answer) => {
	const { url, client } = clientThat(NO_HOST, answer);
	await virtually(client.call(REQUEST, read));
	await virtually(client.call(REQUEST, read));
	const { client: later } = clientWith({ maxWaitMs: 60_000, url }, NO_HOST);
	const began = later.clock.now();
	const outcome = await virtually(callWithRetry(later, REQUEST, read));
	expect(outcome.kind).toBe('transient');
	expect(outcome).not.toHaveProperty('fromUnknownHost');
	expect(later.clock.now() - began).toBeGreaterThanOrEqual(60_000);
});

it('a call that is missing on a known host is not mistaken for a host without LeadSquared', async () => {
	const missing: Answer = { status: 404, body: '' };
	const elsewhere: Answer = { status: 302, body: '' };
	const { client } = clientThat({ ...missing, body: '<html>Not Found</html>' }, GOOD, missing);
	const stranger = await virtually(client.call(REQUEST, read));
	expect(stranger).toMatchObject({ kind: 'noEndpoint', fault: { from: 'other' } });
	expect(stranger).not.toHaveProperty('endpointMissing');
	await virtually(client.call(REQUEST, read));
	const known = await virtually(client.call(REQUEST, read));
	expect(known).toMatchObject({ kind: 'noEndpoint', endpointMissing: true });
	// LeadSquared itself says so, in its first answer.
	const body = { Status: 'Error', ExceptionType: 'MXResourceNotFoundException' };
	const { client: fresh } = clientThat({ ...missing, body });
	expect(await virtually(fresh.call(REQUEST, read))).toMatchObject({ endpointMissing: true });
	// A host that redirects is not a missing endpoint.
	const moved = clientThat(GOOD, elsewhere);
	await virtually(moved.client.call(REQUEST, read));
	const outcome = await virtually(moved.client.call(REQUEST, read));
	expect(outcome.kind).toBe('noEndpoint');
	expect(outcome).not.toHaveProperty('endpointMissing');
});

describe('an answer that is not understood', () => {
	const odd = (value: unknown): Answer => ({ status: 200, body: JSON.stringify({ odd: value }) });
	const understands = (body: unknown) =>
		'fine' in (body as object) ? (body as object) : undefined;
	const callOf = async (
		{ client }: { client: Client },
		{ afterMs = 2000, ...request }: typeof REQUEST & { afterMs?: number } = REQUEST,
		read: (body: unknown) => object | undefined = understands,
	) => {
		await jest.advanceTimersByTimeAsync(afterMs);
		return await virtually(client.call(request, read));
	};

	it('is retried if other faults come between', async () => {
		const busy: Answer = { status: 503, body: '' };
		const place = clientThat(odd(1), odd(1), busy, odd(1), odd(1), busy, GOOD);
		for (let i = 0; i < 6; i++) expect(await callOf(place)).not.toHaveProperty('isRepeated');
		expect((await callOf(place)).kind).toBe('ok');
	});

	it('counts although calls are refused in between', async () => {
		const refused: Answer = { status: 429, body: '' };
		const place = clientThat(odd(1), refused, odd(1), refused, odd(1));
		for (let i = 0; i < 4; i++) expect(await callOf(place)).not.toHaveProperty('isRepeated');
		expect(await callOf(place)).toHaveProperty('isRepeated', true);
	});

	it('is retried if it may be a fault of a second', async () => {
		const place = clientThat(odd(1));
		for (let i = 0; i < 9; i++) {
			const outcome = await callOf(place, { ...REQUEST, afterMs: 300 });
			expect(outcome).not.toHaveProperty('isRepeated');
		}
	});

	it('is reported when it comes back in the same form for the third time', async () => {
		const place = clientThat(odd(1), odd(2), odd(3));
		for (const times of [1, 2, 3, 4]) {
			const outcome = await callOf(place);
			expect(outcome).toMatchObject({ kind: 'transient', notUnderstood: true });
			expect([times, 'isRepeated' in outcome]).toEqual([times, times >= 3]);
		}
	});

	it('is retried as long as its form changes', async () => {
		const place = clientThat(odd(1), odd(1), odd([2]), odd('2'), odd(1), GOOD);
		for (let i = 0; i < 5; i++) expect(await callOf(place)).not.toHaveProperty('isRepeated');
		expect((await callOf(place)).kind).toBe('ok');
	});

	it('counts for all calls of its endpoint since the last one that was understood', async () => {
		const place = clientThat(odd(1), odd(1), GOOD, odd(1));
		const asked = (page: number) => ({ ...REQUEST, qs: { page } });
		for (const page of [1, 2, 3, 4, 5])
			expect(await callOf(place, asked(page))).not.toHaveProperty('isRepeated');
		expect(await callOf(place, asked(6))).toHaveProperty('isRepeated', true);
	});

	it('counts for the same endpoint only', async () => {
		const place = clientThat(odd(1));
		for (const path of ['/A', '/B', '/A', '/B']) {
			expect(await callOf(place, { ...REQUEST, path })).not.toHaveProperty('isRepeated');
		}
		expect(await callOf(place, { ...REQUEST, path: '/A' })).toHaveProperty('isRepeated', true);
	});

	it('counts in every client of an execution, and in no other execution', async () => {
		const place = clientThat(odd(1));
		await callOf(place);
		await callOf(place);
		const other = { client: place.client.with({ maxWaitMs: 1 }) };
		expect(await callOf(other)).toHaveProperty('isRepeated', true);
		expect(await callOf(clientWith({ url: place.url }, odd(1)))).not.toHaveProperty('isRepeated');
	});

	it.each([
		[{ status: 200, body: '' }, false],
		[{ status: 204, body: '' }, true],
		[{ status: 200, body: 'null' }, true],
		[{ status: 503, body: '' }, false],
		[{ status: 200, body: '<html>Log in</html>' }, false],
		[{ status: 200, body: '{"odd": ' }, false],
	])('counts or may be an accident: %j, %s', async (answer, isReported) => {
		const reads = (body: unknown) => (isRow(body) && 'fine' in body ? body : undefined);
		const place = clientThat(answer);
		const third = async () => {
			for (let i = 0; i < 2; i++) await callOf(place, REQUEST, reads);
			return await callOf(place, REQUEST, reads);
		};
		expect('isRepeated' in (await third())).toBe(isReported);
	});

	it('is asked for again after the same pause each time', async () => {
		const place = clientThat(odd(1));
		for (let i = 0; i < 3; i++) expect(await callOf(place)).toMatchObject({ retryAfterMs: 1500 });
	});
});
