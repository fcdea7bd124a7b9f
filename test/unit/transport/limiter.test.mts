import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import type { RateLimit } from '../../../nodes/LeadSquared/transport/credentials';
import type { Clock } from '../../../nodes/LeadSquared/base/clock';
import { RateLimiter, type Slot } from '../../../nodes/LeadSquared/transport/limiter/limiter';
import { simulatedTime } from '../../../dev/simulation/simulatedTime.mts';
import { RUNS } from '../../sizes.mts';

const kind = 'page';
const in5s = (calls: number): RateLimit => ({ calls, seconds: 5 });

/** 5 s, and what the limiter adds to every window. */
const WINDOW = 5100;
/** The same within a share. */
const SHARED_WINDOW = 5020;
/** 5 s and more, for a call that gets no answer. */
const UNANSWERED = WINDOW + 500;

/** Simulated time whose sleeps end as soon as their signal is aborted, as n8n's do. */
function abortableTime() {
	const time = simulatedTime(async () => await new Promise((resolve) => setImmediate(resolve)));
	const sleep: Clock['sleep'] = async (ms, signal) => {
		signal?.throwIfAborted();
		await Promise.race([
			time.sleep(ms),
			new Promise((_, reject) =>
				signal?.addEventListener('abort', () => reject(signal.reason as Error)),
			),
		]);
	};
	return { ...time, sleep };
}

function setUp(limit: RateLimit) {
	const time = abortableTime();
	// Steps of calls that are paced are even: chance plays no part.
	const limiter = new RateLimiter([limit], time, () => 0.5);
	/** Makes calls, all asked for at once and answered after `latencyMs`: when each was let out, in ms. */
	const makeCalls = async (count: number, latencyMs = 0) =>
		await Promise.all(
			Array.from({ length: count }, async () => {
				const slot = await limiter.slot({ kind });
				const at = time.now();
				await time.sleep(latencyMs);
				slot.onSuccess();
				return at;
			}),
		);
	/** Takes slots for calls that are answered at once; those that are refused after all are up to the test. */
	const take = async (count: number) =>
		await Promise.all(
			Array.from({ length: count }, async () => {
				const slot = await limiter.slot({ kind });
				slot.onSuccess();
				return slot;
			}),
		);
	return {
		time,
		limiter,
		makeCalls,
		take,
		run: async <T,>(test: () => Promise<T>) => await time.run(test()),
	};
}

/** The number of calls that start at the first time, and at each later one. */
function bursts(times: number[]): Array<[at: number, calls: number]> {
	const counts = new Map<number, number>();
	for (const at of times) counts.set(at, (counts.get(at) ?? 0) + 1);
	return [...counts];
}

