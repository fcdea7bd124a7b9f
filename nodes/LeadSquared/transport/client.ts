import type { IExecuteFunctions, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
import type { LeadSquaredCredentials } from './account';
import { type Body, readBody } from './body';
import { clock, type Clock } from './clock';
import type { AccountUse } from './limiter/accounts';
import type { Slot } from './limiter/limiter';
import { classify, classifyNetworkFault, type Outcome } from './outcome';
import { withoutKeys } from './redact';

export type Context = IExecuteFunctions | ILoadOptionsFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Below the API's root, e.g. `/LeadManagement.svc/LeadsMetaData.Get`. */
	path: string;
	qs?: Record<string, string | number>;
	body?: object;
	/** How much is asked for, such as leads: calls for about as much take about as long. */
	size?: number;
}

export interface Patience {
	/** How long, in ms, the call may go on being refused or failing. */
	maxWaitMs: number;
	/** After how many passing faults to hand the last one back; a time-out counts as all of them. */
	maxFaults?: number;
	/** Faults of calls before, after which to wait longer. */
	faultsBefore?: number;
}

/** The way to one account, for one execution. */
export interface Client {
	readonly clock: Clock;
	readonly account: AccountUse;
	/** Ends waits, and makes every call from now on end with an exception. */
	stop(): void;
	/** Makes a call, waiting and trying again as the limit and passing faults require. Never rejects, unless cancelled. */
	call<T>(
		request: ApiRequest,
		read: (body: unknown) => T | undefined,
		patience: Patience,
	): Promise<Outcome<T>>;
}

// Longer than LeadSquared takes for the largest page seen (a few seconds); then a smaller one is tried.
const TIMEOUT_MS = 60_000;
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;

export function createClient(
	context: Context,
	credentials: LeadSquaredCredentials,
	baseUrl: string,
	account: AccountUse,
	stopping: AbortController,
): Client {
	const { signal } = stopping;
	// One call of an execution waits for a slot at a time, so that long and short jobs take turns.
	let turn: Promise<unknown> = Promise.resolve();
	const nextSlot = (request: ApiRequest) => {
		const slot = turn.then(async () => await account.slot({ kind: kindOf(request), signal }));
		turn = slot.catch(() => {});
		return slot;
	};

	const send = async <T>(
		{ method, path, qs, body }: ApiRequest,
		read: (body: unknown) => T | undefined,
		timeout: number,
		slot: Slot,
	): Promise<Outcome<T>> => {
		const connection = new AbortController();
		const options: IHttpRequestOptions = {
			method,
			url: `${baseUrl}${path}`,
			qs,
			body,
			headers: { Accept: 'application/json' },
			// Parsed here and not by n8n, so that what is cut off or no JSON is told apart.
			encoding: 'stream',
			returnFullResponse: true,
			// A 401 is then sent once, and no error object carries the request with its keys.
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout,
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
			const { statusCode, headers, body: answered } = response as {
				statusCode: number;
				headers: object;
				body: Body;
			};
			const answer = {
				status: statusCode,
				headers: { ...headers },
				body: await readBody(answered, timeout),
			};
			return classify(answer, read, clock.wallNow());
		} catch (error) {
			// n8n's helper leaves the connection open where a body stalls.
			connection.abort();
			return classifyNetworkFault(codeOf(error), messageOf(error));
		}
	};

	return {
		clock,
		account,
		stop: () => stopping.abort(),
		async call(request, read, { maxWaitMs, maxFaults = Infinity, faultsBefore = 0 }) {
			const timeout = Math.min(TIMEOUT_MS, Math.max(maxWaitMs, 1000));
			let deadline: number | undefined;
			for (let faults = 0; ; ) {
				const slot = await nextSlot(request);
				deadline ??= clock.now() + maxWaitMs;
				const outcome = await send(request, read, timeout, slot);
				if (outcome.kind === 'refused') slot.refused(outcome);
				else if (outcome.kind === 'ok') slot.answered();
				else slot.failed();
				signal.throwIfAborted();
				if (outcome.kind === 'transient') {
					faults++;
					const isEnough = outcome.timedOut ? maxFaults < Infinity : faults >= maxFaults;
					if (isEnough) return withoutKeys(outcome, credentials);
				} else if (outcome.kind !== 'refused') return withoutKeys(outcome, credentials);
				const leftMs = deadline - clock.now();
				if (leftMs <= 0) return withoutKeys(outcome, credentials);
				if (outcome.kind === 'transient') {
					await clock.sleep(
						Math.min(leftMs, outcome.retryAfterMs || backoffMs(faultsBefore + faults)),
						signal,
					);
				}
			}
		},
	};
}

// Calls for about as much: for less than twice as much.
function kindOf({ path, size = 1 }: ApiRequest): string {
	return `${path} ${Math.floor(Math.log2(Math.max(1, size)))}`;
}

// Exponential with full jitter, so that clients that failed together do not come back together.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
function backoffMs(faults: number): number {
	return Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** faults);
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
