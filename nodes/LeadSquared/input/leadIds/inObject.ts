import { holdsId, LEAD_ID } from '../../api/leadId';
import { isBlankValue } from '../../base/text';
import { type ContainerKind, containerKind, RANK, rank } from './names';

/** No data is nested deeper; but an object may hold itself. */
const MAX_DEPTH = 100;

/**
 * Finds the members of objects that carry lead IDs: those with the surest names, at any depth. So of
 * an activity only the lead's ID is read and none of its other GUIDs, and of a change the values
 * after it. Each object is examined once, however they are nested.
 */
export class IdCarriers {
	private readonly known = new Map<object, number>();

	/** The values that hold an object's lead IDs; undefined if it has no name for them. */
	in(carrier: object): unknown[] | undefined {
		const best = this.rankOf(carrier, 0);
		if (best === RANK.blank) return [];
		if (best === RANK.none || best === RANK.text) return undefined;
		return entriesOf(carrier)
			.filter(([name, value]) => this.memberRank(name, value, 0) === best)
			.map(([, value]) => value);
	}

	private rankOf(value: unknown, depth: number): number {
		if (typeof value === 'string' && holdsId(value)) return RANK.idInText;
		if (isBlankValue(value)) return RANK.blank;
		if (typeof value !== 'object' || value === null) return RANK.text;
		const known = this.known.get(value);
		if (known !== undefined) return known;
		// Where an object holds itself, the inner one adds nothing.
		this.known.set(value, RANK.none);
		const best = depth < MAX_DEPTH ? this.bestIn(value, depth + 1) : RANK.none;
		this.known.set(value, best);
		return best;
	}

	private bestIn(value: object, depth: number): number {
		const list = asList(value);
		const ranks = list
			? list.map((member) => this.rankOf(member, depth))
			: entriesOf(value).map(([name, member]) => this.memberRank(name, member, depth));
		const isEmpty = Object.keys(value).length === 0;
		return ranks.reduce((best, each) => Math.min(best, each), isEmpty ? RANK.blank : RANK.none);
	}

	private memberRank(name: string, value: unknown, depth: number): number {
		const kind = containerKind(name);
		if (kind === 'aside') return RANK.none;
		const named = rank(name);
		if (named === undefined && kind === 'other' && typeof value !== 'object') return RANK.none;
		const inner = this.rankOf(value, depth);
		return named === undefined ? rankInContainer(kind, inner) : rankUnderName(named, inner);
	}
}

function rankUnderName(named: number, inner: number): number {
	if (inner === RANK.blank) return RANK.blank;
	if (inner <= RANK.earlierIdInText && inner !== RANK.nameWithoutId) return named;
	return named < RANK.id ? RANK.nameWithoutId : RANK.text;
}

function rankInContainer(kind: ContainerKind, inner: number): number {
	if (kind === 'around') return inner === RANK.text ? RANK.none : inner;
	if (kind === 'other') return inner <= RANK.nameWithoutId ? inner : RANK.none;
	if (inner < RANK.nameWithoutId) return RANK.before;
	return inner <= RANK.earlierIdInText ? RANK.earlierIdInText : RANK.none;
}

function entriesOf(value: object): Array<[string, unknown]> {
	return Array.isArray(value) ? (pairsOf(value) ?? []) : Object.entries(value);
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
 * Reads the rows of a table in text as objects, if its first line names its columns and one of them
 * is for lead IDs: then a GUID in another column is not a lead's. The table may have tabs, as copied
 * from a sheet, or be CSV or Markdown.
 */
export function tableIn(text: string): object[] | undefined {
	const end = text.search(/[\r\n]/);
	const heading = end < 0 || end > 10_000 ? '' : text.slice(0, end);
	const separator = SEPARATORS.find((each) => heading.includes(each));
	if (separator === undefined || !cellsOf(heading, separator).some(isForIds)) return undefined;
	const lines = text.split(/\r\n?|\n/).filter((line) => !FENCE.test(line));
	return tableOf(lines.map((line) => cellsOf(line, separator)));
}

/** Does the same for a list of rows, as sheets return them. */
export function tableOf(rows: unknown[]): object[] | undefined {
	const [names, ...body] = rows;
	if (!isRow(names) || names.length < 2 || body.length === 0) return undefined;
	const isHeading = names.every((name) => typeof name === 'string' && !LEAD_ID.test(name));
	if (!isHeading || !names.some(isForIds)) return undefined;
	if (!body.every((row) => isRow(row) && row.length <= names.length)) return undefined;
	return (body as unknown[][]).map((row) =>
		Object.fromEntries(names.map((name, at) => [String(name), row[at]])),
	);
}

const isRow = (row: unknown): row is unknown[] => Array.isArray(row);

function isForIds(name: unknown): boolean {
	return typeof name === 'string' && (rank(name) ?? RANK.none) <= RANK.id;
}

function cellsOf(line: string, separator: string): string[] {
	const inner = separator === '|' ? line.trim().replace(/^\|/, '').replace(/\|$/, '') : line;
	return inner.split(separator).map((cell) => cell.trim().replace(/^(["'])(.*)\1$/s, '$2'));
}

/** The elements of a list: an array, a set, or the object that `ids[25]=…` in a query becomes. */
export function asList(value: object): unknown[] | undefined {
	if (Array.isArray(value)) return pairsOf(value) ? undefined : (tableOf(value) ?? value);
	if (value instanceof Set) return [...value];
	const names = Object.keys(value);
	if (names.length === 0 || !names.every((name) => /^\d+$/.test(name))) return undefined;
	return Object.values(value);
}

/** The members of an object that is written as a list, such as LeadSquared's `LeadPropertyList`. */
function pairsOf(list: unknown[]): Array<[string, unknown[]]> | undefined {
	if (typeof list[0] !== 'object') return undefined;
	const pairs = new Map<string, unknown[]>();
	for (const entry of list) {
		const members = (entry ?? {}) as Record<string, unknown>;
		const label = LABELS.map((name) => members[name]).find((each) => typeof each === 'string');
		if (typeof label !== 'string') return undefined;
		const value = members[VALUES.find((name) => Object.hasOwn(members, name)) ?? ''];
		const values = pairs.get(label);
		if (values) values.push(value);
		else pairs.set(label, [value]);
	}
	return [...pairs.keys()].some((label) => rank(label) !== undefined) ? [...pairs] : undefined;
}
