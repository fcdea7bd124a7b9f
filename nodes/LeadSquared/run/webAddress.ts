import { readUser, userRequest } from '../api/users';
import type { Client } from '../transport/client';
import { callWithRetry } from '../transport/retry';
import { wordsFor } from './messages';

// Leads justify a longer wait than their addresses.
const MAX_WAIT_MS = 20_000;

/** The account's web address, or the reason why it is not known. */
export type WebAddress = { known: string } | { unknownBecause: string };

/** Fetches the account's web address, once for each account. @throws the cancel signal's reason */
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
