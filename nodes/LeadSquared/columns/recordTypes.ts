import {
	type ActivityType,
	activityTypesRequest,
	opportunityFieldsRequest,
	opportunityTypesRequest,
	readActivityTypes,
	readOpportunityFields,
	readOpportunityTypes,
	type RecordType,
	type TypeField,
} from '../api/activityTypes';
import type { ApiRequest, Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';

// The list of an account with 90 types has about 900 kB (a generated OpenAPI description).
const HOUR_MS = 3_600_000;

/**
 * The types of activities with their fields, as an execution with the same keys read them recently, or as
 * LeadSquared has them now.
 */
export const activityTypes = async (
	client: Client,
	maxAgeMs = HOUR_MS,
): Promise<Outcome<ActivityType[]>> =>
	await recentList(client, activityTypesRequest, readActivityTypes, maxAgeMs);

/** The types of opportunities. */
export const opportunityTypes = async (
	client: Client,
	maxAgeMs = HOUR_MS,
): Promise<Outcome<RecordType[]>> =>
	await recentList(client, opportunityTypesRequest, readOpportunityTypes, maxAgeMs);

const moment = (schemaName: string, displayName: string): TypeField => ({
	schemaName,
	displayName,
	dataType: 'DateTime',
	isDay: false,
	isMandatory: false,
});

/** The fields that every opportunity has, whether or not the list of its type's fields names them. */
const COMMON_FIELDS = [moment('CreatedOn', 'Created On'), moment('ModifiedOn', 'Modified On')];

/** The fields of a type of opportunities. */
export async function opportunityFields(
	client: Client,
	code: number,
	maxAgeMs = HOUR_MS,
): Promise<Outcome<TypeField[]>> {
	const request = opportunityFieldsRequest(code);
	const outcome = await recentList(client, request, readOpportunityFields, maxAgeMs);
	if (outcome.kind !== 'ok') return outcome;
	const known = new Set(outcome.value.map(({ schemaName }) => schemaName));
	const others = COMMON_FIELDS.filter(({ schemaName }) => !known.has(schemaName));
	return { kind: 'ok', value: [...outcome.value, ...others] };
}

/** A list as an execution with the same keys read it recently, or as LeadSquared has it now. */
export async function recentList<T>(
	client: Client,
	request: ApiRequest,
	read: (body: unknown) => T[] | undefined,
	maxAgeMs: number,
): Promise<Outcome<T[]>> {
	const { memory } = client.account;
	memory.types ??= new Map();
	const key = JSON.stringify([request.path, request.qs]);
	const known = memory.types.get(key);
	if (known && client.clock.now() - known.readAt < maxAgeMs) {
		return { kind: 'ok', value: known.list as T[] };
	}
	const outcome = await callWithRetry(client, request, read);
	if (outcome.kind === 'ok') {
		memory.types.set(key, { list: outcome.value, readAt: client.clock.now() });
	}
	return outcome;
}
