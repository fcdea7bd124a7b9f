import { lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { errorAnswer, jsonAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { shownAs } from '../changes.mts';
import { COLUMNS } from '../metadata.mts';
import { draw, shuffled } from '../random.mts';
import { isId, knownColumn } from '../rows.mts';
import { existingLeads, kindOf } from './found.mts';
import { readJson, malformed } from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';

/** One row: values by column name, and the column that the lead is found by. */
interface Row {
	values: Map<string, string>;
	searchBy?: string;
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
			else row.values.set(Attribute, Value ?? '');
		}
		rows.push(row);
	}
	return { rows, automations: call.query.get('postUpdatedLead') === 'true' };
}

function answer({ rows, automations }: WriteRequest, account: Account): Served {
	const { faults, call, seed } = account;
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
	const breaks = faults.writeBreaks && account.writes() % faults.writeBreaks.every === 0;
	const written = breaks ? rows.slice(0, faults.writeBreaks!.rows) : rows;
	const results = written.map((row) => leads.write(row, automations));
	if (breaks) return { answer: jsonAnswer('[]'), rows: 0, trouble: faults.writeBreaks!.kind };

	const { rowNumbers, resultOrder, lostResults } = faults;
	const reported = results
		.map((result, at) => ({
			...(rowNumbers !== 'absent' && { RowNumber: at + (rowNumbers === 'from-1' ? 1 : 0) }),
			...('type' in result
				? {
						LeadId: null,
						LeadCreated: false,
						LeadUpdated: false,
						AffectedRows: 0,
						ExceptionType: result.type,
						ErrorMessage: result.message,
					}
				: {
						LeadId: account.population.idAt(result.index),
						LeadCreated: result.created,
						LeadUpdated: result.updated,
						AffectedRows: result.created || result.updated ? 1 : 0,
					}),
		}))
		.filter((_, at) => lostResults === null || (at + 1) % lostResults !== 0);
	const inOrder = {
		asked: () => reported,
		reversed: () => [...reported].reverse(),
		shuffled: () => shuffled(reported, draw(seed ^ 0x5e, call)),
	}[resultOrder]();
	return { answer: jsonAnswer(JSON.stringify(inOrder)), rows: rows.length };
}

const refused = (type: string, message: string, status: number): Served => ({
	answer: errorAnswer(status, type, message),
	rows: 0,
});

const TYPES = new Map(COLUMNS.map(({ schemaName, dataType }) => [schemaName, dataType]));
const DATE = /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/;

/** Finds leads by their values, including those that earlier rows created. */
class Finder {
	private readonly account: Account;
	private readonly columns = new Map<string, Map<string, number>>();

	constructor(account: Account) {
		this.account = account;
	}

	/** The reason why a row is not written, as far as it does not depend on earlier rows. */
	refusalOf({ values, searchBy }: Row): Refusal | undefined {
		const { faults } = this.account;
		const names = [...values.keys()].filter((name) => !isId(name));
		const unknown = names.filter((name) => knownColumn(name, faults) === undefined);
		if (unknown.length > 0) {
			const message = `Attribute(s) does not exist - ${unknown.join(', ')}`;
			return { type: 'MXUnknownAttributeException', message };
		}
		const locked = names.find((name) => faults.lockedColumns.includes(name));
		if (locked) return { type: 'MXInvalidEntityException', message: `${locked} is locked` };
		for (const [name, value] of values) {
			if (value === '' || isValid(name, value)) continue;
			const message = `${name} is not a valid ${TYPES.get(name)}`;
			return { type: 'MXInvalidDataTypeException', message };
		}
		if (searchBy !== undefined && !values.get(searchBy)) {
			return { type: 'MXInvalidInputException', message: `SearchBy ${searchBy} has no value` };
		}
		return undefined;
	}

	write(row: Row, automations: boolean): Result {
		const { account } = this;
		const { faults } = account;
		const refusal = this.refusalOf(row);
		if (refusal) return refusal;
		const { values, searchBy } = row;
		const found = this.find(values, searchBy);
		if (found === undefined && searchBy !== undefined && isId(searchBy)) {
			return { type: 'MXInvalidInputException', message: 'Lead not found' };
		}
		for (const name of faults.uniqueColumns) {
			const value = values.get(name);
			const owner = value ? this.by(name, value) : undefined;
			if (owner !== undefined && owner !== found) {
				return {
					type: 'MXDuplicateEntryException',
					message: `A lead with the same ${name} exists`,
				};
			}
		}
		const own = [...values].filter(([name]) => !isId(name));
		const stored = Object.fromEntries(
			own.map(([name, value]) => [name, value === '' ? null : value]),
		);
		if (found === undefined) {
			const missing = faults.mandatoryColumns.find((name) => !stored[name]);
			if (missing) {
				return { type: 'MXMandatoryFieldMissingException', message: `${missing} is mandatory` };
			}
			const index = account.create(stored, automations);
			this.note(index, stored);
			return { index, created: true, updated: false };
		}
		const before = Object.keys(stored).map((name) => this.valueOf(name, found));
		const isChanged = Object.entries(stored).some(
			([name, value], at) => shownAs(name, value) !== before[at],
		);
		if (isChanged) {
			account.touch(found, stored, automations);
			this.note(found, stored);
		}
		return { index: found, created: false, updated: isChanged };
	}

	private find(values: Map<string, string>, searchBy?: string): number | undefined {
		const names = searchBy === undefined ? ['EmailAddress', 'Phone'] : [searchBy];
		for (const name of names) {
			const value =
				values.get(name) ?? values.get([...values.keys()].find((key) => isId(key)) ?? '');
			if (!value) continue;
			const index = isId(name)
				? lookUp(value.toLowerCase(), this.account)
				: this.by(name, values.get(name) ?? '');
			if (index !== undefined) return index;
		}
		return undefined;
	}

	/** The first lead that has a value in a column. */
	private by(name: string, value: string): number | undefined {
		if (value === '') return undefined;
		return this.column(name).get(value.toLowerCase());
	}

	private column(name: string): Map<string, number> {
		const known = this.columns.get(name);
		if (known) return known;
		const leads = new Map<string, number>();
		for (const index of existingLeads(this.account)) {
			const value = this.valueOf(name, index);
			if (value !== null && !leads.has(value.toLowerCase())) leads.set(value.toLowerCase(), index);
		}
		this.columns.set(name, leads);
		return leads;
	}

	private valueOf(name: string, index: number): string | null {
		const { changes, faults } = this.account;
		return JSON.parse(changes.values(name, faults)!(index)) as string | null;
	}

	private note(index: number, values: Record<string, string | null>): void {
		for (const [name, leads] of this.columns) {
			const value = values[name];
			if (value && !leads.has(value.toLowerCase())) leads.set(value.toLowerCase(), index);
		}
	}
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
