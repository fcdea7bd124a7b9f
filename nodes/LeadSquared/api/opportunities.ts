import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { usualMoment } from './dates';
import { ID_COLUMN, type Lead, type LeadsPage, type LeadValue, readCount } from './leads';
import { isRow, readRows } from './rows';

/** The column with the ID of an opportunity. */
export const OPPORTUNITY_ID = 'OpportunityId';

/** The columns that every opportunity has. LeadSquared sends them unasked. */
export const OPPORTUNITY_COLUMNS = [OPPORTUNITY_ID, ID_COLUMN];

/** The columns that a new node outputs: the name, status, stage, owner and time of creation. */
export const DEFAULT_OPPORTUNITY_COLUMNS = [
	'mx_Custom_1',
	'Status',
	'mx_Custom_2',
	'Owner',
	'CreatedOn',
];

/** The maximum of GetOpportunitiesById. */
export const MAX_OPPORTUNITIES_BY_ID = 2000;

/** A page with the opportunities of a lead. No maximum is documented. */
export const OPPORTUNITIES_PER_PAGE = 1000;

/**
 * Get Opportunities in Bulk by Ids: https://apidocs.leadsquared.com/get-opportunities-in-bulk-by-ids/
 *
 * @param type the code of a type
 */
export const opportunitiesById = (type: number, ids: string[], columns: string[]): ApiRequest => ({
	method: 'POST',
	path: '/OpportunityManagement.svc/GetOpportunitiesById',
	size: ids.length,
	body: {
		SearchParameters: [{ EventCode: type, ProspectActivityId: ids, Columns: toRequest(columns) }],
	},
});

/** Reads the opportunities of an answer; returns undefined if the body is not an answer of this call. */
export function readOpportunitiesById(body: unknown): LeadsPage | undefined {
	const results = withoutEnvelope(body);
	if (!Array.isArray(results) || !results.every(isRow)) return undefined;
	const lists = results.map(
		(result) => (result as { Opportunities?: unknown }).Opportunities ?? [],
	);
	return lists.every(Array.isArray) ? pageOf(lists.flat()) : undefined;
}

/** Get Opportunities by Lead Id: https://apidocs.leadsquared.com/get-opportunities-by-lead-id/. The newest first. */
export const opportunitiesOfLead = (
	lead: string,
	type: number,
	columns: string[],
	{ page, pageSize }: { page: number; pageSize: number },
): ApiRequest => ({
	method: 'POST',
	path: '/OpportunityManagement.svc/GetOpportunitiesOfLead',
	qs: { leadId: lead, opportunityType: type },
	size: pageSize,
	body: {
		Columns: toRequest(columns),
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: 'CreatedOn', Direction: '1' },
	},
});

/** Reads the opportunities of an answer; returns undefined if the body is not an answer of this call. */
export function readOpportunitiesOfLead(body: unknown): LeadsPage | undefined {
	const answer = withoutEnvelope(body);
	if (!isRow(answer)) return undefined;
	const { RecordCount: count, List: list } = answer as { RecordCount?: unknown; List?: unknown };
	if (count === undefined && list === undefined) return undefined;
	return list === undefined || list === null || Array.isArray(list)
		? pageOf(list ?? [], count)
		: undefined;
}

/** The columns to ask for: at least one has to be named. */
function toRequest(columns: string[]): object {
	const named = columns.filter((name) => !OPPORTUNITY_COLUMNS.includes(name));
	return { Include_CSV: (named.length > 0 ? named : ['CreatedOn']).join(',') };
}

function pageOf(list: unknown[], count?: unknown): LeadsPage | undefined {
	const rows = readRows(list, readOpportunity);
	const recordCount = readCount(count);
	return rows && { rows, recordCount: Number.isFinite(recordCount) ? recordCount : undefined };
}

/** Some calls send dates as `4/6/2023 3:23:34 PM`. */
function readOpportunity(row: Record<string, unknown>): Lead {
	const { ProspectActivityId, OpportunityId = ProspectActivityId, ProspectId, ...others } = row;
	const values = Object.entries(others).map(([name, value]) => [name, usualMoment(value)]);
	return {
		[OPPORTUNITY_ID]: (OpportunityId ?? null) as LeadValue,
		[ID_COLUMN]: (ProspectId ?? null) as LeadValue,
		...(Object.fromEntries(values) as Lead),
	};
}
