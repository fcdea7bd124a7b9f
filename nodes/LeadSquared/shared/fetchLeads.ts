import { ID_COLUMN } from '../api/lead';
import { byIds, type LeadsPage, readLeadsPage } from '../api/leads';
import type { LeadsRequest, Retrieval } from '../retrieval/retrieval';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';

/** So many faults in a row make a call with several ids be tried with fewer. */
const FAULTS_BEFORE_SMALLER = 2;

/**
 * Makes the calls of a retrieval until it is over, as many at once as the rate limit lets out.
 * https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/
 *
 * @param options columns: to ask for, `ProspectID` first; maxWaitMs: how long one call may go on
 * being refused or failing; stopAtFailure: return as soon as anything has failed for good;
 * onAnswer: called after every answer
 * @throws the cancel signal's reason if the execution is cancelled
 */
export async function retrieve(
	client: Client,
	retrieval: Retrieval,
	options: { columns: string[]; maxWaitMs: number; stopAtFailure: boolean; onAnswer: () => void },
): Promise<void> {
	// Answers may take up to two windows before this holds anything back.
	const mostUnderWay = 2 * client.account.callsAtOnce;
	const underWay = new Set<Promise<void>>();
	for (;;) {
		const request = underWay.size < mostUnderWay ? retrieval.next() : undefined;
		if (request) {
			const call: Promise<void> = ask(client, request, options)
				.then((outcome) => retrieval.settle(request, outcome))
				.finally(() => underWay.delete(call));
			underWay.add(call);
			continue;
		}
		if (underWay.size === 0) return;
		await Promise.race(underWay);
		options.onAnswer();
		if (options.stopAtFailure && retrieval.firstFailure) return client.stop();
	}
}

async function ask(
	client: Client,
	{ ids, page, pageSize, idColumnOnly, impatient, faultsBefore }: LeadsRequest,
	{ columns, maxWaitMs }: { columns: string[]; maxWaitMs: number },
): Promise<Outcome<LeadsPage>> {
	const request = byIds(ids, idColumnOnly ? [ID_COLUMN] : columns, { page, pageSize });
	const maxFaults = impatient ? FAULTS_BEFORE_SMALLER : undefined;
	return await client.call(request, readLeadsPage, { maxWaitMs, maxFaults, faultsBefore });
}
