import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { canonicalId, LEAD_ID } from '../api/leadId';
import { InvalidInput } from '../base/invalidInput';
import { findLeadIds } from './leadIds/findLeadIds';
import { type LeadKey, readEmail, readPhone } from './leadKeys';
import { parseObject } from './looseJson';
import {
	itemParameter,
	maxWaitReader,
	onlyOne,
	type OptionReader,
	readLocator,
	readOptions,
	readParameter,
} from './readers';

/** The collection 'Options', in the order that n8n's lint requires. */
export const optionsCollection = (options: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: options.sort((a, b) => a.displayName.localeCompare(b.displayName, 'en')),
});

/** Readers of parameters, by their names. */
export type Readers = Record<string, OptionReader<unknown> & { isRequired?: true }>;
/** The values that readers return. */
export type Values<R extends Readers> = { [K in keyof R]: R[K]['default'] };

/** The values of one input item, or the reason why it cannot be used. */
interface ItemValues<R extends Readers> {
	item: number;
	values: Values<R>;
	maxWaitMs: number;
	fault?: Error;
}

/**
 * Reads the parameters of every input item. It makes no call, and does not throw.
 *
 * @param ownOptions the readers of options other than Max Wait; their values join the others
 */
export function readItems<R extends Readers, O extends Readers>(
	context: IExecuteFunctions,
	readers: R,
	ownOptions?: O,
): Array<ItemValues<R & O>> {
	const optionsAt = itemParameter(context, 'options', (given) =>
		readOptions(given, { ...ownOptions, maxWaitSeconds: maxWaitReader }),
	);
	const parameters = Object.entries(readers).map(([name, reader]) => ({
		name,
		valueAt: itemParameter(context, name, (given) => readRequired(given, reader)),
	}));
	return context.getInputData().map((_, item) => {
		try {
			const { maxWaitSeconds, ...options } = optionsAt(item);
			const entries = parameters.map(({ name, valueAt }) => [name, valueAt(item)]);
			const values = { ...options, ...Object.fromEntries(entries) } as Values<R & O>;
			return { item, values, maxWaitMs: 1000 * Number(maxWaitSeconds) };
		} catch (fault) {
			return { item, values: {} as Values<R & O>, maxWaitMs: 0, fault: fault as Error };
		}
	});
}

/**
 * Reads a parameter that may be a resource locator.
 *
 * @throws InvalidInput for a value that it cannot have, and for none if it is required
 */
export function readRequired(given: unknown, reader: Readers[string]): unknown {
	const value = readParameter(readLocator(given).value, reader);
	if (!reader.isRequired || value !== reader.default) return value;
	throw new InvalidInput(`'${reader.label}' is empty`, 'Enter a value, or check the expression.');
}

/** Marks a parameter as required. */
export const required = <T>(reader: OptionReader<T>): OptionReader<T> & { isRequired: true } => ({
	...reader,
	isRequired: true,
});

/** Text for people, in which an invisible character may join the parts of a letter or of an emoji. */
export const text = (label: string): OptionReader<string> => ({
	label,
	default: '',
	read(value) {
		const one = onlyOne(value) ?? '';
		return typeof one === 'object' ? undefined : String(one);
	},
	mayBe: 'a text',
	isContent: true,
});

/** Makes a reader of a name, which a person recognizes without the blanks around it. */
export const name = (label: string): OptionReader<string> => ({
	label,
	default: '',
	read: (value) => (['string', 'number'].includes(typeof value) ? String(value) : undefined),
	mayBe: 'a text',
});

/** Makes a reader of the ID of one record other than a lead, such as a task. */
export const recordId = (label: string): OptionReader<string> => ({
	label,
	default: '',
	read(value) {
		const id = canonicalId(String(value));
		return LEAD_ID.test(id) ? id : undefined;
	},
	mayBe: 'one ID, such as 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
});

/** Makes a reader of the key of one lead: an ID, an email address or a phone number, whichever the value is. */
export const leadKey = (label: string): OptionReader<LeadKey | null> => ({
	label,
	default: null,
	read(value) {
		const { ids, leftOver } = findLeadIds(value);
		if (ids.length === 0 && leftOver.length === 0) return null;
		if (ids.length === 1 && leftOver.length === 0) return { by: 'id', text: ids[0] };
		if (ids.length > 0 || typeof value === 'object') return undefined;
		const address = readEmail(String(value));
		if (address !== undefined) return { by: 'email', text: address };
		const number = readPhone(String(value));
		return number === undefined ? undefined : { by: 'phone', text: number };
	},
	mayBe: 'a lead ID, an email address or a phone number',
});

const NO_IDS: string[] = [];

/** Makes a reader of one or more lead IDs, in any form, each once. */
export const leadIds = (label: string): OptionReader<string[]> => ({
	label,
	default: NO_IDS,
	read(value) {
		const { ids, leftOver } = findLeadIds(value);
		if (leftOver.length > 0) return undefined;
		return ids.length > 0 ? ids : NO_IDS;
	},
	mayBe:
		'one or more lead IDs, such as 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, with nothing else between them',
	isContent: true,
});

/** Makes a reader of an object or a list, or of JSON text of one. */
export const object = (label: string): OptionReader<object | undefined> => ({
	label,
	default: undefined,
	read(value) {
		const given = typeof value === 'string' ? parseObject(value) : value;
		return typeof given === 'object' && given !== null ? given : undefined;
	},
	mayBe: 'JSON, such as { "name": "value" }',
	isContent: true,
});
