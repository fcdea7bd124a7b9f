import type { ApiRequest } from '../transport/client';
import { ofLeadType } from './leadType';
import { ID_COLUMN } from './leads';
import { toApiMoment } from './dates';

/**
 * The API rejects a larger one: "Page size can not be larger than 5000".
 * https://apidocs.leadsquared.com/get-leads-by-date-range/
 */
export const MAX_MODIFIED_PER_PAGE = 5000;

export const MODIFIED_PATH = '/LeadManagement.svc/Leads.RecentlyModified';

/** A span of time in which leads changed: ms since 1970, whole seconds. */
export interface ModifiedSpan {
	from: number;
	to: number;
	/** The object type of the leads, such as `OT_1`; the account's default if there is none. */
	leadType?: string;
}

/** The column that a list is sorted by. */
export interface Sorting {
	by: string;
	newestFirst?: boolean;
}

/** The order of {@link recentlyModified} in which the last changes come first. */
export const NEWEST_FIRST: Sorting = { by: 'LeadLastModifiedOn', newestFirst: true };

/**
 * Get Leads by Date Range: https://apidocs.leadsquared.com/get-leads-by-date-range/. It filters by
 * `LeadLastModifiedOn`, which activities also change, and includes both ends (public reports). Sorted by
 * `ProspectID`, which no two leads share, its order is the same in every call.
 *
 * @param columns schema names, `ProspectID` among them
 * @param sorting by ID unless given
 */
export const recentlyModified = (
	{ from, to, leadType }: ModifiedSpan,
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
	sorting: Sorting = { by: ID_COLUMN },
): ApiRequest => ({
	method: 'POST',
	path: MODIFIED_PATH,
	size: pageSize,
	body: {
		...ofLeadType(leadType),
		Parameter: { FromDate: toApiMoment(from), ToDate: toApiMoment(to) },
		Columns: { Include_CSV: columns.join(',') },
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: sorting.by, Direction: sorting.newestFirst ? '1' : '0' },
	},
});
