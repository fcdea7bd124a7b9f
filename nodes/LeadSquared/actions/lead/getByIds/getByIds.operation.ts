import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { MOST_LEADS_PER_PAGE, USUAL_LEADS_PER_PAGE } from '../../../api/leads';
import { asNodeError } from '../../../shared/errors';
import { type Fetched, fetchLeads } from '../../../shared/fetchLeads';
import { fieldsOfErrorItem } from '../../../shared/inputFields';
import { count } from '../../../shared/inWords';
import { progressReporter } from '../../../shared/progress';
import { fetchWebAddress, type WebAddress } from '../../../shared/webAddress';
import { withClient } from '../../../shared/withClient';
import type { Client } from '../../../transport/client';
import type { Operation } from '../../operation';
import { columnsForHints, readMetadata, withSchemaNames } from './accountColumns';
import { emit, type ItemError, stoppingError, withErrorItems } from './emit';
import { hintsOf } from './hints';
import { oneError } from './oneError';
import { type ItemRequest, MAX_WAIT_SECONDS, nothingToAsk, readParameters } from './parameters';
import { makePlan, type Plan } from './plan';
import { logLine, receipt, type Tally, tallyOf } from './receipt';

export const getByIds: Operation = {
	value: 'getByIds',
	name: 'Get Leads by IDs',
	description:
		'Get one or more leads by their lead IDs: one item for each lead, with the columns that you choose',
	// With "in LeadSquared" behind it, this is all that an AI model is told of the tool by default.
	action: 'Get leads by lead ID',
	properties: properties(),
	execute,
};

/**
 * Gets the leads of all input items: parameters → plan → results → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, NodeApiError for what
 * LeadSquared does not give; where the node's On Error setting says to continue, these become items
 */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const requests = readParameters(context);
	if (requests.length === 0) return [];
	const nothing = nothingToAsk(context, requests);
	if (nothing) throw nothing;
	const errors = inputErrors(context, requests);
	if (errors.length > 0 && !goOn) {
		throw oneError(context, errors, cannotBeUsed(requests));
	}
	return await withClient(context, async (client) => {
		const beganAt = client.clock.now();
		const { metadata, failed } = await readMetadata(context, client, requests);
		if (failed.length > 0 && !goOn) throw failed[0].error;
		const { named, unclear } = withSchemaNames(context, requests, metadata);
		if (unclear.length > 0 && !goOn) throw oneError(context, unclear, cannotBeUsed(requests));
		for (const one of [...failed, ...unclear]) errors.push(one);
		const without = new Set([...failed, ...unclear].map(({ item }) => item));
		const plan = makePlan(
			named.filter(({ item, ids, fault }) => (ids.length > 0 || !fault) && !without.has(item)),
			metadata,
		);
		const results = await fetchLeads(client, plan.fetches, {
			stopAtFailure: !goOn,
			onProgress: progressReporter(context, client.clock),
		});
		const stopping = goOn ? undefined : stoppingError(context, results);
		const address = stopping ? undefined : await addressFor(client, plan, results);
		const hints = hintsOf(plan, results, client.account.told, {
			address,
			// After a failure that ends the run, the client makes no more calls.
			columns: stopping ? metadata : await columnsForHints(context, client, metadata, results),
		});
		if (hints.length > 0) context.addExecutionHints(...hints);
		const { name } = context.getNode();
		const tally: Tally = {
			...tallyOf(plan, results),
			traffic: client.account.traffic,
			refusedCalls: client.account.told.refusedCalls,
			seconds: (client.clock.now() - beganAt) / 1000,
		};
		context.logger.info(logLine(tally), { node: name });
		if (stopping) throw stopping;
		const { items, errors: ofLeads } = emit(context, plan, results, address);
		if (ofLeads.length > 0 && !goOn) {
			throw oneError(context, ofLeads, (those) => `${count(those)} leads were not found`);
		}
		const told = receipt(tally, errors.length + ofLeads.length);
		if (told) context.addExecutionHints(told);
		const wanting = new Set(
			requests.filter(({ options }) => options.includeInputFields).map(({ item }) => item),
		);
		return withErrorItems(items, [...errors, ...ofLeads], (item) =>
			fieldsOfErrorItem(context, item, wanting.has(item)),
		);
	});
}

const cannotBeUsed = (requests: ItemRequest[]) => (those: number) =>
	`${count(those)} of ${count(requests.length)} input items cannot be used`;

