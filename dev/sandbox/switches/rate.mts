import type { Limit } from '../rateLimit.mts';
import { flag, isCount, isCountOrNull, isLimitOrNull } from './switch.mts';
import type { Switches } from './switch.mts';

/** Switches for the rate limit and its error responses. */
export interface RateFaults {
	window: 'sliding' | 'fixed' | 'bucket';
	refusalForm: 429 | 403 | 200;
	refusalRetryAfter: null | number | 'seconds' | 'date';
	refusalNumbers: boolean;
	dailyQuota: number | null;
	dailyQuotaNumbers: boolean;
	secondLimit: Limit | null;
	namedLimit: Limit | null;
	refusedCallsCount: boolean;
	pageMs: number;
	valueMs: number;
}

export const RATE_SWITCHES: Switches<RateFaults> = {
	window: {
		default: 'sliding',
		about: 'how the rate limit counts',
		allows: ['sliding', 'fixed', 'bucket'],
		source: 'section 3: the kind of window is not documented',
	},
	refusalForm: {
		default: 429,
		about: 'status of a rate refusal',
		allows: [429, 403, 200],
		source: 'section 3, Observed',
	},
	refusalRetryAfter: {
		default: null,
		about: 'Retry-After of a rate refusal: none, a number, the true seconds or the true date',
		allows: (value) => isCountOrNull(value) || value === 'seconds' || value === 'date',
		source: 'section 3, Retry-After: not documented',
	},
	refusalNumbers: {
		default: true,
		about: 'whether the refusal names the limit',
		allows: flag,
		source: 'section 3, Observed',
	},
	dailyQuota: {
		default: null,
		about: 'calls of a day (UTC) after which all are refused',
		allows: isCountOrNull,
		source: 'section 3: 10,000 and more a day by plan',
	},
	dailyQuotaNumbers: {
		default: true,
		about: 'whether that refusal names the quota, in the words of the rate refusal',
		allows: flag,
		source: 'section 3: a daily-quota message was not found',
	},
	secondLimit: {
		default: null,
		about:
			'a limit in addition to the other; its refusals name it, e.g. {"calls":100,"seconds":60}',
		allows: isLimitOrNull,
		source: 'K6, "Stated 25 in 5 s, named 100 in 60 s"; section 3: several allowances in one plan',
	},
	namedLimit: {
		default: null,
		about: 'the limit that rate refusals name, regardless of the real one',
		allows: isLimitOrNull,
		source: 'section 3: numbers contradict each other',
	},
	refusedCallsCount: {
		default: false,
		about: 'whether calls that are refused for rate also count',
		allows: flag,
		source: 'K8, "The server counts refused calls too"; section 3: not documented',
	},
	pageMs: {
		default: 0,
		about: 'the additional time of a call for leads, in ms',
		allows: isCount,
		source: 'K8, "Pages of 2.3 s and one quick metadata call"',
	},
	valueMs: {
		default: 0,
		about: 'the time for each value of a call for leads by ids (ids × columns), in ms',
		allows: (value) => typeof value === 'number' && value >= 0,
		source: 'issue 12, "takes 0.4 ms for each lead and column-hundred"',
	},
};
