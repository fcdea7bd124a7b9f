import { idKey } from './leadId';
import { withoutEnvelope } from '../transport/outcome';
import { listIn } from './rows';

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
	const { textOf, valueOf } = membersOf(row);
	const type = textOf('exceptiontype');
	const message = textOf('errormessage') ?? textOf('exceptionmessage') ?? textOf('message');
	const isFault = type !== undefined || (message !== undefined && textOf('leadid') === undefined);
	return {
		number: readNumber(valueOf('rownumber')),
		id: textOf('leadid'),
		isCreated: isYes(valueOf('leadcreated')),
		isUpdated: isYes(valueOf('leadupdated')) || Number(valueOf('affectedrows') ?? 0) > 0,
		fault: isFault ? { type, message: message ?? type! } : undefined,
	};
}

/**
 * Reads the results of activities; returns undefined if the body is not such an answer:
 * `{Response: [{RowNumber, ProspectActivityId, ActivityCreated, ExceptionType?, ExceptionMessage?}]}` (public
 * code)
 */
export function readActivityResults(body: unknown): RowResult[] | undefined {
	const rows = listIn(withoutEnvelope(body));
	const results = rows?.map((row): RowResult | undefined => {
		const { textOf, valueOf } = membersOf(Object(row) as object);
		if (valueOf('activitycreated') === undefined) return undefined;
		const isCreated = isYes(valueOf('activitycreated'));
		const message = textOf('exceptionmessage') ?? textOf('errormessage') ?? NO_REASON;
		return {
			number: readNumber(valueOf('rownumber')),
			id: textOf('prospectactivityid'),
			isCreated,
			isUpdated: false,
			fault: isCreated ? undefined : { type: textOf('exceptiontype'), message },
		};
	});
	return results?.every((result) => result !== undefined) ? results : undefined;
}

const NO_REASON = 'LeadSquared gives no reason';

function readNumber(value: unknown): number | undefined {
	const number = Number(value ?? NaN);
	return Number.isInteger(number) ? number : undefined;
}

/**
 * Reads the results of Bulk Update V2, which names each lead by the value that it was searched by:
 * `{Status: {…}, Details: {SuccessfulLeads, FailedLeads, UnProcessedLeads}}`, each a list of
 * `{Identifier, IdentifierValue, Reason}` (generated description).
 *
 * @param searched the value that each row of the call was searched by
 * @returns results numbered from 1, without those whose row is not certain; undefined if the body is not such
 * an answer
 */
export function readUpdateResults(
	body: unknown,
	searched: readonly string[],
): RowResult[] | undefined {
	const { valueOf } = membersOf(Object(withoutEnvelope(body)) as object);
	const details = membersOf(Object(valueOf('details')) as object);
	const lists = ['successfulleads', 'failedleads', 'unprocessedleads'].map(details.valueOf);
	if (lists.every((list) => list === undefined)) return undefined;
	const [successful, ...others] = lists.map(
		(list) => (Array.isArray(list) ? list : []) as unknown[],
	);
	const numbers = new Map(searched.map((value, at) => [keyOf(value), at + 1]));
	// If every row was updated, it makes no difference which result belongs to which row.
	const isAll = successful.length === searched.length;
	const results = (list: unknown[], isUpdated: boolean) =>
		list.map((lead, at): RowResult => {
			const { textOf, valueOf: valueIn } = membersOf(Object(lead) as object);
			const named = numbers.get(keyOf(String(valueIn('identifiervalue') ?? '')));
			const message = textOf('reason') ?? NO_REASON;
			return {
				number: isAll || searched.length === 1 ? at + 1 : named,
				isCreated: false,
				isUpdated,
				fault: isUpdated ? undefined : { message },
			};
		});
	const all = [...results(successful, true), ...results(others.flat(), false)];
	// One row may have several results, if several leads have its value.
	return all.filter(({ number = Infinity }) => number <= searched.length);
}

/** A value as it was searched by, in any case; an ID in any spelling of a GUID. */
const keyOf = (value: string): string => idKey(value.trim().toLowerCase());

/** The members of an object, by their names in lower case. */
function membersOf(row: object) {
	const members = new Map(
		Object.entries(row).map(([name, value]): [string, unknown] => [name.toLowerCase(), value]),
	);
	const valueOf = (name: string) => members.get(name);
	const textOf = (name: string) => {
		const value = members.get(name);
		return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
	};
	return { valueOf, textOf };
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