describe('calls are let out', () => {
	it('at once up to the limit, and then as soon as the window is over', async () => {
		const { makeCalls, run } = setUp(in5s(3));
		expect(bursts(await run(async () => await makeCalls(8)))).toEqual([
			[0, 3],
			[WINDOW, 3],
			[2 * WINDOW, 2],
		]);
	});

	it('one by one as the calls before them leave the window', async () => {
		const { time, makeCalls, run } = setUp(in5s(2));
		await run(async () => {
			await makeCalls(1);
			await time.sleep(2000);
			expect(await makeCalls(3)).toEqual([2000, WINDOW, 2000 + WINDOW]);
		});
	});

	it('for the window that the credential states', async () => {
		const { makeCalls, run } = setUp({ calls: 1, seconds: 60 });
		expect(await run(async () => await makeCalls(3))).toEqual([0, 60_100, 120_200]);
	});

	it('later, if the one before was answered later than the quickest: it may have been late on its way', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(2));
		await run(async () => {
			const [quick, slow] = [await limiter.slot({ kind }), await limiter.slot({ kind })];
			await time.sleep(100);
			quick.onSuccess();
			await time.sleep(300);
			slow.onSuccess();
			expect(await makeCalls(2, 100)).toEqual([WINDOW, WINDOW + 300]);
		});
	});

	it('after the first sign of an answer, however long the rest of it takes', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(2));
		await run(async () => {
			const [quick, slow] = [await limiter.slot({ kind }), await limiter.slot({ kind })];
			await time.sleep(100);
			for (const slot of [quick, slow]) slot.onFirstByte();
			quick.onSuccess();
			await time.sleep(2000);
			slow.onSuccess();
			expect(await makeCalls(2, 100)).toEqual([WINDOW, WINDOW]);
		});
	});

	it('half a second later at most, also if it has not been answered at all', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(3));
		await run(async () => {
			const [quick, slow] = [
				await limiter.slot({ kind }),
				await limiter.slot({ kind }),
				await limiter.slot({ kind }),
			];
			await time.sleep(100);
			quick.onSuccess();
			await time.sleep(4000);
			slow.onSuccess();
			expect(bursts(await makeCalls(3, 100))).toEqual([
				[WINDOW, 1],
				[UNANSWERED, 2],
			]);
		});
	});

	it.each([
		['four times as long as n8n took to write it, on top', 300, 4000, 500 + 4 * 300],
		['no more than its answer was late', 300, 900, 800],
		['three seconds at most', 2000, 5500, 3000],
	])('later by %s', async (_, writtenMs, answeredMs, later) => {
		const { time, limiter, makeCalls, run } = setUp(in5s(2));
		await run(async () => {
			const [quick, slow] = [await limiter.slot({ kind }), await limiter.slot({ kind })];
			await time.sleep(100);
			quick.onSuccess();
			await time.sleep(writtenMs - 100);
			slow.onSent();
			await time.sleep(answeredMs - writtenMs);
			slow.onSuccess();
			const [first, second] = await makeCalls(2, 100);
			expect(first).toBe(Math.max(WINDOW, answeredMs));
			expect(second).toBe(WINDOW + later);
		});
	});

	it('as soon as any call has left the window, though an earlier one has not', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(2));
		await run(async () => {
			const slow = await limiter.slot({ kind });
			await time.sleep(100);
			expect(await makeCalls(1, 10)).toEqual([100]);
			await time.sleep(1000);
			slow.onSuccess();
			expect(await makeCalls(2, 10)).toEqual([100 + WINDOW, UNANSWERED]);
		});
	});

	it('without delay for slow answers, if all of their kind are slow, once that is known', async () => {
		const { makeCalls, run } = setUp(in5s(2));
		expect(bursts(await run(async () => await makeCalls(8, 4000)))).toEqual([
			[0, 2],
			[UNANSWERED, 2],
			[UNANSWERED + WINDOW, 2],
			[UNANSWERED + 2 * WINDOW, 2],
		]);
	});

	it('without delay for slow answers, though those of another kind are quick', async () => {
		const { time, limiter, run } = setUp(in5s(2));
		const times: number[] = [];
		const call = async (kind: string, latencyMs: number) => {
			const slot = await limiter.slot({ kind });
			times.push(time.now());
			await time.sleep(latencyMs);
			slot.onSuccess();
		};
		await run(async () => {
			for (let i = 0; i < 4; i++) await Promise.all([call('list', 20), call('page', 2300)]);
		});
		const gaps = times.map((at, index) => at - times[index - 2]).slice(4);
		expect(Math.max(...gaps)).toBe(WINDOW);
	});

	it.each<[string, (slot: Slot) => void]>([
		['fail', (slot) => slot.onError()],
		['are refused', (slot) => slot.onRefused({ limit: in5s(2), retryAfterMs: 0 })],
	])('without delay for slow answers, though calls that %s are quick', async (_, end) => {
		const { time, limiter, makeCalls, run } = setUp(in5s(4));
		await run(async () => {
			await makeCalls(4, 2300);
			await time.sleep(WINDOW);
			await makeCalls(4, 2300);
			await time.sleep(WINDOW);
			const quick = await limiter.slot({ kind });
			await time.sleep(2);
			quick.onFirstByte();
			end(quick);
			await time.sleep(2 * WINDOW);
			const start = time.now();
			const { calls } = limiter.limits[0];
			expect(bursts(await makeCalls(2 * calls, 2300))).toEqual([
				[start, calls],
				[start + WINDOW, calls],
			]);
		});
	});

	it('later by all of the time of a call that failed: it may have counted, and may have been on its way', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(3));
		await run(async () => {
			await makeCalls(1, 2300);
			await time.sleep(2 * WINDOW);
			const start = time.now();
			const slots = [];
			for (let i = 0; i < 3; i++) slots.push(await limiter.slot({ kind }));
			for (const slot of slots) {
				await time.sleep(200);
				slot.onError();
			}
			expect((await makeCalls(3)).map((at) => at - start - WINDOW)).toEqual([200, 400, 500]);
		});
	});

	it('in the order in which they were asked for, whenever that was', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.integer({ min: 1, max: 5 }),
				fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 30 }),
				async (calls, gaps) => {
					const { time, limiter, run } = setUp(in5s(calls));
					const order: number[] = [];
					const underWay: Array<Promise<void>> = [];
					await run(async () => {
						for (const [index, gap] of gaps.entries()) {
							await time.sleep(gap);
							underWay.push(limiter.slot({ kind }).then(() => void order.push(index)));
						}
						await Promise.all(underWay);
					});
					expect(order).toEqual([...gaps.keys()]);
				},
			),
			{ numRuns: RUNS.limitedTraffic },
		);
	});
});

