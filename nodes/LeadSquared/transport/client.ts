import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';
import { clock, withinTime, type Clock } from '../base/clock';
import { type LeadSquaredCredentials, redactor } from './credentials';
import type { AccountUse, NarrowLimit } from './limiter/accounts';
import type { Slot } from './limiter/limiter';
import {
	type ApiAnswer,
	classify,
	classifyNetworkFault,
	type Failed,
	type Outcome,
	asHostFault,
} from './outcome';

export type Context = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Below the API's root, e.g. `/LeadManagement.svc/LeadsMetaData.Get`. */
	path: string;
	qs?: Record<string, string | number>;
	body?: object;
	/** How much is asked for, such as leads: calls for about as much take about as long. */
	size?: number;
	/** A limit of its own that the call has to keep in addition to the account's. */
	limit?: NarrowLimit;
}

/** Progress of one part of an execution. */
export interface Progress {
	known: number;
	/** Infinity where that is not known. */
	all: number;
}

/** What an execution settles for all of its calls. */
export interface ClientOptions {
	/** How long, in ms, a call may go on being refused or failing; 0 means that there is no second try. */
	maxWaitMs: number;
	/** Whether the first failure ends the execution (On Error: Stop Workflow). */
	stopAtFailure?: boolean;
	/** Takes the sum of all parts, after every answer. */
	onProgress?: (sum: Progress) => void;
}

/** The way to one account, for one execution: its calls, its patience, its progress and its end. */
export interface Client {
	readonly clock: Clock;
	/** The account's API host, such as `api-in21.leadsquared.com`. */
	readonly host: string;
	readonly account: AccountUse;
	readonly maxWaitMs: number;
	readonly stopAtFailure: boolean;
	/** How many calls may be in flight at once: answers may take up to two windows. */
	readonly callsAtOnce: number;
	/** Ends waits: aborted when the execution is canceled, and by `stop`. */
	readonly signal: AbortSignal;
	/** Whether `stop` was called: the execution ends with what it has. */
	readonly isStopped: boolean;
	/**
	 * Ends waits, and makes every call that has not been sent yet end with an exception.
	 *
	 * @param inFlight whether calls that have been sent end like that too, or are waited for
	 */
	stop(inFlight?: 'abandon' | 'finish'): void;
	/** Reports how far a part of the execution is. @param part names it: the same object each time */
	report(part: object, progress: Progress): void;
	/** The same client with other options. */
	with(options: Partial<Pick<Client, 'maxWaitMs' | 'stopAtFailure'>>): Client;
	/**
	 * Makes a call as soon as the rate limit allows, and again if it was refused for rate, which means
	 * that it was not executed. Any other outcome is returned at once.
	 *
	 * @param onStart called when the call has its first slot
	 * @throws the signal's reason, as soon as it is aborted, and nothing else
	 */
	call<T>(
		request: ApiRequest,
		read: (body: unknown) => T | undefined,
		onStart?: () => void,
	): Promise<Outcome<T>>;
}

// Longer than LeadSquared takes for the largest page seen (a few seconds); then a smaller one is tried.
const TIMEOUT_MS = 60_000;
// For an answer that comes byte by byte.
const WHOLE_ANSWER_MS = 150_000;
// For HTTP clients whose own timeout does not see a proxy that takes the connection and stays silent.
const NO_ANSWER_MS = TIMEOUT_MS + 2000;
// A host that has never answered as LeadSquared is reported within 20 seconds, whatever Max Wait says:
// its calls have this time, with this pause between tries.
const UNKNOWN_HOST_MS = 18_000;
const UNKNOWN_HOST_PAUSE_MS = 1500;
// An answer that is not understood is reported when it comes back identical for the third time.
const MAX_IDENTICAL = 3;

/** The reason of a signal that `stop` has aborted. */
const STOPPED = new Error('The execution has ended');

