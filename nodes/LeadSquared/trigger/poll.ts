import type { INodeExecutionData, IPollFunctions, NodeError } from 'n8n-workflow';
import { ID_COLUMN } from '../api/leads';
import { clock } from '../base/clock';
import { count, plural } from '../base/text';
import { readModified } from '../fetch/pages';
import { apiError, asNodeError, metadataError } from '../run/messages';
import {
	columnsNotReturned,
	type ColumnsNotReturned,
	logLine,
	progressReporter,
} from '../run/report';
import { connect, type Connection } from '../run/run';
import type { Failed, FaultKind } from '../transport/outcome';
import {
	ChangeTracker,
	cursorAfter,
	type Delivery,
	isBelievable,
	noteTimestamp,
	serverTimeAt,
} from './changes';
import { type Cursor, cursorStore } from './cursor';
import { EVENTS, isSameColumn, timestampsReader } from './events';
import { leadCounts, newestLeads, type PollContext, readColumns, toItems } from './leads';
import { CLOCK_IS_BEHIND, INCOMPLETE_LIST, missingTimestamp, POLL_TIMEOUT } from './messages';
import { readParameters, type TriggerRequest } from './parameters';
import { sampleLeads } from './sample';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
// n8n's default limit for a poll since 2.39; older versions have no limit.
const DEFAULT_BUDGET_MS = 5 * MINUTE_MS;
// Leads appear in answers up to two minutes after their timestamp; the third minute is for servers whose clocks differ.
const SETTLING_MS = 3 * MINUTE_MS;
// Used if there is no latest lead to begin at: n8n's clock may be this far ahead.
const BEGIN_BEFORE_MS = 30 * MINUTE_MS;

/** Failures that may be over by the next poll. */
const TRANSIENT: ReadonlySet<FaultKind> = new Set<FaultKind>([
	'rateLimited',
	'transient',
	'unreachable',
	'noEndpoint',
]);

/** A failure that becomes an error only if the next poll fails too. */
class TransientFailure extends Error {
	constructor(cause: Error) {
		super(cause.message, { cause });
	}
}

/**
 * Polls: n8n calls it at the trigger's poll times, at its activation, and for 'Fetch Test Event'.
 *
 * @returns the leads with the event since the last poll; null if there are none
 * @throws NodeApiError or NodeOperationError
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const isTest = context.getMode() === 'manual';
		const items = await (isTest ? sampleLeads(context) : onePollAtATime(context));
		return items.length > 0 ? [items] : null;
	} catch (error) {
		throw asNodeError(context.getNode(), error);
	}
}

// By workflow and node.
const underWay = new Set<string>();
const failing = new Set<string>();

/**
 * Polls, unless the previous poll is still under way: n8n starts polls on time regardless, and two that
 * begin at the same cursor would return the same leads. The first transient failure is only logged.
 */
async function onePollAtATime(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const node = context.getNode();
	const key = `${context.getWorkflow().id} ${node.id}`;
	if (underWay.has(key)) {
		context.logger.debug(logLine(context, 'The previous poll is still running'));
		return [];
	}
	underWay.add(key);
	try {
		const items = await changedLeads(context);
		failing.delete(key);
		return items;
	} catch (error) {
		if (!(error instanceof TransientFailure)) throw asNodeError(node, error);
		if (failing.has(key)) throw asNodeError(node, error.cause);
		failing.add(key);
		context.logger.warn(
			logLine(context, `${error.message}. No lead is lost: the next poll tries again`),
		);
		return [];
	} finally {
		underWay.delete(key);
	}
}

/**
 * Reads the leads with the event since the last poll, and moves the cursor once nothing else can fail. The first poll returns no leads, and sets the cursor to the account's latest lead.
 */
async function changedLeads(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const request = readParameters(context);
	const { client, close } = await connectWithinBudget(context, request);
	const store = cursorStore(context);
	const cursor = store.read({ event: request.event, host: client.host });
	try {
		const columns = await readColumns(client, request);
		if (columns.kind !== 'ok') {
			throw callFailure(columns, metadataError(context.getNode(), columns));
		}
		const thisPoll = { context, client, request, columns: columns.value };
		if (!cursor) {
			store.write(await firstCursor(thisPoll));
			return [];
		}
		const { delivery, didNotCome } = await readChanges(thisPoll, cursor);
		const items = await toItems(thisPoll, delivery.leads, didNotCome);
		logDelivery(context, delivery);
		store.write(delivery.cursor);
		return items;
	} catch (error) {
		const failure = client.isStopped ? new TransientFailure(POLL_TIMEOUT) : error;
		// The first poll has to succeed: changes before the second one would be lost.
		throw !cursor && failure instanceof TransientFailure ? failure.cause : failure;
	} finally {
		close();
	}
}

/** Connects until n8n's time limit for a poll, because n8n discards anything returned later. */
async function connectWithinBudget(
	context: IPollFunctions,
	{ options }: TriggerRequest,
): Promise<Connection> {
	const budgetMs = context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
	const report = progressReporter(context, clock, 'active leads');
	const connection = await connect(context, {
		maxWaitMs: Math.min(options.maxWaitMs, budgetMs / 2),
		onProgress: (progress) => progress.known > 0 && report(progress),
	});
	const { client } = connection;
	// If the poll ends first, this timer's rejection is ignored.
	clock.sleep(budgetMs, client.signal).then(
		() => client.stop(),
		() => {},
	);
	return connection;
}