describe('the server sees no more calls than the limit in any window', () => {
	interface Traffic {
		limit: RateLimit;
		latencyMs: number;
		calls: Array<{ gapMs: number; burst: number; cancelAfterMs?: number }>;
	}
	const traffic = (latencyMs: fc.Arbitrary<number>, minSeconds: number): fc.Arbitrary<Traffic> =>
		fc.record({
			limit: fc.record({
				calls: fc.integer({ min: 1, max: 30 }),
				seconds: fc.integer({ min: minSeconds, max: 60 }),
			}),
			latencyMs,
			calls: fc.array(
				fc.record({
					gapMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
					burst: fc.integer({ min: 1, max: 40 }),
					cancelAfterMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
				}),
				{ minLength: 1, maxLength: 8 },
			),
		});

	/** Lets the traffic through; the times at which calls reached the server, in order. */
	async function arrivals(
		{ limit, latencyMs, calls }: Traffic,
		jitter: () => number,
	): Promise<number[]> {
		const { time, limiter, run } = setUp(limit);
		const arrived: number[] = [];
		const call = async (signal: AbortSignal, delays = [jitter(), jitter()]) => {
			const slot = await limiter.slot({ kind, signal }).catch(() => undefined);
			if (!slot) return;
			await time.sleep(latencyMs / 2 + delays[0]);
			arrived.push(time.now());
			await time.sleep(latencyMs / 2 + delays[1]);
			slot.onSuccess();
		};
		await run(async () => {
			await call(new AbortController().signal, [0, 0]);
			const underWay: Array<Promise<void>> = [];
			for (const { gapMs, burst, cancelAfterMs } of calls) {
				await time.sleep(gapMs);
				const controller = new AbortController();
				for (let i = 0; i < burst; i++) underWay.push(call(controller.signal));
				if (cancelAfterMs !== undefined) {
					underWay.push(time.sleep(cancelAfterMs).then(() => controller.abort()));
				}
			}
			await Promise.all(underWay);
		});
		return arrived.sort((a, b) => a - b);
	}

	const expectWithin = (arrived: number[], { calls, seconds }: RateLimit) => {
		for (let i = calls; i < arrived.length; i++) {
			expect(arrived[i] - arrived[i - calls]).toBeGreaterThanOrEqual(seconds * 1000);
		}
	};

	// Half the delay each way, and what the quickest call does not show: at most the margin.
	it.each([
		[50, fc.integer({ min: 0, max: 10_000 }), 1],
		[500, fc.integer({ min: 0, max: 3000 }), 5],
	])('with delays up to %i ms each way', async (jitterMs, latencyMs, minSeconds) => {
		await fc.assert(
			fc.asyncProperty(
				traffic(latencyMs, minSeconds),
				fc.infiniteStream(fc.integer({ min: 0, max: jitterMs })),
				async (some, delays) => {
					const arrived = await arrivals(some, () => delays.next().value);
					expectWithin(arrived, some.limit);
				},
			),
			{ numRuns: RUNS.limitedTraffic },
		);
	});
});

