import type { IPollFunctions, NodeError } from 'n8n-workflow';
import { MODIFIED_PATH } from '../api/recentlyModified';
import { apiError, inputError } from '../shared/errors';
import { count } from '../shared/inWords';
import { type ColumnsThatDidNotCome, columnsThatDidNotCome } from '../shared/leads/accountColumns';
import { progressReporter } from '../shared/progress';
import { readModified } from '../shared/readModified';
import type { Client } from '../transport/client';
import { InvalidInput } from '../transport/invalidInput';
import type { Failed, FaultKind } from '../transport/outcome';
import { type Columns, isAmong, readColumns } from './columns';
import type { Cursor, Made } from './cursor';
import { EVENTS, idOnly, STAMP_COLUMNS, stampsReader } from './events';
import { itemsOf } from './items';
import { latestLeads } from './latest';
import { cursorAfter, News, type Poll } from './news';
import type { TriggerRequest } from './parameters';
import { noteStamp, serverTimeAt } from './serverTime';
import { cursorStore } from './store';
import type { Polled } from './turns';

/** Leads show up in answers up to two minutes after their stamp; one is for servers whose clocks differ. */
const SHOWS_UP_WITHIN_MS = 3 * 60_000;
// Where there is no latest lead to begin at: n8n's clock may be that far off.
const BEGIN_BEFORE_MS = 30 * 60_000;

/** What may be over with the next poll. */
const PASSING: ReadonlySet<FaultKind> = new Set<FaultKind>([
	'rateLimited',
	'transient',
	'unreachable',
	'noEndpoint',
]);

/** What one poll works with. */
interface Turn {
	context: IPollFunctions;
	client: Client;
	request: TriggerRequest;
	columns: Columns;
	/** How long, in ms, calls may go on being refused or failing. */
	maxWaitMs: number;
	/** Whether the time is over that n8n gives a poll. */
	isLate: () => boolean;
}

/**
 * What has happened since the last poll: the leads that LeadSquared has active since then, without
 * those that are done, as items. The cursor moves on when nothing can fail any more.
 *
 * The first poll of all gives nothing: it takes note of where the account is.
 *
 * @throws NodeApiError, NodeOperationError or InvalidInput for what does not pass by itself
 */
export async function newLeads(turn: Omit<Turn, 'columns'>): Promise<Polled> {
	const { context, client, request, maxWaitMs } = turn;
	const columns = await readColumns(client, request, maxWaitMs);
	if (columns.kind !== 'ok') return failed(context, columns);
	const store = cursorStore(context);
	const made = { event: request.event, host: client.host, columns: columns.value.name };
	const cursor = store.read();
	if (cursor?.event !== made.event || cursor.host !== made.host) {
		store.write(await begin({ ...turn, columns: columns.value }, made));
		return { items: [] };
	}
	const read = await readNews({ ...turn, columns: columns.value }, cursor);
	if ('passing' in read) return read;
	const { didNotCome, poll } = read;
	const items = await itemsOf(context, client, poll.leads, request, columns.value, didNotCome);
	tell(context, poll);
	store.write(poll.cursor);
	return { items };
}

async function readNews(
	{ context, client, request, columns, maxWaitMs, isLate }: Turn,
	cursor: Cursor,
): Promise<{ didNotCome: ColumnsThatDidNotCome; poll: Poll } | { passing: NodeError }> {
	const { clock } = client;
	const stampsOf = stampsReader(columns.asked);
	const counts = countsOf(client);
	counts.all ||= cursor.countsAll;
	const news = new News(cursor, columns.name, stampsOf, request.options.maxLeadsPerPoll);
	const report = progressReporter(context, clock, 'active leads');
	const readFrom = clock.now();
	const list = await readModified(
		client,
		{ from: Math.floor(cursor.doneTo / 1000) * 1000 },
		{
			columns: columns.asked,
			maxWaitMs,
			onProgress: (progress) => progress.known > 0 && report(progress),
			shouldStop: isLate,
			// Only what may be given is kept: after a long stop there are far more than fit in a poll.
			keep(lead) {
				news.add(lead);
				return idOnly(lead);
			},
		},
	);
	if (list.failure) return failed(context, list.failure);
	if (isLate()) return { passing: tooLong(context) };
	if (!list.isWhole) return { passing: notWhole(context) };
	const didNotCome = columnsThatDidNotCome([list]);
	stopWithoutTimes(request, didNotCome);
	noteStamp(news.newest, client);
	const server = serverTimeAt(readFrom, client);
	const poll = news.take(server === undefined ? undefined : server - SHOWS_UP_WITHIN_MS);
	poll.cursor.countsAll = counts.all;
	return { didNotCome, poll };
}

