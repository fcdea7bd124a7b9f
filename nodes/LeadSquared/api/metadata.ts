import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from './envelope';

/** One column of the account's leads, from LeadsMetaData.Get. */
export interface Column {
	schemaName: string;
	displayName: string;
	/** LeadSquared's name of the type: Text, Number, Date, Boolean, … */
	dataType: string;
	/** It holds days, not moments. */
	isDay: boolean;
}

/**
 * Asks for the account's columns, without the values of drop-downs, which "may be very large":
 * https://apidocs.leadsquared.com/meta-data/
 */
export const columnsRequest: ApiRequest = {
	method: 'GET',
	path: '/LeadManagement.svc/LeadsMetaData.Get',
	qs: { excludeOptionSets: 1 },
};

/** Asks for one column, which every account has: enough to see whether host and keys are right. */
export const columnRequest: ApiRequest = {
	method: 'GET',
	path: '/LeadManagement.svc/LeadsMetaData.Get',
	qs: { schemaName: 'ProspectID' },
};

/**
 * The account's columns out of an answer of LeadsMetaData.Get
 * (https://apidocs.leadsquared.com/meta-data/), or undefined if the body is no such answer.
 */
export function readColumns(body: unknown): Column[] | undefined {
	const list = withoutEnvelope(body);
	if (!Array.isArray(list)) return undefined;
	const columns = new Map<string, Column>();
	for (const entry of list as Array<Record<string, unknown> | null>) {
		const { SchemaName: schemaName, DisplayName, DataType } = entry ?? {};
		if (typeof schemaName !== 'string' || columns.has(schemaName.toLowerCase())) continue;
		const dataType = String(DataType ?? '').trim();
		columns.set(schemaName.toLowerCase(), {
			schemaName,
			displayName: String(DisplayName ?? '').trim() || schemaName,
			dataType,
			isDay: isDay(dataType, entry?.RenderTypeTextValue),
		});
	}
	return [...columns.values()];
}

// How a date is shown tells more than its type, where it is told: LeadSquared's pages name the type
// Date for both (https://apidocs.leadsquared.com/create-custom-lead-field/). However it is spelled,
// what shows a time too is a moment.
function isDay(dataType: string, rendering: unknown): boolean {
	const shown = typeof rendering === 'string' ? rendering.toLowerCase() : '';
	if (shown.includes('date')) return !shown.includes('time');
	return dataType.toLowerCase() === 'date';
}

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

/** The entry of the column picker that stands for every column of the account. */
export const ALL_COLUMNS = '*';
