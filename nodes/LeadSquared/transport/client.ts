import { createHash } from 'node:crypto';
import {
	sleep,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type ILoadOptionsFunctions,
} from 'n8n-workflow';
import { apiBaseUrl, statedLimit, type LeadSquaredCredentials } from '../account';
import { RateLimiter, type Clock } from './limiter';
import { classify, classifyNetworkFault, type Failed, type Outcome } from './outcome';

export type Context = IExecuteFunctions | ILoadOptionsFunctions;

export interface ApiRequest {
	method: 'GET' | 'POST';
	/** Below the API's root, e.g. `/LeadManagement.svc/LeadsMetaData.Get`. */
	path: string;
	qs?: Record<string, string | number>;
	body?: object;
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
	readonly limiter: RateLimiter;
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

const clock: Clock = { now: () => Date.now(), sleep: pause };

// All nodes and executions of this process that use the same account share its limiter.
const limiters = new Map<string, RateLimiter>();

function limiterOf(credentials: LeadSquaredCredentials, baseUrl: string): RateLimiter {
	for (const [name, limiter] of limiters) if (limiter.idle) limiters.delete(name);
	const key = createHash('sha256').update(credentials.accessKey.trim()).digest('hex');
	const account = `${new URL(baseUrl).host} ${key}`;
	let limiter = limiters.get(account);
	if (!limiter) limiters.set(account, (limiter = new RateLimiter(statedLimit(credentials), clock)));
	else limiter.state(statedLimit(credentials));
	return limiter;
}

/**
 * Opens the way to the account of the node's credential.
 *
 * @throws InvalidInput if the credential's host cannot be used
 */
export async function openClient(context: Context): Promise<Client> {
	const credentials = await context.getCredentials<LeadSquaredCredentials & Record<string, string>>(
		'leadSquaredApi',
	);
	const baseUrl = apiBaseUrl(credentials);
	const limiter = limiterOf(credentials, baseUrl);
	const stopping = new AbortController();
	const { signal } = stopping;
	const cancel =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	cancel?.addEventListener('abort', () => stopping.abort(cancel.reason), { once: true });
	const secrets = [credentials.accessKey, credentials.secretKey].map((key) => key.trim());

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
		timeout: number,
	): Promise<Outcome<T>> => {
		const options: IHttpRequestOptions = {
			...request,
			url: `${baseUrl}${request.path}`,
			headers: { Accept: 'application/json' },
			// As text: what is cut off or no JSON is told apart here, and parsed once.
			encoding: 'text',
			returnFullResponse: true,
			// A 401 is then sent once, and no error object carries the request with its keys.
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout,
		};
		try {
			const response = await context.helpers.httpRequestWithAuthentication.call(
				context,
				'leadSquaredApi',
				options,
			);
			const { statusCode, headers, body } = response as {
				statusCode: number;
				headers: object;
				body: unknown;
			};
			const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
			return classify(
				{ status: statusCode, headers: { ...headers }, body: text },
				read,
				clock.now(),
			);
		} catch (error) {
			return classifyNetworkFault(codeOf(error), messageOf(error));
		}
	};

	return {
		clock,
		limiter,
		stop: () => stopping.abort(),
		async call(request, read, { maxWaitMs, maxFaults = Infinity, faultsBefore = 0 }) {
			const timeout = Math.min(TIMEOUT_MS, Math.max(maxWaitMs, 1000));
			let deadline: number | undefined;
			for (let faults = 0; ; ) {
				const slot = await nextSlot();
				deadline ??= clock.now() + maxWaitMs;
				const outcome = await send(request, read, timeout);
				slot.answered();
				signal.throwIfAborted();
				if (outcome.kind === 'refused') slot.refused(outcome);
				else if (outcome.kind !== 'transient') return withoutSecrets(outcome, secrets);
				else if (++faults >= maxFaults || (outcome.timedOut && maxFaults < Infinity))
					return withoutSecrets(outcome, secrets);
				const leftMs = deadline - clock.now();
				if (leftMs <= 0) return withoutSecrets(outcome, secrets);
				if (outcome.kind === 'transient') {
					await clock.sleep(
						Math.min(leftMs, outcome.retryAfterMs ?? backoffMs(faultsBefore + faults)),
						signal,
					);
				}
			}
		},
	};
}

// Exponential with full jitter, so that clients that failed together do not come back together.
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
function backoffMs(faults: number): number {
	return Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** faults);
}

/** Waits; rejects at once when the signal is aborted, also where n8n's own `sleep` does not know signals (before 2.34). */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
	if (!signal) return await sleep(ms);
	signal.throwIfAborted();
	let abort = () => {};
	const aborted = new Promise<never>((_, reject) => (abort = () => reject(signal.reason as Error)));
	signal.addEventListener('abort', abort, { once: true });
	try {
		await Promise.race([sleep(ms, signal), aborted]);
	} finally {
		signal.removeEventListener('abort', abort);
	}
}

// LeadSquared may repeat what it was sent; no key gets into a message.
function withoutSecrets<T>(outcome: Outcome<T>, secrets: string[]): Outcome<T> {
	if (outcome.kind === 'ok') return outcome;
	let { message } = outcome.fault;
	for (const secret of secrets) if (secret !== '') message = message.split(secret).join('***');
	return { ...(outcome as Failed), fault: { ...outcome.fault, message } };
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
