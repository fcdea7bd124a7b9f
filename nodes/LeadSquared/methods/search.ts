import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ID_COLUMN } from '../api/leads';
import { nameOfLead, quickSearch, readFound } from '../api/lookups';
import { apiError } from '../run/messages';
import { withClient } from './connection';
import { callWithRetry } from '../transport/retry';
import { listsRequest, readLists, type LeadList } from '../api/lists';
import { plural } from '../base/text';

/**
 * Finds leads by a part of their name, email address, phone number or company, as LeadSquared's quick
 * search does: some ten at the most.
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
 * Finds lists by their names, with how many leads each has.
 *
 * @param filter what names are to contain
 * @param paginationToken the page, from 1
 * @throws NodeApiError or NodeOperationError if LeadSquared gives none
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
	// Should LeadSquared not know the text, n8n's own list still does.
	const found = lists.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
	return {
		// n8n shows no description in such a list.
		results: found.map((list) => ({ name: `${list.name}${describeList(list)}`, value: list.id })),
		// How many a page holds is not documented: the last one is empty.
		...(lists.length > 0 && { paginationToken: String(page + 1) }),
	};
}

/** What tells lists apart that have the same name. */
function describeList({ type, members }: LeadList): string {
	const leads = members === undefined ? '' : plural(members, 'lead');
	const known = [type, leads].filter(Boolean).join(', ');
	return known === '' ? '' : ` (${known})`;
}
