import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Operator, OPERATORS } from '../../../api/search';
import { count } from '../../../base/text';
import { columnsProperty, optionsProperty } from '../../../input/leadSettings';
import { LeadRun } from '../../../run/leadRun';
import { asNodeError } from '../../../run/messages';
import { columnsThatDidNotCome } from '../../../run/report';
import { combineErrors, type Run } from '../../../run/run';
import type { Operation } from '../../operation';
import { limit, returnAll } from '../../properties';
import { operatorValue, type QueryRequest, readRequests } from './parameters';
import { groupQueries, queryHints, leadsIn, type Query, queryError, readQueries } from './queries';

const OPERATOR_NAMES: Record<Operator, string> = {
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
			'The column to filter by. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
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
			value: operatorValue(operator),
		})).sort((a, b) => a.name.localeCompare(b.name, 'en')),
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
	returnAll,
	limit,
	columnsProperty('filterBy'),
	optionsProperty(),
];

export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	description:
		'Get the leads that changed within a time, those of a list, or those with a value in a column: one item for each lead',
	// Followed by "in LeadSquared", this is the tool's default description for an AI model.
	action: 'Get many leads by change date, list or column',
	properties,
	execute,
};

/**
 * Gets the leads that each input item's query finds: parameters → queries → lists → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError for what
 * LeadSquared does not return, if the node stops at a failure; otherwise these become error items
 */
async function execute(execution: Run): Promise<INodeExecutionData[]> {
	const requests = readRequests(execution.context);
	if (requests.length === 0) return [];

	const run = await LeadRun.open(execution, requests, 'leads', {
		needsTypes: requests.some(({ filter }) => filter.by === 'column'),
	});
	const queries = groupQueries(run);
	stopIfUnusable(run, queries);
	await readQueries(run.client, queries);
	stopIfUnusable(run, queries);

	const node = run.context.getNode();
	const leads = queries.reduce((sum, { list }) => sum + leadsIn(list), 0);
	const failed = queries.find(({ list }) => list?.failure);
	const output = await run.output({
		leads,
		unit: 'lead',
		stopping: failed && queryError(node, failed, failed.requests[0].item, leads),
		columns: columnsThatDidNotCome(queries.flatMap(({ list }) => list ?? [])),
		hints: queryHints(queries),
		mayRepeat: queries.some((query) => query.requests.length > 1),
	});
	const queryOf = new Map(queries.flatMap((query) => query.requests.map((each) => [each, query])));
	for (const request of run.requests) {
		const { item } = request;
		const query = queryOf.get(request)!;
		const { fault, list } = query;
		if (fault) output.addError(item, asNodeError(node, fault, item));
		else if (list?.failure) output.addError(item, queryError(node, query, item));
		else if (list) {
			const form = run.formOf(request);
			for (const lead of list.leads) output.addLead(item, form, lead);
			for (const lead of list.unidentified) output.addLead(item, form, lead);
		}
	}
	return run.finish(output);
}

/** @throws NodeOperationError for queries that cannot be made, if the node stops at a failure */
function stopIfUnusable({ client, context }: LeadRun<QueryRequest>, queries: Query[]): void {
	const errors = queries.flatMap(({ fault, requests }) =>
		fault
			? requests.map(({ item }) => ({ item, error: asNodeError(context.getNode(), fault, item) }))
			: [],
	);
	if (!client.stopAtFailure || errors.length === 0) return;
	throw combineErrors(context, errors, (those) => `${count(those)} input items cannot be used`);
}
