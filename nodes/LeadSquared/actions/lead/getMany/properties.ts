import type { INodeProperties } from 'n8n-workflow';
import { OPERATORS } from '../../../api/search';
import { EQUALS } from './parameters';
import { columnsProperty, optionsProperty } from '../../../shared/leads/properties';

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

export const properties: INodeProperties[] = [
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
