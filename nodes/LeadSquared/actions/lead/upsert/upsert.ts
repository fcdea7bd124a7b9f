import {
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
} from 'n8n-workflow';
import { idKey } from '../../../api/leadId';
import { ID_COLUMN } from '../../../api/leads';
import { DEFAULT_MATCH } from '../../../api/standardColumns';
import { createOrUpdate, MAX_ROWS, readRowResults, type RowResult } from '../../../api/upsert';
import type { UserFinder } from '../../../columns/users';
import { accountColumns } from '../../../columns/accountColumns';
import { type EngineCall, runEngine } from '../../../fetch/engine';
import { type Batch, type RowStatus, type Row, Writes } from '../../../fetch/writes';
import { apiError, asNodeError, NO_COLUMNS_SEEN } from '../../../run/messages';
import { addHint, limitHint, logLine } from '../../../run/report';
import { inputErrors, type ItemError, itemName, unusableInput } from '../../../run/itemErrors';
import { itemsInPlace } from '../../../run/items';
import { canceled, type Run } from '../../../run/run';
import { fetchUsers } from '../../../run/users';
import type { Client } from '../../../transport/client';
import type { FaultKind } from '../../../transport/outcome';
import type { Operation } from '../../operation';
import { DATE_FORMAT_OPTION } from '../../../input/moments';
import { writeOptions } from '../../properties';
import { asStored } from './phones';
import {
	ignoredHint,
	emptyTally,
	describeProgress,
	NUMBERS_NOT_LOOKED_UP,
	readingHints,
	sameLeadHint,
	statusOf,
	writeError,
	writeReceipt,
	type WriteTally,
} from './messages';
import { readMapping, readRequests, type UpsertRequest } from './parameters';
import { type RowMaker, rowMaker, type UnorderedRow, withKeys } from './rows';

const properties: INodeProperties[] = [
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'resourceMapper',
		noDataExpression: true,
		required: true,
		default: { mappingMode: 'defineBelow', value: null, matchingColumns: [DEFAULT_MATCH] },
		description: 'The columns to write, and the one that identifies an existing lead',
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getLeadFields',
				mode: 'upsert',
				fieldWords: { singular: 'column', plural: 'columns' },
				addAllFields: false,
				noFieldsError: "Your account's columns are missing. Choose a credential above, then click",
				multiKeyMatch: false,
				supportAutoMap: true,
				matchingFieldsLabels: {
					title: 'Column to Match On',
					description:
						'If a lead has this value, it is updated; otherwise one is created. LeadSquared can match on the email address, phone numbers, the lead ID, and the columns that your account treats as unique.',
					hint: 'If a lead has this value, it is updated; otherwise one is created. With the lead ID, leads are only updated.',
				},
			},
		},
	},
	writeOptions(
		DATE_FORMAT_OPTION,
		{
			displayName: 'Empty Values',
			name: 'emptyValues',
			type: 'options',
			default: 'keep',
			description: 'What an empty value does to the column of an existing lead',
			options: [
				{ name: 'Clear', value: 'clear', description: 'Empty the column' },
				{ name: 'Keep', value: 'keep', description: 'Leave the column as it is' },
			],
		},
		{
			displayName: 'Trigger Automations',
			name: 'triggerAutomations',
			type: 'boolean',
			default: false,
			description:
				'Whether to run the automations of your account, such as a welcome email to new leads',
		},
		{
			displayName: 'Without a Match Value',
			name: 'withoutMatch',
			type: 'options',
			default: 'error',
			description: 'What to do if the column to match on is empty',
			options: [
				{
					name: 'Create',
					value: 'create',
					description:
						'Let LeadSquared look for the email address and phone number, and create a lead if neither is found; this can create a duplicate',
				},
				{
					name: 'Throw Error',
					value: 'error',
					description: 'Fail this item',
				},
			],
		},
	),
];

export const upsert: Operation = {
	value: 'upsert',
	name: 'Create or Update',
	// In the words that n8n's lint requires.
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	action: 'Create or update a lead',
	properties,
	execute,
};

/**
 * Writes a lead for each input item: parameters → rows → calls of 25 → the result of each row.
 *
 * @throws NodeOperationError for input that cannot be used, before any call that writes, and NodeApiError
 * for leads that LeadSquared does not write, if the node stops at a failure; otherwise these become error items
 */
