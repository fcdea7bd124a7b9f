import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import { activityTypes } from '../columns/recordTypes';
import { displayNames } from '../columns/labels';
import { readLocator } from '../input/readers';
import { apiError } from '../run/messages';
import { withClient } from './connection';
import { fieldType } from './getLeadFields';

// A user who has just added a field looks for it.
const MAX_AGE_MS = 60_000;

/**
 * Fills the mapper with the fields of the chosen type of activities, the mandatory ones shown. Without a type,
 * or with one from an expression, it has none.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared does not answer
 */
export async function getActivityFields(
	this: ILoadOptionsFunctions,
): Promise<ResourceMapperFields> {
	const { value } = readLocator(this.getCurrentNodeParameter('activityType'));
	const code = Number(value === '' ? NaN : value);
	if (!Number.isInteger(code) || !this.getNode().credentials?.leadSquaredApi) return { fields: [] };
	const outcome = await withClient(this, async (client) => await activityTypes(client, MAX_AGE_MS));
	if (outcome.kind !== 'ok') throw apiError(this.getNode(), outcome);
	const fields = outcome.value.find((type) => type.code === code)?.fields ?? [];
	const labels = displayNames(fields);
	return {
		fields: fields.map((field) => ({
			id: field.schemaName,
			displayName: labels.get(field.schemaName.toLowerCase()) ?? field.schemaName,
			required: field.isMandatory,
			defaultMatch: false,
			canBeUsedToMatch: false,
			display: true,
			...fieldType(field),
		})),
	};
}
