import { lookUp } from '../account.mts';
import { errorAnswer, jsonAnswer } from '../answers.mts';
import { findMembers, typeOfList } from './lists.mts';
import { invalid, malformed, mandatory, readJson } from './request.mts';
import type { Service } from './service.mts';

/**
 * Add Leads to a Static List: https://apidocs.leadsquared.com/add-leads-to-a-static-list/. It says
 * how many were added, and not which ones: leads that are in the list, or do not exist, are not.
 */
export const addToList: Service<{ list: string; leads: string[] }> = {
	of: 'LeadSegmentation.svc',
	name: 'AddLeadsToStaticList',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const { listId: list, leadIds: leads = [] } = Object(json) as Record<string, unknown>;
		const areIds = Array.isArray(leads) && leads.every((id) => typeof id === 'string');
		if (!areIds || (list !== undefined && typeof list !== 'string')) return malformed();
		if (!list) return mandatory('listId');
		return leads.length === 0 ? mandatory('leadIds') : { list: list.toLowerCase(), leads };
	},
	answer({ list, leads }, account) {
		const members = findMembers(list, account);
		if (!Array.isArray(members)) return { answer: members, rows: 0 };
		if (typeOfList(list, account) !== 'static') {
			return { answer: invalid('ListId is not of a static list'), rows: 0 };
		}
		const before = new Set(members);
		const found = leads.map((id) => lookUp(id.toLowerCase(), account));
		const { addingUnknownLead, notFoundStatus, notFoundType } = account.faults;
		if (addingUnknownLead === 'refuse' && found.includes(undefined)) {
			return { answer: errorAnswer(notFoundStatus, notFoundType, 'Lead not found'), rows: 0 };
		}
		const added = [...new Set(found)].filter((index) => index !== undefined && !before.has(index));
		for (const index of added) {
			account.add('members', { list, lead: account.population.idAt(index!) });
		}
		const message = `Successfully added ${added.length} lead(s) to list`;
		const body = { Status: 'Success', Message: { Message: message } };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: added.length };
	},
};
