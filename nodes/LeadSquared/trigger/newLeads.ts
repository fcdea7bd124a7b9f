import type { IPollFunctions, NodeError } from 'n8n-workflow';
import type { Lead } from '../api/lead';
import { MODIFIED_PATH } from '../api/recentlyModified';
import { apiError, asNodeError } from '../run/messages';
import { columnsThatDidNotCome, type ColumnsThatDidNotCome } from '../run/report';
import { readModified } from '../fetch/modified';
import type { Client } from '../transport/client';
import type { Failed, FaultKind } from '../transport/outcome';
import { type Columns, isAmong, readColumns } from './columns';
import type { Cursor, Made } from './cursor';
import { EVENTS, idOnly, STAMP_COLUMNS, stampsReader } from './events';
import { itemsOf } from './items';
import { newestLeads } from './newest';
import { cursorAfter, News, type Poll } from './news';
import type { TriggerRequest } from './parameters';
import { isBelievable, noteStamp, serverTimeAt } from './serverTime';
import { type CursorStore, cursorStore } from './store';
import type { Polled } from './turns';
import { CLOCK_IS_BEHIND, notWhole, tell, tellWithoutTime, tooLong, withoutTimes } from './words';

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
	const { context, client, request } = turn;
	const store = cursorStore(context);
	const known = store.read();
	const isOurs = known?.event === request.event && known.host === client.host;
	const cursor = isOurs ? known : undefined;
	const polled = await goOn(turn, store, cursor).catch((error: Error): Polled => {
		if (client.isStopped) return { passing: tooLong(context.getNode()) };
		throw asNodeError(context.getNode(), error);
	});
	// The first poll of all has to succeed: what happens until the next one would be lost.
	if (!cursor && 'passing' in polled) throw polled.passing;
	return polled;
}

async function goOn(
	turn: Omit<Turn, 'columns'>,
	store: CursorStore,
	cursor: Cursor | undefined,
): Promise<Polled> {
	const { context, client, request } = turn;
	const outcome = await readColumns(client, request);
	if (outcome.kind !== 'ok') return failed(context, outcome);
	const columns = outcome.value;
	if (!cursor) {
		const made = { event: request.event, host: client.host, columns: columns.name };
		store.write(await begin({ ...turn, columns }, made));
		return { items: [] };
	}
	const read = await readNews({ ...turn, columns }, cursor);
	if ('passing' in read) return read;
	const { didNotCome, poll } = read;
	const items = await itemsOf(context, client, poll.leads, request, columns, didNotCome);
	tell(context, poll);
	store.write(poll.cursor);
	return { items };
}

async function readNews(
	{ context, client, request, columns }: Turn,
	cursor: Cursor,
): Promise<{ didNotCome: ColumnsThatDidNotCome; poll: Poll } | { passing: NodeError }> {
	const { clock } = client;
	const stampsOf = stampsReader(columns.asked);
	const counts = countsOf(client);
	counts.all ||= cursor.countsAll;
	const news = new News(cursor, columns.name, stampsOf, request.options.maxLeadsPerPoll);
	const readFrom = clock.now();
	const list = await readModified(
		client,
		{ from: Math.floor(cursor.doneTo / 1000) * 1000 },
		{
			columns: columns.asked,
			// Only what may be given is kept: after a long stop there are far more than fit in a poll.
			keep(lead) {
				news.add(lead);
				noteStamp(stampsOf(lead).active, client);
				return idOnly(lead);
			},
		},
	);
	if (list.failure) return failed(context, list.failure);
	if (client.isStopped) return { passing: tooLong(context.getNode()) };
	if (!list.isWhole) return { passing: notWhole(context.getNode()) };
	const didNotCome = columnsThatDidNotCome([list]);
	stopWithoutTimes(request, didNotCome);
	if (news.withoutTime > 0) {
		if (news.withTime === 0) throw withoutTimes(STAMP_COLUMNS[2]);
		tellWithoutTime(context, news.withoutTime);
	}
	const server = serverTimeAt(readFrom, client);
	const poll = news.take(server === undefined ? undefined : server - SHOWS_UP_WITHIN_MS);
	const { leads, waitingSince = 0 } = poll;
	// They would wait for as long as that.
	if (leads.length === 0 && !isBelievable(waitingSince, client)) throw CLOCK_IS_BEHIND;
	poll.cursor.countsAll = counts.all;
	return { didNotCome, poll };
}

/** Where the account is now: at its latest lead. What comes after that is new. */
async function begin({ context, client, columns }: Turn, made: Made): Promise<Cursor> {
	const stampsOf = stampsReader(columns.asked);
	const otherwise = client.clock.wallNow() - BEGIN_BEFORE_MS;
	const isBelieved = (time: number) => isBelievable(time, client);
	const timeOf = (lead: Lead) => {
		const { active } = stampsOf(lead);
		return active !== undefined && isBelieved(active) ? active : undefined;
	};
	const newest = await newestLeads(client, {
		columns: columns.asked,
		by: STAMP_COLUMNS[2],
		timeOf,
		enough: 1,
		rows: 20,
	});
	if (newest.kind !== 'ok' && newest.kind !== 'invalidRequest') {
		throw apiError(context.getNode(), newest);
	}
	const [latest] = newest.kind === 'ok' ? newest.value.leads : [];
	const from = (latest && timeOf(latest)) ?? otherwise;
	const list = await readModified(
		client,
		{ from: Math.floor(from / 1000) * 1000 },
		{ columns: columns.asked },
	);
	if (list.failure) throw apiError(context.getNode(), list.failure);
	if (client.isStopped) throw tooLong(context.getNode());
	for (const lead of list.leads) noteStamp(timeOf(lead), client);
	const leads = [...list.leads, ...list.unidentified];
	const cursor = cursorAfter(leads, made, stampsOf, { isBelievable: isBelieved, otherwise });
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

/** Without the column that the event goes by, it would never happen, and nobody would know why. */
function stopWithoutTimes(
	{ event }: TriggerRequest,
	{ unknown, absent }: ColumnsThatDidNotCome,
): void {
	const { column } = EVENTS[event];
	// What moves with everything is known by the other two, but for activities.
	if (event === 'leadActive' || !isAmong(column, [...unknown, ...absent])) return;
	throw withoutTimes(column);
}
