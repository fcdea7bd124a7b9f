import type { RateLimit } from '../credentials';

/**
 * The limits that have to be kept, each in its own window: all except those that another one covers.
 * 4 calls in 5 s cover 8 in 10 s, but not 4 in 10 s.
 */
export function strictestLimits(limits: RateLimit[]): RateLimit[] {
	let strictest: RateLimit[] = [];
	for (const limit of limits) {
		if (strictest.some((other) => covers(other, limit))) continue;
		strictest = [...strictest.filter((other) => !covers(limit, other)), limit];
	}
	return strictest;
}

/** Whether calls that keep the limit `a` always keep the limit `b` too. */
export function covers(a: RateLimit, b: RateLimit): boolean {
	return a.calls * Math.ceil(b.seconds / a.seconds) <= b.calls;
}

/** The number of calls that the limits allow at once. */
export const callsAtOnce = (limits: readonly RateLimit[]): number =>
	Math.min(...limits.map(({ calls }) => calls));

/** The limit that allows the fewest calls in the long run. */
export function lowestRate(limits: readonly RateLimit[]): RateLimit {
	return limits.reduce((a, b) => (b.calls / b.seconds < a.calls / a.seconds ? b : a));
}