describe('a call that is no longer wanted', () => {
	const why = new Error('Cancelled');

	it('gets no slot, if that is clear from the start', async () => {
		const { limiter, makeCalls, run } = setUp(in5s(1));
		await run(async () => {
			await expect(limiter.slot({ kind, signal: AbortSignal.abort(why) })).rejects.toBe(why);
			expect(limiter.isForgettable).toBe(true);
			expect(await makeCalls(1)).toEqual([0]);
		});
	});

	it('leaves the queue at once while it waits for the window, and the next one takes its place', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(1));
		await run(async () => {
			await makeCalls(1);
			const controller = new AbortController();
			const cancelled = limiter
				.slot({ kind, signal: controller.signal })
				.catch((error: unknown) => [error, time.now()]);
			const next = makeCalls(2);
			await time.sleep(1000);
			controller.abort(why);
			expect(await cancelled).toEqual([why, 1000]);
			expect(await next).toEqual([WINDOW, 2 * WINDOW]);
		});
	});

	it('leaves the queue at once while it waits behind others, and none overtakes', async () => {
		const { time, limiter, run } = setUp(in5s(1));
		const order: string[] = [];
		const ask = async (name: string, signal?: AbortSignal) => {
			await limiter.slot({ kind, signal }).catch(() => order.push('cancelled'));
			order.push(`${name} at ${time.now()}`);
		};
		await run(async () => {
			const controller = new AbortController();
			const all = [ask('a'), ask('b'), ask('c', controller.signal), ask('d')];
			await time.sleep(1000);
			controller.abort(why);
			all.push(ask('e'));
			await Promise.all(all);
		});
		expect(order).toEqual([
			'a at 0',
			'cancelled',
			'c at 1000',
			`b at ${UNANSWERED}`,
			`d at ${2 * UNANSWERED}`,
			`e at ${3 * UNANSWERED}`,
		]);
	});

	it('gets no slot that comes free at the same moment', async () => {
		const { time, run } = setUp(in5s(1));
		await run(async () => {
			const controller = new AbortController();
			// A clock without support for signals: the wait itself continues to its end.
			const deaf = new RateLimiter([in5s(1)], { ...time, sleep: async (ms) => time.sleep(ms) });
			await deaf.slot({ kind });
			const cancelled = deaf.slot({ kind, signal: controller.signal });
			cancelled.catch(() => {});
			await time.sleep(UNANSWERED - 1);
			controller.abort(why);
			await expect(cancelled).rejects.toBe(why);
			await deaf.slot({ kind });
			expect(time.now()).toBe(UNANSWERED);
		});
	});

	it('leaves nothing behind, neither then nor when all goes well', async () => {
		const { time, limiter, run } = setUp(in5s(1));
		await run(async () => {
			const controller = new AbortController();
			const { signal } = controller;
			const ahead = [limiter.slot({ kind }), limiter.slot({ kind })];
			const waiting = limiter.slot({ kind, signal });
			expect(getEventListeners(signal, 'abort').length).toBe(1);
			await ahead[1];
			await time.sleep(0);
			// What is left belongs to the sleep, which is the clock's.
			expect(getEventListeners(signal, 'abort').length).toBe(1);
			await waiting;
			const late = limiter.slot({ kind, signal }).catch((error: unknown) => error);
			const later = limiter.slot({ kind, signal }).catch((error: unknown) => error);
			controller.abort(why);
			expect([await late, await later]).toEqual([why, why]);
		});
	});
});

