import { ID_COLUMN } from '../api/leads';
import { type Column, ALL_COLUMNS } from '../api/metadata';
import { isDocumented, MAPPED_COLUMNS, withRelated } from '../api/standardColumns';
import { InvalidInput } from '../base/invalidInput';
import { firstFew } from '../base/text';

/**
 * The columns to request: the ID first, then the chosen ones in the chosen order, each once in
 * any case.
 *
 * @param chosen schema names and labels; `*` stands for all columns
 * @param metadata the account's columns; if they are unknown, names are used unchanged
 * @param readLabels the reader of the account's labels, if it is made once for many choices
 * @param always the columns that every record has, its ID first
 * @throws InvalidInput for a label that several columns have
 */
export function columnsToRequest(
	chosen: string[],
	metadata: Column[],
	readLabels?: LabelReader,
	always = [ID_COLUMN],
): string[] {
	const { names, doubts } =
		metadata.length > 0
			? (readLabels ?? labelReader(metadata))(chosen)
			: { names: chosen, doubts: [] };
	const ambiguous = doubts.find(({ isAmbiguous }) => isAmbiguous);
	if (ambiguous) throw ambiguousLabel(ambiguous);
	const columns = new Map(always.map((name) => [name.toLowerCase(), name]));
	for (const name of names) {
		const meant = name === ALL_COLUMNS ? metadata.map(({ schemaName }) => schemaName) : [name];
		for (const column of meant) {
			if (!columns.has(column.toLowerCase())) columns.set(column.toLowerCase(), column);
		}
	}
	return [...columns.values()];
}

/**
 * The key under which each column is shown to people, by lower-case schema name. A label that two
 * columns share gets the schema name in parentheses. `ProspectID` keeps its name, because later nodes
 * of a workflow depend on it.
 */
export function displayNames(columns: readonly Column[]): Map<string, string> {
	const uses = new Map<string, number>();
	for (const { schemaName, displayName } of columns) {
		for (const name of [displayName, `${displayName} (${schemaName})`]) {
			uses.set(name, (uses.get(name) ?? 0) + 1);
		}
	}
	return new Map(
		columns.map(({ schemaName, displayName }) => {
			const key = schemaName.toLowerCase();
			if (key === ID_COLUMN.toLowerCase()) return [key, ID_COLUMN];
			const isShared = uses.get(displayName)! > 1 || displayName === ID_COLUMN;
			return [key, isShared ? `${displayName} (${schemaName})` : displayName];
		}),
	);
}

// `mx_City`, `CompanyType`: no label is written like this.
const SCHEMA_NAME = /^mx_\w+$|^[A-Z][A-Za-z\d]*[a-z\d][A-Z_]\w*$/;

/** Whether a name may be a label. Then only the account's list shows which column it means. */
export const mayHaveLabels = (names: string[]): boolean =>
	names.some((name) => name !== ALL_COLUMNS && !SCHEMA_NAME.test(name) && !isDocumented(name));

/** A name that may not be a column of the account. */
export interface Doubt {
	/** As it was given. */
	name: string;
	/** The columns that it could mean: all with this label, or those with a similar name. */
	couldBe: Column[];
	/** It is the label of several columns. Otherwise the account's list does not have it. */
	isAmbiguous: boolean;
}

/** Translates names of columns, as people write them, into schema names. */
type LabelReader = (names: string[]) => { names: string[]; doubts: Doubt[] };

/**
 * Makes the function that translates names of columns into schema names, so that labels work where
 * schema names do. A label that only one column has becomes its schema name. All other names stay as
 * they are, because LeadSquared has columns that the account's list leaves out.
 */
export function labelReader(metadata: readonly Column[]): LabelReader {
	const columns = withRelated(metadata);
	const schemaNames = new Set(columns.map(({ schemaName }) => schemaName.toLowerCase()));
	const isSchemaName = (name: string) =>
		name === ALL_COLUMNS || schemaNames.has(name.toLowerCase());
	const findByLabel = columnsByLabel(columns);
	const translations = new Map<string, string | Doubt>();
	const translate = (name: string): string | Doubt => {
		const meant = findByLabel(name);
		if (meant.length === 1) return meant[0].schemaName;
		const isAmbiguous = meant.length > 1;
		return { name, couldBe: isAmbiguous ? meant : similarColumns(name, columns), isAmbiguous };
	};
	return (names) => {
		if (names.every(isSchemaName)) return { names, doubts: [] };
		const doubts: Doubt[] = [];
		const translated = names.map((name) => {
			if (isSchemaName(name)) return name;
			const translation = translations.get(name) ?? translate(name);
			translations.set(name, translation);
			if (typeof translation === 'string') return translation;
			doubts.push(translation);
			return name;
		});
		return { names: translated, doubts };
	};
}

