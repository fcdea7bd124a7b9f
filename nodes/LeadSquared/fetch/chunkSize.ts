// How many additive steps lead from nothing to the full size.
const STEPS_TO_FULL = 8;
// How many larger calls may fail before the size stays as it is: one may have failed for an id in it.
const FAILED_TRIALS = 3;

/**
 * How many ids to ask in one call: additive increase, multiplicative decrease, between 1 and what
 * the user set. A server that fails for a minute looks like one that cannot take much, so the size
 * grows back, by one larger call at a time; where that fails, by smaller steps, and in the end no more.
 */
export class ChunkSize {
	/** What works, as far as is known. */
	private size: number;
	/** What is worth trying. */
	private ceiling: number;
	/** The most ids of a call that was answered since the size was last in doubt. */
	private accepted = 0;
	private step: number;
	private trialsLeft = FAILED_TRIALS;

	/** @param most ids in a call, 1 to 10,000 */
	constructor(most: number) {
		this.size = this.ceiling = most;
		this.step = Math.ceil(most / STEPS_TO_FULL);
	}

	/** How many ids a call may ask, as far as is known. */
	get current(): number {
		return this.size;
	}

	/** So much smaller than what may work that the next call is worth waiting for. */
	get isFarBelowCeiling(): boolean {
		return this.size * STEPS_TO_FULL <= this.ceiling;
	}

	/**
	 * How many ids the next call may ask: a step more than is known to work, unless such a call is
	 * under way already.
	 *
	 * @param largestUnderWay ids of the largest call that has no answer yet
	 */
	next(largestUnderWay: number): number {
		if (this.accepted < this.size || largestUnderWay > this.size) return this.size;
		return Math.min(this.ceiling, this.size + this.step);
	}

	/** Whether a call with so many ids was answered since the size was last in doubt. */
	hasAccepted(length: number): boolean {
		return length <= this.accepted;
	}

	/** A call with so many ids was answered. */
	onAccepted(length: number): void {
		this.accepted = Math.max(this.accepted, length);
		this.size = Math.max(this.size, Math.min(length, this.ceiling));
	}

	/**
	 * A call with so many ids keeps failing. It says something of the size only if no call of that
	 * length was answered meanwhile.
	 */
	onFault(length: number): void {
		if (this.hasAccepted(length)) return;
		if (length <= this.size) {
			this.size = Math.ceil(length / 2);
			return;
		}
		this.step = Math.ceil(this.step / 2);
		if (--this.trialsLeft === 0) this.ceiling = this.size;
	}

	/** Nothing is answered any more, so what was answered before proves nothing. */
	doubt(): void {
		this.accepted = 0;
	}

	/** The server takes no more than this. */
	cap(most: number): void {
		this.ceiling = Math.max(1, Math.min(this.ceiling, most));
		this.size = Math.min(this.size, this.ceiling);
		this.accepted = Math.min(this.accepted, this.size);
	}
}
