import {
	byIds,
	leadReader,
	type LeadsPage,
	readLeadsPage,
	USUAL_LEADS_PER_PAGE,
} from '../api/leads';
import type { Client } from '../transport/client';
import { type EngineCall, runEngine } from './engine';
import type { LeadsRequest } from './pending';
import type { Asked, Fetched } from './results';
import { Retrieval } from './retrieval';
import { readUnidentified } from './unidentified';

export type { Fetched } from './results';

/** IDs that are fetched together, with the same columns and settings. */
interface Fetch {
	/** The IDs of every input item, as `idKey`. */
	asked: Asked[];
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** 1 to 10,000; undefined for as many as the account takes. */
	leadsPerRequest?: number;
}

const CALL: EngineCall<LeadsRequest, LeadsPage> = {
	toRequest: ({ ids, columns, pageSize }) => byIds(ids, columns, { page: 1, pageSize }),
	read: readLeadsPage,
};

/**
 * Fetches the leads of a set of IDs, each once. If the client stops at a failure, the first ID that
 * fails permanently stops the client; the results contain the leads fetched by then.
 *
 * @param part identifies the fetch in the execution's progress
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function fetchLeads(
	client: Client,
	{ asked, columns, leadsPerRequest }: Fetch,
	part: object = {},
): Promise<Fetched> {
	const { account, maxWaitMs, stopAtFailure } = client;
	const reader = leadReader(columns);
	const usual = leadsPerRequest ?? USUAL_LEADS_PER_PAGE;
	const retrieval = new Retrieval(asked, {
		columns,
		leadsPerRequest: usual,
		account: leadsPerRequest === undefined ? account : undefined,
		maxWaitMs,
		stopAtFailure,
		readLead: reader.read,
	});
	const { results, unidentified } = retrieval;
	await runEngine(retrieval, client, CALL, part);
	if (unidentified.size > 0 && !client.isStopped) {
		await readUnidentified(client, results, {
			ids: unidentified,
			columns: columns.filter((column) => !results.unknownColumns.includes(column)),
			leadsPerRequest: usual,
			readLead: reader.read,
			onProgress: () => client.report(part, retrieval.progress),
		});
	}
	if (stopAtFailure && results.firstFailure) client.stop();
	return { ...results, absentColumns: reader.absentColumns };
}
