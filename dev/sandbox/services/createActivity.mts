import { errorAnswer, jsonAnswer } from '../answers.mts';
import { leadById, readActivity, writeActivity } from './newActivity.mts';
import type { NewActivity, Refusal } from './newActivity.mts';
import { malformed, mandatory, readJson } from './request.mts';
import type { Served, Service } from './service.mts';

/** Post an Activity on a Lead (facts A1). The same call twice posts two. */
export const createActivity: Service<{ lead: string; activity: NewActivity }> = {
	of: 'ProspectActivity.svc',
	name: 'Create',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		const activity = readActivity(json);
		const { RelatedProspectId: lead } = Object(json) as Record<string, unknown>;
		if (!activity) return malformed();
		if (lead === undefined || lead === '') return mandatory('RelatedProspectId');
		return typeof lead === 'string' ? { lead, activity } : malformed();
	},
	answer({ lead, activity }, account) {
		const index = leadById(lead, account);
		if (typeof index !== 'number') return refused(index);
		const id = writeActivity(index, activity, account);
		if (typeof id !== 'string') return refused(id);
		const message = { Id: id, RelatedId: account.population.idAt(index) };
		const body = { Status: 'Success', Message: message };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: 1 };
	},
};

const refused = ({ type, message }: Refusal): Served => ({
	answer: errorAnswer(500, type, message),
	rows: 0,
});
