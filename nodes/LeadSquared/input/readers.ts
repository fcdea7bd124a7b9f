import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InvalidInput } from '../base/invalidInput';
import { shorten, showInvisible, shown, withoutInvisible } from '../base/text';
import { parseObject } from './looseJson';

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
	/** Whether it is data for LeadSquared: `read` gets it as it was given. */
	isContent?: boolean;
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
	{ label, default: fallback, read, mayBe, isContent = false }: OptionReader<unknown>,
	kind: string,
): unknown {
	const value = isContent ? given : onlyOne(given);
	if (isNotSet(value)) return fallback;
	const isWord = typeof value === 'string' && !isContent;
	const known = read(isWord ? withoutInvisible(value).trim() : value);
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

// Keys, as in an address of LeadSquared's documentation that someone filled in.
const KEYS = /((?:access|secret)key)\W.*/is;

const show = (value: unknown): string =>
	(typeof value === 'string'
		? shorten(`"${showInvisible(value.slice(0, 60))}"`)
		: shown(value)
	).replace(KEYS, '$1…');

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

/**
 * Makes the reader of a parameter for each input item, by the shortest way, since items may be many:
 * what holds no expression is read once, and a mere field of the item without n8n's engine.
 *
 * @returns a function from an input item's index to its value. It throws what n8n throws for an
 * expression that cannot be evaluated, for that item
 */
export function itemParameter<T>(
	context: IExecuteFunctions,
	name: string,
	read: (value: unknown) => T,
): (item: number) => T {
	const parameter = context.getNode().parameters[name];
	const readAt = (item: number) => read(context.getNodeParameter(name, item, ''));
	if (!hasExpression(parameter)) {
		let known: { value: T } | undefined;
		return (item) => (known ??= { value: readAt(item) }).value;
	}
	const fieldOf = fieldReader(parameter);
	if (!fieldOf) return readAt;
	const items = context.getInputData();
	return (item) => {
		const value = fieldOf(items[item].json);
		return value === undefined ? readAt(item) : read(value);
	};
}

/** Input items that are set alike, with what their settings say, or why these cannot be used. */
export interface Settings<S> {
	items: number[];
	values: S;
	fault?: Error;
}

/**
 * Groups the input items by the raw values of some parameters, and reads each group's values once. Items
 * whose expressions give the same belong together; without an expression there is one group.
 *
 * @param read reads raw values, by parameter; its InvalidInput, or what n8n throws for an expression,
 * becomes the fault of the group
 * @param nothing stands for the values of a group with a fault
 */
export function groupBySettings<S>(
	context: IExecuteFunctions,
	names: string[],
	read: (raw: Record<string, unknown>) => S,
	nothing: S,
): Array<Settings<S>> {
	const readers = names.map((name) => itemParameter(context, name, (value) => value));
	const isFixed = !names.some((name) => hasExpression(context.getNode().parameters[name]));
	const groups = new Map<string, Settings<S>>();
	for (const item of context.getInputData().keys()) {
		const [first] = groups.values();
		if (isFixed && first) {
			first.items.push(item);
			continue;
		}
		let key = `${item}`;
		let group: Settings<S>;
		try {
			const raw = readers.map((valueAt) => valueAt(item));
			key = keyOf(raw) ?? key;
			const known = groups.get(key);
			if (known) {
				known.items.push(item);
				continue;
			}
			const values = read(Object.fromEntries(names.map((name, at) => [name, raw[at]])));
			group = { items: [item], values };
		} catch (fault) {
			group = { items: [item], values: nothing, fault: fault as Error };
		}
		groups.set(key, group);
	}
	return [...groups.values()];
}

/** A text that is the same for the same values; undefined for those that JSON cannot hold. */
function keyOf(raw: unknown[]): string | undefined {
	try {
		// JSON has no NaN, and would make null of it.
		return JSON.stringify(raw, (_key, each: unknown) => (Number.isNaN(each) ? 'NaN' : each));
	} catch {
		return undefined;
	}
}

function hasExpression(parameter: unknown): boolean {
	if (typeof parameter === 'string') return parameter.startsWith('=');
	return (
		typeof parameter === 'object' &&
		parameter !== null &&
		Object.values(parameter).some(hasExpression)
	);
}

// One or more of .name, ["any name"], ['any name'], without what n8n or JavaScript reads otherwise.
const FIELD = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\["[^"\\{}\n]+"\]|\['[^'\\{}\n]+'\])+)\s*\}\}$/;
const NAME = /\.(\w+)|\["([^"]+)"\]|\['([^']+)'\]/g;

/**
 * Makes the reader for an expression that names a field of the input item and nothing else, such as
 * `={{ $json.ProspectID }}`: what the editor writes when a field is dragged into a parameter.
 * n8n's expression engine takes half a millisecond for each item, which for 100,000 items would be
 * most of the time of a run.
 *
 * @returns undefined for any other parameter. The reader gives undefined where there is no such
 * field: what that means is for n8n to say
 */
export function fieldReader(parameter: unknown): ((json: unknown) => unknown) | undefined {
	const path = typeof parameter === 'string' ? FIELD.exec(parameter)?.[1] : undefined;
	if (path === undefined) return undefined;
	const names = [...path.matchAll(NAME)].map(([, ...forms]) => forms.find(Boolean)!);
	return (json) => names.reduce(fieldOf, json);
}

function fieldOf(value: unknown, name: string): unknown {
	const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
	return isRecord && Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
}

/** What a resource locator holds. */
export interface Located {
	/** How it was chosen; undefined where it is a mere value, as of an expression for the whole. */
	mode?: string;
	value: unknown;
}

/** Reads a resource locator as n8n hands it out: an object with its mode, or the value alone. */
export function readLocator(parameter: unknown): Located {
	if (typeof parameter !== 'object' || parameter === null || !('__rl' in parameter)) {
		return { value: parameter };
	}
	const { mode, value } = parameter as { mode?: unknown; value?: unknown };
	return { ...(typeof mode === 'string' && { mode }), value };
}

const DEFAULT_SECONDS = 300;

/** How long, in seconds, an operation goes on with calls that are rejected or not answered. */
export const MAX_WAIT_OPTION: INodeProperties = {
	displayName: 'Max Wait (Seconds)',
	name: 'maxWaitSeconds',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: DEFAULT_SECONDS,
	description:
		'How long to keep retrying a call that LeadSquared rejects or does not answer. Waiting for the rate limit does not count.',
};

export const maxWaitReader = numberIn(MAX_WAIT_OPTION.displayName, { min: 0 }, DEFAULT_SECONDS);
