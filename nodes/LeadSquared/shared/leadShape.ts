import type { Lead, LeadValue } from '../api/lead';
import type { Column } from '../api/metadata';
import { displayNames } from './columns';

/** How leads come out: real types, and the names that people see. */
export interface ShapeOptions {
	convertTypes: boolean;
	fieldNames: 'schemaName' | 'displayName';
}

/**
 * Makes the function that gives a lead the names and types that the user wants.
 *
 * @returns undefined if they are LeadSquared's own
 */
export function leadShape(
	{ convertTypes, fieldNames }: ShapeOptions,
	metadata: Column[],
): ((lead: Lead) => Lead) | undefined {
	if (!convertTypes && fieldNames !== 'displayName') return undefined;
	const convert = convertTypes ? typeConverter(metadata) : (_: string, value: LeadValue) => value;
	const names = fieldNames === 'displayName' ? displayNames(metadata) : new Map<string, string>();
	return (lead) =>
		Object.fromEntries(
			Object.entries(lead).map(([name, value]) => [
				names.get(name.toLowerCase()) ?? name,
				convert(name, value),
			]),
		);
}

/**
 * Makes the converter from LeadSquared's text values to real types, by the account's metadata:
 * Number to number, Boolean ("0"/"1") to boolean, Date and DateTime (UTC, `2018-03-06 06:55:46.000`,
 * https://apidocs.leadsquared.com/overview/) to ISO 8601 with `Z`. What does not read as its type,
 * or has no metadata, stays as it came.
 */
export function typeConverter(columns: Column[]): (name: string, value: LeadValue) => LeadValue {
	const types = new Map(
		columns.map((column) => [column.schemaName.toLowerCase(), column.dataType]),
	);
	return (name, value) => {
		if (typeof value !== 'string') return value;
		const convert = CONVERTERS.get(types.get(name.toLowerCase())?.toLowerCase() ?? '');
		return convert ? convert(value) : value;
	};
}

const CONVERTERS = new Map<string, (text: string) => LeadValue>([
	['number', toNumber],
	['boolean', toBoolean],
	['date', toIsoDate],
	['datetime', toIsoDate],
]);

// Digits that a double cannot hold (long account numbers) would come out changed: they stay text.
function toNumber(text: string): LeadValue {
	if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) return text;
	const number = Number(text);
	const exact =
		Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
	return exact ? number : text;
}

function toBoolean(text: string): LeadValue {
	const word = text.trim().toLowerCase();
	if (word === '1' || word === 'true') return true;
	if (word === '0' || word === 'false') return false;
	return text;
}

function toIsoDate(text: string): LeadValue {
	const parts = /^\s*(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})\d*)?)?Z?\s*$/.exec(
		text,
	);
	if (!parts) return text;
	const [, day, time = '00:00:00', fraction = ''] = parts;
	const iso = `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
	const date = new Date(iso);
	// A day that does not exist (30 February) is either refused or shifted by Date: it stays text.
	return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? text : iso;
}
