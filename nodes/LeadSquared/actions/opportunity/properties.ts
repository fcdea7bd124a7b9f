import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_OPPORTUNITY_COLUMNS } from '../../api/opportunities';
import { columnsProperty } from '../../input/leadSettings';
import { required } from '../../input/parameters';
import type { OptionReader } from '../../input/readers';

/** A type of opportunities, chosen from a list or by its code. */
export const opportunityType: INodeProperties = {
	displayName: 'Opportunity Type',
	name: 'opportunityType',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The type of the opportunities, from the list or by its code',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchOpportunityTypes', searchable: true },
		},
		{
			displayName: 'By Code',
			name: 'code',
			type: 'string',
			placeholder: 'e.g. 12000',
		},
	],
};

const typeReader: OptionReader<number | undefined> = {
	label: opportunityType.displayName,
	default: undefined,
	read: (value) => (/^\d{1,9}$/.test(String(value)) ? Number(value) : undefined),
	mayBe: 'the code of a type, such as 12000',
};

/** The parameters of every operation that returns opportunities, in addition to its columns and options. */
export const SETTINGS = {
	parameters: { opportunityType: required(typeReader) },
	defaultColumns: DEFAULT_OPPORTUNITY_COLUMNS,
};

export const columns: INodeProperties = {
	...columnsProperty('opportunityType.value'),
	typeOptions: {
		loadOptionsMethod: 'getOpportunityColumns',
		loadOptionsDependsOn: ['opportunityType.value'],
	},
	default: [...DEFAULT_OPPORTUNITY_COLUMNS],
	description:
		'The columns to get for each opportunity. The IDs of the opportunity and its lead are always included. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};
