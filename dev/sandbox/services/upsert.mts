import type { Account } from '../account.mts';
import type { Answer } from '../answers.mts';
import type { Faults } from '../faults.mts';
import { isId } from '../rows.mts';
import { writeRows } from './bulk.mts';
import {
	invalidInput,
	isKey,
	LeadWriter,
	NOT_A_KEY,
	readRows,
	refuseCall,
	refuseValues,
	runsAutomations,
	unknownAttributes,
} from './leadWrites.mts';
import type { Refusal, Values } from './leadWrites.mts';
import { malformed } from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';

/** One row: its values, and the column that the lead is found by. */
interface Row {
	values: Values;
	searchBy?: string;
	/** Whether it says `__UseUserDefinedGuid__`. */
	hasGuidFlag: boolean;
}

interface WriteRequest {
	rows: Row[];
	automations: boolean;
}

/** The result of a row. */
type Result = { index: number; created: boolean; updated: boolean } | Refusal;

const SEARCH_BY = 'SearchBy';
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
	const rows = readRows(call);
	if (!rows) return malformed();
	return { rows: rows.map(toRow), automations: runsAutomations(call) };
}

function toRow(all: Values): Row {
	const values = new Map(all);
	values.delete(SEARCH_BY);
	const hasGuidFlag = values.delete(GUID_FLAG);
	return { values, searchBy: all.get(SEARCH_BY), hasGuidFlag };
}

function answer({ rows, automations }: WriteRequest, account: Account): Served {
	const { faults } = account;
	const leads = new LeadWriter(account);
	const checks = {
		refusalOf: (row: Row) => refusalOf(row, faults),
		duplicateOf: (row: Row) => leads.duplicateOf(row.values, find(row, leads, faults)),
	};

	function write(row: Row): Result {
		const refusal = checks.refusalOf(row);
		if (refusal) return refusal;
		const { values, searchBy } = row;
		const index = find(row, leads, faults);
		if (
			index === undefined &&
			searchBy !== undefined &&
			isId(searchBy) &&
			isKey(searchBy, faults)
		) {
			return { type: faults.notFoundType, message: 'Lead not found' };
		}
		const duplicate = checks.duplicateOf(row);
		if (duplicate) return duplicate;
		if (index === undefined) {
			const created = leads.create(values, automations);
			if (typeof created === 'object') return created;
			return { index: created, created: true, updated: false };
		}
		const updated = leads.update(index, values, automations);
		if (typeof updated === 'object') return updated;
		return { index, created: false, updated };
	}

	return (
		refuseCall(rows, faults.bulkCap, checks, faults) ??
		writeRows(
			rows,
			(row) => resultOf(write(row), account),
			(results) => results,
			account,
		)
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

function refusalOf(row: Row, faults: Faults): Refusal | undefined {
	if (row.hasGuidFlag && faults.userDefinedGuid === 'unknown')
		return unknownAttributes([GUID_FLAG]);
	return refuseValues(row.values, faults) ?? refuseSearchBy(row, faults);
}

function refuseSearchBy(row: Row, faults: Faults): Refusal | undefined {
	const { badSearchBy, userDefinedGuid } = faults;
	const { searchBy } = row;
	if (searchBy === undefined) return undefined;
	if (!isKey(searchBy, faults)) return badSearchBy === 'ignored' ? undefined : NOT_A_KEY;
	if (!valueOf(searchBy, row)) return invalidInput(`SearchBy ${searchBy} has no value`);
	if (isId(searchBy) && userDefinedGuid === 'required' && !row.hasGuidFlag) {
		return invalidInput(`${GUID_FLAG} is mandatory`);
	}
	return undefined;
}

/** The lead that a row is written to; undefined if there is none yet. */
function find(row: Row, leads: LeadWriter, faults: Faults): number | undefined {
	const { searchBy } = row;
	const isSearched = searchBy !== undefined && isKey(searchBy, faults);
	for (const name of isSearched ? [searchBy] : ['EmailAddress', 'Phone']) {
		const index = leads.find(name, valueOf(name, row));
		if (index !== undefined) return index;
	}
	return undefined;
}

/** The value of a column in a row; the lead ID may be spelled in another case. */
function valueOf(name: string, { values }: Row): string | undefined {
	return isId(name) ? [...values].find(([key]) => isId(key))?.[1] : values.get(name);
}
