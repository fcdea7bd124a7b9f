import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ID_COLUMN } from '../api/leads';
import { nameOfLead, quickSearch, readFound } from '../api/lookups';
import { apiError } from '../run/messages';
import { withClient } from './connection';
import { callWithRetry } from '../transport/retry';
import { listsRequest, readLists, type LeadList } from '../api/lists';
import { plural } from '../base/text';

/**
 * Finds leads by a part of their name, email address, phone number or company, with LeadSquared's quick
 * search, which returns about ten.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function searchLeads(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const text = filter.trim();
	if (text === '') return { results: [] };
	const outcome = await withClient(
		this,
		async (client) => await callWithRetry(client, quickSearch(text), readFound),
	);
	if (outcome.kind === 'notFound') return { results: [] };
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	return {
		results: outcome.value.rows.flatMap((row) => {
			const id = row[ID_COLUMN];
			return typeof id === 'string' ? [{ name: nameOfLead(row), value: id }] : [];
		}),
	};
}

/**
 * Finds lists by a part of their names, with the number of leads in each.
 *
 * @param paginationToken the page, from 1
 * @throws NodeApiError or NodeOperationError if LeadSquared returns none
 */
export async function searchLists(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '1',
): Promise<INodeListSearchResult> {
	const page = Number(paginationToken) || 1;
	const text = filter.trim();
	const outcome = await withClient(
		this,
		async (client) => await callWithRetry(client, listsRequest(page, text), readLists),
	);
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	const lists = outcome.value;
	// In case LeadSquared ignores the text.
	const found = lists.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
	return {
		// n8n shows no description in such a list.
		results: found.map((list) => ({ name: `${list.name}${describeList(list)}`, value: list.id })),
		// The size of a page is not documented, so only an empty page is the last.
		...(lists.length > 0 && { paginationToken: String(page + 1) }),
	};
}

/** Describes a list, to distinguish it from others with the same name. */
function describeList({ type, members }: LeadList): string {
	const leads = members === undefined ? '' : plural(members, 'lead');
	const known = [type, leads].filter(Boolean).join(', ');
	return known === '' ? '' : ` (${known})`;
}
