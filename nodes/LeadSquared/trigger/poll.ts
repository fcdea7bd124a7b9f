import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { clock } from '../base/clock';
import { count, plural, pluralOf } from '../base/text';
import { readModified } from '../fetch/pages';
import { nodeOf } from '../input/node';
import { apiError, asNodeError, metadataError } from '../run/messages';
import {
	columnsNotReturned,
	type ColumnsNotReturned,
	logLine,
	progressReporter,
} from '../run/report';
import { connect, type Connection } from '../run/run';
import type { Client } from '../transport/client';
import { fetchWebAddress } from '../run/webAddress';
import {
	type ChangeTracker,
	cursorAfter,
	isBelievable,
	noteTimestamp,
	startOfSecond,
} from './changes';
import { type Cursor, type CursorKey, cursorStore, NO_CURSOR } from './cursor';
import { readColumns } from './columns';
import { callOf, listCounts, type PollContext } from './context';
import { EVENTS, isSameColumn, timestampsReader } from './events';
import { callFailure, TransientFailure } from './failures';
import { toItems } from './items';
import { type Found, nameOf } from './lists';
import { CLOCK_IS_BEHIND, INCOMPLETE_LIST, missingTimestamp, POLL_TIMEOUT } from './messages';
import { newestRecords } from './newest';
import { readParameters, type TriggerRequest } from './parameters';
import { findChanges } from './reading';
import { sampleItems } from './sample';
import { checkEmptyList, listFailure } from './stages';

const MINUTE_MS = 60_000;
// n8n's limit for a poll since 2.39, where it names none; older versions have no limit.
const DEFAULT_BUDGET_MS = 5 * MINUTE_MS;
// Used if there is no latest record to begin at: n8n's clock may be this far ahead.
const BEGIN_BEFORE_MS = 30 * MINUTE_MS;

/**
 * Polls: n8n calls it at the trigger's poll times, at its activation, and for 'Fetch Test Event'.
 *
 * @returns the records with the event since the last poll; null if there are none
 * @throws NodeApiError or NodeOperationError
 */
export async function poll(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		const isTest = context.getMode() === 'manual';
		const items = await (isTest ? sampleItems(context) : onePollAtATime(context));
		return items.length > 0 ? [items] : null;
	} catch (error) {
		throw asNodeError(nodeOf(context), error);
	}
}

/** The failures of a trigger since its last poll that succeeded. */
interface Failures {
	/** Polls in a row that failed with transient ones. */
	transient: number;
	/** The last other one, and the activation that it was reported in: n8n makes a context for each. */
	reported?: { message: string; context: IPollFunctions };
}

// By workflow and node.
const underWay = new Set<string>();
const failing = new Map<string, Failures>();

/**
 * Polls, unless the previous poll is still under way: n8n starts polls on time regardless, and two that
 * begin at the same cursor would return the same records.
 */
async function onePollAtATime(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const node = nodeOf(context);
	const key = `${context.getWorkflow().id} ${node.id}`;
	if (underWay.has(key)) {
		context.logger.debug(logLine(context, 'The previous poll is still running'));
		return [];
	}
	underWay.add(key);
	const failures = failing.get(key) ?? { transient: 0 };
	try {
		const items = await newItems(context, failures.transient);
		failing.delete(key);
		return items;
	} catch (error) {
		failing.set(key, failures);
		if (isReported(context, error as Error, failures)) {
			context.logger.warn(
				logLine(context, `${(error as Error).message}. Nothing is lost: the next poll tries again`),
			);
			return [];
		}
		throw asNodeError(node, error instanceof TransientFailure ? error.cause : error);
	} finally {
		underWay.delete(key);
	}
}

/**
 * Whether a failure needs no failed execution: it is the first of an outage, which may be over by the next
 * poll, or has one already.
 */
function isReported(context: IPollFunctions, error: Error, failures: Failures): boolean {
	if (error instanceof TransientFailure) {
		const before = failures.transient;
		failures.transient += error.polls;
		return before >= 2 || failures.transient < 2;
	}
	const { message } = error;
	const { reported } = failures;
	failures.reported = { message, context };
	return reported?.message === message && reported.context === context;
}

