import type { Failed } from '../transport/outcome';
import { backoffMs, msBeforeRetry } from '../transport/retry';

// One or two transient errors may be chance. Three in a row without an answer in between, whichever
// calls had them, look like an outage. A server that has answered before needs more, because the cause
// may be the calls: several of them may hold an ID that breaks it.
const OUTAGE_ERRORS = 3;
const MAX_MORE_AFTER_ANSWERS = 7;

/** The transient errors in a row of one unit, such as a chunk of IDs or a row. */
export interface Trouble {
	/** When the first of them arrived, in ms; undefined for a part of a unit that was split. */
	since?: number;
	errors: number;
	/** When the unit may be tried again, in ms. */
	retryAt: number;
	/** The number of answers to other calls before the first error. */
	answersBefore: number;
}

/**
 * Decides how long to go on after transient errors. This is what Max Wait means:
 * - A unit that meets nothing but transient errors for Max Wait is given up.
 * - If no call at all is answered for Max Wait, everything is given up.
 *
 * During an outage one call at a time checks whether the server is back, after pauses that grow. The
 * errors of one unit among answers to others do not delay anything else.
 */
export class Patience {
	private answers = 0;
	/** Errors since the last answer. */
	private errors = 0;
	private errorsOfAnOutage = OUTAGE_ERRORS;
	private since?: number;
	private pausedUntil = 0;
	private isHopeless = false;

	constructor(private readonly maxWaitMs: number) {}

	/** Whether the server has stopped answering. Then only one call at a time is made. */
	get isOpen(): boolean {
		return this.errors >= this.errorsOfAnOutage;
	}

	/** When the next call may be made, in ms. */
	get nextAt(): number {
		return this.isOpen ? this.pausedUntil : 0;
	}

	/** The time, in ms, for which there have been only errors. */
	durationMs(now: number): number {
		return this.since === undefined ? 0 : now - this.since;
	}

	/** Whether to give up on everything. With a Max Wait of 0, each unit still has its one try. */
	isOver(now: number): boolean {
		return this.isHopeless || (this.maxWaitMs > 0 && this.durationMs(now) >= this.maxWaitMs);
	}

	/** A call ended in anything but a transient error. */
	onAnswer(): void {
		this.answers++;
		this.errors = 0;
		this.errorsOfAnOutage = Math.min(
			this.errorsOfAnOutage + 1,
			OUTAGE_ERRORS + MAX_MORE_AFTER_ANSWERS,
		);
		this.since = undefined;
	}

	/** A call ended in a transient error. The last check of an outage is made when Max Wait is over. */
	onError({ isRepeated, retryAfterMs }: Failed, now: number): void {
		this.errors++;
		this.since ??= now;
		const pauseMs = retryAfterMs || backoffMs(this.errors - this.errorsOfAnOutage + 1);
		this.pausedUntil = Math.min(now + pauseMs, Math.max(now, this.since + this.maxWaitMs));
		// A host that answers nothing else will not answer other calls either.
		if (isRepeated && (this.answers === 0 || this.isOpen)) this.isHopeless = true;
	}

	/** The trouble of a unit after one more error, or `giveUp` if it is not to be tried again. */
	retry(trouble: Trouble | undefined, failure: Failed, now: number): Trouble | 'giveUp' {
		const { since = now, answersBefore = this.answers } = trouble ?? {};
		const errors = (trouble?.errors ?? 0) + 1;
		const policy = { maxWaitMs: this.maxWaitMs, mayRepeat: !failure.isRepeated };
		const pauseMs = msBeforeRetry(policy, errors, now - since, failure.retryAfterMs);
		if (pauseMs === undefined) return 'giveUp';
		return { since, errors, retryAt: now + pauseMs, answersBefore };
	}

	/**
	 * The trouble of the parts of a unit that is split after an error. Their time starts again, and one
	 * more error is the second in a row.
	 */
	split(trouble: Trouble | undefined, { retryAfterMs = 0 }: Failed, now: number): Trouble {
		const { answersBefore = this.answers } = trouble ?? {};
		return { errors: 1, retryAt: now + retryAfterMs, answersBefore };
	}

	/** Whether other calls were answered since a unit's first error. */
	hasAnsweredSince({ answersBefore }: Trouble): boolean {
		return this.answers > answersBefore;
	}
}
