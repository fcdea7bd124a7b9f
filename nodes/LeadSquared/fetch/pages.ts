import { idKey } from '../api/leadId';
import { ID_COLUMN, type Lead, leadReader, type LeadsPage, readLeadsPage } from '../api/leads';
import {
	MAX_MODIFIED_PER_PAGE,
	type ModifiedSpan,
	recentlyModified,
} from '../api/recentlyModified';
import { runEngine } from './engine';
import { Listing, type Listed, type PageRequest, type Part } from './listing';
import type { Paging } from './coverage';
import type { ApiRequest, Client } from '../transport/client';
import type { Failed } from '../transport/outcome';

const DAY_MS = 24 * 3600_000;
const SECOND_MS = 1000;

/** A call that returns leads in pages. */
export interface PagedCall {
	/** @param columns schema names, `ProspectID` first */
	request(columns: string[], paging: Paging): ApiRequest;
	read(body: unknown): LeadsPage | undefined;
	/** The maximum number of rows that LeadSquared returns in a page. */
	pageSize: number;
}

export interface ListOptions {
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** The number of leads to read; undefined for all. */
	wanted?: number;
	/** Takes every lead as it arrives, more than once if pages overlap, and returns the part to keep. */
	keep?: (lead: Lead) => Lead;
	/** The part of the list to read; all of it if this is undefined. */
	part?: Part;
}

/** A list as it was read. */
export interface ReadList extends Listed {
	/** Columns that LeadSquared sent for no lead. */
	absentColumns: string[];
}

/** A span of time that may have no end. */
export type OpenSpan = Omit<ModifiedSpan, 'to'> & { to?: number };

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
 * Reads the leads of a paged call, several pages in parallel. The options identify the list in the
 * execution's progress.
 *
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function readList(
	client: Client,
	{ request, read, pageSize }: PagedCall,
	options: ListOptions,
): Promise<ReadList> {
	const { columns, wanted, keep = (lead) => lead, part } = options;
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
		part,
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

/**
 * Reads the leads that were changed in a span of time.
 *
 * Without an end, these are all leads that have changed by the time of the answer. LeadSquared's clock
 * decides that: the end that is sent is a day ahead, because n8n's clock may be behind. A lead that
 * changes meanwhile keeps its place, because the list is sorted by ID.
 *
 * If a span of more than one page cannot be proven complete, it is read in halves, down to a page or a
 * second: one page is one moment. Neighboring spans share a second, because its hidden fractions belong
 * to the later one only (public reports).
 *
 * @param span ms since 1970, whole seconds
 */
export async function readModified(
	client: Client,
	{ from, to = endOfOpen(client, from), leadType }: OpenSpan,
	options: ListOptions,
): Promise<ReadList> {
	const call: PagedCall = {
		request: recentlyModified.bind(undefined, { from, to, leadType }),
		read: readLeadsPage,
		pageSize: MAX_MODIFIED_PER_PAGE,
	};
	const list = await readList(client, call, options);
	const found = list.leads.length + list.unidentified.length;
	// Leads without an ID could not be distinguished from those of the halves.
	const isAll = list.isWhole || !list.hasPages || list.unidentified.length > 0;
	const isOver = isAll || found >= (options.wanted ?? Infinity) || list.failure;
	if (isOver || client.isStopped || to - from <= SECOND_MS) return list;
	const middle = Math.floor((from + to) / 2 / SECOND_MS) * SECOND_MS;
	// The earlier half first: what changes meanwhile moves into the later one.
	const early = await readModified(client, { from, to: middle, leadType }, options);
	if (early.failure) return early;
	const late = await readModified(client, { from: middle, to, leadType }, options);
	// The halves replace everything but the leads of the whole span.
	return { ...merge(merge({ ...list, isWhole: true }, early), late), count: undefined };
}

/** The end of a span without an end: a day ahead, since n8n's clock may be behind. */
export const endOfOpen = ({ clock }: Client, from: number): number =>
	Math.floor(Math.max(clock.wallNow(), from) / SECOND_MS) * SECOND_MS + DAY_MS;

/** Each lead once, in its latest state. */
function merge(early: ReadList, late: ReadList): ReadList {
	const leads = new Map<string, Lead>();
	for (const lead of [...early.leads, ...late.leads])
		leads.set(idKey(String(lead[ID_COLUMN])), lead);
	const unknown = new Set([...early.unknownColumns, ...late.unknownColumns]);
	return {
		...late,
		leads: [...leads.values()],
		unidentified: [...early.unidentified, ...late.unidentified],
		isWhole: early.isWhole && late.isWhole,
		unknownColumns: [...unknown],
		absentColumns: early.absentColumns.filter((name) => late.absentColumns.includes(name)),
	};
}
