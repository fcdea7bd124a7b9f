import { ALL_COLUMNS } from '../api/metadata';
import { InvalidInput } from '../base/invalidInput';
import { withoutInvisible, isBlankText } from '../base/text';
import { parseJson, parseObject } from './looseJson';
import { asList } from './leadIds/inObject';

/** Most schema names. */
const PLAIN_NAME = /^\w+$/;
const SEPARATOR = /[,;|\n\r\t\u2028\u2029\u3001\uff0c\uff1b]/;
// Some pages have only a zero-width space between two names. After an underscore it only marks a place
// where the page may break the name.
const UNSEEN_SEPARATOR = /(?<=[^\s_\u200b])\u200b+(?=[^\s_\u200b])/g;
const QUOTE = /[\s\p{Pi}\p{Pf}"'`\u201a\u201e]/u;
const BRACKETS = ['[]', '()', '{}', '<>'];
const MAX_NAME_LENGTH = 500;

/**
 * Reads column names from a picker or an expression: nested lists, text with any separators, JSON in
 * text, n8n's own `{ name, value }`.
 *
 * @param label the parameter, for the error
 * @throws InvalidInput for an object that holds no name
 */
export function parseColumnNames(value: unknown, label = 'Column Names or IDs'): string[] {
	if (value === null || value === undefined) return [];
	if (typeof value === 'object') {
		const list: unknown[] | undefined = Array.isArray(value) ? value : asList(value);
		return list ? list.flatMap((each) => parseColumnNames(each, label)) : namesIn(value, label);
	}
	const text = String(value);
	if (PLAIN_NAME.test(text)) return isBlankText(text) ? [] : [text];
	if (text.includes('[object Object]')) throw noName('[object Object]', label);
	const parsed = parseJson(text) ?? (/^[\s[]*\{/.test(text) ? parseObject(text) : undefined);
	if (parsed !== undefined) return parseColumnNames(parsed, label);
	return withoutInvisible(text.replace(UNSEEN_SEPARATOR, '\n'))
		.split(SEPARATOR)
		.map(withoutDecoration)
		.filter((name) => name === ALL_COLUMNS || !isBlankText(name));
}

/** Removes quotes and brackets around a name. Those within a name stay, as in `Amount (INR)`. */
function withoutDecoration(piece: string): string {
	if (piece.length > MAX_NAME_LENGTH) return piece.trim();
	let [from, to] = [0, piece.length];
	const strip = () => {
		const inner = piece.slice(from, to);
		const [first, last] = [inner.at(0) ?? '', inner.at(-1) ?? ''];
		const opened = BRACKETS.find(([open]) => open === first);
		const closed = BRACKETS.find(([, close]) => close === last);
		const closedAt = opened && closingAt(inner, opened);
		if (closedAt === inner.length - 1) [from, to] = [from + 1, to - 1];
		else if (QUOTE.test(first) || closedAt === -1) from++;
		else if (QUOTE.test(last) || (closed && !inner.includes(closed[0]))) to--;
		else return false;
		return from < to;
	};
	while (strip());
	return piece.slice(from, to);
}

/** The position where the first bracket of a text is closed; -1 if it is not. */
function closingAt(text: string, [open, close]: string): number {
	let depth = 0;
	for (let at = 0; at < text.length; at++) {
		if (text[at] === open) depth++;
		if (text[at] === close && --depth === 0) return at;
	}
	return -1;
}

// Keys of a column's name in n8n's lists, LeadSquared's metadata and this node's own list, and keys
// that AI models use for a list of names.
const NAME_KEYS = [
	'value',
	'SchemaName',
	'schemaName',
	'Attribute',
	'name',
	'id',
	'columns',
	'names',
];

function namesIn(carrier: object, label: string): string[] {
	if (Object.keys(carrier).length === 0) return [];
	for (const key of NAME_KEYS) {
		const inner = (carrier as Record<string, unknown>)[key];
		const names =
			typeof inner === 'string' || Array.isArray(inner) ? parseColumnNames(inner, label) : [];
		if (names.length > 0) return names;
	}
	throw noName(Object.keys(carrier).join(', '), label);
}

function noName(text: string, label: string): InvalidInput {
	return new InvalidInput(
		`'${label}' contains something that is not the name of a column: ${text.slice(0, 60)}`,
		'Enter schema names such as FirstName, as a list or as text separated by commas. Remove spaces and other text outside {{ }} from an expression.',
	);
}
