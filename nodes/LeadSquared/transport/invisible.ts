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
