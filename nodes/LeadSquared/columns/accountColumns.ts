import {
	columnsRequest,
	readColumns,
	fieldsRequest,
	readFields,
	type Column,
	type Field,
} from '../api/metadata';
import type { Client, ApiRequest } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';

const COLUMNS = 'columns';

/**
 * The columns that the account's leads have.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export const fetchColumns = async (client: Client, maxWaitMs: number): Promise<Outcome<Column[]>> =>
	await readAndRemember(client, COLUMNS, [columnsRequest, readColumns], maxWaitMs);

/**
 * The account's columns as they were not long ago, if someone with the same keys asked.
 *
 * @param recentMs how old, in ms, the list may be; a minute
 */
export const recentColumns = (client: Pick<Client, 'account' | 'clock'>, recentMs?: number) =>
	recently<Column[]>(client, COLUMNS, recentMs);

const FIELDS = 'fields';

/**
 * The account's columns with what is known of their values, at most a minute old.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export const leadFields = async (client: Client, maxWaitMs: number): Promise<Outcome<Field[]>> =>
	recently<Field[]>(client, FIELDS) ??
	(await readAndRemember(client, FIELDS, [fieldsRequest, readFields], maxWaitMs));

// The editor asks again and again while a node is being set up, and a workflow may run every minute.
const RECENT_MS = 60_000;

/**
 * Reads something of the account, and remembers it for {@link recently}.
 *
 * @param what its name in the account's memory
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export async function readAndRemember<T>(
	client: Client,
	what: string,
	[request, read]: [ApiRequest, (body: unknown) => T | undefined],
	maxWaitMs: number,
): Promise<Outcome<T>> {
	const outcome = await callWithRetry(client.with({ maxWaitMs }), request, read);
	if (outcome.kind === 'ok') {
		client.account.memory.recent.set(what, { value: outcome.value, at: client.clock.now() });
	}
	return outcome;
}

/**
 * What was read not long ago, if someone with the same keys did.
 *
 * @param recentMs how old, in ms, it may be; a minute
 */
export function recently<T>(
	{ account, clock }: Pick<Client, 'account' | 'clock'>,
	what: string,
	recentMs = RECENT_MS,
): (Outcome<T> & { kind: 'ok' }) | undefined {
	const known = account.memory.recent.get(what);
	if (!known || clock.now() - known.at >= recentMs) return undefined;
	return { kind: 'ok', value: known.value as T };
}
