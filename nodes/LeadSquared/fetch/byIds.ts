import { type LeadsPage, leadReader } from '../api/leads';
import type { Client } from '../transport/client';
import { type ByIdsCall, LEADS_BY_IDS } from './byIdsCall';
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
	/** Schema names, the ID first. */
	columns: string[];
	/** The number of IDs in a call; undefined for as many as the account takes. */
	leadsPerRequest?: number;
	/** The call for the records; for leads if this is undefined. */
	call?: ByIdsCall;
}

/**
 * Fetches the leads of a set of IDs, or other records, each once. If the client stops at a failure, the first
 * ID that fails permanently stops the client; the results contain the leads fetched by then.
 *
 * @param part identifies the fetch in the execution's progress
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function fetchLeads(
	client: Client,
	{ asked, columns, leadsPerRequest, call = LEADS_BY_IDS }: Fetch,
	part: object = {},
): Promise<Fetched> {
	const { account, maxWaitMs, stopAtFailure } = client;
	const reader = leadReader(columns, { dropOthers: call.sendsOthers });
	const usual = leadsPerRequest ?? call.usual;
	const mayTakeMore = call.mayTakeMore && leadsPerRequest === undefined;
	const retrieval = new Retrieval(asked, {
		columns,
		leadsPerRequest: usual,
		account: mayTakeMore ? account : undefined,
		maxWaitMs,
		stopAtFailure,
		readLead: reader.read,
	});
	const { results, unidentified } = retrieval;
	const engineCall: EngineCall<LeadsRequest, LeadsPage> = {
		toRequest: ({ ids, columns: names, pageSize }) =>
			call.request(ids, names, { page: 1, pageSize }),
		read: call.read,
	};
	await runEngine(retrieval, client, engineCall, part);
	if (unidentified.size > 0 && !client.isStopped) {
		await readUnidentified(client, results, {
			ids: unidentified,
			call,
			columns: columns.filter((column) => !results.unknownColumns.includes(column)),
			leadsPerRequest: usual,
			readLead: reader.read,
			onProgress: () => client.report(part, retrieval.progress),
		});
	}
	if (stopAtFailure && results.firstFailure) client.stop();
	return { ...results, absentColumns: reader.absentColumns };
}
