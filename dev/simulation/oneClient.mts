import type { RateLimit } from '../../nodes/LeadSquared/transport/credentials.ts';
import type { Clock } from '../../nodes/LeadSquared/base/clock.ts';
import { RateLimiter } from '../../nodes/LeadSquared/transport/limiter/limiter.ts';
import { countingServer, type Counting } from './servers.mts';
import { seededRandom, simulatedTime, underGlobals } from './simulatedTime.mts';

/** The end of a call. */
export type Ending = 'ok' | 'refused' | 'failed';

/** Makes a call, and reports when its answer begins. */
export type Call = (onFirstByte?: () => void) => Promise<Ending>;

/** A limiter to measure: starts a call when it is its turn. */
export type Throttle = (call: Call, kind: string) => Promise<Ending>;

/** Makes a limiter. One that takes no clock gets the same time from `Date.now` and the global timers. */
export type MakeThrottle = (limit: RateLimit, time: Clock) => Throttle;

export interface Conditions {
	counting: Counting;
	/** Whether a fixed window ends while the first calls arrive. A client in step with it meets every edge so. */
	edgeInBurst?: boolean;
	limit: RateLimit;
	/** Half of it is before the call reaches the server, half after. */
	latencyMs: number;
	/** The longest additional time of each way. */
	jitterMs: number;
	/** The longest additional time that the server takes for an answer, drawn for each call. */
	serverMs?: number;
	/** The longest time from the first byte to the end of a body, drawn for each call. */
	bodyMs?: number;
	/** A second kind of call, for which the server takes `serverMs` longer: all except the first of every `butOneIn`. */
	secondKind?: { serverMs: number; butOneIn: number };
	/** The part of the calls that fail at once. The server counts them, and each is repeated. */
	failing?: number;
}

export interface Result {
	/** Refused calls; each was repeated. */
	refused: number;
	/** Calls that the server counted, including those that failed. */
	accepted: number;
	/** Total time over the floor: window × ⌊(calls − 1) / limit⌋ + one latency, the longest. */
	overFloor: number;
}

/** The limiter of the node. */
export const ours: MakeThrottle = (limit, time) => {
	const limiter = new RateLimiter([limit], time);
	return async (call, kind) => {
		const slot = await limiter.slot({ kind });
		const ending = await call(() => slot.onFirstByte());
		if (ending === 'ok') slot.onSuccess();
		else if (ending === 'failed') slot.onError();
		else slot.onRefused({ limit });
		return ending;
	};
};

/** Measures one client alone in virtual time. It has `calls` calls to make, and repeats refused ones. */
export async function measure(
	makeThrottle: MakeThrottle,
	conditions: Conditions,
	calls = 10_000,
): Promise<Result> {
	const { counting, edgeInBurst, limit, latencyMs, jitterMs, secondKind } = conditions;
	const { serverMs = 0, bodyMs = 0, failing = 0 } = conditions;
	const time = simulatedTime();
	const random = seededRandom(limit.calls * 7919 + latencyMs + jitterMs);
	const accept = countingServer(
		counting,
		limit,
		edgeInBurst ? (latencyMs + jitterMs) / 2 : undefined,
	);
	let accepted = 0;
	let refused = 0;
	let toDo = calls;
	const makeCall =
		(kindMs: number): Call =>
		async (onFirstByte) => {
			await time.sleep(latencyMs / 2 + random() * jitterMs);
			const isWithin = accept(time.now());
			if (isWithin) accepted++;
			const fails = failing > 0 && random() < failing;
			const takesMs = isWithin && !fails ? kindMs + (serverMs > 0 ? random() * serverMs : 0) : 0;
			await time.sleep(takesMs + latencyMs / 2 + random() * jitterMs);
			onFirstByte?.();
			if (bodyMs > 0) await time.sleep(random() * bodyMs);
			return !isWithin ? 'refused' : fails ? 'failed' : 'ok';
		};
	const first = makeCall(0);
	const second = makeCall(secondKind?.serverMs ?? 0);
	const longestMs = latencyMs + Math.max(serverMs, secondKind?.serverMs ?? 0) + bodyMs;
	const floorOf = (count: number) =>
		limit.seconds * 1000 * Math.floor((count - 1) / limit.calls) + longestMs;
	// A limiter that sets timers again and again could go on forever.
	const tooLong = time.sleep(10 * floorOf(calls)).then(() => {
		throw new Error('Not done in ten times the least time possible');
	});
	const restore = underGlobals(time);
	try {
		const throttle = makeThrottle(limit, time);
		let made = 0;
		const work = async () => {
			while (toDo > 0) {
				toDo--;
				const isSecond = secondKind !== undefined && made++ % secondKind.butOneIn !== 0;
				const ending = await throttle(isSecond ? second : first, isSecond ? 'second' : 'first');
				if (ending === 'refused') refused++;
				if (ending !== 'ok') toDo++;
			}
		};
		const done = Promise.all(Array.from({ length: 2 * limit.calls }, work));
		await time.run(Promise.race([done, tooLong]));
	} finally {
		restore();
	}
	return { refused, accepted, overFloor: time.now() / floorOf(accepted) };
}