export function createClient(
	context: Context,
	credentials: LeadSquaredCredentials,
	baseUrl: string,
	account: AccountUse,
	stopping: AbortController,
	{ maxWaitMs, stopAtFailure = false, onProgress }: ClientOptions,
): Client {
	const { signal } = stopping;
	const finishing = new AbortController();
	const waiting = AbortSignal.any([signal, finishing.signal]);
	// One call of an execution waits for a slot at a time, so that long and short jobs take turns.
	let turn: Promise<unknown> = Promise.resolve();
	const nextSlot = (request: ApiRequest) => {
		const asked = { kind: kindOf(request), narrow: request.limit, signal: waiting };
		const slot = turn.then(async () => await account.slot(asked));
		turn = slot.catch(() => {});
		return slot;
	};

	const redact = redactor(credentials);
	let firstCallAt: number | undefined;
	/** The latest answer that was not understood, by call, and how often it came in a row. */
	const unreadable = new Map<string, { text: string; times: number }>();
	const callKey = ({ path, qs, body }: ApiRequest) => JSON.stringify([path, qs, body]);

	const isIdentical = (request: ApiRequest, { body: text }: ApiAnswer): boolean => {
		const key = callKey(request);
		const known = unreadable.get(key);
		const times = known?.text === text ? known.times + 1 : 1;
		unreadable.set(key, { text, times });
		return times >= MAX_IDENTICAL;
	};

	/** Makes the HTTP request. */
	const send = async (request: ApiRequest, slot: Slot): Promise<ApiAnswer | Failed> => {
		const sentAt = clock.now();
		firstCallAt ??= sentAt;
		const hostEndsAt = isKnownHost(baseUrl) ? Infinity : firstCallAt + UNKNOWN_HOST_MS;
		const connection = new AbortController();
		const end = () => connection.abort();
		signal.addEventListener('abort', end, { once: true });
		try {
			const { statusCode, headers, body } = await withinTime(
				context.helpers.httpRequestWithAuthentication.call(
					context,
					'leadSquaredApi',
					requestOptions(request, baseUrl, connection.signal, slot.onSent),
				) as Promise<{ statusCode: number; headers: object; body: Body }>,
				Math.min(NO_ANSWER_MS, hostEndsAt - sentAt),
				clock,
			);
			slot.onFirstByte();
			const wholeMs = Math.min(WHOLE_ANSWER_MS, hostEndsAt - clock.now());
			const text = await readBody(body, { stalledMs: TIMEOUT_MS, wholeMs }, clock);
			return { status: statusCode, headers: { ...headers }, body: text, ms: clock.now() - sentAt };
		} catch (error) {
			// n8n's helper leaves the connection open where a body stalls.
			end();
			return classifyNetworkFault(codeOf(error), messageOf(error), redact);
		} finally {
			signal.removeEventListener('abort', end);
		}
	};

	/** A failure in the light of the answers before it. */
	const judge = (
		request: ApiRequest,
		failure: Failed,
		answer: ApiAnswer | Failed,
		startedAt: number,
	): Failed => {
		if (failure.notUnderstood && 'body' in answer && isIdentical(request, answer)) {
			return { ...failure, isRepeated: true };
		}
		const isMissing = failure.kind === 'noEndpoint' && failure.fault.status === 404;
		// An exception's type is LeadSquared's own word.
		const isLeadSquared = isKnownHost(baseUrl) || failure.fault.type !== undefined;
		if (isMissing && isLeadSquared) return { ...failure, endpointMissing: true };
		if (noteAnswer(baseUrl, failure) || failure.kind !== 'transient') return failure;
		if (isKnownHost(baseUrl)) return failure;
		// Another try that takes as long would not end in time.
		const nextEndsAt = 2 * clock.now() - startedAt + UNKNOWN_HOST_PAUSE_MS;
		if (nextEndsAt >= firstCallAt! + UNKNOWN_HOST_MS) return asHostFault(failure);
		return { ...failure, fromUnknownHost: true, retryAfterMs: UNKNOWN_HOST_PAUSE_MS };
	};

	const parts = new Map<object, Progress>();
	const report = (part: object, progress: Progress) => {
		parts.set(part, progress);
		const sum = { known: 0, all: 0 };
		for (const { known, all } of parts.values()) {
			sum.known += known;
			sum.all += all;
		}
		onProgress?.(sum);
	};

	const clientWith = (options: Pick<Client, 'maxWaitMs' | 'stopAtFailure'>): Client => ({
		...options,
		clock,
		host: new URL(baseUrl).host,
		account,
		callsAtOnce: 2 * account.callsAtOnce,
		signal: waiting,
		get isStopped() {
			return waiting.reason === STOPPED;
		},
		stop: (inFlight) => (inFlight === 'finish' ? finishing : stopping).abort(STOPPED),
		report,
		with: (others) => clientWith({ ...options, ...others }),
		async call(request, read, onStart) {
			let refusedSince: number | undefined;
			for (;;) {
				const slot = await nextSlot(request);
				onStart?.();
				const startedAt = clock.now();
				const answer = await send(request, slot);
				const outcome = 'kind' in answer ? answer : classify(answer, read, clock.wallNow(), redact);
				if (outcome.kind === 'rateLimited') slot.onRefused(outcome);
				else if (outcome.kind === 'ok') slot.onSuccess();
				else slot.onError();
				signal.throwIfAborted();
				if (outcome.kind === 'ok') {
					noteAnswer(baseUrl, outcome);
					if (unreadable.size > 0) unreadable.delete(callKey(request));
					return outcome;
				}
				const judged = judge(request, outcome, answer, startedAt);
				if (judged.kind !== 'rateLimited') return judged;
				refusedSince ??= clock.now();
				if (clock.now() - refusedSince >= options.maxWaitMs) return judged;
			}
		},
	});
	return clientWith({ maxWaitMs, stopAtFailure });
}

