import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IPollFunctions,
} from 'n8n-workflow';
import { clock, withinTime, type Clock } from '../base/clock';
import type { LeadSquaredCredentials } from './credentials';
import { HostJudge } from './hostJudge';
import type { AccountUse, NarrowLimit } from './limiter/accounts';
import type { Slot } from './limiter/limiter';
import { classify, classifyNetworkFault, type Outcome } from './outcome';
import { redactor } from './redact';

export type Context = IExecuteFunctions | ILoadOptionsFunctions | IPollFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Below the API's root, e.g. `/LeadManagement.svc/LeadsMetaData.Get`. */
	path: string;
	qs?: Record<string, string | number>;
	body?: object;
	/** How much is asked for, such as leads: calls for about as much take about as long. */
	size?: number;
	/** Not every account has it: a 404 of a host that is known says no more than that. */
	mayLack?: boolean;
	/** A limit of its own that the call has to keep beside the account's. */
	limit?: NarrowLimit;
}

/** The way to one account, for one execution. */
export interface Client {
	readonly clock: Clock;
	/** The account's API host, such as `api-in21.leadsquared.com`. */
	readonly host: string;
	readonly account: AccountUse;
	/** Aborted when the execution is cancelled, and when nothing more is wanted. */
	readonly signal: AbortSignal;
	/** How many calls may be under way side by side: answers may take up to two windows. */
	readonly callsAtOnce: number;
	/** Ends waits, and makes every call from now on end with an exception. */
	stop(): void;
	/**
	 * Makes a call as soon as the rate limit allows, and again if it was refused for rate, which means
	 * that it was not executed. Whatever else it comes to goes back at once.
	 *
	 * @param maxWaitMs how long it may go on being refused; 0 means that there is no second try
	 * @param onStart called when the call has its first slot
	 * @throws the signal's reason, as soon as it is aborted, and nothing else
	 */
	call<T>(
		request: ApiRequest,
		read: (body: unknown) => T | undefined,
		maxWaitMs: number,
		onStart?: () => void,
	): Promise<Outcome<T>>;
}

// Longer than LeadSquared takes for the largest page seen (a few seconds); then a smaller one is tried.
const TIMEOUT_MS = 60_000;
// For an answer that comes byte by byte.
const WHOLE_ANSWER_MS = 150_000;
// For HTTP clients whose own time-out does not see a proxy that takes the connection and stays silent.
const NO_ANSWER_MS = TIMEOUT_MS + 2000;

type CallEvents = Pick<Slot, 'leaves' | 'reached'>;
const NO_SLOT: CallEvents = { leaves: () => {}, reached: () => {} };

/** @param smallCall tells whether the host is LeadSquared's at all; it takes a moment only */
export function createClient(
	context: Context,
	credentials: LeadSquaredCredentials,
	baseUrl: string,
	account: AccountUse,
	stopping: AbortController,
	smallCall: { request: ApiRequest; read: (body: unknown) => unknown },
): Client {
	const { signal } = stopping;
	// One call of an execution waits for a slot at a time, so that long and short jobs take turns.
	let turn: Promise<unknown> = Promise.resolve();
	const nextSlot = (request: ApiRequest) => {
		const asked = { kind: kindOf(request), narrow: request.limit, signal };
		const slot = turn.then(async () => await account.slot(asked));
		turn = slot.catch(() => {});
		return slot;
	};

	const redact = redactor(credentials);

	const send = async <T>(
		request: ApiRequest,
		read: (body: unknown) => T | undefined,
		slot: CallEvents,
		connection: AbortController,
	): Promise<Outcome<T>> => {
		const sentAt = clock.now();
		const end = () => connection.abort();
		signal.addEventListener('abort', end, { once: true });
		try {
			const { statusCode, headers, body } = await withinTime(
				context.helpers.httpRequestWithAuthentication.call(
					context,
					'leadSquaredApi',
					requestOptions(request, baseUrl, connection.signal, slot.leaves),
				) as Promise<{ statusCode: number; headers: object; body: Body }>,
				NO_ANSWER_MS,
				clock,
			);
			slot.reached();
			const limits = { stalledMs: TIMEOUT_MS, wholeMs: WHOLE_ANSWER_MS };
			const text = await readBody(body, limits, clock);
			const answer = { status: statusCode, headers: { ...headers }, body: text };
			const outcome = classify(answer, read, clock.wallNow(), redact);
			if (outcome.kind !== 'ok') return outcome;
			return { ...outcome, cost: { ms: clock.now() - sentAt, characters: text.length } };
		} catch (error) {
			// n8n's helper leaves the connection open where a body stalls.
			end();
			return classifyNetworkFault(codeOf(error), messageOf(error), redact);
		} finally {
			signal.removeEventListener('abort', end);
		}
	};

	// Calls that hang may hold every slot, and this one call decides about them: it waits for none.
	const judge = new HostJudge(baseUrl, clock, async (over) => {
		const connection = new AbortController();
		over.addEventListener('abort', () => connection.abort(), { once: true });
		return await send(smallCall.request, smallCall.read, NO_SLOT, connection);
	});

	return {
		clock,
		host: new URL(baseUrl).host,
		account,
		signal,
		callsAtOnce: 2 * account.callsAtOnce,
		stop: () => stopping.abort(),
		async call(request, read, maxWaitMs, onStart) {
			let refusedSince: number | undefined;
			for (;;) {
				const slot = await nextSlot(request);
				onStart?.();
				const connection = new AbortController();
				const sent = send(request, read, slot, connection);
				const outcome = await judge.unlessSilent(sent, () => connection.abort());
				if (outcome.kind === 'rateLimited') slot.refused(outcome);
				else if (outcome.kind === 'ok') slot.answered();
				else slot.failed();
				signal.throwIfAborted();
				const judged = await judge.judge(outcome, request.mayLack);
				if (outcome.kind !== 'rateLimited') return judged;
				refusedSince ??= clock.now();
				if (clock.now() - refusedSince >= maxWaitMs) return outcome;
			}
		},
	};
}

// Calls for about as much: for less than twice as much.
function kindOf({ path, size = 1 }: ApiRequest): string {
	return `${path} ${Math.floor(Math.log2(Math.max(1, size)))}`;
}

function requestOptions(
	{ method, path, qs, body }: ApiRequest,
	baseUrl: string,
	connection: AbortSignal,
	onLeaving: () => void,
): IHttpRequestOptions {
	return {
		method,
		url: `${baseUrl}${path}`,
		qs,
		// n8n looks the credential up first, and writes the body when it sends the call.
		body: body && { ...body, toJSON: () => (onLeaving(), body) },
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
