import { type Lead, leadReader } from '../api/lead';
import type { LeadsPage } from '../api/leads';
import { drive } from './engine';
import { Listing, type Listed } from './listing';
import type { Paging } from './coverage';
import type { Progress } from './types';
import type { ApiRequest, Client } from '../transport/client';
import type { Failed } from '../transport/outcome';

/** A call that gives leads page by page. */
export interface PagedCall {
	/** @param columns schema names, `ProspectID` first */
	request(columns: string[], paging: Paging): ApiRequest;
	read(body: unknown): LeadsPage | undefined;
	/** The most rows that a page may be asked to hold. */
	pageSize: number;
}

export interface ListOptions {
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** How many leads are enough; undefined for all. */
	wanted?: number;
	/** How long, in ms, calls may go on being refused or failing. */
	maxWaitMs: number;
	onProgress: (progress: Progress) => void;
	/** Asked after every answer: true ends it with what there is. */
	shouldStop: () => boolean;
	/** Gets every lead as it comes, more than once where pages overlap, and gives what the list keeps of it. */
	keep?: (lead: Lead) => Lead;
}

/** A list as it was read. */
export interface ReadList extends Listed {
	/** Columns that came with no lead. */
	absentColumns: string[];
}

/** A list that could not be read. */
export const failedList = (failure: Failed): ReadList => ({
	leads: [],
	withoutId: [],
	failure,
	isWhole: false,
	hasPages: false,
	unknownColumns: [],
	absentColumns: [],
});

/**
 * Reads the leads of a paged call, several pages side by side.
 *
 * @throws the cancel signal's reason if the execution is cancelled
 */
export async function readList(
	client: Client,
	{ request, read, pageSize }: PagedCall,
	{ columns, wanted, maxWaitMs, onProgress, shouldStop, keep = (lead) => lead }: ListOptions,
): Promise<ReadList> {
	// These calls send columns that nobody asked for.
	const reader = leadReader(columns, { dropOthers: true });
	const { path } = request(columns, { page: 1, pageSize: 1 });
	const { counts } = client.account.memory;
	if (!counts.has(path)) counts.set(path, { all: false });
	const listing = new Listing({
		columns,
		wanted,
		pageSize,
		maxWaitMs,
		readLead: (row) => keep(reader.read(row)),
		counts: counts.get(path)!,
	});
	await drive(listing, {
		ask: async ({ columns: some, ...paging }, onStart) =>
			await client.call(request(some, paging), read, maxWaitMs, onStart),
		atOnce: client.callsAtOnce,
		clock: client.clock,
		signal: client.signal,
		onProgress,
		shouldStop,
	});
	const { leads, ...rest } = listing.result;
	return {
		...rest,
		leads: leads.slice(0, wanted),
		absentColumns: reader.absentColumns,
	};
}
