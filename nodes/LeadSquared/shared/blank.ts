import { withoutInvisible } from '../transport/invisible';

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
