import { agrees, differs, notChecked, oneOf, thousandsIn } from '../finding.mts';
import { describe } from '../tenant.mts';
import { UNKNOWN } from './question.mts';
import type { Question } from './question.mts';

/** Questions about wrong keys. */
export const KEY_QUESTIONS: Question[] = (['none', 'wrong'] as const).map((keys) => ({
	name: keys === 'none' ? 'No keys' : 'Wrong keys',
	assumes: 'distinguished from every other failure',
	otherwise: 'matters: wrong keys would be taken for something that passes',
	async run({ tenant }) {
		const outcome = await tenant.leads({ ids: [UNKNOWN], keys });
		if (outcome.kind === 'ok') return differs('accepted');
		const did = describe(outcome);
		if (outcome.kind !== 'unauthorized') return differs(did);
		return agrees(did, outcome.fault.status === 200 ? { errorIn200: true } : {});
	},
}));

/** These need no call, and say most if something went wrong. */
export const AFTERWARDS: Question[] = [
	{
		name: 'Refused for rate',
		assumes: 'recognized by status, type or words, at best with the limit',
		otherwise: 'matters: the node could not know how fast it may be',
		run({ tenant }) {
			const { refusals } = tenant;
			const [first] = refusals;
			if (!first) return notChecked('did not happen at one call a second');
			const { limit, retryAfter, fault } = first;
			const named = limit ? `names ${limit.calls} calls in ${limit.seconds} s` : 'names no limit';
			const advised = retryAfter ? 'with Retry-After' : 'without Retry-After';
			const refusalForm = oneOf([403, 200] as const, fault.status);
			return agrees(`${refusals.length} times: ${describe(first)}, ${named}, ${advised}`, {
				...(refusalForm && { refusalForm }),
				...(!limit && { refusalNumbers: false }),
				...(retryAfter && { refusalRetryAfter: 'seconds' as const }),
				...thousandsIn(fault.message),
			});
		},
	},
	{
		name: 'Rate headers',
		assumes: 'Retry-After at most',
		otherwise: 'does not matter',
		run({ tenant: { rateHeaders } }) {
			if (rateHeaders.size === 0) return agrees('none');
			return agrees([...rateHeaders].map(([name, count]) => `${name}: ${count} times`).join(', '));
		},
	},
	{
		name: 'Transient errors',
		assumes: 'may happen; the call is repeated',
		otherwise: 'matters if they persist: the error says what came',
		run({ tenant }) {
			const kinds = new Set(tenant.passingFaults.map(describe));
			if (kinds.size === 0) return agrees('none');
			const { length } = tenant.passingFaults;
			return agrees(`${length} of ${tenant.calls} calls: ${[...kinds].join('; ')}`);
		},
	},
];
