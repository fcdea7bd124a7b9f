import { idKey } from '../../../api/leadId';
import { ID_COLUMN } from '../../../api/lead';
import {
	listIdsRequest,
	listMembers,
	MOST_LIST_IDS,
	MOST_MEMBERS_PER_PAGE,
	readListIds,
	readMembers,
} from '../../../api/lists';
import { fetchLeads } from '../../../shared/fetchLeads';
import { type ListOptions, type ReadList, readList } from '../../../shared/readList';
import type { ApiRequest, Client } from '../../../transport/client';
import { withRetry } from '../../../transport/retry';

/**
 * The members of a list, by their ids, with the by-ids calls' proof that none is missing. A list of
 * more than LeadSquared gives the ids of, and one on an account that does not know that call, is read
 * page by page; what it counts tells which it is.
 */
export async function readMembersOf(
	client: Client,
	listId: string,
	options: ListOptions,
): Promise<ReadList> {
	const { wanted = Infinity, maxWaitMs } = options;
	const call = async <T>(request: ApiRequest, read: (body: unknown) => T | undefined) =>
		await withRetry(
			async () => await client.call(request, read, maxWaitMs),
			{ maxWaitMs, mayRepeat: true },
			client.clock,
			client.signal,
		);
	const answer = await call(listIdsRequest(listId), readListIds);
	if (answer.kind !== 'ok' && answer.kind !== 'noEndpoint') return failed(answer);
	const ids = answer.kind === 'ok' ? [...new Set(answer.value.map(idKey))] : [];
	const isAllOrEnough =
		ids.length >= wanted || (answer.kind === 'ok' && ids.length < MOST_LIST_IDS);
	if (isAllOrEnough) {
		// Should there be a member behind the last, the ids were cut short.
		const behind = { page: ids.length + 1, pageSize: 1 };
		const [members, next] = await Promise.all([
			byIds(client, ids.slice(0, wanted), options),
			ids.length < wanted ? call(listMembers(listId, [ID_COLUMN], behind), readMembers) : undefined,
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
			pageSize: MOST_MEMBERS_PER_PAGE,
		},
		options,
	);
}

async function byIds(
	client: Client,
	ids: string[],
	{ columns, maxWaitMs, onProgress, shouldStop }: ListOptions,
): Promise<ReadList> {
	const asked = [{ item: 0, ids }];
	const [results] = await fetchLeads(client, [{ asked, columns, maxWaitMs }], {
		stopAtFailure: false,
		onProgress,
		shouldStop,
	});
	const { leads, withoutId, firstFailure, unknownColumns, absentColumns } = results;
	return {
		// Those that are not there any more have left the list meanwhile.
		leads: ids.map((id) => leads.get(id)).filter((lead) => lead !== undefined),
		withoutId: withoutId.get(0)?.leads ?? [],
		failure: firstFailure?.failure,
		isWhole: !firstFailure,
		hasPages: false,
		unknownColumns,
		absentColumns: ids.length > 0 ? absentColumns : [],
	};
}

const failed = (failure: ReadList['failure']): ReadList => ({
	leads: [],
	withoutId: [],
	failure,
	isWhole: false,
	hasPages: false,
	unknownColumns: [],
	absentColumns: [],
});
