const SHOWN = 5;

/** A number for people: `10,500`. */
export const count = (of: number): string => of.toLocaleString('en-US');

/** The first five names, and how many more there are. */
export function firstFew(names: string[], separator = ', ', shown = SHOWN): string {
	const few = names.slice(0, shown).join(separator);
	return names.length > shown ? `${few} and ${count(names.length - shown)} more` : few;
}

/** A text for people, cut where it is long. */
export const shorten = (text: string): string =>
	text.length > 60 ? `${text.slice(0, 60)}…` : text;

/** A value for people: a text as it is, anything else as JSON. */
export const shown = (value: unknown): string =>
	shorten(typeof value === 'string' ? value : asJson(value));

function asJson(value: unknown): string {
	const plain = (_key: string, each: unknown) => (typeof each === 'bigint' ? String(each) : each);
	try {
		return JSON.stringify(value, plain) ?? String(value);
	} catch {
		// It holds itself, or does not let itself be read.
		return 'an object';
	}
}
