import { idKey } from '../../../api/leadId';
import { ID_COLUMN } from '../../../api/leads';
import {
	describeList,
	type LeadList,
	listIdsRequest,
	listMembers,
	listsRequest,
	MAX_LIST_IDS,
	MAX_MEMBERS_PER_PAGE,
	readListIds,
	readLists,
	readMembers,
} from '../../../api/lists';
import { fetchLeads } from '../../../fetch/byIds';
import { firstFew } from '../../../base/text';
import { failedList, type ListOptions, type ReadList, readList } from '../../../fetch/pages';
import type { Client } from '../../../transport/client';
import { InvalidInput } from '../../../base/invalidInput';
import type { Outcome } from '../../../transport/outcome';
import { callWithRetry } from '../../../transport/retry';
import type { Filter } from './parameters';

/**
 * Reads the members of a list by their IDs, which proves that none is missing. A list that is too long for
 * LeadSquared to return all its IDs is read page by page, and so is any list of an account that does not
 * have that call. A member after the last ID shows that the list is too long.
 */
export async function readMembersOf(
	client: Client,
	{ list, isName }: Filter & { by: 'list' },
	options: ListOptions,
): Promise<ReadList | InvalidInput> {
	const { wanted = Infinity } = options;
	const named = isName ? await findListId(client, list) : { kind: 'ok' as const, value: list };
	if (named instanceof InvalidInput) return named;
	if (named.kind !== 'ok') return failedList(named);
	const listId = named.value;
	const answer = await callWithRetry(client, listIdsRequest(listId), readListIds);
	if (answer.kind !== 'ok' && answer.kind !== 'noEndpoint') return failedList(answer);
	const ids = answer.kind === 'ok' ? [...new Set(answer.value.map(idKey))] : [];
	const isAllOrEnough = ids.length >= wanted || (answer.kind === 'ok' && ids.length < MAX_LIST_IDS);
	if (isAllOrEnough) {
		// A member after the last ID means that the IDs were cut off.
		const afterLast = { page: ids.length + 1, pageSize: 1 };
		const [members, next] = await Promise.all([
			fetchMembers(client, ids.slice(0, wanted), options),
			ids.length < wanted
				? callWithRetry(client, listMembers(listId, [ID_COLUMN], afterLast), readMembers)
				: undefined,
		]);
		const isKnown = next === undefined || next.kind === 'ok' || next.kind === 'noEndpoint';
		if (!isKnown) return { ...members, failure: members.failure ?? next };
		if (next?.kind !== 'ok' || next.value.rows.length === 0) return members;
	}
	return await readList(
		client,
		{
			request: listMembers.bind(undefined, listId),
			read: readMembers,
			pageSize: MAX_MEMBERS_PER_PAGE,
		},
		options,
	);
}

// Far more than a search returns. A server that ignores paging would be read endlessly.
const MAX_PAGES = 100;

/** Finds the ID of the list with a name, in any case. */
async function findListId(client: Client, name: string): Promise<Outcome<string> | InvalidInput> {
	const named = new Map<string, LeadList>();
	for (let page = 1; page <= MAX_PAGES; page++) {
		const outcome = await callWithRetry(client, listsRequest(page, name), readLists);
		if (outcome.kind !== 'ok') return outcome;
		for (const list of outcome.value) {
			if (list.name.toLowerCase() === name.toLowerCase()) named.set(list.id, list);
		}
		if (outcome.value.length === 0) break;
	}
	const lists = [...named.values()];
	if (lists.length === 1) return { kind: 'ok', value: lists[0].id };
	return lists.length === 0
		? new InvalidInput(
				`LeadSquared has no list with the name ${name.slice(0, 60)}`,
				"The list was renamed or deleted, belongs to another account, or the user of the keys may not see it. Choose one under 'List'.",
			)
		: new InvalidInput(
				`Several lists have the name ${name.slice(0, 60)}`,
				`Enter the ID of the right one: ${firstFew(lists.map(nameWithId), '; ')}.`,
			);
}

const nameWithId = (list: LeadList) => `${list.id} is ${describeList(list)}`;

async function fetchMembers(
	client: Client,
	ids: string[],
	options: ListOptions,
): Promise<ReadList> {
	const asked = [{ item: 0, ids }];
	const { leads, unidentified, firstFailure, unknownColumns, absentColumns } = await fetchLeads(
		// A failure is one of the whole list.
		client.with({ stopAtFailure: false }),
		{ asked, columns: options.columns },
		options,
	);
	return {
		// A lead that no longer exists has also left the list.
		leads: ids.map((id) => leads.get(id)).filter((lead) => lead !== undefined),
		unidentified: unidentified.get(0)?.leads ?? [],
		failure: firstFailure?.failure,
		isWhole: !firstFailure,
		hasPages: false,
		unknownColumns,
		absentColumns,
	};
}
