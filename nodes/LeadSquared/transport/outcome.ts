import { truncate } from '../base/text';
import type { RateLimit } from './credentials';

/** One HTTP answer, its body as text. */
export interface ApiAnswer {
	status: number;
	headers: Record<string, unknown>;
	body: string;
	/** The time from its slot to its end. */
	ms?: number;
}

/**
 * The source of a fault: LeadSquared's API, a proxy that requires a login, something else on the way or at
 * the host (a firewall's page, a login page, a web server), the network, or n8n, which made no call.
 */
export type Source = 'leadSquared' | 'proxy' | 'other' | 'network' | 'n8n';

/** The error in place of an answer. It never contains a key. */
export interface Fault {
	from: Source;
	/** HTTP status; absent if no answer came. */
	status?: number;
	/** LeadSquared's `ExceptionType`, such as MXInvalidInputException. */
	type?: string;
	/** The message of LeadSquared or of the network. */
	message: string;
}

/** The ways in which a call can fail. */
export type FaultKind =
	/** Rejected because of the rate limit: the same call succeeds later. */
	| 'rateLimited'
	/** The day's calls are used up: waiting a few minutes does not help. */
	| 'quotaUsedUp'
	/** Network errors, timeouts, 408, 5xx without an MX type, bodies that are cut off or not JSON. */
	| 'transient'
	/** The request is too large. `cap` is the largest page allowed, if LeadSquared names it. */
	| 'tooLarge'
	/** LeadSquared does not accept an ID or another part of the request. */
	| 'invalidRequest'
	/** LeadSquared says that there is no such lead. */
	| 'notFound'
	/** LeadSquared does not accept the keys on this host. */
	| 'unauthorized'
	/** The host has no such endpoint, or redirects. */
	| 'noEndpoint'
	/** LeadSquared cannot be reached: TLS, a blocked address, a proxy, a host that does not exist. */
	| 'unreachable';

export interface Failed {
	kind: FaultKind;
	fault: Fault;
	/** For 'rateLimited': the limit that LeadSquared names. */
	limit?: RateLimit;
	/** For 'rateLimited' and 'transient': how long LeadSquared asks to wait, in ms. */
	retryAfterMs?: number;
	/** For 'transient': no answer came in time. A smaller request may get one. */
	timedOut?: boolean;
	/** For 'transient': the host has never answered as LeadSquared. */
	fromUnknownHost?: boolean;
	/** For 'transient': the answer is complete, but does not have the expected form. */
	notUnderstood?: boolean;
	/** For 'transient': its endpoint keeps sending such answers, so another try changes nothing. */
	isRepeated?: boolean;
	/** For 'unreachable' and 'noEndpoint': it was 'transient' until the host was given up. */
	wasTransient?: boolean;
	/** For 'tooLarge'. */
	cap?: number;
	/** For 'noEndpoint': the host is LeadSquared's, but does not have this endpoint. */
	endpointMissing?: boolean;
}

/** The cost of an answer: the time from its slot to its end, and its length. */
interface Cost {
	ms: number;
	characters: number;
}

/** The outcome of one call: a value, or the reason why there is none. */
export type Outcome<T> = { kind: 'ok'; value: T; cost?: Cost } | Failed;

