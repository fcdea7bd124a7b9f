import type { Column } from '../../../api/metadata';
import { columnsAsker } from '../../../shared/columns';
import { inTurn } from '../../../shared/inTurn';
import { Failing } from '../../../shared/leads/failing';
import type { Job } from '../../../shared/leads/giveLeads';
import { MOST_ITEMS } from '../../../shared/leads/leadItems';
import { groupBy } from '../../../shared/leads/plan';
import { summing } from '../../../shared/progress';
import { failedList, type ListOptions, type ReadList } from '../../../shared/readList';
import { readModified } from '../../../shared/readModified';
import type { Client } from '../../../transport/client';
import { InvalidInput } from '../../../transport/invalidInput';
import { readMatching } from './column';
import { conditionOf } from './condition';
import { readMembersOf } from './list';
import type { Filter, QueryRequest } from './parameters';

/** Reads a query's leads; InvalidInput where LeadSquared has nothing of what it names. */
type Read = (client: Client, options: ListOptions) => Promise<ReadList | InvalidInput>;

/** What one or more input items ask alike. */
export interface Query {
	requests: QueryRequest[];
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** How to ask it, or why it cannot be asked. */
	read: Read | Error;
}

/** What a query came to; none where the run ended before. */
export type Answers = Map<Query, ReadList>;

const TOO_MANY = new InvalidInput(
	'The run would give more than 1,000,000 items',
	"n8n could not hold them. Turn off 'Return All', or ask for fewer leads at a time: a shorter span, a smaller list.",
);

/**
 * Puts together what input items ask alike.
 *
 * @param metadata the account's columns; may be empty
 * @param zone the workflow's, for dates that name none
 */
export function makeQueries(requests: QueryRequest[], metadata: Column[], zone: string): Query[] {
	const groups = groupBy(requests, ({ filter, wanted, columns, options }) => [
		filter,
		wanted,
		columns,
		options.maxWaitMs,
	]);
	const toAsk = columnsAsker(metadata);
	return groups.map((some) => ({
		requests: some,
		columns: toAsk(some[0].columns),
		read: readerOf(some[0].filter, metadata, zone),
	}));
}

function readerOf(filter: Filter, metadata: Column[], zone: string): Read | Error {
	switch (filter.by) {
		case 'modified':
			return async (client, options) => await readModified(client, filter, options);
		case 'list':
			return async (client, options) => await readMembersOf(client, filter, options);
		case 'column':
			try {
				const condition = conditionOf(filter, metadata, zone);
				return async (client, options) => await readMatching(client, condition, options);
			} catch (fault) {
				return fault as Error;
			}
	}
}

/**
 * Asks queries, several side by side, each for itself.
 *
 * @throws InvalidInput if there would be more output items than n8n can hold, and the cancel signal's
 * reason if the execution is cancelled
 */
export async function askQueries(
	queries: Query[],
	{ client, stopAtFailure, onProgress }: Omit<Job<QueryRequest>, 'requests' | 'metadata'>,
): Promise<Answers> {
	const answers: Answers = new Map();
	const failing = new Failing();
	const progressOf = summing(onProgress);
	let items = 0;
	let isOver = false;
	const ask = async (query: Query, read: Read, part: number): Promise<ReadList | InvalidInput> => {
		if (failing.everywhere) return failedList(failing.everywhere);
		const before = failing.answered;
		const [{ wanted, options }] = query.requests;
		const list = await read(client, {
			columns: query.columns,
			wanted,
			maxWaitMs: options.maxWaitMs,
			onProgress: progressOf(part),
			shouldStop: () => isOver,
		});
		const failure = list instanceof InvalidInput ? undefined : list.failure;
		if (failure) failing.onFailed(failure, before);
		else failing.onAnswer();
		return list;
	};
	const pace = { atOnce: client.callsAtOnce, isOver: () => isOver };
	await inTurn(queries.entries(), pace, async ([part, query]) => {
		if (query.read instanceof Error) return;
		const list = await ask(query, query.read, part);
		if (list instanceof InvalidInput) {
			query.read = list;
			isOver ||= stopAtFailure;
		} else {
			answers.set(query, list);
			items += (list.leads.length + list.withoutId.length) * query.requests.length;
			isOver ||= items > MOST_ITEMS || (stopAtFailure && list.failure !== undefined);
		}
		if (isOver) client.stop();
	});
	if (items > MOST_ITEMS) throw TOO_MANY;
	return answers;
}
