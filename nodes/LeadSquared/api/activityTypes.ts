import type { ApiRequest } from '../transport/client';
import { type Column, isDay } from './metadata';
import { withoutEnvelope } from '../transport/outcome';
import { listIn, readRows } from './rows';

/** A field of an activity or opportunity. Types use the same schema names for different fields. */
export interface TypeField extends Column {
	isMandatory: boolean;
}

/** A type of activities or opportunities. */
export interface RecordType {
	code: number;
	name: string;
}

/** A type of activities with its fields. */
export interface ActivityType extends RecordType {
	fields: TypeField[];
}

/** Requests all activity types with all their fields (LeadSquared's public Postman workspace). */
export const activityTypesRequest: ApiRequest = {
	method: 'GET',
	path: '/ProspectActivity.svc/ActivityTypes.Get',
};

/** Reads the types of an answer; returns undefined if the body is not an answer of this call. */
export const readActivityTypes = (body: unknown): ActivityType[] | undefined =>
	readRows(listIn(body), (row) => {
		const type = readType(row.ActivityEvent, row.ActivityEventName ?? row.DisplayName);
		return type && { ...type, fields: readFields(row.Fields) ?? [] };
	});

/** Requests the types of opportunities (public code). */
export const opportunityTypesRequest: ApiRequest = {
	method: 'GET',
	path: '/OpportunityManagement.svc/GetOpportunityTypes',
};

/** Reads the types of an answer; returns undefined if the body is not an answer of this call. */
export const readOpportunityTypes = (body: unknown): RecordType[] | undefined =>
	readRows(listIn(body), (row) =>
		readType(row.EventCode ?? row.ActivityEvent, row.DisplayName ?? row.Name),
	);

/** Requests the fields of a type of opportunities (public code). */
export const opportunityFieldsRequest = (code: number): ApiRequest => ({
	method: 'GET',
	path: '/OpportunityManagement.svc/GetOpportunityTypeMetadata',
	qs: { code },
});

/** Reads the fields of an answer; returns undefined if the body is not an answer of this call. */
export const readOpportunityFields = (body: unknown): TypeField[] | undefined =>
	readFields((Object(withoutEnvelope(body)) as { Fields?: unknown }).Fields ?? listIn(body));

function readType(code: unknown, name: unknown): RecordType | undefined {
	const number = Number(code ?? NaN);
	if (!Number.isInteger(number)) return undefined;
	return { code: number, name: String(name ?? '').trim() || String(number) };
}

function readFields(list: unknown): TypeField[] | undefined {
	return readRows(Array.isArray(list) ? list : undefined, (entry) => {
		const { SchemaName: schemaName, DisplayName, DataType, MaxFieldLength } = entry;
		if (typeof schemaName !== 'string' || schemaName === '') return undefined;
		const dataType = String(DataType ?? '').trim();
		const choices = readOptions(entry.OptionSet);
		const maxLength = Number(MaxFieldLength);
		return {
			schemaName,
			displayName: String(DisplayName ?? '').trim() || schemaName,
			dataType,
			isDay: isDay(dataType),
			isMandatory: entry.IsMandatory === true,
			...(choices.length > 0 && { choices }),
			...(entry.IncludeOthersOption === true && { takesOtherValues: true }),
			...(entry.IsMultiSelectDropdown === true && { isMultiple: true }),
			...(maxLength > 0 && { maxLength }),
		};
	});
}

/** Reads the values of a drop-down, which come as JSON text: `[{"Value":"First visit"}]`. */
function readOptions(text: unknown): string[] {
	const options = parseList(text);
	return options
		.map((option) => (Object(option ?? {}) as { Value?: unknown }).Value)
		.filter((choice) => typeof choice === 'string');
}

function parseList(text: unknown): unknown[] {
	try {
		const value: unknown = typeof text === 'string' ? JSON.parse(text) : text;
		return Array.isArray(value) ? value : [];
	} catch {
		return [];
	}
}
