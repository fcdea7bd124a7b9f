import { ID_COLUMN } from './leads';
import type { ApiRequest } from '../transport/client';
import type { NarrowLimit } from '../transport/limiter/accounts';
import { withoutEnvelope } from '../transport/outcome';
import { listIn } from './rows';

/** "A maximum of 25 leads": an older copy of https://apidocs.leadsquared.com/create-or-update-leads-in-bulk/ */
export const MAX_ROWS = 25;

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
	/**
	 * The column that the lead is found by. Without it, LeadSquared looks for the email address, then for
	 * the phone number, and creates the lead if it finds neither.
	 */
	searchBy?: string;
}

/**
 * Create or Update Leads in Bulk: https://apidocs.leadsquared.com/create-or-update/
 *
 * @param rows 1 to 25
 * @param options triggersAutomations: whether automations of the account run for the leads; idSpelling: the
 * value of SearchBy for the lead ID
 */
export const createOrUpdate = (
	rows: readonly RowToWrite[],
	{
		triggersAutomations,
		idSpelling = ID_SPELLINGS[0],
	}: { triggersAutomations: boolean; idSpelling?: IdSpelling },
): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/Lead/Bulk/CreateOrUpdate',
	qs: { postUpdatedLead: String(triggersAutomations) },
	size: rows.length,
	limit: BULK_LIMIT,
	body: rows.map(({ values, searchBy }) => [
		...Array.from(values, ([Attribute, Value]) => ({ Attribute, Value })),
		...(searchBy === undefined
			? []
			: [{ Attribute: 'SearchBy', Value: searchBy === ID_COLUMN ? idSpelling : searchBy }]),
	]),
});

/** LeadSquared's result for one row. */
export interface RowResult {
	/** Counts from 1 in public code. */
	number?: number;
	id?: string;
	isCreated: boolean;
	isUpdated: boolean;
	/** The reason why the row was not written: LeadSquared's type and message. */
	fault?: { type?: string; message: string };
}

/**
 * Reads the results of an answer; returns undefined if the body is not such an answer. It is a list with an
 * object for each row,
 * `{RowNumber, LeadId, LeadCreated, LeadUpdated, AffectedRows, ExceptionType?, ErrorMessage?}`
 * (public code). Numbers and booleans may be text.
 */
export function readRowResults(body: unknown): RowResult[] | undefined {
	const value = withoutEnvelope(body);
	// The result of a single row may come without a list.
	const rows = isResult(value) && 'LeadId' in value ? [value] : listIn(value);
	return rows?.every(isResult) ? rows.map(readResult) : undefined;
}

const MEMBERS =
	/^(rownumber|leadid|leadcreated|leadupdated|affectedrows|exceptiontype|errormessage)$/i;

function isResult(row: unknown): row is object {
	return (
		typeof row === 'object' && row !== null && Object.keys(row).some((name) => MEMBERS.test(name))
	);
}

function readResult(row: object): RowResult {
	const members = new Map(
		Object.entries(row).map(([name, value]): [string, unknown] => [name.toLowerCase(), value]),
	);
	const text = (name: string) => {
		const value = members.get(name);
		return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
	};
	const number = Number(members.get('rownumber') ?? NaN);
	const type = text('exceptiontype');
	const message = text('errormessage') ?? text('exceptionmessage') ?? text('message');
	const isFault = type !== undefined || (message !== undefined && text('leadid') === undefined);
	return {
		number: Number.isInteger(number) ? number : undefined,
		id: text('leadid'),
		isCreated: isYes(members.get('leadcreated')),
		isUpdated: isYes(members.get('leadupdated')) || Number(members.get('affectedrows') ?? 0) > 0,
		fault: isFault ? { type, message: message ?? type! } : undefined,
	};
}

const isYes = (value: unknown): boolean => value === true || /^(true|1)$/i.test(String(value));

/**
 * Matches results to rows if it is certain to which row they belong. LeadSquared numbers rows, from 1
 * according to public code. If rows are missing, and the numbers fit a start at 0 and at 1, no match is
 * certain.
 *
 * @param rows the number of rows in the call
 * @returns results by position in the call, from 0
 */
export function matchRows(results: readonly RowResult[], rows: number): Map<number, RowResult> {
	const numbers = results.map(({ number }) => number);
	if (numbers.every((number) => number === undefined)) {
		return results.length === rows ? new Map(results.entries()) : new Map();
	}
	if (numbers.some((number) => number === undefined)) return new Map();
	const known = numbers as number[];
	const fits = (base: number) =>
		known.every((number) => number >= base && number < base + rows) &&
		new Set(known).size === known.length;
	const bases = [1, 0].filter(fits);
	if (bases.length !== 1) return new Map();
	return new Map(results.map((result, at) => [known[at] - bases[0], result]));
}
