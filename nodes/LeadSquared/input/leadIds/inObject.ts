import { holdsId, LEAD_ID } from '../../api/leadId';
import { isBlankText } from '../../base/text';
import { placeOf, SURE, sureness } from './names';
// How surely there are lead ids in something, beyond what a name says (SURE, 1 to 7).
/** Something that is no id, under a name that leaves no doubt: an `id` beside it does not count. */
const NO_ID = 5.5;
/** An id in a text. */
const ID_IN_TEXT = 8;
const EARLIER_ID = 8.5;
const TEXT = 9;
/** There is a name or a place for it, and nothing in it. */
const BLANK = 100;
const NONE = 1000;

/** No data is nested deeper; but an object may hold itself. */
const DEEPEST = 100;

/**
 * Finds the members of objects that carry lead ids: those with the surest names, at whatever depth.
 * So of an activity only the lead's id is read and none of its other GUIDs, and of a change what
 * came after it. Each object is looked at once, however they are nested.
 */
export class IdCarriers {
	private readonly known = new Map<object, number>();

	/** The values in which an object's lead ids are; undefined if it has no name for them. */
	in(carrier: object): unknown[] | undefined {
		const best = this.surenessOf(carrier, 0);
		if (best === BLANK) return [];
		if (best === NONE || best === TEXT) return undefined;
		return Object.entries(asRecord(carrier))
			.filter(([name, value]) => this.surenessOfMember(name, value, 0) === best)
			.map(([, value]) => value);
	}

	private surenessOf(value: unknown, depth: number): number {
		if (value === null || value === undefined) return BLANK;
		if (typeof value === 'string' && holdsId(value)) return ID_IN_TEXT;
		if (typeof value === 'string' && isBlankText(value)) return BLANK;
		if (typeof value !== 'object') return TEXT;
		const known = this.known.get(value);
		if (known !== undefined) return known;
		// Where something holds itself, the inner one adds nothing.
		this.known.set(value, NONE);
		let best = depth < DEEPEST && Object.keys(value).length === 0 ? BLANK : NONE;
		if (depth < DEEPEST) {
			const list = asList(value);
			const members = list ?? Object.entries(asRecord(value));
			for (const member of members) {
				const sure = list
					? this.surenessOf(member, depth + 1)
					: this.surenessOfMember(...(member as [string, unknown]), depth + 1);
				if (sure < best) best = sure;
			}
		}
		this.known.set(value, best);
		return best;
	}

	private surenessOfMember(name: string, value: unknown, depth: number): number {
		const named = sureness(name);
		const place = placeOf(name);
		if (place === 'aside') return NONE;
		if (named === undefined && place === 'other' && typeof value !== 'object') return NONE;
		const inside = this.surenessOf(value, depth);
		if (named !== undefined) {
			if (inside === BLANK) return BLANK;
			if (inside <= EARLIER_ID && inside !== NO_ID) return named;
			return named < SURE.id ? NO_ID : TEXT;
		}
		if (place === 'before') {
			if (inside < NO_ID) return SURE.before;
			return inside <= EARLIER_ID ? EARLIER_ID : NONE;
		}
		if (place === 'around') return inside === TEXT ? NONE : inside;
		return inside <= NO_ID ? inside : NONE;
	}
}

function asRecord(value: object): object {
	return Array.isArray(value) ? Object.fromEntries(pairsOf(value) ?? []) : value;
}

const LABELS = [
	'Attribute',
	'SchemaName',
	'Identifier',
	'name',
	'key',
	'field',
	'label',
	'title',
	'question',
];
const VALUES = ['Value', 'value', 'IdentifierValue', 'answer'];
const SEPARATORS = ['\t', '|', ';', ','];
const FENCE = /^[\s|:+=-]*$/;

/**
 * The rows of a table in text, as objects, if its first line names its columns and one of them is
 * for lead ids: then a GUID in another column is not a lead's. With tabs, as copied from a sheet; as
 * CSV; as Markdown.
 */
export function tableIn(text: string): object[] | undefined {
	const end = text.search(/[\r\n]/);
	const heading = end < 0 || end > 10_000 ? '' : text.slice(0, end);
	const separator = SEPARATORS.find((one) => heading.includes(one));
	if (separator === undefined || !cellsOf(heading, separator).some(isForIds)) return undefined;
	const lines = text.split(/\r\n?|\n/).filter((line) => !FENCE.test(line));
	return tableOf(lines.map((line) => cellsOf(line, separator)));
}

/** The same of a list of rows, as sheets give them. */
export function tableOf(rows: unknown[]): object[] | undefined {
	const [names, ...others] = rows;
	if (!isRow(names) || names.length < 2 || others.length === 0) return undefined;
	const isHeading = names.every((name) => typeof name === 'string' && !LEAD_ID.test(name));
	if (!isHeading || !names.some(isForIds)) return undefined;
	if (!others.every((row) => isRow(row) && row.length <= names.length)) return undefined;
	return (others as unknown[][]).map((row) =>
		Object.fromEntries(names.map((name, at) => [String(name), row[at]])),
	);
}

const isRow = (row: unknown): row is unknown[] => Array.isArray(row);

function isForIds(name: unknown): boolean {
	return typeof name === 'string' && (sureness(name) ?? SURE.value) <= SURE.id;
}

function cellsOf(line: string, separator: string): string[] {
	const inner = separator === '|' ? line.trim().replace(/^\|/, '').replace(/\|$/, '') : line;
	return inner.split(separator).map((cell) => cell.trim().replace(/^(["'])(.*)\1$/s, '$2'));
}

/** The elements of what is a list: an array, a set, or what becomes of `ids[25]=…` in a query. */
export function asList(value: object): unknown[] | undefined {
	if (Array.isArray(value)) return pairsOf(value) ? undefined : (tableOf(value) ?? value);
	if (value instanceof Set) return [...value];
	const names = Object.keys(value);
	if (names.length === 0 || !names.every((name) => /^\d+$/.test(name))) return undefined;
	return Object.values(value);
}

/** The members of an object that is spelled as a list, as LeadSquared's `LeadPropertyList` is. */
function pairsOf(list: unknown[]): Array<[string, unknown[]]> | undefined {
	if (typeof list[0] !== 'object') return undefined;
	const pairs = new Map<string, unknown[]>();
	for (const entry of list) {
		const members = (entry ?? {}) as Record<string, unknown>;
		const label = LABELS.map((name) => members[name]).find((one) => typeof one === 'string');
		if (typeof label !== 'string') return undefined;
		const value = members[VALUES.find((name) => Object.hasOwn(members, name)) ?? ''];
		const values = pairs.get(label);
		if (values) values.push(value);
		else pairs.set(label, [value]);
	}
	return [...pairs.keys()].some((label) => sureness(label) !== undefined) ? [...pairs] : undefined;
}
