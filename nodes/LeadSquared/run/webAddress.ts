import { readUser, userRequest } from '../api/users';
import type { Client } from '../transport/client';
import { callWithRetry } from '../transport/retry';
import { wordsFor } from './messages';

// Leads are worth a longer wait than their addresses.
const MAX_WAIT_MS = 20_000;

/** The address of the account in the browser, or why it is not known. */
export type WebAddress = { known: string } | { unknownBecause: string };

/** The account's web address, requested once for each account. @throws the cancel signal's reason */
export async function fetchWebAddress(client: Client): Promise<WebAddress> {
	const { memory } = client.account;
	if (memory.webAddress !== undefined) return { known: memory.webAddress };
	const patient = client.with({ maxWaitMs: Math.min(client.maxWaitMs, MAX_WAIT_MS) });
	const outcome = await callWithRetry(patient, userRequest, readUser);
	if (outcome.kind !== 'ok') return { unknownBecause: wordsFor(outcome).message };
	const { webAddress } = outcome.value;
	if (webAddress === undefined) return { unknownBecause: 'LeadSquared does not name it' };
	memory.webAddress = webAddress;
	return { known: webAddress };
}
