import { unescapeAddress } from './leadIds/markup';
import { withoutInvisible, INVISIBLE } from '../base/text';

const UNSEEN = `[\\s${INVISIBLE}]*`;
const BEGIN = new RegExp(`^${UNSEEN}(?:["[]|\\{${UNSEEN}["}])`, 'u');

/** Parses JSON in text, which may have invisible characters; returns undefined if it is not JSON. */
export function parseJson(text: string): unknown {
	if (!BEGIN.test(text)) return undefined;
	const visible = withoutInvisible(text);
	return parse(text) ?? (visible === text ? undefined : parse(visible));
}

// Strings; signs between a name and its value; commas with nothing after them; bare words.
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|=>?|,(?=\s*[}\]])|[^\s{}[\]:,="']+/gs;

/**
 * Parses an object or list in text that is JSON or similar: with other quotes or none, as Python,
 * JavaScript, Ruby and Java print it and word processors change it. Returns undefined for any other text.
 */
export function parseObject(text: string): object | undefined {
	const exact = parseJson(text);
	if (typeof exact === 'object' && exact !== null) return exact;
	const json = withoutInvisible(text)
		.replace(/[\u201c-\u201f\u00ab\u00bb]/g, '"')
		.replace(/[\u2018-\u201b`]/g, "'")
		.replace(TOKEN, (token) => {
			if (token.startsWith('"')) return token;
			if (token.startsWith("'")) return JSON.stringify(token.slice(1, -1).replace(/\\(.)/gs, '$1'));
			if (token.startsWith('=')) return ':';
			if (token === ',') return '';
			if (/^(?:none|null|nil|undefined|nan)$/i.test(token)) return 'null';
			return /^(?:true|false)$/i.test(token) ? token.toLowerCase() : JSON.stringify(token);
		});
	const loose = parse(json);
	return typeof loose === 'object' && loose !== null ? loose : undefined;
}

const FORM = /^\s*[\w.[\]%-]{1,100}=[^&=\s]*(?:&[\w.[\]%-]{1,100}=[^&=\s]*)+\s*$/;

/** Parses the fields of a form or a URL's query, `a=1&b=2`; returns undefined for any other text. */
export function parseForm(text: string): object | undefined {
	if (!FORM.test(text)) return undefined;
	const fields = new Map<string, string[]>();
	for (const pair of text.trim().split('&')) {
		const [name, value] = pair.split('=').map(unescapeAddress);
		fields.set(name, [...(fields.get(name) ?? []), value]);
	}
	return Object.fromEntries(fields);
}

/** Finds the parts of a text in braces, each from its first brace to the closing one. */
export function bracedParts(text: string): Array<[number, number]> {
	const parts: Array<[number, number]> = [];
	let depth = 0;
	let from = 0;
	for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
		if (brace === '{' && depth++ === 0) from = index;
		if (brace === '}' && depth > 0 && --depth === 0) parts.push([from, index + 1]);
	}
	return parts;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
