import type { Column } from '../../../api/metadata';
import { toApiMoment } from '../../../api/dates';
import { onlyOne, yesNo } from '../../../input/readers';
import { dayIn, readMoment } from '../../../input/moments';
import { invalidValue } from '../../../base/invalidInput';

const BOOLEAN = yesNo('');
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;
const DAY = /^\s*(\d{4}-\d\d-\d\d)(?:[T ][\d:.,]+)?\s*(?:Z|[+-]\d\d(?::?\d\d)?)?\s*$/i;

/** Whether a value has nothing to write. */
export const isEmptyValue = (given: unknown): boolean => {
	const value = onlyOne(given);
	return (
		value === null ||
		value === undefined ||
		(typeof value === 'string' && value.trim() === '') ||
		(Array.isArray(value) && value.length === 0)
	);
};

/**
 * Formats a value as LeadSquared accepts it, as text: moments in UTC as `YYYY-MM-DD HH:MM:SS`, days as
 * `YYYY-MM-DD` (https://apidocs.leadsquared.com/overview/), checkboxes as `true` and `false` (public
 * code), numbers digit for digit, texts as they are.
 *
 * @param field the column, if it is known
 * @param zone the workflow's, for times without a zone
 * @throws InvalidInput for values that the column cannot hold: LeadSquared silently stores some of them
 */
export function formatValue(
	given: unknown,
	name: string,
	field: Column | undefined,
	zone: string,
): string {
	const value = onlyOne(given);
	const label = `The column ${name}`;
	if (Array.isArray(value)) {
		throw invalidValue(
			label,
			'a list',
			'Give one value: how LeadSquared takes several is not documented.',
		);
	}
	switch (field?.dataType.toLowerCase()) {
		case 'boolean':
			return formatBoolean(value, label);
		case 'number':
			return formatNumber(value, label);
		case 'date':
		case 'datetime':
			return field?.isDay ? formatDay(value, label, zone) : formatMoment(value, label, zone);
		// Leads are found by these. Blanks around them have no meaning, and would create a duplicate.
		case 'email':
			return checkForm(formatText(value, label, field).trim(), label, EMAIL, 'email addresses');
		case 'phone':
			return checkForm(formatText(value, label, field).trim(), label, PHONE, 'phone numbers');
		default:
			return formatText(value, label, field);
	}
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;
const PHONE = /\d.*\d.*\d/;

function checkForm(text: string, label: string, form: RegExp, what: string): string {
	if (form.test(text)) return text;
	throw invalidValue(label, text, `The column holds ${what}, one for each lead.`);
}

function formatBoolean(value: unknown, label: string): string {
	const known = isObject(value) ? undefined : BOOLEAN.read(String(value).trim());
	if (known !== undefined) return String(known);
	throw invalidValue(label, value, 'The column is a checkbox. Give true or false.');
}

function formatNumber(value: unknown, label: string): string {
	const text = isObject(value) ? undefined : stringify(value)?.trim();
	if (text !== undefined && NUMBER.test(text)) return text;
	throw invalidValue(
		label,
		value,
		'The column holds numbers. Give one without separators and units.',
	);
}

/** Writes a number without an exponent: 1e21 is 1000000000000000000000. */
function withoutExponent(value: number | bigint): string {
	const text = String(value);
	if (!/e/i.test(text)) return text;
	const [digits, exponent] = text.split(/e/i);
	const [whole, fraction = ''] = digits.replace('-', '').split('.');
	const shift = Number(exponent);
	const all = whole + fraction;
	const point = whole.length + shift;
	const unsigned =
		point <= 0
			? `0.${'0'.repeat(-point)}${all}`
			: point >= all.length
				? all + '0'.repeat(point - all.length)
				: `${all.slice(0, point)}.${all.slice(point)}`;
	return text.startsWith('-') ? `-${unsigned}` : unsigned;
}

function formatMoment(value: unknown, label: string, zone: string): string {
	const ms = readMoment(value, zone);
	if (ms !== undefined) return toApiMoment(ms);
	throw invalidValue(label, value, HOW_DATES);
}

const HOW_DATES =
	'The column holds dates. Give one such as 2026-05-01T10:00:00+05:30, or an expression such as {{ $now }}.';

/** Formats a day: in the value's own zone if it has one, otherwise in the workflow's. */
function formatDay(value: unknown, label: string, zone: string): string {
	const text = typeof value === 'string' ? DAY.exec(value)?.[1] : undefined;
	if (text !== undefined && readMoment(text, 'UTC') !== undefined) return text;
	const ms = typeof value === 'string' && DAY.test(value) ? undefined : readMoment(value, zone);
	if (ms === undefined) throw invalidValue(label, value, HOW_DATES);
	return isoText(value, 'toISODate') ?? dayIn(ms, zone);
}

/** Formats one of n8n's dates; returns undefined if it is invalid, or not a date. */
function isoText(value: unknown, method: 'toISO' | 'toISODate'): string | undefined {
	const format = (Object(value) as Record<string, unknown>)[method];
	const text: unknown = typeof format === 'function' ? format.call(value) : undefined;
	return typeof text === 'string' ? text : undefined;
}

function formatText(value: unknown, label: string, field: Column | undefined): string {
	const text = stringify(value);
	if (text === undefined) {
		throw invalidValue(
			label,
			value instanceof Date ? 'an invalid date' : 'an object',
			'Give a text, a number, or a field of that object.',
		);
	}
	const { choices, maxLength, dataType } = field ?? {};
	if (choices) return findChoice(text, label, choices);
	if (maxLength !== undefined && /^text$/i.test(dataType ?? '') && text.length > maxLength) {
		throw invalidValue(
			label,
			text,
			`It has ${text.length} characters, and the column takes ${maxLength}.`,
		);
	}
	return text;
}

function stringify(value: unknown): string | undefined {
	if (typeof value === 'number' || typeof value === 'bigint') return withoutExponent(value);
	if (!isObject(value)) return String(value);
	if (!(value instanceof Date)) return isoText(value, 'toISO');
	return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
}

const isObject = (value: unknown): boolean =>
	(typeof value === 'object' && value !== null) || typeof value === 'function';

/** Finds a choice. LeadSquared silently stores any other value, and later finds no lead by it. */
function findChoice(text: string, label: string, choices: string[]): string {
	const normalize = (choice: string) => choice.trim().toLowerCase();
	const known =
		choices.find((choice) => choice === text) ??
		choices.find((choice) => normalize(choice) === normalize(text));
	if (known !== undefined) return known;
	const few = choices.slice(0, 10).join(', ');
	const more = choices.length > 10 ? `, and ${choices.length - 10} more` : '';
	throw invalidValue(label, text, `The column is a drop-down. It may be ${few}${more}.`);
}
