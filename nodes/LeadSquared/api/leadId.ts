import { INVISIBLE } from '../base/text';

/** A lead id as LeadSquared writes it: a GUID, 8-4-4-4-12 hexadecimal digits. */
export const LEAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

// .NET's Guid.Empty: what a program writes that has no id.
const EMPTY_GUID = '00000000-0000-0000-0000-000000000000';

/** Whether this is the GUID that stands for none. */
export const isEmptyGuid = (id: string): boolean => id.charCodeAt(0) === 48 && id === EMPTY_GUID;

/**
 * What two spellings of the same lead id share: LeadSquared's ids are GUIDs, so case, braces,
 * hyphens and blanks mean nothing.
 */
export const idKey = (id: string): string => canonicalId(id).toLowerCase();

// Hyphens as programs for text make them; the minus sign.
const DASH = '\\-\\u2010-\\u2015\\u2043\\u2212\\ufe58\\ufe63\\uff0d';
const DECORATION = new RegExp(`[\\s{}()"'_${DASH}${INVISIBLE}]+`, 'gu');
const DIGITS = /^[0-9a-f]{32}$/i;

/** A GUID as 8-4-4-4-12, its case as it came. What is no GUID stays as it is. */
export function canonicalId(text: string): string {
	if (hasHyphens(text)) return text;
	const digits = text.replace(DECORATION, '');
	if (!DIGITS.test(digits)) return text;
	return [[0, 8], [8, 12], [12, 16], [16, 20], [20]].map((at) => digits.slice(...at)).join('-');
}

// 36 characters with these four hyphens: there is no place for anything but the 32 digits.
function hasHyphens(text: string): boolean {
	return (
		text.length === 36 &&
		text.charCodeAt(8) === 45 &&
		text.charCodeAt(13) === 45 &&
		text.charCodeAt(18) === 45 &&
		text.charCodeAt(23) === 45
	);
}

// Not glued to letters or digits. The second form is for what is no plain ASCII: any hyphen, and
// between two digits whatever nobody sees. Either way a text may be broken behind a hyphen, as mail
// programs do it, and blanks or underscores may stand in the place of all hyphens.
const ASCII_ID = new RegExp(
	`(?<![0-9a-z])(?:${['{8}', '{4}', '{4}', '{4}', '{12}']
		.map((count) => `[0-9a-f]${count}`)
		.join('(?:\\s{0,4}[-_]\\s{0,4}|\\s{1,4})')}|[0-9a-f]{32})(?![0-9a-z])`,
	'gi',
);
const invisible = `[${INVISIBLE}]*`;
const digits = (count: number) => `[0-9a-f](?:${invisible}[0-9a-f]){${count - 1}}`;
const UNICODE_ID = new RegExp(
	`(?<![\\p{L}\\p{N}])(?:${[8, 4, 4, 4, 12]
		.map(digits)
		.join(
			`(?:[\\s${INVISIBLE}]{0,8}[_${DASH}][\\s${INVISIBLE}]{0,8}|[\\s${INVISIBLE}]{1,8})`,
		)}|${digits(32)})(?![\\p{L}\\p{N}])`,
	'giu',
);
const BEYOND_ASCII = /[^\t\n\r -~]/;

/**
 * Replaces the GUIDs of a text, which are found by their form wherever they stand.
 *
 * @param replace gets the id as 8-4-4-4-12 and where it stands; gives what stands in its place, or
 * undefined to leave it
 */
export function replaceIds(
	text: string,
	replace: (id: string, at: number) => string | undefined,
): string {
	return text.replace(
		BEYOND_ASCII.test(text) ? UNICODE_ID : ASCII_ID,
		(found: string, at: number) => {
			return replace(canonicalId(found), at) ?? found;
		},
	);
}

/** Whether there is a GUID in a text. */
export function holdsId(text: string): boolean {
	return text.search(BEYOND_ASCII.test(text) ? UNICODE_ID : ASCII_ID) >= 0;
}
