import type { Lead, LeadValue } from '../api/lead';
import type { Column } from '../api/metadata';
import { withRelated } from '../api/standardColumns';
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
	const names =
		fieldNames === 'displayName' ? displayNames(withRelated(metadata)) : new Map<string, string>();
	return (lead) => {
		const shaped = new Map<string, LeadValue>();
		for (const [name, value] of Object.entries(lead)) {
			const label = names.get(name.toLowerCase()) ?? name;
			shaped.set(freeKey(label, name, shaped, lead), convert(name, value));
		}
		return Object.fromEntries(shaped);
	};
}

/** A label, or what is free where another column has it: two columns never share a key. */
function freeKey(label: string, name: string, taken: Map<string, unknown>, lead: Lead): string {
	// A column that the metadata does not list may be called like the label of another one.
	const isOfAnother = label !== name && Object.hasOwn(lead, label);
	if (!isOfAnother && !taken.has(label)) return label;
	let key = `${label} (${name})`;
	while (taken.has(key)) key += '_';
	return key;
}

/**
 * Makes the converter from LeadSquared's text values to real types, by the account's metadata:
 * Number to number, Boolean ("0"/"1") to boolean, moments (UTC, `2018-03-06 06:55:46.000`,
 * https://apidocs.leadsquared.com/overview/) to ISO 8601 with `Z`, days to `2018-03-06`, and blanks
 * to null. What does not read as its type, or has no metadata, stays as it came.
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

const NUMBER = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

// Digits never change: what a double cannot hold (long account numbers), and what has zeros in
// front (codes), stays text.
function toNumber(text: string): LeadValue {
	const digits = significant(text.trim());
	const number = Number(text);
	const isExact = digits !== undefined && digits === significant(String(number));
	return isExact && !/^\s*[+-]?0\d/.test(text) ? number + 0 : text;
}

/** Sign, digits and exponent of a number, alike for all its writings; undefined if it is none. */
function significant(text: string): string | undefined {
	const parts = NUMBER.exec(text);
	if (!parts || parts[2] + parts[3] === '') return undefined;
	const [, sign, whole, fraction, exponent = '0'] = parts;
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
	// A day that does not exist (30 February) is either refused or shifted by Date: it stays text.
	return Number.isNaN(date.getTime()) || date.toISOString() !== iso ? text : iso;
}

// As a moment, a birthday would be shown a day early west of Greenwich. A time of day that is not
// midnight says that it is a moment after all.
function toDay(text: string): LeadValue {
	const moment = toMoment(text);
	return typeof moment === 'string' && moment.endsWith('T00:00:00.000Z')
		? moment.slice(0, 10)
		: moment;
}