// Known exception types and messages, with their sources. Any other MX type means 'invalidRequest'. The
// first match decides.
const KNOWN: Array<{ pattern: RegExp; kind: FaultKind }> = [
	// These messages contain a column's name, which may be any text, so they come first: "Attribute(s)
	// does not exist - mx_Old", "Unknown column 'mx_Old' in 'field list'"
	{
		pattern:
			/MXUnknownAttribute|attribute\(s\) does not exist|unknown column '|MXEntityDetailsNotFound/i,
		kind: 'invalidRequest',
	},
	// "Lead not found", for a lead that was deleted or merged, with a type or without one
	{
		pattern: /MXInvalidEntityReference|\bleads? (was |were |is |are )?not found\b/i,
		kind: 'notFound',
	},
	// apidocs.leadsquared.com/rate-limits: a daily allowance per plan; its message is not documented
	{
		pattern:
			/\b(daily|per day|a day)\b.*\b(limit|quota)\b|\b(limit|quota)\b.*\b(daily|per day|a day)\b/i,
		kind: 'quotaUsedUp',
	},
	// every endpoint page: "API calls exceeded the limit of 25 in 5 second(s)"; seen as 429, 403, 200
	{ pattern: /exceeded the limit of [\d.,' ]*\d in [\d.,' ]*\d second/i, kind: 'rateLimited' },
	{
		pattern: /MXAPIRateLimitExceeded|rate limit exceeded|too many requests/i,
		kind: 'rateLimited',
	},
	// "Page size can not be larger than 5000.", "PageSize can't be greater than 1000"; the call for the activities
	// of a lead has a RowCount
	{
		pattern: /(page\s?size|row\s?count) (can ?not|can[’']t) be (larger|more|greater) than/i,
		kind: 'tooLarge',
	},
	// 401 with "Invalid Access Details provided."; the others from fixtures, front-end code and a
	// generated OpenAPI description
	{
		pattern:
			/MXInvalidAccessDetails|MXAuthenticationFailed|MXUnAuthorized(Access|Request)|MXResourceUnauthenticated|MXInactiveUser|MXInvalidUserDetails/i,
		kind: 'unauthorized',
	},
	{ pattern: /MXResourceNotFound/i, kind: 'noEndpoint' },
	// "There was an error processing the request. Please contact administrator." (public code): LeadSquared failed,
	// maybe after it executed the call
	{ pattern: /error processing (the|your) request/i, kind: 'transient' },
];

// Codes of Node's network layer for transient errors: connections, name lookups, broken or wrongly encoded
// answers. Others (certificates, blocked addresses) are permanent.
const TRANSIENT_CODE =
	/^(ECONN\w+|EPIPE|ENOTFOUND|EAI_\w+|E\w*TIMEDOUT|EHOST\w+|ENET\w+|EADDRNOTAVAIL|EMFILE|ENOBUFS|ERR_NETWORK|ERR_BAD_RESPONSE|ERR_STREAM_\w+|ERR_HTTP2?_\w+|ERR__ERROR_FORMAT_\w+|ERR_BROTLI_\w+|Z_\w+|HPE_\w+|UND_ERR_\w+)$/;
const TRANSIENT_MESSAGE =
	/socket hang up|aborted|timed? ?out|network socket disconnected|premature close|incorrect header check|unexpected end of file/i;
// For versions of n8n that drop the code.
const NETWORK_CODE = /\bE[A-Z]{4,}\b|\bERR_\w+/;
const TLS_MESSAGE = /cert|self.signed|\b(ssl|tls)\b/i;
const TIMED_OUT = /ETIMEDOUT|ESOCKETTIMEDOUT|timed? ?out|timeout/i;

const LIKE_JSON = /^\s*[[{]/;

// The call did not leave n8n's machine, or was not accepted.
const NOT_SENT =
	/\b(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EMFILE)\b/;

/** Whether a call that failed certainly did not reach LeadSquared. */
export const wasNotSent = ({ fault: { from, message } }: Failed): boolean =>
	from === 'n8n' || (from === 'network' && NOT_SENT.test(message));

/** Whether LeadSquared may have executed a call that failed. */
export const mayBeExecuted = (failure: Failed): boolean =>
	(failure.kind === 'transient' || failure.wasTransient === true) && !wasNotSent(failure);

const HOUR_SECONDS = 60 * 60;

/** Removes keys from a text. */
type Redact = (text: string) => string;

/**
 * Turns an HTTP answer into an outcome. The status is a hint, the body is the truth: LeadSquared reports
 * errors as 500 with an `MX…Exception` and as 200 with `"Status":"Error"`, and a rate limit refusal as 429,
 * 403 or 200.
 *
 * @param read reads the value of a parsed body; undefined means that the body does not have the right form
 * @param now the time in ms since 1970, for a Retry-After that is a date
 */
export function classify<T>(
	answer: ApiAnswer,
	read: (body: unknown) => T | undefined,
	now: number,
	redact: Redact = (text) => text,
): Outcome<T> {
	const { status } = answer;
	// An empty body is null, since it is an answer for some calls. A body that is not JSON is undefined.
	const isEmpty = answer.body.trim() === '';
	const body = isEmpty ? null : parseJson(answer.body);
	const error = readError(body, redact);
	const succeeded = status >= 200 && status < 300;
	const words = () => excerpt(answer.body, redact);
	if (succeeded && !error) {
		const value = status === 204 ? read({}) : (read(body) ?? read(withUsualNames(body)));
		if (value !== undefined) {
			const {
				ms,
				body: { length: characters },
			} = answer;
			return { kind: 'ok', value, ...(ms !== undefined && { cost: { ms, characters } }) };
		}
		const from = body === null || LIKE_JSON.test(answer.body) ? 'leadSquared' : 'other';
		const message = `The answer was not understood: ${words()}`;
		// An answer that is empty, cut off or a gateway's page may be different the next time.
		const notUnderstood = status === 204 || (body !== undefined && !isEmpty);
		return { kind: 'transient', fault: { from, status, message }, notUnderstood };
	}
	const from = error ? 'leadSquared' : findSource(status, answer.body, body);
	const fault: Fault = { from, status, ...error, message: error?.message || words() };
	const isCutOff = body === undefined && LIKE_JSON.test(answer.body);
	const kind = faultKind(fault, isCutOff);
	const retryAfterMs = readRetryAfter(answer.headers, now);
	switch (kind) {
		case 'rateLimited': {
			const limit = readLimit(fault.message);
			// "… the limit of 10000 in 86400 second(s)" is a daily allowance.
			if (limit && limit.seconds >= HOUR_SECONDS) return { kind: 'quotaUsedUp', fault };
			const usable = limit && limit.calls > 0 && limit.seconds > 0;
			return { kind, fault, limit: usable ? limit : undefined, retryAfterMs };
		}
		case 'transient':
			return { kind, fault, retryAfterMs, timedOut: status === 408 || status === 504 };
		case 'tooLarge':
			return { kind, fault, cap: readCap(fault.message) };
		default:
			return { kind, fault };
	}
}

/**
 * Turns an error of Node into an outcome, when no answer came. Without a code, n8n did not make the call:
 * it blocks the address, or has an error of its own.
 */
export function classifyNetworkFault(
	code: string,
	message: string,
	redact: Redact = (text) => text,
): Failed {
	const words = excerpt(message, redact);
	const isTransient = TRANSIENT_CODE.test(code) || TRANSIENT_MESSAGE.test(message);
	const isFromNetwork =
		isTransient || code !== '' || NETWORK_CODE.test(message) || TLS_MESSAGE.test(message);
	const fault: Fault = {
		from: isFromNetwork ? 'network' : 'n8n',
		message: code && !words.includes(code) ? `${words} (${code})` : words,
	};
	if (!isTransient) return { kind: 'unreachable', fault };
	return { kind: 'transient', fault, timedOut: TIMED_OUT.test(code) || TIMED_OUT.test(message) };
}

/** Finds the source of an answer that is neither a value nor one of LeadSquared's errors. */
function findSource(status: number, text: string, body: unknown): Source {
	if (status === 407) return 'proxy';
	if (status >= 300 && status < 400) return 'other';
	// LeadSquared's API sends JSON. Its own gateways also send pages, with 5xx and 404.
	const isPage = body === undefined && /<(!doctype|html|head|body|title|h1)\b/i.test(text);
	return isPage && status < 500 ? 'other' : 'leadSquared';
}

/** @param isCutOff whether a part of LeadSquared's message is lost, such as the name of a column */
function faultKind({ from, status = 0, type = '', message }: Fault, isCutOff: boolean): FaultKind {
	if (from === 'proxy') return 'unreachable';
	const known = KNOWN.find(({ pattern }) => pattern.test(type) || pattern.test(message));
	if (known && !isCutOff) return known.kind;
	if (status === 429) return 'rateLimited';
	if (status === 401) return 'unauthorized';
	// The status of a gateway, or of a server that is overloaded: the call may have been executed.
	if (status > 500) return 'transient';
	if (/^MX/i.test(type)) return 'invalidRequest';
	if (isCutOff && status !== 413) return 'transient';
	if (status === 404 || (status >= 300 && status < 400)) return 'noEndpoint';
	if (status === 413) return 'tooLarge';
	// A firewall's page, temporary or permanent: the client decides.
	if (from === 'other') return 'transient';
	if (status === 403) return 'unauthorized';
	if (status === 408 || status === 425) return 'transient';
	return status >= 400 && status < 500 ? 'invalidRequest' : 'transient';
}

/** Reads LeadSquared's error envelope `{"Status":"Error","ExceptionType":…,"ExceptionMessage":…}`. */
function readError(body: unknown, redact: Redact): { type?: string; message: string } | undefined {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
	const { Status, ExceptionType, ExceptionMessage, Message } = withUsualNames(body, 1) as Record<
		string,
		unknown
	>;
	// .NET often sends all members, those without a value as null or as an empty text.
	const isPresent = (value: unknown) => value !== undefined && value !== null && value !== '';
	const isError =
		typeof Status === 'string' && /^(error|success)$/i.test(Status.trim())
			? /error/i.test(Status)
			: isPresent(ExceptionType) || isPresent(ExceptionMessage);
	if (!isError) return undefined;
	const type =
		typeof ExceptionType === 'string' && /^\w{1,100}$/.test(ExceptionType)
			? ExceptionType
			: undefined;
	const text = [ExceptionMessage, Message].find(
		(words) => typeof words === 'string' && words !== '',
	);
	return { type, message: excerpt(String(text ?? type ?? ''), redact) };
}

// "1,000", "1.000", "1 000" and "1'000" are the same number.
const parseCount = (digits: string): number => Number(digits.replace(/[.,' ]/g, ''));

function readLimit(message: string): RateLimit | undefined {
	const match = /limit of ([\d.,' ]*\d) in ([\d.,' ]*\d) second/i.exec(message);
	return match ? { calls: parseCount(match[1]), seconds: parseCount(match[2]) } : undefined;
}

function readCap(message: string): number | undefined {
	const match = /than\D*?(\d[\d.,' ]*)/i.exec(message);
	return (match && parseCount(match[1])) || undefined;
}

/** Reads Retry-After, in seconds or as an HTTP date (RFC 9110, 10.2.3). @returns ms from now */
function readRetryAfter(headers: Record<string, unknown>, now: number): number | undefined {
	const name = Object.keys(headers).find((key) => key.toLowerCase() === 'retry-after');
	const text = name === undefined ? '' : String(headers[name]).trim();
	if (text === '') return undefined;
	const isDate = /^[a-z]{3,9},/i.test(text);
	if (!isDate && !/^\d+(\.\d+)?$/.test(text)) return undefined;
	const ms = isDate ? Date.parse(text) - now : Number(text) * 1000;
	return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

function parseJson(text: string): unknown {
	try {
		// Gateways send a byte order mark, which JSON.parse rejects.
		const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
		// Services send JSON as a text within JSON.
		return typeof value === 'string' && LIKE_JSON.test(value) ? JSON.parse(value) : value;
	} catch {
		return undefined;
	}
}

/** The form of an answer: the names and types of its members, without their values. */
export const formOf = ({ body }: ApiAnswer): string => JSON.stringify(skeleton(parseJson(body)));

function skeleton(value: unknown, depth = 2): unknown {
	if (typeof value !== 'object' || value === null) return typeof value;
	if (depth === 0) return Array.isArray(value) ? 'list' : 'object';
	if (Array.isArray(value)) return value.slice(0, 1).map((each) => skeleton(each, depth - 1));
	const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
	return members.map(([name, each]) => [name, skeleton(each, depth - 1)]);
}

// The members of answers that are read by name. Columns of leads are read in any case elsewhere.
const NAMES =
	'Status Message Data Result Response Id LSQCommonServiceURLs app ExceptionType ExceptionMessage Leads RecordCount RecordsRetrieved ProspectId LeadId LeadPropertyList Attribute Value SchemaName DisplayName DataType Options RenderTypeTextValue MaxLength IsUnique IsReadOnly IsDerived LockAfterCreate AllowAutoUpdateToOptions ListId ListName ListType MemberCount';
const USUAL_NAMES = new Map(NAMES.split(' ').map((name) => [name.toLowerCase(), name]));

/** Gives the members of an answer, down to a depth, their usual case, which some gateways change. */
function withUsualNames(value: unknown, depth = 6): unknown {
	if (typeof value !== 'object' || value === null || depth === 0) return value;
	if (Array.isArray(value)) return value.map((each) => withUsualNames(each, depth - 1));
	return Object.fromEntries(
		Object.entries(value).map(([name, each]) => [
			USUAL_NAMES.get(name.toLowerCase()) ?? name,
			withUsualNames(each, depth - 1),
		]),
	);
}

// A body is cut after its keys are removed, so that no part of a key remains.
const MAX_BODY_LENGTH = 20_000;
const MAX_QUOTE_LENGTH = 300;

/** Makes a short text of a body for people: without keys, markup and control characters. */
function excerpt(body: string, redact: Redact): string {
	const text = redact(body.slice(0, 2 * MAX_BODY_LENGTH))
		.slice(0, MAX_BODY_LENGTH)
		.replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
		.replace(/<[^>]*>/g, ' ')
		.replace(/[\p{Cc}\s]+/gu, ' ')
		.trim();
	if (text === '') return 'the answer was empty';
	// Pages often have the same text in their title and heading.
	const unrepeated = /^(.{3,}?) \1$/su.exec(text)?.[1] ?? text;
	return truncate(unrepeated, MAX_QUOTE_LENGTH);
}

/** Turns a transient error into a fault of the host: it does not answer, or not as LeadSquared. */
export function asHostFault<T extends Outcome<unknown>>(outcome: T): T | Failed {
	if (outcome.kind !== 'transient' || outcome.fault.from === 'leadSquared') return outcome;
	const { fault } = outcome;
	const kind = fault.from === 'other' ? 'noEndpoint' : 'unreachable';
	return { kind, fault, wasTransient: true };
}

// LeadSquared answers some calls with `{ "Status": "Success", "Message": … }`, others with the requested
// value alone. It is not documented that a call always uses the same form.
const INNER = ['Message', 'Data', 'Result'];

/** Whether the body itself reports a success. */
export function isSuccess(body: unknown): body is Record<string, unknown> {
	if (typeof body !== 'object' || body === null || Array.isArray(body)) return false;
	const { Status } = body as { Status?: unknown };
	return typeof Status === 'string' && /^success$/i.test(Status);
}

/** Takes the value of a success out of its envelope, if it has one. */
export function withoutEnvelope(body: unknown): unknown {
	if (!isSuccess(body)) return body;
	const inner = INNER.map((name) => body[name]).find(
		(member) => typeof member === 'object' && member !== null,
	);
	return inner ?? body;
}
