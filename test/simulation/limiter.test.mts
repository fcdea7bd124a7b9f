import { RateLimiter } from '../../nodes/LeadSquared/transport/limiter.ts';
import { countingServer, type Counting } from './servers.mts';
import { seededRandom, simulatedTime } from './simulatedTime.mts';

const CALLS = 10_000;
const SECONDS = 5;

interface Result {
	refused: number;
	/** Total time over the floor: window × ⌊(calls − 1) / limit⌋ + one latency. */
	overFloor: number;
}

/** One client with 10,000 calls; each arrives after half the latency and a delay of its own, and so does its answer. */
async function measure(
	counting: Counting,
	limit: number,
	latencyMs: number,
	jitterMs: number,
): Promise<Result> {
	const time = simulatedTime();
	const random = seededRandom(limit * 7919 + latencyMs + jitterMs);
	const accept = countingServer(counting, { calls: limit, seconds: SECONDS });
	const limiter = new RateLimiter({ calls: limit, seconds: SECONDS }, time);
	let refused = 0;
	let toDo = CALLS;
	const underWay = new Set<Promise<void>>();
	const call = async () => {
		const slot = await limiter.slot();
		await time.sleep(latencyMs / 2 + random() * jitterMs);
		const accepted = accept(time.now());
		await time.sleep(latencyMs / 2 + random() * jitterMs);
		slot.answered();
		if (accepted) return;
		refused++;
		toDo++;
		slot.refused({ limit: { calls: limit, seconds: SECONDS } });
	};
	const work = async () => {
		while (toDo > 0) {
			toDo--;
			await call();
		}
	};
	for (let i = 0; i < 2 * limit; i++) underWay.add(work());
	await time.run(Promise.all(underWay));
	const floor = SECONDS * 1000 * Math.floor((CALLS - 1) / limit) + latencyMs;
	return { refused, overFloor: time.now() / floor };
}

describe.each<Counting>(['sliding', 'fixed', 'bucket'])(
	'a server that counts by %s windows',
	(counting) => {
		describe.each([2, 10, 25, 72])('and allows %i calls in 5 s', (limit) => {
			it.each([20, 300, 1000, 3000])(
				'refuses none of 10,000 calls, at %i ms latency and delays up to 100 ms',
				async (latencyMs) => {
					const { refused, overFloor } = await measure(counting, limit, latencyMs, 100);
					expect(refused).toBe(0);
					expect(overFloor).toBeLessThanOrEqual(1.05);
				},
			);

			it.each([20, 300, 1000, 3000])(
				'refuses at most 1 %% of them, at %i ms latency and delays up to 500 ms',
				async (latencyMs) => {
					const { refused, overFloor } = await measure(counting, limit, latencyMs, 500);
					expect(refused / CALLS).toBeLessThanOrEqual(0.01);
					expect(overFloor).toBeLessThanOrEqual(1.15);
				},
			);
		});
	},
);
