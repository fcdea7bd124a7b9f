import { holdsId } from '../api/leadId';
import { ID_COLUMN } from '../api/leads';
import { withoutInvisible } from '../base/text';

/** Other marks around an address are refused: LeadSquared would store them with a second lead. */
const EMAIL = /^[^\s@<>()[\]{},;:"\u00ab\u00bb]+@[\p{L}\p{N}.-]*[\p{L}\p{N}]$/u;
/** Up to 15 digits, as the international numbering plan allows. */
const PHONE = /^\(?\+?(?:[\s().\-/\u2010-\u2015]*\d){3,15}[\s().\-/\u2010-\u2015]*$/;
/** Shorter numbers are extensions, or no phone numbers. */
const MIN_DIGITS = 6;
/** Shorter numbers may be lead numbers. */
const SURELY_PHONE = /^\+|(?:\d\D*){10}/;

/** Removes invisible characters, and replaces wide digits and the like by their usual form. */
const visibleText = (text: string): string => withoutInvisible(text).normalize('NFKC');

/** Removes quotes, brackets and the marks of a sentence around a value. */
const withoutMarks = (text: string): string =>
	text
		.replace(/^[\s"'`<[{\u00ab\u2018-\u201f]+/, '')
		.replace(/[\s"'`>\]}.,;:!\u3002\u00bb\u2018-\u201f]+$/, '');

/**
 * Reads one email address: alone, in a link such as `mailto:ann@example.com?subject=Hi`, or after a name
 * as in `Ann Lee <ann@example.com>`.
 *
 * @returns undefined if the text is not one address
 */
export function readEmail(text: string): string | undefined {
	const visible = visibleText(text);
	const [, named = visible] = /^[^<]*<([^<>]+)>[\s.,;]*$/.exec(visible) ?? [];
	const [, link = named] = /^mailto:([^?]*)/i.exec(withoutMarks(named)) ?? [];
	const address = withoutMarks(link);
	return EMAIL.test(address) ? address : undefined;
}

/**
 * Reads one phone number, without its extension. Sheets and programs turn numbers into decimal ones:
 * `919876543210.0`, `9.1987654321E11`.
 *
 * @returns the number as it is written otherwise; undefined if the text is not one number, or if
 * {@link hasLostDigits}
 */
export function readPhone(text: string): string | undefined {
	const bare = withoutMarks(visibleText(text))
		.replace(/^[a-z]+\s*[.:]+\s*/i, '')
		.replace(/[\s,;(]*(?:extension|extn|ext|x|#)[\s.:=]*\d{1,6}\)?$/i, '');
	const number = /^(\d)(?:[.,](\d+))?e\+?(\d+)$/i.exec(bare);
	if (number) return hasLostDigits(text) ? undefined : digitsOf(number);
	const isGrouped = /^\d{1,3}(?:,\d{2,3})+(?:\.0+)?$/.test(bare);
	const whole = (isGrouped ? bare.replaceAll(',', '') : bare).replace(/^(\+?\d+)\.0+$/, '$1');
	return PHONE.test(whole) ? whole : undefined;
}

/**
 * Whether a text is a number that a sheet has shortened, so that its last digits are lost: `9.19877E+11`.
 * Sheets write `E+`. Programs write 919876543210 as `9.1987654321E11`, where zeros at the end are missing.
 */
export function hasLostDigits(text: string): boolean {
	const [, fraction = '', plus, exponent] =
		/^\d(?:[.,](\d+))?e(\+?)(\d+)$/i.exec(withoutMarks(visibleText(text))) ?? [];
	return Number(exponent) - fraction.length > (plus ? 0 : 2);
}

/** The advice for such a number. */
export const LOST_DIGITS =
	'The sheet has shortened this number, and its last digits are lost. Format the column as text in the sheet, and enter the numbers again.';

const digitsOf = ([, first, fraction = '', exponent]: string[]): string =>
	(first + fraction).padEnd(Number(exponent) + 1, '0');

/** Whether a text is one email address, with or without a name. */
export const isEmail = (text: string): boolean => readEmail(text) !== undefined;

/** Whether a text has the form of a phone number. */
export const isPhone = (text: string): boolean =>
	(readPhone(text) ?? '').replace(/\D/g, '').length >= MIN_DIGITS;

/** The key of a lead that a text certainly is, by its form; undefined for names and other texts. */
export function keyKind(text: string): 'id' | 'email' | 'phone' | undefined {
	if (holdsId(text)) return 'id';
	if (isEmail(text)) return 'email';
	return isPhone(text) && SURELY_PHONE.test(readPhone(text)!) ? 'phone' : undefined;
}

/** A key that one lead has, and its text. */
export interface LeadKey {
	by: 'id' | 'email' | 'phone';
	text: string;
}

/** The columns of these keys. */
export const KEY_COLUMNS: Record<LeadKey['by'], string> = {
	id: ID_COLUMN,
	email: 'EmailAddress',
	phone: 'Phone',
};

/** The names of keys, with the way to look a lead up by them in the operation Get. */
export const KEY_NAMES = {
	id: { one: 'a lead ID', many: 'lead IDs', mode: 'By ID' },
	email: { one: 'an email address', many: 'email addresses', mode: 'By Email' },
	phone: { one: 'a phone number', many: 'phone numbers', mode: 'By Phone' },
};
