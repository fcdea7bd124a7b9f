import type { Account } from '../account.mts';
import type { Answer } from '../answers.mts';
import type { Faults } from '../faults.mts';
import { isId } from '../rows.mts';
import { writeRows } from './bulk.mts';
import {
	invalidInput,
	isKey,
	isLocked,
	LeadWriter,
	NOT_A_KEY,
	readValues,
	refuseCall,
	refused,
	refuseValues,
} from './leadWrites.mts';
import type { Refusal, Values } from './leadWrites.mts';
import { malformed, readJson } from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';

interface UpdateRequest {
	rows: Values[];
	searchByKey?: string;
	/** The list of the leads that do not exist. */
	missingIn: 'UnProcessedLeads' | 'FailedLeads';
}

interface Result {
	list: 'SuccessfulLeads' | UpdateRequest['missingIn'];
	lead: { Identifier: string; IdentifierValue: string | null; Reason: string | null };
}

const MISSING =
	'Lead does not exist in the system or You do not have permission to update the lead';

/**
 * Update Leads in Bulk, V2 (operations (e), facts A9). It creates no lead and runs no automations;
 * results name their leads, and no rows.
 */
export const updateLeads: Service<UpdateRequest> = {
	name: 'Lead/Bulk/UpdateV2',
	method: 'POST',
	isBulk: true,
	read,
	answer,
};

function read(call: ServiceCall): UpdateRequest | Answer {
	const { SearchByKey, Options, LeadPropertiesList } = Object(readJson(call)) as Record<
		string,
		unknown
	>;
	if (SearchByKey !== undefined && typeof SearchByKey !== 'string') return malformed();
	if (!Array.isArray(LeadPropertiesList) || LeadPropertiesList.length === 0) return malformed();
	const rows = LeadPropertiesList.map((lead) => readValues(Object(lead).Fields));
	if (!rows.every((values) => values !== undefined)) return malformed();
	const isUnprocessed = Object(Options).PushNonExistentLeadsToUnProcessedList === true;
	return {
		rows,
		searchByKey: SearchByKey,
		missingIn: isUnprocessed ? 'UnProcessedLeads' : 'FailedLeads',
	};
}

function answer({ rows, searchByKey, missingIn }: UpdateRequest, account: Account): Served {
	const { faults } = account;
	if (searchByKey !== undefined && !isKey(searchByKey, faults)) return refused(NOT_A_KEY);
	const key = searchByKey ?? 'ProspectId';
	const leads = new LeadWriter(account);
	const valueOf = (values: Values) => values.get(keyField(key, values, faults));
	const find = (values: Values) => leads.find(key, valueOf(values));
	const checks = {
		refusalOf: (values: Values) => refuseKey(key, values, faults) ?? refuseValues(values, faults),
		duplicateOf: (values: Values) => {
			const index = find(values);
			return index === undefined ? undefined : leads.duplicateOf(values, index);
		},
	};

	function write(values: Values): Result {
		const to = (list: Result['list'], Reason: string | null): Result => ({
			list,
			lead: { Identifier: key, IdentifierValue: valueOf(values) ?? null, Reason },
		});
		const refusal = checks.refusalOf(values);
		if (refusal) return to('FailedLeads', refusal.message);
		const index = find(values);
		if (index === undefined) return to(missingIn, MISSING);
		const updated = checks.duplicateOf(values) ?? leads.update(index, values, false);
		return typeof updated === 'object'
			? to('FailedLeads', updated.message)
			: to('SuccessfulLeads', null);
	}

	return (
		refuseCall(rows, faults.bulkCap, checks, faults) ??
		writeRows(rows, write, (results) => summary(results, rows.length), account)
	);
}

function summary(results: Result[], total: number): object {
	const leadsIn = (name: Result['list']) =>
		results.filter(({ list }) => list === name).map(({ lead }) => lead);
	const Details = {
		SuccessfulLeads: leadsIn('SuccessfulLeads'),
		FailedLeads: leadsIn('FailedLeads'),
		UnProcessedLeads: leadsIn('UnProcessedLeads'),
	};
	const Status = {
		TotalCount: total,
		SuccessCount: Details.SuccessfulLeads.length,
		FailureCount: Details.FailedLeads.length,
		UnProcessedCount: Details.UnProcessedLeads.length,
		// Its text is not known.
		Message: '',
	};
	return { Status, Details };
}

/** The field that holds the value of the key. */
function keyField(key: string, values: Values, { updateIdField }: Faults): string {
	const isAnyCase = updateIdField === 'any-case' && isId(key);
	return (isAnyCase && [...values.keys()].find(isId)) || key;
}

function refuseKey(key: string, values: Values, faults: Faults): Refusal | undefined {
	const field = keyField(key, values, faults);
	if (!values.get(field)) return invalidInput(`${key} is mandatory`);
	const stray = [...values.keys()].find((name) => isId(name) && name !== field);
	return stray !== undefined && faults.strayIds === 'refused' ? isLocked(stray) : undefined;
}
