import { canonicalId } from './leadId';
import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { isRow, readRows } from './rows';

/** The column that every answer is matched by; LeadSquared's samples spell it `ProspectID`. */
export const ID_COLUMN = 'ProspectID';

/** A value as LeadSquared sends it (text or null) or, converted, as its own type. */
export type LeadValue = string | number | boolean | null;

/** One lead: `ProspectID` first, then the chosen columns. */
export type Lead = Record<string, LeadValue>;

// Members of a row that are not columns of the lead: the query's number of rows, and whether the keys may
// change the lead. Seen in public code and in a generated OpenAPI description.
const ECHOES = new Set(['total', 'canupdate']);

/** Brings rows into their final form, and remembers which columns they had. */
export interface LeadReader {
	/**
	 * Returns the ID first, then every requested column in the requested order and spelling, null
	 * if there is no value, then any other columns that LeadSquared sent, unless they are dropped.
	 * Values stay as they are, except an ID in another spelling of a GUID.
	 */
	read(row: Lead): Lead;
	/** The columns that no row had. */
	readonly absentColumns: string[];
}

/**
 * @param columns the requested columns, the ID of the records first: `ProspectID` for leads
 * @param options dropOthers: for calls that are known to send columns that were not requested
 */
export function leadReader(
	columns: string[],
	{ dropOthers = false }: { dropOthers?: boolean } = {},
): LeadReader {
	const place = new Map(columns.map((name, index) => [name.toLowerCase(), index]));
	const unseen = new Set(columns.keys());
	const [idColumn] = columns;
	const read = (row: Lead): Lead => {
		if (isInOrder(row, columns) && isCanonicalId(row[idColumn])) {
			if (unseen.size > 0) unseen.clear();
			return row;
		}
		if (dropOthers && hasAll(row, columns) && isCanonicalId(row[idColumn])) {
			if (unseen.size > 0) unseen.clear();
			return Object.fromEntries(columns.map((name) => [name, row[name]]));
		}
		const placed = columns.map((name): [string, LeadValue] => [name, null]);
		const taken = new Set<number>();
		const extra: Array<[string, LeadValue]> = [];
		for (const [name, value] of Object.entries(row)) {
			const index = place.get(name.toLowerCase());
			// A row may have two spellings of a column: the first takes its place, the other comes last.
			if (index === 0) placed[0][1] ??= value;
			else if (index === undefined || taken.has(index)) extra.push([name, value]);
			else placed[index][1] = value;
			if (index === undefined) continue;
			taken.add(index);
			unseen.delete(index);
		}
		const [id] = placed;
		if (typeof id[1] === 'string') id[1] = canonicalId(id[1].trim());
		const others = dropOthers ? [] : extra.filter(([name]) => !ECHOES.has(name.toLowerCase()));
		return Object.fromEntries([...placed, ...others]);
	};
	return {
		read,
		get absentColumns() {
			return columns.filter((_, index) => index > 0 && unseen.has(index));
		},
	};
}

// The usual answer already has the final form. Using it as it is halves the work per lead.
function isInOrder(row: Lead, columns: string[]): boolean {
	let index = 0;
	for (const name in row) if (name !== columns[index++]) return false;
	return index === columns.length;
}

const hasAll = (row: Lead, columns: string[]): boolean =>
	columns.every((name) => Object.hasOwn(row, name));

const isCanonicalId = (id: LeadValue): boolean =>
	typeof id === 'string' && id.length === 36 && id.charCodeAt(8) === 45;

/**
 * Flattens a row. LeadSquared sends rows flat or, for other calls of its API, as
 * `{ "LeadPropertyList": [{ "Attribute": …, "Value": … }] }`.
 */
export function flatRow(row: object): Lead {
	const list = (row as { LeadPropertyList?: unknown }).LeadPropertyList;
	if (!Array.isArray(list)) return row as Lead;
	const entries: Array<[string, LeadValue]> = [];
	for (const property of list as Array<{ Attribute?: unknown; Value?: unknown } | null>) {
		if (typeof property?.Attribute !== 'string') continue;
		entries.push([property.Attribute, (property.Value ?? null) as LeadValue]);
	}
	for (const [name, value] of Object.entries(row as Lead)) {
		if (name !== 'LeadPropertyList') entries.push([name, value]);
	}
	return Object.fromEntries(entries);
}

/** "You can retrieve a maximum of 10,000 leads": https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ */
export const MAX_LEADS_PER_PAGE = 10_000;
/** The page size of LeadSquared's own example. Every report of its limits allows it. */
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
 * Reads the leads of an answer; returns undefined if the body is not an answer of this endpoint.
 * `Leads` may be absent or null if there are none, and `RecordCount` may be text. The list alone is
 * also accepted: public code gets it from Leads.GetById, empty for an unknown ID.
 */
export function readLeadsPage(body: unknown): LeadsPage | undefined {
	const page = withoutEnvelope(body);
	if (Array.isArray(page)) return page.every(isLead) ? { rows: page.map(flatRow) } : undefined;
	if (typeof page !== 'object' || page === null) return undefined;
	const { Leads: rows, RecordCount: count } = page as { Leads?: unknown; RecordCount?: unknown };
	if (rows === undefined && count === undefined && !isEmptyAnswer(page)) {
		// Under another name, a list of leads is still one.
		const lists = Object.values(page).filter(isListOfLeads);
		return lists.length === 1 ? { rows: lists[0].map(flatRow) } : undefined;
	}
	if (rows !== undefined && rows !== null && !Array.isArray(rows)) return undefined;
	const leads = readRows((rows ?? []) as unknown[], flatRow);
	const recordCount = readCount(count);
	return (
		leads && {
			rows: leads,
			recordCount: Number.isFinite(recordCount) ? recordCount : undefined,
		}
	);
}

// No members, or only the envelope of a success.
function isEmptyAnswer(body: object): boolean {
	return Object.keys(body).every((name) => /^(status|exception\w*)$/i.test(name));
}

export function readCount(count: unknown): number {
	if (typeof count === 'string') return Number(count.replace(/[,'\u2019\s]/g, '') || NaN);
	return typeof count === 'number' ? count : NaN;
}

const isListOfLeads = (value: unknown): value is object[] =>
	Array.isArray(value) && value.length > 0 && value.every(isLead);

/** Whether a row has members that only leads have. */
export function isLead(row: unknown): row is object {
	return (
		isRow(row) &&
		('LeadPropertyList' in row || Object.keys(row).some((name) => /^prospectid$/i.test(name)))
	);
}

/**
 * Whether a value is one that LeadSquared has masked, such as `xxxxxxxx51`: it sends such values to users who
 * may not see a column (public description of Leads.GetById).
 */
export const isMasked = (value: unknown): boolean => typeof value === 'string' && MASK.test(value);

const MASK = /^(?:[+\d-]{0,5}|[^\sx*•]{0,2})(?:x{5,}|\*{5,}|•{5,})(?:[^\sx*•]{0,4}|@\S+)$/;
