import { ID_COLUMN } from '../api/lead';
import type { Column } from '../api/metadata';
import { InvalidInput } from '../transport/invalidInput';
import { withoutInvisible } from '../transport/invisible';
import { isBlankText } from './blank';
import { parseJson } from './leadIds/looseJson';

/** The entry of the column picker that stands for every column of the account. */
export const ALL_COLUMNS = '*';

const SEPARATOR = /[,;|\n\r\t\u3001\uff0c\uff1b]/;
// Quotes and brackets of all kinds, and blanks.
const DECORATION = '[\\s\\p{Pi}\\p{Pf}"\'`\\u201a\\u201e\\[\\](){}<>]';
const AROUND = new RegExp(`^${DECORATION}+|${DECORATION}+$`, 'gu');

/**
 * Names of columns out of a picker or an expression: lists, nested; text with anything between the
 * names; JSON in text; n8n's own `{ name, value }`.
 *
 * @param label the parameter, for the error
 * @throws InvalidInput for an object that holds no name
 */
export function parseColumnNames(value: unknown, label = 'Column Names or IDs'): string[] {
	if (value === null || value === undefined) return [];
	if (Array.isArray(value)) return value.flatMap((one) => parseColumnNames(one, label));
	if (typeof value === 'object') return [nameIn(value, label)];
	const text = withoutInvisible(String(value));
	if (text.includes('[object Object]')) throw noName('[object Object]', label);
	const parsed = parseJson(text.trim());
	if (typeof parsed === 'object' && parsed !== null) return parseColumnNames(parsed, label);
	return text
		.split(SEPARATOR)
		.map((name) => name.replace(AROUND, ''))
		.filter((name) => name === ALL_COLUMNS || !isBlankText(name));
}

// What n8n's lists, LeadSquared's metadata and this node's own list call a column's name.
const NAME_KEYS = ['value', 'SchemaName', 'schemaName', 'Attribute', 'name', 'id'];

function nameIn(carrier: object, label: string): string {
	for (const key of NAME_KEYS) {
		const name = (carrier as Record<string, unknown>)[key];
		if (typeof name === 'string' && !isBlankText(name)) return name.trim();
	}
	throw noName(JSON.stringify(carrier), label);
}

function noName(shown: string, label: string): InvalidInput {
	return new InvalidInput(
		`'${label}' contains something that is not the name of a column: ${shown.slice(0, 60)}`,
		'Give schema names such as FirstName: a list, or text with commas. In an expression, leave no blanks or other text outside of {{ }}.',
	);
}

/**
 * The columns to ask for: `ProspectID` first, then the chosen ones in the chosen order, each once
 * whatever its case.
 *
 * @param names schema names; `*` stands for all of `allColumns`
 */
export function columnsToAsk(names: string[], allColumns: Column[]): string[] {
	const chosen = new Map([[ID_COLUMN.toLowerCase(), ID_COLUMN]]);
	for (const name of names) {
		const meant = name === ALL_COLUMNS ? allColumns.map(({ schemaName }) => schemaName) : [name];
		for (const column of meant) {
			if (!chosen.has(column.toLowerCase())) chosen.set(column.toLowerCase(), column);
		}
	}
	return [...chosen.values()];
}

/**
 * The key under which each column is shown to people, by lower-cased schema name. A label that two
 * columns share gets the schema name in parentheses. `ProspectID` keeps its name: what comes after
 * in a workflow depends on it.
 */
export function displayNames(columns: Column[]): Map<string, string> {
	const uses = new Map<string, number>();
	for (const { schemaName, displayName } of columns) {
		for (const name of [displayName, `${displayName} (${schemaName})`]) {
			uses.set(name, (uses.get(name) ?? 0) + 1);
		}
	}
	return new Map(
		columns.map(({ schemaName, displayName }) => {
			if (schemaName.toLowerCase() === ID_COLUMN.toLowerCase())
				return [ID_COLUMN.toLowerCase(), ID_COLUMN];
			const shared = uses.get(displayName)! > 1 || displayName === ID_COLUMN;
			return [schemaName.toLowerCase(), shared ? `${displayName} (${schemaName})` : displayName];
		}),
	);
}
