import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { byIds, ID_COLUMN, type Lead, readLeadsPage } from '../api/leads';
import { nameOfLead, quickSearch, readFound } from '../api/lookups';
import { findLeadIds } from '../input/leadIds/findLeadIds';
import { isPhone } from '../input/leadKeys';
import { apiError } from '../run/messages';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { withClient } from './connection';
import { callWithRetry } from '../transport/retry';
import { describeList, listsRequest, readLists, STATIC } from '../api/lists';

/** The columns that describe a lead in the list. */
const DESCRIBING = [
	ID_COLUMN,
	'FirstName',
	'LastName',
	'EmailAddress',
	'Phone',
	'Mobile',
	'Company',
];

/**
 * Finds leads by their ID, or a part of their name, email address, phone number or company. LeadSquared's
 * quick search returns about ten. n8n cannot show that there are more.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function searchLeads(
	this: ILoadOptionsFunctions,
	filter = '',
): Promise<INodeListSearchResult> {
	const text = filter.trim();
	if (text === '') return { results: [] };
	const outcome = await withClient(this, async (client) => await findLeads(client, text));
	if (outcome.kind === 'notFound') return { results: [] };
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	return {
		results: outcome.value.rows.flatMap((row) => {
			const id = row[ID_COLUMN];
			return typeof id === 'string' ? [{ name: nameOfLead(row), value: id }] : [];
		}),
	};
}

async function findLeads(client: Client, text: string): Promise<Outcome<{ rows: Lead[] }>> {
	const { ids } = findLeadIds(text);
	if (ids.length > 0) {
		const request = byIds(ids, DESCRIBING, { page: 1, pageSize: ids.length });
		return await callWithRetry(client, request, readLeadsPage);
	}
	const [asGiven, ...others] = searchTexts(text);
	let outcome = await callWithRetry(client, quickSearch(asGiven), readFound);
	for (const other of others) {
		const isNone =
			outcome.kind === 'notFound' || (outcome.kind === 'ok' && outcome.value.rows.length === 0);
		if (!isNone) break;
		outcome = await callWithRetry(client, quickSearch(other), readFound);
	}
	return outcome;
}

/**
 * The texts to search for, one after the other. The last ten digits of a phone number are in each form of
 * it, and the last name may come first.
 */
function searchTexts(text: string): string[] {
	if (isPhone(text)) return [text.replace(/\D/g, '').slice(-10)];
	const [first, ...others] = text.split(/[\s,]+/);
	return others.length === 0 ? [text] : [text, [...others, first].join(' ')];
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
	return await listsOnPage(this, filter, paginationToken, { onlyStatic: false });
}

/**
 * Finds static lists, to which leads can be added.
 *
 * @param paginationToken the page, from 1
 * @throws NodeApiError or NodeOperationError if LeadSquared returns none
 */
export async function searchStaticLists(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '1',
): Promise<INodeListSearchResult> {
	return await listsOnPage(this, filter, paginationToken, { onlyStatic: true });
}

async function listsOnPage(
	context: ILoadOptionsFunctions,
	filter: string,
	paginationToken: string,
	{ onlyStatic }: { onlyStatic: boolean },
): Promise<INodeListSearchResult> {
	const page = Number(paginationToken) || 1;
	const text = filter.trim();
	const request = listsRequest(page, text, { onlyStatic });
	const outcome = await withClient(
		context,
		async (client) => await callWithRetry(client, request, readLists),
	);
	if (outcome.kind !== 'ok') throw apiError(context.getNode(), outcome);
	const lists = outcome.value;
	// In case LeadSquared ignores the text or the type.
	const found = lists.filter(
		({ name, type }) =>
			name.toLowerCase().includes(text.toLowerCase()) &&
			(!onlyStatic || type.toLowerCase() === STATIC),
	);
	return {
		// n8n shows no description in such a list.
		results: found.map((list) => ({ name: describeList(list), value: list.id })),
		// The size of a page is not documented, so only an empty page is the last.
		...(lists.length > 0 && { paginationToken: String(page + 1) }),
	};
}