function inputErrors(context: IExecuteFunctions, requests: ItemRequest[]): ItemError[] {
	const node = context.getNode();
	return requests.flatMap(({ item, fault }) =>
		fault ? [{ item, error: asNodeError(node, fault, item) }] : [],
	);
}

/** The account's web address, only if a lead that came wants it. */
async function addressFor(
	client: Client,
	{ items, fetches }: Plan,
	results: Fetched[],
): Promise<WebAddress | undefined> {
	const wants = items.find(({ addLeadUrl, fetch }) => addLeadUrl && results[fetch].leads.size > 0);
	return wants && (await fetchWebAddress(client, fetches[wants.fetch].maxWaitMs));
}

function properties(): INodeProperties[] {
	return [
		{
			displayName: 'Lead IDs',
			name: 'leadIds',
			type: 'string',
			typeOptions: { rows: 3 },
			required: true,
			default: '',
			placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
			description:
				'One or more lead IDs (LeadSquared calls them Prospect ID), each like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, separated by commas, spaces or new lines. With an expression, each input item gives its own ID, or an array of IDs. The IDs of all items are fetched together, 1,000 or more in one call.',
		},
		{
			displayName: 'Column Names or IDs',
			name: 'columns',
			type: 'multiOptions',
			typeOptions: {
				loadOptionsMethod: 'getLeadColumns',
				// n8n's editor then asks for the list again once something is entered there: by then a new
				// node has its credential. Not 'leadIds': where that is an expression that the editor cannot
				// evaluate yet, n8n would show "Error fetching options".
				loadOptionsDependsOn: ['leadIds.length'],
			},
			default: ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'],
			description:
				'The columns to get for each lead; the lead ID is always included. As an AI tool: the model reads every column, so choose only what it needs. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Add Lead URL',
					name: 'addLeadUrl',
					type: 'boolean',
					default: false,
					description:
						'Whether to add LeadURL, which opens the lead in LeadSquared. The node asks LeadSquared once for the address of the account.',
				},
				{
					displayName: 'Additional Columns',
					name: 'additionalColumns',
					type: 'string',
					default: '',
					placeholder: 'e.g. OwnerIdName, mx_Region',
					description:
						'Schema names or labels of columns that the list does not show, separated by commas',
				},
				{
					displayName: 'Convert Types',
					name: 'convertTypes',
					type: 'boolean',
					default: false,
					description:
						'Whether to turn numbers, booleans and dates (UTC, ISO 8601) into their real types. LeadSquared sends everything as text.',
				},
				{
					displayName: 'Field Names',
					name: 'fieldNames',
					type: 'options',
					default: 'schemaName',
					description: 'How the columns are called in the output',
					options: [
						{
							name: 'Display Name',
							value: 'displayName',
							description: 'As people see them in LeadSquared, e.g. First Name',
						},
						{
							name: 'Schema Name',
							value: 'schemaName',
							description: 'As the API calls them, e.g. FirstName; they never change',
						},
					],
				},
				{
					displayName: 'Include Input Fields',
					name: 'includeInputFields',
					type: 'boolean',
					default: false,
					description:
						'Whether each output item also has the fields of its input item. Where both have a field of the same name, it is the lead that counts.',
				},
				{
					displayName: 'Leads per Request',
					name: 'leadsPerRequest',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: MOST_LEADS_PER_PAGE, numberPrecision: 0 },
					default: USUAL_LEADS_PER_PAGE,
					description:
						'How many leads to ask for in one call. Without this option it is 1,000, or more where the account takes more and that saves time. Fewer may help if LeadSquared is slow with many columns.',
				},
				{
					displayName: 'Max Wait (Seconds)',
					name: 'maxWaitSeconds',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: MAX_WAIT_SECONDS,
					description:
						'How long to keep retrying a call that LeadSquared rejects or does not answer. Waiting for the rate limit does not count.',
				},
				{
					displayName: 'When a Lead Is Not Found',
					name: 'notFound',
					type: 'options',
					default: 'skip',
					description:
						'What to do with an ID that the account does not have. An AI tool does Include where this is not set, since a model sees no hints.',
					options: [
						{
							name: 'Include',
							value: 'include',
							description: 'Output an item with the lead ID and "found": false in its place',
						},
						{
							name: 'Skip',
							value: 'skip',
							description: 'Leave it out and say so in a hint',
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
}
