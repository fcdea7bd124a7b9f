import type { ApiRequest } from '../transport/client';

/** One column of the account's leads, from LeadsMetaData.Get. */
export interface Column {
	schemaName: string;
	displayName: string;
	/** LeadSquared's name of the type: Text, Number, Date, Boolean, … */
	dataType: string;
}

/**
 * Asks for the account's columns, without the values of drop-downs, which "may be very large":
 * https://apidocs.leadsquared.com/meta-data/
 */
export const columnsRequest: ApiRequest = {
	method: 'GET',
	path: '/LeadManagement.svc/LeadsMetaData.Get',
	qs: { excludeOptionSets: 1 },
};

/** Asks for one column, which every account has: enough to see whether host and keys are right. */
export const columnRequest: ApiRequest = {
	method: 'GET',
	path: '/LeadManagement.svc/LeadsMetaData.Get',
	qs: { schemaName: 'ProspectID' },
};

/**
 * The account's columns out of an answer of LeadsMetaData.Get
 * (https://apidocs.leadsquared.com/meta-data/), or undefined if the body is no such answer.
 */
export function readColumns(body: unknown): Column[] | undefined {
	if (!Array.isArray(body)) return undefined;
	const columns: Column[] = [];
	for (const entry of body as Array<Record<string, unknown> | null>) {
		if (typeof entry?.SchemaName !== 'string') continue;
		columns.push({
			schemaName: entry.SchemaName,
			displayName: String(entry.DisplayName ?? '').trim() || entry.SchemaName,
			dataType: String(entry.DataType ?? ''),
		});
	}
	return columns;
}
