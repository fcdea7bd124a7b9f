import type { Failed, Outcome } from './outcome';

// Hosts that have answered as LeadSquared since n8n started. Their transient errors are retried.
const knownHosts = new Set<string>();

/** Whether a host has ever answered as LeadSquared. @param baseUrl root of the API */
export const isKnownHost = (baseUrl: string): boolean => knownHosts.has(baseUrl);

/** Remembers a host that answered as LeadSquared. @returns whether this outcome is such an answer */
export function noteAnswer(baseUrl: string, outcome: Outcome<unknown>): boolean {
	const isFromLeadSquared = outcome.kind === 'ok' || outcome.fault.from === 'leadSquared';
	if (isFromLeadSquared) knownHosts.add(baseUrl);
	return isFromLeadSquared;
}

/** Turns a transient error into a fault of the host: it does not answer, or not as LeadSquared. */
export function asHostFault<T extends Outcome<unknown>>(outcome: T): T | Failed {
	if (outcome.kind !== 'transient' || outcome.fault.from === 'leadSquared') return outcome;
	const { from } = outcome.fault;
	return { kind: from === 'other' ? 'noEndpoint' : 'unreachable', fault: outcome.fault };
}
