import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { idKey } from '../../../api/leadId';
import { ID_COLUMN } from '../../../api/leads';
import {
	createLeads,
	createOrUpdate,
	type RowToWrite,
	updateLeads,
	type WriteCall,
} from '../../../api/leadWrites';
import type { RowResult } from '../../../api/rowResults';
import type { Column } from '../../../api/metadata';
import { accountColumns } from '../../../columns/accountColumns';
import type { UserFinder } from '../../../columns/users';
import { runEngine } from '../../../fetch/engine';
import { type Batch, type RowStatus, Writes } from '../../../fetch/writes';
import { inputErrors, type ItemError, itemName, unusableInput } from '../../../run/itemErrors';
import { itemsInPlace } from '../../../run/items';
import { apiError, asNodeError, NO_COLUMNS_SEEN } from '../../../run/messages';
import { addHint, limitHint, logLine } from '../../../run/report';
import { canceled, type Run } from '../../../run/run';
import { fetchUsers } from '../../../run/users';
import type { Client } from '../../../transport/client';
import type { Failed, FaultKind } from '../../../transport/outcome';
import { type Prediction, predict } from './prediction';
import {
	countResults,
	describeProgress,
	ignoredHint,
	NUMBERS_NOT_LOOKED_UP,
	previewReceipt,
	readingHints,
	rejectionFor,
	sameLeadHint,
	statusOf,
	writeError,
	writeReceipt,
} from './messages';
import { readMapping, readRequests, type WriteKind, type WriteRequest } from './parameters';
import { asStored } from './phones';
import { type RowMaker, rowMaker, type UnorderedRow, withKeys } from './rows';

const CALLS: Record<WriteKind, WriteCall> = {
	create: createLeads,
	update: updateLeads,
	upsert: createOrUpdate,
};

/** The result fields of an item that failed. */
const FAILED = { [ID_COLUMN]: null, created: null, status: 'failed' };
const PREVIEW_FAILED = { [ID_COLUMN]: null, would: 'fail', changes: null };

/** The result of a row, and the row as it was last sent. */
interface Result {
	row: UnorderedRow;
	content: RowToWrite;
	status: RowStatus;
}

/**
 * Writes a lead for each input item: parameters → rows → calls of 25 or 50 → the result of each row. A preview
 * ends before the calls that write.
 *
 * @throws NodeOperationError for input that cannot be used, before any call that writes, and NodeApiError
 * for leads that LeadSquared does not write, if the node stops at a failure; otherwise these become error items
 */
