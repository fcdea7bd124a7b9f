import type { RateLimit } from '../../../nodes/LeadSquared/transport/credentials';
import {
	borrowAccount,
	type BorrowedAccount,
} from '../../../nodes/LeadSquared/transport/limiter/accounts';

const BULK = {
	name: 'bulk write',
	limit: { calls: 2, seconds: 5 },
	larger: { calls: 2, seconds: 5 },
};
const GROWING = { ...BULK, larger: { calls: 4, seconds: 5 } };
/** Longer than any window here, and what the limiter adds to it. */
const MINUTES = 5 * 60_000;

let accessKeys = 0;
let accessKey: string;

beforeEach(() => {
	jest.useFakeTimers();
	accessKey = `key ${accessKeys++}`;
});
afterEach(() => jest.useRealTimers());

/** Borrows the account, to be given back by the test. */
function borrow(
	{ calls, seconds }: RateLimit,
	{
		id,
		key = accessKey,
		secret = 'secret',
		host = 'a.example',
	}: { id?: string; key?: string; secret?: string; host?: string } = {},
): BorrowedAccount {
	const credentials = {
		region: host,
		accessKey: key,
		secretKey: secret,
		rateLimitCalls: calls,
		rateLimitSeconds: seconds,
	};
	return borrowAccount({ credentials, baseUrl: `https://${host}/v2`, credentialId: id });
}

const in5s = (calls: number): RateLimit => ({ calls, seconds: 5 });

/** The number of calls that start at once. The others are cancelled. */
async function callsAtOnce({ account }: BorrowedAccount, more: object = {}): Promise<number> {
	const controller = new AbortController();
	let count = 0;
	const calls = Array.from({ length: 30 }, async () => {
		const slot = await account.slot({ kind: 'page', signal: controller.signal, ...more });
		count++;
		slot.onSuccess();
	});
	await jest.advanceTimersByTimeAsync(1);
	controller.abort();
	await Promise.allSettled(calls);
	return count;
}

describe('one account', () => {
	it.each([
		['by two runs', {}, true],
		['by two runs with blanks around the key', { key: ' same ' }, true],
		['not by another key', { key: 'other' }, false],
		['not by another host', { host: 'b.example' }, false],
	])('shares its limit: %s', async (_, second, isShared) => {
		const keys = 'key' in second && second.key === ' same ' ? { key: 'same' } : {};
		const runs = [borrow(in5s(3), keys), borrow(in5s(3), second)];
		expect(await callsAtOnce(runs[0])).toBe(3);
		expect(await callsAtOnce(runs[1])).toBe(isShared ? 0 : 3);
		for (const run of runs) run.release();
	});

	it('counts the calls of a run that has just ended', async () => {
		const first = borrow(in5s(3));
		expect(await callsAtOnce(first)).toBe(3);
		first.release();
		const second = borrow(in5s(3));
		expect(await callsAtOnce(second)).toBe(0);
		await jest.advanceTimersByTimeAsync(MINUTES);
		expect(await callsAtOnce(second)).toBe(3);
		second.release();
	});

	it('has forgotten the limit that was named once its calls no longer count and no run uses it', async () => {
		const first = borrow(in5s(3));
		(await first.account.slot({ kind: 'page' })).onRefused({ limit: in5s(1) });
		await jest.advanceTimersByTimeAsync(MINUTES);
		expect(await callsAtOnce(first)).toBe(1);
		await jest.advanceTimersByTimeAsync(MINUTES);
		const meanwhile = borrow(in5s(3));
		expect(meanwhile.account.callsAtOnce).toBe(1);
		first.release();
		meanwhile.release();
		const later = borrow(in5s(3));
		expect(await callsAtOnce(later)).toBe(3);
		later.release();
	});

	it('has a memory that outlasts its limiter, and is its own', async () => {
		const first = borrow(in5s(3));
		first.account.memory.pages = { leads: 500, tried: 1000 };
		first.release();
		await jest.advanceTimersByTimeAsync(MINUTES);
		const [again, other] = [borrow(in5s(3)), borrow(in5s(3), { key: 'another' })];
		expect(again.account.memory).toMatchObject({ pages: { leads: 500 } });
		expect(other.account.memory.pages).toBeUndefined();
		// A run with the wrong secret key does not see it.
		const stranger = borrow(in5s(3), { secret: 'guessed' });
		expect(stranger.account.memory.pages).toBeUndefined();
		for (const one of [again, other, stranger]) one.release();
	});
});

