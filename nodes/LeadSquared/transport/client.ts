import type { IExecuteFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import type { LeadSquaredCredentials } from './account';
import { type Body, readBody } from './body';
import { clock, type Clock } from './clock';
import type { RateLimiter, Slot } from './limiter/limiter';
import { classify, classifyNetworkFault, type Outcome } from './outcome';
import { withoutKeys } from './redact';

export type Context = IExecuteFunctions | ILoadOptionsFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Below the API's root, e.g. `/LeadManagement.svc/LeadsMetaData.Get`. */
	path: string;
	qs?: Record<string, string | number>;
	body?: object;
}

/** The way to one account, for one execution. */
export interface Client {
	readonly clock: Clock;
	readonly limiter: RateLimiter;
	/** Aborted when the execution is cancelled, and when nothing more is wanted. */
	readonly signal: AbortSignal;
	/** How many calls may be under way side by side. */
	readonly callsAtOnce: number;
	/** Ends waits, and makes every call from now on end with an exception. */
	stop(): void;
	/**
	 * Makes a call as soon as the rate limit allows, and again if it was refused for rate, which means
	 * that it was not executed. Whatever else it comes to goes back at once.
	 *
	 * @param maxWaitMs how long it may go on being refused; 0 means that there is no second try
	 * @throws the signal's reason, as soon as it is aborted, and nothing else
	 */
	call<T>(
		request: ApiRequest,
		read: (body: unknown) => T | undefined,
		maxWaitMs: number,
	): Promise<Outcome<T>>;
}

// Longer than LeadSquared takes for the largest page seen (a few seconds); then a smaller one is tried.
const TIMEOUT_MS = 60_000;

export function createClient(
	context: Context,
	credentials: LeadSquaredCredentials,
	baseUrl: string,
	limiter: RateLimiter,
	stopping: AbortController,
): Client {
	const { signal } = stopping;
	// One call of an execution waits for a slot at a time, so that long and short jobs take turns.
	let turn: Promise<unknown> = Promise.resolve();
	const nextSlot = () => {
		const slot = turn.then(async () => await limiter.slot(signal));
		turn = slot.catch(() => {});
		return slot;
	};

	const send = async <T>(
		request: ApiRequest,
		read: (body: unknown) => T | undefined,
		slot: Slot,
	): Promise<Outcome<T>> => {
		const connection = new AbortController();
		const options: IHttpRequestOptions = {
			...request,
			url: `${baseUrl}${request.path}`,
			headers: { Accept: 'application/json' },
			// Parsed here and not by n8n, so that what is cut off or no JSON is told apart.
			encoding: 'stream',
			returnFullResponse: true,
			// A 401 is then sent once, and no error object carries the request with its keys.
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: TIMEOUT_MS,
			// Goes on to the socket (https://nodejs.org/api/net.html#new-netsocketoptions).
			agentOptions: { signal: connection.signal } as object,
		};
		try {
			const response = await context.helpers.httpRequestWithAuthentication.call(
				context,
				'leadSquaredApi',
				options,
			);
			slot.reached();
			const { statusCode, headers, body } = response as {
				statusCode: number;
				headers: object;
				body: Body;
			};
			const answer = {
				status: statusCode,
				headers: { ...headers },
				body: await readBody(body, TIMEOUT_MS),
			};
			return classify(answer, read, clock.now());
		} catch (error) {
			// n8n's helper leaves the connection open where a body stalls.
			connection.abort();
			return classifyNetworkFault(codeOf(error), messageOf(error));
		}
	};

	return {
		clock,
		limiter,
		signal,
		// Answers may take up to two windows before this holds anything back.
		callsAtOnce: 2 * limiter.limit.calls,
		stop: () => stopping.abort(),
		async call(request, read, maxWaitMs) {
			let refusedSince: number | undefined;
			for (;;) {
				const slot = await nextSlot();
				const outcome = await send(request, read, slot);
				if (outcome.kind === 'rateLimited') slot.refused(outcome);
				else slot.answered();
				signal.throwIfAborted();
				if (outcome.kind !== 'rateLimited') return withoutKeys(outcome, credentials);
				refusedSince ??= clock.now();
				if (clock.now() - refusedSince >= maxWaitMs) return withoutKeys(outcome, credentials);
			}
		},
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
