import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ID_COLUMN } from '../api/leads';
import { type Column, ALL_COLUMNS } from '../api/metadata';
import {
	canMatch,
	isRelated,
	nameOfUserIn,
	STANDARD_COLUMNS,
	withRelated,
} from '../api/standardColumns';
import { apiError } from '../run/messages';
import { accountColumns } from '../columns/accountColumns';
import { withClient } from './connection';
import { displayNames } from '../columns/labels';

/**
 * Fills the column picker with the account's columns, by labels that distinguish them. If they are missing,
 * it gets the chosen ones and a hint that says what to do, never an error: n8n does not reload the list after a
 * key is corrected, and would keep showing "Error fetching options".
 *
 * @throws NodeApiError or NodeOperationError if the host or the credential is at fault
 */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { columns, missing } = await readColumns(this);
	const choices = [
		{ name: 'All Columns', value: ALL_COLUMNS, description: 'Every column of the account' },
		...toChoices(columns),
	];
	return missing ? [missingHint(missing), ...chosenOf(this, choices)] : choices;
}

/**
 * Fills the picker of the column that leads are searched by, with the columns that every account has if the
 * account's own are missing.
 *
 * @throws NodeApiError or NodeOperationError if the host or the credential is at fault
 */
export async function getFilterColumns(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const { columns } = await readColumns(this);
	return toChoices(columns).filter(({ value }) => !isRelated(String(value)));
}

/**
 * Fills the picker of the second column to match on.
 *
 * @throws NodeApiError or NodeOperationError if the host or the credential is at fault
 */
export async function getMatchColumns(
	this: ILoadOptionsFunctions,
): Promise<INodePropertyOptions[]> {
	const { columns } = await readColumns(this);
	return [{ name: 'None', value: '' }, ...toChoices(columns.filter(canMatch))].filter(
		({ value }) => !isRelated(String(value)),
	);
}

/**
 * Reads the account's columns, or returns those that every account has and what to do about the others.
 *
 * In a new node, n8n 2.41 requests the columns before it has selected the credential. If it selects one before
 * the answer arrives, it does not request them again.
 */
async function readColumns(
	context: ILoadOptionsFunctions,
): Promise<{ columns: readonly Column[]; missing?: string }> {
	if (!context.getNode().credentials?.leadSquaredApi) {
		return {
			columns: STANDARD_COLUMNS,
			missing: 'To see all columns, choose a credential, then close this node and open it again',
		};
	}
	const outcome = await withClient(context, async (client) => await accountColumns(client));
	if (outcome.kind === 'ok') return { columns: outcome.value };
	const error = apiError(context.getNode(), outcome);
	if (outcome.kind !== 'unauthorized') throw error;
	const missing = [error.message, error.description].filter(Boolean).join('. ');
	return { columns: STANDARD_COLUMNS, missing };
}

/** An entry that cannot be selected. Older versions of n8n allow it, but its blank value names no column. */
const missingHint = (description: string): INodePropertyOptions & { disabled: true } => ({
	name: "Your Account's Columns Are Missing",
	value: '',
	description,
	disabled: true,
});

function toChoices(listed: readonly Column[]): INodePropertyOptions[] {
	const columns = withRelated(listed);
	const labels = displayNames(columns);
	const findLabel = (schemaName: string) => labels.get(schemaName.toLowerCase()) ?? schemaName;
	return (
		columns
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
			.sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }))
	);
}

/** The choices that the node has. n8n shows a chosen column that is not in the list as "not supported". */
function chosenOf(
	context: ILoadOptionsFunctions,
	choices: INodePropertyOptions[],
): INodePropertyOptions[] {
	const chosen: unknown = context.getCurrentNodeParameter('columns');
	return (Array.isArray(chosen) ? chosen : [])
		.filter((name): name is string => typeof name === 'string' && name !== '')
		.map((name) => choices.find(({ value }) => value === name) ?? { name, value: name });
}
