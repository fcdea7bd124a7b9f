import type { Account } from '../account.mts';
import { errorAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { writeRows } from './bulk.mts';
import { lowerCased } from './lists.mts';
import { valuesToLeads } from './lookups.mts';
import { leadById, readActivity, writeActivity } from './newActivity.mts';
import type { NewActivity, Refusal } from './newActivity.mts';
import { malformed, mandatory, readJson } from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';
import { keyOf } from './leadWrites.mts';

interface Row {
	/** The ID of its lead, or the value that the lead is found by. */
	lead: string;
	activity: NewActivity;
}

/** Post Activities in Bulk, by lead ID: https://apidocs.leadsquared.com/post-bulk-activities-on-leads/ */
export const activitiesByLeadId: Service<Row[]> = {
	of: 'ProspectActivity.svc',
	name: 'Bulk/CustomActivity/Add/ByLeadId',
	method: 'POST',
	isBulk: true,
	read: (call) => readRows(call, 'RelatedProspectId'),
	answer: (rows, account) => answer(rows, (id) => leadById(id, account), account),
};

interface ByFieldRequest {
	column: string;
	rows: Row[];
}

/** The same by a unique column: https://apidocs.leadsquared.com/post-activities-to-leads-in-bulk-using-unique-lead-fields/ */
export const activitiesByLeadField: Service<ByFieldRequest> = {
	of: 'ProspectActivity.svc',
	name: 'Bulk/CustomActivity/Add/ByLeadField',
	method: 'POST',
	isBulk: true,
	read(call) {
		const column = lowerCased(call.query).get('searchby');
		if (!column) return mandatory('searchBy');
		const rows = readRows(call, 'SearchByValue');
		return Array.isArray(rows) ? { column, rows } : rows;
	},
	answer({ column, rows }, account) {
		const { faults } = account;
		if (!faults.uniqueColumns.includes(column)) {
			return refused({
				type: 'MXInvalidInputException',
				message: 'Invalid SearchBy value provided',
			});
		}
		const key = (value: string) => keyOf(column, value, faults);
		const leads = valuesToLeads(column, key, account);
		const notFound = { type: faults.notFoundType, message: 'Lead not found' };
		return answer(rows, (value) => leads.get(key(value))?.[0] ?? notFound, account);
	},
};

function readRows(call: ServiceCall, lead: 'RelatedProspectId' | 'SearchByValue'): Row[] | Answer {
	const json = readJson(call);
	if (!Array.isArray(json) || json.length === 0) return malformed();
	const rows: Row[] = [];
	for (const each of json) {
		const activity = readActivity(each);
		const value = (Object(each) as Record<string, unknown>)[lead];
		if (!activity || typeof value !== 'string') return malformed();
		rows.push({ lead: value, activity });
	}
	return rows;
}

function answer(
	rows: Row[],
	findLead: (lead: string) => number | Refusal,
	account: Account,
): Served {
	const { bulkCap } = account.faults;
	if (rows.length > bulkCap) {
		const message = `Maximum of ${bulkCap} activities are allowed`;
		return refused({ type: 'MXInvalidInputException', message });
	}
	const write = ({ lead, activity }: Row) => {
		const index = findLead(lead);
		const written = typeof index === 'number' ? writeActivity(index, activity, account) : index;
		return typeof written === 'string'
			? { ProspectActivityId: written, ActivityCreated: true }
			: {
					ProspectActivityId: null,
					ActivityCreated: false,
					ExceptionType: written.type,
					ExceptionMessage: written.message,
				};
	};
	return writeRows(rows, write, (results) => ({ Response: results }), account);
}

const refused = ({ type, message }: Refusal): Served => ({
	answer: errorAnswer(500, type, message),
	rows: 0,
});
