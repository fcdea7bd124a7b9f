import { lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { errorAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { shownAs } from '../changes.mts';
import type { Faults } from '../faults.mts';
import { COLUMNS, LEAD_TYPE, LEAD_TYPES } from '../metadata.mts';
import { isId, knownColumn, withoutTokens } from '../rows.mts';
import { writeRows } from './bulk.mts';
import { existingLeads, kindOf } from './found.mts';
import { nationalNumber } from './lookups.mts';
import { readJson, malformed } from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';

/** One row: values by column name, and the column that the lead is found by. */
interface Row {
	values: Map<string, string>;
	searchBy?: string;
	/** Whether it says `__UseUserDefinedGuid__`. */
	hasGuidFlag?: boolean;
}

interface WriteRequest {
	rows: Row[];
	/** Automations of the account run for the leads (`postUpdatedLead`). */
	automations: boolean;
}

/** The reason why a row is not written. */
interface Refusal {
	type: string;
	message: string;
}

/** The result of a row. */
type Result = { index: number; created: boolean; updated: boolean } | Refusal;

const GUID_FLAG = '__UseUserDefinedGuid__';

/** Create or Update Leads in Bulk (operations (e)). */
export const upsert: Service<WriteRequest> = {
	name: 'Lead/Bulk/CreateOrUpdate',
	method: 'POST',
	isBulk: true,
	read,
	answer,
};

function read(call: ServiceCall): WriteRequest | Answer {
	const json = readJson(call);
	if (!Array.isArray(json) || json.length === 0 || !json.every(Array.isArray)) return malformed();
	const rows: Row[] = [];
	for (const attributes of json as unknown[][]) {
		const row: Row = { values: new Map() };
		for (const attribute of attributes) {
			const { Attribute, Value } = Object(attribute) as Record<string, unknown>;
			if (typeof Attribute !== 'string') return malformed();
			if (Value !== null && typeof Value !== 'string') return malformed();
			if (Attribute === 'SearchBy') row.searchBy = String(Value);
			else if (Attribute === GUID_FLAG) row.hasGuidFlag = true;
			else row.values.set(Attribute, Value ?? '');
		}
		rows.push(row);
	}
	return { rows, automations: call.query.get('postUpdatedLead') === 'true' };
}

function answer({ rows, automations }: WriteRequest, account: Account): Served {
	const { faults } = account;
	if (rows.length > faults.bulkCap) {
		return refused(
			'MXInvalidInputException',
			`Maximum of ${faults.bulkCap} leads are allowed`,
			500,
		);
	}
	const leads = new Finder(account);
	if (faults.badRows === 'call') {
		// The effects of earlier rows are ignored.
		const first = rows.map((row) => leads.refusalOf(row)).find((refusal) => refusal !== undefined);
		if (first) return refused(first.type, first.message, faults.badRowsStatus);
	}
	if (faults.duplicates === 'call') {
		const first = rows.map((row) => leads.duplicateOf(row)).find((refusal) => refusal);
		if (first) return refused(first.type, first.message, faults.badRowsStatus);
	}
	return writeRows(
		rows,
		(row) => resultOf(leads.write(row, automations), account),
		(results) => results,
		account,
	);
}

function resultOf(result: Result, { population }: Account): object {
	if ('type' in result) {
		return {
			LeadId: null,
			LeadCreated: false,
			LeadUpdated: false,
			AffectedRows: 0,
			ExceptionType: result.type,
			ErrorMessage: result.message,
		};
	}
	return {
		LeadId: population.idAt(result.index),
		LeadCreated: result.created,
		LeadUpdated: result.updated,
		AffectedRows: result.created || result.updated ? 1 : 0,
	};
}

const refused = (type: string, message: string, status: number): Served => ({
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

const isLocked = (name: string): Refusal => ({
	type: 'MXInvalidEntityException',
	message: `${name} is locked`,
});
const invalidInput = (message: string): Refusal => ({ type: 'MXInvalidInputException', message });

const DATE = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/;

/** Finds leads by their values, including those that earlier rows created. */
class Finder {
	private readonly account: Account;
	private readonly columns = new Map<string, Map<string, number>>();

	constructor(account: Account) {
		this.account = account;
	}

	/** The reason why a row is not written, as far as the row itself shows it. */
	refusalOf(row: Row): Refusal | undefined {
		const { values } = row;
		const { faults } = this.account;
		const names = [...values.keys()].filter((name) => !isId(name));
		const unknown = names.filter((name) => knownColumn(name, faults) === undefined);
		if (row.hasGuidFlag && faults.userDefinedGuid === 'unknown') unknown.push(GUID_FLAG);
		if (unknown.length > 0) {
			const message = `Attribute(s) does not exist - ${unknown.join(', ')}`;
			return { type: 'MXUnknownAttributeException', message };
		}
		const { lockedColumns, readOnlyColumns, derivedColumns } = faults;
		const unwritable = [...lockedColumns, ...readOnlyColumns, ...derivedColumns];
		const locked = names.find((name) => unwritable.includes(name));
		if (locked) return isLocked(locked);
		for (const [name, value] of values) {
			if (value === '' || isValid(name, value)) continue;
			const message = `${name} is not a valid ${TYPES.get(name)}`;
			return { type: 'MXInvalidDataTypeException', message };
		}
		return this.refuseSearchBy(row);
	}

	private refuseSearchBy(row: Row): Refusal | undefined {
		const { badSearchBy, userDefinedGuid } = this.account.faults;
		const { searchBy, values } = row;
		if (searchBy === undefined) return undefined;
		if (!this.accepts(searchBy)) {
			if (badSearchBy === 'ignored') return undefined;
			return invalidInput('Invalid SearchBy value provided');
		}
		const name = [...values.keys()].find(
			(key) => key === searchBy || (isId(key) && isId(searchBy)),
		);
		if (name === undefined || values.get(name) === '') {
			return invalidInput(`SearchBy ${searchBy} has no value`);
		}
		if (isId(searchBy) && userDefinedGuid === 'required' && !row.hasGuidFlag) {
			return invalidInput(`${GUID_FLAG} is mandatory`);
		}
		return undefined;
	}

	/** Whether leads can be searched by this. */
	private accepts(searchBy: string): boolean {
		const { faults } = this.account;
		if (isId(searchBy)) {
			const { searchById } = faults;
			return searchBy === searchById || (searchById === 'both' && /^ProspectI[Dd]$/.test(searchBy));
		}
		if (faults.searchByColumns === 'any') return knownColumn(searchBy, faults) !== undefined;
		return faults.uniqueColumns.includes(searchBy);
	}

	/** The refusal of a row with a unique value that another lead has. */
	duplicateOf(row: Row): Refusal | undefined {
		const { values } = row;
		const found = this.find(row);
		for (const name of this.account.faults.uniqueColumns) {
			const value = values.get(name);
			if (!value || (found !== undefined && this.valueOf(name, found) === value)) continue;
			const owner = this.by(name, value);
			if (owner === undefined || owner === found) continue;
			const message = `A Lead with same ${LABELS.get(name) ?? name} already exists.`;
			return { type: 'MXDuplicateEntryException', message };
		}
		return undefined;
	}

	write(row: Row, automations: boolean): Result {
		const { account } = this;
		const { faults } = account;
		const refusal = this.refusalOf(row);
		if (refusal) return refusal;
		const { values, searchBy } = row;
		const found = this.find(row);
		if (found === undefined && searchBy !== undefined && isId(searchBy) && this.accepts(searchBy)) {
			return { type: faults.notFoundType, message: 'Lead not found' };
		}
		const duplicate = this.duplicateOf(row);
		if (duplicate) return duplicate;
		const own = [...values].filter(([name]) => !isId(name));
		const stored = Object.fromEntries(
			own.map(([name, value]) => [name, value === '' ? null : withoutTokens(name, value, faults)]),
		);
		if (found === undefined) {
			if (!DETAILS.some((name) => stored[name])) {
				return { type: 'MXInvalidDataTypeException', message: "You're missing lead details." };
			}
			const missing = faults.mandatoryColumns.find((name) => !stored[name]);
			if (missing) {
				return { type: 'MXMandatoryFieldMissingException', message: `${missing} is mandatory` };
			}
			const index = account.create(stored, automations);
			this.note(index, stored);
			return { index, created: true, updated: false };
		}
		const changed = Object.keys(stored).filter(
			(name) => shownAs(name, stored[name]) !== this.valueOf(name, found),
		);
		const locked = changed.find((name) => this.isFinal(name, found));
		if (locked) return isLocked(locked);
		if (changed.length > 0) {
			account.touch(found, stored, automations);
			this.note(found, stored);
		}
		return { index: found, created: false, updated: changed.length > 0 };
	}

	/** Whether a column of a lead that exists takes no other value. */
	private isFinal(name: string, index: number): boolean {
		if (this.account.faults.lockedAfterCreate.includes(name)) return true;
		// The first type may be changed once (section 4, Versions).
		return name === LEAD_TYPE && this.valueOf(name, index) !== LEAD_TYPES[0];
	}

	private find({ values, searchBy }: Row): number | undefined {
		const isSearched = searchBy !== undefined && this.accepts(searchBy);
		for (const name of isSearched ? [searchBy] : ['EmailAddress', 'Phone']) {
			const id = [...values].find(([key]) => isId(key))?.[1] ?? '';
			const index = isId(name)
				? lookUp(id.toLowerCase(), this.account)
				: this.by(name, values.get(name) ?? '');
			if (index !== undefined) return index;
		}
		return undefined;
	}

	/** The first lead that has a value in a column. */
	private by(name: string, value: string): number | undefined {
		if (value === '') return undefined;
		return this.column(name).get(keyOf(name, value, this.account.faults));
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
