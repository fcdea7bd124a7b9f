import { idKey } from '../../api/leadId';
import type { Column } from '../../api/metadata';
import { columnsToAsk } from '../columns';
import type { Fetch } from '../fetchLeads';
import { type ItemForm, formsOf } from './leadItems';
import type { LeadOptions, LeadRequest, NotFoundOption } from './leadRequest';

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
