import { ID_COLUMN } from '../api/lead';
import type { Column } from '../api/metadata';
import { ambiguousLabel, labelReader, mayBeLabel, columnsToAsk } from '../columns/labels';
import { accountColumns } from '../columns/accountColumns';
import { needsMetadata, NO_METADATA } from '../run/leadRun';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { contentOf } from './cursor';
import { withStamps } from './events';
import type { TriggerRequest } from './parameters';

/** The columns of a trigger's leads. */
export interface Columns {
	/** Those that come out, `ProspectID` first. */
	chosen: string[];
	/** Those that are asked for: the chosen ones, and those that tell when things happened. */
	asked: string[];
	/** Tells them from other choices. */
	name: string;
	/** The account's columns; may be empty where they are not needed. */
	metadata: Column[];
}

// A poll where nothing happened is to cost one call: new columns are seen within the hour.
const HOUR_MS = 3600_000;

/**
 * Tells which columns to ask for. Only "all columns", labels and types take the account's list.
 *
 * @throws InvalidInput for a label that several columns have, and where the list is needed and empty
 */
export async function readColumns(
	client: Client,
	request: TriggerRequest,
): Promise<Outcome<Columns>> {
	const isNeeded = needsMetadata(request);
	let metadata: Column[] = [];
	if (isNeeded || request.columns.some(mayBeLabel)) {
		const maxWaitMs = isNeeded ? client.maxWaitMs : 0;
		const outcome = await accountColumns(client.with({ maxWaitMs }), { maxAgeMs: HOUR_MS });
		if (outcome.kind === 'ok') metadata = outcome.value;
		// A name that may be a label: LeadSquared says whether it knows it.
		else if (isNeeded) return outcome;
	}
	if (isNeeded && metadata.length === 0) throw NO_METADATA;
	const { names, doubts } =
		metadata.length > 0
			? labelReader(metadata)(request.columns)
			: { names: request.columns, doubts: [] };
	const ambiguous = doubts.find(({ isAmbiguous }) => isAmbiguous);
	if (ambiguous) throw ambiguousLabel(ambiguous);
	const chosen = columnsToAsk(names, metadata);
	const asked = withStamps(chosen);
	const name = contentOf(JSON.stringify(asked)).toString(36);
	return { kind: 'ok', value: { chosen, asked, name, metadata } };
}

/** Whether a column is among those that did not come. */
export const isAmong = (column: string, names: string[]): boolean =>
	column !== ID_COLUMN && names.some((name) => name.toLowerCase() === column.toLowerCase());
