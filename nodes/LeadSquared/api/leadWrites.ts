import { idKey } from './leadId';
import { ID_COLUMN } from './leads';
import type { ApiRequest } from '../transport/client';
import type { NarrowLimit } from '../transport/limiter/accounts';
import type { Fault } from '../transport/outcome';
import { readRowResults, readUpdateResults, type RowResult } from './rowResults';

/**
 * The limit of LeadSquared's bulk writes, in addition to the account's: 5 or 10 calls in 5 seconds by plan,
 * 1 in an older copy of https://apidocs.leadsquared.com/rate-limits/. A refusal shows the right one.
 */
export const BULK_LIMIT: NarrowLimit = {
	name: 'bulk writes',
	limit: { calls: 5, seconds: 5 },
	larger: { calls: 10, seconds: 5 },
};

/**
 * The values of SearchBy for the lead ID. The first one was seen to work in an account that rejects the
 * second, which is how the attribute is spelled (public code).
 */
export const ID_SPELLINGS = ['ProspectId', 'ProspectID'] as const;
export type IdSpelling = (typeof ID_SPELLINGS)[number];

/** Whether LeadSquared rejects the column to search by: "Invalid SearchBy value provided" (public code). */
export const isSearchByRejected = (message: string): boolean => /invalid searchby/i.test(message);

/** The content of one row: values by schema name. An empty text clears a column. */
export interface RowToWrite {
	values: ReadonlyMap<string, string>;
	/** The column that the lead is found by. */
	searchBy?: string;
}

export interface CallOptions {
	/** Whether automations of the account run for the leads. */
	triggersAutomations: boolean;
	/** The value of SearchBy for the lead ID. */
	idSpelling?: IdSpelling;
}

/** A call that writes rows in bulk, such as those of leads. */
export interface WriteCall<R extends RowToWrite = RowToWrite> {
	/** The number of rows in a call. */
	maxRows: number;
	/** Whether rows of one record may be in the same call, which executes them in their order. */
	takesSeveralOfOne?: true;
	/** The value that all rows of a call share, such as the column that leads are found by. */
	groupOf?(row: R): unknown;
	request(rows: readonly R[], options: CallOptions): ApiRequest;
	/** Reads the results of rows; returns undefined if the body is not an answer of this call. */
	read(body: unknown, rows: readonly R[]): RowResult[] | undefined;
}

/**
 * Create or Update Leads in Bulk: https://apidocs.leadsquared.com/create-or-update/. Without a column to
 * search by, LeadSquared looks for the email address, then for the phone number, and creates the lead if it
 * finds neither. "A maximum of 25 leads": an older copy of
 * https://apidocs.leadsquared.com/create-or-update-leads-in-bulk/.
 */
export const createOrUpdate: WriteCall = {
	maxRows: 25,
	request: (rows, { triggersAutomations, idSpelling = ID_SPELLINGS[0] }) =>
		bulkWrite('CreateOrUpdate', rows.length, {
			qs: { postUpdatedLead: String(triggersAutomations) },
			body: rows.map(({ values, searchBy }) => [
				...attributes(values),
				...(searchBy === undefined
					? []
					: [{ Attribute: 'SearchBy', Value: searchBy === ID_COLUMN ? idSpelling : searchBy }]),
			]),
		}),
	read: readRowResults,
};

/**
 * Create Leads in Bulk: https://apidocs.leadsquared.com/create-leads-in-bulk/. It never updates a lead: a row
 * with a unique value of another lead is a duplicate.
 */
export const createLeads: WriteCall = {
	maxRows: 50,
	request: (rows, { triggersAutomations }) =>
		bulkWrite('Create', rows.length, {
			qs: { postUpdatedLead: String(triggersAutomations) },
			body: rows.map(({ values }) => attributes(values)),
		}),
	read: readRowResults,
};

/**
 * Bulk Update V2 (generated description; public code that uses it daily). It never creates a lead: a lead that
 * does not exist is reported. Its answer names leads by the value that they were searched by, and has no IDs.
 */
export const updateLeads: WriteCall = {
	maxRows: 25,
	groupOf: ({ searchBy }) => searchBy,
	request: (rows, { triggersAutomations, idSpelling = ID_SPELLINGS[0] }) => {
		const nameOf = (column: string) => (column === ID_COLUMN ? idSpelling : column);
		return bulkWrite('UpdateV2', rows.length, {
			qs: { postUpdatedLead: String(triggersAutomations) },
			body: {
				SearchByKey: nameOf(rows[0].searchBy!),
				LeadPropertiesList: rows.map(({ values }) => ({
					Fields: attributes(new Map(Array.from(values, ([name, value]) => [nameOf(name), value]))),
				})),
			},
		});
	},
	read: (body, rows) =>
		readUpdateResults(
			body,
			rows.map(({ values, searchBy }) => values.get(searchBy!) ?? ''),
		)?.map((result) => {
			const { values, searchBy } = rows[result.number! - 1];
			const id = searchBy === ID_COLUMN ? values.get(searchBy) : undefined;
			return { ...result, id: id && idKey(id) };
		}),
};

const bulkWrite = (
	name: string,
	size: number,
	{ qs, body }: Pick<ApiRequest, 'qs' | 'body'>,
): ApiRequest => ({
	method: 'POST',
	path: `/LeadManagement.svc/Lead/Bulk/${name}`,
	qs,
	size,
	limit: BULK_LIMIT,
	body,
});

const attributes = (values: ReadonlyMap<string, string>) =>
	Array.from(values, ([Attribute, Value]) => ({ Attribute, Value }));

/**
 * Whether a row was rejected because another lead has one of its unique values: "A Lead with same Phone Number
 * already exists.", "Duplicate entry '…' for key '…_EmailAddress'" (public reports)
 */
export const isDuplicate = ({ type = '', message }: Fault): boolean =>
	/Duplicate/i.test(type) || /already exists|duplicate entry/i.test(message);

/**
 * Whether a row was rejected because there is no such lead: "Lead not found" (public code), "Lead does not exist
 * in the system or …" (generated description of Bulk Update V2)
 */
export const isNoLead = ({ type = '', message }: Fault): boolean =>
	/InvalidEntityReference/i.test(type) || /\blead\b.*\bnot (found|exist)/i.test(message);
