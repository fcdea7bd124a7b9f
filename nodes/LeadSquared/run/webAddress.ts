import { readUser, userRequest } from '../api/users';
import type { Client } from '../transport/client';
import { readWithRetry } from '../transport/retry';
import { wordsFor } from './messages';

// Leads are worth a longer wait than their addresses.
const MOST_WAIT_MS = 20_000;

/** Where people open the account in their browser, or why that is not known. */
export type WebAddress = { known: string } | { unknownBecause: string };

/**
 * Asks LeadSquared for the account's web address, once for each account.
 *
 * @param maxWaitMs how long the call may go on being refused or failing; 20 s at the most
 */
export async function fetchWebAddress(client: Client, maxWaitMs: number): Promise<WebAddress> {
	const { memory } = client.account;
	if (memory.webAddress !== undefined) return { known: memory.webAddress };
	const waitMs = Math.min(maxWaitMs, MOST_WAIT_MS);
	const outcome = await readWithRetry(client, userRequest, readUser, waitMs);
	if (outcome.kind !== 'ok') return { unknownBecause: wordsFor(outcome).message };
	const { webAddress } = outcome.value;
	if (webAddress === undefined) return { unknownBecause: 'LeadSquared does not name it' };
	memory.webAddress = webAddress;
	return { known: webAddress };
}
