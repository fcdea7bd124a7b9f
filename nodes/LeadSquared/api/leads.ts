import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from './envelope';
import { flatRow, type Lead } from './lead';

/** "You can retrieve a maximum of 10,000 leads": https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ */
export const MOST_LEADS_PER_PAGE = 10_000;
/** The page size of LeadSquared's own example, which every report of its limits allows. */
export const USUAL_LEADS_PER_PAGE = 1000;

/** One answer of Leads/Retrieve/ByIds. */
export interface LeadsPage {
	rows: Lead[];
	recordCount?: number;
}

/**
 * Get Leads in Bulk by Ids: https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/
 *
 * @param columns schema names, `ProspectID` among them
 * @param paging page: from 1; pageSize: 1 to 10,000 leads
 */
export function byIds(
	ids: string[],
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
): ApiRequest {
	return {
		method: 'POST',
		path: '/LeadManagement.svc/Leads/Retrieve/ByIds',
		size: ids.length,
		body: {
			SearchParameters: { LeadIds: ids },
			Columns: { Include_CSV: columns.join(',') },
			Paging: { PageIndex: page, PageSize: pageSize },
		},
	};
}

/**
 * The leads of an answer, or undefined if the body is no answer of this endpoint. `Leads` may be
 * absent or null where there are none, and `RecordCount` may be text. The list alone is taken as
 * well: public code gets it from Leads.GetById, empty for an unknown id.
 */
export function readLeadsPage(body: unknown): LeadsPage | undefined {
	const page = withoutEnvelope(body);
	if (Array.isArray(page)) return page.every(isLead) ? { rows: page.map(flatRow) } : undefined;
	if (typeof page !== 'object' || page === null) return undefined;
	const { Leads: rows, RecordCount: count } = page as { Leads?: unknown; RecordCount?: unknown };
	if (rows === undefined && count === undefined && !isNothing(page)) return undefined;
	if (rows !== undefined && rows !== null && !Array.isArray(rows)) return undefined;
	const recordCount = toCount(count);
	return {
		rows: ((rows ?? []) as unknown[]).filter(isRow).map(flatRow),
		recordCount: Number.isFinite(recordCount) ? recordCount : undefined,
	};
}

// Nothing at all, or nothing but the envelope of a success.
function isNothing(body: object): boolean {
	return Object.keys(body).every((name) => /^(status|exception\w*)$/i.test(name));
}

function toCount(count: unknown): number {
	if (typeof count === 'string') return Number(count.replace(/[,'\u2019\s]/g, '') || NaN);
	return typeof count === 'number' ? count : NaN;
}

/** Whether a row says of itself that it is a lead. */
function isLead(row: unknown): row is object {
	return (
		isRow(row) && Object.keys(row).some((name) => /^(leadpropertylist|prospectid)$/i.test(name))
	);
}

/** Whether it may be a row of an answer. */
export function isRow(row: unknown): row is object {
	return typeof row === 'object' && row !== null && !Array.isArray(row);
}