describe('a refusal pauses all calls', () => {
	it.each<[string, number | undefined, number]>([
		['until the call no longer counts, if it does not say how long', undefined, WINDOW - 50],
		['as long as it says', 7000, 7000],
		['for less than a window, if it says so', 200, 200],
		['for a minute at most', 3_600_000, 60_000],
		['not at all, if it says so', 0, 0],
		['not at all for a time that has passed', -5000, 0],
	])('%s', async (_, retryAfterMs, pauseMs) => {
		const { time, makeCalls, take, run } = setUp(in5s(10));
		await run(async () => {
			const [slot] = await take(1);
			await time.sleep(50);
			// A limit that explains the refusal: nothing is given up for others.
			slot.onRefused({ retryAfterMs, limit: in5s(5) });
			expect(await makeCalls(1)).toEqual([50 + pauseMs]);
		});
	});

	it('as long as the longest of several', async () => {
		const { makeCalls, take, run } = setUp(in5s(10));
		await run(async () => {
			const slots = await take(3);
			for (const [index, retryAfterMs] of [1000, 9000, 2000].entries()) {
				slots[index].onRefused({ retryAfterMs });
			}
			expect(await makeCalls(1)).toEqual([9000]);
		});
	});

	it('also those that wait already', async () => {
		const { time, makeCalls, take, run } = setUp(in5s(2));
		await run(async () => {
			const slots = await take(2);
			const waiting = makeCalls(1);
			await time.sleep(1000);
			slots[0].onRefused({ retryAfterMs: 20_000 });
			expect(await waiting).toEqual([21_000]);
		});
	});

	it('and after a short one the calls before still count', async () => {
		const { makeCalls, take, run } = setUp(in5s(2));
		await run(async () => {
			const [slot] = await take(2);
			slot.onRefused({ retryAfterMs: 1000, limit: in5s(2) });
			const [first] = await makeCalls(1);
			expect(first).toBeGreaterThanOrEqual(SHARED_WINDOW);
		});
	});

	it('for the window that it names', async () => {
		const { makeCalls, take, run } = setUp(in5s(2));
		await run(async () => {
			const [slot] = await take(1);
			slot.onRefused({ limit: { calls: 2, seconds: 10 } });
			expect(await makeCalls(1)).toEqual([10_100]);
		});
	});
});

