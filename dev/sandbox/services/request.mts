import { errorAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';

const DEFAULT_PAGE_SIZE = 1000;

/** The body of a call; undefined if it is not the JSON that is documented. */
export function readJson({ contentType, body }: { contentType: string; body: string }): unknown {
	if (!/^application\/json\b/i.test(contentType)) return undefined;
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

/** The answer to a body that is not as documented. */
export function malformed(): Answer {
	return errorAnswer(400, undefined, 'Request body contains malformed or unexpected JSON');
}

export interface Paging {
	pageIndex: number;
	pageSize: number;
}

/** Undefined if it is not valid paging. */
export function readPaging(paging: unknown, fallback = DEFAULT_PAGE_SIZE): Paging | undefined {
	const { PageIndex, PageSize } = Object(paging ?? {}) as Record<string, unknown>;
	const pageIndex = Number(PageIndex ?? 1);
	const pageSize = Number(PageSize ?? fallback);
	const isPaging = Number.isInteger(pageIndex) && Number.isInteger(pageSize);
	return isPaging ? { pageIndex, pageSize } : undefined;
}

export function refusePaging({ pageIndex, pageSize }: Paging): Answer | undefined {
	if (pageIndex < 1) return invalid('PageIndex can not be less than 1');
	return pageSize < 1 ? invalid('PageSize can not be less than 1') : undefined;
}

/** The columns of an Include_CSV, each once; undefined if it is not one. */
export function readColumns(csv: unknown): string[] | undefined {
	if (typeof csv !== 'string') return undefined;
	return [...new Set(csv.split(',').map((name) => name.trim()))].filter(Boolean);
}

/** Reads the common part of calls that search for leads; undefined if it is not as documented. */
export function readSearch(call: { contentType: string; body: string }) {
	const json = readJson(call);
	if (json === undefined) return undefined;
	const { Parameter, Columns, Paging: asked, Sorting: sorting } = Object(json);
	const columns = readColumns(Columns?.Include_CSV ?? '');
	const paging = readPaging(asked);
	if (!columns || !paging) return undefined;
	return { parameter: Object(Parameter), columns, sorting, paging, json };
}

export function mandatory(name: string): Answer {
	return errorAnswer(500, 'MXMandatoryAttributeMissingException', `'${name}' is mandatory`);
}

export function invalid(message: string): Answer {
	return errorAnswer(500, 'MXInvalidInputException', `Invalid Input! Parameter Name: ${message}`);
}
