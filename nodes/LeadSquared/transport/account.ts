import { InvalidInput } from './invalidInput';

/** At most `calls` calls in any `seconds` seconds. */
export interface RateLimit {
	calls: number;
	seconds: number;
}

/** What the credential `leadSquaredApi` holds. */
export interface LeadSquaredCredentials {
	region: string;
	customUrl?: string;
	accessKey: string;
	secretKey: string;
	rateLimitCalls?: number;
	rateLimitSeconds?: number;
}

// What https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ states for every account.
const DOCUMENTED_LIMIT: RateLimit = { calls: 25, seconds: 5 };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The root of the account's API, such as `https://api-in21.leadsquared.com/v2`.
 *
 * A custom host is taken as meant: without a scheme, with or without `/v2`, with a trailing slash,
 * or as a whole address pasted from LeadSquared's documentation (keys in it are dropped).
 *
 * @throws InvalidInput if it is no address, or one that would send the keys unencrypted over a network
 */
export function apiBaseUrl({ region, customUrl = '' }: LeadSquaredCredentials): string {
	if (region !== 'custom') return `https://${region}/v2`;
	const given = customUrl.trim();
	const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`);
	if (given === '' || !url) {
		throw new InvalidInput(
			given === '' ? "'API Host' is empty" : "'API Host' is not an address",
			'Open the LeadSquared credential and enter the API host that LeadSquared shows beside the keys, e.g. https://api-in21.leadsquared.com',
		);
	}
	const encrypted = url.protocol === 'https:';
	if (!encrypted && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
		throw new InvalidInput(
			`'API Host' has to start with https:// (it is ${url.protocol}//${url.host})`,
			'The keys would travel unencrypted. Open the LeadSquared credential and change http to https.',
		);
	}
	const path = url.pathname.replace(/\/v2(\/.*)?$/i, '').replace(/\/+$/, '');
	return `${url.origin}${path}/v2`;
}

/** The rate limit that the credential states, in calls per seconds. */
export function statedLimit(credentials: LeadSquaredCredentials): RateLimit {
	const calls = Math.floor(Number(credentials.rateLimitCalls));
	const seconds = Number(credentials.rateLimitSeconds);
	return {
		calls: calls >= 1 ? calls : DOCUMENTED_LIMIT.calls,
		seconds: seconds > 0 ? seconds : DOCUMENTED_LIMIT.seconds,
	};
}

function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}
