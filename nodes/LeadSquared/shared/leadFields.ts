import { type Field, fieldsRequest, readFields } from '../api/fields';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { readWithRetry } from '../transport/retry';

// The editor asks again whenever its tab comes to the front, and a workflow may run every minute.
const RECENT_MS = 60_000;
const WHAT = 'fields';

/**
 * The account's columns with what is known of their values, at most a minute old.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export async function leadFields(client: Client, maxWaitMs: number): Promise<Outcome<Field[]>> {
	const { account, clock } = client;
	const known = account.memory.recent.get(WHAT);
	if (known && clock.now() - known.at < RECENT_MS) {
		return { kind: 'ok', value: known.value as Field[] };
	}
	const outcome = await readWithRetry(client, fieldsRequest, readFields, maxWaitMs);
	if (outcome.kind === 'ok') {
		account.memory.recent.set(WHAT, { value: outcome.value, at: clock.now() });
	}
	return outcome;
}
