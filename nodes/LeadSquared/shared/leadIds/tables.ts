import { LEAD_ID } from '../../api/leadId';
import { SURE, sureness } from './idNames';

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
