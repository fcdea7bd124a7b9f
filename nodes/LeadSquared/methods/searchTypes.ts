import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { RecordType } from '../api/activityTypes';
import { activityTypes, opportunityTypes } from '../columns/recordTypes';
import { apiError } from '../run/messages';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { withClient } from './connection';

// A user who has just made a type looks for it.
const MAX_AGE_MS = 60_000;

/**
 * Finds types of activities by a part of their names, or by their codes.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function searchActivityTypes(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await searchTypes(this, filter, activityTypes);
}

/**
 * Finds types of opportunities by a part of their names, or by their codes.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function searchOpportunityTypes(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	return await searchTypes(this, filter, opportunityTypes);
}

async function searchTypes(
	context: ILoadOptionsFunctions,
	filter: string,
	read: (client: Client, maxAgeMs: number) => Promise<Outcome<RecordType[]>>,
): Promise<INodeListSearchResult> {
	const outcome = await withClient(context, async (client) => await read(client, MAX_AGE_MS));
	if (outcome.kind !== 'ok') throw apiError(context.getNode(), outcome);
	const text = filter.trim().toLowerCase();
	return {
		results: outcome.value
			.map(({ code, name }) => ({ name: `${name} (${code})`, value: String(code) }))
			.filter(({ name }) => name.toLowerCase().includes(text))
			.sort((a, b) => a.name.localeCompare(b.name, 'en')),
	};
}
