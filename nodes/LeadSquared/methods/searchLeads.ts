import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ID_COLUMN } from '../api/lead';
import { nameOfLead, quickSearch, readFound } from '../api/lookups';
import { apiError } from '../run/messages';
import { withClient } from '../run/run';
import { readWithRetry } from '../transport/retry';
import { SOON_MS } from './soon';

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
		async (client) => await readWithRetry(client, quickSearch(text), readFound, SOON_MS),
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
