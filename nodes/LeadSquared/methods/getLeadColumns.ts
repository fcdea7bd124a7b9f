import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ID_COLUMN } from '../api/leads';
import { type Column, ALL_COLUMNS } from '../api/metadata';
import { isRelated, nameOfUserIn, STANDARD_COLUMNS, withRelated } from '../api/standardColumns';
import { apiError } from '../run/messages';
import { accountColumns } from '../columns/accountColumns';
import { withClient } from './connection';
import { displayNames } from '../columns/labels';

/**
 * Fills the column picker with the account's columns, by labels that distinguish them. If a new node has no
 * credential yet, or LeadSquared does not accept the keys, the picker gets the columns that every account
 * has: n8n does not ask again after a key is corrected, and would keep showing "Error fetching options".
 *
 * @throws NodeApiError or NodeOperationError if the host or the credential is at fault
 */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	if (!this.getNode().credentials?.leadSquaredApi) {
		return toChoices(this, STANDARD_COLUMNS, 'Every column of the account');
	}
	const outcome = await withClient(this, async (client) => await accountColumns(client));
	if (outcome.kind === 'ok') return toChoices(this, outcome.value, 'Every column of the account');
	const error = apiError(this.getNode(), outcome);
	if (outcome.kind !== 'unauthorized') throw error;
	return toChoices(
		this,
		STANDARD_COLUMNS,
		`Below are LeadSquared's standard columns. Those of the account cannot be read: ${[error.message, error.description].filter(Boolean).join('. ')}`,
	);
}

/**
 * Fills the picker of the column that leads are searched by, with the columns that every account has if the
 * account's own cannot be read.
 *
 * @throws NodeApiError or NodeOperationError if the host or the credential is at fault
 */
export async function getFilterColumns(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const choices = await getLeadColumns.call(this);
	return choices.filter(({ value }) => value !== ALL_COLUMNS && !isRelated(String(value)));
}

function toChoices(
	context: ILoadOptionsFunctions,
	listed: readonly Column[],
	about: string,
): INodePropertyOptions[] {
	const columns = withRelated(listed);
	const labels = displayNames(columns);
	const findLabel = (schemaName: string) => labels.get(schemaName.toLowerCase()) ?? schemaName;
	const choices = columns
		// Every answer contains the lead ID.
		.filter(({ schemaName }) => schemaName.toLowerCase() !== ID_COLUMN.toLowerCase())
		.map(({ schemaName, dataType }) => {
			const userName = nameOfUserIn(schemaName);
			const parts = [
				dataType ? `${schemaName} (${dataType})` : schemaName,
				userName && `ID of the user; see ${findLabel(userName)}`,
				isRelated(schemaName) && 'from a related record; may be left out',
			];
			return {
				name: findLabel(schemaName),
				value: schemaName,
				description: parts.filter(Boolean).join(', '),
			};
		})
		.sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }));
	return [
		{ name: 'All Columns', value: ALL_COLUMNS, description: about },
		...choices,
		...(listed === STANDARD_COLUMNS ? chosenButUnlisted(context, choices) : []),
	];
}

/** The node's chosen columns that the list lacks, which n8n would show as "not supported". */
function chosenButUnlisted(
	context: ILoadOptionsFunctions,
	choices: INodePropertyOptions[],
): INodePropertyOptions[] {
	const chosen: unknown = context.getCurrentNodeParameter('columns');
	const known = new Set(choices.map(({ value }) => value));
	return (Array.isArray(chosen) ? chosen : [])
		.filter((name): name is string => typeof name === 'string')
		.filter((name) => name !== ALL_COLUMNS && !known.has(name))
		.map((name) => ({ name, value: name, description: name }));
}
