import { readApiMoment } from '../api/dates';
import type { Lead } from '../api/leads';
import type { Client } from '../transport/client';
import {
	endOfOpen,
	type ListOptions,
	MODIFIED_LEADS,
	type ModifiedCall,
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
	call: ModifiedCall = MODIFIED_LEADS,
): Promise<ReadList> {
	const span = { from, to, leadType };
	const { columns, wanted } = options;
	const { newestFirst } = call;
	const chosen = columns.find((name) => name.toLowerCase() === newestFirst.by.toLowerCase());
	const column = chosen ?? newestFirst.by;
	const reading: ListOptions = {
		...options,
		columns: chosen === undefined ? [...columns, column] : columns,
		wanted: Math.max(wanted, MIN_ROWS),
	};
	const sorted: PagedCall = {
		...call,
		request: (asked, paging) => call.request(span, asked, paging, newestFirst),
	};
	const timeOf = (lead: Lead) => readApiMoment(lead[column]) ?? NaN;
	const isSorted = ({ leads }: ReadList) =>
		!leads.some((lead, at) => at > 0 && timeOf(lead) > timeOf(leads[at - 1]));
	let list = await readList(client, sorted, reading);
	const isEnough = list.leads.length >= wanted || list.isWhole || !list.hasPages;
	if (!list.failure && !client.isStopped && !(isEnough && isSorted(list))) {
		reading.wanted = undefined;
		list = await readModified(client, span, reading, call);
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