describe('credentials of one account that state different limits', () => {
	it('the strictest of those in use holds, from when it is in use until it is not', async () => {
		const loose = borrow(in5s(9), { id: 'loose' });
		expect(loose.account.callsAtOnce).toBe(9);
		const strict = [borrow(in5s(4), { id: 'strict' }), borrow(in5s(4), { id: 'strict' })];
		expect(await callsAtOnce(loose)).toBe(4);
		strict[0].release();
		expect(await callsAtOnce(loose)).toBe(0);
		strict[1].release();
		expect(await callsAtOnce(loose)).toBe(5);
		loose.release();
	});

	it('the last one that was in use does not bind the next', async () => {
		const strict = borrow(in5s(2), { id: 'strict' });
		strict.release();
		const loose = borrow(in5s(9), { id: 'loose' });
		expect(await callsAtOnce(loose)).toBe(9);
		loose.release();
	});

	it('a limit with another window is also kept', async () => {
		const runs = [borrow(in5s(4)), borrow({ calls: 6, seconds: 60 })];
		expect(await callsAtOnce(runs[0])).toBe(4);
		await jest.advanceTimersByTimeAsync(6000);
		expect(await callsAtOnce(runs[1])).toBe(2);
		for (const run of runs) run.release();
	});

	it.each([
		['raised', 3, 9],
		['lowered', 9, 3],
	])('one that is %s while a run is under way holds at once', async (_, before, after) => {
		const old = borrow(in5s(before), { id: 'same' });
		const renewed = borrow(in5s(after), { id: 'same' });
		expect(await callsAtOnce(old)).toBe(after);
		expect(old.account.limitReport.stated).toEqual(in5s(before));
		renewed.release();
		expect(old.account.callsAtOnce).toBe(after);
		old.release();
	});

	it('two without an id are two, and the strictest of them holds', async () => {
		const runs = [borrow(in5s(3)), borrow(in5s(9))];
		expect(runs[1].account.callsAtOnce).toBe(3);
		for (const run of runs) run.release();
	});
});

describe('the report of a run', () => {
	it('is about its own calls, not those of other runs', async () => {
		const [mine, other] = [borrow(in5s(9)), borrow(in5s(9))];
		const [first, second] = [
			await mine.account.slot({ kind: 'page' }),
			await mine.account.slot({ kind: 'page' }),
		];
		first.onRefused({});
		expect(mine.account.limitReport).toEqual({ stated: in5s(9), refusedCalls: 1 });
		second.onRefused({ limit: in5s(4) });
		expect(mine.account.limitReport).toEqual({ stated: in5s(9), refusedCalls: 2, named: in5s(4) });
		expect(other.account.limitReport).toEqual({ stated: in5s(9), refusedCalls: 0 });
		expect(other.account.callsAtOnce).toBe(4);
		mine.release();
		other.release();
	});

	it.each([
		['with the limit of the account alone', {}],
		['with a narrower limit in addition', { narrow: BULK }],
	])('counts its calls, those that failed, and its waits: %s', async (_, more) => {
		const [mine, other] = [borrow(in5s(2)), borrow(in5s(2))];
		for (const end of ['onSuccess', 'onError'] as const) {
			(await mine.account.slot({ kind: 'page', ...more }))[end]();
		}
		const waiting = mine.account.slot({ kind: 'page', ...more });
		await jest.advanceTimersByTimeAsync(5100);
		(await waiting).onRefused({ limit: in5s(2) });
		expect(mine.account.traffic).toEqual({ calls: 3, failedCalls: 1, waitedMs: 5100 });
		expect(mine.account.limitReport.refusedCalls).toBe(1);
		expect(other.account.traffic).toEqual({ calls: 0, failedCalls: 0, waitedMs: 0 });
		mine.release();
		other.release();
	});
});