describe('the limit that a refusal names', () => {
	it('is kept to from then on, and one burst is all that it costs', async () => {
		const { limiter, makeCalls, take, run } = setUp(in5s(25));
		await run(async () => {
			const slots = await take(25);
			for (const slot of slots.slice(10)) slot.onRefused({ limit: in5s(10) });
			expect(limiter.limits).toEqual([in5s(10)]);
			expect(bursts(await makeCalls(25))).toEqual([
				[WINDOW, 10],
				[2 * WINDOW, 10],
				[3 * WINDOW, 5],
			]);
		});
	});

	it('is known before any pause is over', async () => {
		const { time, makeCalls, take, run } = setUp(in5s(4));
		await run(async () => {
			const slots = await take(4);
			slots[3].onRefused({ limit: in5s(1), retryAfterMs: 0 });
			expect(await makeCalls(2)).toEqual([WINDOW, 2 * WINDOW]);
			expect(time.now()).toBe(2 * WINDOW);
		});
	});

	it('does not hold, if the credential states less', async () => {
		const { limiter, take, run } = setUp(in5s(5));
		await run(async () => {
			const [slot] = await take(1);
			slot.onRefused({ limit: in5s(25) });
			expect(limiter.limits).toEqual([in5s(5)]);
		});
	});

	it('is never exceeded by growing back', async () => {
		const { makeCalls, take, run } = setUp(in5s(25));
		await run(async () => {
			const slots = await take(25);
			for (const slot of slots.slice(3)) slot.onRefused({ limit: in5s(3) });
			expect(bursts(await makeCalls(30)).map(([, calls]) => calls)).toEqual(Array(10).fill(3));
		});
	});

	it('may be taken back by a later refusal', async () => {
		const { limiter, makeCalls, take, run } = setUp(in5s(25));
		await run(async () => {
			const [slot] = await take(1);
			slot.onRefused({ limit: in5s(10), retryAfterMs: 0 });
			const [another] = await take(1);
			another.onRefused({ limit: in5s(20) });
			expect(limiter.limits).toEqual([in5s(20)]);
			await makeCalls(1);
		});
	});

	it('stays known, if a later refusal names none', async () => {
		const { limiter, take, run } = setUp(in5s(25));
		await run(async () => {
			const [first, second] = await take(2);
			first.onRefused({ limit: in5s(10) });
			second.onRefused({});
			expect(limiter.limits).toEqual([in5s(10)]);
		});
	});

	it.each([
		['a shorter window, with more calls for its length', [{ calls: 120, seconds: 60 }], in5s(25)],
		['a longer window, with fewer calls for its length', [in5s(25)], { calls: 100, seconds: 60 }],
	])('is kept in addition to what the credential states: %s', async (_, stated, named) => {
		const { limiter, take, run } = setUp(stated[0]);
		await run(async () => {
			const [slot] = await take(1);
			slot.onRefused({ limit: named });
			expect(limiter.limits).toEqual([...stated, named]);
		});
	});

	it('is kept in its own window, as is what the credential states', async () => {
		const { time, makeCalls, take, run } = setUp(in5s(25));
		await run(async () => {
			const [slot] = await take(1);
			slot.onRefused({ limit: { calls: 60, seconds: 60 }, retryAfterMs: 0 });
			const start = time.now();
			expect(bursts(await makeCalls(70)).map(([at, calls]) => [at - start, calls])).toEqual([
				[0, 25],
				[WINDOW, 25],
				[2 * WINDOW, 10],
				[60_100, 10],
			]);
		});
	});

	it('never lets out more than the credential states', async () => {
		const { makeCalls, take, run } = setUp(in5s(1));
		await run(async () => {
			const [slot] = await take(1);
			slot.onRefused({ limit: { calls: 2, seconds: 1 }, retryAfterMs: 0 });
			await makeCalls(1);
			const times = await makeCalls(3);
			expect(times[1] - times[0]).toBeGreaterThanOrEqual(5000);
			expect(times[2] - times[1]).toBeGreaterThanOrEqual(5000);
		});
	});

	it('is one of several, if the account has several', async () => {
		const { limiter, take, run } = setUp(in5s(50));
		const [short, long] = [in5s(25), { calls: 100, seconds: 60 }];
		await run(async () => {
			const slots = await take(3);
			for (const [index, limit] of [short, long, short].entries())
				slots[index].onRefused({ limit });
			expect(limiter.limits).toEqual([short, long]);
		});
	});
});

