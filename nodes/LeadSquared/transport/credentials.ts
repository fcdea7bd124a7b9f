import { InvalidInput } from '../base/invalidInput';
import { INVISIBLE, withoutInvisible } from '../base/text';

/** At most `calls` calls in any `seconds` seconds. */
export interface RateLimit {
	calls: number;
	seconds: number;
}

/** The regions of accounts, with the names to choose from. */
export const REGIONS: ReadonlyArray<{ name: string; host: string }> = [
	['Canada', 'api-ca12.leadsquared.com'],
	['India – Hyderabad', 'api-in22.leadsquared.com'],
	['India – Mumbai', 'api-in21.leadsquared.com'],
	['Ireland', 'api-ir31.leadsquared.com'],
	['Middle East', 'api-me61.leadsquared.com'],
	['Singapore', 'api.leadsquared.com'],
	['United States', 'api-us11.leadsquared.com'],
].map(([place, host]) => ({ name: `${place} (${host})`, host }));

/** The fields of the credential `leadSquaredApi`, with keys as they are sent. */
export interface LeadSquaredCredentials {
	region: string;
	customUrl?: string;
	accessKey: string;
	secretKey: string;
	/** LeadSquared recommends headers. According to one report, an account accepted keys in the query only. */
	keysIn?: 'headers' | 'query';
	rateLimitCalls?: number;
	rateLimitSeconds?: number;
}

// https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ states it for every account.
const DOCUMENTED_LIMIT: RateLimit = { calls: 25, seconds: 5 };

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

const WHERE_KEYS_ARE =
	'LeadSquared shows the keys under My Profile > Settings > API and Webhooks > API Access Keys.';

/**
 * Reads the credential, and removes blanks, line breaks and invisible characters that were copied with a
 * key.
 *
 * @param raw the credential as n8n provides it; an external secret may have resolved to nothing
 * @throws InvalidInput if a key is empty, or contains a character that no key has
 */
export function readCredentials(raw: object): LeadSquaredCredentials {
	const { accessKey, secretKey, ...rest } = raw as Partial<Record<string, unknown>>;
	return {
		...(rest as unknown as LeadSquaredCredentials),
		accessKey: cleanKey('Access Key', accessKey),
		secretKey: cleanKey('Secret Key', secretKey),
	};
}

const BLANK_OR_INVISIBLE = new RegExp(`[\\s${INVISIBLE}]`, 'gu');
// Results of expressions and secrets without a value.
const NOTHING = /^\[?(undefined|null|NaN|objectObject)?\]?$/;

/** Returns a key without characters that were copied with it, or an empty text. It never throws. */
export function keyText(value: unknown): string {
	if (typeof value !== 'string' && typeof value !== 'number') return '';
	const key = String(value).replace(BLANK_OR_INVISIBLE, '');
	return NOTHING.test(key) ? '' : key;
}

function cleanKey(label: string, value: unknown): string {
	const key = keyText(value);
	if (key === '') {
		throw new InvalidInput(
			`'${label}' is empty`,
			`Open the LeadSquared credential and enter it; if it is an expression or an external secret, check that this gives a text. ${WHERE_KEYS_ARE}`,
		);
	}
	const invalid = /[^!-~]/u.exec(key)?.[0];
	if (invalid !== undefined) {
		const code = invalid.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
		const described = /\p{C}/u.test(invalid) ? `U+${code}` : `${invalid} (U+${code})`;
		throw new InvalidInput(
			`'${label}' contains a character that no key has: ${described}`,
			`Open the LeadSquared credential and copy the key again. ${WHERE_KEYS_ARE}`,
		);
	}
	return key;
}

/** The parts of a request that carry the keys. */
export function keyParts({ accessKey, secretKey, keysIn }: LeadSquaredCredentials): {
	headers?: Record<string, string>;
	qs?: Record<string, string>;
} {
	// https://apidocs.leadsquared.com/authentication/
	return isInQuery(keysIn)
		? { qs: { accessKey, secretKey } }
		: { headers: { 'x-LSQ-AccessKey': accessKey, 'x-LSQ-SecretKey': secretKey } };
}

const isInQuery = (keysIn: unknown): boolean =>
	typeof keysIn === 'string' && keysIn.trim().toLowerCase() === 'query';

