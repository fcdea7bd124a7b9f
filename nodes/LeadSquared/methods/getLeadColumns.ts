import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { ID_COLUMN } from '../api/lead';
import type { Column } from '../api/metadata';
import { isRelated, nameOfUserIn, STANDARD_COLUMNS, withRelated } from '../api/standardColumns';
import { ALL_COLUMNS, displayNames } from '../shared/columns';
import { apiError, asNodeError } from '../shared/errors';
import { fetchColumns, recentColumns } from '../shared/leadColumns';
import { withClient } from '../shared/withClient';

// Someone is looking at the list: better an early word than a long wait.
const MAX_WAIT_MS = 20_000;

/**
 * Fills the column picker with the account's columns, by the label that tells them apart. As long as
 * they cannot be had, with those that every account has: n8n shows a list that fails as "Error
 * fetching options", does not say why, and does not ask again when a key was mended. Its first
 * request for a new node even comes before the node has its credential.
 */
export async function getLeadColumns(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	if (!this.getNode().credentials?.leadSquaredApi) {
		return choicesOf(this, STANDARD_COLUMNS, 'Every column of the account');
	}
	const columns = await columnsOf(this);
	if (Array.isArray(columns)) return choicesOf(this, columns, 'Every column of the account');
	return choicesOf(
		this,
		STANDARD_COLUMNS,
		`Below are LeadSquared's standard columns. Those of the account cannot be read: ${columns.message}`,
	);
}

/** The account's columns, or why they cannot be had. */
async function columnsOf(context: ILoadOptionsFunctions): Promise<Column[] | Error> {
	try {
		const outcome = await withClient(
			context,
			async (client) => recentColumns(client) ?? (await fetchColumns(client, MAX_WAIT_MS)),
		);
		return outcome.kind === 'ok' ? outcome.value : apiError(context.getNode(), outcome);
	} catch (error) {
		return asNodeError(context.getNode(), error);
	}
}

function choicesOf(
	context: ILoadOptionsFunctions,
	listed: readonly Column[],
	about: string,
): INodePropertyOptions[] {
	const columns = withRelated(listed);
	const labels = displayNames(columns);
	const labelOf = (schemaName: string) => labels.get(schemaName.toLowerCase()) ?? schemaName;
	const choices = columns
		// It always comes along.
		.filter(({ schemaName }) => schemaName.toLowerCase() !== ID_COLUMN.toLowerCase())
		.map(({ schemaName, dataType }) => {
			const userName = nameOfUserIn(schemaName);
			const parts = [
				dataType ? `${schemaName} (${dataType})` : schemaName,
				userName && `ID of the user; see ${labelOf(userName)}`,
				isRelated(schemaName) && 'from a related record; may be left out',
			];
			return {
				name: labelOf(schemaName),
				value: schemaName,
				description: parts.filter(Boolean).join(', '),
			};
		})
		.sort((a, b) => a.name.localeCompare(b.name, 'en', { sensitivity: 'base' }));
	return [
		{ name: 'All Columns', value: ALL_COLUMNS, description: about },
		...choices,
		...(listed === STANDARD_COLUMNS ? chosenBeside(context, choices) : []),
	];
}

/** What the node has chosen and the list does not have: n8n calls such a value "not supported". */
function chosenBeside(
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
