const SHOWN = 5;

/** A number for people: `10,500`. */
export const count = (of: number): string => of.toLocaleString('en-US');

/** The first five names, and how many more there are. */
export function firstFew(names: string[], separator = ', ', shown = SHOWN): string {
	const few = names.slice(0, shown).join(separator);
	return names.length > shown ? `${few} and ${count(names.length - shown)} more` : few;
}
