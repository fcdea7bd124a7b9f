import type { ApiRequest } from '../transport/client';
import { ID_COLUMN } from './leads';
import { toApiMoment } from './dates';

/**
 * "Page size can not be larger than 5000", says the API above it; the page:
 * https://apidocs.leadsquared.com/get-leads-by-date-range/
 */
export const MAX_MODIFIED_PER_PAGE = 5000;

export const MODIFIED_PATH = '/LeadManagement.svc/Leads.RecentlyModified';

/**
 * Get Leads by Date Range: https://apidocs.leadsquared.com/get-leads-by-date-range/. It goes by
 * `LeadLastModifiedOn`, which activities move as well, and both ends belong to it (public reports). By
 * `ProspectID`, in which no two leads are equal, its order is the same from call to call.
 *
 * @param span ms since 1970, whole seconds
 * @param columns schema names, `ProspectID` among them
 * @param sorting by the ids, unless told otherwise
 */
export const recentlyModified = (
	{ from, to }: { from: number; to: number },
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
	sorting: { by: string; newestFirst?: boolean } = { by: ID_COLUMN },
): ApiRequest => ({
	method: 'POST',
	path: MODIFIED_PATH,
	size: pageSize,
	body: {
		Parameter: { FromDate: toApiMoment(from), ToDate: toApiMoment(to) },
		Columns: { Include_CSV: columns.join(',') },
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: sorting.by, Direction: sorting.newestFirst ? '1' : '0' },
	},
});
