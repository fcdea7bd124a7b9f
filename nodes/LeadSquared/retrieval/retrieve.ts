import type { LeadsPage } from '../api/leads';
import type { Clock } from '../transport/clock';
import type { Outcome } from '../transport/outcome';
import { Retrieval, type RetrievalOptions } from './retrieval';
import type { Asked, LeadsRequest, Progress, Results } from './types';

/** What a retrieval needs of the world. */
export interface Calls {
	/** Makes one call. Refusals for rate have been waited out; it rejects only if it was aborted. */
	ask(request: LeadsRequest): Promise<Outcome<LeadsPage>>;
	/** How many calls may be under way side by side. */
	atOnce: number;
	clock: Clock;
	/** Ends waits when it is aborted. */
	signal: AbortSignal;
	/** Called at the start and after every answer. */
	onProgress(progress: Progress): void;
	/** Asked after every answer: true ends the retrieval with what there is. */
	shouldStop(results: Results): boolean;
}

/**
 * Gets the leads of ids: as many calls at once as it may, until the fate of every id is known.
 *
 * @param asked every input item's ids, as `idKey`; an id may occur in several, and is fetched once
 * @throws what `ask` rejects with, unless it is to stop
 */
export async function retrieve(
	asked: Asked[],
	options: RetrievalOptions,
	calls: Calls,
): Promise<Results> {
	const { clock } = calls;
	const retrieval = new Retrieval(asked, options);
	const underWay = new Set<Promise<void>>();
	calls.onProgress(retrieval.progress);
	for (;;) {
		const isFree = underWay.size < calls.atOnce;
		const request = isFree ? retrieval.next(clock.now()) : undefined;
		if (request) {
			const call: Promise<void> = calls
				.ask(request)
				.then((outcome) => retrieval.handle(request, outcome, clock.now()))
				.finally(() => underWay.delete(call));
			underWay.add(call);
			continue;
		}
		const nextAt = isFree ? retrieval.nextAt : undefined;
		if (underWay.size === 0 && nextAt === undefined) return retrieval.results;
		const aborted = await firstOf(underWay, nextAt, calls).then(
			() => undefined,
			(error: Error) => error,
		);
		calls.onProgress(retrieval.progress);
		if (calls.shouldStop(retrieval.results)) return retrieval.results;
		if (aborted) throw aborted;
	}
}

/** Waits until a call has ended, or until it is time for the next one. */
async function firstOf(
	underWay: Set<Promise<void>>,
	nextAt: number | undefined,
	{ clock, signal }: Calls,
): Promise<void> {
	if (nextAt === undefined) return await Promise.race(underWay);
	const over = new AbortController();
	const ending = AbortSignal.any([over.signal, signal]);
	const time = clock.sleep(Math.max(0, Math.ceil(nextAt - clock.now())), ending);
	// Where a call ends first, nobody waits for this one's end.
	time.catch(() => {});
	try {
		await Promise.race([...underWay, time]);
	} finally {
		over.abort();
	}
}
