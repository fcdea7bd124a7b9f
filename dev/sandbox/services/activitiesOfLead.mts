import { ACTIVITY_TYPES, allActivities, seconds, STAGE_CHANGE } from '../activities.mts';
import type { Activity } from '../activities.mts';
import { errorAnswer, jsonAnswer } from '../answers.mts';
import { lowerCased } from './lists.mts';
import { leadById } from './newActivity.mts';
import { invalid, malformed, mandatory, readJson } from './request.mts';
import type { Service } from './service.mts';

interface OfLeadRequest {
	lead: string;
	event?: number;
	offset: number;
	rowCount: number;
}

const DEFAULT_ROWS = 25;

/** Get Activities of a Lead: https://apidocs.leadsquared.com/get-activities-of-a-lead/. Newest first. */
export const activitiesOfLead: Service<OfLeadRequest> = {
	of: 'ProspectActivity.svc',
	name: 'Retrieve',
	method: 'POST',
	read(call) {
		const json = call.body === '' ? {} : readJson(call);
		if (json === undefined) return malformed();
		const { Parameter, Paging } = Object(json);
		const { ActivityEvent: event } = Object(Parameter) as Record<string, unknown>;
		const { Offset = 0, RowCount = DEFAULT_ROWS } = Object(Paging) as Record<string, unknown>;
		const lead = lowerCased(call.query).get('leadid');
		const numbers = [Offset, RowCount, event ?? 0].map(Number);
		if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) return malformed();
		if (!lead) return mandatory('leadId');
		const [offset, rowCount, code] = numbers;
		if (rowCount === 0) return invalid('RowCount');
		return { lead, offset, rowCount, ...(event !== undefined && { event: code }) };
	},
	answer({ lead, event, offset, rowCount }, account) {
		const index = leadById(lead, account);
		if (typeof index !== 'number') {
			return { answer: errorAnswer(500, index.type, index.message), rows: 0 };
		}
		const { activityOffset, activityPageCap, recordCount } = account.faults;
		const id = account.population.idAt(index);
		const found = allActivities(account)
			.filter(
				(activity) => activity.lead === id && (event === undefined || activity.code === event),
			)
			.sort((one, other) => other.created - one.created);
		const size = Math.min(rowCount, activityPageCap);
		const pagesBefore = activityOffset === 'pages-from-1' ? Math.max(0, offset - 1) : offset;
		const start = activityOffset === 'rows' ? offset : pagesBefore * size;
		const page = found.slice(start, start + size);
		const { length } = recordCount === 'page' ? page : found;
		const body = { RecordCount: length, ProspectActivities: page.map(rowOf) };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: page.length };
	},
};

const TYPES = [...ACTIVITY_TYPES, STAGE_CHANGE];

function rowOf({ id, lead, code, note, created, modified, fields, opportunity }: Activity) {
	const { name, eventType } = TYPES.find((type) => type.code === code)!;
	const pairs = Object.entries(fields).filter(([, value]) => value !== null);
	const toPairs = (entries: Array<[string, string | null]>) =>
		entries.map(([Key, Value]) => ({ Key, Value }));
	return {
		Id: id,
		EventCode: code,
		EventName: name,
		ActivityScore: 0,
		CreatedOn: seconds(created),
		ModifiedOn: seconds(modified),
		ActivityType: eventType,
		Type: 'Inbound',
		RelatedProspectId: lead,
		...(opportunity && { RelatedOpportunityId: opportunity }),
		Data: toPairs([
			['NotableEventDescription', note],
			...pairs.filter(([name]) => !isCustom(name)),
		]),
		Fields: toPairs(pairs.filter(([name]) => isCustom(name))),
	};
}

const isCustom = (name: string) => name.startsWith('mx_');
