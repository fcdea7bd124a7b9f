import type { RateLimit } from '../../nodes/LeadSquared/transport/credentials.ts';
import { RateLimiter } from '../../nodes/LeadSquared/transport/limiter/limiter.ts';
import { countingServer, type Counting } from './servers.mts';
import { seededRandom, simulatedTime } from './simulatedTime.mts';

/** A process that makes calls without pause in a span of time, or until it has made all of its calls. */
export interface Worker {
	fromSeconds: number;
	toSeconds: number;
	/** The number of calls to make; endless if absent. */
	calls?: number;
}

export interface WorkersResult {
	/** Accepted calls over the calls that the limit allows while at least one worker is at work. */
	throughput: number;
	/** Refused calls over all calls. */
	refused: number;
	/** Jain's index over the accepted calls while all are at work: 1 is even, 1/n is all for one worker. */
	fairness: number;
	/** For each window of the limit, the accepted calls of each worker. */
	shares: number[][];
	/** For each window of the limit, the refused calls of all workers. */
	refusals: number[];
	/** The time of the last accepted call. */
	endSeconds: number;
}

/**
 * Simulates workers that share an account and nothing else. Each has a limiter of its own.
 *
 * @param options latencyMs, jitterMs, serverMs and failing as in `Conditions`
 */
export async function simulateWorkers(
	workers: Worker[],
	limit: RateLimit,
	options: {
		counting: Counting;
		latencyMs: number;
		jitterMs: number;
		serverMs?: number;
		failing?: number;
		/** Time, in ms, for which a call keeps the process's one thread busy: to send it, and to read its answer. */
		busyMs?: { send: number; read: number };
		/** The same for the first burst of a process. */
		busyAtFirstMs?: { send: number; read: number };
		seed: number;
	},
): Promise<WorkersResult> {
	const { latencyMs, jitterMs, serverMs = 0, failing = 0 } = options;
	const { busyMs = { send: 0, read: 0 }, busyAtFirstMs = busyMs } = options;
	const time = simulatedTime();
	const random = seededRandom(options.seed);
	const accept = countingServer(options.counting, limit);
	const end = Math.max(...workers.map(({ toSeconds }) => toSeconds));
	const windows = Math.ceil(end / limit.seconds) + 1;
	const shares = Array.from({ length: windows }, () => workers.map(() => 0));
	const refusals = Array<number>(windows).fill(0);
	const accepted = workers.map(() => 0);
	let calls = 0;
	let endSeconds = 0;
	const run = async (index: number) => {
		const { fromSeconds, toSeconds, calls: toDo = Infinity } = workers[index];
		const limiter = new RateLimiter([limit], time, random);
		await time.sleep(fromSeconds * 1000);
		let underWay = 0;
		let wake = () => {};
		let isFreeAt = 0;
		let sent = 0;
		const work = async (deed: 'send' | 'read', isFirst: boolean) => {
			const meanMs = (isFirst ? busyAtFirstMs : busyMs)[deed];
			if (meanMs === 0) return;
			isFreeAt = Math.max(isFreeAt, time.now()) + meanMs * (0.5 + random());
			await time.sleep(isFreeAt - time.now());
		};
		const call = async () => {
			const slot = await limiter.slot({ kind: 'page' });
			if (time.now() >= toSeconds * 1000) return;
			void answer(slot);
		};
		const answer = async (slot: Awaited<ReturnType<RateLimiter['slot']>>) => {
			underWay++;
			const isFirst = sent++ < limit.calls;
			await work('send', isFirst);
			slot.onSent();
			await work('send', isFirst);
			await time.sleep(latencyMs / 2 + random() * jitterMs);
			calls++;
			const good = accept(time.now());
			const window = Math.min(windows - 1, Math.floor(time.now() / 1000 / limit.seconds));
			if (good) {
				accepted[index]++;
				shares[window][index]++;
				endSeconds = time.now() / 1000;
			} else refusals[window]++;
			const fails = good && failing > 0 && random() < failing;
			const takesMs = good && !fails && serverMs > 0 ? random() * serverMs : 0;
			await time.sleep(takesMs + latencyMs / 2 + random() * jitterMs);
			await work('read', isFirst);
			slot.onFirstByte();
			if (!good) slot.onRefused({ limit });
			else if (fails) slot.onError();
			else slot.onSuccess();
			underWay--;
			wake();
		};
		while (time.now() < toSeconds * 1000 && accepted[index] < toDo) {
			const most = Math.min(2 * limit.calls, toDo - accepted[index]);
			if (underWay >= most) await new Promise<void>((resolve) => (wake = resolve));
			else await call();
		}
	};
	await time.run(Promise.all(workers.map((_, index) => run(index))));

	const from = Math.max(...workers.map(({ fromSeconds }) => fromSeconds));
	const to = Math.min(...workers.map(({ toSeconds }) => toSeconds));
	const together = shares.slice(Math.ceil(from / limit.seconds), Math.floor(to / limit.seconds));
	const rates = workers.map((_, index) => together.reduce((all, share) => all + share[index], 0));
	const squares = sum(rates.map((rate) => rate * rate));
	const busy = busySeconds(workers);
	return {
		throughput: sum(accepted) / ((busy / limit.seconds) * limit.calls),
		refused: sum(refusals) / calls,
		fairness: sum(rates) ** 2 / (workers.length * squares),
		shares,
		refusals,
		endSeconds,
	};
}

/** The time during which at least one worker is at work. */
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

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
