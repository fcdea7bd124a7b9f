import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ID_COLUMN } from '../api/lead';
import { nameOfLead, quickSearch, readFound } from '../api/lookups';
import { apiError } from '../run/messages';
import { askAccount } from './connection';
import { callWithRetry } from '../transport/retry';

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
	const outcome = await askAccount(
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
