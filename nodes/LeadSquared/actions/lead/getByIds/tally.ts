import { idKey } from '../../../api/leadId';
import type { Results } from '../../../retrieval/types';
import type { Brought } from '../../../shared/leads/giveLeads';
import type { Plan } from '../../../shared/leads/plan';

/** Counts what was fetched. */
export function tallyOf({ items }: Plan, results: Results[]): Brought['tally'] {
	const tally = { asked: 0, leads: 0, notFound: 0, unit: 'lead ID' };
	for (const { distinctIds, leads, notFetched, withoutId } of results) {
		tally.asked += distinctIds;
		tally.leads += leads.size;
		for (const { kind } of notFetched.values()) if (kind === 'notFound') tally.notFound++;
		for (const { leads: came, ids } of withoutId.values()) {
			tally.leads += came.length;
			tally.notFound += Math.max(0, ids.length - came.length);
		}
	}
	const blank = items.filter(({ ids, notFound }) => ids.length === 0 && notFound === 'skip');
	return { ...tally, ...skippedOf(items, results), blank: blank.map(({ item }) => item) };
}

function skippedOf(
	items: Plan['items'],
	results: Results[],
): Pick<Brought['tally'], 'skipped' | 'skippedIds'> {
	// As the first input item spells them, each once for each set of columns.
	const skipped = results.map(() => new Map<string, string>());
	let unknownWhich = 0;
	for (const { ids, item, fetch, notFound } of items) {
		if (notFound === 'error') continue;
		const { notFetched, withoutId } = results[fetch];
		if (notFound === 'skip' && notFetched.size > 0) {
			for (const id of ids) {
				const key = idKey(id);
				if (notFetched.get(key)?.kind !== 'notFound' || skipped[fetch].has(key)) continue;
				skipped[fetch].set(key, id);
			}
		}
		// Which ids these are is not known, so there is nothing that could stand in their place.
		const without = withoutId.get(item);
		if (without) unknownWhich += Math.max(0, without.ids.length - without.leads.length);
	}
	const known = skipped.reduce((sum, { size }) => sum + size, 0);
	const skippedIds = [...new Map(skipped.flatMap((ids) => [...ids])).values()];
	return { skipped: known + unknownWhich, skippedIds };
}
