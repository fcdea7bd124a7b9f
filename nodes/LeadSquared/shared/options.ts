import { InvalidInput } from '../transport/invalidInput';
import { showInvisible, withoutInvisible } from '../transport/invisible';
import { parseObject } from './leadIds/looseJson';

/** Reads what an option holds, be it set by hand or by an expression; undefined means not set. */
export interface OptionReader<T> {
	/** As people see it. */
	label: string;
	/** What the option is where it is not set. */
	default: T;
	/** @returns undefined if the value is none that the option may have */
	read(value: unknown): T | undefined;
	/** What it may be, for the error. */
	mayBe: string;
}

type OptionReaders = Record<string, OptionReader<unknown>>;
type OptionValues<R extends OptionReaders> = { [K in keyof R]: R[K]['default'] };

/**
 * Reads the collection 'Options' of an operation.
 *
 * @param value an object with the options that are set, or JSON text of one; null, undefined and
 * blanks mean that none is set
 * @throws InvalidInput that names the option, and what it may be, for a value that it cannot have
 */
export function readOptions<R extends OptionReaders>(value: unknown, readers: R): OptionValues<R> {
	const given = asCollection(value);
	const read = Object.entries(readers).map(([name, reader]) => [
		name,
		readOption(Object.hasOwn(given, name) ? given[name] : undefined, reader),
	]);
	return Object.fromEntries(read) as OptionValues<R>;
}

function asCollection(value: unknown): Record<string, unknown> {
	if (isNotSet(value)) return {};
	const given = typeof value === 'string' ? parseObject(value) : value;
	if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
		return given as Record<string, unknown>;
	}
	throw new InvalidInput(
		"'Options' is not a collection of options",
		'Set the options one by one, or let the expression give an object such as {"convertTypes": true}.',
	);
}

/**
 * Reads a parameter as an option is read: null and blanks are the default.
 *
 * @throws InvalidInput that names it, and what it may be, for a value that it cannot have
 */
export const readParameter = <T>(value: unknown, reader: OptionReader<T>): T =>
	readOne(value, reader, '') as T;

const readOption = (given: unknown, reader: OptionReader<unknown>): unknown =>
	readOne(given, reader, 'The option ');

function readOne(
	given: unknown,
	{ label, default: fallback, read, mayBe }: OptionReader<unknown>,
	kind: string,
): unknown {
	const value = onlyOne(given);
	if (isNotSet(value)) return fallback;
	const known = read(typeof value === 'string' ? withoutInvisible(value).trim() : value);
	if (known !== undefined) return known;
	throw new InvalidInput(
		`${kind}'${label}' cannot be ${show(value)}`,
		`It may be ${mayBe}. If it is an expression, check what it gives for this item.`,
	);
}

/** A value out of a list of one, which an expression often gives. */
export const onlyOne = (value: unknown): unknown =>
	Array.isArray(value) && value.length === 1 ? value[0] : value;

// What templates and sheets give where there is no value. Fewer words than for a lead id: someone
// who gives `none` for what becomes of a lead means something by it.
const NOT_SET = /^(?:|undefined|null|#?n\/a)$/i;

const isNotSet = (value: unknown): boolean =>
	value === null ||
	value === undefined ||
	(typeof value === 'string' && NOT_SET.test(withoutInvisible(value).trim()));

function show(value: unknown): string {
	const text = typeof value === 'string' ? `"${showInvisible(value.slice(0, 60))}"` : asJson(value);
	return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function asJson(value: unknown): string {
	try {
		return JSON.stringify(value) ?? String(value);
	} catch {
		// It holds itself, or a number that JSON has not.
		return typeof value === 'object' ? 'an object' : String(value);
	}
}

/** One of some words, which people see by their labels. */
export function oneOf<T extends string>(
	label: string,
	choices: Record<T, string>,
	fallback: T,
): OptionReader<T> {
	const entries = Object.entries(choices) as Array<[T, string]>;
	const same = (one: string, other: string) => plain(one) === plain(other);
	return {
		label,
		default: fallback,
		read: (value) =>
			typeof value === 'string'
				? entries.find(([word, shown]) => same(word, value) || same(shown, value))?.[0]
				: undefined,
		mayBe: entries.map(([word, shown]) => `${shown} (${word})`).join(', '),
	};
}

// 'Display Name', 'displayName' and 'display_name' are the same to a person.
const plain = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');

const YES = /^(true|1|yes|y|on)$/i;
const NO = /^(false|0|no|n|off)$/i;

/** On or off. */
export function yesNo(label: string, fallback = false): OptionReader<boolean> {
	return {
		label,
		default: fallback,
		read(value) {
			if (typeof value === 'object') return undefined;
			const text = String(value);
			return YES.test(text) ? true : NO.test(text) ? false : undefined;
		},
		mayBe: 'true or false',
	};
}

/** A number within bounds. */
export function numberIn<F extends number | undefined>(
	label: string,
	{ min, max = Infinity, whole = false }: { min: number; max?: number; whole?: boolean },
	fallback: F,
): OptionReader<number | F> {
	const kind = whole ? 'a whole number' : 'a number';
	return {
		label,
		default: fallback,
		read(value) {
			const isNumber = typeof value === 'number' || typeof value === 'string';
			const number = isNumber && /^[+-]?\d+(\.\d+)?$/.test(String(value)) ? Number(value) : NaN;
			const fits = number >= min && number <= max && (!whole || Number.isInteger(number));
			return fits ? number : undefined;
		},
		mayBe:
			max === Infinity
				? `${kind} from ${min} up, without separators or units`
				: `${kind} from ${min} to ${max}, without separators or units`,
	};
}

/** Anything; the operation reads it by itself. */
export function anything(label: string): OptionReader<unknown> {
	return { label, default: undefined, read: (value) => value, mayBe: '' };
}
