import { type Lead, leadReader } from '../api/lead';
import { readLeadsPage } from '../api/leads';
import { MODIFIED_PATH, recentlyModified } from '../api/recentlyModified';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';

export interface Newest {
	/** Newest first. */
	leads: Lead[];
	/** Columns that came with no lead. */
	absentColumns: string[];
}

const DAY_MS = 24 * 3600_000;
// Few accounts are quiet for longer than the first; ten years are all.
const SPANS_MS = [1, 30, 3650].map((days) => days * DAY_MS);

/** Which leads are wanted, and how many. */
interface Wanted {
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** The column that tells when. */
	by: string;
	/** The same of a lead, in ms since 1970; undefined for one that is not wanted. */
	timeOf: (lead: Lead) => number | undefined;
	enough: number;
	/** How many to look at for them. */
	rows: number;
}

/**
 * The latest leads of the account, with a call for each of a few growing spans until there are enough.
 * LeadSquared finds them by their latest activity: of those that are sorted by another column, only
 * what lies within the span is sure to be the latest. n8n's clock may be hours off, so the spans end a
 * day ahead of it.
 */
export async function newestLeads(
	client: Client,
	{ columns, by, timeOf, enough, rows }: Wanted,
): Promise<Outcome<Newest>> {
	const now = Math.floor(client.clock.wallNow() / 1000) * 1000;
	let newest: Newest = { leads: [], absentColumns: [] };
	for (const ms of SPANS_MS) {
		const request = recentlyModified(
			{ from: now - ms, to: now + DAY_MS },
			columns,
			{ page: 1, pageSize: rows },
			{ by, newestFirst: true },
		);
		const outcome = await callWithRetry(client, request, readLeadsPage);
		if (outcome.kind !== 'ok') return outcome;
		const { rows: found, recordCount = 0 } = outcome.value;
		if (recordCount > found.length) client.account.memory.counts.set(MODIFIED_PATH, { all: true });
		const reader = leadReader(columns, { dropOthers: true });
		const wanted = found.map(reader.read).filter((lead) => timeOf(lead) !== undefined);
		const leads = wanted.sort((one, other) => timeOf(other)! - timeOf(one)!).slice(0, enough);
		newest = { leads, absentColumns: found.length > 0 ? reader.absentColumns : [] };
		if (leads.length === enough && timeOf(leads.at(-1)!)! >= now - ms) break;
	}
	return { kind: 'ok', value: newest };
}
