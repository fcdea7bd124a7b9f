import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { type Lead, leadReader } from '../api/leads';
import { readLeadsPage } from '../api/leads';
import type { Column } from '../api/metadata';
import { MODIFIED_PATH, recentlyModified } from '../api/recentlyModified';
import { accountColumns } from '../columns/accountColumns';
import { columnsToRequest, mayHaveLabels } from '../columns/labels';
import { leadShape } from '../columns/shape';
import { withAdditions } from '../run/leadItems';
import { NO_METADATA } from '../run/messages';
import { type ColumnsNotReturned, commonHints, logLine } from '../run/report';
import { fetchWebAddress } from '../run/webAddress';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { callWithRetry } from '../transport/retry';
import { eventIdOf } from './changes';
import { addTimestampColumns, timestampsReader } from './events';
import type { TriggerRequest } from './parameters';
import { needsMetadata } from '../input/leadSettings';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;

/** The columns of a trigger's leads. */
export interface Columns {
	/** The columns in the output, `ProspectID` first. */
	chosen: string[];
	/** The columns to request: the chosen ones and the timestamps. */
	asked: string[];
	/** The account's columns; may be empty where they are not needed. */
	metadata: Column[];
}

/** One poll: its account, parameters and columns. */
export interface PollContext {
	context: IPollFunctions;
	client: Client;
	request: TriggerRequest;
	columns: Columns;
}

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
	const isNeeded = needsMetadata(request);
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
	const asked = addTimestampColumns(chosen);
	return { kind: 'ok', value: { chosen, asked, metadata } };
}

/** The leads that `newestLeads` should find. */
interface Wanted {
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** The object type, if it is not the account's default. */
	leadType?: string;
	/** The column with the time. */
	by: string;
	/** The same time of a lead, in ms since 1970; undefined for a lead that is not wanted. */
	timeOf: (lead: Lead) => number | undefined;
	enough: number;
	/** The number of leads to read for them. */
	rows: number;
}

/** The latest leads of an account. */
interface Newest {
	/** Newest first. */
	leads: Lead[];
	/** Columns that LeadSquared sent for no lead. */
	absentColumns: string[];
}

// Few accounts are quiet for longer than the first; the last, ten years, covers all leads.
const SPANS_MS = [DAY_MS, 30 * DAY_MS, 3650 * DAY_MS];

/**
 * Fetches the latest leads of the account, with a call for each of a few growing spans until there are
 * enough. LeadSquared finds leads by their latest activity, so the order by another column is certain
 * only for times within the span. n8n's clock may be hours off, so the spans end a day ahead of it.
 */
export async function newestLeads(
	client: Client,
	{ columns, leadType, by, timeOf, enough, rows }: Wanted,
): Promise<Outcome<Newest>> {
	const now = Math.floor(client.clock.wallNow() / 1000) * 1000;
	let newest: Newest = { leads: [], absentColumns: [] };
	for (const ms of SPANS_MS) {
		const request = recentlyModified(
			{ from: now - ms, to: now + DAY_MS, leadType },
			columns,
			{ page: 1, pageSize: rows },
			{ by, newestFirst: true },
		);
		const outcome = await callWithRetry(client, request, readLeadsPage);
		if (outcome.kind !== 'ok') return outcome;
		const { rows: found, recordCount = 0 } = outcome.value;
		if (recordCount > found.length) leadCounts(client).all = true;
		const reader = leadReader(columns, { dropOthers: true });
		const wanted = found.map(reader.read).filter((lead) => timeOf(lead) !== undefined);
		const leads = wanted.sort((a, b) => timeOf(b)! - timeOf(a)!).slice(0, enough);
		newest = { leads, absentColumns: found.length > 0 ? reader.absentColumns : [] };
		if (leads.length === enough && timeOf(leads.at(-1)!)! >= now - ms) break;
	}
	return { kind: 'ok', value: newest };
}

/** Whether LeadSquared counts all changed leads. Then no call is needed after a short page. */
export function leadCounts({ account }: Client): { all: boolean } {
	const { counts } = account.memory;
	if (!counts.has(MODIFIED_PATH)) counts.set(MODIFIED_PATH, { all: false });
	return counts.get(MODIFIED_PATH)!;
}

/** Converts leads to the chosen form, and logs problems that a person should look at. */
export async function toItems(
	{ context, client, request, columns }: PollContext,
	leads: Lead[],
	{ unknown, absent }: ColumnsNotReturned = { unknown: [], absent: [] },
): Promise<INodeExecutionData[]> {
	if (leads.length === 0) return [];
	const { options } = request;
	const { chosen, metadata } = columns;
	const address = options.addLeadUrl ? await fetchWebAddress(client) : undefined;
	const isChosen = (name: string) => chosen.includes(name);
	const didNotCome = { unknown: unknown.filter(isChosen), absent: absent.filter(isChosen) };
	const hints = commonHints(didNotCome, client.account.limitReport, { address, columns: metadata });
	for (const hint of hints) {
		context.logger.warn(logLine(context, hint));
	}
	const additions = options.addLeadUrl ? { url: address } : {};
	const shape = leadShape(options, metadata) ?? ((lead: Lead) => lead);
	const timestampsOf = timestampsReader(columns.asked);
	return leads.map((lead) => {
		const own: Lead = Object.fromEntries(chosen.map((name) => [name, lead[name] ?? null]));
		const json = withAdditions(shape(own), additions);
		const id = () => eventIdOf(lead, request.event, timestampsOf(lead));
		return { json: options.addEventId ? { ...json, eventId: id() } : json };
	});
}
