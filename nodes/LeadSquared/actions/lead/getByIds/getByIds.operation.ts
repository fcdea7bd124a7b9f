import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { MOST_LEADS_PER_PAGE, USUAL_LEADS_PER_PAGE } from '../../../api/leads';
import { fetchLeads } from '../../../shared/fetchLeads';
import { emitByIds, isRepeated, stoppingError } from '../../../shared/leads/emitByIds';
import { columnsThatDidNotCome } from '../../../shared/leads/accountColumns';
import { type Brought, giveLeads, type Job } from '../../../shared/leads/giveLeads';
import {
	columnsProperty,
	NOT_FOUND_OPTION,
	optionsProperty,
} from '../../../shared/leads/properties';
import { makePlan } from '../../../shared/leads/plan';
import type { Operation } from '../../operation';
import { hintsOf } from './hints';
import { type ItemRequest, nothingToAsk, readParameters } from './parameters';
import { tallyOf } from './tally';

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
	const requests = readParameters(context);
	if (requests.length === 0) return [];
	const nothing = nothingToAsk(context, requests);
	if (nothing) throw nothing;
	return await giveLeads(context, requests, {
		bring: async (job) => await bring(context, job),
		isUsable: ({ ids, fault }) => ids.length > 0 || !fault,
		unit: 'lead IDs',
	});
}

async function bring(
	context: IExecuteFunctions,
	{ client, requests, metadata, stopAtFailure, onProgress }: Job<ItemRequest>,
): Promise<Brought> {
	const plan = makePlan(requests, metadata);
	const results = await fetchLeads(client, plan.fetches, { stopAtFailure, onProgress });
	return {
		stopping: stoppingError(context, results),
		columns: columnsThatDidNotCome(results),
		hints: hintsOf(plan, results),
		tally: tallyOf(plan, results),
		mayRepeat: isRepeated(plan.items, results),
		emit(to) {
			for (const planned of plan.items) {
				if (planned.ids.length === 0) to.addNotFound(planned, null, "'Lead IDs' is empty");
				else emitByIds(context, planned, results[planned.fetch], to);
			}
		},
	};
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
		// n8n's editor then asks for the list again once something is entered there: by then a new node
		// has its credential. Not 'leadIds': where that is an expression that the editor cannot evaluate
		// yet, n8n would show "Error fetching options".
		columnsProperty('leadIds.length'),
		optionsProperty([
			{
				displayName: 'Leads per Request',
				name: 'leadsPerRequest',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MOST_LEADS_PER_PAGE, numberPrecision: 0 },
				default: USUAL_LEADS_PER_PAGE,
				description:
					'How many leads to ask for in one call. Without this option it is 1,000, or more where the account takes more and that saves time. Fewer may help if LeadSquared is slow with many columns.',
			},
			NOT_FOUND_OPTION,
		]),
	];
}
