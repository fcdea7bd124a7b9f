import {
	activitiesOfType,
	MAX_ACTIVITIES_PER_PAGE,
	NEWEST_ACTIVITIES_FIRST,
	readActivities,
} from '../api/activities';
import { idKey } from '../api/leadId';
import { type Lead, leadReader, type LeadsPage, readLeadsPage } from '../api/leads';
import {
	MAX_MODIFIED_PER_PAGE,
	type ModifiedSpan,
	NEWEST_FIRST,
	recentlyModified,
	type Sorting,
} from '../api/recentlyModified';
import { runEngine } from './engine';
import { Listing, type Listed, type ListingOptions, type PageRequest, type Part } from './listing';
import type { Paging } from './coverage';
import type { ApiRequest, Client } from '../transport/client';
import type { Failed } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import { matchPage } from './results';

const DAY_MS = 24 * 3600_000;
const SECOND_MS = 1000;

/** A call that returns leads, or other records, in pages. */
export interface PagedCall {
	/** @param columns schema names, the ID first */
	request(columns: string[], paging: Paging): ApiRequest;
	read(body: unknown): LeadsPage | undefined;
	/** The maximum number of rows that LeadSquared returns in a page. */
	pageSize: number;
	/** Whether the call takes no columns: all that LeadSquared sends are kept. */
	sendsAll?: boolean;
}

/** A call that returns the records that were changed in a span of time. */
export interface ModifiedCall extends Omit<PagedCall, 'request'> {
	/** @param sorting by the ID unless given */
	request(span: ModifiedSpan, columns: string[], paging: Paging, sorting?: Sorting): ApiRequest;
	/** The order in which the last changes come first. */
	newestFirst: Sorting;
}

/** The leads that were changed. */
export const MODIFIED_LEADS: ModifiedCall = {
	request: recentlyModified,
	read: readLeadsPage,
	pageSize: MAX_MODIFIED_PER_PAGE,
	newestFirst: NEWEST_FIRST,
};

/** The activities of a type that were changed. @param type its code */
export const modifiedActivities = (type: number): ModifiedCall => ({
	request: (span, _columns, paging, sorting) => activitiesOfType(type, span, paging, sorting),
	read: readActivities,
	pageSize: MAX_ACTIVITIES_PER_PAGE,
	sendsAll: true,
	newestFirst: NEWEST_ACTIVITIES_FIRST,
});

export interface ListOptions {
	/** Schema names, the ID first. */
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

// The number of activities that LeadSquared sends unless more are requested: it cuts no page to fewer rows.
const NEVER_CUT = 25;

/**
 * Reads the first page of a list that rarely has more. The list is whole if the page has room for more rows,
 * and as many as LeadSquared counts. If LeadSquared cut large pages and counted the rows of the page, that would
 * prove nothing. So the page is small until the count is known to be that of the list.
 */
export async function readFirstPage(
	client: Client,
	call: PagedCall,
	options: ListOptions,
): Promise<ReadList> {
	const { request, read, pageSize, sendsAll = false } = call;
	const { columns, wanted = Infinity } = options;
	const most = Math.min(wanted, pageSize);
	const counts = countsOf(client, request(columns, { page: 1, pageSize: 1 }));
	const size = counts.all ? most : Math.min(most, NEVER_CUT);
	const outcome = await callWithRetry(client, request(columns, { page: 1, pageSize: size }), read);
	if (outcome.kind === 'tooLarge' && size > 1) {
		const { cap = size } = outcome;
		const smaller = cap < size ? cap : Math.ceil(size / 2);
		return await readFirstPage(client, { ...call, pageSize: smaller }, options);
	}
	if (outcome.kind !== 'ok') return failedList(outcome);
	const { rows, recordCount = 0 } = outcome.value;
	counts.all ||= recordCount > rows.length;
	if (counts.all && rows.length === size && size < most) {
		return await readFirstPage(client, call, options);
	}
	const reader = leadReader(columns, { dropOthers: !sendsAll });
	const { found, unidentified } = matchPage([], rows.map(reader.read), columns[0]);
	return {
		leads: [...found.values()].slice(0, wanted),
		unidentified,
		isWhole: rows.length < size && rows.length === outcome.value.recordCount,
		hasPages: false,
		unknownColumns: [],
		absentColumns: reader.absentColumns,
	};
}

/** The memory of whether the account counts all rows of the lists that a call returns. */
export function countsOf(client: Client, { path }: ApiRequest): ListingOptions['counts'] {
	const { counts } = client.account.memory;
	const known = counts.get(path) ?? { all: false };
	counts.set(path, known);
	return known;
}

/**
 * Reads the leads of a paged call, several pages in parallel. The options identify the list in the
 * execution's progress.
 *
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function readList(
	client: Client,
	{ request, read, pageSize, sendsAll = false }: PagedCall,
	options: ListOptions,
): Promise<ReadList> {
	const { columns, wanted, keep = (lead) => lead, part } = options;
	// Calls that take columns also send others.
	const reader = leadReader(columns, { dropOthers: !sendsAll });
	const listing = new Listing({
		columns,
		wanted,
		pageSize,
		maxWaitMs: client.maxWaitMs,
		readLead: (row) => keep(reader.read(row)),
		counts: countsOf(client, request(columns, { page: 1, pageSize: 1 })),
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
 * Reads the leads, or other records, that were changed in a span of time.
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
	call: ModifiedCall = MODIFIED_LEADS,
): Promise<ReadList> {
	const request = call.request.bind(undefined, { from, to, leadType });
	const list = await readList(client, { ...call, request }, options);
	const found = list.leads.length + list.unidentified.length;
	// Leads without an ID could not be distinguished from those of the halves.
	const isAll = list.isWhole || !list.hasPages || list.unidentified.length > 0;
	const isOver = isAll || found >= (options.wanted ?? Infinity) || list.failure;
	if (isOver || client.isStopped || to - from <= SECOND_MS) return list;
	const middle = Math.floor((from + to) / 2 / SECOND_MS) * SECOND_MS;
	// The earlier half first: what changes meanwhile moves into the later one.
	const early = await readModified(client, { from, to: middle, leadType }, options, call);
	if (early.failure) return early;
	const late = await readModified(client, { from: middle, to, leadType }, options, call);
	// The halves replace everything but the leads of the whole span.
	const [idColumn] = options.columns;
	const halves = merge(merge({ ...list, isWhole: true }, early, idColumn), late, idColumn);
	return { ...halves, count: undefined };
}

/** The end of a span without an end: a day ahead, since n8n's clock may be behind. */
export const endOfOpen = ({ clock }: Client, from: number): number =>
	Math.floor(Math.max(clock.wallNow(), from) / SECOND_MS) * SECOND_MS + DAY_MS;

/** Each lead once, in its latest state. */
function merge(early: ReadList, late: ReadList, idColumn: string): ReadList {
	const leads = new Map<string, Lead>();
	for (const lead of [...early.leads, ...late.leads])
		leads.set(idKey(String(lead[idColumn])), lead);
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
