import type { LeadsPage } from '../api/leads';
import type { Clock } from '../transport/clock';
import type { Outcome } from '../transport/outcome';
import { Retrieval, type RetrievalOptions } from './retrieval';
import type { Asked, LeadsRequest, Progress, Results } from './types';

/** What a retrieval needs of the world. */
export interface Calls {
	/**
	 * Makes one call. Refusals for rate have been waited out; it rejects only if it was aborted.
	 *
	 * @param onStart to be called when the call is made: until then it waits for its slot
	 */
	ask(request: LeadsRequest, onStart: () => void): Promise<Outcome<LeadsPage>>;
	/** How many calls may be under way side by side. */
	atOnce: number;
	clock: Clock;
	/** Ends waits when it is aborted. */
	signal: AbortSignal;
	/** Called at the start, and after every answer at least. */
	onProgress(progress: Progress): void;
	/** Asked after every answer at least: true ends the retrieval with what there is. */
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
	/** Ends when the latest call has its slot: what to ask next is decided no earlier than that. */
	let slot: Promise<void> | undefined;
	const free = () => (slot = undefined);
	calls.onProgress(retrieval.progress);
	for (;;) {
		const isFree = !slot && underWay.size < calls.atOnce;
		const request = isFree ? retrieval.next(clock.now()) : undefined;
		if (request) {
			let onStart!: () => void;
			const started = new Promise<void>((resolve) => (onStart = resolve)).then(free);
			const call: Promise<void> = calls
				.ask(request, onStart)
				.then((outcome) => retrieval.handle(request, outcome, clock.now()))
				.finally(() => {
					underWay.delete(call);
					if (slot === started) free();
				});
			slot = started;
			underWay.add(call);
			continue;
		}
		const nextAt = isFree ? retrieval.nextAt : undefined;
		if (!retrieval.needsAnswer && nextAt === undefined) return retrieval.results;
		const aborted = await firstOf(slot ? [...underWay, slot] : [...underWay], nextAt, calls).then(
			() => undefined,
			(error: Error) => error,
		);
		calls.onProgress(retrieval.progress);
		if (calls.shouldStop(retrieval.results)) return retrieval.results;
		if (aborted) throw aborted;
	}
}

/** Waits until one of these has happened, or until it is time for the next call. */
async function firstOf(
	events: Array<Promise<void>>,
	nextAt: number | undefined,
	{ clock, signal }: Calls,
): Promise<void> {
	if (nextAt === undefined) return await Promise.race(events);
	const over = new AbortController();
	const ending = AbortSignal.any([over.signal, signal]);
	const time = clock.sleep(Math.max(0, Math.ceil(nextAt - clock.now())), ending);
	// Where a call ends first, nobody waits for this one's end.
	time.catch(() => {});
	try {
		await Promise.race([...events, time]);
	} finally {
		over.abort();
	}
}
