import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
	MAX_OPPORTUNITIES_BY_ID,
	opportunitiesById,
	readOpportunitiesById,
} from '../../api/opportunities';
import { InvalidInput } from '../../base/invalidInput';
import type { ByIdsCall } from '../../fetch/byIdsCall';
import {
	makeRequests,
	notFoundOption,
	notFoundReader,
	optionsProperty,
	readLeadSettings,
} from '../../input/leadSettings';
import { readOpportunityIds } from '../../input/opportunityIds';
import { itemParameter, numberIn } from '../../input/readers';
import { MAX_ITEMS } from '../../run/leadItems';
import { LeadRun } from '../../run/leadRun';
import {
	countIds,
	distinctResults,
	emitById,
	fetchById,
	type IdRequest,
	isRepeated,
	stoppingError,
} from '../../run/leadsById';
import { columnsNotReturned } from '../../run/report';
import type { Run } from '../../run/run';
import type { Operation } from '../operation';
import { OPPORTUNITIES, typeOf } from './kind';
import { columns, opportunityType, SETTINGS } from './properties';

const PER_REQUEST = 'Opportunities per Request';

export const getByIds: Operation = {
	value: 'getByIds',
	name: 'Get by IDs',
	action: 'Get opportunities by IDs',
	description: 'Get any number of opportunities by their IDs',
	properties: [
		opportunityType,
		{
			displayName: 'Opportunity IDs',
			name: 'opportunityIds',
			type: 'string',
			typeOptions: { rows: 3 },
			required: true,
			default: '',
			placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
			description:
				'One or more opportunity IDs, separated by commas, spaces or new lines. An expression may return an ID or an array of IDs for each input item. The opportunities of all items are fetched together, 2,000 per call.',
		},
		columns,
		optionsProperty([
			{
				displayName: PER_REQUEST,
				name: 'leadsPerRequest',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MAX_OPPORTUNITIES_BY_ID, numberPrecision: 0 },
				default: MAX_OPPORTUNITIES_BY_ID,
				description:
					'The number of opportunities per call. A lower number can help if LeadSquared is slow with many columns.',
			},
			notFoundOption('opportunity'),
		]),
	],
	execute,
};

/**
 * Gets the opportunities of all input items: parameters → opportunities → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError for what
 * LeadSquared does not return, if the node stops at a failure; otherwise these become error items
 */
async function execute(execution: Run): Promise<INodeExecutionData[]> {
	const requests = readRequests(execution.context);
	if (requests.length === 0) return [];
	if (requests.every(({ ids, fault }) => ids.length === 0 && !fault)) throw NO_IDS;
	if (countIds(requests) > MAX_ITEMS) throw TOO_MANY;

	const run = await LeadRun.open(execution, requests, 'opportunity IDs', { kind: OPPORTUNITIES });
	const found = await fetchById(run, run.requests, ({ settings }) => callFor(typeOf(settings)));
	const results = distinctResults(found);
	const output = await run.output({
		asked: countIds(run.requests),
		leads: results.reduce((sum, { leads }) => sum + leads.size, 0),
		key: 'opportunity ID',
		stopping: stoppingError(run, results),
		columns: columnsNotReturned(results),
		hints: [],
		mayRepeat: isRepeated(run.requests, results),
	});
	for (const request of run.requests) {
		const { item, ids, settings } = request;
		if (ids.length > 0) emitById(run, request, found.get(settings)!, output);
		else output.addBlank(item, run.formOf(request), "'Opportunity IDs' is empty");
	}
	return run.finish(output);
}

function readRequests(context: IExecuteFunctions): IdRequest[] {
	const bounds = { min: 1, max: MAX_OPPORTUNITIES_BY_ID, whole: true };
	const options = {
		leadsPerRequest: numberIn(PER_REQUEST, bounds, undefined),
		notFound: notFoundReader(context, 'opportunity'),
	};
	const settings = readLeadSettings(context, options, SETTINGS);
	const idsAt = itemParameter(context, 'opportunityIds', readOpportunityIds);
	return makeRequests(settings, { ids: [] as string[] }, (item) => ({ ids: idsAt(item) }));
}

const callFor = (type: number): ByIdsCall => ({
	name: `opportunities ${type}`,
	request: (ids, asked) => opportunitiesById(type, ids, asked),
	read: readOpportunitiesById,
	usual: MAX_OPPORTUNITIES_BY_ID,
	mayTakeMore: false,
	sendsOthers: true,
});

const NO_IDS = new InvalidInput(
	"'Opportunity IDs' is empty: no input item has an opportunity ID",
	"Enter at least one opportunity ID, or drag the field that holds it into 'Opportunity IDs'.",
);

const TOO_MANY = new InvalidInput(
	'The run would return more than 1,000,000 items',
	'n8n cannot hold that many. Use fewer opportunity IDs at a time, with a Loop Over Items node before this one.',
);
