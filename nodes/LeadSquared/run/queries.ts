import { InvalidInput } from '../base/invalidInput';
import { forEachConcurrent, SharedFailure } from '../fetch/concurrency';
import type { Client } from '../transport/client';
import type { Failed, Outcome } from '../transport/outcome';
import { MAX_ITEMS } from './leadItems';

/** The query of one input item. */
interface Query {
	item: number;
	maxWaitMs: number;
}

/** The answers of queries, and the failures of others, by input item. */
interface Answers<Answer> {
	answers: Map<number, Answer>;
	failures: Array<{ item: number; failure: Failed }>;
}

const TOO_MANY = new InvalidInput(
	'The run would return more than 1,000,000 items',
	"n8n cannot hold that many. Turn off 'Return All', or use fewer input items.",
);

/**
 * Makes the queries of input items, several at once. Input items with the same query share its calls.
 *
 * @param keyOf the values that make a query differ from others
 * @param make sizeOf: the number of items that an answer becomes
 * @throws InvalidInput if there would be more output items than n8n can hold, and the cancel signal's reason
 */
export async function makeQueries<Q extends Query, Answer>(
	client: Client,
	queries: Q[],
	keyOf: (query: Q) => unknown,
	make: {
		read(client: Client, query: Q): Promise<Outcome<Answer>>;
		sizeOf(answer: Answer): number;
	},
): Promise<Answers<Answer>> {
	const distinct = new Map<string, Q[]>();
	for (const query of queries) {
		const key = JSON.stringify([keyOf(query), query.maxWaitMs]);
		const same = distinct.get(key);
		if (same) same.push(query);
		else distinct.set(key, [query]);
	}
	const shared = new SharedFailure();
	const result: Answers<Answer> = { answers: new Map(), failures: [] };
	let items = 0;
	await forEachConcurrent(distinct.values(), client, async (same) => {
		const [query] = same;
		const { answered } = shared;
		const outcome =
			shared.failure ?? (await make.read(client.with({ maxWaitMs: query.maxWaitMs }), query));
		if (outcome.kind === 'ok') {
			shared.onAnswer();
			items += make.sizeOf(outcome.value) * same.length;
			if (items > MAX_ITEMS) throw TOO_MANY;
			for (const { item } of same) result.answers.set(item, outcome.value);
			return;
		}
		shared.onFailed(outcome, answered);
		for (const { item } of same) result.failures.push({ item, failure: outcome });
		if (client.stopAtFailure) client.stop();
	});
	return result;
}