describe('calls with a narrower limit of their own', () => {
	it('keep both: their own, and that of the account', async () => {
		const run = borrow(in5s(3));
		expect(await callsAtOnce(run, { narrow: BULK })).toBe(2);
		expect(await callsAtOnce(run)).toBe(1);
		await jest.advanceTimersByTimeAsync(MINUTES);
		expect(await callsAtOnce(run)).toBe(3);
		expect(await callsAtOnce(run, { narrow: BULK })).toBe(0);
		run.release();
	});

	it('leave the account to others while they wait for their own', async () => {
		const run = borrow(in5s(9));
		for (let i = 0; i < 2; i++) await run.account.slot({ kind: 'write', narrow: BULK });
		const waiting = run.account.slot({ kind: 'write', narrow: BULK });
		expect(await callsAtOnce(run)).toBe(7);
		await jest.advanceTimersByTimeAsync(MINUTES);
		(await waiting).onSuccess();
		run.release();
	});

	it('count from their start, which is when the account has room too', async () => {
		const run = borrow(in5s(2));
		expect(await callsAtOnce(run)).toBe(2);
		const call = async () => (await run.account.slot({ kind: 'write', narrow: BULK })).onSuccess();
		const calls = [call(), call()];
		await jest.advanceTimersByTimeAsync(5200);
		await Promise.all(calls);
		// 5 s after they were asked for, though not after they started.
		const more = borrow(in5s(9), { id: 'more' });
		run.release();
		await jest.advanceTimersByTimeAsync(1000);
		expect(await callsAtOnce(more, { narrow: BULK })).toBe(0);
		more.release();
	});

	it('share it among all runs of the account', async () => {
		const runs = [borrow(in5s(9)), borrow(in5s(9))];
		expect(await callsAtOnce(runs[0], { narrow: BULK })).toBe(2);
		expect(await callsAtOnce(runs[1], { narrow: BULK })).toBe(0);
		for (const run of runs) run.release();
	});

	it('give both places up when they are cancelled while they wait for the account', async () => {
		const run = borrow(in5s(2));
		expect(await callsAtOnce(run)).toBe(2);
		const controller = new AbortController();
		const { signal } = controller;
		await jest.advanceTimersByTimeAsync(1000);
		const cancelled = run.account.slot({ kind: 'write', narrow: BULK, signal });
		cancelled.catch(() => {});
		await jest.advanceTimersByTimeAsync(1000);
		controller.abort(new Error('Cancelled'));
		await expect(cancelled).rejects.toThrow('Cancelled');
		// The account has room again from 5.1 s on; a place that was kept would count until 6.6 s.
		await jest.advanceTimersByTimeAsync(3200);
		expect(await callsAtOnce(run, { narrow: BULK })).toBe(2);
		run.release();
	});

	it.each<[string, RateLimit | undefined, number, number]>([
		['the limit of such calls', in5s(1), 9, 0],
		['no limit', undefined, 9, 0],
		["the account's own limit", in5s(9), 4, 1],
	])('that are refused for %s change that limit alone', async (_, limit, others, refusedCalls) => {
		const run = borrow(in5s(9));
		for (let i = 0; i < 8; i++) (await run.account.slot({ kind: 'page' })).onSuccess();
		const slot = await run.account.slot({ kind: 'write', narrow: BULK });
		slot.onFirstByte();
		slot.onRefused({ limit });
		expect(run.account.limitReport.refusedCalls).toBe(refusedCalls);
		await jest.advanceTimersByTimeAsync(5200);
		expect(await callsAtOnce(run)).toBe(others);
		run.release();
	});

	it('that are refused for their own limit leave their place in that of the account', async () => {
		const run = borrow(in5s(9));
		for (let i = 0; i < 8; i++) (await run.account.slot({ kind: 'page' })).onSuccess();
		(await run.account.slot({ kind: 'write', narrow: BULK })).onRefused({});
		expect(await callsAtOnce(run)).toBe(1);
		run.release();
	});

	it("that are refused for the account's limit leave their place in their own", async () => {
		const run = borrow(in5s(9));
		const slow = {
			narrow: { name: 'slow', limit: { calls: 1, seconds: 60 }, larger: { calls: 1, seconds: 60 } },
		};
		for (let i = 0; i < 8; i++) (await run.account.slot({ kind: 'page' })).onSuccess();
		(await run.account.slot({ kind: 'write', ...slow })).onRefused({ limit: in5s(9) });
		await jest.advanceTimersByTimeAsync(10_000);
		expect(await callsAtOnce(run, slow)).toBe(1);
		run.release();
	});

	const write = async (run: BorrowedAccount) =>
		await run.account.slot({ kind: 'write', narrow: GROWING });

	it('begin with what every plan allows, and use a larger one once that many calls were accepted', async () => {
		const run = borrow(in5s(9));
		const slots = [await write(run), await write(run)];
		expect(await callsAtOnce(run, { narrow: GROWING })).toBe(0);
		for (const slot of slots) slot.onSuccess();
		// The first one more shows that the plan allows it.
		expect(await callsAtOnce(run, { narrow: GROWING })).toBe(2);
		await jest.advanceTimersByTimeAsync(MINUTES);
		expect(await callsAtOnce(run, { narrow: GROWING })).toBe(4);
		run.release();
	});

	it.each([undefined, in5s(2)])(
		'go back for good once a call beyond it is refused (named: %j)',
		async (limit) => {
			const run = borrow(in5s(9));
			for (let call = 0; call < 2; call++) (await write(run)).onSuccess();
			(await write(run)).onRefused({ limit });
			for (let window = 0; window < 3; window++) {
				await jest.advanceTimersByTimeAsync(5200);
				for (let call = 0; call < 2; call++) (await write(run)).onSuccess();
				expect(await callsAtOnce(run, { narrow: GROWING })).toBe(0);
			}
			run.release();
			await jest.advanceTimersByTimeAsync(MINUTES);
			const later = borrow(in5s(9));
			expect(await callsAtOnce(later, { narrow: GROWING })).toBe(2);
			later.release();
		},
	);
});