/** Where the account is now: at its latest lead. What comes after that is new. */
async function begin(
	{ context, client, columns, maxWaitMs, isLate }: Turn,
	made: Made,
): Promise<Cursor> {
	const stampsOf = stampsReader(columns.asked);
	const otherwise = client.clock.wallNow() - BEGIN_BEFORE_MS;
	const newest = await latestLeads(
		client,
		{ columns: columns.asked, by: STAMP_COLUMNS[2], rows: 1 },
		maxWaitMs,
	);
	if (newest.kind !== 'ok' && newest.kind !== 'invalidRequest') {
		throw apiError(context.getNode(), newest);
	}
	const [latest] = newest.kind === 'ok' ? newest.value.leads : [];
	const from = (latest && stampsOf(latest).active) ?? otherwise;
	const list = await readModified(
		client,
		{ from: Math.floor(from / 1000) * 1000 },
		{ columns: columns.asked, maxWaitMs, onProgress: () => {}, shouldStop: isLate },
	);
	if (list.failure) throw apiError(context.getNode(), list.failure);
	if (isLate()) throw tooLong(context);
	for (const lead of list.leads) noteStamp(stampsOf(lead).active, client);
	const cursor = cursorAfter([...list.leads, ...list.withoutId], made, stampsOf, otherwise);
	return { ...cursor, countsAll: countsOf(client).all };
}

/** Whether LeadSquared counts all leads: then a page that is short needs no look behind it. */
function countsOf({ account }: Client): { all: boolean } {
	const { counts } = account.memory;
	if (!counts.has(MODIFIED_PATH)) counts.set(MODIFIED_PATH, { all: false });
	return counts.get(MODIFIED_PATH)!;
}

function failed(context: IPollFunctions, failure: Failed): { passing: NodeError } {
	const error = apiError(context.getNode(), failure);
	if (!PASSING.has(failure.kind)) throw error;
	return { passing: error };
}

/** What to tell of a poll that n8n would not wait for. */
export const tooLong = (context: IPollFunctions): NodeError =>
	inputError(
		context.getNode(),
		new InvalidInput(
			'Getting the changed leads took longer than n8n lets a poll take',
			"Choose fewer columns. Where n8n's durable scheduler is on, whoever runs n8n may raise N8N_SCHEDULER_POLL_TIMEOUT and N8N_SCHEDULER_LEASE_DURATION.",
		),
	);

const notWhole = (context: IPollFunctions): NodeError =>
	inputError(
		context.getNode(),
		new InvalidInput(
			'LeadSquared did not give the whole list of changed leads',
			'Leads moved from page to page while it was read, so that some may be missing. If this stays so, poll more often: fewer leads change between two polls.',
		),
	);

/** Without the column that the event goes by, it would never happen, and nobody would know why. */
function stopWithoutTimes(
	{ event }: TriggerRequest,
	{ unknown, absent }: ColumnsThatDidNotCome,
): void {
	const { column } = EVENTS[event];
	// What moves with everything is known by the other two, but for activities.
	if (event === 'leadActive' || !isAmong(column, [...unknown, ...absent])) return;
	throw new InvalidInput(
		`LeadSquared does not send the column ${column}, which tells when it happened`,
		"Give the user of the keys the right to see this column, or choose the event 'Lead Active'.",
	);
}

function tell(context: IPollFunctions, { leads, waiting, waitingSince }: Poll): void {
	if (leads.length === 0 && waiting === 0) return;
	const others =
		waiting > 0
			? `, ${count(waiting)} more with the next polls; the oldest is of ${new Date(waitingSince!).toISOString()}`
			: '';
	context.logger.info(
		`LeadSquared: ${count(leads.length)} ${leads.length === 1 ? 'lead' : 'leads'}${others}`,
		{ node: context.getNode().name },
	);
}
