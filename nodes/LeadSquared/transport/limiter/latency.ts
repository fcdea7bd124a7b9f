/** The times of a call, in ms, if known. */
export interface CallTiming {
	/** Calls of one kind take a similar time: the same path, pages of similar size. */
	kind: string;
	/** When the call got its slot. */
	startedAt: number;
	/** When n8n wrote the call, if it reported that. Until then the call was in n8n. */
	sentAt?: number;
	/** When the answer began. By then the call had reached the server. */
	firstByteAt?: number;
	/** The call failed, so its answer may have come sooner than those of other calls of its kind. */
	hasFailed?: boolean;
}

// The longest delay assumed for a call on its way to the server. If a call took more time than this above
// the quickest of its kind, it most likely spent that time in the server or on its way back. With delays
// of up to half a second on the way to the server, no call is refused. However much latencies vary, a
// window never gets longer by more than this.
const USUAL_DELAY_MS = 500;
// More delay is assumed if n8n was too busy to write the call at once: such a call also waits at the
// socket. This factor times the wait until it was written is added.
const DELAY_PER_MS_UNSENT = 4;
/** The longest delay that is ever assumed, in ms. */
export const MAX_DELAY_MS = 3000;
// n8n is busy while it sends its first burst, for at most FIRST_BURST_MS. All calls may then leave late, so
// even the quickest answer may overstate the latency. Until a later call has succeeded, the latency is
// taken as at most MAX_LATENCY_AT_FIRST_MS.
const MAX_LATENCY_AT_FIRST_MS = 300;
const FIRST_BURST_MS = 3000;

/**
 * Estimates how late calls may have reached the server. The time of arrival is not known; the beginning
 * of the answer is an upper bound. A call that took longer than the quickest of its kind may have spent
 * the difference on its way to the server.
 */
export class Latencies {
	private firstAt?: number;
	private readonly quickest = new Map<string, { ms: number; isReliable: boolean }>();

	/** Learns from a call that succeeded. Errors come sooner, and do not show how long a call takes. */
	note(kind: string, startedAt: number, firstByteAt: number): void {
		this.firstAt ??= startedAt;
		const { ms = Infinity, isReliable = false } = this.quickest.get(kind) ?? {};
		this.quickest.set(kind, {
			ms: Math.min(ms, firstByteAt - startedAt),
			isReliable: isReliable || startedAt > this.firstAt + FIRST_BURST_MS,
		});
	}

	/**
	 * The longest time, in ms, by which a call may have reached the server later than the quickest of its
	 * kind. A call that failed may have spent all of its time on the way there.
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
