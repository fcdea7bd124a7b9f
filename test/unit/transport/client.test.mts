import { Readable } from 'node:stream';
import { createClient, type Context } from '../../../nodes/LeadSquared/transport/client';
import type { AccountUse } from '../../../nodes/LeadSquared/transport/limiter/accounts';

const CREDENTIALS = { region: 'custom', accessKey: 'u$rACCESSKEY', secretKey: 'SECRETKEY' };
const REQUEST = { method: 'GET' as const, path: '/Some.svc/Thing.Get' };

type Answer = { status: number; body: object | string } | Error;

/** A client of an account without a limit, which is answered so, the last answer for ever. */
function clientThat(...answers: Answer[]) {
	const told: string[] = [];
	const stopping = new AbortController();
	const account = {
		callsAtOnce: 25,
		told: { stated: { calls: 25, seconds: 5 }, refusedCalls: 0 },
		memory: {},
		slot: async ({ kind }: { kind: string }) => {
			told.push(`slot ${kind}`);
			const note = (what: string) => () => void told.push(what);
			return {
				leaves: note('leaves'),
				reached: note('reached'),
				answered: note('answered'),
				failed: note('failed'),
				refused: note('refused'),
			};
		},
	} as unknown as AccountUse;
	let calls = 0;
	const sent: string[] = [];
	const context = {
		helpers: {
			httpRequestWithAuthentication: async (_: string, { body }: { body?: object }) => {
				// As n8n does: it looks the credential up before it writes the request.
				await Promise.resolve();
				sent.push(JSON.stringify(body));
				const answer = answers[Math.min(calls++, answers.length - 1)];
				if (answer instanceof Error) throw answer;
				const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
				return {
					statusCode: answer.status,
					headers: {},
					body: Readable.from([Buffer.from(text)], { objectMode: false }),
				};
			},
		},
	} as unknown as Context;
	const smallCall = { request: REQUEST, read: (body: unknown) => body };
	const url = 'https://client.example/v2';
	const client = createClient(context, CREDENTIALS, url, account, stopping, smallCall);
	return { client, told, stopping, sent, calls: () => calls };
}

const read = (body: unknown) => body as object;
const GOOD: Answer = { status: 200, body: { fine: true } };
const REFUSED: Answer = {
	status: 429,
	body: { Status: 'Error', ExceptionMessage: 'API calls exceeded the limit of 25 in 5 second(s)' },
};

it('a call takes a slot of its kind, and says when it was reached and answered', async () => {
	const { client, told } = clientThat(GOOD);
	const starts = () => void told.push('start');
	expect(await client.call(REQUEST, read, 0, starts)).toEqual({
		kind: 'ok',
		value: { fine: true },
		cost: { ms: expect.any(Number), characters: '{"fine":true}'.length },
	});
	expect(told).toEqual(['slot /Some.svc/Thing.Get 0', 'start', 'reached', 'answered']);
});

it('a call with a body leaves when n8n writes it', async () => {
	const { client, told, sent } = clientThat(GOOD);
	await client.call({ ...REQUEST, method: 'POST', body: { ids: ['a'] } }, read, 0);
	expect(told.slice(1)).toEqual(['leaves', 'reached', 'answered']);
	expect(sent).toEqual(['{"ids":["a"]}']);
});

it('what was refused for rate was not executed, and is made again', async () => {
	const { client, told } = clientThat(REFUSED, REFUSED, GOOD);
	const starts = jest.fn();
	expect((await client.call(REQUEST, read, 60_000, starts)).kind).toBe('ok');
	expect(told.filter((what) => what === 'refused')).toHaveLength(2);
	expect(starts).toHaveBeenCalled();
});

it('but not where there shall be no second try', async () => {
	const { client, calls } = clientThat(REFUSED);
	expect((await client.call(REQUEST, read, 0)).kind).toBe('rateLimited');
	expect(calls()).toBe(1);
});

it.each<[string, Answer, string]>([
	['a passing fault', { status: 503, body: '' }, 'transient'],
	[
		'a network fault',
		Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
		'transient',
	],
	['wrong keys', { status: 401, body: '' }, 'unauthorized'],
])('whatever else it comes to goes back at once: %s', async (_, answer, kind) => {
	const { client, calls, told } = clientThat(answer);
	expect((await client.call(REQUEST, read, 60_000)).kind).toBe(kind);
	expect([calls(), told.at(-1)]).toEqual([1, 'failed']);
});

it('the code of a network fault is found wherever n8n has wrapped it', async () => {
	const cause = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
	const { client } = clientThat(new Error('wrapped', { cause: new Error('twice', { cause }) }));
	expect(await client.call(REQUEST, read, 0)).toMatchObject({ kind: 'transient' });
});

it.each<[string, Answer]>([
	[
		'LeadSquared',
		{ status: 500, body: { Status: 'Error', ExceptionMessage: 'u$rACCESSKEY SECRETKEY' } },
	],
	['the network', new Error('connect to ?accessKey=u%24rACCESSKEY&secretKey=SECRETKEY')],
])('keys that %s repeats are gone', async (_, answer) => {
	const { client } = clientThat(answer);
	expect(JSON.stringify(await client.call(REQUEST, read, 0))).not.toMatch(/ACCESSKEY|SECRETKEY/);
});

it('after it is stopped, calls end with its reason', async () => {
	const { client, stopping } = clientThat(GOOD);
	stopping.abort(new Error('Cancelled'));
	await expect(client.call(REQUEST, read, 0)).rejects.toThrow('Cancelled');
});
