import type { RateLimit } from '../credentials';

/**
 * Those of the limits that have to be obeyed, each in its own window: without those that another one
 * implies. 4 calls in 5 s imply 8 in 10 s, but not 4 in 10 s.
 */
export function limitsToObey(limits: RateLimit[]): RateLimit[] {
	const obeyed: RateLimit[] = [];
	for (const limit of limits) {
		if (obeyed.some((other) => implies(other, limit))) continue;
		const kept = obeyed.filter((other) => !implies(limit, other));
		obeyed.splice(0, obeyed.length, ...kept, limit);
	}
	return obeyed;
}

/** Whether whoever obeys one limit obeys the other as well. */
export function implies(one: RateLimit, other: RateLimit): boolean {
	return one.calls * Math.ceil(other.seconds / one.seconds) <= other.calls;
}

/** How many calls the limits let out at once. */
export const callsAtOnce = (limits: readonly RateLimit[]): number =>
	Math.min(...limits.map(({ calls }) => calls));

/** The limit that allows the fewest calls in the long run. */
export function slowest(limits: readonly RateLimit[]): RateLimit {
	return limits.reduce((a, b) => (b.calls / b.seconds < a.calls / a.seconds ? b : a));
}
