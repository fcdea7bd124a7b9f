import type { INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { type Operator, OPERATORS } from '../../../api/search';
import { columnsProperty, LEAD_TYPE_OPTION, optionsProperty } from '../../../input/leadSettings';
import { DATE_FORMAT_OPTION } from '../../../input/moments';
import { nodeOf } from '../../../input/node';
import { LeadRun } from '../../../run/leadRun';
import { asNodeError } from '../../../run/messages';
import { columnsNotReturned } from '../../../run/report';
import { unusableInput } from '../../../run/itemErrors';
import type { Run } from '../../../run/run';
import type { Operation } from '../../operation';
import { limit, returnAll } from '../../properties';
import { isBlank, NO_VALUE, operatorValue, type QueryRequest, readRequests } from './parameters';
import { fetchUsers } from '../../../run/users';
import { namesUser } from './condition';
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

const OPERATOR_DESCRIPTIONS: Partial<Record<Operator, string>> = {
	'<>': 'Leads with another value; leads without a value in the column are left out',
	LIKE: 'Leads with this text anywhere in the value, in upper or lower case',
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
				description: 'Leads with a certain value in a column, such as a stage or owner',
			},
			{ name: 'List', value: 'list', description: 'The members of a list in LeadSquared' },
			{
				name: 'Modified',
				value: 'modified',
				description:
					'Leads that changed in a period, including new leads and leads with new activities',
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
			'Get leads that changed at or after this time. A new activity, such as an opened email, counts as a change. Without a time zone, the time zone of the workflow is used.',
	},
	{
		displayName: 'Modified Before',
		name: 'modifiedBefore',
		type: 'dateTime',
		default: '',
		displayOptions: { show: { filterBy: ['modified'] } },
		description:
			'Get leads that changed at or before this time. A day without a time includes the whole day. Leave empty to get all changes up to now.',
	},
	{
		displayName: 'List',
		name: 'listId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		displayOptions: { show: { filterBy: ['list'] } },
		description: 'The list whose leads to get, static or dynamic',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchLists', searchable: true },
			},
			{
				displayName: 'By Name or ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. Webinar Attendees',
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
			'The column to compare. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
	},
	{
		displayName: 'Operator',
		name: 'operator',
		type: 'options',
		default: 'equals',
		displayOptions: { show: { filterBy: ['column'] } },
		description:
			'How to compare the column with the value. A later date is greater; a day without a time stands for the whole day.',
		options: OPERATORS.map((operator) => ({
			name: OPERATOR_NAMES[operator],
			value: operatorValue(operator),
			description: OPERATOR_DESCRIPTIONS[operator],
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
			'The value to compare the column with. For a checkbox, enter true or false. For a date, enter one such as 2026-05-01; without a time zone, the time zone of the workflow is used.',
	},
	returnAll,
	limit,
	columnsProperty('filterBy', 'returnAll', 'limit'),
	optionsProperty([DATE_FORMAT_OPTION, LEAD_TYPE_OPTION]),
];

export const getMany: Operation = {
	value: 'getMany',
	name: 'Get Many',
	description:
		'Get the leads that changed in a period, that are in a list, or that have a certain value in a column',
	// Followed by "in LeadSquared", this is the tool's default description for an AI model.
	action: 'Get many leads',
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
	if (requests.every((request) => isBlank(request) && !request.fault)) throw NO_VALUE;

	const run = await LeadRun.open(execution, requests, 'leads', {
		needsTypes: requests.some(({ filter }) => filter.by === 'column'),
	});
	const filters = run.requests.map(({ filter }) => filter);
	// Users who have left still own leads.
	const findUser = namesUser(filters, run.metadata)
		? await fetchUsers(run.client, { withDeactivated: true })
		: undefined;
	const queries = groupQueries(run, findUser);
	stopIfUnusable(run, queries);
	await readQueries(run.client, queries);
	stopIfUnusable(run, queries);

	const node = nodeOf(run.context);
	const leads = queries.reduce((sum, { list }) => sum + leadsIn(list), 0);
	const failed = queries.find(({ list }) => list?.failure);
	const output = await run.output({
		leads,
		key: 'value',
		stopping: failed && queryError(node, failed, failed.requests[0].item, leads),
		columns: columnsNotReturned(queries.flatMap(({ list }) => list ?? [])),
		hints: queryHints(run, queries),
		mayRepeat: run.requests.length > 1,
	});
	const queryOf = new Map(queries.flatMap((query) => query.requests.map((each) => [each, query])));
	for (const request of run.requests) {
		const { item } = request;
		if (isBlank(request)) {
			output.addBlank(item, run.formOf(request), "'Value' is empty");
			continue;
		}
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
			? requests.map(({ item }) => ({ item, error: asNodeError(nodeOf(context), fault, item) }))
			: [],
	);
	if (!client.stopAtFailure || errors.length === 0) return;
	throw unusableInput(context, errors);
}
