import { sleep } from 'n8n-workflow';

/** The source of time. Tests have a virtual one. */
export interface Clock {
	/**
	 * ms from any origin, never set back. Windows, waits and deadlines use it. n8n's wall clock may be
	 * corrected at any moment.
	 */
	now(): number;
	/** ms since 1970. For dates only, such as the one that Retry-After may name. */
	wallNow(): number;
	/** Resolves after `ms`; rejects as soon as the signal is aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Real time. */
export const clock: Clock = {
	now: () => performance.now(),
	wallNow: () => Date.now(),
	sleep: pause,
};

// A timer of more than 2^31 - 1 ms ends at once. Callers check the time when they wake after 24 days.
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits, and rejects as soon as the signal is aborted, also if n8n's own `sleep` does not support
 * signals (n8n-workflow before 2.34).
 */
async function pause(wantedMs: number, signal?: AbortSignal): Promise<void> {
	const ms = Math.min(wantedMs, MAX_TIMER_MS);
	if (!signal) return await sleep(ms);
	signal.throwIfAborted();
	let abort = () => {};
	const aborted = new Promise<never>((_, reject) => (abort = () => reject(signal.reason as Error)));
	signal.addEventListener('abort', abort, { once: true });
	try {
		await Promise.race([sleep(ms, signal), aborted]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}

/**
 * Waits for the answer of a call.
 *
 * @throws Error if it takes longer than `ms`, or the call's own error
 */
export async function withinTime<T>(answer: Promise<T>, ms: number, time: Clock): Promise<T> {
	const over = new AbortController();
	const timedOut = time.sleep(ms, over.signal).then(() => {
		throw new Error('The call timed out without an answer');
	});
	try {
		return await Promise.race([answer, timedOut]);
	} finally {
		over.abort();
		timedOut.catch(() => {});
		answer.catch(() => {});
	}
}