// By how much it yields and how fast it grows back is measured in test/simulation.
describe('refused below its limit, so that others must be using the account', () => {
	/** The number of calls that start in each of the next windows, if some are always waiting. */
	async function perWindow(
		limiter: RateLimiter,
		time: Clock,
		windows: number,
		windowMs = WINDOW,
	): Promise<number[]> {
		const counts = Array<number>(windows).fill(0);
		const start = time.now();
		for (;;) {
			(await limiter.slot({ kind })).onSuccess();
			const window = Math.floor((time.now() - start) / windowMs);
			if (window >= windows) return counts;
			counts[window]++;
		}
	}

	/** A burst of 40 calls; some are refused. */
	async function burst(limiter: RateLimiter, refused: number): Promise<void> {
		const slots = await Promise.all(
			Array.from({ length: 40 }, async () => await limiter.slot({ kind })),
		);
		for (const [index, slot] of slots.entries()) {
			if (index < refused) slot.onRefused({ limit: in5s(40) });
			else slot.onSuccess();
		}
	}

	it('it has no share at first, finds one by probes, and has all of the limit again in time', async () => {
		const { time, limiter, run } = setUp(in5s(40));
		await run(async () => {
			await time.sleep(60_000);
			await burst(limiter, 40);
			await time.sleep(WINDOW);
			const counts = await perWindow(limiter, time, 20);
			expect(counts[0]).toBeGreaterThanOrEqual(1);
			expect(counts[0]).toBeLessThan(15);
			expect(counts.at(-1)).toBe(40);
			expect(Math.max(...counts)).toBe(40);
		});
	});

	it.each([
		['half of it, if most was accepted, and keeps to it for now', 5, 20, 20],
		['what was accepted, if that is less, and soon looks for more', 30, 10, 19],
	])('it takes %s', async (_, refused, least, most) => {
		const { time, limiter, run } = setUp(in5s(40));
		await run(async () => {
			await burst(limiter, refused);
			await time.sleep(WINDOW);
			const [count] = await perWindow(limiter, time, 1, SHARED_WINDOW);
			expect(count).toBeGreaterThanOrEqual(least);
			expect(count).toBeLessThanOrEqual(most);
		});
	});

	it('it makes the calls of its share again as soon as they leave the window', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(40));
		await run(async () => {
			await burst(limiter, 5);
			await time.sleep(WINDOW);
			expect(bursts(await makeCalls(40))).toEqual([
				[WINDOW, 20],
				[WINDOW + SHARED_WINDOW, 20],
			]);
		});
	});

	it('it loses one place, and a part, to a probe; more calls that are refused with it came too early', async () => {
		const { time, limiter, take, run } = setUp(in5s(40));
		await run(async () => {
			await burst(limiter, 5);
			await time.sleep(WINDOW);
			for (const slot of await take(20)) slot.onRefused({ limit: in5s(40) });
			await time.sleep(WINDOW);
			// 20, less one, less three tenths of what is above a tenth of the limit.
			expect(await perWindow(limiter, time, 1, SHARED_WINDOW)).toEqual([15]);
		});
	});

	it('it counts calls of the window before as accepted, if a burst has just begun', async () => {
		const { time, limiter, run } = setUp(in5s(40));
		await run(async () => {
			await burst(limiter, 0);
			await time.sleep(WINDOW);
			(await limiter.slot({ kind })).onRefused({ limit: in5s(40) });
			await time.sleep(WINDOW);
			expect(await perWindow(limiter, time, 1, SHARED_WINDOW)).toEqual([20]);
		});
	});

	it.each([1, 2, 4])('it also gets all of a small limit back: %i calls', async (calls) => {
		const { time, limiter, take, run } = setUp(in5s(calls));
		await run(async () => {
			for (const slot of await take(calls)) slot.onRefused({});
			await time.sleep(WINDOW);
			const counts = await perWindow(limiter, time, 100);
			expect(counts[0]).toBeGreaterThanOrEqual(1);
			expect(counts.at(-1)).toBe(calls);
			expect(Math.max(...counts)).toBe(calls);
		});
	});

	it('again and again it still lets calls out now and then', async () => {
		const { time, take, run } = setUp(in5s(4));
		await run(async () => {
			for (let i = 0; i < 20; i++) (await take(1))[0].onRefused({ retryAfterMs: 0 });
			const before = time.now();
			await take(1);
			expect(time.now() - before).toBeLessThanOrEqual(2 * WINDOW);
		});
	});
});

