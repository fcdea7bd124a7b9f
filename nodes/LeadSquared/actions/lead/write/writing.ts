import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { createLeads, createOrUpdate, updateLeads, type WriteCall } from '../../../api/leadWrites';
import type { RowResult } from '../../../api/rowResults';
import { runEngine } from '../../../fetch/engine';
import { type Batch, mayBeWritten, Writes } from '../../../fetch/writes';
import { nodeOf } from '../../../input/node';
import { inputErrors } from '../../../run/itemErrors';
import { apiError, asNodeError } from '../../../run/messages';
import { addHint, limitHint, logLine } from '../../../run/report';
import { canceled, type Run } from '../../../run/run';
import type { Client } from '../../../transport/client';
import {
	countResults,
	describeProgress,
	previewReceipt,
	sameLeadHint,
	writeReceipt,
} from './messages';
import { readMapping, readRequests, type WriteKind, type WriteRequest } from './parameters';
import { predict, type Prediction } from './prediction';
import { prepareRows } from './prepare';
import {
	errorOf,
	failedFields,
	type ItemForm,
	itemsOfSameLeads,
	previewItems,
	type Result,
	resultOf,
	writtenItems,
} from './results';
import { type UnorderedRow, withKeys } from './rows';

const CALLS: Record<WriteKind, WriteCall> = {
	create: createLeads,
	update: updateLeads,
	upsert: createOrUpdate,
};

/**
 * Writes a lead for each input item: parameters → rows → calls of 25 or 50 → the result of each row. A preview
 * ends before the calls that write.
 *
 * @throws NodeOperationError for input that cannot be used, before any call that writes, and NodeApiError
 * for leads that LeadSquared does not write, if the node stops at a failure; otherwise these become error items
 */
export async function writeLeads(run: Run, kind: WriteKind): Promise<INodeExecutionData[]> {
	const { context } = run;
	run.writes(failedFields({ kind, isPreview: false, hasSecond: false }));
	const mapping = readMapping(context, kind);
	const requests = readRequests(context, mapping);
	if (requests.length === 0) return [];
	const form = formOf(requests, kind);
	run.writes(failedFields(form));
	// A preview shows what is wrong with each item, and writes nothing that an error would have to prevent.
	const stopAtFailure = run.stopAtFailure && !form.isPreview;
	const errors = inputErrors({ context, stopAtFailure, isWriting: true }, requests);

	const maxWaitSeconds = requests.reduce(
		(max, { options }) => Math.max(max, options.maxWaitSeconds),
		0,
	);
	const client = await run.open(1000 * maxWaitSeconds, 'leads');
	const beganAt = client.clock.now();
	const settings = { mapping, kind, stopAtFailure };
	const { rows, columns, hints } = await prepareRows(run, client, requests, settings, errors);
	const cost = () => ({
		calls: client.account.traffic.calls,
		seconds: (client.clock.now() - beganAt) / 1000,
	});
	const warn = (line: string) => {
		for (const message of [...hints, limitHint(client.account.limitReport)]) {
			if (message) addHint(context, message, 'warning');
		}
		context.logger.info(logLine(context, line));
	};

	const onlyEmpty = new Set(
		requests.filter(({ options }) => options.overwrite === 'onlyEmpty').map(({ item }) => item),
	);
	let predictions: Map<UnorderedRow, Prediction> | undefined;
	if (form.isPreview || onlyEmpty.size > 0) {
		const planned = rows.map((row) => ({ row, onlyEmpty: onlyEmpty.has(row.item) }));
		const predicted = await predict(client, planned, kind, columns);
		if (!(predicted instanceof Map)) throw apiError(nodeOf(context), predicted);
		predictions = predicted;
	}
	if (form.isPreview) {
		const line = previewReceipt([...predictions!.values()], errors.length, cost());
		warn(line);
		addHint(context, line, 'info');
		return previewItems(run, predictions!, errors, form);
	}

	const toWrite: UnorderedRow[] = [];
	const results: Result[] = [];
	const foundBy = new Map<number, string | undefined>();
	for (const row of rows) {
		const prediction = onlyEmpty.has(row.item) ? predictions!.get(row) : undefined;
		const result = prediction && resultOf(row, prediction);
		if (result) results.push(result);
		else toWrite.push(prediction ? { ...row, ...prediction.content, second: undefined } : row);
		if (prediction && prediction.would !== 'fail') foundBy.set(row.item, prediction.foundBy);
	}
	if (!stopAtFailure || !results.some(isFailed)) {
		const written = await writeRows(context, client, CALLS[kind], toWrite, stopAtFailure);
		for (const result of written) {
			results.push({ ...result, foundBy: foundBy.get(result.row.item) });
		}
	}
	const statuses = results.map(({ status }) => status);
	const tally = countResults(statuses, errors.length);
	hints.push(sameLeadHint(itemsOfSameLeads(context, results)));
	const line = writeReceipt(tally, cost());
	warn(line);
	const failed = stopAtFailure && results.find(isFailed);
	if (failed) {
		const error = errorOf(context, failed, kind, tally);
		// Rows without a match value would create their leads again.
		const mustNotRepeat = results.some(
			({ content, status }) => content.searchBy === undefined && mayBeWritten(status),
		);
		throw mustNotRepeat ? run.final(error) : error;
	}
	addHint(context, line, tally.notKnown > 0 ? 'warning' : 'info');
	return writtenItems(run, results, errors, form);
}

/** If one item asks for a preview, nothing is written. */
function formOf(requests: WriteRequest[], kind: WriteKind): ItemForm {
	return {
		kind,
		isPreview: requests.some(({ options }) => options.preview),
		hasSecond: requests.some(({ options }) => options.secondMatch.trim() !== ''),
	};
}

const isFailed = ({ status }: Result): boolean => status.kind !== 'written';

/** @throws NodeOperationError if the execution is canceled, with the number of leads written */
async function writeRows(
	context: IExecuteFunctions,
	client: Client,
	call: WriteCall,
	rows: UnorderedRow[],
	stopAtFailure: boolean,
): Promise<Result[]> {
	const { memory } = client.account;
	const { maxWaitMs } = client;
	const { idSpelling } = memory;
	const writes = new Writes(withKeys(rows), { call, maxWaitMs, stopAtFailure, idSpelling });
	try {
		await runEngine<Batch, RowResult[]>(writes, client, {
			toRequest: ({ contents, ...options }) => call.request(contents, options),
			read: (body, { contents }) => call.read(body, contents),
		});
	} catch (error) {
		if (!context.getExecutionCancelSignal()?.aborted) throw asNodeError(nodeOf(context), error);
		throw canceled(context, describeProgress(countResults(writes.results.values(), 0)));
	}
	memory.idSpelling = writes.idSpelling;
	return Array.from(writes.results, ([row, status]) => ({
		row,
		content: writes.contentOf(row),
		status,
	}));
}
