import { readApiMoment } from '../../../api/dates';
import type { Lead } from '../../../api/leads';
import { MAX_FOUND_PER_PAGE, readMatches, searchLeads } from '../../../api/search';
import { type ListOptions, type PagedCall, type ReadList, readList } from '../../../fetch/pages';
import type { Client } from '../../../transport/client';
import type { CheckedCondition } from './condition';

/** Reads the leads that fit a condition. */
export async function readMatching(
	client: Client,
	condition: CheckedCondition,
	options: ListOptions,
): Promise<ReadList> {
	const list = await readFitting(client, condition, options);
	const { text } = condition;
	const isEmpty = list.leads.length + list.unidentified.length === 0 && !list.failure;
	// It is not documented that LIKE treats % as SQL does: % may be an ordinary character.
	return isEmpty && text !== undefined
		? await readFitting(client, { ...condition, value: text }, options)
		: list;
}

/** Reads what LeadSquared finds, and keeps the leads that fit. */
async function readFitting(
	client: Client,
	condition: CheckedCondition,
	options: ListOptions,
): Promise<ReadList> {
	const { keeps, until, leadType } = condition;
	const sortBy = until === undefined ? undefined : condition.column;
	const call: PagedCall = {
		request: (asked, paging) => searchLeads(condition, asked, paging, { sortBy, leadType }),
		read: readMatches,
		pageSize: MAX_FOUND_PER_PAGE,
	};
	if (!keeps) return await readList(client, call, options);

	const { columns, wanted } = options;
	const chosen = columns.find((name) => name.toLowerCase() === condition.column.toLowerCase());
	const column = chosen ?? condition.column;
	const fits = (lead: Lead) => keeps(lead[column]);
	const reading = { ...options, columns: chosen === undefined ? [...columns, column] : columns };
	const isAll = wanted === undefined && until === undefined;
	// The right leads come first, or most leads are right: reading again from the start costs little.
	for (let size = Math.max(wanted ?? 0, MAX_FOUND_PER_PAGE); ; size *= 4) {
		reading.wanted = isAll ? undefined : size;
		const list = await readList(client, call, reading);
		const leads = list.leads.filter(fits).slice(0, wanted);
		const isEnough =
			leads.length === wanted || (until !== undefined && isPast(until, list.leads, column));
		const isOver = isAll || isEnough || list.leads.length < size;
		if (!isOver && !list.failure && !client.isStopped) continue;
		if (!isEnough && !list.isWhole && !list.failure && sortBy !== undefined) {
			// Leads of one moment may have changed their order. By ID, they cannot.
			return await readFitting(client, { ...condition, until: undefined }, options);
		}
		const unidentified = list.unidentified.filter(fits);
		for (const lead of [...leads, ...unidentified]) {
			if (chosen === undefined) delete lead[column];
		}
		const isWhole = isEnough || list.isWhole;
		return { ...list, leads, unidentified, isWhole, count: undefined };
	}
}

/** Whether leads are sorted by a column of moments, and go beyond one. */
function isPast(until: number, leads: Lead[], column: string): boolean {
	const moments = leads.map((lead) => readApiMoment(lead[column]) ?? NaN);
	return moments.at(-1)! >= until && moments.every((ms, at) => at === 0 || ms >= moments[at - 1]);
}
