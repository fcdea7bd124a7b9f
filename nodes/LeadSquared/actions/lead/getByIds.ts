import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { MOST_LEADS_PER_PAGE, USUAL_LEADS_PER_PAGE } from '../../api/leads';
import { fetchLeads } from '../../fetch/byIds';
import {
	emitByIds,
	isRepeated,
	stoppingError,
	makePlan,
	type Plan,
	type IdOptions,
} from '../../run/leadsById';
import { columnsThatDidNotCome, giveLeads, type Brought, type Job } from '../../run/leadRun';
import {
	columnsProperty,
	NOT_FOUND_OPTION,
	optionsProperty,
	notFoundReader,
	requestReader,
	type LeadOptions,
	type LeadRequest,
} from '../../input/leadSettings';
import type { Operation } from '../operation';
import { ID_COLUMN } from '../../api/lead';
import type { Results } from '../../fetch/types';
import { count, firstFew, shorten } from '../../base/text';
import { itemParameter, numberIn } from '../../input/readers';
import { findLeadIds } from '../../input/leadIds/findLeadIds';
import { MOST_ITEMS, MOST_REPEATED, tooMuchRepeated } from '../../run/leadItems';
import { InvalidInput } from '../../base/invalidInput';
import { idKey } from '../../api/leadId';

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

/** What one input item asks for. It may have neither ids nor a fault: a blank cell. */
export interface ItemRequest extends LeadRequest {
	/** Each once, as spelled, in the order given. */
	ids: string[];
	options: LeadOptions & IdOptions;
}

/**
 * Reads the parameters of every input item. No call is made.
 *
 * @throws InvalidInput if there would be more output items than n8n can hold
 */
export function readParameters(context: IExecuteFunctions): ItemRequest[] {
	const idsOf = itemParameter(context, 'leadIds', findLeadIds);
	const read = requestReader(context, {
		readers: {
			leadsPerRequest: numberIn(
				'Leads per Request',
				{ min: 1, max: MOST_LEADS_PER_PAGE, whole: true },
				undefined,
			),
			notFound: notFoundReader(context),
		},
		read(item) {
			const { ids, leftOver } = idsOf(item);
			const fault = leftOver.length > 0 ? notLeadIds(leftOver, ids.length) : undefined;
			return { ids, fault };
		},
		nothing: { ids: [] as string[] },
	});
	const requests: ItemRequest[] = [];
	let leads = 0;
	let repeated = 0;
	for (const [item, { json }] of context.getInputData().entries()) {
		const request = read(item);
		const { ids, options } = request;
		requests.push(request);
		leads += ids.length;
		// While they are read, since the lists alone could fill the memory.
		if (leads > MOST_ITEMS) throw tooManyItems(requests);
		if (options.includeInputFields && ids.length > 1) {
			repeated += ids.length * JSON.stringify(json).length;
			if (repeated > MOST_REPEATED) throw TOO_MUCH_REPEATED;
		}
	}
	return requests;
}

const TOO_MUCH_REPEATED = tooMuchRepeated(
	'Give each input item one lead ID (a Split Out node makes items of a list), or turn the option off.',
);

/** Whether input items, each with more than one id, all ask for the same ones. */
export function askTheSame(items: Array<{ ids: string[] }>): boolean {
	const [first, ...others] = items;
	if (others.length === 0 || first.ids.length < 2) return false;
	return others.every(
		({ ids }) =>
			ids === first.ids ||
			(ids.length === first.ids.length && ids.every((id, at) => id === first.ids[at])),
	);
}

function tooManyItems(requests: ItemRequest[]): InvalidInput {
	const message = 'The run would give more than 1,000,000 items';
	return askTheSame(requests)
		? new InvalidInput(
				message,
				`The first ${count(requests.length)} input items each ask for the same ${count(requests[0].ids.length)} IDs, so each lead would come once for every input item. Turn on 'Execute Once' in the Settings tab of the node.`,
			)
		: new InvalidInput(
				message,
				'n8n could not hold them. Give fewer lead IDs at a time: put a Loop Over Items node in front.',
			);
}

/**
 * The fault of a run in which no input item has a lead id, or undefined if one has, or if something
 * else is wrong with one.
 */
export function nothingToAsk(
	context: IExecuteFunctions,
	requests: ItemRequest[],
): InvalidInput | undefined {
	if (requests.some(({ ids, fault }) => ids.length > 0 || fault)) return undefined;
	const items = context.getInputData();
	const fields = Object.keys(items[0]?.json ?? {});
	const gives = `The expression gives nothing for ${items.length === 1 ? 'the only item' : `any of the ${count(items.length)} items`}. The first item has: ${fields.length > 0 ? firstFew(fields, ', ', 10) : 'no fields'}.`;
	const isExpression = String(context.getNode().parameters.leadIds ?? '').startsWith('=');
	return new InvalidInput(
		"'Lead IDs' is empty: no input item has a lead ID",
		`${isExpression ? `${gives} ` : ''}Enter at least one lead ID, or drag the field that holds it into 'Lead IDs'.`,
	);
}

