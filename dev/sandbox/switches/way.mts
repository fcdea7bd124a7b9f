import type { Trouble } from '../troubles.mts';
import { flag, isCount, isNth, isShare, isText, isTextOrNull, isTrouble } from './switch.mts';
import type { Switches } from './switch.mts';

const isHeavy = (value: unknown) => {
	const { above, how } = (value ?? {}) as Partial<NonNullable<WayFaults['heavy']>>;
	return value === null || (isCount(above) && isTrouble(String(how)));
};
const isTransient = (value: unknown) => {
	const { rate, every, kinds } = (value ?? {}) as Partial<NonNullable<WayFaults['transient']>>;
	return (
		value === null ||
		((rate === undefined ? isCount(every) && every! > 0 : isShare(rate)) &&
			Array.isArray(kinds) &&
			kinds.length > 0 &&
			kinds.every(isTrouble))
	);
};

/** Switches for failures between client and LeadSquared. */
export interface WayFaults {
	heavy: { above: number; how: Trouble | 500 | 502 | 503 | 504 | 413 | 408 } | null;
	transient: { rate?: number; every?: number; kinds: Trouble[] } | null;
	firstCallsFail: number;
	outageUntil: number | null;
	outageKind: Trouble;
	notFoundPath: boolean;
	redirect: string | null;
	redirectStatus: 301 | 302 | 303 | 307 | 308;
	between: Trouble | null;
	betweenEvery: number;
	loginPage: string;
	silent: boolean;
	dripMs: number;
	coding: 'none' | 'gzip' | 'deflate' | 'deflate-raw' | 'br';
	partBytes: number | null;
}

export const WAY_SWITCHES: Switches<WayFaults> = {
	heavy: {
		default: null,
		about: 'trouble for each page above a number of rows, e.g. {"above":200,"how":"504"}',
		allows: isHeavy,
		source: 'section 5, gateway 502; API page: 500, "many reasons"',
	},
	transient: {
		default: null,
		about:
			'trouble in a share of the calls, or in every n-th, its kinds in turn, e.g. {"every":5,"kinds":["503","reset"]}',
		allows: isTransient,
		source: 'section 5, bodies may be HTML or empty; API page, 500',
	},
	firstCallsFail: {
		default: 0,
		about: 'calls from the start that fail with outageKind',
		allows: isCount,
		source: 'as transient',
	},
	outageUntil: {
		default: null,
		about: 'time in ms, by the clock of the sandbox, until which all calls fail with outageKind',
		allows: (value) => value === null || typeof value === 'number',
		source: 'as transient',
	},
	outageKind: {
		default: '503',
		about: 'trouble of firstCallsFail and outageUntil',
		allows: isTrouble,
		source: 'as transient',
	},
	notFoundPath: {
		default: false,
		about: 'all calls get 404 and an HTML page',
		allows: flag,
		source: 'API page, 404',
	},
	redirect: {
		default: null,
		about: 'a base address to which all calls are redirected',
		allows: isTextOrNull,
		source: 'section 1, Transport; section 2, wrong hosts circulate',
	},
	redirectStatus: {
		default: 302,
		about: 'status of that redirect',
		allows: [301, 302, 303, 307, 308],
		source: 'as redirect',
	},
	between: {
		default: null,
		about:
			'a proxy or firewall that answers instead of LeadSquared, e.g. proxy-407, firewall-200, login-302; these calls count against no limit',
		allows: (value) => value === null || isTrouble(value),
		source: 'K5, who stands between',
	},
	betweenEvery: {
		default: 1,
		about: 'which calls get that answer: every n-th',
		allows: (value) => value !== null && isNth(value),
		source: 'K5, always and temporarily',
	},
	loginPage: {
		default: 'http://login.invalid/',
		about:
			'the address that login-302 redirects to; the sandbox has such a page at /_sandbox/login, under localhost as under 127.0.0.1',
		allows: isText,
		source: 'K5, a login page',
	},
	silent: {
		default: false,
		about: 'connections are accepted but not read',
		allows: flag,
		source: 'K5, "a proxy that takes the connection and stays silent"',
	},
	dripMs: {
		default: 50_000,
		about: 'ms from byte to byte of a body that drips',
		allows: isCount,
		source: 'K5, "a body that drips one byte every 50 s"',
	},
	coding: {
		default: 'none',
		about: 'Content-Encoding of all answers, whatever the client accepts',
		allows: ['none', 'gzip', 'deflate', 'deflate-raw', 'br'],
		source: 'K5, gzip, deflate and brotli; deflate without its zlib wrapper is common as well',
	},
	partBytes: {
		default: null,
		about: 'bodies are written in parts of this many bytes',
		allows: isNth,
		source: 'K5, "in parts of one byte"; K7, an emoji split between two parts',
	},
};
