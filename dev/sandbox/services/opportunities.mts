import { isNth, lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { ACTIVITY_TYPES, allActivities, isOpportunity } from '../activities.mts';
import type { Activity } from '../activities.mts';
import { errorAnswer, jsonAnswer } from '../answers.mts';
import { usDate } from '../rows.mts';
import { emailOfUser } from '../users.mts';
import { dateTime } from '../values.mts';
import { fieldsOf } from './activityTypes.mts';
import { pageOf } from './found.mts';
import { lowerCased } from './lists.mts';
import { leadById, userById } from './newActivity.mts';
import {
	invalid,
	malformed,
	mandatory,
	readColumns,
	readJson,
	readPaging,
	refusePaging,
} from './request.mts';
import type { Paging } from './request.mts';
import type { Service } from './service.mts';

const TYPES = ACTIVITY_TYPES.filter(isOpportunity);

/** The types of opportunities. Which members they have is only known from public code. */
export const opportunityTypes: Service<object> = {
	of: 'OpportunityManagement.svc',
	name: 'GetOpportunityTypes',
	method: 'GET',
	read: () => ({}),
	answer() {
		const types = TYPES.map(({ code, name }) => ({
			EventCode: code,
			Name: name,
			DisplayName: name,
			Description: '',
		}));
		return { answer: jsonAnswer(JSON.stringify(types)), rows: 0 };
	},
};

/** The fields of a type of opportunities. */
export const opportunityFields: Service<{ code: string }> = {
	of: 'OpportunityManagement.svc',
	name: 'GetOpportunityTypeMetadata',
	method: 'GET',
	read({ query }) {
		const code = lowerCased(query).get('code');
		return code ? { code } : mandatory('code');
	},
	answer({ code }) {
		const type = TYPES.find((each) => String(each.code) === code);
		const answer = type
			? jsonAnswer(JSON.stringify({ EventCode: type.code, Fields: fieldsOf(type) }))
			: errorAnswer(500, 'MXInvalidActivityException', 'Event Code is invalid or empty');
		return { answer, rows: 0 };
	},
};

interface Search {
	code: string;
	ids: string[];
	columns: string[];
}

/** Get Opportunities in Bulk by Ids: https://apidocs.leadsquared.com/get-opportunities-in-bulk-by-ids/ */
export const opportunitiesById: Service<Search[]> = {
	of: 'OpportunityManagement.svc',
	name: 'GetOpportunitiesById',
	method: 'POST',
	read(call) {
		const { SearchParameters: parameters } = Object(readJson(call));
		if (!Array.isArray(parameters) || parameters.length === 0) return malformed();
		const searches: Search[] = [];
		for (const each of parameters) {
			const { EventCode, ProspectActivityId: ids = [], Columns } = Object(each);
			const columns = readColumns(Columns?.Include_CSV ?? '');
			const areIds = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
			if (!areIds || !columns) return malformed();
			if (EventCode === undefined) return mandatory('EventCode');
			if (ids.length === 0) return mandatory('ProspectActivityId');
			if (columns.length === 0) return mandatory('Include_CSV');
			searches.push({ code: String(EventCode), ids, columns });
		}
		return searches;
	},
	answer(searches, account) {
		const { opportunityCap } = account.faults;
		const count = searches.reduce((total, { ids }) => total + ids.length, 0);
		if (count > opportunityCap) {
			const message = `ProspectActivityId can not be more than ${opportunityCap}`;
			return { answer: invalid(message), rows: 0 };
		}
		const all = new Map(
			allActivities(account)
				.filter(isOpportunity)
				.map((each, nth) => [each.id, { ...each, nth }]),
		);
		const results = searches.map(({ code, ids, columns }) => {
			const found = [...new Set(ids.map((id) => all.get(id.toLowerCase())))]
				.filter((each) => each !== undefined && String(each.code) === code)
				.filter((each) => !forgets(each!.nth, account));
			return {
				EventCode: code,
				RecordCount: found.length,
				Opportunities: found.map((each) => rowById(each!, columns, account)),
			};
		});
		const rows = results.reduce((total, { RecordCount }) => total + RecordCount, 0);
		return { answer: jsonAnswer(JSON.stringify(results)), rows };
	},
};

/** The opportunities among what has been left out once stand behind all leads. */
const OPPORTUNITIES = 0x8000_0000;

function forgets(nth: number, { faults, forgotten }: Account): boolean {
	const key = OPPORTUNITIES + nth;
	if (!isNth(nth, faults.forgetOpportunityEvery) || forgotten.has(key)) return false;
	forgotten.add(key);
	return true;
}

/** The IDs come without being asked for; dates are US ones. */
function rowById(opportunity: Activity, columns: string[], account: Account): object {
	const values = valuesOf(opportunity);
	const index = lookUp(opportunity.lead, account);
	const email =
		index === undefined ? null : account.changes.values('EmailAddress', account.faults)!(index);
	const asked = columns
		.filter((name) => Object.hasOwn(values, name))
		.map((name) => [name, toUsDate(values[name])]);
	const owner = userById(values.Owner ?? '', account);
	return {
		ProspectId: opportunity.lead,
		EmailAddress: email === null ? null : (JSON.parse(email) as string | null),
		ProspectActivityId: opportunity.id,
		...Object.fromEntries(asked),
		...(columns.includes('Owner') &&
			owner !== undefined && { OwnerEmailAddress: emailOfUser(owner) }),
	};
}

function toUsDate(value: string | null): string | null {
	return value && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(value)
		? usDate(`${value.slice(0, 19)}.000`)
		: value;
}

function valuesOf({ note, created, modified, fields }: Activity): Record<string, string | null> {
	return {
		ActivityEvent_Note: note,
		CreatedOn: dateTime(created),
		ModifiedOn: dateTime(modified),
		...fields,
	};
}

interface OfLeadRequest extends Paging {
	lead: string;
	code?: string;
	columns: string[];
}

/** Get Opportunities by Lead Id: https://apidocs.leadsquared.com/get-opportunities-by-lead-id/ */
export const opportunitiesOfLead: Service<OfLeadRequest> = {
	of: 'OpportunityManagement.svc',
	name: 'GetOpportunitiesOfLead',
	method: 'POST',
	read(call) {
		const json = call.body === '' ? {} : readJson(call);
		if (json === undefined) return malformed();
		const query = lowerCased(call.query);
		const [lead, code] = [query.get('leadid'), query.get('opportunitytype')];
		const { Columns, Paging: asked } = Object(json);
		const columns = readColumns(Columns?.Include_CSV ?? '');
		const paging = readPaging(asked);
		if (!columns || !paging) return malformed();
		if (!lead) return mandatory('leadId');
		return refusePaging(paging) ?? { lead, ...(code && { code }), columns, ...paging };
	},
	answer(request, account) {
		const { code, columns } = request;
		if (code === undefined && account.faults.opportunityType === 'required') {
			return { answer: mandatory('opportunityType'), rows: 0 };
		}
		const index = leadById(request.lead, account);
		if (typeof index !== 'number') {
			return { answer: errorAnswer(500, index.type, index.message), rows: 0 };
		}
		const lead = account.population.idAt(index);
		const found = allActivities(account)
			.filter(isOpportunity)
			.filter((each) => each.lead === lead && (code === undefined || String(each.code) === code))
			.sort((one, other) => other.created - one.created);
		const page = pageOf(found, request, { rows: account.faults.activityPageCap, style: 'silent' });
		const rows = page.map((each) => {
			const values = Object.entries(valuesOf(each));
			const asked = values.filter(([name]) => columns.length === 0 || columns.includes(name));
			return {
				ProspectId: lead,
				OpportunityId: each.id,
				OpportunityEvent: String(each.code),
				...Object.fromEntries(asked),
			};
		});
		const { length } = account.faults.recordCount === 'page' ? rows : found;
		const body = { RecordCount: length, List: rows };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: rows.length };
	},
};
