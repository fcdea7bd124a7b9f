import { type INode, type JsonObject, NodeApiError, type NodeError } from 'n8n-workflow';
import { ID_COLUMN } from '../../../api/leads';
import { isNoLead, isSearchByRejected } from '../../../api/leadWrites';
import { count, firstFew, plural } from '../../../base/text';
import type { RowStatus } from '../../../fetch/writes';
import { KEY_COLUMNS } from '../../../input/leadKeys';
import { apiError, atItem, quote, withData } from '../../../run/messages';
import type { Failed } from '../../../transport/outcome';
import type { ActivityRow } from './rows';

/** The error of an activity that was not created, or may have been. */
export function errorOf(node: INode, { item, lead }: ActivityRow, status: RowStatus): NodeError {
	const { kind, failure } = status as Exclude<RowStatus, { kind: 'written' }>;
	if (kind === 'failed') {
		const error = apiError(node, failure, 'request', { itemIndex: item });
		error.description = [error.description, 'This activity was not created.']
			.filter(Boolean)
			.join(' ');
		return error;
	}
	const { message, advice } = kind === 'notKnown' ? NOT_KNOWN : wordsFor(lead, failure);
	const error = new NodeApiError(node, { message } as JsonObject, {
		message: atItem(message, item),
		description: `${quote(failure)} ${advice}`,
		itemIndex: item,
	});
	return withData(error, failure, false);
}

/** The words for an activity that LeadSquared rejects. */
function wordsFor({ by, value }: ActivityRow['lead'], { fault }: Failed) {
	if (isSearchByRejected(fault.message)) {
		return {
			message: `LeadSquared does not find leads by ${by} in this account`,
			advice: "Enter the lead's ID. Lead > Get returns it.",
		};
	}
	if (!isNoLead(fault)) return NOT_ACCEPTED;
	return {
		message: `LeadSquared has no lead with the ${by === ID_COLUMN ? 'ID' : by} ${value}`,
		advice:
			by === KEY_COLUMNS.phone
				? "The number has to be as it is stored in Phone. Lead > Get also finds other forms of it and numbers in Mobile, and returns the lead's ID."
				: 'Check it: the lead may have been deleted or merged.',
	};
}

const NOT_KNOWN = {
	message: 'It is not known whether this activity was created',
	advice: 'Look for it in LeadSquared before you run this item again, which could add it twice.',
};
const NOT_ACCEPTED = {
	message: 'LeadSquared does not accept this activity',
	advice: "Check the activity type, the option 'Owner' and the values in 'Fields'.",
};

/** The number of activities that were created, for people. */
export function created(statuses: RowStatus[]): string {
	const number = (kind: RowStatus['kind']) =>
		statuses.filter((status) => status.kind === kind).length;
	const done = number('written');
	const open = number('notKnown');
	const words = `${plural(done, 'activity')} created`;
	return open > 0 ? `${words}, the result of ${count(open)} is unknown` : words;
}

/** A hint about input fields that are not written. */
export const ignoredHint = (names: Set<string>): string =>
	`Input fields that are no fields of the activity type were ignored: ${firstFew([...names])}.`;
