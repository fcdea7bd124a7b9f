import {
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeApiError,
} from 'n8n-workflow';
import type { Lead } from '../../../api/lead';
import { idKey } from '../../../api/leadId';
import { apiError, atItem, type Concern } from '../../../shared/errors';
import type { Failed } from '../../../transport/outcome';
import type { Group, Input } from './inputs';

/**
 * Turns what was fetched into workflow items: a lead for every id of every input item, in the order
 * asked, each linked to its input item. What failed comes after the leads, since n8n would take a
 * failure in the first item for one of the whole node, and run it again under Retry On Fail.
 *
 * @throws the first failure, if the node does not go on
 */
export function emit(
	context: IExecuteFunctions,
	inputs: Input[],
	groups: Group[],
): INodeExecutionData[] {
	const goOn = context.continueOnFail();
	const items: INodeExecutionData[] = [];
	const failed: INodeExecutionData[] = [];
	// Only needed where an id is asked for twice: for each lead of many it would cost time.
	const asked = inputs.reduce((sum, { ids }) => sum + ids.length, 0);
	const distinct = groups.reduce((sum, { retrieval }) => sum + retrieval.progress.all, 0);
	const emitted = asked > distinct ? new Set<Lead>() : undefined;

	const addLead = ({ settings, item }: Input, lead: Lead) => {
		// Items must not share an object: a later node may change one of them.
		const own = settings?.shape ? settings.shape(lead) : emitted?.has(lead) ? { ...lead } : lead;
		emitted?.add(lead);
		items.push({ json: own, pairedItem: { item } });
	};
	const addError = (item: number, error: NodeApiError | NodeOperationError) => {
		if (!goOn) throw error;
		// Without a property `error` of the item, n8n keeps the input's fields beside it on the error
		// output. There n8n 2.20 and older put only items with these keys and no others.
		const { message: what, description } = error;
		const json = description ? { error: what, message: description } : { error: what };
		failed.push({ json, pairedItem: { item } });
	};

	const firstFailure = goOn ? undefined : findFailure(context, inputs, groups);
	if (firstFailure) throw firstFailure;
	for (const input of inputs) {
		for (const error of input.errors) addError(input.item, error);
		if (!input.settings) continue;
		const { retrieval } = input.settings.group;
		let shared: Map<string, { failure: Failed; concern: Concern; ids: string[] }> | undefined;
		for (const id of input.ids) {
			const key = idKey(id);
			const lead = retrieval.leads.get(key);
			if (lead) {
				addLead(input, lead);
				continue;
			}
			const unfetched = retrieval.unfetched.get(key);
			if (unfetched?.kind === 'notFound') {
				if (input.settings.notFound === 'include') {
					items.push({ json: { ProspectID: id, found: false }, pairedItem: { item: input.item } });
				} else if (input.settings.notFound === 'error') {
					addError(
						input.item,
						notFoundError(context, `LeadSquared has no lead with the ID ${id}`, input.item),
					);
				}
			} else if (unfetched?.scope === 'id') {
				addError(
					input.item,
					apiError(context.getNode(), unfetched.failure, { id }, { itemIndex: input.item }),
				);
			} else if (unfetched) {
				const { failure, scope: concern } = unfetched;
				const reason = `${failure.kind} ${failure.fault.message}`;
				shared ??= new Map();
				const known = shared.get(reason);
				if (known) known.ids.push(id);
				else shared.set(reason, { failure, concern, ids: [id] });
			}
		}
		const nameless = retrieval.nameless.get(input.item);
		for (const lead of nameless?.leads ?? []) addLead(input, lead);
		const missing = nameless ? nameless.ids.length - nameless.leads.length : 0;
		if (missing > 0 && input.settings.notFound === 'error') {
			const words = `LeadSquared has no lead for ${missing} of ${nameless!.ids.length} IDs, and does not tell which`;
			addError(input.item, notFoundError(context, words, input.item));
		}
		// What failed for a whole request is told once for each input item.
		for (const { failure, concern, ids } of shared?.values() ?? []) {
			addError(
				input.item,
				apiError(context.getNode(), failure, concern, { itemIndex: input.item, ids }),
			);
		}
	}
	for (const item of failed) items.push(item);
	return items;
}

/** The failure that the node stops for, with how much had been fetched. */
function findFailure(
	context: IExecuteFunctions,
	inputs: Input[],
	groups: Group[],
): NodeApiError | undefined {
	const failed = groups.find(({ retrieval }) => retrieval.firstFailure);
	if (!failed) return undefined;
	const { id, failure, scope } = failed.retrieval.firstFailure!;
	const fetched = groups.reduce((sum, { retrieval }) => sum + retrieval.leads.size, 0);
	const input = inputs.find(
		({ settings, ids }) => settings?.group === failed && ids.some((one) => idKey(one) === id),
	);
	return apiError(context.getNode(), failure, scope === 'id' ? { id } : scope, {
		itemIndex: input?.item,
		fetched,
	});
}

function notFoundError(
	context: IExecuteFunctions,
	message: string,
	itemIndex: number,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), atItem(message, itemIndex), {
		itemIndex,
		description:
			"The lead was deleted, belongs to another account, or the user of the keys may not see it. Set the option 'When a Lead Is Not Found' to Skip or Include to go on without it.",
	});
}
