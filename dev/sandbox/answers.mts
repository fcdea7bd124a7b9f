import { STATUS_CODES } from 'node:http';

import type { Faults, Trouble } from './faults.mts';

export interface Answer {
	status: number;
	headers: Record<string, string>;
	body: string;
	/** Whether it is an error that LeadSquared may as well report within a 200. */
	error?: boolean;
}

/** What becomes of a call: its answer, or a connection that ends or hangs, perhaps within it. */
export type Outcome =
	| { end: 'answered'; answer: Answer }
	| { end: 'reset' | 'hang'; answer?: Answer };

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
export function htmlAnswer(status: number): Answer {
	const title = `${status} ${STATUS_CODES[status]}`;
	return {
		status,
		headers: { 'content-type': 'text/html' },
		body: `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`,
	};
}

function emptyAnswer(status: number): Answer {
	return { status, headers: {}, body: '' };
}

/** The true answer, which holds so many rows, gone wrong. */
export function troubled(kind: Trouble, answer: Answer, rows: number): Outcome {
	switch (kind) {
		case 'reset':
			return { end: 'reset' };
		case 'hangup':
			return { end: 'reset', answer };
		case 'timeout':
		case 'hang':
			return { end: 'hang' };
		case 'stall':
			return { end: 'hang', answer };
		default:
			return { end: 'answered', answer: troubledAnswer(kind, answer, rows) };
	}
}

function troubledAnswer(
	kind: Exclude<Trouble, 'reset' | 'hangup' | 'timeout' | 'hang' | 'stall'>,
	answer: Answer,
	rows: number,
): Answer {
	switch (kind) {
		case '500-no-type':
			return { ...errorAnswer(500, undefined, 'Internal Server Error'), error: false };
		case '500-empty':
			return emptyAnswer(500);
		case '408':
			return emptyAnswer(408);
		case '500':
		case '502':
		case '503':
		case '504':
		case '413':
			return htmlAnswer(Number(kind));
		case '502-html':
			return htmlAnswer(502);
		case 'html-200':
			return htmlAnswer(200);
		case 'empty-200':
			return emptyAnswer(200);
		case 'other-json-200':
			return jsonAnswer('{"ok":true}');
		case 'cut-json':
			return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
		case 'leads-null':
			// A refusal stays one: without its rows it would look like an answer without leads.
			return answer.error ? answer : jsonAnswer(`{"RecordCount":${rows},"Leads":null}`);
	}
}

/** Switches that dress every answer: errors within a 200, the content type, a prefix. */
export function dressed(answer: Answer, faults: Faults): Answer {
	const isJson = answer.headers['content-type']?.startsWith('application/json');
	const prefix = { none: '', bom: '\ufeff', whitespace: ' \r\n\t ' }[faults.bodyPrefix];
	return {
		...answer,
		status: answer.error && faults.errorIn200 ? 200 : answer.status,
		headers: isJson ? { ...answer.headers, 'content-type': faults.contentType } : answer.headers,
		body: isJson && answer.body ? prefix + answer.body : answer.body,
	};
}
