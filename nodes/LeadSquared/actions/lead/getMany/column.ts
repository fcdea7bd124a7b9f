import { type Condition, MOST_FOUND_PER_PAGE, readMatches, searchLeads } from '../../../api/search';
import { type ListOptions, type ReadList, readList } from '../../../shared/readList';
import type { Client } from '../../../transport/client';
import { plainText } from './condition';

/** The leads that a condition fits. */
export async function readMatching(
	client: Client,
	condition: Condition,
	options: ListOptions,
): Promise<ReadList> {
	const read = async (asked: Condition) =>
		await readList(
			client,
			{
				request: searchLeads.bind(undefined, asked),
				read: readMatches,
				pageSize: MOST_FOUND_PER_PAGE,
			},
			options,
		);
	const list = await read(condition);
	const text = plainText(condition);
	const isEmpty = list.leads.length + list.withoutId.length === 0 && !list.failure;
	// That LIKE knows % as SQL does is not documented: it may be taken for a letter.
	return isEmpty && text ? await read({ ...condition, value: text }) : list;
}