async function execute(run: Run): Promise<INodeExecutionData[]> {
	const { context } = run;
	run.writes({ [ID_COLUMN]: null, created: null, status: 'failed' });
	const mapping = readMapping(context);
	const requests = readRequests(context, mapping);
	if (requests.length === 0) return [];
	const errors = inputErrors(run, requests);

	const maxWaitSeconds = requests.reduce(
		(max, { options }) => Math.max(max, options.maxWaitSeconds),
		0,
	);
	const maxWaitMs = 1000 * maxWaitSeconds;
	const client = await run.open(maxWaitMs, 'leads');
	const beganAt = client.clock.now();
	const fields = await accountColumns(client, { withChoices: true });
	if (fields.kind !== 'ok') throw apiError(context.getNode(), fields);
	// Without types, dates and choices would be written unread.
	if (fields.value.length === 0) throw NO_COLUMNS_SEEN;
	const maker = rowMaker(mapping, fields.value, context.getTimezone());
	const findUser = maker.needsUsers(requests) ? await fetchUsers(client) : undefined;
	const { ignored, readings, phoneColumn } = maker;
	const rows = makeRows(context, requests, { maker, findUser }, errors);
	if (errors.length > 0 && client.stopAtFailure) throw unusableInput(context, errors, true);
	const stored = phoneColumn ? await asStored(client, rows, phoneColumn) : { rows };
	if (stored.failure && !REFUSALS.includes(stored.failure.kind)) {
		throw apiError(context.getNode(), stored.failure);
	}
	const writes = new Writes(withKeys(stored.rows), {
		maxRows: MAX_ROWS,
		maxWaitMs,
		stopAtFailure: client.stopAtFailure,
		idSpelling: client.account.memory.idSpelling,
	});
	await writeAll(context, client, writes);
	client.account.memory.idSpelling = writes.idSpelling;

	const results = writes.results;
	const tally = countResults(results.values(), errors.length);
	const { limitReport, traffic } = client.account;
	const warnings = [
		ignoredHint(ignored, fields.value),
		...readingHints(readings),
		sameLeadHint(itemsOfSameLeads(context, results)),
		stored.failure && NUMBERS_NOT_LOOKED_UP,
		limitHint(limitReport),
	];
	for (const message of warnings) {
		if (message) addHint(context, message, 'warning');
	}
	const seconds = (client.clock.now() - beganAt) / 1000;
	const line = writeReceipt(tally, traffic.calls, seconds);
	context.logger.info(logLine(context, line));
	const failed = client.stopAtFailure ? firstFailed(results) : undefined;
	if (failed) throw writeError(context.getNode(), ...failed, tally);
	addHint(context, line, tally.notKnown > 0 ? 'warning' : 'info');
	return toItems(run, results, errors);
}

/** Makes the rows of the items that can be used, and adds the errors of the others. */
function makeRows(
	context: IExecuteFunctions,
	requests: UpsertRequest[],
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

/** The failures of an account that does not search by a column. */
const REFUSALS: FaultKind[] = ['invalidRequest', 'noEndpoint'];

const CALL: EngineCall<Batch, RowResult[]> = {
	toRequest: ({ rows, ...options }) => createOrUpdate(rows, options),
	read: readRowResults,
};

/** @throws NodeOperationError if the execution is canceled, with the number of leads written */
async function writeAll(context: IExecuteFunctions, client: Client, writes: Writes): Promise<void> {
	try {
		await runEngine(writes, client, CALL);
	} catch (error) {
		if (!context.getExecutionCancelSignal()?.aborted) throw asNodeError(context.getNode(), error);
		throw canceled(context, describeProgress(countResults(writes.results.values(), 0)));
	}
}

function countResults(results: Iterable<RowStatus>, failed: number): WriteTally {
	const tally = { ...emptyTally(), failed };
	for (const result of results) {
		if (result.kind === 'written') tally[statusOf(result)]++;
		else if (result.kind === 'notKnown') tally.notKnown++;
		else tally.failed++;
	}
	return tally;
}

function firstFailed(
	results: Map<Row, RowStatus>,
): [Row, Exclude<RowStatus, { kind: 'written' }>] | undefined {
	for (const [row, result] of results) if (result.kind !== 'written') return [row, result];
	return undefined;
}

/** The names of the input items of each lead that has several. */
function itemsOfSameLeads(context: IExecuteFunctions, results: Map<Row, RowStatus>): string[][] {
	const items = new Map<string, number[]>();
	for (const [{ item }, result] of results) {
		if (result.kind !== 'written' || result.id === undefined) continue;
		const key = idKey(result.id);
		const same = items.get(key);
		if (same) same.push(item);
		else items.set(key, [item]);
	}
	return [...items.values()]
		.filter(({ length }) => length > 1)
		.map((those) => those.sort((a, b) => a - b).map((item) => itemName(context, item)));
}

function toItems(
	run: Run,
	results: Map<Row, RowStatus>,
	errors: ItemError[],
): INodeExecutionData[] {
	const node = run.context.getNode();
	const items = new Map<number, INodeExecutionData>();
	for (const { item, error } of errors) items.set(item, run.errorItem(item, error));
	for (const [row, result] of results) {
		const { item } = row;
		if (result.kind !== 'written') {
			items.set(item, run.errorItem(item, writeError(node, row, result)));
			continue;
		}
		const { id = null, isCreated = null } = result;
		const json = { [ID_COLUMN]: id, created: isCreated, status: statusOf(result) };
		items.set(item, run.writtenItem(item, json));
	}
	return itemsInPlace(run.context, items);
}
