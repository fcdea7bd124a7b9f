import type {
	FieldType,
	ILoadOptionsFunctions,
	INodePropertyOptions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { ID_COLUMN } from '../api/leads';
import type { Column } from '../api/metadata';
import { canMatch, DEFAULT_MATCH, isWritable, MAPPED_COLUMNS } from '../api/standardColumns';
import { apiError } from '../run/messages';
import { accountColumns } from '../columns/accountColumns';
import { withClient } from './connection';
import { displayNames } from '../columns/labels';

/**
 * Fills the mapper with the account's columns, except those that LeadSquared sets or locks. `required` marks the few
 * that a new mapper shows: n8n does not insist on them where leads are updated.
 *
 * In a new node, n8n may request the columns before it has selected the credential, and never again. Then the
 * mapper gets no columns, so n8n shows the mapper's `noFieldsError` and a link to retry.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not return the columns
 */
export async function getLeadFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	if (!this.getNode().credentials?.leadSquaredApi) {
		return { fields: [] };
	}
	const outcome = await withClient(
		this,
		async (client) => await accountColumns(client, { withChoices: true }),
	);
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	return toFields(outcome.value);
}

function toFields(columns: readonly Column[]): ResourceMapperFields {
	const labels = displayNames(columns);
	const written = columns.filter(
		(column) => column.schemaName === ID_COLUMN || (isWritable(column) && !column.isLocked),
	);
	const mapped = written.map((column): ResourceMapperField => {
		const { schemaName } = column;
		return {
			id: schemaName,
			displayName: labels.get(schemaName.toLowerCase()) ?? schemaName,
			required: MAPPED_COLUMNS.includes(schemaName),
			defaultMatch: schemaName === DEFAULT_MATCH,
			canBeUsedToMatch: canMatch(column),
			display: true,
			...fieldType(column),
		};
	});
	const isFirst = ({ id }: ResourceMapperField) => MAPPED_COLUMNS.includes(id);
	const first = MAPPED_COLUMNS.flatMap((name) => mapped.filter(({ id }) => id === name));
	const others = mapped
		.filter((field) => !isFirst(field))
		.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en', { sensitivity: 'base' }));
	return { fields: [...first, ...others] };
}

/**
 * The type of a column in the mapper: text wherever n8n's own types lose something, such as leading zeros or the
 * zone of a time. A boolean is a drop-down, because n8n would write a checkbox that was not touched as unchecked.
 */
export function fieldType({ dataType, choices }: Column): {
	type: FieldType;
	options?: INodePropertyOptions[];
} {
	if (choices)
		return { type: 'options', options: choices.map((value) => ({ name: value, value })) };
	switch (dataType.toLowerCase()) {
		case 'boolean':
			return {
				type: 'options',
				options: [
					{ name: 'Yes', value: 'true' },
					{ name: 'No', value: 'false' },
				],
			};
		case 'number':
			return { type: 'number' };
		case 'date':
		case 'datetime':
			return { type: 'dateTime' };
		default:
			return { type: 'string' };
	}
}
