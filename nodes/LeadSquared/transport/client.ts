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
	formOf,
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
	/** The amount requested, such as a number of leads: calls of similar size take a similar time. */
	size?: number;
	/** A limit for this call in addition to the account's. */
	limit?: NarrowLimit;
}

/** Progress of one part of an execution. */
export interface Progress {
	known: number;
	/** Infinity if it is not known. */
	all: number;
}

/** Settings of an execution for all its calls. */
export interface ClientOptions {
	/** The time, in ms, for which a refused or failed call is retried; 0 means no retry. */
	maxWaitMs: number;
	/** Whether the first failure ends the execution (On Error: Stop Workflow). */
	stopAtFailure?: boolean;
	/** Called after every answer with the sum of all parts. */
	onProgress?: (sum: Progress) => void;
}

/** The connection of one execution to one account: its calls, patience, progress and end. */
export interface Client {
	readonly clock: Clock;
	/** The account's API host, such as `api-in21.leadsquared.com`. */
	readonly host: string;
	readonly account: AccountUse;
	readonly maxWaitMs: number;
	readonly stopAtFailure: boolean;
	/** The maximum number of calls in flight: answers may take up to two windows. */
	readonly callsAtOnce: number;
	/** Aborts waits when the execution is canceled or `stop` is called. */
	readonly signal: AbortSignal;
	/** Whether `stop` was called: the execution ends with what it has. */
	readonly isStopped: boolean;
	/**
	 * Ends waits, and makes all calls that have not been sent yet throw.
	 *
	 * @param inFlight whether calls that have been sent throw too; otherwise they are awaited
	 */
	stop(inFlight?: 'abandon' | 'finish'): void;
	/** Reports the progress of a part of the execution. @param part identifies it: the same object each time */
	report(part: object, progress: Progress): void;
	/** The same client with other options. */
	with(options: Partial<Pick<Client, 'maxWaitMs' | 'stopAtFailure'>>): Client;
	/**
	 * Makes a call as soon as the rate limit allows, and again if the rate limit refused it, because then it
	 * was not executed. Returns any other outcome at once.
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

// Longer than LeadSquared takes for the largest page seen (a few seconds). A smaller one is tried next.
const TIMEOUT_MS = 60_000;
// Also ends an answer that arrives byte by byte.
const WHOLE_ANSWER_MS = 150_000;
// For HTTP clients whose own timeout misses a proxy that accepts the connection and stays silent.
const NO_ANSWER_MS = TIMEOUT_MS + 2000;
// A host that has never answered as LeadSquared is reported within 20 seconds, regardless of Max Wait:
// its calls have this time, with this pause between tries.
const UNKNOWN_HOST_MS = 18_000;
const UNKNOWN_HOST_PAUSE_MS = 1500;
// An answer that is not understood is reported when its endpoint sends one of the same form for the third
// time in a row, some time after the first: lists try again at once with smaller pages.
const MAX_OF_A_FORM = 3;
const MIN_FORM_MS = 3000;
const FORM_PAUSE_MS = 1500;

/** The reason of the signal after `stop`. */
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
	// Calls of an execution wait for slots one at a time, so that long and short executions take turns.
	let turn: Promise<unknown> = Promise.resolve();
	const nextSlot = (request: ApiRequest) => {
		const asked = { kind: callKind(request), narrow: request.limit, signal: waiting };
		const slot = turn.then(async () => await account.slot(asked));
		turn = slot.catch(() => {});
		return slot;
	};

	const redact = redactor(credentials);
	let firstCallAt: number | undefined;
	/**
	 * By endpoint, since its last answer that was understood: the form of the others, how often in a row, when
	 * first and when last. All calls of an endpoint count, because smaller ones get the same form.
	 */
	const unreadable = new Map<string, { form: string; times: number; since: number; at: number }>();

