import { InvalidInput } from '../base/invalidInput';
import { count, firstFew, shorten } from '../base/text';
import { findLeadIds } from './leadIds/findLeadIds';
import { parseJson } from './looseJson';

// The names under which LeadSquared and this node's operations have the ID of an opportunity.
const NAMES = [
	'OpportunityId',
	'ProspectOpportunityId',
	'RelatedOpportunityId',
	'CreatedOpportunityId',
	'ProspectActivityId',
];

/**
 * Finds the opportunity IDs in a value of a workflow: text with any separators, lists, objects that carry one,
 * JSON in text. They are GUIDs, as lead IDs are.
 *
 * @throws InvalidInput for anything else in it
 */
export function readOpportunityIds(value: unknown): string[] {
	const { ids, leftOver } = findLeadIds(listOf(value));
	if (leftOver.length === 0) return ids;
	const [first] = leftOver;
	const what =
		leftOver.length === 1
			? `a value that is not an opportunity ID: ${shorten(first)}`
			: `${count(leftOver.length)} values that are not opportunity IDs: ${firstFew(leftOver.map(shorten))}`;
	throw new InvalidInput(
		`'Opportunity IDs' contains ${what}`,
		'An opportunity ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c. Use this ID, not the number or name of the opportunity, and remove anything else.',
	);
}

function listOf(value: unknown): unknown[] {
	const given = typeof value === 'string' ? (parseJson(value) ?? value) : value;
	if (Array.isArray(given)) return given.flatMap(listOf);
	if (typeof given !== 'object' || given === null) return [given];
	const fields = Object.entries(given);
	for (const name of NAMES) {
		const field = fields.find(([key]) => key.toLowerCase() === name.toLowerCase());
		if (field) return listOf(field[1]);
	}
	throw new InvalidInput(
		`'Opportunity IDs' contains an object without an opportunity ID: ${firstFew(Object.keys(given))}`,
		'Enter the ID itself, such as {{ $json.OpportunityId }}.',
	);
}
