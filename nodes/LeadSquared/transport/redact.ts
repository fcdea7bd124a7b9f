import type { LeadSquaredCredentials } from './credentials';

// A shorter key may be part of ordinary words, which would then be removed.
const SHORTEST_KEY = 8;

const NAMED_ENTITIES: Record<string, string> = {
	'&': 'amp',
	'<': 'lt',
	'>': 'gt',
	'"': 'quot',
	"'": 'apos',
	$: 'dollar',
	'+': 'plus',
	'/': 'sol',
	'=': 'equals',
};

/**
 * Makes a function that removes an account's keys from a text, in case LeadSquared or the network repeats
 * one: as it is, or as HTML, URLs and JSON write it.
 */
export function redactor({
	accessKey,
	secretKey,
}: Pick<LeadSquaredCredentials, 'accessKey' | 'secretKey'>): (text: string) => string {
	const keys = [accessKey, secretKey].filter((key) => key.length >= SHORTEST_KEY);
	if (keys.length === 0) return (text) => text;
	// The longer key comes first, because it may contain the other.
	const patterns = keys.sort((a, b) => b.length - a.length).map(anyWriting);
	const pattern = new RegExp(patterns.join('|'), 'g');
	return (text) => text.replace(pattern, '***');
}

function anyWriting(key: string): string {
	return [...key]
		.map((char) => {
			const code = char.codePointAt(0)!;
			const plain = char.replace(/[^A-Za-z0-9]/g, '\\$&');
			if (/[A-Za-z0-9]/.test(char)) return plain;
			const hex = code.toString(16);
			const anyCase = (digits: string) =>
				digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
			const percent = [...Buffer.from(char)].map(
				(byte) => `%(?:25)?${anyCase(byte.toString(16).padStart(2, '0'))}`,
			);
			const entity = NAMED_ENTITIES[char];
			return `(?:${[
				plain,
				`\\\\+${plain}`,
				percent.join(''),
				`&(?:amp;)?#0*${code};?`,
				`&(?:amp;)?#[xX]0*${anyCase(hex)};?`,
				`\\\\+u${anyCase(hex.padStart(4, '0'))}`,
				...(entity ? [`&(?:amp;)?${entity};`] : []),
			].join('|')})`;
		})
		.join('');
}
