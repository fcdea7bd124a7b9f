import type { Failed } from '../../transport/outcome';

/**
 * Remembers, over the many calls of a run, what keeps every call from being answered, so that what is
 * left does not wait for it one after the other.
 */
export class Failing {
	private answers = 0;
	private known?: Failed;

	/** What every other call would come to as well. */
	get everywhere(): Failed | undefined {
		return this.known;
	}

	/** To be told the number of answers, from before the call, of every call that failed for good. */
	onFailed(failure: Failed, answersBefore: number): void {
		const { kind } = failure;
		if (kind === 'invalidRequest' || kind === 'notFound' || kind === 'tooLarge') return;
		// One call may fail by itself while others are answered.
		const isOwn = kind === 'transient' && this.answers > answersBefore;
		if (!isOwn) this.known ??= failure;
	}

	onAnswer(): void {
		this.answers++;
	}

	get answered(): number {
		return this.answers;
	}
}
