import { columnsRequest, readColumns, type Column } from '../api/metadata';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';

// The editor requests the list repeatedly while a node is being set up, and a workflow may run every minute.
const MINUTE_MS = 60_000;

/**
 * The account's columns, as an execution with the same keys read them recently, or as LeadSquared has
 * them now.
 *
 * @param options maxAgeMs: how old the list may be, 0 for a new one; withChoices: whether the values
 * of drop-downs are needed
 */
export async function accountColumns(
	client: Client,
	{ maxAgeMs = MINUTE_MS, withChoices = false } = {},
): Promise<Outcome<Column[]>> {
	const { memory } = client.account;
	const known = memory.columns;
	const isRecent = known !== undefined && client.clock.now() - known.readAt < maxAgeMs;
	if (isRecent && (known.withChoices || !withChoices)) {
		return { kind: 'ok', value: known.list as Column[] };
	}
	const request = columnsRequest({ withChoices });
	const outcome = await callWithRetry(client, request, readColumns);
	if (outcome.kind === 'ok') {
		memory.columns = { list: outcome.value, withChoices, readAt: client.clock.now() };
	}
	return outcome;
}
