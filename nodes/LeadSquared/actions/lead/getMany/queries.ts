import type { INode, NodeError } from 'n8n-workflow';
import { InvalidInput } from '../../../base/invalidInput';
import { count, plural } from '../../../base/text';
import { forEachConcurrent, SharedFailure } from '../../../fetch/concurrency';
import { readNewest } from '../../../fetch/newest';
import { failedList, type ListOptions, type ReadList, readModified } from '../../../fetch/pages';
import { MAX_ITEMS } from '../../../run/leadItems';
import type { LeadRun } from '../../../run/leadRun';
import { apiError, inputError } from '../../../run/messages';
import type { UserFinder } from '../../../columns/users';
import type { Client } from '../../../transport/client';
import { type CheckedCondition, isForPhone, makeCondition, unlistedAdvice } from './condition';
import { readMatching } from './matching';
import { readMembersOf } from './members';
import { type Filter, isBlank, type QueryRequest } from './parameters';

/** A query that one or more input items share. */
export interface Query {
	requests: QueryRequest[];
	filter: Filter;
	/** For a filter by column. */
	condition?: CheckedCondition;
	options: ListOptions;
	/** The reason why it cannot be made. */
	fault?: Error;
	/** Its answer; absent if the execution ended before. */
	list?: ReadList;
}

const TOO_MANY = new InvalidInput(
	'The run would return more than 1,000,000 items',
	"n8n cannot hold that many. Turn off 'Return All', or get fewer leads at a time, with a shorter period or a smaller list.",
);

/** Makes the queries of an execution. Input items with the same query share it. */
export function groupQueries(run: LeadRun<QueryRequest>, findUser?: UserFinder): Query[] {
	const queries = new Map<string, Query>();
	for (const request of run.requests) {
		if (isBlank(request)) continue;
		const { filter, wanted, settings } = request;
		const { columns } = run.formOf(request);
		const key = JSON.stringify([filter, wanted, columns, settings.values.options.maxWaitMs]);
		const known = queries.get(key);
		if (known) known.requests.push(request);
		else queries.set(key, makeQuery(run, request, columns, findUser));
	}
	return [...queries.values()];
}

function makeQuery(
	{ context, metadata }: LeadRun<QueryRequest>,
	request: QueryRequest,
	columns: string[],
	findUser?: UserFinder,
): Query {
	const { filter, wanted } = request;
	const query: Query = { requests: [request], filter, options: { columns, wanted } };
	if (filter.by !== 'column') return query;
	try {
		const condition = makeCondition(filter, metadata, context.getTimezone(), findUser);
		return { ...query, condition: { ...condition, leadType: filter.leadType } };
	} catch (fault) {
		return { ...query, fault: fault as Error };
	}
}

/**
 * Reads the answers of queries, several at once.
 *
 * @throws InvalidInput if there would be more output items than n8n can hold, and the cancel signal's
 * reason if the execution is canceled
 */
export async function readQueries(client: Client, queries: Query[]): Promise<void> {
	const shared = new SharedFailure();
	let items = 0;
	const usable = queries.filter(({ fault }) => !fault);
	await forEachConcurrent(usable, client, async (query) => {
		const list = await readQuery(client, query, shared);
		if (list instanceof InvalidInput) query.fault = list;
		else query.list = list;
		items += leadsIn(query.list) * query.requests.length;
		const hasFailed = query.fault !== undefined || query.list?.failure !== undefined;
		if (items > MAX_ITEMS || (client.stopAtFailure && hasFailed)) client.stop();
	});
	if (items > MAX_ITEMS) throw TOO_MANY;
}

async function readQuery(
	client: Client,
	query: Query,
	shared: SharedFailure,
): Promise<ReadList | InvalidInput> {
	if (shared.failure) return failedList(shared.failure);
	const { answered } = shared;
	const { maxWaitMs } = query.requests[0].settings.values.options;
	const list = await runQuery(client.with({ maxWaitMs }), query);
	const failure = list instanceof InvalidInput ? undefined : list.failure;
	if (failure) shared.onFailed(failure, answered);
	else shared.onAnswer();
	return list;
}

async function runQuery(
	client: Client,
	{ filter, condition, options }: Query,
): Promise<ReadList | InvalidInput> {
	switch (filter.by) {
		case 'modified':
			return options.wanted === undefined
				? await readModified(client, filter, options)
				: await readNewest(client, filter, { ...options, wanted: options.wanted });
		case 'list':
			return await readMembersOf(client, filter, options);
		case 'column':
			return await readMatching(client, condition!, options);
	}
}

/** The number of leads of an answer. */
export const leadsIn = (list?: ReadList): number =>
	list ? list.leads.length + list.unidentified.length : 0;

/**
 * The error of an input item whose query failed.
 *
 * @param fetched the number of leads fetched, if the whole node stops
 */
export function queryError(
	node: INode,
	{ filter, list }: Query,
	itemIndex: number,
	fetched?: number,
): NodeError {
	const failure = list!.failure!;
	if (filter.by === 'list' && failure.kind === 'notFound') {
		const fault = new InvalidInput(
			`LeadSquared has no list with the ID ${filter.list}`,
			"The list was deleted, belongs to another account, or the user of the keys may not see it. Choose one under 'List'.",
		);
		return inputError(node, fault, itemIndex);
	}
	return apiError(node, failure, 'request', { itemIndex, fetched });
}

/** Hints about queries that were answered. */
export function queryHints(
	{ client, metadata }: LeadRun<QueryRequest>,
	queries: Query[],
): string[] {
	const answered = queries.filter(({ list }) => list);
	const empty = answered.filter(({ list }) => leadsIn(list) === 0 && !list!.failure);
	const hints: string[] = [];
	const now = client.clock.wallNow();
	if (empty.some(({ filter }) => filter.by === 'modified' && filter.from > now)) {
		hints.push("'Modified After' is in the future: no lead can have changed since.");
	}
	if (empty.some(({ condition }) => condition && isForPhone(condition, metadata))) {
		hints.push(
			'No lead has the phone number in this form. Use the operation Get with By Phone, which finds a number in any form: with and without the country code, spaces and hyphens.',
		);
	}
	const unlisted = empty.map(({ condition }) => condition && unlistedAdvice(condition, metadata));
	hints.push(...new Set(unlisted.filter((advice) => advice !== undefined)));
	const [single] = answered;
	if (answered.length === 1 && single.requests.length > 1 && single.list!.leads.length > 0) {
		const times = count(single.requests.length);
		hints.push(
			`${times} input items each ask for the same leads, so each lead is returned ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`,
		);
	}
	const unidentified = answered.reduce((sum, { list }) => sum + list!.unidentified.length, 0);
	if (unidentified > 0) {
		hints.push(
			`LeadSquared sent ${plural(unidentified, 'lead')} without ProspectID. They are in the output as LeadSquared sent them, after the others of the same input item.`,
		);
	}
	for (const { requests, list } of answered) {
		const { count: counted = 0, failure, isWhole } = list!;
		const found = leadsIn(list);
		const isEnough = found >= (requests[0].wanted ?? Infinity);
		if (failure || isEnough || (isWhole && found >= counted)) continue;
		hints.push(
			isWhole
				? `LeadSquared reports ${count(counted)} leads but returned ${count(found)}, also when asked again. Some may be missing.`
				: `Leads changed too quickly while they were read; some may be missing. ${count(found)} were returned.`,
		);
	}
	return hints;
}
