import type {
	INodeProperties,
	IExecuteFunctions,
	INodeExecutionData,
	NodeError,
} from 'n8n-workflow';
import { MAX_WAIT_OPTION } from '../../../input/readers';
import { readMapping, readParameters, rowMaker, type Mapping, type UpsertRequest } from './rows';
import { ID_COLUMN } from '../../../api/lead';
import type { Column } from '../../../api/metadata';
import { DEFAULT_MATCH } from '../../../api/standardColumns';
import { createOrUpdate, MOST_ROWS, readRowResults } from '../../../api/upsert';
import { drive } from '../../../fetch/engine';
import { apiError, asNodeError } from '../../../run/messages';
import { count } from '../../../base/text';
import { accountColumns } from '../../../columns/accountColumns';
import { commonHints, progressReporter } from '../../../run/report';
import { oneError, canceled, errorItem, withClient, type ItemError } from '../../../run/run';
import type { Client } from '../../../transport/client';
import type { Operation } from '../../operation';
import {
	leftOutHint,
	nothingYet,
	progressIn,
	statusOf,
	writeError,
	writeReceipt,
	type WriteTally,
} from './messages';
import { Writes, type Fate, type Row } from '../../../fetch/writes';

const properties: INodeProperties[] = [
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'resourceMapper',
		noDataExpression: true,
		required: true,
		default: { mappingMode: 'defineBelow', value: null, matchingColumns: [DEFAULT_MATCH] },
		description: 'The columns to write, and the one that tells whether the lead is there already',
		typeOptions: {
			resourceMapper: {
				resourceMapperMethod: 'getLeadFields',
				mode: 'upsert',
				fieldWords: { singular: 'column', plural: 'columns' },
				addAllFields: true,
				multiKeyMatch: false,
				supportAutoMap: true,
				matchingFieldsLabels: {
					title: 'Column to Match On',
					description:
						'A lead with this value is updated; where there is none, it is created. LeadSquared finds leads by email address, phone numbers, lead ID, and the columns that the account identifies leads by.',
					hint: 'Leads with this value are updated, others are created',
				},
			},
		},
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Empty Values',
				name: 'emptyValues',
				type: 'options',
				default: 'keep',
				description: 'What an empty value does to the column of a lead that is there already',
				options: [
					{ name: 'Clear', value: 'clear', description: 'Empty the column' },
					{ name: 'Keep', value: 'keep', description: 'Leave the column as it is' },
				],
			},
			MAX_WAIT_OPTION,
			{
				displayName: 'Trigger Automations',
				name: 'triggerAutomations',
				type: 'boolean',
				default: false,
				description:
					'Whether automations of the account, such as emails to new leads, run for what is written',
			},
			{
				displayName: 'Without a Match Value',
				name: 'withoutMatch',
				type: 'options',
				default: 'error',
				description: 'What to do with an input item whose column to match on is empty',
				options: [
					{
						name: 'Create',
						value: 'create',
						description:
							'Let LeadSquared look for its email address and phone number, and create the lead if neither is found; this can make a second lead of the same person',
					},
					{
						name: 'Throw Error',
						value: 'error',
						description: "Treat it as the input item's error",
					},
				],
			},
		],
	},
];

export const upsert: Operation = {
	value: 'upsert',
	name: 'Create or Update',
	// In the words that n8n's lint asks for.
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	// With "in LeadSquared" behind it, this is all that an AI model is told of the tool by default.
	action: 'Create or update a lead, which changes data',
	properties,
	execute,
};

/**
 * Writes a lead for each input item: parameters → rows → calls of 25 → what became of each.
 *
 * @throws NodeOperationError for input that cannot be used, before any call that writes, NodeApiError for
 * what LeadSquared does not write; where the node's On Error setting says to continue, these become items
 */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const mapping = readMapping(context);
	const requests = readParameters(context, mapping);
	if (requests.length === 0) return [];
	const goOn = context.continueOnFail();
	const errors = faultsOf(context, requests);
	if (errors.length > 0 && !goOn) throw cannotBeUsed(context, errors, requests);
	return await withClient(context, async (client) => {
		const beganAt = client.clock.now();
		const maxWaitMs = 1000 * Math.max(...requests.map(({ options }) => options.maxWaitSeconds));
		const fields = await accountColumns(client, { withChoices: true }, maxWaitMs);
		if (fields.kind !== 'ok') throw apiError(context.getNode(), fields);
		const { rows, leftOut } = rowsOf(context, requests, mapping, fields.value, errors);
		if (errors.length > 0 && !goOn) throw cannotBeUsed(context, errors, requests);
		const writes = new Writes(rows, { most: MOST_ROWS, maxWaitMs, stopAtFailure: !goOn });
		await writeAll(context, client, writes, maxWaitMs);
		const fates = writes.fatesSoFar;
		const tally = tallyOf(fates.values(), errors.length);
		const hint = leftOutHint(leftOut);
		const none = { unknown: [], absent: [] };
		for (const message of [...(hint ? [hint] : []), ...commonHints(none, client.account.told)]) {
			context.addExecutionHints({ message, location: 'outputPane', type: 'warning' });
		}
		const seconds = (client.clock.now() - beganAt) / 1000;
		const line = writeReceipt(tally, client.account.traffic.calls, seconds);
		context.logger.info(`LeadSquared: ${line.message}`, { node: context.getNode().name });
		const failed = goOn ? undefined : firstFailed(fates);
		if (failed) throw writeError(context.getNode(), ...failed, tally);
		context.addExecutionHints(line);
		return itemsOf(context, requests, fates, errors);
	});
}

