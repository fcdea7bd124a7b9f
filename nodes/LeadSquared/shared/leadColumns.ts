import { type Column, columnsRequest, readColumns } from '../api/metadata';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { readWithRetry } from '../transport/retry';

// The editor asks again and again while a node is being set up.
const RECENT_MS = 60_000;
const WHAT = 'columns';

/**
 * The columns that the account's leads have.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export async function fetchColumns(client: Client, maxWaitMs: number): Promise<Outcome<Column[]>> {
	const outcome = await readWithRetry(client, columnsRequest, readColumns, maxWaitMs);
	if (outcome.kind === 'ok') {
		client.account.memory.recent.set(WHAT, { value: outcome.value, at: client.clock.now() });
	}
	return outcome;
}

/**
 * The account's columns as they were not long ago, if someone with the same keys asked.
 *
 * @param recentMs how old, in ms, the list may be; a minute
 */
export function recentColumns(
	{ account, clock }: Pick<Client, 'account' | 'clock'>,
	recentMs = RECENT_MS,
): (Outcome<Column[]> & { kind: 'ok' }) | undefined {
	const known = account.memory.recent.get(WHAT);
	if (!known || clock.now() - known.at >= recentMs) return undefined;
	return { kind: 'ok', value: known.value as Column[] };
}
