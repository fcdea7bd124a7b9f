import type { ApiRequest, Client } from './client';
import { type Outcome, wasNotSent } from './outcome';

/** When a call that ended in a transient error may be made again. */
export interface RetryPolicy {
	/** How long, in ms from the first fault, tries go on. 0 means that there is no second try. */
	maxWaitMs: number;
	/**
	 * Whether making the call twice does no harm, though the first one may have been executed: true
	 * for a read, false for a write that is not safe to repeat.
	 */
	mayRepeat: boolean;
}

const BACKOFF_BASE_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/**
 * The pause, in ms, after so many faults in a row: exponential with full jitter, so that clients
 * that failed together do not come back together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(faults: number, random: () => number = Math.random): number {
	return Math.ceil(random() * Math.min(MAX_BACKOFF_MS, BACKOFF_BASE_MS * 2 ** faults));
}

/**
 * The pause, in ms, before the next try, or undefined if there shall be none. The last try is made
 * when the time is up, however long the pause would be.
 *
 * @param faults how many tries have failed so far, at least 1
 * @param failingMs how long ago the first one failed
 */
export function msBeforeRetry(
	{ maxWaitMs, mayRepeat }: RetryPolicy,
	faults: number,
	failingMs: number,
	retryAfterMs?: number,
): number | undefined {
	const leftMs = maxWaitMs - failingMs;
	if (!mayRepeat || leftMs <= 0) return undefined;
	return Math.min(leftMs, retryAfterMs || backoffMs(faults));
}

/**
 * Makes a call, and again as long as it ends in transient errors and its client's Max Wait allows.
 *
 * @param mayRepeat whether making the call twice does no harm: true for a call that only reads
 * @throws the signal's reason if the execution is canceled or stopped
 */
export async function callWithRetry<T>(
	client: Client,
	request: ApiRequest,
	read: (body: unknown) => T | undefined,
	mayRepeat = true,
): Promise<Outcome<T>> {
	const { clock, maxWaitMs, signal } = client;
	let failingSince: number | undefined;
	for (let faults = 1; ; faults++) {
		const outcome = await client.call(request, read);
		if (outcome.kind !== 'transient' || outcome.isRepeated) return outcome;
		failingSince ??= clock.now();
		const failingMs = clock.now() - failingSince;
		const policy = { maxWaitMs, mayRepeat: mayRepeat || wasNotSent(outcome) };
		const pauseMs = msBeforeRetry(policy, faults, failingMs, outcome.retryAfterMs);
		if (pauseMs === undefined) return outcome;
		await clock.sleep(pauseMs, signal);
	}
}
