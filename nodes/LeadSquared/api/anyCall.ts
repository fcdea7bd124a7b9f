import type { ApiRequest } from '../transport/client';
import { BULK_LIMIT } from './leadWrites';

/** A call of LeadSquared's API that the user describes. */
export interface AnyCall {
	method: ApiRequest['method'];
	/** As {@link apiPath} returns it. */
	path: string;
	query?: Record<string, string | number>;
	body?: object;
}

// Bulk endpoints have a limit of their own: https://apidocs.leadsquared.com/rate-limits/
const BULK = /\/bulk\//i;

/** Makes the request. A call of a bulk endpoint also keeps the limit of bulk writes. */
export const anyRequest = ({ method, path, query, body }: AnyCall): ApiRequest => ({
	method,
	path,
	qs: query,
	...(method === 'POST' && { body: body ?? {} }),
	...(BULK.test(path) && { limit: BULK_LIMIT }),
});

const ROOT = 'https://api.example/v2';
const KEYS = /^(accessKey|secretKey)$/i;
// A host, an absolute address, and what a server may read as the end of a path or of a folder.
const NO_PATH = /^[a-z][a-z\d+.-]*:|^\/\/|[\\#\s]|^[^?]*%(?:2f|5c)/i;

/**
 * Reads the path of a call below the API's root, such as `/LeadManagement.svc/LeadsMetaData.Get`. A leading
 * `/v2` is dropped.
 *
 * @returns undefined for a host, an absolute address, a path that leaves the API, and a path with keys
 */
export function apiPath(value: unknown): string | undefined {
	if (typeof value !== 'string' || NO_PATH.test(value)) return undefined;
	const below = value.replace(/^\/?(v2\/)?/i, '/');
	const url = new URL(`${ROOT}${below}`);
	if (`${url.origin}${url.pathname}${url.search}` !== `${ROOT}${below}`) return undefined;
	return [...url.searchParams.keys()].some((name) => KEYS.test(name)) ? undefined : below;
}

/** Reads the query of a call; returns undefined for keys, and for values that no query can hold. */
export function apiQuery(value: object | undefined): AnyCall['query'] {
	if (value === undefined || Array.isArray(value)) return undefined;
	const entries = Object.entries(value as Record<string, unknown>);
	const isUsable = entries.every(
		([name, each]) =>
			!KEYS.test(name) && (['string', 'boolean'].includes(typeof each) || Number.isFinite(each)),
	);
	if (!isUsable) return undefined;
	return Object.fromEntries(
		entries.map(([name, each]) => [name, typeof each === 'number' ? each : String(each)]),
	);
}

/** Reads the fields of a response. A list, a text or a number becomes the field `data`. */
export function readAnyAnswer(body: unknown): object | undefined {
	if (body === undefined) return undefined;
	if (body === null) return {};
	return typeof body === 'object' && !Array.isArray(body) ? body : { data: body };
}
