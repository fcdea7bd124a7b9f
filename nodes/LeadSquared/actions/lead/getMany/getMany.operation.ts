import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { asNodeError } from '../../../shared/errors';
import { count } from '../../../shared/inWords';
import { columnsThatDidNotCome } from '../../../shared/leads/accountColumns';
import { type Brought, giveLeads, type Job } from '../../../shared/leads/giveLeads';
import { type ItemError, oneError } from '../../../shared/leads/itemErrors';
import { formsOf } from '../../../shared/leads/leadItems';
import type { Operation } from '../../operation';
import { type QueryRequest, readParameters } from './parameters';
import { properties } from './properties';
import { askQueries, makeQueries, type Query } from './queries';
import { hintsOf, queryError } from './words';

export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	description:
		'Get the leads that changed within a time, those of a list, or those with a value in a column: one item for each lead',
	// With "in LeadSquared" behind it, this is all that an AI model is told of the tool by default.
	action: 'Get many leads by change date, list or column',
	properties,
	execute,
};

/**
 * Gets the leads that each input item's query finds: parameters → queries → lists → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, NodeApiError for what
 * LeadSquared does not give; where the node's On Error setting says to continue, these become items
 */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const requests = readParameters(context);
	if (requests.length === 0) return [];
	return await giveLeads(context, requests, {
		bring: async (job) => await bring(context, job),
		unit: 'leads',
	});
}

async function bring(context: IExecuteFunctions, job: Job<QueryRequest>): Promise<Brought> {
	const { requests, metadata } = job;
	const node = context.getNode();
	const queries = makeQueries(requests, metadata, context.getTimezone());
	stopIfUnusable();
	const answers = await askQueries(queries, job);
	stopIfUnusable();

	const lists = [...answers.values()];
	const leads = lists.reduce((sum, list) => sum + list.leads.length + list.withoutId.length, 0);
	const failed = [...answers].find(([, { failure }]) => failure);
	return {
		stopping:
			failed &&
			queryError(node, failed[0], failed[1].failure!, {
				itemIndex: failed[0].requests[0].item,
				fetched: leads,
			}),
		columns: columnsThatDidNotCome(lists),
		hints: hintsOf(answers),
		tally: { leads, unit: 'lead', notFound: 0, skipped: 0, skippedIds: [], blank: [] },
		mayRepeat: queries.some((query) => query.requests.length > 1),
		emit(to) {
			const formOf = formsOf(metadata);
			const queryOf = new Map(
				queries.flatMap((query) => query.requests.map(({ item }) => [item, query])),
			);
			for (const { item, error } of queries.flatMap(faultsOf)) to.addError(item, error);
			for (const request of requests) {
				const { item } = request;
				const query = queryOf.get(item)!;
				const list = answers.get(query);
				if (!list) continue;
				const { failure } = list;
				if (failure) {
					to.addError(item, queryError(node, query, failure, { itemIndex: item }));
					continue;
				}
				const form = formOf(request, query.columns);
				for (const lead of list.leads) to.addLead(form, lead);
				for (const lead of list.withoutId) to.addLead(form, lead);
			}
		},
	};

	function stopIfUnusable(): void {
		const unusable = queries.flatMap(faultsOf);
		if (!job.stopAtFailure || unusable.length === 0) return;
		throw oneError(context, unusable, (those) => `${count(those)} input items cannot be used`);
	}

	function faultsOf({ read, requests: some }: Query): ItemError[] {
		if (!(read instanceof Error)) return [];
		return some.map(({ item }) => ({ item, error: asNodeError(node, read, item) }));
	}
}
