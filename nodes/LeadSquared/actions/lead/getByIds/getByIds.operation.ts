import {
	updateDisplayOptions,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeProperties,
	type INodePropertyOptions,
} from 'n8n-workflow';
import { retrieve } from '../../../shared/fetchLeads';
import { progressReporter } from '../../../shared/progress';
import { withClient } from '../../../shared/withClient';
import { emit } from './emit';
import { hintsOf } from './hints';
import { LEADS_PER_REQUEST, MAX_WAIT_SECONDS, MOST_LEADS_PER_REQUEST, readInputs } from './inputs';

export const option: INodePropertyOptions = {
	name: 'Get Leads by IDs',
	value: 'getByIds',
	description:
		'Get one or more leads by their lead IDs: one item for each lead, with the columns that you choose',
	// With "in LeadSquared" behind it, this is all that an AI model is told of the tool by default.
	action: 'Get leads by lead ID',
};

export const properties: INodeProperties[] = updateDisplayOptions(
	{ show: { resource: ['lead'], operation: ['getByIds'] } },
	[
		{
			displayName: 'Lead IDs',
			name: 'leadIds',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
			description:
				'One or more lead IDs (LeadSquared calls them Prospect ID), each like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, separated by commas, spaces or new lines. With an expression, each input item gives its own ID, or an array of IDs. All items are fetched together in few calls.',
		},
		{
			displayName: 'Column Names or IDs',
			name: 'columns',
			type: 'multiOptions',
			typeOptions: { loadOptionsMethod: 'getLeadColumns' },
			default: ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'],
			description:
				'The columns to get for each lead; the lead ID always comes along. An AI model that has the node as a tool reads them all, so choose few for it. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add option',
			default: {},
			options: [
				{
					displayName: 'Additional Columns',
					name: 'additionalColumns',
					type: 'string',
					default: '',
					placeholder: 'e.g. OwnerIdName, mx_Region',
					description: 'Schema names of columns that the list does not show, separated by commas',
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
					displayName: 'Leads per Request',
					name: 'leadsPerRequest',
					type: 'number',
					typeOptions: { minValue: 1, maxValue: MOST_LEADS_PER_REQUEST, numberPrecision: 0 },
					default: LEADS_PER_REQUEST,
					description:
						'How many leads to ask for in one call. Fewer may help if LeadSquared is slow with many columns.',
				},
				{
					displayName: 'Max Wait (Seconds)',
					name: 'maxWaitSeconds',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: MAX_WAIT_SECONDS,
					description:
						'How long one call may go on being turned away or failing before it counts as failed',
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
	],
);

/**
 * Gets the leads of all input items: reads the parameters, fetches every distinct id once, and
 * emits the leads in the order in which they were asked for.
 *
 * @throws NodeOperationError for input that cannot be used, NodeApiError for what LeadSquared does
 * not give; where the node's On Error setting says to continue, these become items instead
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await withClient(context, async (client) => {
		const { inputs, groups } = await readInputs(context, client);
		const stopAtFailure = !context.continueOnFail();
		const onAnswer = progressReporter(context, client.clock, groups);
		const fetching = groups.map(async ({ retrieval, columns, maxWaitMs }) => {
			await retrieve(client, retrieval, { columns, maxWaitMs, stopAtFailure, onAnswer });
		});
		await Promise.all(fetching).catch((error) => {
			// The group that failed has stopped the others: not their end is told, but what failed.
			if (!groups.some(({ retrieval }) => retrieval.firstFailure)) throw error;
		});
		const hints = hintsOf(inputs, groups, client.account.told);
		if (hints.length > 0) context.addExecutionHints(...hints);
		return emit(context, inputs, groups);
	});
}
