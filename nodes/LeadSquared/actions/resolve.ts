import type { IExecuteFunctions } from 'n8n-workflow';
import type { Client } from '../transport/client';

/** The values of one input item, or the reason why they cannot be used. */
interface ItemValues<V> {
	values: V;
	maxWaitMs: number;
	fault?: Error;
}

/**
 * Reads from the account what the values of input items name, such as the owner of a task. Returns the
 * function that turns the values of an item into those for its request. That function throws InvalidInput for
 * values that cannot be used.
 */
export type Resolve<V, W> = (
	run: { client: Client; context: IExecuteFunctions },
	all: V[],
) => Promise<(values: V) => W>;

/** Resolves the values of input items. Without `resolve`, they are used as they were read. */
export async function resolveAll<V, W, Item extends ItemValues<V>>(
	context: IExecuteFunctions,
	client: Client,
	items: Item[],
	resolve?: Resolve<V, W>,
): Promise<Array<Item & ItemValues<W>>> {
	if (!resolve || items.length === 0) return items as Array<Item & ItemValues<W>>;
	const all = items.map(({ values }) => values);
	const patient = client.with({ maxWaitMs: items[0].maxWaitMs });
	const resolved = await resolve({ client: patient, context }, all);
	return items.map((each) => {
		try {
			return { ...each, values: resolved(each.values) };
		} catch (fault) {
			return { ...each, values: {} as W, fault: fault as Error };
		}
	});
}