export async function writeLeads(run: Run, kind: WriteKind): Promise<INodeExecutionData[]> {
	const { context } = run;
	run.writes(FAILED);
	const mapping = readMapping(context, kind);
	const requests = readRequests(context, mapping);
	if (requests.length === 0) return [];
	const has = (isSet: (options: WriteRequest['options']) => boolean) =>
		requests.some(({ options }) => isSet(options));
	const isPreview = has(({ preview }) => preview);
	const hasSecond = has(({ secondMatch }) => secondMatch.trim() !== '');
	const more = hasSecond ? { matchedBy: null } : {};
	run.writes({ ...(isPreview ? PREVIEW_FAILED : FAILED), ...more });
	// A preview shows what is wrong with each item, and writes nothing that an error would have to prevent.
	const stopAtFailure = run.stopAtFailure && !isPreview;
	const errors = inputErrors({ context, stopAtFailure, isWriting: true }, requests);

	const maxWaitSeconds = Math.max(
		0,
		...new Set(requests.map((each) => each.options.maxWaitSeconds)),
	);
	const client = await run.open(1000 * maxWaitSeconds, 'leads');
	const beganAt = client.clock.now();
	const columns = await accountColumns(client, { withChoices: true });
	if (columns.kind !== 'ok') throw apiError(context.getNode(), columns);
	// Without types, dates and choices would be written unread.
	if (columns.value.length === 0) throw NO_COLUMNS_SEEN;
	const maker = rowMaker(mapping, columns.value, context.getTimezone(), kind);
	const findUser = maker.needsUsers(requests) ? await fetchUsers(client) : undefined;
	const made = makeRows(context, requests, { maker, findUser }, errors);
	if (errors.length > 0 && stopAtFailure) throw unusableInput(context, errors, true);
	const stored = await withStoredNumbers(client, made, maker);
	if (stored.failure && !REFUSALS.includes(stored.failure.kind)) {
		throw apiError(context.getNode(), stored.failure);
	}
	const { rows } = stored;
	const hints = [
		ignoredHint(maker.ignored, columns.value),
		...readingHints(maker.readings),
		stored.failure && NUMBERS_NOT_LOOKED_UP,
	];

	const onlyEmpty = new Set(
		requests.flatMap(({ item, options }) => (options.overwrite === 'onlyEmpty' ? item : [])),
	);
	const isPredicted = isPreview || onlyEmpty.size > 0;
	const predictions = isPredicted
		? await predictAll(context, client, { rows, onlyEmpty, kind, columns: columns.value })
		: undefined;
	const report = (line: string, type: 'info' | 'warning') => {
		for (const message of [...hints, limitHint(client.account.limitReport)]) {
			if (message) addHint(context, message, 'warning');
		}
		context.logger.info(logLine(context, line));
		return () => addHint(context, line, type);
	};
	const cost = () => ({
		calls: client.account.traffic.calls,
		seconds: (client.clock.now() - beganAt) / 1000,
	});
	if (isPreview) {
		report(previewReceipt([...predictions!.values()], errors.length, cost()), 'info')();
		return previewItems(run, predictions!, errors, { kind, hasSecond });
	}

	const toWrite: UnorderedRow[] = [];
	const results: Result[] = [];
	for (const row of rows) {
		const prediction = onlyEmpty.has(row.item) ? predictions?.get(row) : undefined;
		const status = prediction && settledBy(prediction);
		if (status) results.push({ row, content: prediction.content, status });
		else toWrite.push(prediction ? { ...row, ...prediction.content, second: undefined } : row);
	}
	const failedBefore = stopAtFailure && results.find(({ status }) => status.kind !== 'written');
	if (!failedBefore) {
		const call = CALLS[kind];
		const writes = new Writes(withKeys(toWrite), {
			call,
			maxWaitMs: client.maxWaitMs,
			stopAtFailure,
			idSpelling: client.account.memory.idSpelling,
		});
		await writeAll(context, client, call, writes);
		client.account.memory.idSpelling = writes.idSpelling;
		for (const [row, status] of writes.results) {
			results.push({ row, content: writes.contentOf(row), status });
		}
	}

	const tally = countResults(
		results.map(({ status }) => status),
		errors.length,
	);
	hints.push(sameLeadHint(itemsOfSameLeads(context, results)));
	const { calls, seconds } = cost();
	const finish = report(
		writeReceipt(tally, calls, seconds),
		tally.notKnown > 0 ? 'warning' : 'info',
	);
	const failed = stopAtFailure && results.find(({ status }) => status.kind !== 'written');
	if (failed) throw failureOf(context, failed, kind, tally);
	finish();
	return toItems(run, results, errors, { kind, hasSecond });
}

/** Makes the rows of the items that can be used, and adds the errors of the others. */
function makeRows(
	context: IExecuteFunctions,
	requests: WriteRequest[],
	{ maker, findUser }: { maker: RowMaker; findUser?: UserFinder },
	errors: ItemError[],
): UnorderedRow[] {
	const rows: UnorderedRow[] = [];
	for (const request of requests) {
		if (request.fault) continue;
		try {
			rows.push(maker.row(request, findUser));
		} catch (fault) {
			const { item } = request;
			errors.push({ item, error: asNodeError(context.getNode(), fault, item) });
		}
	}
	return rows;
}

/** Writes the phone numbers that rows are found by as LeadSquared has them. */
async function withStoredNumbers(
	client: Client,
	made: UnorderedRow[],
	{ isPhone }: RowMaker,
): Promise<{ rows: UnorderedRow[]; failure?: Failed }> {
	let rows = made;
	let failure: Failed | undefined;
	for (const column of new Set(made.map(({ searchBy }) => searchBy))) {
		if (column === undefined || !isPhone(column)) continue;
		const stored = await asStored(client, rows, column);
		rows = stored.rows;
		failure ??= stored.failure;
	}
	return { rows, failure };
}

/** @throws NodeApiError if a lookup fails */
async function predictAll(
	context: IExecuteFunctions,
	client: Client,
	{
		rows,
		onlyEmpty,
		kind,
		columns,
	}: { rows: UnorderedRow[]; onlyEmpty: Set<number>; kind: WriteKind; columns: Column[] },
): Promise<Map<UnorderedRow, Prediction>> {
	const planned = rows.map((row) => ({ row, onlyEmpty: onlyEmpty.has(row.item) }));
	const predictions = await predict(client, planned, kind, columns);
	if (!(predictions instanceof Map)) throw apiError(context.getNode(), predictions);
	return predictions;
}

