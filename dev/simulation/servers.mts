import type { RateLimit } from '../../nodes/LeadSquared/transport/credentials.ts';

/** The usual ways in which a server counts calls. The last one also counts the calls that it refuses. */
export type Counting = 'sliding' | 'fixed' | 'bucket' | 'sliding, refused too';

/**
 * Decides for each arriving call whether it is within the limit; calls arrive in chronological order.
 *
 * @param edgeMs the beginning of a fixed window, which does not depend on the first call
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
	const counted: number[] = [];
	let first = 0;
	return (now) => {
		const since =
			counting === 'fixed'
				? Math.floor((now - edgeMs) / windowMs) * windowMs + edgeMs - 1e-9
				: now - windowMs;
		while (first < counted.length && counted[first] <= since) first++;
		const isWithin = counted.length - first < calls;
		if (isWithin || counting === 'sliding, refused too') counted.push(now);
		return isWithin;
	};
}
