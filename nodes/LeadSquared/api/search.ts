import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { flatRow, ID_COLUMN } from './leads';
import { isRow, type LeadsPage, readLeadsPage } from './leads';

/** A larger one is clamped without a word (public reports). */
export const MAX_FOUND_PER_PAGE = 1000;

/** Those that https://apidocs.leadsquared.com/search-by-lead-criteria/ names, but for IN. */
export const OPERATORS = ['=', '<>', '>', '>=', '<', '<=', 'LIKE'] as const;
export type Operator = (typeof OPERATORS)[number];

/** One condition; the API takes no more. */
export interface Condition {
	/** Schema name. */
	column: string;
	operator: Operator;
	/** In the form that LeadSquared compares with. */
	value: string;
}

/**
 * Search Leads by Criteria: https://apidocs.leadsquared.com/search-by-lead-criteria/. A condition under
 * any other name than `Parameter` is ignored, and every lead comes.
 *
 * @param columns schema names, `ProspectID` among them
 */
export const searchLeads = (
	{ column, operator, value }: Condition,
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/Leads.Get',
	size: pageSize,
	body: {
		Parameter: { LookupName: column, LookupValue: value, SqlOperator: operator },
		Columns: { Include_CSV: columns.join(',') },
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: ID_COLUMN, Direction: '0' },
	},
});

/**
 * The leads of an answer, a list alone, or undefined if the body is no answer of this call. That each
 * has its id is not documented.
 */
export function readMatches(body: unknown): LeadsPage | undefined {
	const rows = withoutEnvelope(body);
	return Array.isArray(rows) && rows.every(isRow)
		? { rows: rows.map(flatRow) }
		: readLeadsPage(rows);
}
