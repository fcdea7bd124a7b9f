import type { Column } from '../api/metadata';
import { accountColumns } from '../columns/accountColumns';
import { columnsToRequest, mayHaveLabels } from '../columns/labels';
import { needsMetadata } from '../input/leadSettings';
import { NO_METADATA } from '../run/messages';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { addTimestampColumns, EVENTS } from './events';
import type { TriggerRequest } from './parameters';

const HOUR_MS = 3600_000;

/** The columns of a trigger. */
export interface Columns {
	/** The columns of leads in the output, `ProspectID` first. */
	chosen: string[];
	/** The columns of the records that the poll lists, the ID first: for leads, the chosen ones and the timestamps. */
	asked: string[];
	/** The account's columns of leads; may be empty where they are not needed. */
	metadata: Column[];
}

/** Whether the items of a trigger have leads: those of activities have them only if columns are chosen. */
export const hasLeads = ({ event, columns }: TriggerRequest): boolean =>
	EVENTS[event].unit === 'lead' || columns.length > 0;

/**
 * Decides which columns to request. Only "all columns", labels and types need the account's list. A
 * poll without changes should cost one call, so the list may be an hour old.
 *
 * @throws InvalidInput for a label that several columns have, and if the list is needed but empty
 */
export async function readColumns(
	client: Client,
	request: TriggerRequest,
): Promise<Outcome<Columns>> {
	const isNeeded = hasLeads(request) && needsMetadata(request);
	let metadata: Column[] = [];
	if (isNeeded || mayHaveLabels(request.columns)) {
		// A name that may be a label is not worth a wait: LeadSquared says if it does not know it.
		const maxWaitMs = isNeeded ? client.maxWaitMs : 0;
		const outcome = await accountColumns(client.with({ maxWaitMs }), { maxAgeMs: HOUR_MS });
		if (outcome.kind === 'ok') metadata = outcome.value;
		else if (isNeeded) return outcome;
	}
	if (isNeeded && metadata.length === 0) throw NO_METADATA;
	const chosen = columnsToRequest(request.columns, metadata);
	const asked = EVENTS[request.event].columns ?? addTimestampColumns(chosen);
	return { kind: 'ok', value: { chosen, asked, metadata } };
}
