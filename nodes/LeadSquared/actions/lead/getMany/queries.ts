import type { INode, NodeError } from 'n8n-workflow';
import type { Column } from '../../../api/metadata';
import { inTurn, Failing } from '../../../fetch/concurrency';
import type { Job } from '../../../run/leadRun';
import { MOST_ITEMS } from '../../../run/leadItems';
import { groupBy } from '../../../run/leadsById';
import { failedList, type ListOptions, type ReadList } from '../../../fetch/pages';
import { readModified } from '../../../fetch/modified';
import type { Client } from '../../../transport/client';
import { InvalidInput } from '../../../base/invalidInput';
import { readMatching, conditionOf } from './condition';
import { readMembersOf } from './list';
import type { Filter, QueryRequest } from './parameters';
import { apiError, inputError } from '../../../run/messages';
import { count } from '../../../base/text';
import type { Failed } from '../../../transport/outcome';
import { columnsAsker } from '../../../columns/labels';
import { summing } from '../../../fetch/byIds';

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

/** What to tell of a query that failed. */
export function queryError(
	node: INode,
	{ requests: [{ filter }] }: Query,
	failure: Failed,
	options: { itemIndex: number; fetched?: number },
): NodeError {
	if (filter.by === 'list' && failure.kind === 'notFound') {
		const fault = new InvalidInput(
			`LeadSquared has no list with the ID ${filter.list}`,
			"The list was deleted, belongs to another account, or the user of the keys may not see it. Choose one under 'List'.",
		);
		return inputError(node, fault, options.itemIndex);
	}
	return apiError(node, failure, 'request', options);
}

/** What in queries that were answered needs a person. One hint each. */
export function hintsOf(answers: Answers): string[] {
	const queries = [...answers];
	const hints: string[] = [];
	const [repeated] = queries.filter(([{ requests }]) => requests.length > 1);
	if (repeated && queries.length === 1 && repeated[1].leads.length > 0) {
		const times = count(repeated[0].requests.length);
		hints.push(
			`${times} input items each ask for the same leads, so each lead comes ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`,
		);
	}
	const withoutId = queries.reduce((sum, [, list]) => sum + list.withoutId.length, 0);
	if (withoutId > 0) {
		hints.push(
			`LeadSquared sent ${count(withoutId)} ${withoutId === 1 ? 'lead' : 'leads'} without ProspectID. They are in the output as they came, after the others of the same input item.`,
		);
	}
	for (const [{ requests }, list] of queries) {
		const { leads, count: counted = 0, failure, isWhole } = list;
		const found = leads.length + list.withoutId.length;
		const isEnough = found >= (requests[0].wanted ?? Infinity);
		if (failure || isEnough || (isWhole && found >= counted)) continue;
		hints.push(
			isWhole
				? `LeadSquared counts ${count(counted)} leads, and gave ${count(found)}, however often it was asked. Some may be missing.`
				: `So much changed while the leads were read, or their order, that some may be missing. ${count(found)} came.`,
		);
	}
	return hints;
}
