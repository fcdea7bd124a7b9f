import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ID_COLUMN } from '../api/lead';
import { ALL_COLUMNS, displayNames } from '../shared/columns';
import { apiError, asNodeError } from '../shared/errors';
import { fetchColumns } from '../shared/leadColumns';
import { withClient } from '../shared/withClient';

// Someone is looking at the list: better an early word than a long wait.
const MAX_WAIT_MS = 20_000;

/**
 * Fills the column picker with the account's columns, by the label that tells them apart.
 *
 * @throws NodeApiError if LeadSquared does not tell them
 */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const outcome = await withClient(
		this,
		async (client) => await fetchColumns(client, MAX_WAIT_MS),
	).catch((error) => {
		throw asNodeError(this.getNode(), error);
	});
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	const labels = displayNames(outcome.value);
	const columns = outcome.value
		// It always comes along.
		.filter(({ schemaName }) => schemaName.toLowerCase() !== ID_COLUMN.toLowerCase())
		.map(({ schemaName, dataType }) => ({
			name: labels.get(schemaName.toLowerCase())!,
			value: schemaName,
			description: dataType ? `${schemaName} (${dataType})` : schemaName,
		}))
		.sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }));
	return [
		{ name: 'All Columns', value: ALL_COLUMNS, description: 'Every column of the account' },
		...columns,
	];
}
