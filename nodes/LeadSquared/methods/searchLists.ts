import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { type LeadList, listsRequest, readLists } from '../api/lists';
import { apiError } from '../run/messages';
import { count } from '../base/text';
import { askAccount } from './connection';
import { callWithRetry } from '../transport/retry';

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
	const outcome = await askAccount(
		this,
		async (client) => await callWithRetry(client, listsRequest(page, text), readLists),
	);
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	const lists = outcome.value;
	// Should LeadSquared not know the text, n8n's own list still does.
	const found = lists.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
	return {
		// n8n shows no description in such a list.
		results: found.map((list) => ({ name: `${list.name}${about(list)}`, value: list.id })),
		// How many a page holds is not documented: the last one is empty.
		...(lists.length > 0 && { paginationToken: String(page + 1) }),
	};
}

/** What tells lists apart that have the same name. */
function about({ type, members }: LeadList): string {
	const leads =
		members === undefined ? '' : `${count(members)} ${members === 1 ? 'lead' : 'leads'}`;
	const known = [type, leads].filter(Boolean).join(', ');
	return known === '' ? '' : ` (${known})`;
}
