import { ID_COLUMN } from '../../../api/lead';
import type { Results } from '../../../retrieval/types';
import { count, firstFew } from '../../../shared/inWords';
import type { Plan } from '../../../shared/leads/plan';
import { askTheSame } from './parameters';

/**
 * What in a run that succeeded needs a person: a list of ids in every input item, leads that nobody
 * asked for, leads without an id. One hint each.
 */
export function hintsOf(plan: Plan, results: Results[]): string[] {
	return [sameIdsHint(plan), mergedHint(results), withoutIdHint(results)].filter(
		(hint) => hint !== undefined,
	);
}

function sameIdsHint({ items }: Plan): string | undefined {
	if (!askTheSame(items)) return undefined;
	const times = count(items.length);
	return `${times} input items each ask for the same ${count(items[0].ids.length)} IDs, so each lead comes ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`;
}

/** A lead that was merged into another may come under the id of that one. */
function mergedHint(results: Results[]): string | undefined {
	const leftOut = new Set<string>();
	const unasked = new Set<string>();
	for (const { notFetched, unasked: some } of results) {
		if (some.size === 0) continue;
		for (const [id, { kind }] of notFetched) if (kind === 'notFound') leftOut.add(id);
		for (const id of some) if (!results.some(({ leads }) => leads.has(id))) unasked.add(id);
	}
	if (leftOut.size === 0 || unasked.size === 0) return undefined;
	const leads = unasked.size === 1 ? 'lead' : 'leads';
	return `LeadSquared left out ${count(leftOut.size)} of the lead IDs, and sent ${count(unasked.size)} ${leads} that nobody asked for: ${firstFew([...unasked])}. A lead that was merged into another may come under the ID of that one: look ${unasked.size === 1 ? 'it' : 'them'} up in LeadSquared, and ask for the new ID.`;
}

function withoutIdHint(results: Results[]): string | undefined {
	let came = 0;
	for (const { withoutId } of results)
		for (const { leads } of withoutId.values()) came += leads.length;
	if (came === 0) return undefined;
	return `LeadSquared sent ${count(came)} ${came === 1 ? 'lead' : 'leads'} without ${ID_COLUMN}. They are in the output as they came, after the other leads of the same input item.`;
}
