import type { IExecuteFunctions } from 'n8n-workflow';
import { isBlankValue } from '../../../shared/blank';
import { shown } from '../../../shared/inWords';
import { itemParameter } from '../../../shared/itemParameters';
import { findLeadIds } from '../../../shared/leadIds/findLeadIds';
import {
	type LeadOptions,
	type LeadRequest,
	type NotFoundOption,
	notFoundReader,
	requestReader,
} from '../../../shared/leads/leadRequest';
import { type Located, readLocator } from '../../../shared/locator';
import { onlyOne } from '../../../shared/options';
import { InvalidInput } from '../../../transport/invalidInput';

/** What a lead is asked for by. */
export type Key = {
	by: 'id' | 'email' | 'phone' | 'words';
	/** As it was given. */
	text: string;
};

/** What one input item asks for. Without a key, and without a fault, its cell is blank. */
export interface LeadKeyRequest extends LeadRequest {
	key?: Key;
	options: LeadOptions & { notFound: NotFoundOption };
}

/** Reads the parameters of every input item. No call is made. What is wrong with an item is its `fault`. */
export function readParameters(context: IExecuteFunctions): LeadKeyRequest[] {
	const keyOf = itemParameter(context, 'lead', (parameter) => readKey(readLocator(parameter)));
	const read = requestReader(context, {
		readers: { notFound: notFoundReader(context) },
		read: (item) => ({ key: keyOf(item) }),
		nothing: { key: undefined as Key | undefined },
	});
	return context.getInputData().map((_, item) => read(item));
}

const EMAIL = /^[^\s@<>,;]+@[^\s@<>,;]+$/;
const PHONE = /^\+?[\d\s().\-/\u2010-\u2015]{6,}$/;

/**
 * The key that a locator holds. Where a person chose what it is by, that is what it is; where a lead
 * was picked from the list, or an AI model filled it in, its form tells.
 *
 * @throws InvalidInput if it is not what it was said to be
 */
function readKey({ mode, value: given }: Located): Key | undefined {
	const value = onlyOne(given);
	if (isBlankValue(value)) return undefined;
	const text = typeof value === 'object' ? '' : String(value).trim();
	switch (mode) {
		case 'email': {
			const address = bareAddress(text);
			if (EMAIL.test(address)) return { by: 'email', text: address };
			throw notA('an email address', value);
		}
		case 'phone': {
			const number = asNumber(text);
			if (/\d.*\d.*\d/.test(number)) return { by: 'phone', text: number };
			throw notA('a phone number', value);
		}
		case 'id':
			return idIn(value);
		default:
			if (text === '' || findLeadIds(text).ids.length > 0) return idIn(value);
			if (EMAIL.test(bareAddress(text))) return { by: 'email', text: bareAddress(text) };
			return { by: PHONE.test(text) ? 'phone' : 'words', text };
	}
}

/** `"Ann Lee" <ann@example.com>`, `mailto:ann@example.com`. */
const bareAddress = (text: string): string =>
	(/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).replace(/^mailto:/i, '').trim();

/** A sheet makes numbers of phone numbers: `919876543210.0`, `9.1987654321E11`. */
function asNumber(text: string): string {
	const isNumber = /^\d(?:\.\d+)?e\+?\d+$/i.test(text) || /^\d+\.0+$/.test(text);
	return isNumber ? BigInt(Math.round(Number(text))).toString() : text.replace(/^tel:/i, '');
}

function idIn(value: unknown): Key | undefined {
	const { ids, leftOver } = findLeadIds(value);
	if (ids.length === 1 && leftOver.length === 0) return { by: 'id', text: ids[0] };
	if (ids.length === 0 && leftOver.length === 0) return undefined;
	if (ids.length > 1) {
		throw new InvalidInput(
			`'Lead' contains ${ids.length} lead IDs`,
			"This operation gets one lead for each input item. Use 'Get Leads by IDs' for more.",
		);
	}
	throw notA('a lead ID', value);
}

function notA(what: string, value: unknown): InvalidInput {
	return new InvalidInput(
		`'Lead' is not ${what}: ${shown(value)}`,
		'Choose what the value is beside the field: an ID, an email address or a phone number. A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c.',
	);
}
