import {
	byIds,
	MOST_LEADS_PER_PAGE,
	readLeadsPage,
	USUAL_LEADS_PER_PAGE,
	type LeadsPage,
} from '../api/leads';
import { drive, type Calls } from './engine';
import { Retrieval, type RetrievalOptions } from './retrieval';
import type { Asked, LeadsRequest, Results, Progress } from './types';
import { leadReader } from '../api/lead';
import type { Growth } from './largerPages';
import type { Client } from '../transport/client';

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

/** Makes functions that report parts of a whole, each by its number, as the sum of all so far. */
export function summing(
	report: (sum: Progress) => void,
): (part: number) => (progress: Progress) => void {
	const parts: Progress[] = [];
	return (part) => (progress) => {
		parts[part] = progress;
		const sum = { known: 0, all: 0 };
		// Parts that have not begun have no place yet.
		parts.forEach(({ known, all }) => {
			sum.known += known;
			sum.all += all;
		});
		report(sum);
	};
}
