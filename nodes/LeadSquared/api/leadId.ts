import { INVISIBLE } from '../base/text';

/** A lead ID as LeadSquared writes it: a GUID, 8-4-4-4-12 hexadecimal digits. */
export const LEAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

// .NET's Guid.Empty: programs write it for a missing ID.
const EMPTY_GUID = '00000000-0000-0000-0000-000000000000';

/** Whether this is the GUID that means "none". */
export const isEmptyGuid = (id: string): boolean => id.charCodeAt(0) === 48 && id === EMPTY_GUID;

/**
 * A key that all spellings of a lead ID share. LeadSquared's IDs are GUIDs, so case, braces, hyphens and
 * blanks are irrelevant.
 */
export const idKey = (id: string): string => canonicalId(id).toLowerCase();

// Hyphens that word processors make, and the minus sign.
const DASH = '\\-\\u2010-\\u2015\\u2043\\u2212\\ufe58\\ufe63\\uff0d';
const DECORATION = new RegExp(`[\\s{}()"'_${DASH}${INVISIBLE}]+`, 'gu');
const DIGITS = /^[0-9a-f]{32}$/i;

/** Writes a GUID as 8-4-4-4-12, in its own case. Any other text stays as it is. */
export function canonicalId(text: string): string {
	if (hasHyphens(text)) return text;
	const digits = text.replace(DECORATION, '');
	if (!DIGITS.test(digits)) return text;
	return [[0, 8], [8, 12], [12, 16], [16, 20], [20]].map((at) => digits.slice(...at)).join('-');
}

// 36 characters with these four hyphens leave room for 32 digits only.
function hasHyphens(text: string): boolean {
	return (
		text.length === 36 &&
		text.charCodeAt(8) === 45 &&
		text.charCodeAt(13) === 45 &&
		text.charCodeAt(18) === 45 &&
		text.charCodeAt(23) === 45
	);
}

// No letter or digit may touch an ID. The second form, for text beyond ASCII, allows any hyphen, and
// invisible characters between digits. In both, a line may break after a hyphen, as mail programs do, and
// blanks or underscores may replace the hyphens.
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
 * Replaces the GUIDs in a text, found by their form.
 *
 * @param replace gets an ID as 8-4-4-4-12 and its position; returns the text to replace it with, or
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

/** Whether a text contains a GUID. */
export function holdsId(text: string): boolean {
	return text.search(BEYOND_ASCII.test(text) ? UNICODE_ID : ASCII_ID) >= 0;
}
