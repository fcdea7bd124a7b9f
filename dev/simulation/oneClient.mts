import type { RateLimit } from '../../nodes/LeadSquared/transport/credentials.ts';
import type { Clock } from '../../nodes/LeadSquared/base/clock.ts';
import { RateLimiter } from '../../nodes/LeadSquared/transport/limiter/limiter.ts';
import { countingServer, type Counting } from './servers.mts';
import { seededRandom, simulatedTime, underGlobals } from './simulatedTime.mts';

/** How a call ended. */
export type Ending = 'ok' | 'refused' | 'failed';

/** Makes a call, and tells when its answer begins. */
export type Call = (onFirstByte?: () => void) => Promise<Ending>;

/** A limiter under measurement: starts a call when its turn has come. */
export type Throttle = (call: Call, kind: string) => Promise<Ending>;

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
	/** Up to so much longer the server takes for its answer, each call for itself. */
	serverMs?: number;
	/** Up to so long after the first byte the body ends, each one for itself. */
	bodyMs?: number;
	/** A second kind of call, for which the server takes `serverMs` longer: all but one in so many, from the first on. */
	secondKind?: { serverMs: number; butOneIn: number };
	/** So many of the calls fail at once: the server counts them, and each has to be made again. */
	failing?: number;
}

export interface Result {
	/** Refused calls, each of which was made again. */
	refused: number;
	/** Calls that the server counted, whether they failed or not. */
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

/** One client alone, which has `calls` calls to make and makes a refused one again, in virtual time. */
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
	// Who sets a timer again and again could go on for ever.
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
