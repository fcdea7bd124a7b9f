import type { Lead, LeadValue } from '../api/leads';
import type { Column } from '../api/metadata';
import { withRelated } from '../api/standardColumns';
import { displayNames } from './labels';

/** The form of records in the output: typed values or text, and the names of their columns. */
export interface ShapeOptions {
	convertTypes: boolean;
	fieldNames: 'schemaName' | 'displayName';
}

/**
 * Makes the function that converts a lead to the chosen names and types.
 *
 * @returns undefined if there is nothing to convert
 */
export const leadShape = (
	options: ShapeOptions,
	metadata: Column[],
): ((lead: Lead) => Lead) | undefined => recordShape(options, withRelated(metadata));

/** Does the same for records that have no columns but these. */
export function recordShape(
	{ convertTypes, fieldNames }: ShapeOptions,
	columns: Column[],
): ((record: Lead) => Lead) | undefined {
	if (!convertTypes && fieldNames !== 'displayName') return undefined;
	const convert = convertTypes ? typeConverter(columns) : (_: string, value: LeadValue) => value;
	const names = fieldNames === 'displayName' ? displayNames(columns) : new Map<string, string>();
	const keysOf = keysFor(names);
	return (record) => {
		const given = Object.keys(record);
		const keys = keysOf(given);
		return Object.fromEntries(
			given.map((name, index) => [keys[index], convert(name, record[name])]),
		);
	};
}

/**
 * Makes the function that names the keys of columns: their labels, changed if another column has the
 * same one, so that no two columns share a key. Most leads have the same columns as the one before, so
 * the keys are cached.
 */
function keysFor(names: Map<string, string>): (columns: string[]) => string[] {
	const labelOf = (name: string) => names.get(name.toLowerCase()) ?? name;
	let known: { columns: string[]; keys: string[] } | undefined;
	return (columns) => {
		if (known && isSame(known.columns, columns)) return known.keys;
		// A column without a label keeps its name, so no label may take it.
		const taken = new Set(columns.filter((name) => labelOf(name) === name));
		const keys = columns.map((name) => {
			const label = labelOf(name);
			if (label === name) return name;
			let key = taken.has(label) ? `${label} (${name})` : label;
			while (taken.has(key)) key += '_';
			taken.add(key);
			return key;
		});
		known = { columns, keys };
		return keys;
	};
}

function isSame(a: string[], b: string[]): boolean {
	return a.length === b.length && a.every((name, index) => name === b[index]);
}

/**
 * Makes the converter from LeadSquared's text to typed values, by the account's metadata: Number to
 * number, Boolean ("0"/"1") to boolean, moments (UTC, `2018-03-06 06:55:46.000`,
 * https://apidocs.leadsquared.com/overview/) to ISO 8601 with `Z`, days to `2018-03-06`, and blanks to
 * null. A value that does not fit its type, or has no metadata, stays as it is.
 */
export function typeConverter(columns: Column[]): (name: string, value: LeadValue) => LeadValue {
	const converters = new Map(
		columns.map((column) => [column.schemaName.toLowerCase(), converterFor(column)]),
	);
	return (name, value) => {
		if (typeof value !== 'string') return value;
		if (value.trim() === '') return null;
		return converters.get(name.toLowerCase())?.(value) ?? value;
	};
}

function converterFor({ dataType, isDay }: Column): ((text: string) => LeadValue) | undefined {
	switch (dataType.toLowerCase()) {
		case 'number':
			return toNumber;
		case 'boolean':
			return toBoolean;
		case 'date':
		case 'datetime':
			return isDay ? toDay : toMoment;
		default:
			return undefined;
	}
}

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

// Digits never change: numbers that a double cannot represent (long account numbers) and numbers with
// leading zeros (codes) stay text.
function toNumber(text: string): LeadValue {
	const digits = significant(text.trim());
	const number = Number(text);
	const isExact = digits !== undefined && digits === significant(String(number));
	return isExact && !/^\s*[+-]?0\d/.test(text) ? number + 0 : text;
}

/** Sign, digits and exponent of a number, independent of its notation; undefined for other text. */
function significant(text: string): string | undefined {
	const parts = NUMBER.exec(text);
	const [, sign, whole, fraction = '', exponent = '0'] = parts ?? [];
	if (!parts || whole + fraction === '') return undefined;
	const all = (whole + fraction).replace(/^0+/, '');
	const kept = all.replace(/0+$/, '');
	if (kept === '') return '0';
	const power = Number(exponent) - fraction.length + (all.length - kept.length);
	return `${sign === '-' ? '-' : ''}${kept}e${power}`;
}

function toBoolean(text: string): LeadValue {
	const word = text.trim().toLowerCase();
	if (word === '1' || word === 'true') return true;
	if (word === '0' || word === 'false') return false;
	return text;
}

const DATE = /^\s*(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})\d*)?)?Z?\s*$/;

function toMoment(text: string): LeadValue {
	const parts = DATE.exec(text);
	if (!parts) return text;
	const [, day, time = '00:00:00', fraction = ''] = parts;
	const iso = `${day}T${time}.${fraction.padEnd(3, '0')}Z`;
	const date = new Date(iso);
	// Date rejects or shifts a day that does not exist (30 February): it stays text.
	return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? text : iso;
}

// As a moment, a birthday would be shown a day early west of Greenwich. A value with a time other
// than midnight is a moment after all.
function toDay(text: string): LeadValue {
	const moment = toMoment(text);
	return typeof moment === 'string' && moment.endsWith('T00:00:00.000Z')
		? moment.slice(0, 10)
		: moment;
}