// Calls for about as much: for less than twice as much.
function kindOf({ path, size = 1 }: ApiRequest): string {
	return `${path} ${Math.floor(Math.log2(Math.max(1, size)))}`;
}

function requestOptions(
	{ method, path, qs, body }: ApiRequest,
	baseUrl: string,
	connection: AbortSignal,
	onSent: () => void,
): IHttpRequestOptions {
	return {
		method,
		url: `${baseUrl}${path}`,
		qs,
		// n8n looks the credential up first, and writes the body when it sends the call.
		body: body && { ...body, toJSON: () => (onSent(), body) },
		headers: { Accept: 'application/json' },
		// Parsed here and not by n8n, so that what is cut off or no JSON is told apart.
		encoding: 'stream',
		returnFullResponse: true,
		// A 401 is then sent once, and no error object carries the request with its keys.
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
		// Goes on to the socket (https://nodejs.org/api/net.html#new-netsocketoptions).
		agentOptions: { signal: connection } as object,
	};
}

/** The code of Node's network error, wherever n8n's wrappers left it. */
function codeOf(error: unknown, depth = 0): string {
	if (typeof error !== 'object' || error === null || depth > 4) return '';
	const { code, cause } = error as { code?: unknown; cause?: unknown };
	const inner = codeOf(cause, depth + 1);
	return inner !== '' ? inner : typeof code === 'string' ? code : '';
}

function messageOf(error: unknown): string {
	const { cause, message } = (error ?? {}) as { cause?: { message?: string }; message?: string };
	return cause?.message || message || 'No answer';
}

/** What n8n's HTTP helper gives of an answer whose body is still on its way. */
export type Body = NodeJS.ReadableStream & { destroy(): void };

/**
 * Reads the body of an answer as text, part by part as it arrives. If n8n's helper did it, all bytes
 * of an answer would be kept until it is complete, and then copied: so much memory outside of V8's
 * heap that V8 goes through all leads that are there already every 30 calls (docs/benchmarks.md).
 *
 * @param limits in ms. stalled: after so long without a byte it fails, since the time-out of n8n's
 * helper ends where the body begins; whole: it fails after so long however many bytes come
 */
export async function readBody(
	body: Body,
	limits: { stalledMs: number; wholeMs: number },
	clock: Clock,
): Promise<string> {
	const beganAt = clock.now();
	let lastAt = beganAt;
	const read = async () => {
		let text = '';
		for await (const part of body.setEncoding('utf8')) {
			text += part;
			lastAt = clock.now();
		}
		return text;
	};
	const over = new AbortController();
	const timedOut = async (): Promise<never> => {
		for (;;) {
			const endsAt = Math.min(lastAt + limits.stalledMs, beganAt + limits.wholeMs);
			const leftMs = Math.ceil(endsAt - clock.now());
			if (leftMs <= 0) throw new Error('The answer timed out before its end');
			await clock.sleep(leftMs, over.signal);
		}
	};
	try {
		return await Promise.race([read(), timedOut()]);
	} finally {
		over.abort();
		body.destroy();
	}
}

// Hosts that have answered as LeadSquared since n8n started. Their transient errors are retried.
const knownHosts = new Set<string>();

/** Whether a host has answered as LeadSquared. @param baseUrl root of the API */
export const isKnownHost = (baseUrl: string): boolean => knownHosts.has(baseUrl);

/** Remembers a host that answered as LeadSquared. @returns whether this outcome is such an answer */
export function noteAnswer(baseUrl: string, outcome: Outcome<unknown>): boolean {
	const isFromLeadSquared = outcome.kind === 'ok' || outcome.fault.from === 'leadSquared';
	if (isFromLeadSquared) knownHosts.add(baseUrl);
	return isFromLeadSquared;
}