function faultsOf(context: IExecuteFunctions, requests: UpsertRequest[]): ItemError[] {
	const node = context.getNode();
	return requests.flatMap(({ item, fault }) =>
		fault ? [{ item, error: asNodeError(node, fault, item) }] : [],
	);
}

const cannotBeUsed = (
	context: IExecuteFunctions,
	errors: ItemError[],
	{ length }: UpsertRequest[],
): NodeError =>
	oneError(
		context,
		errors,
		(those) => `${count(those)} of ${count(length)} input items cannot be used`,
	);

/** The rows of the items that can be used; what is wrong with the others goes to the errors. */
function rowsOf(
	context: IExecuteFunctions,
	requests: UpsertRequest[],
	mapping: Mapping,
	fields: Column[],
	errors: ItemError[],
): { rows: Row[]; leftOut: ReadonlySet<string> } {
	const maker = rowMaker(mapping, fields, context.getTimezone());
	const rows: Row[] = [];
	for (const request of requests) {
		if (request.fault) continue;
		try {
			rows.push(maker.row(request));
		} catch (fault) {
			const { item } = request;
			errors.push({ item, error: asNodeError(context.getNode(), fault, item) });
		}
	}
	return { rows, leftOut: maker.leftOut };
}

/** @throws NodeOperationError if the execution is cancelled: it says what had been written */
async function writeAll(
	context: IExecuteFunctions,
	client: Client,
	writes: Writes,
	maxWaitMs: number,
): Promise<void> {
	try {
		await drive(writes, {
			ask: async ({ rows, triggersAutomations }, onStart) =>
				await client.call(
					createOrUpdate(rows, triggersAutomations),
					readRowResults,
					maxWaitMs,
					onStart,
				),
			atOnce: client.callsAtOnce,
			clock: client.clock,
			signal: client.signal,
			onProgress: progressReporter(context, client.clock, 'leads'),
			shouldStop: () => false,
		});
	} catch (error) {
		if (!context.getExecutionCancelSignal()?.aborted) throw asNodeError(context.getNode(), error);
		throw canceled(context, progressIn(tallyOf(writes.fatesSoFar.values(), 0)));
	}
}

function tallyOf(fates: Iterable<Fate>, failed: number): WriteTally {
	const tally = { ...nothingYet(), failed };
	for (const fate of fates) {
		if (fate.kind === 'written') tally[statusOf(fate)]++;
		else if (fate.kind === 'notKnown') tally.notKnown++;
		else tally.failed++;
	}
	return tally;
}

function firstFailed(fates: Map<Row, Fate>): [Row, Exclude<Fate, { kind: 'written' }>] | undefined {
	for (const [row, fate] of fates) if (fate.kind !== 'written') return [row, fate];
	return undefined;
}

/** An item for each input item, in its place. */
function itemsOf(
	context: IExecuteFunctions,
	requests: UpsertRequest[],
	fates: Map<Row, Fate>,
	errors: ItemError[],
): INodeExecutionData[] {
	const node = context.getNode();
	const items = new Map<number, INodeExecutionData>();
	for (const { item, error } of errors) items.set(item, errorItem(item, error));
	for (const [row, fate] of fates) {
		const { item } = row;
		if (fate.kind !== 'written') {
			items.set(item, errorItem(item, writeError(node, row, fate)));
			continue;
		}
		const { id = null, isCreated = null } = fate;
		const json = { [ID_COLUMN]: id, created: isCreated, status: statusOf(fate) };
		items.set(item, { json, pairedItem: { item } });
	}
	const inPlace = requests.map(({ item }) => items.get(item)!);
	// n8n takes an error in the first item for one of the whole node, and under Retry On Fail runs it
	// again: that would write everything twice.
	const isError = ({ json }: INodeExecutionData) => typeof json.error === 'string';
	if (!node.retryOnFail || !isError(inPlace[0])) return inPlace;
	return [...inPlace.filter((item) => !isError(item)), ...inPlace.filter(isError)];
}
