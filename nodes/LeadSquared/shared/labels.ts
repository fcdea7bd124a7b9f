import type { Column } from '../api/metadata';
import { ALL_COLUMNS, displayNames } from './columns';

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

/**
 * Schema names for names of columns as people write them. Labels work wherever schema names do: a
 * name stays if it is a schema name, and becomes one if it is the label of one column alone.
 *
 * @param names schema names, labels, `*`
 * @returns as many names, in their order; those in doubt as they were given, since LeadSquared has
 * columns that the account's list leaves out, such as `OwnerIdName`
 */
export function resolveLabels(
	names: string[],
	metadata: Column[],
): { names: string[]; doubts: Doubt[] } {
	const schemaNames = new Set(metadata.map(({ schemaName }) => schemaName.toLowerCase()));
	if (names.every((name) => name === ALL_COLUMNS || schemaNames.has(name.toLowerCase()))) {
		return { names, doubts: [] };
	}
	const byName = index(metadata);
	const doubts: Doubt[] = [];
	const resolved = names.map((name) => {
		if (name === ALL_COLUMNS || schemaNames.has(name.toLowerCase())) return name;
		const meant = byName(name);
		if (meant.length === 1) return meant[0].schemaName;
		const couldBe = meant.length > 1 ? meant : mostAlike(name, metadata);
		doubts.push({ name, couldBe, isAmbiguous: meant.length > 1 });
		return name;
	});
	return { names: resolved, doubts };
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