/** The error for a label that several columns have. */
export function ambiguousLabel({ name, couldBe }: Doubt): InvalidInput {
	return new InvalidInput(
		`Several columns have the label ${name}`,
		`Enter the schema name instead: ${couldBe.map(({ schemaName }) => schemaName).join(' or ')}.`,
	);
}

/** A question about the columns that misspelled names may mean; undefined if none is similar. */
export function didYouMean(names: string[], metadata: readonly Column[]): string | undefined {
	if (metadata.length === 0) return undefined;
	const likely = labelReader(metadata)(names).doubts.flatMap(({ couldBe }) => couldBe);
	const suggestions = [...new Set(likely)].map(
		({ schemaName, displayName }) => `${schemaName} (${displayName})`,
	);
	return suggestions.length > 0 ? `Did you mean ${firstFew(suggestions)}?` : undefined;
}

/** Makes the lookup by label, which ignores punctuation if no label is exactly the same. */
function columnsByLabel(columns: Column[]): (name: string) => Column[] {
	const displayed = displayNames(columns);
	const exact = new Map<string, Set<Column>>();
	const loose = new Map<string, Set<Column>>();
	for (const column of columns) {
		const { schemaName, displayName } = column;
		const labels = [displayName, displayed.get(schemaName.toLowerCase())!];
		for (const label of labels) addColumn(exact, label.trim().toLowerCase(), column);
		for (const name of [schemaName, ...labels]) addColumn(loose, normalize(name), column);
	}
	return (name) => [
		...(exact.get(name.trim().toLowerCase()) ?? loose.get(normalize(name) || name) ?? []),
	];
}

function addColumn(to: Map<string, Set<Column>>, key: string, column: Column): void {
	to.set(key, (to.get(key) ?? new Set()).add(column));
}

/** The column with the most similar schema name or label; for a word such as `Name`, those it is a part of. */
function similarColumns(name: string, columns: Column[]): Column[] {
	const best = closest(name, columns, ({ schemaName, displayName }) => [
		schemaName,
		// People omit the prefix of columns that the account added.
		schemaName.replace(/^mx_/i, ''),
		displayName,
	]);
	if (best) return [best];
	const word = name.trim().toLowerCase();
	return columns.filter(
		({ schemaName, displayName }) =>
			MAPPED_COLUMNS.includes(schemaName) && displayName.toLowerCase().split(' ').includes(word),
	);
}

/** The candidate that is spelled most like a text, if at most one of three letters differs. */
export function closest<T>(
	text: string,
	candidates: readonly T[],
	spellings: (candidate: T) => string[],
): T | undefined {
	const given = normalize(text);
	let best: T | undefined;
	let least = Math.floor(given.length / 3) + 1;
	for (const candidate of candidates) {
		for (const spelled of spellings(candidate)) {
			const letters = distance(given, normalize(spelled), least);
			if (letters >= least) continue;
			least = letters;
			best = candidate;
		}
	}
	return best;
}

/** Letters and digits alone, so that `first_name`, `First Name` and `FirstName` are the same. */
function normalize(name: string): string {
	return name.toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, '');
}

/**
 * The number of letters to insert, leave out, replace or swap with their neighbor to make one word
 * from another (optimal string alignment); counting stops at `enough`.
 */
export function distance(a: string, b: string, enough = Infinity): number {
	if (Math.abs(a.length - b.length) >= enough) return enough;
	let before: number[] = [];
	let above = Array.from({ length: b.length + 1 }, (_, at) => at);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let at = 1; at <= b.length; at++) {
			const isSame = a[row - 1] === b[at - 1];
			let least = Math.min(above[at] + 1, current[at - 1] + 1, above[at - 1] + (isSame ? 0 : 1));
			const isSwapped = row > 1 && at > 1 && a[row - 1] === b[at - 2] && a[row - 2] === b[at - 1];
			if (isSwapped) least = Math.min(least, before[at - 2] + 1);
			current.push(least);
		}
		[before, above] = [above, current];
	}
	return above[b.length];
}
