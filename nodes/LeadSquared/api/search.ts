import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { ofLeadType } from './leadType';
import { flatRow, ID_COLUMN, type LeadsPage, readLeadsPage } from './leads';
import { isRow } from './rows';

/** LeadSquared silently cuts larger pages to this size (public reports). */
export const MAX_FOUND_PER_PAGE = 1000;

/** The operators that https://apidocs.leadsquared.com/search-by-lead-criteria/ names, except IN. */
export const OPERATORS = ['=', '<>', '>', '>=', '<', '<=', 'LIKE'] as const;
export type Operator = (typeof OPERATORS)[number];

/** The one condition that the API accepts. */
export interface Condition {
	/** Schema name. */
	column: string;
	operator: Operator | 'IN';
	/** In the form that LeadSquared compares. */
	value: string;
}

/**
 * Search Leads by Criteria: https://apidocs.leadsquared.com/search-by-lead-criteria/. Under any name
 * other than `Parameter`, the condition is ignored, and all leads are returned.
 *
 * @param columns schema names, `ProspectID` among them
 * @param options sortBy: a column; by ID, which no two leads share, the order is the same in every call
 */
export const searchLeads = (
	{ column, operator, value }: Condition,
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
	{ sortBy = ID_COLUMN, leadType }: { sortBy?: string; leadType?: string } = {},
): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/Leads.Get',
	size: pageSize,
	body: {
		...ofLeadType(leadType),
		Parameter: { LookupName: column, LookupValue: value, SqlOperator: operator },
		Columns: { Include_CSV: columns.join(',') },
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: sortBy, Direction: '0' },
	},
});

/**
 * Reads the leads of an answer, which is a list; returns undefined if the body is not an answer of this
 * call. It is not documented that each lead has its ID.
 */
export function readMatches(body: unknown): LeadsPage | undefined {
	const rows = withoutEnvelope(body);
	return Array.isArray(rows) && rows.every(isRow)
		? { rows: rows.map(flatRow) }
		: readLeadsPage(rows);
}

/** Requests some leads that have a value in a column. */
export const searchAny = (column: string, columns: string[]): ApiRequest =>
	searchLeads({ column, operator: '<>', value: NO_VALUE }, columns, { page: 1, pageSize: 10 });

/** A value that no lead has. */
const NO_VALUE = '-';

/** Requests the leads with a value in a column. */
export const searchByValue = (column: string, value: string, columns: string[]): ApiRequest =>
	searchLeads({ column, operator: '=', value }, columns, { page: 1, pageSize: 100 });

/**
 * Requests the leads with one of several values in a column, none of them with a comma. LeadSquared's error
 * messages name the operator IN; that its values are separated by commas is from public code.
 */
export const searchByValues = (
	column: string,
	values: readonly string[],
	columns: string[],
): ApiRequest =>
	searchLeads({ column, operator: 'IN', value: values.join(',') }, columns, {
		page: 1,
		pageSize: MAX_FOUND_PER_PAGE,
	});
