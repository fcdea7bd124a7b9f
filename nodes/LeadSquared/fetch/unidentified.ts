import type { Lead, LeadsPage } from '../api/leads';
import type { Client } from '../transport/client';
import type { Failed, FaultKind, Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import type { ByIdsCall } from './byIdsCall';
import { matchPage, MAX_TIMES_EMPTY, type Results } from './results';

interface UnidentifiedOptions {
	/** As `idKey`. */
	ids: ReadonlySet<string>;
	call: ByIdsCall;
	/** Schema names, the ID first. */
	columns: string[];
	leadsPerRequest: number;
	/** Converts a row to its final form. */
	readLead: (row: Lead) => Lead;
	/** Called when the result of more IDs is known. */
	onProgress: () => void;
}

/** The content of a call's pages. */
interface Pages {
	/** Leads without an ID. */
	leads: Lead[];
	/** The requested IDs for which no lead with an ID was returned. */
	open: string[];
	/** Leads may be missing that a request for fewer IDs would return. */
	mayBeIncomplete?: boolean;
	/** The pages have no room for the leads of all IDs. */
	isFull?: boolean;
	failure?: Failed;
}

// If a call for several IDs keeps failing this long, fewer are requested.
const MAX_WAIT_FOR_SEVERAL_MS = 10_000;

// Faults of one ID, and faults that a call for fewer IDs may not have.
const SINGLE_ID_FAULTS = new Set<FaultKind>(['tooLarge', 'invalidRequest', 'notFound']);
const SMALLER_CALL_FAULTS = new Set<FaultKind>([...SINGLE_ID_FAULTS, 'transient', 'rateLimited']);

/**
 * Reads leads that come without `ProspectID`, as in LeadSquared's own example. The ID of such a lead is
 * never guessed: each call requests IDs of one input item, and the leads belong to that item. Leads
 * that are not on one page may be on the next one. Calls are made one after the other, because this is
 * rare.
 *
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function readUnidentified(
	client: Client,
	results: Results,
	options: UnidentifiedOptions,
): Promise<void> {
	const reader = new UnidentifiedReader(client, results, options);
	const failed = await reader.read().then(
		() => undefined,
		(error: Error) => error,
	);
	if (failed && !client.isStopped) throw failed;
}

class UnidentifiedReader {
	/** The largest number of rows that a page has held. */
	private largestPage = 0;

	constructor(
		private readonly client: Client,
		private readonly results: Results,
		private readonly options: UnidentifiedOptions,
	) {}

	async read(): Promise<void> {
		const { results, client } = this;
		let failure: Failed | undefined;
		for (const { item, ids } of results.asked) {
			const own = ids.filter((id) => this.options.ids.has(id) && results.isOpen(id));
			failure ??= await this.readItem(item, own);
			if (failure) {
				const read = new Set(results.unidentified.get(item)?.ids);
				const rest = own.filter((id) => !read.has(id) && !results.notFetched.has(id));
				results.markFailed(rest, failure, 'request');
			}
			if (client.stopAtFailure && results.firstFailure) return;
		}
	}

	/** @returns the failure that every other call would have, if there is one */
	private async readItem(item: number, ids: string[]): Promise<Failed | undefined> {
		let most = this.options.leadsPerRequest;
		let size = most;
		for (let at = 0; at < ids.length; ) {
			const part = ids.slice(at, at + size);
			const pages = await this.readPages(part);
			const { failure } = pages;
			const mayNeedFewer = failure ? SMALLER_CALL_FAULTS.has(failure.kind) : pages.mayBeIncomplete;
			if (part.length > 1 && mayNeedFewer) {
				size = Math.ceil(part.length / 2);
				// An ID at fault says nothing about the number of IDs.
				if (pages.isFull || failure?.kind === 'tooLarge') most = size;
				continue;
			}
			this.keep(item, part, pages);
			if (failure && !SINGLE_ID_FAULTS.has(failure.kind)) return failure;
			this.options.onProgress();
			if (failure && this.client.stopAtFailure) return undefined;
			at += part.length;
			size = Math.min(most, 2 * size);
		}
		return undefined;
	}

	private async readPages(ids: string[]): Promise<Pages> {
		const leads: Lead[] = [];
		let open = ids;
		let timesEmpty = 0;
		let lastContent = '';
		for (let page = 1; ; ) {
			const outcome = await this.request(ids, page);
			if (outcome.kind !== 'ok') return { leads, open, failure: outcome };
			const { rows, recordCount = 0 } = outcome.value;
			const { columns, readLead } = this.options;
			const { found, unidentified } = matchPage(ids, rows.map(readLead), columns[0]);
			for (const [id, lead] of found) this.results.keep(id, lead);
			open = open.filter((id) => !found.has(id));
			this.largestPage = Math.max(this.largestPage, rows.length);
			if (unidentified.length === 0 && leads.length < open.length) {
				// A second page without the lead proves that it is missing.
				const maxTimesEmpty = recordCount > rows.length ? MAX_TIMES_EMPTY : page === 1 ? 2 : 1;
				if (++timesEmpty < maxTimesEmpty) continue;
			}
			// A server that ignores paging sends the same leads again.
			const content = JSON.stringify(unidentified.map((lead) => JSON.stringify(lead)).sort());
			const isRepeated = content === lastContent;
			if (!isRepeated) leads.push(...unidentified);
			if (leads.length >= open.length || unidentified.length === 0) return { leads, open };
			const isFull = rows.length >= this.largestPage;
			const mayBeIncomplete = isFull || recordCount > leads.length;
			if (isRepeated) return { leads, open, mayBeIncomplete, isFull };
			lastContent = content;
			timesEmpty = 0;
			page++;
		}
	}

	private async request(ids: string[], page: number): Promise<Outcome<LeadsPage>> {
		const { client } = this;
		const forSeveral = Math.min(MAX_WAIT_FOR_SEVERAL_MS, client.maxWaitMs);
		const patient = ids.length > 1 ? client.with({ maxWaitMs: forSeveral }) : client;
		const { call, columns } = this.options;
		const request = call.request(ids, columns, { page, pageSize: ids.length });
		return await callWithRetry(patient, request, call.read);
	}

	private keep(item: number, ids: string[], { leads, open, failure }: Pages): void {
		const { results } = this;
		if (failure?.kind === 'notFound') results.markNotFound(ids);
		else if (failure) {
			results.markFailed(open, failure, SINGLE_ID_FAULTS.has(failure.kind) ? 'id' : 'request');
		} else if (leads.length === 0) results.markNotFound(open);
		if (leads.length === 0) return;
		const kept = results.unidentified.get(item) ?? { leads: [], ids: [] };
		results.unidentified.set(item, kept);
		kept.leads.push(...leads);
		if (!failure) kept.ids.push(...open);
	}
}
