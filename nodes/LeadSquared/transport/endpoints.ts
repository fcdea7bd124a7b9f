import { ID_COLUMN, readColumns, type Column } from '../columns';
import type { LeadsPage, LeadsRequest, Retrieval } from '../retrieval';
import type { Lead } from '../values';
import type { ApiRequest, Client } from './client';
import type { Outcome } from './outcome';

/** So many faults in a row make a call with several ids be tried with fewer. */
const FAULTS_BEFORE_SMALLER = 2;

/**
 * Asks for the metadata of the account's columns, without the values of drop-downs, which "may be
 * very large": https://apidocs.leadsquared.com/meta-data/
 */
export async function fetchColumns(client: Client, maxWaitMs: number): Promise<Outcome<Column[]>> {
	const request: ApiRequest = {
		method: 'GET',
		path: '/LeadManagement.svc/LeadsMetaData.Get',
		qs: { excludeOptionSets: 1 },
	};
	return await client.call(request, readColumns, { maxWaitMs });
}

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
	const mostUnderWay = 2 * client.limiter.limit.calls;
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
	const request: ApiRequest = {
		method: 'POST',
		path: '/LeadManagement.svc/Leads/Retrieve/ByIds',
		body: {
			SearchParameters: { LeadIds: ids },
			Columns: { Include_CSV: idColumnOnly ? ID_COLUMN : columns.join(',') },
			Paging: { PageIndex: page, PageSize: pageSize },
		},
	};
	const maxFaults = impatient ? FAULTS_BEFORE_SMALLER : undefined;
	return await client.call(request, readLeadsPage, { maxWaitMs, maxFaults, faultsBefore });
}

/**
 * The leads of an answer, or undefined if the body is no answer of this endpoint. `Leads` may be
 * absent or null where there are none, and `RecordCount` may be text.
 */
export function readLeadsPage(body: unknown): LeadsPage | undefined {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const { Leads: rows, RecordCount: count } = body as { Leads?: unknown; RecordCount?: unknown };
	if (rows === undefined && count === undefined && Object.keys(body).length > 0) return undefined;
	if (rows !== undefined && rows !== null && !Array.isArray(rows)) return undefined;
	const recordCount = typeof count === 'number' || typeof count === 'string' ? Number(count) : NaN;
	return {
		rows: ((rows ?? []) as unknown[]).filter(isRow),
		recordCount: Number.isFinite(recordCount) ? recordCount : undefined,
	};
}

function isRow(row: unknown): row is Lead {
	return typeof row === 'object' && row !== null && !Array.isArray(row);
}
