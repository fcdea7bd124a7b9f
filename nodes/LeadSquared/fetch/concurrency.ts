import type { Client } from '../transport/client';
import type { Failed } from '../transport/outcome';

/**
 * Processes elements in order, as many at a time as the client makes calls, until it is stopped.
 *
 * @throws the first error, unless the client is stopped; no more elements are started then
 */
export async function forEachConcurrent<T>(
	elements: Iterable<T>,
	client: Pick<Client, 'callsAtOnce' | 'isStopped'>,
	work: (element: T) => Promise<void>,
): Promise<void> {
	const rest = elements[Symbol.iterator]();
	const failed: unknown[] = [];
	const worker = async () => {
		for (let next = rest.next(); !next.done; next = rest.next()) {
			if (client.isStopped || failed.length > 0) return;
			await work(next.value).then(undefined, (error) => failed.push(error));
		}
	};
	await Promise.all(Array.from({ length: client.callsAtOnce }, worker));
	if (failed.length > 0 && !client.isStopped) throw failed[0];
}

// One or two calls without a retry may fail by chance.
const OUTAGE_ERRORS = 3;

/**
 * Remembers, over the calls of an execution, a failure that every other call would have too, so that
 * the rest need not fail one by one.
 */
export class SharedFailure {
	private answers = 0;
	/** Errors since the last answer that other calls may not have. */
	private errors = 0;
	private known?: Failed;

	/** The failure that every other call would have. */
	get failure(): Failed | undefined {
		return this.known;
	}

	/** The number of answers so far. */
	get answered(): number {
		return this.answers;
	}

	/** Call for every permanent failure. @param answersBefore the number of answers when its call started */
	onFailed(failure: Failed, answersBefore: number): void {
		const { kind } = failure;
		if (kind === 'invalidRequest' || kind === 'notFound' || kind === 'tooLarge') {
			return this.onAnswer();
		}
		// If other calls were answered, the keys are right, and this call lacks a permission.
		if (kind === 'unauthorized' && this.answers > 0) return;
		if (kind === 'transient' || kind === 'rateLimited') {
			const isOwn = this.answers > answersBefore;
			if (isOwn || ++this.errors < OUTAGE_ERRORS) return;
		}
		this.known ??= failure;
	}

	onAnswer(): void {
		this.answers++;
		this.errors = 0;
	}
}