/**
 * Reads the records that the event has happened to since the last poll, and moves the cursor when nothing
 * can fail any more. The first poll returns none: it notes where the account is.
 *
 * @param failedPolls how many polls in a row have failed before this one
 */
async function newItems(
	context: IPollFunctions,
	failedPolls: number,
): Promise<INodeExecutionData[]> {
	const given = readParameters(context);
	const budgetMs = context.getPollBudgetMs?.() ?? DEFAULT_BUDGET_MS;
	const { client, close } = await connectWithinBudget(context, given, budgetMs);
	const request = withinBudget(given, { client, budgetMs, failedPolls });
	const store = cursorStore(context);
	const key = {
		event: request.event,
		activityType: request.activityType,
		account: client.account.name,
		workflow: context.getWorkflow().id ?? '',
	};
	const cursor = store.read(key);
	const isFirst = typeof cursor === 'string';
	try {
		const columns = await readColumns(client, request);
		if (columns.kind !== 'ok') {
			throw callFailure(columns, metadataError(nodeOf(context), columns));
		}
		const thisPoll = { context, client, request, columns: columns.value, call: callOf(request) };
		if (isFirst) {
			store.write(await firstCursor(thisPoll, key), false);
			const line = logLine(context, `starts with changes from now on, because ${cursor}`);
			context.logger[cursor === NO_CURSOR ? 'info' : 'warn'](line);
			return [];
		}
		// Reading may take all the time that there is.
		if (request.options.addLeadUrl) await fetchWebAddress(client);
		const found = await readChanges(thisPoll, cursor);
		const items = await toItems(thisPoll, found.delivery.records, found.didNotCome);
		logDelivery(thisPoll, found);
		store.write(found.delivery.cursor, items.length === 0);
		return items;
	} catch (error) {
		const failure = client.isStopped ? new TransientFailure(POLL_TIMEOUT) : error;
		// The first poll has to succeed: changes before the second one would be lost.
		throw isFirst && failure instanceof TransientFailure ? failure.cause : failure;
	} finally {
		close();
	}
}

