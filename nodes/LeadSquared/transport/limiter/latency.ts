/** What is known of a call's way to the server and back. */
export interface CallTiming {
	/** Calls of one kind take about as long: the same path, pages of about the same size. */
	kind: string;
	startedAt: number;
	/** When n8n wrote it, if that is told: the time until then it spent in n8n. */
	sentAt?: number;
	/** When the first sign of an answer came. By then the call had reached the server. */
	firstByteAt?: number;
	/** It did not get what it asked for, and so may have come back sooner than others of its kind. */
	hasFailed?: boolean;
}

// A call that took longer than this above the quickest of its kind was slow in the server or on its
// way back, most likely. With delays up to half a second on the way to the server no call is refused;
// and however unlike latencies are, a window never gets longer by more than this.
const USUAL_DELAY_MS = 500;
// Unless n8n was too busy to write a call at once: then the call waited on, in n8n and at the socket, and more
// delay is believed, so many times what it waited until it was written.
const DELAY_PER_MS_UNSENT = 4;
/** The most delay that is ever believed, in ms. */
export const MAX_DELAY_MS = 3000;
// While n8n sends its first burst, which takes it no longer than FIRST_BURST_MS, it is busy: all calls may
// leave late, so that even the quickest answer tells too long a latency. No more than this is believed
// of it, nor where nothing is known yet.
const MAX_LATENCY_AT_FIRST_MS = 300;
const FIRST_BURST_MS = 3000;

/**
 * How late calls may have reached the server. When a call got there is not known: the time until its
 * answer begins is an upper bound. What it took longer than the quickest one of its kind may have
 * been spent on the way there.
 */
export class Latencies {
	private firstAt?: number;
	private readonly quickest = new Map<string, { ms: number; isReliable: boolean }>();

	/** A call got what it asked for; errors come quicker, and say nothing of it. */
	note(kind: string, startedAt: number, firstByteAt: number): void {
		this.firstAt ??= startedAt;
		const { ms = Infinity, isReliable = false } = this.quickest.get(kind) ?? {};
		this.quickest.set(kind, {
			ms: Math.min(ms, firstByteAt - startedAt),
			isReliable: isReliable || startedAt > this.firstAt + FIRST_BURST_MS,
		});
	}

	/**
	 * How much later than the quickest one of its kind a call may have reached the server, in ms. One that
	 * failed may have been on its way there for all of its time.
	 */
	possibleDelay(
		{ kind, startedAt, sentAt = startedAt, firstByteAt, hasFailed }: CallTiming,
		now: number,
	): number {
		const { ms = Infinity, isReliable = false } = this.quickest.get(kind) ?? {};
		const quickest = isReliable ? ms : Math.min(ms, MAX_LATENCY_AT_FIRST_MS);
		const usual = hasFailed ? 0 : quickest;
		const delayMs = (firstByteAt ?? now) - startedAt - usual;
		const maxMs = USUAL_DELAY_MS + DELAY_PER_MS_UNSENT * (sentAt - startedAt);
		return Math.min(Math.max(0, delayMs), maxMs, MAX_DELAY_MS);
	}
}
