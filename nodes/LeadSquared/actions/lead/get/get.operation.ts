import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { type LeadReader, leadReader } from '../../../api/lead';
import { apiError, asNodeError } from '../../../shared/errors';
import { fetchLeads } from '../../../shared/fetchLeads';
import { columnsThatDidNotCome } from '../../../shared/leads/accountColumns';
import { emitByIds, isRepeated, stoppingError } from '../../../shared/leads/emitByIds';
import { type Brought, giveLeads, type Job } from '../../../shared/leads/giveLeads';
import type { LeadItems } from '../../../shared/leads/leadItems';
import { summing } from '../../../shared/progress';
import { InvalidInput } from '../../../transport/invalidInput';
import type { Failed } from '../../../transport/outcome';
import type { Operation } from '../../operation';
import { lookUpAll } from './lookUpAll';
import { type LeadKeyRequest, readParameters } from './parameters';
import { planOf, type PlannedLead } from './plan';
import { properties } from './properties';
import { tallyOf } from './tally';

export const get: Operation = {
	value: 'get',
	name: 'Get',
	description: 'Get one lead for each input item, by its ID, email address or phone number',
	// With "in LeadSquared" behind it, this is all that an AI model is told of the tool by default.
	action: 'Get a lead by ID, email address or phone number',
	properties,
	execute,
};

const NOTHING_TO_ASK = new InvalidInput(
	"'Lead' is empty: no input item names a lead",
	"Choose a lead, or drag the field that holds its ID, email address or phone number into 'Lead'.",
);

/**
 * Gets a lead for each input item: parameters → look-ups → what they lack, by id → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, NodeApiError for what
 * LeadSquared does not give; where the node's On Error setting says to continue, these become items
 */
async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const requests = readParameters(context);
	if (requests.length === 0) return [];
	if (requests.every(({ key, fault }) => !key && !fault)) throw NOTHING_TO_ASK;
	return await giveLeads(context, requests, {
		bring: async (job) => await bring(context, job),
		unit: 'leads',
	});
}

async function bring(
	context: IExecuteFunctions,
	{ client, requests, metadata, stopAtFailure, onProgress }: Job<LeadKeyRequest>,
): Promise<Brought> {
	const node = context.getNode();
	const readers = new Map<string[], LeadReader>();
	const progressOf = summing(onProgress);
	const lookUps = await lookUpAll(client, requests, { stopAtFailure, onProgress: progressOf(0) });
	const looked = [...lookUps.values()];
	const failed = looked.find(({ result }) => result && 'failure' in result);
	const isOver = stopAtFailure && failed !== undefined;
	const plan = planOf(isOver ? [] : requests, lookUps, metadata);
	const results = await fetchLeads(client, plan.byIds.fetches, {
		stopAtFailure,
		onProgress: progressOf(1),
	});
	return {
		stopping: failed
			? apiError(node, (failed.result as { failure: Failed }).failure, 'request', {
					itemIndex: failed.requests[0].item,
					fetched: looked.filter(({ result }) => result && 'row' in result).length,
				})
			: stoppingError(context, results),
		columns: columnsThatDidNotCome(results),
		hints: [],
		tally: tallyOf(plan, results),
		mayRepeat:
			looked.some(({ requests: some }) => some.length > 1) || isRepeated(plan.byIds.items, results),
		emit(to) {
			for (const planned of plan.leads) emitOne(planned, to);
		},
	};

	function readerOf(columns: string[]): LeadReader {
		const reader = readers.get(columns) ?? leadReader(columns, { dropOthers: true });
		readers.set(columns, reader);
		return reader;
	}

	function emitOne({ form, key, result, byId }: PlannedLead, to: LeadItems): void {
		const { item } = form;
		if (byId) emitByIds(context, byId, results[byId.fetch], to);
		else if (!key) to.addNotFound(form, null, "'Lead' is empty");
		else if (!result) return;
		else if ('row' in result) {
			to.addLead(form, readerOf(form.columns).read(result.row));
		} else if ('failure' in result) {
			to.addError(item, apiError(node, result.failure, 'request', { itemIndex: item }));
		} else if ('fault' in result) to.addError(item, asNodeError(node, result.fault, item));
		else
			to.addNotFound(form, null, `LeadSquared has no lead with the ${WORDS[key.by]} ${key.text}`);
	}
}

const WORDS = { id: 'ID', email: 'email address', phone: 'phone number', words: 'name' };