/**
 * The root of the account's API, such as `https://api-in21.leadsquared.com/v2`.
 *
 * A custom host may lack a scheme, have `/v2` or a trailing slash, or be a complete address pasted from
 * LeadSquared's documentation. Keys in it are dropped.
 *
 * @throws InvalidInput if it is not an address, or if the keys would be sent unencrypted over a network
 */
export function apiBaseUrl({
	region,
	customUrl,
}: {
	region?: string;
	customUrl?: unknown;
}): string {
	if (region && region !== 'custom') return `https://${region}/v2`;
	const given = typeof customUrl === 'string' ? withoutInvisible(customUrl).trim() : '';
	const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`);
	if (given === '' || !url) {
		throw new InvalidInput(
			given === '' ? "'API Host' is empty" : "'API Host' is not an address",
			'Open the LeadSquared credential and enter the API host that LeadSquared shows next to the keys, e.g. https://api-in21.leadsquared.com',
		);
	}
	const encrypted = url.protocol === 'https:';
	if (!encrypted && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
		throw new InvalidInput(
			`'API Host' has to start with https:// (it is ${url.protocol}//${url.host})`,
			'The keys would be sent unencrypted. Open the LeadSquared credential and change http to https.',
		);
	}
	const path = url.pathname.replace(/\/v2(\/.*)?$/i, '').replace(/\/+$/, '');
	return `${url.origin}${path}/v2`;
}

/** The rate limit that the credential states. */
export function statedLimit(credentials: {
	rateLimitCalls?: unknown;
	rateLimitSeconds?: unknown;
}): RateLimit {
	const calls = Math.floor(Number(credentials.rateLimitCalls));
	const seconds = Number(credentials.rateLimitSeconds);
	return {
		calls: calls >= 1 && Number.isFinite(calls) ? calls : DOCUMENTED_LIMIT.calls,
		seconds: seconds > 0 && Number.isFinite(seconds) ? seconds : DOCUMENTED_LIMIT.seconds,
	};
}

function parseUrl(text: string): URL | undefined {
	try {
		return new URL(text);
	} catch {
		return undefined;
	}
}

// A shorter key may be part of ordinary words, which would then be removed.
const MIN_KEY_LENGTH = 8;

const NAMED_ENTITIES: Record<string, string> = {
	'&': 'amp',
	'<': 'lt',
	'>': 'gt',
	'"': 'quot',
	"'": 'apos',
	$: 'dollar',
	'+': 'plus',
	'/': 'sol',
	'=': 'equals',
};

/**
 * Makes a function that removes an account's keys from a text, in case LeadSquared or the network
 * repeats one, plain or encoded for HTML, URLs or JSON.
 */
export function redactor({
	accessKey,
	secretKey,
}: Pick<LeadSquaredCredentials, 'accessKey' | 'secretKey'>): (text: string) => string {
	const keys = [accessKey, secretKey].filter((key) => key.length >= MIN_KEY_LENGTH);
	if (keys.length === 0) return (text) => text;
	// The longer key comes first, because it may contain the other.
	const patterns = keys.sort((a, b) => b.length - a.length).map(keyPattern);
	const pattern = new RegExp(patterns.join('|'), 'g');
	return (text) => text.replace(pattern, '***');
}

function keyPattern(key: string): string {
	return [...key]
		.map((char) => {
			const code = char.codePointAt(0)!;
			const escaped = char.replace(/[^A-Za-z0-9]/g, '\\$&');
			if (/[A-Za-z0-9]/.test(char)) return escaped;
			const hex = code.toString(16);
			const anyCase = (digits: string) =>
				digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
			const percent = [...Buffer.from(char)].map(
				(byte) => `%(?:25)?${anyCase(byte.toString(16).padStart(2, '0'))}`,
			);
			const entity = NAMED_ENTITIES[char];
			return `(?:${[
				escaped,
				`\\\\+${escaped}`,
				percent.join(''),
				`&(?:amp;)?#0*${code};?`,
				`&(?:amp;)?#[xX]0*${anyCase(hex)};?`,
				`\\\\+u${anyCase(hex.padStart(4, '0'))}`,
				...(entity ? [`&(?:amp;)?${entity};`] : []),
			].join('|')})`;
		})
		.join('');
}
