import type { IExecuteFunctions, NodeError } from 'n8n-workflow';
import { idKey } from '../../api/leadId';
import type { FaultScope, Results } from '../../retrieval/types';
import type { Failed } from '../../transport/outcome';
import { apiError } from '../errors';
import type { LeadItems } from './leadItems';
import type { PlannedItem } from './plan';

/**
 * Turns what was fetched by id into workflow items: a lead for every id of an input item, in the order
 * asked. An id that nothing is known of is a failure, never nothing.
 */
export function emitByIds(
	context: IExecuteFunctions,
	planned: PlannedItem,
	{ leads, notFetched, withoutId }: Results,
	to: LeadItems,
): void {
	const { item, ids } = planned;
	const node = context.getNode();
	const without = withoutId.get(item);
	const accountedFor = new Set(without?.ids);
	// What failed for a whole request is told once for each input item.
	const together = new Map<string, { failure: Failed; scope: FaultScope; ids: string[] }>();
	for (const id of ids) {
		const key = idKey(id);
		const lead = leads.get(key);
		const reason = notFetched.get(key);
		if (lead) to.addLead(planned, lead);
		else if (accountedFor.has(key)) continue;
		else if (reason?.kind === 'notFound') {
			to.addNotFound(planned, id, `LeadSquared has no lead with the ID ${id}`);
		} else {
			const { failure, scope } = reason ?? UNKNOWN_FATE;
			if (scope === 'id')
				to.addError(item, apiError(node, failure, { id }, { itemIndex: item, canAskLess: true }));
			else {
				const words = `${scope} ${failure.kind} ${failure.fault.message}`;
				const known = together.get(words) ?? { failure, scope, ids: [] };
				together.set(words, known);
				known.ids.push(id);
			}
		}
	}
	for (const lead of without?.leads ?? []) to.addLead(planned, lead);
	const missing = without ? without.ids.length - without.leads.length : 0;
	if (missing > 0 && planned.notFound === 'error') {
		const words = `LeadSquared has no lead for ${missing} of ${without!.ids.length} IDs, and does not tell which`;
		to.addNotFound(planned, null, words);
	}
	for (const { failure, scope, ids: some } of together.values()) {
		const concern = scope === 'id' ? 'request' : scope;
		to.addError(
			item,
			apiError(node, failure, concern, { itemIndex: item, ids: some, canAskLess: true }),
		);
	}
}

/** The failure that the node stops for, if there is one, with how much had been fetched. */
export function stoppingError(
	context: IExecuteFunctions,
	results: Results[],
): NodeError | undefined {
	const failed = results.find(({ firstFailure }) => firstFailure)?.firstFailure;
	if (!failed) return undefined;
	const { id, item, failure, scope } = failed;
	const fetched = results.reduce((sum, { leads }) => sum + leads.size, 0);
	const concern = scope === 'id' ? { id } : scope;
	return apiError(context.getNode(), failure, concern, {
		itemIndex: item,
		fetched,
		canAskLess: true,
	});
}

/** Whether an id, and so its lead, is asked for more than once. */
export function isRepeated(items: PlannedItem[], results: Results[]): boolean {
	const asked = items.reduce((sum, { ids }) => sum + ids.length, 0);
	const distinct = results.reduce((sum, { distinctIds }) => sum + distinctIds, 0);
	return asked > distinct;
}

const UNKNOWN_FATE: { failure: Failed; scope: FaultScope } = {
	failure: {
		kind: 'transient',
		fault: { from: 'network', message: 'The run ended before it was known' },
	},
	scope: 'request',
};
