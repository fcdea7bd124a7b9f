import { plural } from '../base/text';
import type { ApiRequest } from '../transport/client';
import { isSuccess, withoutEnvelope } from '../transport/outcome';
import { ID_COLUMN, type Lead, type LeadsPage, readLeadsPage } from './leads';
import { listIn, readRows } from './rows';
import { usualMoment } from './dates';

/** LeadSquared's name of the type of lists that leads can be added to. */
export const STATIC = 'static';
const STATIC_CODE = 0;

/** A list of leads in LeadSquared. */
export interface LeadList {
	id: string;
	name: string;
	/** LeadSquared's name of the type, such as `static` or `dynamic`. */
	type: string;
	/** The number of members at LeadSquared's last count; absent if it does not say. */
	members?: number;
}

/**
 * Get All Lists: https://apidocs.leadsquared.com/retrieve-all-lists/. The size of a page is not documented.
 *
 * @param page from 1
 * @param text a part of the names to find
 */
export const listsRequest = (
	page: number,
	text = '',
	{ onlyStatic = false }: { onlyStatic?: boolean } = {},
): ApiRequest => ({
	method: 'GET',
	path: '/LeadManagement.svc/Lists.Get',
	qs: {
		pageIndex: page,
		...(text !== '' && { searchText: text }),
		...(onlyStatic && { listType: STATIC_CODE }),
	},
});

/** Reads the lists of an answer; returns undefined if the body is not an answer of this call. */
export function readLists(body: unknown): LeadList[] | undefined {
	return readRows(listIn(body), (row): LeadList | undefined => {
		const { ListId, ListName, ListType, MemberCount } = row;
		if (typeof ListId !== 'string' || ListId === '') return undefined;
		const members = MemberCount === null || MemberCount === '' ? NaN : Number(MemberCount);
		return {
			id: ListId,
			name: String(ListName ?? '').trim() || ListId,
			type: String(ListType ?? ''),
			...(Number.isFinite(members) && { members }),
		};
	});
}

/** Describes a list so that people can distinguish it from others with the same name. */
export function describeList({ name, type, members }: LeadList): string {
	const leads = members === undefined ? '' : plural(members, 'lead');
	const known = [type, leads].filter(Boolean).join(', ');
	return known === '' ? name : `${name} (${known})`;
}

/** LeadSquared silently leaves out more IDs (a generated OpenAPI description). */
export const MAX_LIST_IDS = 10_000;

/** Requests the IDs of a list's members, at most 10,000. */
export const listIdsRequest = (listId: string): ApiRequest => ({
	method: 'GET',
	path: '/LeadManagement.svc/List.GetLeads',
	qs: { listId },
});

/** Reads the IDs of an answer; returns undefined if the body is not an answer of this call. */
export function readListIds(body: unknown): string[] | undefined {
	const answer = withoutEnvelope(body);
	if (typeof answer !== 'object' || answer === null) return undefined;
	const { ProspectId, RecordsRetrieved } = answer as Record<string, unknown>;
	const list = listIn(answer);
	const ids = list?.filter((id): id is string => typeof id === 'string');
	if (ids && (ids.length > 0 || list!.length === 0)) return ids;
	const isEmpty = ProspectId === undefined && !list && RecordsRetrieved !== undefined;
	return ProspectId === null || isEmpty ? [] : undefined;
}

/** The maximum of Leads.RecentlyModified, until an answer names another. This call's is not documented. */
export const MAX_MEMBERS_PER_PAGE = 5000;

/**
 * Get Leads in a List: https://apidocs.leadsquared.com/get-leads-in-a-list-2/
 *
 * @param columns schema names, `ProspectID` among them
 */
export const listMembers = (
	listId: string,
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/Leads/Retrieve/BySearchParameter',
	size: pageSize,
	body: {
		// 1 is the default: the stored list, counted as it is now.
		SearchParameters: { ListId: listId, RetrieveBehaviour: '1' },
		Columns: { Include_CSV: columns.join(',') },
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: ID_COLUMN, Direction: '0' },
	},
});

/**
 * Reads the members of an answer, with dates in the usual form; returns undefined if the body is not an
 * answer of this call. An answer also has `RecordsRetrieved`, sometimes alone.
 */
export function readMembers(body: unknown): LeadsPage | undefined {
	const page = readLeadsPage(body);
	if (page) return { ...page, rows: page.rows.map(withUsualMoments) };
	const { RecordsRetrieved } = Object(body) as { RecordsRetrieved?: unknown };
	return Number(RecordsRetrieved ?? NaN) === 0 ? { rows: [] } : undefined;
}

function withUsualMoments(row: Lead): Lead {
	for (const [name, value] of Object.entries(row)) {
		const usual = usualMoment(value);
		if (usual !== value) row[name] = usual;
	}
	return row;
}

/** The number of leads to add in a call. A maximum is not documented. */
export const LEADS_PER_ADDITION = 100;

/** Add Leads to a Static List: https://apidocs.leadsquared.com/add-leads-to-a-static-list/ */
export const addLeadsRequest = (listId: string, leadIds: string[]): ApiRequest => ({
	method: 'POST',
	path: '/LeadSegmentation.svc/AddLeadsToStaticList',
	size: leadIds.length,
	body: { listId, leadIds },
});

/**
 * Reads how many leads were added from "Successfully added 2 lead(s) to list": 0 if a success does not say it.
 * Leads that are in the list are not added again. Returns undefined if the body does not report a success.
 */
export function readAddedCount(body: unknown): number | undefined {
	if (!isSuccess(body)) return undefined;
	const { Message: inner = body.Message } = Object(body.Message) as { Message?: unknown };
	return Number(/\d+(?= lead)/i.exec(String(inner))?.[0] ?? 0);
}