/** The result of a row that need not be sent, if only empty columns are to be filled. */
function settledBy(prediction: Prediction): RowStatus | undefined {
	if (prediction.would === 'fail') return rejectionFor(prediction.reason);
	// An earlier row is to create the lead, and may fail.
	if (prediction.would !== 'unchanged' || prediction.id === undefined) return undefined;
	return { kind: 'written', id: prediction.id, isCreated: false, isUpdated: false };
}

/** The failures of an account that does not search by a column. */
const REFUSALS: FaultKind[] = ['invalidRequest', 'noEndpoint'];

/** @throws NodeOperationError if the execution is canceled, with the number of leads written */
async function writeAll(
	context: IExecuteFunctions,
	client: Client,
	call: WriteCall,
	writes: Writes,
): Promise<void> {
	try {
		await runEngine<Batch, RowResult[]>(writes, client, {
			toRequest: ({ contents, ...options }) => call.request(contents, options),
			read: (body, { contents }) => call.read(body, contents),
		});
	} catch (error) {
		if (!context.getExecutionCancelSignal()?.aborted) throw asNodeError(context.getNode(), error);
		throw canceled(context, describeProgress(countResults(writes.results.values(), 0)));
	}
}

/** The names of the input items of each lead that has several. */
function itemsOfSameLeads(context: IExecuteFunctions, results: Result[]): string[][] {
	const items = new Map<string, number[]>();
	for (const { row, status } of results) {
		if (status.kind !== 'written' || status.id === undefined) continue;
		const key = idKey(status.id);
		const same = items.get(key);
		if (same) same.push(row.item);
		else items.set(key, [row.item]);
	}
	return [...items.values()]
		.filter(({ length }) => length > 1)
		.map((those) => those.sort((a, b) => a - b).map((item) => itemName(context, item)));
}

interface Form {
	kind: WriteKind;
	/** Whether rows may be found by a second column, so that items say by which one they were. */
	hasSecond: boolean;
}

function toItems(
	run: Run,
	results: Result[],
	errors: ItemError[],
	{ kind, hasSecond }: Form,
): INodeExecutionData[] {
	const items = new Map<number, INodeExecutionData>();
	for (const { item, error } of errors) items.set(item, run.errorItem(item, error));
	for (const result of results) {
		const {
			row: { item },
			content,
			status,
		} = result;
		if (status.kind !== 'written') {
			items.set(item, run.errorItem(item, failureOf(run.context, result, kind)));
			continue;
		}
		const { id = null, isCreated = null } = status;
		const matchedBy = isCreated ? null : (content.searchBy ?? null);
		const json = { [ID_COLUMN]: id, created: isCreated, status: statusOf(status) };
		items.set(item, run.writtenItem(item, { ...json, ...(hasSecond && { matchedBy }) }));
	}
	return itemsInPlace(run.context, items);
}

function failureOf(
	context: IExecuteFunctions,
	{ row, content, status }: Result,
	kind: WriteKind,
	soFar?: ReturnType<typeof countResults>,
) {
	const failed = status as Exclude<RowStatus, { kind: 'written' }>;
	const { item, second } = row;
	return writeError(
		context.getNode(),
		{ item, kind, content, isFirst: !second || content === row },
		failed,
		soFar,
	);
}

function previewItems(
	run: Run,
	predictions: Map<UnorderedRow, Prediction>,
	errors: ItemError[],
	{ kind, hasSecond }: Form,
): INodeExecutionData[] {
	const items = new Map<number, INodeExecutionData>();
	for (const { item, error } of errors) items.set(item, run.errorItem(item, error));
	for (const [row, prediction] of predictions) {
		const { item } = row;
		if (prediction.would === 'fail') {
			const status = rejectionFor(prediction.reason);
			const error = failureOf(run.context, { row, content: prediction.content, status }, kind);
			items.set(item, run.errorItem(item, error));
			continue;
		}
		const { would, id = null, content } = prediction;
		const matchedBy = would === 'create' ? null : (content.searchBy ?? null);
		const changes = prediction.changes as IDataObject;
		const json = { [ID_COLUMN]: id, would, changes, ...(hasSecond && { matchedBy }) };
		items.set(item, run.writtenItem(item, json));
	}
	return itemsInPlace(run.context, items);
}
