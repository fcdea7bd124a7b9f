import type { Column } from '../api/metadata';
import { hasLostDigits, LOST_DIGITS, readEmail, readPhone } from '../input/leadKeys';
import { onlyOne, yesNo } from '../input/readers';
import { dateAdvice, type Dates, isoText, readColumnDate } from '../input/moments';
import { choiceAdvice, findChoice } from '../columns/choices';
import { userById, type UserFinder } from '../columns/users';
import { InvalidInput } from '../base/invalidInput';
import { isBlankValue, isNoText, showValue } from '../base/text';
import { nameOfUserIn } from '../api/standardColumns';

const BOOLEAN = yesNo('');
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/**
 * Whether a value has nothing to write into a column: it is blank, or a word such as `#N/A`, `undefined` and
 * `null`. Columns that hold no free text have more such words, such as `-` and `none`.
 */
export function isEmptyValue(given: unknown, field?: Column): boolean {
	const value = onlyOne(given);
	if (Array.isArray(value)) return value.every((each) => isEmptyValue(each, field));
	// JSON has null for NaN.
	if (Number.isNaN(value)) return true;
	const takesText = field === undefined || (TEXT_TYPE.test(field.dataType) && !field.choices);
	if (takesText) return isNoText(value);
	const isChoice = () =>
		typeof value === 'string' && findChoice(value, { choices: field.choices }) !== undefined;
	return isBlankValue(value) && !isChoice();
}

const TEXT_TYPE = /^(?!(?:date|datetime|number|boolean|email|phone)$)/i;

/**
 * Formats a value as LeadSquared accepts it, as text: moments in UTC as `YYYY-MM-DD HH:MM:SS`, days as
 * `YYYY-MM-DD` (https://apidocs.leadsquared.com/overview/), checkboxes as `true` and `false` (public
 * code), numbers digit for digit, texts as they are.
 *
 * @param name the column's schema name
 * @param field the column, if it is known
 * @param findUser finds the user that a value names
 * @throws InvalidInput for values that the column cannot hold: LeadSquared silently stores some of them
 */
export function formatValue(
	given: unknown,
	name: string,
	field: Column | undefined,
	dates: Dates,
	findUser: UserFinder = userById('Enter the ID of a user.'),
): string {
	const value = onlyOne(given);
	const label = columnLabel(name, field);
	if (field?.isMultiple && field.choices) return formatChoices(value, label, field);
	if (Array.isArray(value)) {
		throw new InvalidInput(
			`${label} does not accept a list`,
			'Enter one value: LeadSquared does not document how it takes several.',
		);
	}
	if (nameOfUserIn(name) || isOfUser(field)) return formatUser(value, label, findUser);
	switch (field?.dataType.toLowerCase()) {
		case 'boolean':
			return formatBoolean(value, label);
		case 'number':
			return formatNumber(value, label);
		case 'date':
		case 'datetime':
			return formatDate(value, label, field!, dates);
		// Leads are found by these. What is copied along with them would create a duplicate.
		case 'email':
			return formatEmail(value, label);
		case 'phone':
			return formatPhone(value, label);
		default:
			return formatText(value, label, field);
	}
}

/** Whether a field of an activity holds the ID of a user. */
export const isOfUser = (field?: Column): boolean => /^activeusers$/i.test(field?.dataType ?? '');

/** A column in a message: its label as people see it, and its schema name. */
export function columnLabel(name: string, field?: Column): string {
	const label = field?.displayName ?? name;
	return label === name ? `'${name}'` : `'${label}' (${name})`;
}

/** The error for a value that a column cannot hold. */
export const doesNotAccept = (label: string, value: unknown, advice: string): InvalidInput => {
	const shown = typeof value === 'string' ? `"${showValue(value)}"` : showValue(value);
	return new InvalidInput(`${label} does not accept ${shown}`, advice);
};

function formatEmail(value: unknown, label: string): string {
	const address = isObject(value) ? undefined : readEmail(String(value));
	if (address !== undefined) return address;
	throw doesNotAccept(label, value, 'Enter one email address.');
}

function formatPhone(value: unknown, label: string): string {
	const text = isObject(value) ? '' : stringify(value)!;
	const number = readPhone(text);
	if (number !== undefined) return number;
	throw doesNotAccept(label, value, hasLostDigits(text) ? LOST_DIGITS : 'Enter one phone number.');
}

function formatBoolean(value: unknown, label: string): string {
	const known = isObject(value) ? undefined : BOOLEAN.read(String(value).trim());
	if (known !== undefined) return String(known);
	throw doesNotAccept(label, value, 'It is a checkbox: enter true or false.');
}

function formatDate(value: unknown, label: string, column: Column, dates: Dates): string {
	const date = readColumnDate(value, column, dates);
	if (date !== undefined) return date;
	throw doesNotAccept(label, value, dateAdvice(value, dates.format, column));
}

/** Formats a user as an ID. LeadSquared stores any other text, and the lead then has no owner. */
function formatUser(value: unknown, label: string, findUser: UserFinder): string {
	const text = isObject(value) ? '' : String(value).trim();
	const user = findUser(text);
	if ('id' in user) return user.id;
	throw doesNotAccept(label, value, user.advice);
}

function formatNumber(value: unknown, label: string): string {
	const text = isObject(value) ? undefined : stringify(value)?.trim();
	if (text !== undefined && NUMBER.test(text)) return text;
	throw doesNotAccept(label, value, 'Enter a number without separators or units.');
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

function formatText(value: unknown, label: string, field: Column | undefined): string {
	const text = stringify(value);
	if (text === undefined) {
		throw new InvalidInput(
			`${label} does not accept ${value instanceof Date ? 'an invalid date' : 'an object'}`,
			'Enter text, a number, or a field of that object.',
		);
	}
	const { choices, maxLength, dataType } = field ?? {};
	if (choices) {
		// LeadSquared silently stores any other value, and later finds no lead by it.
		const choice = findChoice(text, field!);
		if (choice === undefined) throw doesNotAccept(label, text, choiceAdvice(text, choices));
		return choice;
	}
	if (maxLength !== undefined && /^text$/i.test(dataType ?? '') && text.length > maxLength) {
		// Databases count an emoji as one character, JavaScript as two or more.
		const { length } = [...text];
		if (length > maxLength) {
			throw doesNotAccept(label, text, `It has ${length} characters. Enter at most ${maxLength}.`);
		}
	}
	return text;
}

/** Formats the values of a column that holds several: joined as LeadSquared's own pages join them, with `;`. */
function formatChoices(value: unknown, label: string, field: Column): string {
	const all = Array.isArray(value) ? (value as unknown[]) : [value];
	const given = all.flatMap((each) => {
		if (isEmptyValue(each, field)) return [];
		if (isObject(each)) throw doesNotAccept(label, each, choiceAdvice('', field.choices!));
		const text = String(each).trim();
		return findChoice(text, { choices: field.choices }) ?? text.split(/\s*[;\n]\s*/);
	});
	const parts = given.filter((part) => part !== '');
	return [...new Set(parts.map((part) => formatText(part, label, field)))].join(';');
}

function stringify(value: unknown): string | undefined {
	if (typeof value === 'number' || typeof value === 'bigint') return withoutExponent(value);
	if (!isObject(value)) return String(value);
	if (!(value instanceof Date)) return isoText(value);
	return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
}

const isObject = (value: unknown): boolean =>
	(typeof value === 'object' && value !== null) || typeof value === 'function';
