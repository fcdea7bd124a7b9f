import type { RateLimit } from '../../nodes/LeadSquared/account.ts';
import { RateLimiter } from '../../nodes/LeadSquared/transport/limiter.ts';
import { countingServer, type Counting } from './servers.mts';
import { seededRandom, simulatedTime } from './simulatedTime.mts';

/** A process that calls without pause from one time to another. */
export interface Worker {
	fromSeconds: number;
	toSeconds: number;
}

export interface WorkersResult {
	/** Accepted calls over what the limit would have allowed while anyone was at work. */
	throughput: number;
	/** Refused calls over all calls. */
	refused: number;
	/** Jain's index over the accepted calls while all are at work: 1 is even, 1/n is all for one. */
	fairness: number;
	/** For each window of the limit, the accepted calls of each worker. */
	shares: number[][];
}

/**
 * Workers that share an account and nothing else, each with a limiter of its own.
 *
 * @param options latencyMs and jitterMs as in the test of one limiter
 */
export async function simulateWorkers(
	workers: Worker[],
	limit: RateLimit,
	options: { counting: Counting; latencyMs: number; jitterMs: number; seed: number },
): Promise<WorkersResult> {
	const time = simulatedTime();
	const random = seededRandom(options.seed);
	const accept = countingServer(options.counting, limit);
	const end = Math.max(...workers.map(({ toSeconds }) => toSeconds));
	const windows = Math.ceil(end / limit.seconds) + 1;
	const shares = Array.from({ length: windows }, () => workers.map(() => 0));
	const accepted = workers.map(() => 0);
	let calls = 0;
	let refusals = 0;
	const run = async (index: number) => {
		const { fromSeconds, toSeconds } = workers[index];
		const limiter = new RateLimiter(limit, time, random);
		await time.sleep(fromSeconds * 1000);
		let underWay = 0;
		let wake = () => {};
		const call = async () => {
			const slot = await limiter.slot();
			if (time.now() >= toSeconds * 1000) return;
			void answer(slot);
		};
		const answer = async (slot: Awaited<ReturnType<RateLimiter['slot']>>) => {
			underWay++;
			await time.sleep(options.latencyMs / 2 + random() * options.jitterMs);
			calls++;
			const good = accept(time.now());
			if (good) {
				accepted[index]++;
				shares[Math.min(windows - 1, Math.floor(time.now() / 1000 / limit.seconds))][index]++;
			} else refusals++;
			await time.sleep(options.latencyMs / 2 + random() * options.jitterMs);
			slot.answered();
			if (!good) slot.refused({ limit });
			underWay--;
			wake();
		};
		while (time.now() < toSeconds * 1000) {
			if (underWay >= 2 * limit.calls) await new Promise<void>((resolve) => (wake = resolve));
			else await call();
		}
	};
	await time.run(Promise.all(workers.map((_, index) => run(index))));

	const from = Math.max(...workers.map(({ fromSeconds }) => fromSeconds));
	const to = Math.min(...workers.map(({ toSeconds }) => toSeconds));
	const together = shares.slice(Math.ceil(from / limit.seconds), Math.floor(to / limit.seconds));
	const rates = workers.map((_, index) => together.reduce((all, share) => all + share[index], 0));
	const sum = rates.reduce((a, b) => a + b, 0);
	const squares = rates.reduce((a, b) => a + b * b, 0);
	const busy = busySeconds(workers);
	return {
		throughput: accepted.reduce((a, b) => a + b, 0) / ((busy / limit.seconds) * limit.calls),
		refused: refusals / calls,
		fairness: (sum * sum) / (workers.length * squares),
		shares,
	};
}

/** How long at least one worker is at work. */
function busySeconds(workers: Worker[]): number {
	let [busy, until] = [0, 0];
	for (const { fromSeconds, toSeconds } of [...workers].sort(
		(a, b) => a.fromSeconds - b.fromSeconds,
	)) {
		busy += Math.max(0, toSeconds - Math.max(until, fromSeconds));
		until = Math.max(until, toSeconds);
	}
	return busy;
}
