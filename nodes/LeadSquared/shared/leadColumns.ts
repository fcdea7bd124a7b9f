import { type Column, columnsRequest, readColumns } from '../api/metadata';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { readAndRemember, recently } from './recent';

const WHAT = 'columns';

/**
 * The columns that the account's leads have.
 *
 * @param maxWaitMs how long the call may go on being refused or failing
 */
export const fetchColumns = async (client: Client, maxWaitMs: number): Promise<Outcome<Column[]>> =>
	await readAndRemember(client, WHAT, [columnsRequest, readColumns], maxWaitMs);

/**
 * The account's columns as they were not long ago, if someone with the same keys asked.
 *
 * @param recentMs how old, in ms, the list may be; a minute
 */
export const recentColumns = (client: Pick<Client, 'account' | 'clock'>, recentMs?: number) =>
	recently<Column[]>(client, WHAT, recentMs);
