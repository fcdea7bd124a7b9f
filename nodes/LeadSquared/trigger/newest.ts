import { type Lead, leadReader } from '../api/lead';
import { readLeadsPage } from '../api/leads';
import { MODIFIED_PATH, recentlyModified } from '../api/recentlyModified';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { readWithRetry } from '../transport/retry';

export interface Newest {
	/** Newest first. */
	leads: Lead[];
	/** Columns that came with no lead. */
	absentColumns: string[];
}

const DAY_MS = 24 * 3600_000;
// Few accounts are quiet for longer than the first; ten years are all.
const SPANS_MS = [1, 30, 3650].map((days) => days * DAY_MS);

/**
 * The latest leads of the account, newest first, with a call for each of a few growing spans until some
 * have come. n8n's clock may be hours off: the spans end a day ahead of it.
 *
 * @param asked columns: schema names, `ProspectID` first; by: the column that tells when; rows: how many to look at;
 * isWanted: which of them count
 */
export async function newestLeads(
	client: Client,
	asked: { columns: string[]; by: string; rows: number; isWanted?: (lead: Lead) => boolean },
	maxWaitMs: number,
): Promise<Outcome<Newest>> {
	const { columns, by, rows, isWanted = () => true } = asked;
	const now = Math.floor(client.clock.wallNow() / 1000) * 1000;
	for (const ms of SPANS_MS) {
		const request = recentlyModified(
			{ from: now - ms, to: now + DAY_MS },
			columns,
			{ page: 1, pageSize: rows },
			{ by, newestFirst: true },
		);
		const outcome = await readWithRetry(client, request, readLeadsPage, maxWaitMs);
		if (outcome.kind !== 'ok') return outcome;
		const { rows: found, recordCount = 0 } = outcome.value;
		if (recordCount > found.length) client.account.memory.counts.set(MODIFIED_PATH, { all: true });
		const reader = leadReader(columns, { dropOthers: true });
		const leads = found.map(reader.read).filter(isWanted);
		const { absentColumns } = reader;
		if (leads.length > 0) return { kind: 'ok', value: { leads, absentColumns } };
	}
	return { kind: 'ok', value: { leads: [], absentColumns: [] } };
}
