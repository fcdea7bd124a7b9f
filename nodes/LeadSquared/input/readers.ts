import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { InvalidInput, invalidValue } from '../base/invalidInput';
import { showInvisible, showValue, withoutInvisible } from '../base/text';
import { parseObject } from './looseJson';
import { nodeOf } from './node';

/** Reads the value of an option or parameter, set by hand or by an expression. */
export interface OptionReader<T> {
	/** The name of the option, as people see it. */
	label: string;
	/** The value if the option is not set. */
	default: T;
	/** @returns undefined for a value that the option cannot have */
	read(value: unknown): T | undefined;
	/** The allowed values, for the error. */
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
 * @throws InvalidInput that names the option and its possible values, for a value that it cannot have
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
		'Set the options one by one, or let the expression return an object such as {"addLeadUrl": true}.',
	);
}

/**
 * Reads a parameter. Null and blanks mean the default.
 *
 * @throws InvalidInput that names the parameter and its possible values, for a value that it cannot have
 */
export const readParameter = <T>(value: unknown, reader: OptionReader<T>): T =>
	readOne(value, reader, '') as T;

/** Reads an option, which may be a resource locator. */
const readOption = (given: unknown, reader: OptionReader<unknown>): unknown =>
	readOne(readLocator(given).value, reader, 'The option ');

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
	const quoted = typeof value === 'string' ? `"${showInvisible(value.slice(0, 60))}"` : value;
	throw invalidValue(
		`${kind}'${label}'`,
		showValue(quoted).replace(KEYS, '$1…'),
		`Allowed: ${mayBe}. If it is an expression, check its result.`,
	);
}

/** Takes the value out of a list of one, which expressions often return. */
export const onlyOne = (value: unknown): unknown =>
	Array.isArray(value) && value.length === 1 ? value[0] : value;

// Templates and sheets write these where there is no value. Fewer words than for a lead ID: `none` may be
// a choice.
const NOT_SET = /^(?:|undefined|null|#?n\/a)$/i;

const isNotSet = (value: unknown): boolean =>
	value === null ||
	value === undefined ||
	(typeof value === 'string' && NOT_SET.test(withoutInvisible(value).trim()));

// Keys, as in an address of LeadSquared's documentation that someone filled in.
const KEYS = /((?:access|secret)key)\W.*/is;

/** Makes a reader of one of several words, which people know by their labels. */
export function oneOf<T extends string>(
	label: string,
	choices: Record<T, string>,
	fallback: T,
): OptionReader<T> {
	const entries = Object.entries(choices) as Array<[T, string]>;
	const isSame = (a: string, b: string) => normalize(a) === normalize(b);
	return {
		label,
		default: fallback,
		read: (value) =>
			typeof value === 'string'
				? entries.find(([word, text]) => isSame(word, value) || isSame(text, value))?.[0]
				: undefined,
		mayBe: entries.map(([word, text]) => `${text} (${word})`).join(' or '),
	};
}

// 'Display Name', 'displayName' and 'display_name' are the same to a person.
const normalize = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');

const YES = /^(true|1|yes|y|on)$/i;
const NO = /^(false|0|no|n|off)$/i;

/** Makes a reader of a boolean. */
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

/** Makes a reader of a number within bounds. */
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
				? `${kind} of ${min} or more, without separators or units`
				: `${kind} from ${min} to ${max}, without separators or units`,
	};
}

/** Makes a reader that passes any value through, for the operation to read. */
export function passthrough(label: string): OptionReader<unknown> {
	return { label, default: undefined, read: (value) => value, mayBe: '' };
}

/**
 * Makes a reader of a parameter for each input item, as fast as possible, since there may be many items.
 * A parameter without an expression is read once, and a plain field of the item without n8n's engine.
 *
 * @returns a function from an input item's index to its value. It throws n8n's error if the expression
 * cannot be evaluated for that item
 */
export function itemParameter<T>(
	context: IExecuteFunctions,
	name: string,
	read: (value: unknown) => T,
): (item: number) => T {
	const parameter = nodeOf(context).parameters[name];
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

/** Input items with the same settings, and the values of these, or the reason why they cannot be used. */
export interface Settings<S> {
	items: number[];
	values: S;
	fault?: Error;
}

/**
 * Groups the input items by the raw values of some parameters, and reads each group's values once. Items
 * whose expressions return the same values form a group; without an expression there is one group.
 *
 * @param read reads raw values, by parameter; its InvalidInput, or n8n's error for an expression, becomes
 * the fault of the group
 * @param nothing the values of a group with a fault
 */
export function groupBySettings<S>(
	context: IExecuteFunctions,
	names: string[],
	read: (raw: Record<string, unknown>) => S,
	nothing: S,
): Array<Settings<S>> {
	const readers = names.map((name) => itemParameter(context, name, (value) => value));
	const isFixed = !names.some((name) => hasExpression(nodeOf(context).parameters[name]));
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
			key = toKey(raw) ?? key;
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

/** Makes a text that is the same for the same values; undefined for values that JSON cannot hold. */
function toKey(raw: unknown[]): string | undefined {
	try {
		// JSON has no NaN, and would turn it into null.
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

// One or more of .name, ["any name"], ['any name'], without characters that n8n or JavaScript interprets.
const FIELD = /^=\{\{\s*\$json((?:\.[A-Za-z_]\w*|\["[^"\\{}\n]+"\]|\['[^'\\{}\n]+'\])+)\s*\}\}$/;
const NAME = /\.(\w+)|\["([^"]+)"\]|\['([^']+)'\]/g;

/**
 * Makes a reader for an expression that only names a field of the input item, such as
 * `={{ $json.ProspectID }}`, which the editor writes when a field is dragged into a parameter. n8n's
 * expression engine takes half a millisecond for each item: for 100,000 items, most of the time of a run.
 *
 * @returns undefined for any other parameter. The reader returns undefined if there is no such field, which
 * n8n has to evaluate
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

/** The content of a resource locator. */
export interface Located {
	/** The way it was chosen; undefined for a value alone, such as that of an expression for the locator. */
	mode?: string;
	value: unknown;
}

/** Reads a resource locator, which n8n provides as an object with its mode, or as the value alone. */
export function readLocator(parameter: unknown): Located {
	if (typeof parameter !== 'object' || parameter === null || !('__rl' in parameter)) {
		return { value: parameter };
	}
	const { mode, value } = parameter as { mode?: unknown; value?: unknown };
	return { ...(typeof mode === 'string' && { mode }), value };
}

const DEFAULT_SECONDS = 300;

/** The time, in seconds, for which calls that are rejected or not answered are retried. */
export const MAX_WAIT_OPTION: INodeProperties = {
	displayName: 'Max Wait (Seconds)',
	name: 'maxWaitSeconds',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: DEFAULT_SECONDS,
	description:
		'How long to retry a call that LeadSquared rejects or does not answer. Waiting for the rate limit does not count.',
};

export const maxWaitReader = numberIn(MAX_WAIT_OPTION.displayName, { min: 0 }, DEFAULT_SECONDS);