describe('credentials of one account that state different limits', () => {
	it.each([
		['fewer calls', in5s(10), in5s(4), in5s(4)],
		['a longer window', in5s(10), { calls: 10, seconds: 20 }, { calls: 10, seconds: 20 }],
		['more calls', in5s(4), in5s(10), in5s(4)],
		['as many for its length, but more at once', in5s(4), { calls: 8, seconds: 10 }, in5s(4)],
		['as many for its length, but fewer at once', { calls: 8, seconds: 10 }, in5s(4), in5s(4)],
	])('the strictest one holds: %s', async (_, first, second, expected) => {
		const { limiter, makeCalls, run } = setUp(first);
		limiter.setStated([first, second]);
		expect(limiter.limits).toEqual([expected]);
		const sent = bursts(await run(async () => await makeCalls(expected.calls + 1)));
		expect(sent).toEqual([
			[0, expected.calls],
			[expected.seconds * 1000 + 100, 1],
		]);
	});

	it('both hold, if neither is the stricter one in every window', async () => {
		const { limiter, makeCalls, run } = setUp(in5s(4));
		limiter.setStated([in5s(4), { calls: 6, seconds: 20 }]);
		expect(bursts(await run(async () => await makeCalls(8)))).toEqual([
			[0, 4],
			[WINDOW, 2],
			[20_100, 2],
		]);
	});

	it('a stricter one counts what was sent before it came, in its longer window too', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(10));
		await run(async () => {
			await makeCalls(10);
			await time.sleep(25_000);
			await makeCalls(1);
			await time.sleep(5000);
			limiter.setStated([in5s(10), { calls: 10, seconds: 50 }]);
			expect(await makeCalls(1)).toEqual([50_100]);
		});
	});

	it.each([
		['raised', in5s(2), in5s(6)],
		['given a shorter window', { calls: 2, seconds: 60 }, { calls: 2, seconds: 1 }],
		['no longer in use, so that the other one is left', in5s(2), in5s(3)],
	])('one that is %s lets out waiting calls at once', async (_, before, after) => {
		const { time, limiter, makeCalls, run } = setUp(before);
		await run(async () => {
			await makeCalls(2);
			const waiting = makeCalls(after.calls);
			await time.sleep(2000);
			limiter.setStated([after]);
			const room = after.seconds < 2 ? after.calls : after.calls - before.calls;
			expect(bursts(await waiting)[0]).toEqual([2000, room]);
			expect(limiter.limits).toEqual([after]);
		});
	});

	it('what LeadSquared names still holds, if it is stricter than both', async () => {
		const { limiter, take, run } = setUp(in5s(25));
		await run(async () => {
			(await take(1))[0].onRefused({ limit: in5s(2) });
			limiter.setStated([in5s(10), in5s(25)]);
			expect(limiter.limits).toEqual([in5s(2)]);
			limiter.setStated([in5s(1)]);
			expect(limiter.limits).toEqual([in5s(1)]);
		});
	});
});

describe('a slot that is held while others are waited for', () => {
	it('counts from when the call starts', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(2));
		await run(async () => {
			const [early, late] = [await limiter.slot({ kind }), await limiter.slot({ kind })];
			await time.sleep(2000);
			early.restart();
			early.onSuccess();
			late.onSuccess();
			expect(await makeCalls(2)).toEqual([UNANSWERED, 2000 + WINDOW]);
		});
	});

	it('leaves room for another call at once, if it is given back', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(1));
		await run(async () => {
			const slot = await limiter.slot({ kind });
			const waiting = makeCalls(1);
			await time.sleep(10);
			slot.cancel();
			expect(await waiting).toEqual([10]);
		});
	});
});

describe('it may be forgotten', () => {
	it('when nothing was ever asked', () => {
		expect(setUp(in5s(1)).limiter.isForgettable).toBe(true);
	});

	it('not before the last call has left the window', async () => {
		const { time, limiter, makeCalls, run } = setUp(in5s(5));
		await run(async () => {
			await makeCalls(1);
			expect(limiter.isForgettable).toBe(false);
			await time.sleep(WINDOW - 1);
			expect(limiter.isForgettable).toBe(false);
			await time.sleep(1);
			expect(limiter.isForgettable).toBe(true);
		});
	});

	it('not before a pause is over', async () => {
		const { time, limiter, take, run } = setUp(in5s(5));
		await run(async () => {
			(await take(1))[0].onRefused({ retryAfterMs: 30_000 });
			await time.sleep(29_999);
			expect(limiter.isForgettable).toBe(false);
			await time.sleep(1);
			expect(limiter.isForgettable).toBe(true);
		});
	});

	it('not while a call waits', async () => {
		const { time, limiter, run } = setUp(in5s(1));
		await run(async () => {
			const first = limiter.slot({ kind });
			expect(limiter.isForgettable).toBe(false);
			await first;
			const second = limiter.slot({ kind });
			// The first call has just left the window, the second has not started yet.
			await time.sleep(UNANSWERED).then(() => expect(limiter.isForgettable).toBe(false));
			await second;
			await time.sleep(UNANSWERED);
			expect(limiter.isForgettable).toBe(true);
		});
	});
});
