import type { RateLimit } from '../../nodes/LeadSquared/transport/account.ts';
import type { Clock } from '../../nodes/LeadSquared/transport/clock.ts';
import { RateLimiter } from '../../nodes/LeadSquared/transport/limiter/limiter.ts';
import { countingServer, type Counting } from './servers.mts';
import { seededRandom, simulatedTime, underGlobals } from './simulatedTime.mts';

/** A limiter under measurement: starts a call when its turn has come, and says whether it was accepted. */
export type Throttle = (call: () => Promise<boolean>) => Promise<boolean>;

/** Makes the limiter; who takes no clock gets the same time from `Date.now` and the global timers. */
export type MakeThrottle = (limit: RateLimit, time: Clock) => Throttle;

export interface Conditions {
	counting: Counting;
	/** Whether a fixed window ends just while the first calls arrive. Who sends in step with it meets each edge so. */
	edgeInBurst?: boolean;
	limit: RateLimit;
	/** Half of it before the call reaches the server, half of it after. */
	latencyMs: number;
	/** What each way may take longer. */
	jitterMs: number;
}

export interface Result {
	/** Refused calls, each of which was made again. */
	refused: number;
	/** Calls that were accepted, all in the end. */
	accepted: number;
	/** Total time over the floor: window × ⌊(calls − 1) / limit⌋ + one latency. */
	overFloor: number;
}

/** The limiter of the node. */
export const ours: MakeThrottle = (limit, time) => {
	const limiter = new RateLimiter(limit, time);
	return async (call) => {
		const slot = await limiter.slot();
		const accepted = await call();
		if (accepted) slot.answered();
		else slot.refused({ limit });
		return accepted;
	};
};

/** One client alone, which has `calls` calls to make and makes a refused one again, in virtual time. */
export async function measure(
	makeThrottle: MakeThrottle,
	{ counting, edgeInBurst, limit, latencyMs, jitterMs }: Conditions,
	calls = 10_000,
): Promise<Result> {
	const time = simulatedTime();
	const random = seededRandom(limit.calls * 7919 + latencyMs + jitterMs);
	const accept = countingServer(
		counting,
		limit,
		edgeInBurst ? (latencyMs + jitterMs) / 2 : undefined,
	);
	let refused = 0;
	let toDo = calls;
	const call = async () => {
		await time.sleep(latencyMs / 2 + random() * jitterMs);
		const accepted = accept(time.now());
		await time.sleep(latencyMs / 2 + random() * jitterMs);
		return accepted;
	};
	const floor = limit.seconds * 1000 * Math.floor((calls - 1) / limit.calls) + latencyMs;
	// Who sets a timer again and again could go on for ever.
	const tooLong = time.sleep(10 * floor).then(() => {
		throw new Error('Not done in ten times the least time possible');
	});
	const restore = underGlobals(time);
	try {
		const throttle = makeThrottle(limit, time);
		const work = async () => {
			while (toDo > 0) {
				toDo--;
				if (await throttle(call)) continue;
				refused++;
				toDo++;
			}
		};
		const done = Promise.all(Array.from({ length: 2 * limit.calls }, work));
		await time.run(Promise.race([done, tooLong]));
	} finally {
		restore();
	}
	return { refused, accepted: calls, overFloor: time.now() / floor };
}
