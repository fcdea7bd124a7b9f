import type { Lead } from '../../../api/lead';
import { idKey } from '../../../api/leadId';
import type { Column } from '../../../api/metadata';
import { ALL_COLUMNS, columnsToAsk } from '../../../shared/columns';
import type { Fetch } from '../../../shared/fetchLeads';
import { leadShape } from '../../../shared/leadShape';
import type { ItemRequest, Options } from './parameters';

/** What to fetch, and what each input item gets of it. */
export interface Plan {
	fetches: Fetch[];
	/** In the order of the input items. */
	items: PlannedItem[];
}

/** An input item, and the fetch that brings its leads. */
export interface PlannedItem {
	item: number;
	/** As spelled, in the order given; none for a blank cell. */
	ids: string[];
	/** Place in `fetches`. */
	fetch: number;
	notFound: Options['notFound'];
	/** Its leads are to have the address of their page in LeadSquared. */
	addLeadUrl: boolean;
	/** Its fields are to be in its output items. */
	includeInputFields: boolean;
	/** The chosen columns, `ProspectID` first. */
	columns: string[];
	/** Gives a lead the names and types that the user wants; undefined if they are LeadSquared's own. */
	shape?: (lead: Lead) => Lead;
}

/** Whether the account's columns have to be known to serve this item. */
export function needsMetadata({ columns, options }: ItemRequest): boolean {
	const { convertTypes, fieldNames } = options;
	return convertTypes || fieldNames === 'displayName' || columns.includes(ALL_COLUMNS);
}

/**
 * Puts together what can be fetched together: input items with the same columns and the same way of
 * asking share calls, and each distinct id is asked for once.
 *
 * @param requests those that can be used
 * @param metadata the account's columns; may be empty where no request needs them
 */
export function makePlan(requests: ItemRequest[], metadata: Column[]): Plan {
	const fetches: Fetch[] = [];
	const items: PlannedItem[] = [];
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
		const alike = groupBy(members, (one) => [one.options.convertTypes, one.options.fieldNames]);
		for (const some of alike) {
			const shape = leadShape(some[0].options, metadata);
			for (const { item, ids, options: own } of some) {
				const { notFound, addLeadUrl, includeInputFields } = own;
				items.push({
					item,
					ids,
					fetch: fetches.length,
					notFound,
					addLeadUrl,
					includeInputFields,
					columns: toAsk,
					shape,
				});
			}
		}
		fetches.push({ asked, columns: toAsk, leadsPerRequest, maxWaitMs });
	}
	return { fetches, items: items.sort((one, other) => one.item - other.item) };
}

function groupBy<T>(elements: T[], keyOf: (element: T) => unknown[]): T[][] {
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
