import { ID_COLUMN } from '../api/lead';
import type { Column } from '../api/metadata';

/** The entry of the column picker that stands for every column of the account. */
export const ALL_COLUMNS = '*';

/** Schema names from a picker or a text: an array, comma-separated text, or a JSON array in text. */
export function parseColumnNames(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(parseColumnNames);
	if (value === null || value === undefined) return [];
	return String(value)
		.split(/[,;\n]/)
		.map((name) => name.replace(/^[\s["']+|[\s\]"']+$/g, ''))
		.filter((name) => name !== '');
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
