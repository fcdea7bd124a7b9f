/** At most `calls` in any `seconds`. */
export interface Limit {
	calls: number;
	seconds: number;
}

export type WindowKind = 'sliding' | 'fixed' | 'bucket';

/** The account's rate limit, by the clock of the caller (times are in ms). */
export interface RateLimit {
	/** For a call that arrives now: 0 if it may pass, else the ms until one may. */
	wait(now: number, limit: Limit, kind: WindowKind): number;
	/** Counts a call that arrives now. */
	count(now: number): void;
	reset(): void;
}

export function createRateLimit(): RateLimit {
	let counted: number[] = [];
	let tokens = Infinity;
	let filledAt = 0;

	/** The wait for a window of `length` ms that began to count after `since`. */
	const waits = {
		// A call leaves the window exactly `seconds` after it came.
		sliding: (now: number, { calls, seconds }: Limit) =>
			counted.length < calls ? 0 : counted[counted.length - calls] + seconds * 1000 - now,
		fixed: (now: number, { calls, seconds }: Limit) => {
			const start = now - (now % (seconds * 1000));
			const inWindow = counted.filter((at) => at >= start).length;
			return inWindow < calls ? 0 : start + seconds * 1000 - now;
		},
		bucket: (_: number, { calls, seconds }: Limit) =>
			tokens >= 1 ? 0 : ((1 - tokens) * seconds * 1000) / calls,
	};

	return {
		wait(now, limit, kind) {
			const length = limit.seconds * 1000;
			counted = counted.filter((at) => at > now - length);
			const refill = ((now - filledAt) * limit.calls) / length;
			// The rounding of fractions of calls must not keep a full one from being seen.
			tokens = Math.min(limit.calls, Math.round((tokens + refill) * 1e6) / 1e6);
			filledAt = now;
			if (limit.calls <= 0) return length;
			return waits[kind](now, limit);
		},
		count(now) {
			counted.push(now);
			tokens = Math.max(0, tokens - 1);
		},
		reset() {
			counted = [];
			tokens = Infinity;
			filledAt = 0;
		},
	};
}

/** Counts the most events in any half-open window of this many ms. */
export function createWindowCount() {
	let recent: number[] = [];
	let first = 0;
	let most = 0;
	return {
		add(now: number, length: number): void {
			recent.push(now);
			while (recent[first] <= now - length) first++;
			most = Math.max(most, recent.length - first);
			if (first > 10_000) {
				recent = recent.slice(first);
				first = 0;
			}
		},
		get most() {
			return most;
		},
	};
}
