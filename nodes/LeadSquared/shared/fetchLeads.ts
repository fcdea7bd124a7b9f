import { leadReader } from '../api/lead';
import { byIds, MOST_LEADS_PER_PAGE, readLeadsPage, USUAL_LEADS_PER_PAGE } from '../api/leads';
import type { Growth } from '../retrieval/largerPages';
import type { RetrievalOptions } from '../retrieval/retrieval';
import { retrieve } from '../retrieval/retrieve';
import type { Asked, Progress, Results } from '../retrieval/types';
import type { Client } from '../transport/client';
import { summing } from './progress';

/** Ids that are fetched together: the same columns, the same way of asking. */
export interface Fetch {
	/** Every input item's ids, as `idKey`. */
	asked: Asked[];
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** 1 to 10,000; undefined for as many as the account takes. */
	leadsPerRequest?: number;
	/** How long, in ms, one call may go on being refused or failing. */
	maxWaitMs: number;
}

/** What a fetch came to. */
export interface Fetched extends Results {
	/** Columns that came with no lead. */
	absentColumns: string[];
}

/**
 * Gets the leads of one or more fetches side by side.
 *
 * @param options stopAtFailure: whether the first id that fails for good ends all of them, with what
 * there is by then, and every other call of the client; onProgress: called after every answer, with the
 * sum of all; shouldStop: asked after every answer, true ends all of them with what there is
 * @returns one result for each fetch
 * @throws the cancel signal's reason if the execution is cancelled
 */
export async function fetchLeads(
	client: Client,
	fetches: Fetch[],
	{
		stopAtFailure,
		onProgress,
		shouldStop: isOver = () => false,
	}: {
		stopAtFailure: boolean;
		onProgress: (sum: Progress) => void;
		shouldStop?: () => boolean;
	},
): Promise<Fetched[]> {
	const progressOf = summing(onProgress);
	let hasFailed = false;
	const shouldStop = ({ firstFailure }: Results) => {
		if (stopAtFailure && firstFailure && !hasFailed) {
			hasFailed = true;
			client.stop();
		}
		return hasFailed || isOver();
	};
	return await Promise.all(
		fetches.map(async ({ asked, columns, leadsPerRequest, maxWaitMs }, index) => {
			const reader = leadReader(columns);
			const options: RetrievalOptions = {
				columns,
				leadsPerRequest: leadsPerRequest ?? USUAL_LEADS_PER_PAGE,
				growth: leadsPerRequest === undefined ? growthOf(client) : undefined,
				maxWaitMs,
				readLead: reader.read,
			};
			const results = await retrieve(asked, options, {
				ask: async ({ ids, columns: some, page, pageSize }, onStart) => {
					const request = byIds(ids, some, { page, pageSize });
					return await client.call(request, readLeadsPage, maxWaitMs, onStart);
				},
				atOnce: client.callsAtOnce,
				clock: client.clock,
				signal: client.signal,
				shouldStop,
				onProgress: progressOf(index),
			});
			return { ...results, absentColumns: reader.absentColumns };
		}),
	);
}

function growthOf({ account }: Client): Growth {
	return {
		most: MOST_LEADS_PER_PAGE,
		// Refusals may teach others while the run lasts.
		get limits() {
			return account.limits;
		},
		memory: account.memory,
	};
}
