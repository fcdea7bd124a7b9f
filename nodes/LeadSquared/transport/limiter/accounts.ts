import { createHash } from 'node:crypto';
import { type LeadSquaredCredentials, statedLimit } from '../account';
import { clock } from '../clock';
import { RateLimiter } from './limiter';

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