	const isSameForm = ({ path }: ApiRequest, answer: ApiAnswer, startedAt: number): boolean => {
		const form = formOf(answer);
		const now = clock.now();
		const latest = unreadable.get(path);
		const known = latest?.form === form ? latest : { form, times: 0, since: now, at: -Infinity };
		unreadable.set(path, known);
		// Answers that arrive at the same time are one sign, not several.
		if (startedAt >= known.at) {
			known.times++;
			known.at = now;
		}
		return known.times >= MAX_OF_A_FORM && now - known.since >= MIN_FORM_MS;
	};

	const send = async (request: ApiRequest, slot: Slot): Promise<ApiAnswer | Failed> => {
		const sentAt = clock.now();
		firstCallAt ??= sentAt;
		const hostEndsAt = isKnownHost(baseUrl) ? Infinity : firstCallAt + UNKNOWN_HOST_MS;
		const connection = new AbortController();
		const disconnect = () => connection.abort();
		signal.addEventListener('abort', disconnect, { once: true });
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
			// n8n's helper leaves the connection open if a body stalls.
			disconnect();
			return classifyNetworkFault(codeOf(error), messageOf(error), redact);
		} finally {
			signal.removeEventListener('abort', disconnect);
		}
	};

	/** Adds to an answer that was not understood whether another try may help. */
	const judgeForm = (
		request: ApiRequest,
		failure: Failed,
		answer: ApiAnswer,
		startedAt: number,
	): Failed => {
		noteAnswer(baseUrl, failure);
		const isRepeated = isSameForm(request, answer, startedAt);
		return { ...failure, retryAfterMs: FORM_PAUSE_MS, ...(isRepeated && { isRepeated }) };
	};

	/** Adds to a failure what earlier answers show about it. */
	const judge = (
		request: ApiRequest,
		failure: Failed,
		answer: ApiAnswer | Failed,
		startedAt: number,
	): Failed => {
		if (failure.notUnderstood && 'body' in answer) {
			return judgeForm(request, failure, answer, startedAt);
		}
		// Different faults may pass. A call that was refused says nothing about its endpoint.
		if (failure.kind !== 'rateLimited') unreadable.delete(request.path);
		const isMissing = failure.kind === 'noEndpoint' && failure.fault.status === 404;
		// Only LeadSquared sends an exception type.
		const isLeadSquared = isKnownHost(baseUrl) || failure.fault.type !== undefined;
		if (isMissing && isLeadSquared) return { ...failure, endpointMissing: true };
		if (noteAnswer(baseUrl, failure) || failure.kind !== 'transient') return failure;
		if (isKnownHost(baseUrl)) return failure;
		// Another try of the same duration would end too late.
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
					unreadable.delete(request.path);
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

// Sizes of a kind differ by a factor of less than two.
function callKind({ path, size = 1 }: ApiRequest): string {
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
		// n8n has no event for "request sent". It reads the credential first, and serializes the body last.
		body: body && { ...body, toJSON: () => (onSent(), body) },
		headers: { Accept: 'application/json' },
		// Not parsed by n8n, so that an answer that is cut off can be distinguished from one that is not JSON.
		encoding: 'stream',
		returnFullResponse: true,
		// Otherwise n8n would retry a 401, and its error object would contain the request with its keys.
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
		timeout: TIMEOUT_MS,
		// Passed to the socket (https://nodejs.org/api/net.html#new-netsocketoptions).
		agentOptions: { signal: connection } as object,
	};
}

/** Finds the code of Node's network error within n8n's wrappers. */
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

/** The body of an answer that is still arriving, as n8n's HTTP helper returns it. */
export type Body = NodeJS.ReadableStream & { destroy(): void };

/**
 * Reads the body of an answer as text, part by part as it arrives. n8n's helper would keep all bytes until
 * the answer is complete, and then copy them. That takes enough memory outside V8's heap to make V8 scan
 * all leads every 30 calls (docs/benchmarks.md).
 *
 * @param limits in ms. stalledMs: the longest time without a byte, since the timeout of n8n's helper ends
 * where the body begins; wholeMs: the longest time for the whole body
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
