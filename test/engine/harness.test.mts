import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
	NodeApiError,
	NodeOperationError,
	sleep,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';
import {
	CREDENTIAL_TYPE,
	LEAD_SQUARED,
	loadOptions,
	NODE_TYPE,
	runNode,
	runWorkflow,
	standIn,
	START,
	testCredential,
	virtualTime,
	type VirtualTime,
} from './harness.mts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A node that waits and calls as its parameters say: all that a node does with time and network. */
class CallerNode implements INodeType {
	description = {
		...standIn(async () => []).description,
		name: 'caller',
		credentials: [{ name: CREDENTIAL_TYPE, required: true }],
		properties: ['path', 'body', 'fail', 'log', 'hint', 'message', 'text']
			.map((name) => ({ displayName: name, name, type: 'string' as const, default: '' }))
			.concat([{ displayName: 'Wait', name: 'waitMs', type: 'number', default: 0 }] as never),
	};

	methods = {
		loadOptions: {
			async echo(this: ILoadOptionsFunctions) {
				const { customUrl } = await this.getCredentials(CREDENTIAL_TYPE);
				const body = (await this.helpers.httpRequestWithAuthentication.call(this, CREDENTIAL_TYPE, {
					url: `${customUrl as string}/options`,
				})) as { key: string };
				return [{ name: body.key, value: this.getCurrentNodeParameter('text') as string }];
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items: INodeExecutionData[] = [];
		for (const [item] of this.getInputData().entries()) {
			const read = (name: string) => this.getNodeParameter(name, item) as string;
			try {
				const waitMs = this.getNodeParameter('waitMs', item) as number;
				if (waitMs > 0) await sleep(waitMs, this.getExecutionCancelSignal());
				if (read('log')) this.logger.info(read('log'));
				if (read('hint')) this.addExecutionHints({ message: read('hint') });
				if (read('message')) this.sendMessageToUI(read('message'));
				if (read('fail')) {
					throw new NodeOperationError(this.getNode(), read('fail'), { itemIndex: item });
				}
				const json: IDataObject = read('path') ? await call(this, read('path'), read('body')) : {};
				items.push({ json: { ...json, text: read('text') }, pairedItem: { item } });
			} catch (error) {
				if (!this.continueOnFail()) throw error;
				items.push({ json: { error: (error as Error).message }, pairedItem: { item } });
			}
		}
		return [items];
	}
}

async function call(context: IExecuteFunctions, path: string, body: string): Promise<IDataObject> {
	const { customUrl } = await context.getCredentials(CREDENTIAL_TYPE);
	const { statusCode, body: text } = (await context.helpers.httpRequestWithAuthentication.call(
		context,
		CREDENTIAL_TYPE,
		{
			method: 'POST',
			url: `${customUrl as string}${path}`,
			body,
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: MINUTE,
		},
	)) as { statusCode: number; body: string };
	return { statusCode, length: text.length, answer: text.slice(0, 100) };
}

const credentialType: ICredentialType = {
	name: CREDENTIAL_TYPE,
	displayName: 'Caller',
	properties: [
		...['customUrl', 'accessKey', 'secretKey'].map((name) => ({
			displayName: name,
			name,
			type: 'string' as const,
			default: '',
		})),
		{ displayName: 'Extra', name: 'extra', type: 'string', default: '/by-default' },
	],
	authenticate: {
		type: 'generic',
		properties: { headers: { 'x-key': '={{$credentials.accessKey.trim()}}', 'x-fixed': 'fixed' } },
	},
	test: {
		request: { baseURL: '={{$credentials.customUrl}}', url: '={{$credentials.extra}}' },
		rules: [
			{
				type: 'responseSuccessBody',
				properties: { key: 'key', value: 'x', message: 'The key is x' },
			},
		],
	},
};

const types = {
	nodes: { [NODE_TYPE]: new CallerNode() },
	credentials: { [CREDENTIAL_TYPE]: credentialType },
};

let time: VirtualTime;
let server: Server;
let url: string;
let served: string[];

/** Paths are what a server can do to a client; `/wait/ms` waits in virtual time. */
const answer: RequestListener = async (request, response) => {
	const path = request.url!;
	served.push(path);
	if (path === '/unread') return;
	let received = 0;
	for await (const chunk of request) received += (chunk as Buffer).length;
	const [, what, amount] = path.split('/');
	if (what === 'hang') return;
	if (what === 'half') {
		response.write('half');
		await time.clock.sleep(Number(amount));
		response.write('more');
		return;
	}
	if (what === 'reset') {
		request.socket.destroy();
		return;
	}
	if (what === 'wait') await time.clock.sleep(Number(amount));
	if (what === 'options') response.setHeader('content-type', 'application/json');
	response.statusCode = what === 'status' ? Number(amount) : 200;
	const { 'x-key': key, 'x-fixed': fixed } = request.headers;
	const echo = JSON.stringify({ key, fixed, received });
	response.end(what === 'big' ? echo.padEnd(Number(amount)) : echo);
};

beforeEach(async () => {
	time = virtualTime();
	served = [];
	server = createServer((request, response) => void answer(request, response));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
	time.restore();
});

const run = async (parameters: object, options: object = {}) =>
	await runNode({ parameters: parameters as never, url, types, ...options });

describe('virtual time', () => {
	test('passes as fast as the machine can, and exactly', async () => {
		const realStart = process.hrtime.bigint();
		const { elapsedMs } = await run({ waitMs: 24 * MINUTE }, { input: Array(50).fill({}) });
		expect(elapsedMs).toBe(20 * HOUR);
		expect(time.timers()).toBe(0);
		expect(Number(process.hrtime.bigint() - realStart) / 1e6).toBeLessThan(5000);
	});

	test('does not pass while requests and answers are on their way', async () => {
		const ticks = jest.fn();
		const ticker = setInterval(ticks, 1);
		const body = 'x'.repeat(2_000_000);
		const { items, elapsedMs } = await run({ path: '/big/40000000', body });
		clearInterval(ticker);
		expect(items[0].json).toMatchObject({ statusCode: 200, length: 40_000_000 });
		expect(items[0].json.answer).toContain('"received":2000000');
		expect(elapsedMs).toBe(0);
		expect(ticks).not.toHaveBeenCalled();
	});

	test('passes while the server waits', async () => {
		const { elapsedMs } = await run({ path: '/wait/300' }, { input: Array(20).fill({}) });
		expect(elapsedMs).toBe(20 * 300);
	});

	test('is shared by concurrent executions', async () => {
		const runs = [100, 300, 200].map(
			async (ms) => await run({ path: `/wait/${ms}`, log: `${ms}` }),
		);
		const results = await Promise.all(runs);
		expect(results.map(({ elapsedMs }) => elapsedMs)).toEqual([100, 300, 200]);
		const nodeLogs = results.map(({ logs }) => logs.filter(({ level }) => level === 'info'));
		expect(nodeLogs).toEqual(['100', '300', '200'].map((message) => [{ level: 'info', message }]));
	});

	test.each([
		['never answers', '/hang', MINUTE],
		['never reads', '/unread', MINUTE],
		['answers half, and then more', `/half/${50 * SECOND}`, 50 * SECOND + MINUTE],
	])('lets a request time out when the server %s', async (_, path, elapsed) => {
		const { error, elapsedMs } = await run({ path, body: 'x'.repeat(5_000_000) });
		expect(error).toMatchObject({ name: 'NodeApiError', message: expect.any(String) });
		expect((error as NodeApiError).messages.join()).toContain('timeout of 60000ms exceeded');
		expect(elapsedMs).toBe(elapsed);
		expect(time.timers()).toBe(0);
	});

	test('does not pass for a connection that is reset or refused', async () => {
		const reset = await run({ path: '/reset' });
		expect(JSON.stringify(reset.error)).toContain('ECONNRESET');
		const refused = await run({ path: '/' }, { url: 'http://127.0.0.1:1' });
		expect(JSON.stringify(refused.error)).toContain('ECONNREFUSED');
		expect(reset.elapsedMs + refused.elapsedMs).toBe(0);
	});

	test('gives up on what nothing can settle', async () => {
		await expect(time.run(new Promise(() => {}))).rejects.toThrow('Waiting for ever');
	});

	test('gives up on what does not end', async () => {
		const ticker = setInterval(() => {}, HOUR);
		await expect(time.run(new Promise(() => {}))).rejects.toThrow('Not done after 86400000');
		clearInterval(ticker);
	});

	test('knows a wall clock that can be set back, and one that goes on', async () => {
		const [wall, steady, now] = [Date.now(), performance.now(), time.now()];
		time.setWallClock(wall - HOUR);
		await time.run(time.clock.sleep(MINUTE));
		expect(Date.now() - wall).toBe(MINUTE - HOUR);
		expect(performance.now() - steady).toBe(MINUTE);
		expect(time.now() - now).toBe(MINUTE);
	});

	test('ends with restore()', async () => {
		time.restore();
		expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(HOUR);
		await new Promise((resolve) => setTimeout(resolve, 1));
		time = virtualTime({ startAt: '2030-05-05T00:00:00Z' });
		expect(new Date().toISOString()).toBe('2030-05-05T00:00:00.000Z');
	});

	test('does not pass while nock answers', async () => {
		const { default: nock } = await import('nock');
		try {
			nock('http://leads.test').post('/mocked').times(20).reply(200, 'mocked');
			const options = { url: 'http://leads.test', input: Array(20).fill({}) };
			const { items, elapsedMs } = await run({ path: '/mocked' }, options);
			expect(items).toHaveLength(20);
			expect(items[19].json.answer).toBe('mocked');
			expect(elapsedMs).toBe(0);
		} finally {
			nock.restore();
		}
	});
});

describe('runNode', () => {
	test('resolves parameters item by item, and authenticates with the credential', async () => {
		const input = [{ n: 1 }, { n: 2 }];
		const { items, error } = await run(
			{ path: '=/{{ $json.n }}', text: '={{ $itemIndex }}' },
			{ input },
		);
		expect(error).toBeUndefined();
		expect(served).toEqual(['/1', '/2']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(items[0].json.answer).toBe(
			JSON.stringify({ key: 'u$rHarnessAccessKey', fixed: 'fixed', received: 0 }),
		);
	});

	test('takes other credential data, also by expression', async () => {
		const credentials = { accessKey: '={{ "of " + $json.who }} ' };
		const { items } = await run({ path: '/' }, { credentials, input: [{ who: 'Ann' }] });
		expect(items[0].json.answer).toContain('"key":"of Ann"');
	});

	test('fails without a credential', async () => {
		const { error } = await run({ path: '/' }, { withoutCredential: true });
		expect(error?.message).toContain('credentials');
	});

	test('stops at an error', async () => {
		const { items, errorItems, error, run: fullRun } = await run({ fail: 'Not today' });
		expect(error).toMatchObject({ name: 'NodeOperationError', message: 'Not today' });
		expect(fullRun.status).toBe('error');
		expect([items, errorItems]).toEqual([[], []]);
	});

	test('continues with errors among the items', async () => {
		const parameters = { fail: '={{ $json.fail }}', text: '={{ $json.id }}' };
		const input = [
			{ id: 'a', fail: '' },
			{ id: 'b', fail: 'Not b' },
		];
		const { items, error } = await run(parameters, { input, onError: 'continueRegularOutput' });
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json)).toEqual([{ text: 'a' }, { error: 'Not b' }]);
	});

	test('puts errors, with the input they belong to, out at the error output', async () => {
		const parameters = { fail: '={{ $json.fail }}', text: '={{ $json.id }}' };
		const input = [
			{ id: 'a', fail: '' },
			{ id: 'b', fail: 'Not b' },
		];
		const { items, errorItems } = await run(parameters, { input, onError: 'continueErrorOutput' });
		expect(items.map(({ json }) => json)).toEqual([{ text: 'a' }]);
		expect(errorItems.map(({ json }) => json)).toEqual([
			{ id: 'b', fail: 'Not b', error: 'Not b' },
		]);
	});

	test('retries on failure in virtual time', async () => {
		const retry = { retryOnFail: true, maxTries: 4, waitBetweenTries: 5000 };
		const { error, elapsedMs } = await run({ path: '/reset' }, retry);
		expect(error).toBeDefined();
		expect(served).toHaveLength(4);
		expect(elapsedMs).toBe(3 * 5000);
	});

	test.each([
		['a wait', { waitMs: HOUR }],
		['a call', { path: `/wait/${HOUR}` }],
	])('cancels in %s', async (_, parameters) => {
		const { run: fullRun, error, elapsedMs } = await run(parameters, { cancelAfterMs: 1234 });
		expect(elapsedMs).toBe(1234);
		expect(error).toBeDefined();
		expect(fullRun.finished).toBeFalsy();
	});

	test('does not cancel a run that has already ended', async () => {
		const { error, run: fullRun } = await run({ waitMs: 1000 }, { cancelAfterMs: 1234 });
		expect(error).toBeUndefined();
		expect(fullRun.status).toBe('success');
		expect(time.timers()).toBe(0);
	});

	test('shows hints, and messages to the editor in manual mode only', async () => {
		const parameters = { hint: 'Two were not found', message: 'Half done' };
		const manual = await run(parameters);
		expect(manual.hints).toEqual([{ message: 'Two were not found' }]);
		expect(manual.messages).toEqual(['Half done']);
		const production = await run(parameters, { mode: 'trigger' });
		expect(production.messages).toEqual([]);
	});

	test('runs in real time too', async () => {
		time.restore();
		const { items } = await run({ path: '/', waitMs: 5 });
		expect(items[0].json.statusCode).toBe(200);
		time = virtualTime();
	});

	test('handles 100,000 items', async () => {
		const input = Array.from({ length: 100_000 }, (_, id) => ({ id }));
		const pass: INodeType = {
			...new CallerNode(),
			async execute() {
				return [this.getInputData().map(({ json }, item) => ({ json, pairedItem: { item } }))];
			},
		};
		const { items } = await run({}, { input, types: { ...types, nodes: { [NODE_TYPE]: pass } } });
		expect(items).toHaveLength(100_000);
		expect(items[99_999]).toEqual({ json: { id: 99_999 }, pairedItem: { item: 99_999 } });
	});
});

describe('runWorkflow', () => {
	test('links the items of later nodes to those of earlier ones', async () => {
		const assignments = [{ id: '1', name: 'of', value: `={{ $('${START}').item.json.name }}` }];
		const result = await runWorkflow(
			{
				nodes: [
					{ name: START, type: 'n8n-nodes-base.manualTrigger' },
					{
						name: LEAD_SQUARED,
						type: NODE_TYPE,
						parameters: { text: '={{ $json.name }}' },
						credentials: { [CREDENTIAL_TYPE]: { id: '7', name: 'Seven' } },
					},
					{
						name: 'Set',
						type: 'n8n-nodes-base.set',
						parameters: { includeOtherFields: true, assignments: { assignments } } as never,
					},
				],
				connections: {
					[START]: { main: [[{ node: LEAD_SQUARED, type: 'main', index: 0 }]] },
					[LEAD_SQUARED]: { main: [[{ node: 'Set', type: 'main', index: 0 }]] },
				},
			},
			{ url, types, input: [{ name: 'Ann' }, { name: 'Bob' }] },
		);
		expect(result.error).toBeUndefined();
		expect(result.items('Set').map(({ json }) => json)).toEqual([
			{ text: 'Ann', of: 'Ann' },
			{ text: 'Bob', of: 'Bob' },
		]);
	});

	test('distinguishes several credentials', async () => {
		const node = (name: string, id: string) => ({
			name,
			type: NODE_TYPE,
			parameters: { path: '/' },
			credentials: { [CREDENTIAL_TYPE]: { id, name: id } },
		});
		const result = await runWorkflow(
			{
				nodes: [
					{ name: START, type: 'n8n-nodes-base.manualTrigger' },
					node('A', 'key a'),
					node('B', 'key b'),
				],
				connections: {
					[START]: { main: [[{ node: 'A', type: 'main', index: 0 }]] },
					A: { main: [[{ node: 'B', type: 'main', index: 0 }]] },
				},
			},
			{ types, credentials: ({ id }) => ({ customUrl: url, accessKey: id! }) },
		);
		expect(result.items('A')[0].json.answer).toContain('"key":"key a"');
		expect(result.items('B')[0].json.answer).toContain('"key":"key b"');
	});
});

test('loadOptions runs the method with the parameters and the credential', async () => {
	const options = await loadOptions('echo', { url, types, parameters: { text: 'chosen' } });
	expect(options).toEqual([{ name: 'u$rHarnessAccessKey', value: 'chosen' }]);
	await expect(loadOptions('other', { url, types })).rejects.toThrow('no method other');
});

test("testCredential runs the credential's test with the defaults filled in", async () => {
	const test = async (changes: object) =>
		await testCredential({ types, credentials: { customUrl: url, ...changes } });
	expect(await test({})).toEqual({ status: 'OK', message: 'Connection successful!' });
	expect(served).toEqual(['/by-default']);
	expect(await test({ accessKey: ' x ' })).toEqual({ status: 'Error', message: 'The key is x' });
	expect(await test({ extra: '/status/401' })).toEqual({
		status: 'Error',
		message: 'Unauthorized',
	});
	const nowhere = await test({ customUrl: 'http://127.0.0.1:1' });
	expect(nowhere).toEqual({ status: 'Error', message: 'ECONNREFUSED' });
});
