import { type Lead, leadReader } from '../api/leads';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import { listCounts, type PollContext } from './context';

const DAY_MS = 24 * 3600_000;

/** The records that `newestRecords` should find. */
interface Wanted {
	/** The column with the time. */
	by: string;
	/** The same time of a record, in ms since 1970; undefined for a record that is not wanted. */
	timeOf: (record: Lead) => number | undefined;
	enough: number;
	/** The number of records to read for them. */
	rows: number;
}

/** The latest records of an account. */
interface Newest {
	/** Newest first. */
	records: Lead[];
	/** Columns that LeadSquared sent for no record. */
	absentColumns: string[];
}

// Few accounts are quiet for longer than the first; the last, ten years, covers everything.
const SPANS_MS = [DAY_MS, 30 * DAY_MS, 3650 * DAY_MS];

/**
 * Fetches the latest records of the account, with a call for each of a few growing spans until there are
 * enough. LeadSquared finds them by their latest change or activity, so the order by another column is certain
 * only for times within the span. n8n's clock may be hours off, so the spans end a day ahead of it.
 */
export async function newestRecords(
	{ client, request, columns, call }: Omit<PollContext, 'context'>,
	{ by, timeOf, enough, rows }: Wanted,
): Promise<Outcome<Newest>> {
	const { leadType } = request.options;
	const now = Math.floor(client.clock.wallNow() / 1000) * 1000;
	let newest: Newest = { records: [], absentColumns: [] };
	for (const ms of SPANS_MS) {
		const outcome = await callWithRetry(
			client,
			call.request(
				{ from: now - ms, to: now + DAY_MS, leadType },
				columns.asked,
				{ page: 1, pageSize: rows },
				{ by, newestFirst: true },
			),
			call.read,
		);
		if (outcome.kind !== 'ok') return outcome;
		const { rows: found, recordCount = 0 } = outcome.value;
		if (recordCount > found.length) listCounts({ client, call }).all = true;
		const reader = leadReader(columns.asked, { dropOthers: !call.sendsAll });
		const wanted = found.map(reader.read).filter((record) => timeOf(record) !== undefined);
		const records = wanted.sort((a, b) => timeOf(b)! - timeOf(a)!).slice(0, enough);
		newest = { records, absentColumns: found.length > 0 ? reader.absentColumns : [] };
		if (records.length === enough && timeOf(records.at(-1)!)! >= now - ms) break;
	}
	return { kind: 'ok', value: newest };
}
