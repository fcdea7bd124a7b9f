import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ALL_COLUMNS, type Column } from '../api/metadata';
import { displayNames } from '../columns/labels';
import { opportunityFields } from '../columns/recordTypes';
import { readLocator } from '../input/readers';
import { apiError } from '../run/messages';
import { withClient } from './connection';

// The editor requests the list repeatedly while a node is being set up.
const MAX_AGE_MS = 60_000;

/**
 * Fills the column picker with the fields of the chosen type of opportunities. Without a type, or with one
 * from an expression, it has the chosen columns only.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function getOpportunityColumns(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const { value } = readLocator(this.getCurrentNodeParameter('opportunityType'));
	const code = Number(value === '' ? NaN : value);
	if (!Number.isInteger(code) || !this.getNode().credentials?.leadSquaredApi) return chosenIn(this);
	const outcome = await withClient(
		this,
		async (client) => await opportunityFields(client, code, MAX_AGE_MS),
	);
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	return [
		{ name: 'All Columns', value: ALL_COLUMNS, description: 'Every field of this type' },
		...toChoices(outcome.value),
	];
}

function toChoices(columns: Column[]): INodePropertyOptions[] {
	const labels = displayNames(columns);
	return columns
		.map(({ schemaName, dataType }) => ({
			name: labels.get(schemaName.toLowerCase()) ?? schemaName,
			value: schemaName,
			description: dataType ? `${schemaName} (${dataType})` : schemaName,
		}))
		.sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }));
}

/** n8n shows a chosen column that is not in the list as "not supported". */
function chosenIn(context: ILoadOptionsFunctions): INodePropertyOptions[] {
	const chosen: unknown = context.getCurrentNodeParameter('columns');
	return (Array.isArray(chosen) ? chosen : [])
		.filter((name): name is string => typeof name === 'string' && name !== '')
		.map((name) => ({ name, value: name }));
}