function notLeadIds(pieces: string[], found: number): InvalidInput {
	const [first] = pieces;
	if (pieces.includes('[object Object]')) {
		return new InvalidInput(
			"'Lead IDs' contains [object Object]: text outside of {{ }} has turned a list into text",
			'Remove blanks and other text before and after {{ }} in the expression, so that it gives the list itself.',
		);
	}
	const what =
		pieces.length === 1
			? `a value that is not a lead ID: ${shorten(first)}`
			: `${count(pieces.length)} values that are not lead IDs: ${firstFew(pieces.map(shorten))}`;
	const beside =
		found > 0
			? ` The other ${found === 1 ? 'value is a lead ID' : `${count(found)} values are lead IDs`}.`
			: '';
	return new InvalidInput(
		`'Lead IDs' contains ${what}`,
		`A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, and LeadSquared calls it Prospect ID. Use the lead ID, not the lead number, name or email address, and remove anything else.${beside}`,
	);
}

/**
 * What in a run that succeeded needs a person: a list of ids in every input item, leads that nobody
 * asked for, leads without an id. One hint each.
 */
export function hintsOf(plan: Plan, results: Results[]): string[] {
	return [sameIdsHint(plan), mergedHint(results), withoutIdHint(results)].filter(
		(hint) => hint !== undefined,
	);
}

function sameIdsHint({ items }: Plan): string | undefined {
	if (!askTheSame(items)) return undefined;
	const times = count(items.length);
	return `${times} input items each ask for the same ${count(items[0].ids.length)} IDs, so each lead comes ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`;
}

/** A lead that was merged into another may come under the id of that one. */
function mergedHint(results: Results[]): string | undefined {
	const leftOut = new Set<string>();
	const unasked = new Set<string>();
	for (const { notFetched, unasked: some } of results) {
		if (some.size === 0) continue;
		for (const [id, { kind }] of notFetched) if (kind === 'notFound') leftOut.add(id);
		for (const id of some) if (!results.some(({ leads }) => leads.has(id))) unasked.add(id);
	}
	if (leftOut.size === 0 || unasked.size === 0) return undefined;
	const leads = unasked.size === 1 ? 'lead' : 'leads';
	return `LeadSquared left out ${count(leftOut.size)} of the lead IDs, and sent ${count(unasked.size)} ${leads} that nobody asked for: ${firstFew([...unasked])}. A lead that was merged into another may come under the ID of that one: look ${unasked.size === 1 ? 'it' : 'them'} up in LeadSquared, and ask for the new ID.`;
}

function withoutIdHint(results: Results[]): string | undefined {
	let came = 0;
	for (const { withoutId } of results)
		for (const { leads } of withoutId.values()) came += leads.length;
	if (came === 0) return undefined;
	return `LeadSquared sent ${count(came)} ${came === 1 ? 'lead' : 'leads'} without ${ID_COLUMN}. They are in the output as they came, after the other leads of the same input item.`;
}

/** Counts what was fetched. */
export function tallyOf({ items }: Plan, results: Results[]): Brought['tally'] {
	const tally = { asked: 0, leads: 0, notFound: 0, unit: 'lead ID' };
	for (const { distinctIds, leads, notFetched, withoutId } of results) {
		tally.asked += distinctIds;
		tally.leads += leads.size;
		for (const { kind } of notFetched.values()) if (kind === 'notFound') tally.notFound++;
		for (const { leads: came, ids } of withoutId.values()) {
			tally.leads += came.length;
			tally.notFound += Math.max(0, ids.length - came.length);
		}
	}
	const blank = items.filter(({ ids, notFound }) => ids.length === 0 && notFound === 'skip');
	return { ...tally, ...skippedOf(items, results), blank: blank.map(({ item }) => item) };
}

function skippedOf(
	items: Plan['items'],
	results: Results[],
): Pick<Brought['tally'], 'skipped' | 'skippedIds'> {
	// As the first input item spells them, each once for each set of columns.
	const skipped = results.map(() => new Map<string, string>());
	let unknownWhich = 0;
	for (const { ids, item, fetch, notFound } of items) {
		if (notFound === 'error') continue;
		const { notFetched, withoutId } = results[fetch];
		if (notFound === 'skip' && notFetched.size > 0) {
			for (const id of ids) {
				const key = idKey(id);
				if (notFetched.get(key)?.kind !== 'notFound' || skipped[fetch].has(key)) continue;
				skipped[fetch].set(key, id);
			}
		}
		// Which ids these are is not known, so there is nothing that could stand in their place.
		const without = withoutId.get(item);
		if (without) unknownWhich += Math.max(0, without.ids.length - without.leads.length);
	}
	const known = skipped.reduce((sum, { size }) => sum + size, 0);
	const skippedIds = [...new Map(skipped.flatMap((ids) => [...ids])).values()];
	return { skipped: known + unknownWhich, skippedIds };
}