/** The cursor of the first poll, at the account's latest lead: later changes are new. */
async function firstCursor({ context, client, request, columns }: PollContext): Promise<Cursor> {
	const node = context.getNode();
	const timestampsOf = timestampsReader(columns.asked);
	const begin = {
		isBelievable: (time: number) => isBelievable(time, client),
		otherwise: client.clock.wallNow() - BEGIN_BEFORE_MS,
	};
	const newest = await newestLeads(client, {
		columns: columns.asked,
		by: EVENTS.leadActive.column,
		timeOf(lead) {
			const { active } = timestampsOf(lead);
			return active !== undefined && begin.isBelievable(active) ? active : undefined;
		},
		enough: 1,
		rows: 20,
	});
	// A rejected column is no reason to stop: the list is read without it.
	if (newest.kind !== 'ok' && newest.kind !== 'invalidRequest') throw apiError(node, newest);
	const [latest] = newest.kind === 'ok' ? newest.value.leads : [];
	const from = latest ? timestampsOf(latest).active! : begin.otherwise;
	const list = await readModified(
		client,
		{ from: startOfSecond(from) },
		{ columns: columns.asked },
	);
	if (list.failure) throw apiError(node, list.failure);
	client.signal.throwIfAborted();
	for (const lead of list.leads) noteTimestamp(timestampsOf(lead).active, client);
	const leads = [...list.leads, ...list.unidentified];
	const key = { event: request.event, host: client.host, columns: columns.name };
	return {
		...cursorAfter(leads, key, timestampsOf, begin),
		countsAll: leadCounts(client).all,
	};
}

/** Reads all leads that were active since the cursor, and finds the changes to deliver. */
async function readChanges(
	{ context, client, request, columns }: PollContext,
	cursor: Cursor,
): Promise<{ delivery: Delivery; didNotCome: ColumnsNotReturned }> {
	const { maxLeadsPerPoll } = request.options;
	const timestampsOf = timestampsReader(columns.asked);
	const tracker = new ChangeTracker(cursor, columns.name, timestampsOf, maxLeadsPerPoll);
	const counts = leadCounts(client);
	counts.all ||= cursor.countsAll;
	const beganAt = client.clock.now();
	const list = await readModified(
		client,
		{ from: startOfSecond(cursor.doneUntil) },
		{
			columns: columns.asked,
			// The list keeps only IDs, and the tracker a bounded number of leads: after a long stop, all of
			// them might not fit in memory.
			keep(lead) {
				tracker.add(lead);
				noteTimestamp(timestampsOf(lead).active, client);
				return { [ID_COLUMN]: lead[ID_COLUMN] };
			},
		},
	);
	if (list.failure) throw callFailure(list.failure, apiError(context.getNode(), list.failure));
	client.signal.throwIfAborted();
	if (!list.isWhole) throw new TransientFailure(INCOMPLETE_LIST);
	const didNotCome = columnsNotReturned([list]);
	checkTimestamps(context, request, tracker, didNotCome);

	const serverTime = serverTimeAt(beganAt, client);
	const delivery = tracker.next(serverTime === undefined ? undefined : serverTime - SETTLING_MS);
	const { leads, waitingSince = 0 } = delivery;
	// They would wait until n8n's clock reaches that time.
	if (leads.length === 0 && !isBelievable(waitingSince, client)) throw CLOCK_IS_BEHIND;
	delivery.cursor.countsAll = counts.all;
	return { delivery, didNotCome };
}

/**
 * Checks that LeadSquared sends the time of the event. Without it the event would silently never happen.
 *
 * @throws InvalidInput if no lead has this time
 */
function checkTimestamps(
	context: IPollFunctions,
	{ event }: TriggerRequest,
	{ withTime, withoutTime }: ChangeTracker,
	{ unknown, absent }: ColumnsNotReturned,
): void {
	const { column } = EVENTS[event];
	const isMissing = [...unknown, ...absent].some((name) => isSameColumn(name, column));
	// Without its own column, Lead Activity or Change goes by the other two and lacks only activities.
	if (isMissing && event !== 'leadActive') throw missingTimestamp(column);
	if (withoutTime === 0) return;
	if (withTime === 0) throw missingTimestamp(EVENTS.leadActive.column);
	context.logger.warn(
		logLine(context, `${plural(withoutTime, 'lead')} came without a time and cannot be returned`),
	);
}

/** The error for a failed call: a TransientFailure if the next poll may succeed. */
const callFailure = ({ kind }: Failed, error: NodeError): Error =>
	TRANSIENT.has(kind) ? new TransientFailure(error) : error;

function logDelivery(context: IPollFunctions, { leads, waiting, waitingSince }: Delivery): void {
	if (leads.length === 0 && waiting === 0) return;
	const others =
		waiting > 0
			? `, ${count(waiting)} more with the next polls, the oldest from ${new Date(waitingSince!).toISOString()}`
			: '';
	context.logger.info(logLine(context, `${plural(leads.length, 'lead')}${others}`));
}

const startOfSecond = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS;
