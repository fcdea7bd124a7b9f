import { STATUS_CODES } from 'node:http';

import type { Faults } from './faults.mts';

export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: string;
	/** Whether it is an error that LeadSquared may as well report within a 200. */
	error?: boolean;
	/** The encoding of the body on the wire; the last two cannot be decoded. */
	coding?: 'gzip' | 'deflate' | 'deflate-raw' | 'br' | 'gzip-plain' | 'gzip-cut';
	/** The parts in which the body is written, and the time between them. */
	pace?: { bytes: number; ms: number };
}

/** The result of a call: its answer, or a connection that ends or hangs, perhaps within it. */
export type Outcome =
	| { end: 'answered'; answer: Answer }
	| { end: 'reset' | 'hang'; answer?: Answer };

/** Distinguishes an answer, such as the refusal of a request, from other values. */
export function isAnswer(value: unknown): value is Answer {
	return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}

export function jsonAnswer(body: string, status = 200): Answer {
	return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}

/** LeadSquared's error envelope (section 5). Without a type, the member is absent. */
export function errorAnswer(status: number, type: string | undefined, message: string): Answer {
	const envelope = {
		Status: 'Error',
		...(type === undefined ? {} : { ExceptionType: type }),
		ExceptionMessage: message,
	};
	return { ...jsonAnswer(JSON.stringify(envelope), status), error: true };
}

/** A page as gateways and web servers write them. */
export function pageAnswer(status: number, text = ''): Answer {
	const title = `${status} ${STATUS_CODES[status]}`;
	return {
		status,
		headers: { 'content-type': 'text/html' },
		body: `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1>${text}</center></body>\r\n</html>\r\n`,
	};
}

export function emptyAnswer(status: number): Answer {
	return { status, headers: {}, body: '' };
}

/** A number as messages write it ({@link Faults.thousands}). */
export function grouped(number: number, { thousands }: Pick<Faults, 'thousands'>): string {
	switch (thousands) {
		case 'none':
			return String(number);
		case 'indian':
			return number.toLocaleString('en-IN');
		default: {
			const sign = { comma: ',', point: '.', space: ' ' }[thousands];
			return number.toLocaleString('en-US').replaceAll(',', sign);
		}
	}
}

/** The keys that a client has sent. */
export interface Keys {
	access?: string;
	secret?: string;
}

/**
 * Applies the switches that change every answer: errors within a 200, keys in errors, an envelope
 * around successes, the content type, a prefix, and the encoding on the wire.
 */
export function withSwitches(plain: Answer, faults: Faults, keys: Keys): Answer {
	const isError = plain.error || plain.status >= 400;
	const answer = isError ? withKeys(plain, faults, keys) : withSuccess(plain, faults);
	const isJson = answer.headers['content-type']?.startsWith('application/json');
	const prefix = { none: '', bom: '\ufeff', whitespace: ' \r\n\t ' }[faults.bodyPrefix];
	return {
		...answer,
		status: answer.error && faults.errorIn200 ? 200 : answer.status,
		headers: isJson ? { ...answer.headers, 'content-type': faults.contentType } : answer.headers,
		body: isJson && answer.body ? prefix + answer.body : answer.body,
		coding: answer.coding ?? (faults.coding === 'none' ? undefined : faults.coding),
		pace:
			answer.pace ?? (faults.partBytes === null ? undefined : { bytes: faults.partBytes, ms: 0 }),
	};
}

function withSuccess(answer: Answer, { successEnvelope }: Faults): Answer {
	if (successEnvelope === 'none' || !answer.body.startsWith('{')) return answer;
	const none = successEnvelope === 'nulls' ? 'null' : '""';
	const members = `"Status":"Success","ExceptionType":${none},"ExceptionMessage":${none}`;
	const rest = answer.body.slice(1);
	return { ...answer, body: `{${members}${rest === '}' ? '' : ','}${rest}` };
}

const SPELLINGS: Record<Exclude<Faults['keysRepeated'], 'none'>, (key: string) => string> = {
	plain: (key) => key,
	html: (key) => key.replace(/\W/g, (sign) => `&#${sign.charCodeAt(0)};`),
	'html-hex': (key) => key.replace(/\W/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
	percent: (key) => key.replace(/\W/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
	unicode: (key) => key.replace(/\W/g, (sign) => `\\u${hex4(sign)}`),
};

function hex4(sign: string): string {
	return sign.charCodeAt(0).toString(16).padStart(4, '0');
}

/** An error that repeats the keys of the call, at the end of its message or page. */
function withKeys(answer: Answer, faults: Faults, { access = '', secret = '' }: Keys): Answer {
	const { keysRepeated, keysRepeatedAt } = faults;
	if (keysRepeated === 'none' || !answer.body) return answer;
	const isJson = answer.body.startsWith('{');
	const spell =
		isJson && keysRepeated === 'plain'
			? (key: string) => JSON.stringify(key).slice(1, -1)
			: SPELLINGS[keysRepeated];
	// Where the message, or the page, ends.
	const end = isJson ? answer.body.length - 2 : answer.body.lastIndexOf('</');
	const before = `${answer.body.slice(0, end)} Request: accessKey=`;
	const [first, second] = [spell(access), spell(secret)];
	const missing = (keysRepeatedAt ?? 0) - before.length - Math.ceil(first.length / 2);
	const filling = ' at LeadSquared.Api.Service.Invoke()';
	const padding = filling.repeat(Math.max(0, Math.ceil(missing / filling.length)));
	const head = answer.body.slice(0, end) + padding.slice(0, Math.max(0, missing));
	const body = `${head} Request: accessKey=${first}&secretKey=${second}${answer.body.slice(end)}`;
	return { ...answer, body };
}
