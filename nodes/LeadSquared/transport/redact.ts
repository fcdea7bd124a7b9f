import type { LeadSquaredCredentials } from './account';
import type { Outcome } from './outcome';

// Shortened only after the keys are gone, so that no half of one stays.
const LONGEST_QUOTE = 300;

/** The outcome with a message fit to be shown: short, and without the keys, should LeadSquared or the network have repeated one. */
export function withoutKeys<T>(
	outcome: Outcome<T>,
	{ accessKey, secretKey }: LeadSquaredCredentials,
): Outcome<T> {
	if (outcome.kind === 'ok') return outcome;
	let { message } = outcome.fault;
	for (const key of [accessKey.trim(), secretKey.trim()]) {
		if (key !== '') message = message.replaceAll(key, '***');
	}
	if (message.length > LONGEST_QUOTE) message = `${message.slice(0, LONGEST_QUOTE)}…`;
	return { ...outcome, fault: { ...outcome.fault, message } };
}
