import type { readLeadsPage } from '../../nodes/LeadSquared/api/leads';
import type { readRowResults } from '../../nodes/LeadSquared/api/rowResults';
import type { findLeadIds } from '../../nodes/LeadSquared/input/leadIds/findLeadIds';
import type {
	ApiAnswer,
	classify,
	classifyNetworkFault,
	Failed,
	Outcome,
} from '../../nodes/LeadSquared/transport/outcome';
import { readReply } from './rows.mts';
import type { LeadsReply } from './rows.mts';

/** Times are in ms since 1970. */
export interface Clock {
	now(): number;
	sleep(ms: number): Promise<void>;
}

/** The node's own readers, so that the check judges answers as the node does. */
export interface NodeModules {
	classify: typeof classify;
	classifyNetworkFault: typeof classifyNetworkFault;
	findLeadIds: typeof findLeadIds;
	readLeadsPage: typeof readLeadsPage;
	readRowResults: typeof readRowResults;
}

export type KeysIn = 'headers' | 'query';

export interface CheckRequest {
	method: 'GET' | 'POST';
	/** Below the API's base address, query included. */
	path: string;
	body?: unknown;
	/** The tenant's own keys, none, or made-up ones. */
	keys: 'own' | 'none' | 'wrong';
	keysIn: KeysIn;
}

/** Makes one call. If no answer comes, it rejects with Node's error, or with one that has it as `cause`. */
export type Send = (request: CheckRequest) => Promise<ApiAnswer>;

/** A request of Leads/Retrieve/ByIds; members that are null are left out of its body. */
export interface LeadsAsk {
	ids: string[];
	columns?: string[];
	page?: { index: number; size: number } | null;
	keys?: CheckRequest['keys'];
}

/** The tenant, one call at a time, and the common properties of its answers. */
export interface Tenant {
	leads(ask: LeadsAsk): Promise<Outcome<LeadsReply>>;
	/** @throws Stopped if there is no point in going on */
	call<T>(
		request: Pick<CheckRequest, 'method' | 'path'> & Partial<CheckRequest>,
		read: (answer: ApiAnswer, parsed: unknown) => T | undefined,
	): Promise<Outcome<T>>;
	/** Where the keys go from now on; headers at first. */
	keysIn: KeysIn;
	readonly calls: number;
	readonly refusals: Array<Failed & { retryAfter: boolean }>;
	readonly passingFaults: Failed[];
	/** Headers on rates and limits, in lower case, and how many answers had them. */
	readonly rateHeaders: ReadonlyMap<string, number>;
	/** Answers that this check could read, and the node could not. */
	readonly misread: number;
	/** The last answer with leads: its Content-Type, and whether something precedes its JSON. */
	readonly form: { contentType: string; prefix: 'none' | 'byte order mark' | 'blanks' } | undefined;
}

/** No more calls are possible, because of the network, the keys or the rate limit. */
export class Stopped extends Error {}

const BY_IDS = '/LeadManagement.svc/Leads/Retrieve/ByIds';
// The lowest documented limit is 2 calls in 5 seconds, for an old plan; 10 in 5 is usual (reference,
// section 3). A call a second leaves most of it to other users of the account.
const PACE_MS = 1000;
const TRIES = 3;
const WINDOW_MS = 5000;
const LONGEST_WAIT_MS = 60_000;
const RATE_HEADER = /^(retry-after|(x-)?(api-)?rate-?limit[a-z-]{0,30}|x-quota[a-z-]{0,30})$/;

