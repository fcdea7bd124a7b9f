/**
 * Invisible characters, as the members of a character class (flag `u`): zero width and soft hyphen,
 * marks of direction, byte order mark, selectors of emoji, fillers, and controls other than line ends
 * and tabs. Text that is copied from chats, pages and documents often has some.
 */
export const INVISIBLE =
	'\\p{Default_Ignorable_Code_Point}\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f';

const EACH_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'gu');

/** Removes invisible characters. */
export function withoutInvisible(text: string): string {
	return text.replace(EACH_INVISIBLE, '');
}

/** Writes invisible characters as people do: U+200B. */
export function showInvisible(text: string): string {
	return text.replace(
		EACH_INVISIBLE,
		(each) => `U+${each.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
	);
}

const WORD = /[\p{L}\p{N}\p{M}]/u;
// Templates, sheets, databases and programs write these for a missing value.
const NOTHING = /^(?:undefined|null|nil|none|nan|nat|n ?\/ ?a|na|n\.a|nothing)$/i;
const DUMP_NULL = /^\\N$/;
// #N/A, #REF!, #VALUE!, #DIV/0!, #NAME?, #NV, in the language of the sheet.
// In capitals, unlike #Done!
const SHEET_ERROR = /^#(?:[\p{Lu}\u00a1/0_]{1,20}[!?]|[Nn]\/\p{L}{1,3}|NV|SPILL|CALC|ERROR)$/u;
/** The longest of these words and errors. */
const MAX_BLANK_LENGTH = 1000;

/** Whether a value means that there is none: null, undefined, or text that {@link isBlankText}. */
export const isBlankValue = (value: unknown): boolean =>
	value === null || value === undefined || (typeof value === 'string' && isBlankText(value));

// Stricter, for columns that hold any text: Null and Na are names, and "-" may be an answer.
const NO_TEXT = /^(?:undefined|null|NULL|NaN|n\/a|N\/A|\\N)$/;

/** Whether a value has nothing to write into a column of text: blank, or what programs and sheets write for none. */
export const isNoText = (value: unknown): boolean => {
	if (value === null || value === undefined) return true;
	if (typeof value !== 'string' || value.length > MAX_BLANK_LENGTH) return false;
	const visible = withoutInvisible(value).trim();
	return visible === '' || NO_TEXT.test(visible) || SHEET_ERROR.test(visible);
};

/**
 * Whether a text means that there is no value: it has no letter and no digit, or is a word such as
 * `null`, `N/A` and `#REF!`, which cells have and templates produce.
 */
export function isBlankText(text: string): boolean {
	if (text.length > MAX_BLANK_LENGTH) return !WORD.test(text);
	const visible = withoutInvisible(text).trim();
	return (
		NOTHING.test(trimToWord(visible)) ||
		DUMP_NULL.test(visible) ||
		SHEET_ERROR.test(visible) ||
		!WORD.test(visible)
	);
}

/** Trims a text to its first and last letter or digit; empty if it has none. */
export function trimToWord(text: string): string {
	const from = text.search(WORD);
	if (from < 0) return '';
	let to = text.length;
	for (;;) {
		const last = text.charCodeAt(to - 1);
		const size = last >= 0xdc00 && last <= 0xdfff ? 2 : 1;
		if (WORD.test(text.slice(to - size, to))) return text.slice(from, to);
		to -= size;
	}
}

/** Formats a number: `10,500`. */
export const count = (of: number): string => of.toLocaleString('en-US');

/** Formats a number with its noun: `1 lead`, `10,500 leads`. */
export const plural = (of: number, thing: string): string =>
	`${count(of)} ${of === 1 ? thing : pluralOf(thing)}`;

/** The plural of a noun: `leads`, `activities`. */
export const pluralOf = (thing: string): string =>
	/[^aeiou]y$/.test(thing) ? `${thing.slice(0, -1)}ies` : `${thing}s`;

const MAX_NAMES = 5;

/** The first five names, and the number of the others. */
export function firstFew(names: string[], separator = ', ', max = MAX_NAMES): string {
	const few = names.slice(0, max).join(separator);
	return names.length > max ? `${few} and ${count(names.length - max)} more` : few;
}

/** Cuts a long text, and shows that it was cut. */
export const truncate = (text: string, maxLength: number): string =>
	text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;

/** Cuts a long text for a message. */
export const shorten = (text: string): string => truncate(text, 60);

/**
 * Writes a text as HTML, which n8n shows hints and the descriptions of errors as. Otherwise a value such as
 * `<b>x</b>` loses its tags, and an image in one is loaded.
 */
export const asHtml = (text: string): string =>
	text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br>');

/** Any value in a message: text as it is, anything else as JSON. */
export const showValue = (value: unknown): string =>
	shorten(['string', 'bigint'].includes(typeof value) ? String(value) : asJson(value));

function asJson(value: unknown): string {
	const withoutBigInt = (_key: string, each: unknown) =>
		typeof each === 'bigint' ? String(each) : each;
	try {
		return JSON.stringify(value, withoutBigInt) ?? String(value);
	} catch {
		// It contains itself, or cannot be read.
		return 'an object';
	}
}
