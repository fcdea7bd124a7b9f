/** The column that every answer is matched by; LeadSquared's samples spell it `ProspectID`. */
export const ID_COLUMN = 'ProspectID';

/** A value as LeadSquared sends it (text or null) or, converted, as its own type. */
export type LeadValue = string | number | boolean | null;

/** One lead: `ProspectID` first, then the chosen columns. */
export type Lead = Record<string, LeadValue>;

/**
 * Makes the reader that gives an answer's rows their form: `ProspectID` first and under that
 * spelling, then the columns in the order asked, then whatever else LeadSquared sent. Values stay.
 *
 * @param columns the columns asked for, `ProspectID` first
 */
export function leadReader(columns: string[]): (row: Lead) => Lead {
	const place = new Map(columns.map((name, index) => [name.toLowerCase(), index]));
	return (row) => {
		if (isInOrder(row, columns)) return row;
		const placed: Array<[string, LeadValue] | undefined> = new Array(columns.length);
		const extra: Array<[string, LeadValue]> = [];
		for (const [name, value] of Object.entries(row)) {
			const index = place.get(name.toLowerCase());
			const before = index === undefined ? undefined : placed[index];
			// Two spellings of one column in the same row: the first is in place, the other stays behind.
			if (index === 0 && before) before[1] ??= value;
			else if (index === undefined || before) extra.push([name, value]);
			else placed[index] = [index === 0 ? ID_COLUMN : name, value];
		}
		return Object.fromEntries([...placed.filter((entry) => entry !== undefined), ...extra]);
	};
}

// The usual answer already has the form: it is then used as it is, which halves the work per lead.
function isInOrder(row: Lead, columns: string[]): boolean {
	let index = 0;
	for (const name in row) if (name !== columns[index++]) return false;
	return index === columns.length;
}
