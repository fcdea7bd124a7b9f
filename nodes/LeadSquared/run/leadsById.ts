import type { IExecuteFunctions, NodeError } from 'n8n-workflow';
import { idKey } from '../api/leadId';
import type { FaultScope, Results } from '../fetch/types';
import type { Failed } from '../transport/outcome';
import { apiError } from './messages';
import { formsOf, type LeadItems, type ItemForm } from './leadItems';
import type { Column } from '../api/metadata';
import type { Fetch } from '../fetch/byIds';
import type { LeadOptions, LeadRequest, NotFoundOption } from '../input/leadSettings';
import { columnsToAsk } from '../columns/labels';

/** The options of what is asked by id. */
export interface IdOptions {
	/** Undefined for as many as the account takes. */
	leadsPerRequest?: number;
	notFound: NotFoundOption;
}

/** What an input item asks for by id. */
export interface IdRequest extends LeadRequest {
	/** As spelled, in the order given; none for a blank cell. */
	ids: string[];
	options: LeadOptions & IdOptions;
}

/** What to fetch, and what each input item gets of it. */
export interface Plan {
	fetches: Fetch[];
	/** In the order of the input items. */
	items: PlannedItem[];
}

/** An input item, and the fetch that brings its leads. */
export interface PlannedItem extends ItemForm {
	/** As spelled, in the order given; none for a blank cell. */
	ids: string[];
	/** Place in `fetches`. */
	fetch: number;
}

/**
 * Puts together what can be fetched together: input items with the same columns and the same way of
 * asking share calls, and each distinct id is asked for once.
 *
 * @param requests those that can be used
 * @param metadata the account's columns; may be empty where no request needs them
 */
export function makePlan(requests: IdRequest[], metadata: Column[]): Plan {
	const fetches: Fetch[] = [];
	const items: PlannedItem[] = [];
	const formOf = formsOf(metadata);
	const groups = groupBy(requests, ({ columns, options }) => [
		columns,
		options.leadsPerRequest,
		options.maxWaitMs,
	]);
	for (const members of groups) {
		const [{ columns, options }] = members;
		const { leadsPerRequest, maxWaitMs } = options;
		const toAsk = columnsToAsk(columns, metadata);
		const asked = members.map(({ item, ids }) => ({ item, ids: ids.map(idKey) }));
		for (const request of members) {
			const { ids } = request;
			items.push({ ...formOf(request, toAsk), ids, fetch: fetches.length });
		}
		fetches.push({ asked, columns: toAsk, leadsPerRequest, maxWaitMs });
	}
	return { fetches, items: items.sort((one, other) => one.item - other.item) };
}

/** Elements with the same key together, in the order of the first of each. */
export function groupBy<T>(elements: T[], keyOf: (element: T) => unknown[]): T[][] {
	const groups = new Map<string, T[]>();
	let before: unknown[] = [];
	let group: T[] | undefined;
	for (const element of elements) {
		const parts = keyOf(element);
		// Parameters without an expression are the same object for every item: compare by identity first.
		if (!group || parts.some((part, index) => part !== before[index])) {
			const key = JSON.stringify(parts);
			group = groups.get(key) ?? [];
			groups.set(key, group);
		}
		before = parts;
		group.push(element);
	}
	return [...groups.values()];
}

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
