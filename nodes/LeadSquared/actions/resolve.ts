import type { IExecuteFunctions } from 'n8n-workflow';
import type { LeadKey } from '../input/leadKeys';
import { leadIdReader } from '../run/leadIds';
import type { Client } from '../transport/client';

/** An input item with its values. */
interface Job<V> {
	item: number;
	values: V;
}

/** Its values, or the reason why they cannot be used. */
interface ItemValues<V> extends Job<V> {
	maxWaitMs: number;
	fault?: Error;
}

/**
 * Reads from the account what the values of input items name, such as the owner of a task. Returns the
 * function that turns the values of an item into those for its request. That function throws InvalidInput or
 * NodeError for values that cannot be used.
 */
export type Resolve<V, W> = (
	run: { client: Client; context: IExecuteFunctions },
	jobs: Array<Job<V>>,
) => Promise<(job: Job<V>) => W>;

/** Turns the key of the lead of each input item into its ID, which is empty if the item names no lead. */
export async function resolveLead<V extends { lead: LeadKey | null }>(
	...[run, jobs]: Parameters<Resolve<V, unknown>>
) {
	const asked = jobs.map(({ item, values: { lead } }) => ({ item, key: lead }));
	const findLead = await leadIdReader(run, asked);
	return ({ item, values }: Job<V>) => ({
		...values,
		lead: findLead({ item, key: values.lead }),
	});
}

/** Resolves the values of input items. Without `resolve`, they are used as they were read. */
export async function resolveAll<Item extends ItemValues<unknown>, W>(
	context: IExecuteFunctions,
	client: Client,
	items: Item[],
	resolve?: Resolve<Item['values'], W>,
): Promise<Array<Omit<Item, 'values'> & ItemValues<W>>> {
	if (!resolve || items.length === 0) return items as Array<Item & ItemValues<W>>;
	const patient = client.with({ maxWaitMs: items[0].maxWaitMs });
	const resolved = await resolve({ client: patient, context }, items);
	return items.map((each) => {
		try {
			return { ...each, values: resolved(each) };
		} catch (fault) {
			return { ...each, values: {} as W, fault: fault as Error };
		}
	});
}
