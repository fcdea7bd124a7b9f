import { readApiMoment } from '../api/dates';
import { type Lead, readLeadsPage } from '../api/leads';
import { MAX_MODIFIED_PER_PAGE, NEWEST_FIRST, recentlyModified } from '../api/recentlyModified';
import type { Client } from '../transport/client';
import {
	endOfOpen,
	type ListOptions,
	type OpenSpan,
	type PagedCall,
	type ReadList,
	readList,
	readModified,
} from './pages';

// Fewer leads could be in the right order by chance.
const MIN_ROWS = 10;

/**
 * Reads the leads that changed last in a span of time, the newest first. If LeadSquared does not sort them, or
 * if leads of one moment change their order, it reads all leads of the span and sorts them itself.
 */
export async function readNewest(
	client: Client,
	{ from, to = endOfOpen(client, from), leadType }: OpenSpan,
	options: ListOptions & { wanted: number },
): Promise<ReadList> {
	const span = { from, to, leadType };
	const { columns, wanted } = options;
	const chosen = columns.find((name) => name.toLowerCase() === NEWEST_FIRST.by.toLowerCase());
	const column = chosen ?? NEWEST_FIRST.by;
	const reading: ListOptions = {
		...options,
		columns: chosen === undefined ? [...columns, column] : columns,
		wanted: Math.max(wanted, MIN_ROWS),
	};
	const call: PagedCall = {
		request: (asked, paging) => recentlyModified(span, asked, paging, NEWEST_FIRST),
		read: readLeadsPage,
		pageSize: MAX_MODIFIED_PER_PAGE,
	};
	const timeOf = (lead: Lead) => readApiMoment(lead[column]) ?? NaN;
	const isSorted = ({ leads }: ReadList) =>
		!leads.some((lead, at) => at > 0 && timeOf(lead) > timeOf(leads[at - 1]));
	let list = await readList(client, call, reading);
	const isEnough = list.leads.length >= wanted || list.isWhole || !list.hasPages;
	if (!list.failure && !client.isStopped && !(isEnough && isSorted(list))) {
		reading.wanted = undefined;
		list = await readModified(client, span, reading);
		list.leads.sort((a, b) => timeOf(b) - timeOf(a));
	}
	const leads = list.leads.slice(0, wanted);
	const unidentified = list.unidentified.slice(0, wanted - leads.length);
	if (chosen !== undefined) return { ...list, leads, unidentified };
	for (const lead of [...leads, ...unidentified]) delete lead[column];
	const isWanted = (name: string) => name !== column;
	return {
		...list,
		leads,
		unidentified,
		unknownColumns: list.unknownColumns.filter(isWanted),
		absentColumns: list.absentColumns.filter(isWanted),
	};
}
