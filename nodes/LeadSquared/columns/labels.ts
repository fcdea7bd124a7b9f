import { type Column, ALL_COLUMNS } from '../api/metadata';
import { isDocumented, withRelated } from '../api/standardColumns';
import { InvalidInput } from '../base/invalidInput';
import { firstFew } from '../base/text';
import { ID_COLUMN } from '../api/lead';

/** A name that is not sure to be a column of the account's. */
export interface Doubt {
	/** As it was given. */
	name: string;
	/** The columns that it could mean: all that share this label, or the one spelled most alike. */
	couldBe: Column[];
	/** It is the label of several columns. Otherwise the account's list does not have it. */
	isAmbiguous: boolean;
}

/** Letters and digits alone, so that `first_name`, `First Name` and `FirstName` are the same. */
const bare = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}\p{M}]+/gu, '');

// `mx_City`, `CompanyType`: no label is written like this.
const SCHEMA_NAME = /^mx_\w+$|^[A-Z][A-Za-z\d]*[a-z\d][A-Z_]\w*$/;

/** Whether it takes the account's list to tell what a name means: it may be a label. */
export const mayBeLabel = (name: string): boolean =>
	name !== ALL_COLUMNS && !SCHEMA_NAME.test(name) && !isDocumented(name);

/** Reads names of columns as people write them. */
export type LabelReader = (names: string[]) => { names: string[]; doubts: Doubt[] };

/**
 * Makes the function that gives schema names for names of columns. Labels work wherever schema names
 * do: a name stays if it is a schema name, and becomes one if it is the label of one column alone.
 * Of `names`, which hold schema names, labels and `*`, it gives as many, in their order; those in
 * doubt as they were given, since LeadSquared has columns that the account's list leaves out.
 */
export function labelReader(metadata: readonly Column[]): LabelReader {
	const columns = withRelated(metadata);
	const schemaNames = new Set(columns.map(({ schemaName }) => schemaName.toLowerCase()));
	const byName = index(columns);
	const isKnown = (name: string) => name === ALL_COLUMNS || schemaNames.has(name.toLowerCase());
	const read = new Map<string, string | Doubt>();
	const readOne = (name: string): string | Doubt => {
		const meant = byName(name);
		if (meant.length === 1) return meant[0].schemaName;
		const couldBe = meant.length > 1 ? meant : mostAlike(name, columns);
		return { name, couldBe, isAmbiguous: meant.length > 1 };
	};
	return (names) => {
		if (names.every(isKnown)) return { names, doubts: [] };
		const doubts: Doubt[] = [];
		const resolved = names.map((name) => {
			if (isKnown(name)) return name;
			const known = read.get(name) ?? readOne(name);
			read.set(name, known);
			if (typeof known === 'string') return known;
			doubts.push(known);
			return name;
		});
		return { names: resolved, doubts };
	};
}

/** What to tell of a label that several columns have. */
export function ambiguousLabel({ name, couldBe }: Doubt): InvalidInput {
	return new InvalidInput(
		`Several columns have the label ${name}`,
		`Give the schema name instead: ${couldBe.map(({ schemaName }) => schemaName).join(' or ')}.`,
	);
}

/** The columns that names in doubt may have meant, as a question; undefined if none comes close. */
export function didYouMean(names: string[], metadata: readonly Column[]): string | undefined {
	if (metadata.length === 0) return undefined;
	const likely = labelReader(metadata)(names).doubts.flatMap(({ couldBe }) => couldBe);
	const shown = [...new Set(likely)].map(
		({ schemaName, displayName }) => `${schemaName} (${displayName})`,
	);
	return shown.length > 0 ? `Did you mean ${firstFew(shown)}?` : undefined;
}

/** Makes the look-up by label, and where none is, by what differs in punctuation alone. */
function index(metadata: Column[]): (name: string) => Column[] {
	const shown = displayNames(metadata);
	const exact = new Map<string, Set<Column>>();
	const loose = new Map<string, Set<Column>>();
	for (const column of metadata) {
		const { schemaName, displayName } = column;
		const labels = [displayName, shown.get(schemaName.toLowerCase()) ?? displayName];
		for (const label of labels) add(exact, label.trim().toLowerCase(), column);
		for (const label of [schemaName, ...labels]) add(loose, bare(label), column);
	}
	return (name) => [
		...(exact.get(name.trim().toLowerCase()) ?? loose.get(bare(name) || name) ?? []),
	];
}

function add(to: Map<string, Set<Column>>, key: string, column: Column): void {
	const known = to.get(key);
	if (known) known.add(column);
	else to.set(key, new Set([column]));
}

/** The column whose schema name or label is spelled most alike: at most one of three letters differs. */
function mostAlike(name: string, metadata: Column[]): Column[] {
	const given = bare(name);
	let best: Column | undefined;
	let least = Math.floor(given.length / 3) + 1;
	for (const column of metadata) {
		const { schemaName, displayName } = column;
		// Of a column that the account added, people forget the prefix.
		for (const spelled of [schemaName, schemaName.replace(/^mx_/i, ''), displayName]) {
			const differs = distance(given, bare(spelled), least);
			if (differs >= least) continue;
			least = differs;
			best = column;
		}
	}
	return best ? [best] : [];
}

/**
 * How many letters have to be put in, left out, replaced or swapped with their neighbour to make one
 * word of another (optimal string alignment); `enough` or more if it is so many.
 */
export function distance(one: string, other: string, enough = Infinity): number {
	if (Math.abs(one.length - other.length) >= enough) return enough;
	let before: number[] = [];
	let above = Array.from({ length: other.length + 1 }, (_, at) => at);
	for (let row = 1; row <= one.length; row++) {
		const current = [row];
		for (let at = 1; at <= other.length; at++) {
			const same = one[row - 1] === other[at - 1];
			let least = Math.min(above[at] + 1, current[at - 1] + 1, above[at - 1] + (same ? 0 : 1));
			const swapped =
				row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1];
			if (swapped) least = Math.min(least, before[at - 2] + 1);
			current.push(least);
		}
		[before, above] = [above, current];
	}
	return above[other.length];
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
 * Makes `columnsToAsk` for many choices: the same choice, as of items without an expression, gives the
 * same list.
 */
export function columnsAsker(allColumns: Column[]): (names: string[]) => string[] {
	const known = new Map<string[], string[]>();
	return (names) => {
		const columns = known.get(names) ?? columnsToAsk(names, allColumns);
		known.set(names, columns);
		return columns;
	};
}

/**
 * The key under which each column is shown to people, by lower-cased schema name. A label that two
 * columns share gets the schema name in parentheses. `ProspectID` keeps its name: what comes after
 * in a workflow depends on it.
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
			if (schemaName.toLowerCase() === ID_COLUMN.toLowerCase())
				return [ID_COLUMN.toLowerCase(), ID_COLUMN];
			const shared = uses.get(displayName)! > 1 || displayName === ID_COLUMN;
			return [schemaName.toLowerCase(), shared ? `${displayName} (${schemaName})` : displayName];
		}),
	);
}
