import { createHash } from 'node:crypto';
import { sleep } from 'n8n-workflow';
import { statedLimit, type LeadSquaredCredentials } from '../account';
import { RateLimiter, type Clock } from './limiter';

/** Real time. */
export const clock: Clock = { now: () => Date.now(), sleep: pause };

// All nodes and executions of one n8n that use the same account share its limiter.
const accounts = new Map<string, { limiter: RateLimiter; users: number }>();

/**
 * Lends the limiter of an account (host and access key) for as long as `use` takes. Accounts that
 * nobody uses, and whose past calls no longer count, are forgotten.
 */
export async function withLimiter<T>(
	credentials: LeadSquaredCredentials,
	baseUrl: string,
	use: (limiter: RateLimiter) => Promise<T>,
): Promise<T> {
	for (const [name, { limiter, users }] of accounts) {
		if (users === 0 && limiter.idle) accounts.delete(name);
	}
	const name = accountName(credentials, baseUrl);
	const stated = statedLimit(credentials);
	const account = accounts.get(name) ?? { limiter: new RateLimiter(stated, clock), users: 0 };
	accounts.set(name, account);
	account.limiter.state(stated);
	account.users++;
	try {
		return await use(account.limiter);
	} finally {
		account.users--;
	}
}

// The key itself is not kept anywhere longer than needed.
function accountName({ accessKey }: LeadSquaredCredentials, baseUrl: string): string {
	const hash = createHash('sha256').update(accessKey.trim()).digest('hex');
	return `${new URL(baseUrl).host} ${hash}`;
}

/**
 * Waits, and rejects as soon as the signal is aborted, also where n8n's own `sleep` does not know
 * signals (n8n-workflow before 2.34).
 */
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
