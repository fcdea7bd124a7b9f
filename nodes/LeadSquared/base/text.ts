/**
 * Characters that nobody sees, as the members of a character class (flag `u`): zero width and soft
 * hyphen, marks of direction, byte order mark, selectors of emoji, fillers, and controls other than
 * line ends and tabs. They come along with what is copied from chats, pages and documents.
 */
export const INVISIBLE =
	'\\p{Default_Ignorable_Code_Point}\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f';

const ANY = new RegExp(`[${INVISIBLE}]`, 'gu');

/** The text without the characters that nobody sees. */
export function withoutInvisible(text: string): string {
	return text.replace(ANY, '');
}

/** The text with the characters that nobody sees as people write them: U+200B. */
export function showInvisible(text: string): string {
	return text.replace(
		ANY,
		(one) => `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`,
	);
}

const WORD = /[\p{L}\p{N}\p{M}]/u;
// What templates, sheets, databases and programs leave where there is no value.
const NOTHING = /^(?:undefined|null|nil|none|nan|nat|n ?\/ ?a|na|n\.a|nothing)$/i;
const NULL_OF_A_DUMP = /^\\N$/;
// #N/A, #REF!, #VALUE!, #DIV/0!, #NAME?, #NV, in whatever language the sheet has.
const FAULT_OF_A_SHEET = /^#(?:[\p{L}\u00a1/0_]{1,20}[!?]|N\/\p{L}{1,3}|NV|SPILL|CALC|ERROR)$/iu;

/** A piece of text from its first letter or digit to its last; empty if it has none. */
export function core(piece: string): string {
	const from = piece.search(WORD);
	if (from < 0) return '';
	let to = piece.length;
	for (;;) {
		const last = piece.charCodeAt(to - 1);
		const size = last >= 0xdc00 && last <= 0xdfff ? 2 : 1;
		if (WORD.test(piece.slice(to - size, to))) return piece.slice(from, to);
		to -= size;
	}
}

/**
 * Whether a text says that there is nothing: no letter and no digit, or a word like `null`, `N/A`
 * and `#REF!`, which stand in cells and come out of templates.
 */
export function isBlankText(text: string): boolean {
	// Longer than any of them.
	if (text.length > 1000) return !WORD.test(text);
	const plain = withoutInvisible(text).trim();
	return (
		NOTHING.test(core(plain)) ||
		NULL_OF_A_DUMP.test(plain) ||
		FAULT_OF_A_SHEET.test(plain) ||
		!WORD.test(plain)
	);
}

/** Whether a value says that there is nothing, as text or by being none. */
export const isBlankValue = (value: unknown): boolean =>
	value === null || value === undefined || (typeof value === 'string' && isBlankText(value));
// Strings; what stands between a name and its value; commas with nothing behind them; bare words.
const SHOWN = 5;

/** A number for people: `10,500`. */
export const count = (of: number): string => of.toLocaleString('en-US');

/** The first five names, and how many more there are. */
export function firstFew(names: string[], separator = ', ', shown = SHOWN): string {
	const few = names.slice(0, shown).join(separator);
	return names.length > shown ? `${few} and ${count(names.length - shown)} more` : few;
}

/** Cuts a long text, and shows that it was cut. */
export const truncate = (text: string, maxLength: number): string =>
	text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;

/** Cuts a long text for a message. */
export const shorten = (text: string): string => truncate(text, 60);

/** A value for people: a text as it is, anything else as JSON. */
export const shown = (value: unknown): string =>
	shorten(typeof value === 'string' ? value : asJson(value));

function asJson(value: unknown): string {
	const plain = (_key: string, each: unknown) => (typeof each === 'bigint' ? String(each) : each);
	try {
		return JSON.stringify(value, plain) ?? String(value);
	} catch {
		// It holds itself, or does not let itself be read.
		return 'an object';
	}
}
