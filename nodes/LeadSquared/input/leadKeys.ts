import { holdsId } from '../api/leadId';

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
/** Up to 15 digits, as the international numbering plan allows. */
const PHONE = /^\+?(?:[\s().\-/\u2010-\u2015]*\d){6,15}[\s().\-/\u2010-\u2015]*$/;
/** Shorter numbers may be lead numbers. */
const SURELY_PHONE = /^\+|(?:\d\D*){10}/;

/** Removes the name and `mailto:` from `"Ann Lee" <ann@example.com>` and `mailto:ann@example.com`. */
export const readAddress = (text: string): string =>
	(/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).replace(/^mailto:/i, '').trim();

/** Reads a phone number. Sheets turn them into numbers: `919876543210.0`, `9.1987654321E11`. */
export function readPhone(text: string): string {
	const isNumber = /^\d(?:\.\d+)?e\+?\d+$/i.test(text) || /^\d+\.0+$/.test(text);
	return isNumber ? BigInt(Math.round(Number(text))).toString() : text.replace(/^tel:/i, '');
}

/** Whether a text is one email address, with or without a name. */
export const isEmail = (text: string): boolean => EMAIL.test(readAddress(text));

/** Whether a text has the form of a phone number. */
export const isPhone = (text: string): boolean => PHONE.test(readPhone(text));

/** The key of a lead that a text certainly is, by its form; undefined for names and other texts. */
export function keyKind(text: string): 'id' | 'email' | 'phone' | undefined {
	if (holdsId(text)) return 'id';
	if (isEmail(text)) return 'email';
	return isPhone(text) && SURELY_PHONE.test(readPhone(text)) ? 'phone' : undefined;
}

/** The names of keys, with the way to look a lead up by them in the operation Get. */
export const KEY_NAMES = {
	id: { one: 'a lead ID', many: 'lead IDs', mode: 'By ID' },
	email: { one: 'an email address', many: 'email addresses', mode: 'By Email' },
	phone: { one: 'a phone number', many: 'phone numbers', mode: 'By Phone' },
};
