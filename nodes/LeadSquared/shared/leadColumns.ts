import { type Column, columnsRequest, readColumns } from '../api/metadata';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { withRetry } from '../transport/retry';

/**
 * The columns that the account's leads have.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export async function fetchColumns(client: Client, maxWaitMs: number): Promise<Outcome<Column[]>> {
	return await withRetry(
		async () => await client.call(columnsRequest, readColumns, maxWaitMs),
		{ maxWaitMs, mayRepeat: true },
		client.clock,
		client.signal,
	);
}
