import { type Column, columnsRequest, readColumns } from '../api/metadata';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';

/**
 * Asks for the metadata of the account's columns, without the values of drop-downs, which "may be
 * very large": https://apidocs.leadsquared.com/meta-data/
 */
export async function fetchColumns(client: Client, maxWaitMs: number): Promise<Outcome<Column[]>> {
	return await client.call(columnsRequest, readColumns, { maxWaitMs });
}
