import type { ApiRequest, Client } from './client';
import { type Outcome, wasNotSent } from './outcome';

/** The conditions under which a call is retried after a transient error. */
interface RetryPolicy {
	/** Time for retries, in ms from the first error. 0 means no retry. */
	maxWaitMs: number;
	/**
	 * Whether it is safe to make the call twice, although the first one may have been executed: true for a
	 * read, false for a write that is not safe to repeat.
	 */
	mayRepeat: boolean;
}

const BACKOFF_BASE_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/**
 * The pause, in ms, after a number of faults in a row: exponential with full jitter, so that clients that
 * failed together do not retry together.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(faults: number, random: () => number = Math.random): number {
	return Math.ceil(random() * Math.min(MAX_BACKOFF_MS, BACKOFF_BASE_MS * 2 ** faults));
}

/**
 * The pause, in ms, before the next try, or undefined if there is no next try. The last try is made when
 * the time is up, even if the pause would be longer.
 *
 * @param faults number of failed tries so far, at least 1
 * @param failingMs time since the first of them failed
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
 * Makes a call, and retries it after transient errors for the client's Max Wait.
 *
 * @param mayRepeat whether it is safe to make the call twice, as for a call that only reads
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
