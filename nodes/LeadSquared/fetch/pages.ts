import { type Lead, leadReader, LeadsPage } from '../api/leads';
import { runEngine } from './engine';
import { Listing, type Listed, type PageRequest } from './listing';
import type { Paging } from './coverage';
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
	/** Takes every lead as it comes, more than once where pages overlap, and returns the part to keep. */
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
	unidentified: [],
	failure,
	isWhole: false,
	hasPages: false,
	unknownColumns: [],
	absentColumns: [],
});

/**
 * Reads the leads of a paged call, several pages at once. The options name the list in the execution's
 * progress.
 *
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function readList(
	client: Client,
	{ request, read, pageSize }: PagedCall,
	options: ListOptions,
): Promise<ReadList> {
	const { columns, wanted, keep = (lead) => lead } = options;
	// These calls send columns that were not requested.
	const reader = leadReader(columns, { dropOthers: true });
	const { path } = request(columns, { page: 1, pageSize: 1 });
	const { counts } = client.account.memory;
	if (!counts.has(path)) counts.set(path, { all: false });
	const listing = new Listing({
		columns,
		wanted,
		pageSize,
		maxWaitMs: client.maxWaitMs,
		readLead: (row) => keep(reader.read(row)),
		counts: counts.get(path)!,
	});
	const toRequest = ({ columns: asked, ...paging }: PageRequest) => request(asked, paging);
	await runEngine(listing, client, { toRequest, read }, options);
	const { leads, ...rest } = listing.result;
	return {
		...rest,
		leads: leads.slice(0, wanted),
		absentColumns: reader.absentColumns,
	};
}
