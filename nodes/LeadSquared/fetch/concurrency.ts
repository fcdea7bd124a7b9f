import type { Failed } from '../transport/outcome';

/**
 * Does something with each element, with so many of them at once, in their order.
 *
 * @param options isOver: asked before each; once it is true, no more are begun, and what those that
 * are under way throw is of no matter
 * @throws what the first to fail throws; no more are begun then
 */
export async function inTurn<T>(
	elements: Iterable<T>,
	{ atOnce, isOver }: { atOnce: number; isOver: () => boolean },
	work: (element: T) => Promise<void>,
): Promise<void> {
	const rest = elements[Symbol.iterator]();
	const failed: unknown[] = [];
	const worker = async () => {
		for (let next = rest.next(); !next.done; next = rest.next()) {
			if (isOver() || failed.length > 0) return;
			await work(next.value).then(undefined, (error) => failed.push(error));
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	if (failed.length > 0 && !isOver()) throw failed[0];
}

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
