import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { asNodeError } from '../../../run/messages';
import { count } from '../../../base/text';
import { columnsThatDidNotCome, giveLeads, type Brought, type Job } from '../../../run/leadRun';
import { oneError, type ItemError } from '../../../run/run';
import { formsOf } from '../../../run/leadItems';
import type { Operation } from '../../operation';
import { readParameters, EQUALS, type QueryRequest } from './parameters';
import { askQueries, makeQueries, hintsOf, queryError, type Query } from './queries';
import { OPERATORS } from '../../../api/search';
import { columnsProperty, optionsProperty } from '../../../input/leadSettings';

/** As n8n keeps it: a value that begins with `=` would be an expression. */
const valueOf = (operator: string): string => (operator === '=' ? EQUALS : operator);

const OPERATOR_NAMES: Record<(typeof OPERATORS)[number], string> = {
	'=': 'Equals',
	'<>': 'Does Not Equal',
	'>': 'Greater Than',
	'>=': 'Greater Than or Equal',
	'<': 'Less Than',
	'<=': 'Less Than or Equal',
	LIKE: 'Contains',
};

const properties: INodeProperties[] = [
	{
		displayName: 'Filter By',
		name: 'filterBy',
		type: 'options',
		default: 'modified',
		description: 'Which leads to get',
		options: [
			{
				name: 'Column',
				value: 'column',
				description: 'Leads with a certain value in a column, such as a stage or an owner',
			},
			{ name: 'List', value: 'list', description: 'The members of a list in LeadSquared' },
			{
				name: 'Modified',
				value: 'modified',
				description: 'Leads that changed within a time; new leads and activities count as well',
			},
		],
	},
	{
		displayName: 'Modified After',
		name: 'modifiedAfter',
		type: 'dateTime',
		required: true,
		default: '={{ $now.minus({ days: 1 }).toISO() }}',
		displayOptions: { show: { filterBy: ['modified'] } },
		description:
			'The moment from which on you want changed leads. LeadSquared counts a new activity, such as an email that was opened, as a change of the lead.',
	},
	{
		displayName: 'Modified Before',
		name: 'modifiedBefore',
		type: 'dateTime',
		default: '',
		displayOptions: { show: { filterBy: ['modified'] } },
		description: 'The moment until which you want changed leads. Without it, until now.',
	},
	{
		displayName: 'List',
		name: 'listId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		displayOptions: { show: { filterBy: ['list'] } },
		description: 'The list whose members you want, static or dynamic',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchLists', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
			},
		],
	},
	{
		displayName: 'Column Name or ID',
		name: 'column',
		type: 'options',
		typeOptions: { loadOptionsMethod: 'getFilterColumns' },
		required: true,
		default: '',
		displayOptions: { show: { filterBy: ['column'] } },
		description:
			'The column that tells which leads you want. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Operator',
		name: 'operator',
		type: 'options',
		default: 'equals',
		displayOptions: { show: { filterBy: ['column'] } },
		description: 'How the column is compared with the value; a later date is greater',
		options: OPERATORS.map((operator) => ({
			name: OPERATOR_NAMES[operator],
			value: valueOf(operator),
		})).sort((one, other) => one.name.localeCompare(other.name, 'en')),
	},
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		required: true,
		default: '',
		displayOptions: { show: { filterBy: ['column'] } },
		description:
			'What the column is compared with. Dates as in 2026-05-01T10:00:00+05:30, without a zone in that of the workflow; true or false for a checkbox.',
	},
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		displayOptions: { show: { returnAll: [false] } },
		description: 'Max number of results to return',
	},
	columnsProperty('filterBy'),
	optionsProperty(),
];

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