/** @param send makes one call, at once; the tenant controls pace and retries */
export function createTenant(send: Send, clock: Clock, node: NodeModules): Tenant {
	let calls = 0;
	let misread = 0;
	let free = -Infinity;
	let form: Tenant['form'];
	const refusals: Tenant['refusals'] = [];
	const passingFaults: Failed[] = [];
	const rateHeaders = new Map<string, number>();

	const tenant: Tenant = {
		keysIn: 'headers',
		get calls() {
			return calls;
		},
		get misread() {
			return misread;
		},
		get form() {
			return form;
		},
		refusals,
		passingFaults,
		rateHeaders,
		leads: ({ ids, columns, page, keys }) => {
			const paging = page === undefined ? { index: 1, size: Math.max(1, ids.length) } : page;
			const body = {
				SearchParameters: { LeadIds: ids },
				Columns: { Include_CSV: (columns ?? ['ProspectID']).join(',') },
				...(paging && { Paging: { PageIndex: paging.index, PageSize: paging.size } }),
			};
			return tenant.call({ method: 'POST', path: BY_IDS, body, keys: keys ?? 'own' }, (answer) =>
				readReply(answer.status, answer.body),
			);
		},
		async call(request, read) {
			for (let tries = 1; ; tries++) {
				const outcome = await once({ keys: 'own', keysIn: tenant.keysIn, ...request }, read);
				if (outcome.kind === 'unreachable' || outcome.kind === 'quotaUsedUp') {
					throw new Stopped(describe(outcome));
				}
				if (outcome.kind !== 'rateLimited' && outcome.kind !== 'transient') return outcome;
				if (tries >= TRIES) {
					if (outcome.kind === 'rateLimited') throw new Stopped(describe(outcome));
					return outcome;
				}
				const usual =
					outcome.kind === 'rateLimited'
						? (outcome.limit?.seconds ?? 0) * 1000 || WINDOW_MS
						: tries * WINDOW_MS;
				await clock.sleep(Math.min(LONGEST_WAIT_MS, outcome.retryAfterMs ?? usual));
			}
		},
	};
	return tenant;

	async function once<T>(
		request: CheckRequest,
		read: (answer: ApiAnswer, parsed: unknown) => T | undefined,
	): Promise<Outcome<T>> {
		if (free > clock.now()) await clock.sleep(free - clock.now());
		free = clock.now() + PACE_MS;
		calls++;
		let answer: ApiAnswer;
		try {
			answer = await send(request);
		} catch (error) {
			const { code, message } = causeOf(error);
			const failed = node.classifyNetworkFault(code, message);
			if (failed.kind === 'transient') passingFaults.push(failed);
			return failed;
		}
		for (const header of Object.keys(answer.headers)) {
			const name = header.toLowerCase();
			if (RATE_HEADER.test(name)) rateHeaders.set(name, (rateHeaders.get(name) ?? 0) + 1);
		}
		const isLeads = request.path === BY_IDS;
		const judged = node.classify<unknown>(
			answer,
			(parsed) => (isLeads ? node.readLeadsPage(parsed) : read(answer, parsed)),
			clock.now(),
		);
		if (judged.kind === 'ok') {
			if (isLeads) form = formOf(answer);
			const value = isLeads ? read(answer, undefined) : (judged.value as T);
			return value === undefined ? notUnderstood(answer) : { kind: 'ok', value };
		}
		const outcome: Failed = judged;
		// An answer with a clear error was not misread by the node.
		const isSilent = outcome.kind === 'transient' && isOk(answer) && !outcome.fault.type;
		const value = isLeads && isSilent ? read(answer, undefined) : undefined;
		if (value !== undefined) {
			misread++;
			form = formOf(answer);
			return { kind: 'ok', value };
		}
		if (outcome.kind === 'rateLimited') {
			const retryAfter = Object.keys(answer.headers).some((key) => /^retry-after$/i.test(key));
			refusals.push({ ...outcome, retryAfter });
		}
		if (outcome.kind === 'transient') passingFaults.push(outcome);
		return outcome;
	}
}

function isOk({ status }: ApiAnswer): boolean {
	return status >= 200 && status < 300;
}

function notUnderstood({ status }: ApiAnswer): Failed {
	return { kind: 'transient', fault: { from: 'leadSquared', status, message: '' } };
}

/**
 * LeadSquared's answer in printable form: status, exception type, and LeadSquared's message if it has a
 * type. Other bodies may contain anything, even leads, and are not shown.
 */
export function describe({ kind, fault }: Failed): string {
	const { status, type, message } = fault;
	if (status === undefined) {
		const code = /\(([A-Z][A-Z0-9_]+)\)|\b(E[A-Z]{4,})\b/.exec(message);
		const what = kind === 'unreachable' ? 'the call does not get out' : 'no answer';
		return code ? `${what} (${code[1] ?? code[2]})` : what;
	}
	if (status >= 200 && status < 300 && kind === 'transient' && type === undefined) {
		return `HTTP ${status}, not the JSON of this call`;
	}
	if (type === undefined || !/^MX\w{1,80}$/i.test(type)) return `HTTP ${status} without an MX type`;
	const said = message === type ? '' : `: "${withoutData(message)}"`;
	return `HTTP ${status} ${type}${said}`;
}

/** Text without lead ids, columns of the account, addresses and phone numbers, and not too long. */
function withoutData(text: string): string {
	const bare = text
		.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '<id>')
		.replace(/\bmx_\w+/gi, '<column>')
		.replace(/[^\s"'<>,;:]+@[^\s"'<>,;:]+/g, '<address>')
		.replace(/\+?\d[\d -]{5,}\d/g, '<number>');
	return bare.length > 160 ? `${bare.slice(0, 160)}…` : bare;
}

function formOf({ headers, body }: ApiAnswer): NonNullable<Tenant['form']> {
	const name = Object.keys(headers).find((key) => key.toLowerCase() === 'content-type');
	const given = name === undefined ? 'none' : String(headers[name]);
	const contentType = /^[\w/.+;= -]{1,60}$/.test(given) ? given : 'another';
	const prefix = body.startsWith('\uFEFF')
		? 'byte order mark'
		: /^\s/.test(body)
			? 'blanks'
			: 'none';
	return { contentType, prefix };
}

/** Node's own network error, which `fetch` wraps. */
function causeOf(error: unknown): { code: string; message: string } {
	const { cause, code, name, message } = error as Record<string, unknown>;
	if (typeof cause === 'object' && cause !== null) return causeOf(cause);
	const known = name === 'TimeoutError' ? 'ETIMEDOUT' : code;
	return { code: typeof known === 'string' ? known : '', message: String(message ?? '') };
}
