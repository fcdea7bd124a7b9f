import { leadReader } from '../api/lead';
import {
	byIds,
	MOST_LEADS_PER_PAGE,
	readLeadsPage,
	USUAL_LEADS_PER_PAGE,
	type LeadsPage,
} from '../api/leads';
import type { Client } from '../transport/client';
import { runEngine, type EngineCall } from './engine';
import type { Growth } from './largerPages';
import { Retrieval } from './retrieval';
import type { Asked, LeadsRequest, Results } from './types';

/** IDs that are fetched together: the same columns, the same way of asking. */
export interface Fetch {
	/** Every input item's IDs, as `idKey`. */
	asked: Asked[];
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** 1 to 10,000; undefined for as many as the account takes. */
	leadsPerRequest?: number;
}

/** The results of a fetch. */
export interface Fetched extends Results {
	/** Columns that came with no lead. */
	absentColumns: string[];
}

const CALL: EngineCall<LeadsRequest, LeadsPage> = {
	toRequest: ({ ids, columns, page, pageSize }) => byIds(ids, columns, { page, pageSize }),
	read: readLeadsPage,
};

/**
 * Fetches the leads of a set of IDs, each once. Where the client stops at a failure, the first ID that
 * fails for good stops the client; the results hold what has come by then.
 *
 * @param part names the fetch in the execution's progress
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function fetchLeads(
	client: Client,
	{ asked, columns, leadsPerRequest }: Fetch,
	part?: object,
): Promise<Fetched> {
	const reader = leadReader(columns);
	const retrieval = new Retrieval(asked, {
		columns,
		leadsPerRequest: leadsPerRequest ?? USUAL_LEADS_PER_PAGE,
		growth: leadsPerRequest === undefined ? growthOf(client) : undefined,
		maxWaitMs: client.maxWaitMs,
		stopAtFailure: client.stopAtFailure,
		readLead: reader.read,
	});
	await runEngine(retrieval, client, CALL, part);
	const { results } = retrieval;
	if (client.stopAtFailure && results.firstFailure) client.stop();
	return { ...results, absentColumns: reader.absentColumns };
}

function growthOf({ account }: Client): Growth {
	return {
		most: MOST_LEADS_PER_PAGE,
		// Refusals may teach others during the run.
		get limits() {
			return account.limits;
		},
		memory: account.memory,
	};
}