/** Connects until n8n's time limit for a poll, because n8n discards anything returned later. */
async function connectWithinBudget(
	context: IPollFunctions,
	{ event, options }: TriggerRequest,
	budgetMs: number,
): Promise<Connection> {
	const report = progressReporter(context, clock, `active ${pluralOf(EVENTS[event].unit)}`);
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

/**
 * Limits the items of a poll, so that the calls after its list also fit into its time: activities are followed by
 * their types and leads, and each stage change by a call for the stage before. After each poll that failed, half
 * as many are tried, because the account may be slower than its limit.
 */
function withinBudget(
	request: TriggerRequest,
	{ client, budgetMs, failedPolls }: { client: Client; budgetMs: number; failedPolls: number },
): TriggerRequest {
	const { event, options } = request;
	if (EVENTS[event].unit === 'lead') return request;
	const { calls, seconds } = client.account.limitReport.stated;
	const callsInQuarter = (calls * budgetMs) / (4000 * seconds);
	const most = event === 'stageChanged' ? callsInQuarter : callOf(request).pageSize;
	const maxLeadsPerPoll = Math.min(options.maxLeadsPerPoll, most) / 2 ** failedPolls;
	return {
		...request,
		options: { ...options, maxLeadsPerPoll: Math.max(1, Math.floor(maxLeadsPerPoll)) },
	};
}

/** The cursor of the first poll, at the account's latest record: later changes are new. */
async function firstCursor(thisPoll: PollContext, key: CursorKey): Promise<Cursor> {
	const { context, client, request, columns, call } = thisPoll;
	const { leadType } = request.options;
	const node = nodeOf(context);
	const timestampsOf = timestampsReader(columns.asked);
	const begin = {
		isBelievable: (time: number) => isBelievable(time, client),
		otherwise: client.clock.wallNow() - BEGIN_BEFORE_MS,
	};
	const newest = await newestRecords(thisPoll, {
		by: call.newestFirst.by,
		timeOf(record) {
			const { active } = timestampsOf(record);
			return active !== undefined && begin.isBelievable(active) ? active : undefined;
		},
		enough: 1,
		rows: 20,
	});
	// A rejected column is no reason to stop: the list is read without it.
	if (newest.kind !== 'ok' && newest.kind !== 'invalidRequest') throw apiError(node, newest);
	const [latest] = newest.kind === 'ok' ? newest.value.records : [];
	const from = latest ? timestampsOf(latest).active! : begin.otherwise;
	const list = await readModified(
		client,
		{ from: startOfSecond(from), leadType },
		{ columns: columns.asked },
		call,
	);
	if (list.failure) throw listFailure(request, list.failure) ?? apiError(node, list.failure);
	client.signal.throwIfAborted();
	for (const record of list.leads) noteTimestamp(timestampsOf(record).active, client);
	const records = [...list.leads, ...list.unidentified];
	if (records.length === 0) await checkEmptyList(thisPoll);
	const name = nameOf(columns.asked, columnsNotReturned([list]));
	return {
		...cursorAfter(records, { ...key, columns: name }, timestampsOf, begin),
		countsAll: listCounts(thisPoll).all,
	};
}

/** Reads records that were active since the cursor, and finds the changes to deliver. */
async function readChanges(poll: PollContext, cursor: Cursor): Promise<Found> {
	const { context, client } = poll;
	const counts = listCounts(poll);
	counts.all ||= cursor.countsAll;
	const finding = await findChanges(poll, cursor);
	if (finding.kind === 'incomplete') {
		throw new TransientFailure(client.isStopped ? POLL_TIMEOUT : INCOMPLETE_LIST);
	}
	if (finding.kind !== 'ok') {
		throw (
			listFailure(poll.request, finding) ?? callFailure(finding, apiError(nodeOf(context), finding))
		);
	}
	const { tracker, delivery, didNotCome } = finding.value;
	checkTimestamps(poll, tracker, didNotCome);
	// They would wait until n8n's clock shows that time.
	if (delivery.records.length === 0 && !isBelievable(delivery.waitingSince ?? 0, client)) {
		throw CLOCK_IS_BEHIND;
	}
	delivery.cursor.countsAll = counts.all;
	return finding.value;
}

/**
 * Checks that LeadSquared sends the time of the event. Without it the event would silently never happen.
 *
 * @throws InvalidInput if no record has this time
 */
function checkTimestamps(
	{ context, call, request: { event } }: PollContext,
	{ withTime, withoutTime }: ChangeTracker,
	{ unknown, absent }: ColumnsNotReturned,
): void {
	const { column, unit } = EVENTS[event];
	const isMissing = [...unknown, ...absent].some((name) => isSameColumn(name, column));
	// Without its own column, Lead Activity or Change goes by the other two and lacks only activities.
	if (isMissing && event !== 'leadActive') throw missingTimestamp(column);
	if (withoutTime === 0) return;
	if (withTime === 0) throw missingTimestamp(call.newestFirst.by);
	context.logger.warn(
		logLine(context, `${plural(withoutTime, unit)} came without a time and cannot be returned`),
	);
}

function logDelivery({ context, request }: PollContext, { delivery, left }: Found): void {
	const { records, waiting, waitingSince = Infinity } = delivery;
	if (records.length === 0 && waiting === 0 && !left) return;
	const isCounted = !left || left.count !== undefined;
	const number = isCounted ? `${count(waiting + (left?.count ?? 0))} ` : '';
	const since = new Date(Math.min(waitingSince, left?.since ?? Infinity));
	const others =
		left || waiting > 0
			? `, ${number}more with the next polls, none older than ${since.toISOString()}`
			: '';
	context.logger.info(
		logLine(context, `${plural(records.length, EVENTS[request.event].unit)}${others}`),
	);
}
