import type {
	FieldType,
	ILoadOptionsFunctions,
	INodePropertyOptions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import { canMatch, type Field } from '../api/metadata';
import { isItsOwn, STANDARD_COLUMNS } from '../columns/standardColumns';
import { apiError } from '../run/messages';
import { leadFields } from '../columns/accountColumns';
import { askAccount } from './connection';
import { displayNames } from '../columns/labels';

/** Those that a new node shows; the others are behind "Add column". */
const SHOWN = [
	'EmailAddress',
	'FirstName',
	'LastName',
	'Phone',
	'Company',
	'ProspectStage',
	'Source',
];
const DEFAULT_MATCH = 'EmailAddress';

/**
 * Fills the mapper with the account's columns, but for those that LeadSquared sets by itself. Before a
 * new node has its credential, with those that every account has.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not tell them
 */
export async function getLeadFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	if (!this.getNode().credentials?.leadSquaredApi) {
		return fieldsOf(STANDARD_COLUMNS.map((column) => ({ ...column, isIdentifier: false })));
	}
	const outcome = await askAccount(
		this,
		async (client) => await leadFields(client, client.maxWaitMs),
	);
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	return fieldsOf(outcome.value);
}

function fieldsOf(fields: Field[]): ResourceMapperFields {
	const labels = displayNames(fields);
	const written = fields.filter(({ schemaName }) => !isItsOwn(schemaName));
	const mapped = written.map((field): ResourceMapperField => {
		const { schemaName } = field;
		return {
			id: schemaName,
			displayName: labels.get(schemaName.toLowerCase()) ?? schemaName,
			required: false,
			defaultMatch: schemaName === DEFAULT_MATCH,
			canBeUsedToMatch: canMatch(field),
			display: true,
			removed: !SHOWN.includes(schemaName),
			...kindOf(field),
		};
	});
	const isFirst = ({ id }: ResourceMapperField) => SHOWN.includes(id);
	const shown = SHOWN.flatMap((name) => mapped.filter(({ id }) => id === name));
	const others = mapped
		.filter((field) => !isFirst(field))
		.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en', { sensitivity: 'base' }));
	return { fields: [...shown, ...others] };
}

// As text wherever n8n's own types lose something: leading zeros, the zone of a time; and a checkbox that
// nobody touched would be written as unchecked.
function kindOf({ dataType, choices }: Field): {
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
