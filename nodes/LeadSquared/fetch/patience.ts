import { backoffMs } from '../transport/retry';

// One fault is an accident, and so are two. Three in a row without an answer in between, whichever
// chunks they met, look like a server that answers nobody. Of a server that has answered before more
// are needed, since it may be the chunks: several of them may hold an id that breaks it.
const FAULTS_OF_AN_OUTAGE = 3;
const MORE_AFTER_ANSWERS = 7;

/**
 * Whether the server answers at all. While it seems not to, one call at a time finds out, after
 * pauses that grow; a fault of one chunk among answers to others holds nothing back.
 */
export class Outage {
	private faults = 0;
	private needed = FAULTS_OF_AN_OUTAGE;
	private since?: number;
	private until = 0;

	get isSuspected(): boolean {
		return this.faults >= this.needed;
	}

	/** When the next call may be made, in ms. */
	get notBefore(): number {
		return this.isSuspected ? this.until : 0;
	}

	/** How long, in ms, there has been nothing but faults. */
	lastsMs(now: number): number {
		return this.since === undefined ? 0 : now - this.since;
	}

	onAnswer(): void {
		this.faults = 0;
		this.needed = Math.min(this.needed + 1, FAULTS_OF_AN_OUTAGE + MORE_AFTER_ANSWERS);
		this.since = undefined;
	}

	/** @param maxWaitMs after so long there is a last try, however long the pause would be */
	onFault(now: number, maxWaitMs: number, retryAfterMs?: number): void {
		this.faults++;
		this.since ??= now;
		const pauseMs = retryAfterMs || backoffMs(this.faults - this.needed + 1);
		this.until = Math.min(now + pauseMs, Math.max(now, this.since + maxWaitMs));
	}
}
