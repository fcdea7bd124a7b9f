import { lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { errorAnswer } from '../answers.mts';
import { shownAs } from '../changes.mts';
import type { Faults } from '../faults.mts';
import { COLUMNS, LEAD_TYPE, LEAD_TYPES } from '../metadata.mts';
import { isId, knownColumn, withoutTokens } from '../rows.mts';
import { existingLeads, kindOf } from './found.mts';
import { nationalNumber } from './lookups.mts';
import { readJson } from './request.mts';
import type { Served, ServiceCall } from './service.mts';

/** The values of a row, by column name. */
export type Values = Map<string, string>;

/** The reason why a row is not written. */
export interface Refusal {
	type: string;
	message: string;
}

/** The rows of a body that is a list of attribute lists; undefined if it is not one. */
export function readRows(call: ServiceCall): Values[] | undefined {
	const json = readJson(call);
	if (!Array.isArray(json) || json.length === 0) return undefined;
	const rows = json.map(readValues);
	return rows.every((values) => values !== undefined) ? rows : undefined;
}

/** The values of an attribute list; undefined if it is not one. */
export function readValues(attributes: unknown): Values | undefined {
	if (!Array.isArray(attributes)) return undefined;
	const values: Values = new Map();
	for (const attribute of attributes) {
		const { Attribute, Value } = Object(attribute) as Record<string, unknown>;
		if (typeof Attribute !== 'string') return undefined;
		if (Value !== null && typeof Value !== 'string') return undefined;
		values.set(Attribute, Value ?? '');
	}
	return values;
}

/** Whether automations of the account run for the leads of a call. */
export function runsAutomations({ query }: ServiceCall): boolean {
	return query.get('postUpdatedLead') === 'true';
}

/** The checks of a row that a call makes before it writes. */
interface Checks<Row> {
	/** The refusal of a row, as far as the row itself shows it. */
	refusalOf: (row: Row) => Refusal | undefined;
	/** The refusal of a row with a unique value that another lead has. */
	duplicateOf: (row: Row) => Refusal | undefined;
}

/** The refusal of a whole call: for too many rows, or for one of them ({@link Faults.badRows}). */
export function refuseCall<Row>(
	rows: Row[],
	most: number,
	{ refusalOf, duplicateOf }: Checks<Row>,
	{ badRows, badRowsStatus, duplicates }: Faults,
): Served | undefined {
	if (rows.length > most) return refused(invalidInput(`Maximum of ${most} leads are allowed`));
	// The effects of earlier rows are ignored.
	const reasons = [
		...(badRows === 'call' ? rows.map(refusalOf) : []),
		...(duplicates === 'call' ? rows.map(duplicateOf) : []),
	];
	const first = reasons.find((reason) => reason !== undefined);
	return first && refused(first, badRowsStatus);
}

export const refused = ({ type, message }: Refusal, status = 500): Served => ({
	answer: errorAnswer(status, type, message),
	rows: 0,
});

const TYPES = new Map(COLUMNS.map(({ schemaName, dataType }) => [schemaName, dataType]));
/** A new lead has at least one of these (create-leads-in-bulk; operations (e)). */
const DETAILS = ['FirstName', 'LastName', 'EmailAddress', 'Phone'];
const GROWING = COLUMNS.filter(({ isGrowing }) => isGrowing);
/** As messages name the unique columns. */
const LABELS = new Map([
	['EmailAddress', 'Email'],
	['Phone', 'Phone Number'],
	['Mobile', 'Mobile Number'],
]);

export const isLocked = (name: string): Refusal => ({
	type: 'MXInvalidEntityException',
	message: `${name} is locked`,
});
export const invalidInput = (message: string): Refusal => ({
	type: 'MXInvalidInputException',
	message,
});

const DATE = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/;

export const unknownAttributes = (names: string[]): Refusal => ({
	type: 'MXUnknownAttributeException',
	message: `Attribute(s) does not exist - ${names.join(', ')}`,
});

/** The refusal of the values of a row, whatever its lead. */
export function refuseValues(values: Values, faults: Faults): Refusal | undefined {
	const names = [...values.keys()].filter((name) => !isId(name));
	const unknown = names.filter((name) => knownColumn(name, faults) === undefined);
	if (unknown.length > 0) return unknownAttributes(unknown);
	const { lockedColumns, readOnlyColumns, derivedColumns } = faults;
	const unwritable = [...lockedColumns, ...readOnlyColumns, ...derivedColumns];
	const locked = names.find((name) => unwritable.includes(name));
	if (locked) return isLocked(locked);
	for (const [name, value] of values) {
		if (value === '' || isValid(name, value)) continue;
		const message = `${name} is not a valid ${TYPES.get(name)}`;
		return { type: 'MXInvalidDataTypeException', message };
	}
	return undefined;
}

/** Whether leads can be searched by this. */
export function isKey(name: string, faults: Faults): boolean {
	const { searchById, searchByColumns, uniqueColumns } = faults;
	if (isId(name)) {
		return name === searchById || (searchById === 'both' && /^ProspectI[Dd]$/.test(name));
	}
	if (searchByColumns === 'any') return knownColumn(name, faults) !== undefined;
	return uniqueColumns.includes(name);
}

export const NOT_A_KEY = invalidInput('Invalid SearchBy value provided');

/** Finds leads by their values, and writes them; it knows those that earlier rows wrote. */
export class LeadWriter {
	private readonly account: Account;
	private readonly columns = new Map<string, Map<string, number>>();

	constructor(account: Account) {
		this.account = account;
	}

	/** The first lead that has a value in a column; the column can be the lead ID. */
	find(name: string, value = ''): number | undefined {
		if (isId(name)) return lookUp(value.toLowerCase(), this.account);
		if (value === '') return undefined;
		return this.column(name).get(keyOf(name, value, this.account.faults));
	}

	/**
	 * The refusal of a unique value that another lead has.
	 * @param own the lead that gets the values
	 */
	duplicateOf(values: Values, own?: number): Refusal | undefined {
		for (const name of this.account.faults.uniqueColumns) {
			const value = values.get(name);
			if (!value || (own !== undefined && this.valueOf(name, own) === value)) continue;
			const owner = this.find(name, value);
			if (owner === undefined || owner === own) continue;
			const message = `A Lead with same ${LABELS.get(name) ?? name} already exists.`;
			return { type: 'MXDuplicateEntryException', message };
		}
		return undefined;
	}

	/** Creates a lead. @returns its index */
	create(values: Values, automations: boolean): number | Refusal {
		const stored = this.stored(values);
		if (!DETAILS.some((name) => stored[name])) {
			return { type: 'MXInvalidDataTypeException', message: "You're missing lead details." };
		}
		const missing = this.account.faults.mandatoryColumns.find((name) => !stored[name]);
		if (missing) {
			return { type: 'MXMandatoryFieldMissingException', message: `${missing} is mandatory` };
		}
		const index = this.account.create(stored, automations);
		this.note(index, stored);
		return index;
	}

	/** Updates a lead. @returns whether it changed */
	update(index: number, values: Values, automations: boolean): boolean | Refusal {
		const stored = this.stored(values);
		const changed = Object.keys(stored).filter(
			(name) => shownAs(name, stored[name]) !== this.valueOf(name, index),
		);
		const locked = changed.find((name) => this.isFinal(name, index));
		if (locked) return isLocked(locked);
		if (changed.length === 0) return false;
		this.account.touch(index, stored, automations);
		this.note(index, stored);
		return true;
	}

	private stored(values: Values): Record<string, string | null> {
		const { faults } = this.account;
		return Object.fromEntries(
			[...values]
				.filter(([name]) => !isId(name))
				.map(([name, value]) => [name, value === '' ? null : withoutTokens(name, value, faults)]),
		);
	}

	/** Whether a column of a lead that exists takes no other value. */
	private isFinal(name: string, index: number): boolean {
		if (this.account.faults.lockedAfterCreate.includes(name)) return true;
		// The first type may be changed once (section 4, Versions).
		return name === LEAD_TYPE && this.valueOf(name, index) !== LEAD_TYPES[0];
	}

	private column(name: string): Map<string, number> {
		const known = this.columns.get(name);
		if (known) return known;
		const leads = new Map<string, number>();
		for (const index of existingLeads(this.account)) {
			const value = this.valueOf(name, index);
			if (value === null) continue;
			const key = keyOf(name, value, this.account.faults);
			if (!leads.has(key)) leads.set(key, index);
		}
		this.columns.set(name, leads);
		return leads;
	}

	private valueOf(name: string, index: number): string | null {
		const { changes, faults } = this.account;
		return JSON.parse(changes.values(name, faults)!(index)) as string | null;
	}

	/** Remembers what has been written. */
	private note(index: number, values: Record<string, string | null>): void {
		for (const [name, leads] of this.columns) {
			const value = values[name];
			if (!value) continue;
			const key = keyOf(name, value, this.account.faults);
			if (!leads.has(key)) leads.set(key, index);
		}
		for (const { schemaName, options } of GROWING) {
			const value = values[schemaName];
			const { records } = this.account;
			const isAdded = records.options.some(
				(added) => added.schemaName === schemaName && added.value === value,
			);
			if (!value || isAdded || options!.includes(value)) continue;
			this.account.add('options', { schemaName, value });
		}
	}
}

/** A key that values share if they count as the same. */
export function keyOf(name: string, value: string, { phoneComparison }: Faults): string {
	const isNumber = TYPES.get(name) === 'Phone';
	return isNumber && phoneComparison === 'normalised' ? nationalNumber(value) : value.toLowerCase();
}

function isValid(name: string, value: string): boolean {
	if (isId(name)) return true;
	if (TYPES.get(name) === 'Email') return value.includes('@');
	switch (kindOf(name)) {
		case 'number':
			return !Number.isNaN(Number(value));
		case 'date':
			return DATE.test(value);
		case 'boolean':
			return /^(true|false)$/i.test(value);
		default:
			return true;
	}
}
