import type { LeadsPage } from '../api/leads';
import { type Calls, drive } from './drive';
import { Retrieval, type RetrievalOptions } from './retrieval';
import type { Asked, LeadsRequest, Results } from './types';

/** What a retrieval needs of the world. */
export interface RetrievalCalls extends Omit<Calls<LeadsRequest, LeadsPage>, 'shouldStop'> {
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
	calls: RetrievalCalls,
): Promise<Results> {
	const retrieval = new Retrieval(asked, options);
	await drive(retrieval, { ...calls, shouldStop: () => calls.shouldStop(retrieval.results) });
	return retrieval.results;
}
