import type { RateLimit } from '../../nodes/LeadSquared/transport/account.ts';

/** The three usual ways for a server to count calls. */
export type Counting = 'sliding' | 'fixed' | 'bucket';

/**
 * Decides for each arriving call whether it is within the limit; arrivals come in order of time.
 *
 * @param edgeMs when a fixed window begins, which has nothing to do with the first call's time
 */
export function countingServer(
	counting: Counting,
	{ calls, seconds }: RateLimit,
	edgeMs = -1234,
): (now: number) => boolean {
	const windowMs = seconds * 1000;
	if (counting === 'bucket') {
		let tokens = calls;
		let at = 0;
		return (now) => {
			tokens = Math.min(calls, tokens + ((now - at) * calls) / windowMs);
			at = now;
			if (tokens < 1) return false;
			tokens--;
			return true;
		};
	}
	const accepted: number[] = [];
	let first = 0;
	return (now) => {
		const since =
			counting === 'sliding'
				? now - windowMs
				: Math.floor((now - edgeMs) / windowMs) * windowMs + edgeMs;
		while (
			first < accepted.length &&
			accepted[first] <= (counting === 'sliding' ? since : since - 1e-9)
		)
			first++;
		if (accepted.length - first >= calls) return false;
		accepted.push(now);
		return true;
	};
}
