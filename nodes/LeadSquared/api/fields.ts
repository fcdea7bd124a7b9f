import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from './envelope';
import { type Column, readColumns } from './metadata';

/** A column, with what is known of the values that it may hold. */
export interface Field extends Column {
	/** The values of a drop-down, if it is one and has any. */
	choices?: string[];
	/** The most characters of a text, if LeadSquared says so. */
	maxLength?: number;
	/** Leads are identified by it. */
	isIdentifier: boolean;
}

/** Asks for the account's columns with the values of drop-downs: https://apidocs.leadsquared.com/meta-data/ */
export const fieldsRequest: ApiRequest = {
	method: 'GET',
	path: '/LeadManagement.svc/LeadsMetaData.Get',
};

/** The account's columns out of an answer, or undefined if the body is no such answer. */
export function readFields(body: unknown): Field[] | undefined {
	const columns = readColumns(body);
	if (!columns) return undefined;
	const entries = new Map(
		(withoutEnvelope(body) as Array<Record<string, unknown> | null>).map((entry) => [
			entry?.SchemaName,
			entry ?? {},
		]),
	);
	return columns.map((column) => ({ ...column, ...detailsOf(entries.get(column.schemaName)!) }));
}

function detailsOf({ Options, MaxLength, IsLeadIdentifier }: Record<string, unknown>) {
	const choices = (Array.isArray(Options) ? Options : []).map(
		(option: unknown) => (Object(option ?? {}) as { Value?: unknown }).Value,
	);
	const texts = choices.filter((choice): choice is string => typeof choice === 'string');
	const maxLength = Number(MaxLength);
	return {
		...(texts.length > 0 && { choices: texts }),
		...(maxLength > 0 && { maxLength }),
		isIdentifier: IsLeadIdentifier === true || Number(IsLeadIdentifier) === 1,
	};
}

const IDENTIFIERS = ['EmailAddress', 'Phone', 'Mobile', 'ProspectID'];

/** Whether leads can be found by a column: what every account has for that, and what this one adds. */
export const canMatch = ({ schemaName, isIdentifier }: Field): boolean =>
	isIdentifier || IDENTIFIERS.some((name) => name.toLowerCase() === schemaName.toLowerCase());
