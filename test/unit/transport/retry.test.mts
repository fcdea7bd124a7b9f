import type { Client } from '../../../nodes/LeadSquared/transport/client';
import {
	backoffMs,
	callWithRetry,
	msBeforeRetry,
} from '../../../nodes/LeadSquared/transport/retry';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const READ = { maxWaitMs: 60_000, mayRepeat: true };
const passing = (retryAfterMs?: number): Outcome<number> => ({
	kind: 'transient',
	fault: { from: 'leadSquared', message: 'x' },
	retryAfterMs,
});

it('pauses grow, up to half a minute', () => {
	const longest = [1, 2, 3, 4, 20].map((faults) => backoffMs(faults, () => 1));
	expect(longest).toEqual([...longest].sort((a, b) => a - b));
	expect(longest.at(-1)).toBe(30_000);
	expect(backoffMs(20, () => 0)).toBe(0);
});

it.each<[string, Parameters<typeof msBeforeRetry>, number | undefined]>([
	['as long as Retry-After asks', [READ, 1, 0, 7000], 7000],
	['but no longer than is left', [READ, 1, 55_000, 7000], 5000],
	['none when the time is up', [READ, 9, 60_000, 7000], undefined],
	['none if it is not to wait', [{ ...READ, maxWaitMs: 0 }, 1, 0, 7000], undefined],
	['none if the call may not be repeated', [{ ...READ, mayRepeat: false }, 1, 0], undefined],
])('the pause before the next try: %s', (_, args, expected) => {
	expect(msBeforeRetry(...args)).toBe(expected);
});

describe('a single call', () => {
	const make = async (policy = READ, ...outcomes: Array<Outcome<number>>) => {
		const time = { now: 0 };
		const clock = {
			now: () => time.now,
			wallNow: () => 0,
			sleep: async (ms: number) => void (time.now += ms),
		};
		let calls = 0;
		const client = {
			clock,
			maxWaitMs: policy.maxWaitMs,
			signal: new AbortController().signal,
			call: async () => outcomes[Math.min(calls++, outcomes.length - 1)],
		} as unknown as Client;
		const request = { method: 'GET' as const, path: '/Some.svc/Thing.Get' };
		const read = () => undefined;
		const outcome = await callWithRetry<number>(client, request, read, policy.mayRepeat);
		return { outcome, calls, ms: time.now };
	};

	it('is made again until it succeeds', async () => {
		const ok: Outcome<number> = { kind: 'ok', value: 5 };
		expect(await make(READ, passing(100), passing(200), ok)).toEqual({
			outcome: ok,
			calls: 3,
			ms: 300,
		});
	});

	it('has its last try when the time is up', async () => {
		const { outcome, ms } = await make(READ, passing());
		expect([outcome.kind, ms]).toEqual(['transient', 60_000]);
	});

	it('is made once if it may not be repeated, or if the error is not transient', async () => {
		expect((await make({ ...READ, mayRepeat: false }, passing())).calls).toBe(1);
		const refused: Outcome<number> = {
			kind: 'unauthorized',
			fault: { from: 'leadSquared', message: 'x' },
		};
		expect((await make(READ, refused)).calls).toBe(1);
	});
	it('is not made again if the same answer has come back too often', async () => {
		const fault = { from: 'leadSquared', message: 'x' } as const;
		const repeated: Outcome<number> = { kind: 'transient', fault, isRepeated: true };
		expect(await make(READ, passing(100), repeated)).toMatchObject({ outcome: repeated, calls: 2 });
	});
});
