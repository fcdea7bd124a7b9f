import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { ID_COLUMN, MAX_LEADS_PER_PAGE, USUAL_LEADS_PER_PAGE } from '../../api/leads';
import { InvalidInput } from '../../base/invalidInput';
import { count, firstFew, plural, shorten } from '../../base/text';
import type { Fetched } from '../../fetch/byIds';
import { findLeadIds } from '../../input/leadIds/findLeadIds';
import { KEY_NAMES, keyKind } from '../../input/leadKeys';
import {
	columnsProperty,
	notFoundOption,
	notFoundReader,
	optionsProperty,
	readLeadSettings,
	makeRequests,
} from '../../input/leadSettings';
import { nodeOf } from '../../input/node';
import { itemParameter, numberIn } from '../../input/readers';
import { MAX_ITEMS, MAX_REPEATED, tooMuchRepeated } from '../../run/leadItems';
import { LeadRun } from '../../run/leadRun';
import {
	countIds,
	emitById,
	fetchById,
	isRepeated,
	distinctResults,
	stoppingError,
	type IdRequest,
} from '../../run/leadsById';
import { columnsNotReturned } from '../../run/report';
import type { Run } from '../../run/run';
import type { Operation } from '../operation';

export const getByIds: Operation = {
	value: 'getByIds',
	name: 'Get Leads by IDs',
	description: 'Get any number of leads by their lead IDs',
	// Followed by "in LeadSquared", this is the tool's default description for an AI model.
	action: 'Get leads by IDs',
	properties: properties(),
	execute,
};

/**
 * Gets the leads of all input items: parameters → leads → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError for what
 * LeadSquared does not return, if the node stops at a failure; otherwise these become error items
 */
async function execute(execution: Run): Promise<INodeExecutionData[]> {
	const { context } = execution;
	const requests = readRequests(context);
	if (requests.length === 0) return [];
	const nothing = noIds(context, requests);
	if (nothing) throw nothing;

	const run = await LeadRun.open(execution, requests, 'lead IDs', {
		isUsable: ({ ids, fault }) => ids.length > 0 || !fault,
	});
	const leads = await fetchById(run, run.requests);
	const results = distinctResults(leads);

	const output = await run.output({
		asked: countIds(run.requests),
		leads: results.reduce((sum, fetched) => sum + fetched.leads.size + unidentifiedIn(fetched), 0),
		key: 'lead ID',
		stopping: stoppingError(run, results),
		columns: columnsNotReturned(results),
		hints: byIdHints(run.requests, results),
		mayRepeat: isRepeated(run.requests, results),
	});
	for (const request of run.requests) {
		const { item, ids, settings } = request;
		if (ids.length > 0) emitById(run, request, leads.get(settings)!, output);
		else output.addBlank(item, run.formOf(request), "'Lead IDs' is empty");
	}
	return run.finish(output);
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
				'One or more lead IDs, separated by commas, spaces or new lines. LeadSquared also calls them Prospect IDs. An expression may return an ID or an array of IDs for each input item. The leads of all items are fetched together, 1,000 or more per call.',
		},
		// The editor loads the list again when 'Lead IDs' is filled: a new node has its credential by
		// then. Not on 'leadIds' itself: if the editor cannot evaluate its expression yet, n8n would show
		// "Error fetching options".
		columnsProperty('leadIds.length'),
		optionsProperty([
			{
				displayName: 'Leads per Request',
				name: 'leadsPerRequest',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: MAX_LEADS_PER_PAGE, numberPrecision: 0 },
				default: USUAL_LEADS_PER_PAGE,
				description:
					'The number of leads per call. By default 1,000, or more if the account allows it and that saves time. A lower number can help if LeadSquared is slow with many columns.',
			},
			notFoundOption(),
		]),
	];
}

/** The lead IDs of an input item. */
interface IdsOf {
	ids: string[];
	/** Words in a text with lead IDs, such as headings and names. */
	ignored?: string[];
	fault?: Error;
}

type Request = IdRequest & IdsOf;

/**
 * Reads the parameters of every input item. It makes no call.
 *
 * @throws InvalidInput if there would be more output items than n8n can hold
 */
function readRequests(context: IExecuteFunctions): Request[] {
	const settings = readLeadSettings(context, {
		leadsPerRequest: numberIn(
			'Leads per Request',
			{ min: 1, max: MAX_LEADS_PER_PAGE, whole: true },
			undefined,
		),
		notFound: notFoundReader(context),
	});
	const idsAt = itemParameter(context, 'leadIds', readIds);
	let leads = 0;
	const requests = makeRequests(settings, { ids: [] as string[] }, (item): IdsOf => {
		// The lists of IDs alone could fill the memory.
		if (leads > MAX_ITEMS) return { ids: [] };
		const read = idsAt(item);
		leads += read.ids.length;
		return read;
	});
	if (leads > MAX_ITEMS) throw tooManyItems(requests.filter(({ ids }) => ids.length > 0));
	stopIfRepeatedTooOften(context, requests);
	return requests;
}

// Letters alone, so neither a damaged lead ID, a number nor an address.
const WORD = /^[\p{L}\p{M}'\u2019.-]+$/u;

/** Reads 'Lead IDs' of an input item. Words in a text with lead IDs are ignored, so that a pasted sheet works. */
function readIds(value: unknown): IdsOf {
	const { ids, leftOver } = findLeadIds(value);
	if (leftOver.length === 0) return { ids };
	const isDecoration = ids.length > 0 && typeof value === 'string';
	if (isDecoration && leftOver.every((piece) => WORD.test(piece)))
		return { ids, ignored: leftOver };
	return { ids, fault: otherKeys(value, leftOver) ?? notLeadIds(leftOver, ids.length) };
}

/** The error for email addresses or phone numbers instead of lead IDs; undefined for anything else. */
function otherKeys(value: unknown, leftOver: string[]): InvalidInput | undefined {
	const isPlain = typeof value === 'string' || typeof value === 'number';
	// The rest of a text is cut at blanks, which phone numbers may have.
	const texts = isPlain ? String(value).split(/[,;|\n\r\t]+/) : Array.isArray(value) ? value : [];
	const given = texts
		.map((text) => String(text).trim())
		.filter((text) => text !== '' && keyKind(text) !== 'id');
	for (const kind of ['email', 'phone'] as const) {
		const isKind = (text: string) => keyKind(text) === kind;
		const keys = [leftOver, given].find((some) => some.length > 0 && some.every(isKind));
		if (!keys) continue;
		const { one, many, mode } = KEY_NAMES[kind];
		const what = keys.length === 1 ? one : `${count(keys.length)} ${many}`;
		return new InvalidInput(
			`'Lead IDs' contains ${what}: ${firstFew(keys.map(shorten))}`,
			`Use the operation Get, and set 'Lead' to ${mode}.`,
		);
	}
	return undefined;
}

function stopIfRepeatedTooOften(context: IExecuteFunctions, requests: IdRequest[]): void {
	const items = context.getInputData();
	let repeated = 0;
	for (const { item, ids, settings } of requests) {
		if (!settings.values.options.includeInputFields || ids.length < 2) continue;
		repeated += ids.length * JSON.stringify(items[item].json).length;
		if (repeated > MAX_REPEATED) throw TOO_MUCH_REPEATED;
	}
}

const TOO_MUCH_REPEATED = tooMuchRepeated(
	'Use one lead ID for each input item (a Split Out node turns a list into items), or turn the option off.',
);

/** Whether all input items ask for the same IDs, more than one each. */
function askTheSame(items: Array<{ ids: string[] }>): boolean {
	const [first, ...others] = items;
	if (others.length === 0 || first.ids.length < 2) return false;
	return others.every(
		({ ids }) =>
			ids === first.ids ||
			(ids.length === first.ids.length && ids.every((id, at) => id === first.ids[at])),
	);
}

function tooManyItems(requests: IdRequest[]): InvalidInput {
	const message = 'The run would return more than 1,000,000 items';
	return askTheSame(requests)
		? new InvalidInput(
				message,
				`The first ${count(requests.length)} input items each ask for the same ${count(requests[0].ids.length)} IDs, so each lead would be returned once for every input item. Turn on 'Execute Once' in the Settings tab of the node.`,
			)
		: new InvalidInput(
				message,
				'n8n cannot hold that many. Use fewer lead IDs at a time, with a Loop Over Items node before this one.',
			);
}

/** The fault of a run without any lead ID; undefined if an input item has one, or has a fault of its own. */
function noIds(context: IExecuteFunctions, requests: IdRequest[]): InvalidInput | undefined {
	if (requests.some(({ ids, fault }) => ids.length > 0 || fault)) return undefined;
	const items = context.getInputData();
	const fields = Object.keys(items[0]?.json ?? {});
	const gives = `The expression returns nothing for ${items.length === 1 ? 'the only item' : `any of the ${count(items.length)} items`}. The first item has: ${fields.length > 0 ? firstFew(fields, ', ', 10) : 'no fields'}.`;
	const isExpression = String(nodeOf(context).parameters.leadIds ?? '').startsWith('=');
	return new InvalidInput(
		"'Lead IDs' is empty: no input item has a lead ID",
		`${isExpression ? `${gives} ` : ''}Enter at least one lead ID, or drag the field that holds it into 'Lead IDs'.`,
	);
}

function notLeadIds(pieces: string[], found: number): InvalidInput {
	const [first] = pieces;
	if (pieces.includes('[object Object]')) {
		return new InvalidInput(
			"'Lead IDs' contains [object Object]: text outside {{ }} turned a list into text",
			'Remove spaces and other text before and after {{ }}, so that the expression returns the list itself.',
		);
	}
	const what =
		pieces.length === 1
			? `a value that is not a lead ID: ${shorten(first)}`
			: `${count(pieces.length)} values that are not lead IDs: ${firstFew(pieces.map(shorten))}`;
	const others =
		found > 0
			? ` The other ${found === 1 ? 'value is a lead ID' : `${count(found)} values are lead IDs`}.`
			: '';
	return new InvalidInput(
		`'Lead IDs' contains ${what}`,
		`A lead ID looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, and LeadSquared calls it Prospect ID. Use the lead ID, not the lead number, name or email address, and remove anything else.${others}`,
	);
}

/** Hints about an execution that succeeded. */
export function byIdHints(requests: Request[], results: Fetched[]): string[] {
	return [
		ignoredHint(requests),
		sameIdsHint(requests),
		mergedHint(results),
		unidentifiedHint(results),
	].filter((hint) => hint !== undefined);
}

function ignoredHint(requests: Request[]): string | undefined {
	const words = [...new Set(requests.flatMap(({ ignored = [] }) => ignored))];
	if (words.length === 0) return undefined;
	return `'Lead IDs' also contains ${plural(words.length, 'word')} that ${words.length === 1 ? 'is not a lead ID and was' : 'are not lead IDs and were'} ignored: ${firstFew(words)}.`;
}

function sameIdsHint(requests: IdRequest[]): string | undefined {
	if (!askTheSame(requests)) return undefined;
	const times = count(requests.length);
	return `${times} input items each ask for the same ${count(requests[0].ids.length)} IDs, so each lead is returned ${times} times. To get each once, turn on 'Execute Once' in the Settings tab of the node.`;
}

/** A lead that was merged into another may come under the other's ID. */
function mergedHint(results: Fetched[]): string | undefined {
	const missing = new Set<string>();
	const unasked = new Set<string>();
	for (const { notFetched, unasked: unrequested } of results) {
		if (unrequested.size === 0) continue;
		for (const [id, { kind }] of notFetched) if (kind === 'notFound') missing.add(id);
		for (const id of unrequested) if (!results.some(({ leads }) => leads.has(id))) unasked.add(id);
	}
	if (missing.size === 0 || unasked.size === 0) return undefined;
	return `LeadSquared left out ${count(missing.size)} of the lead IDs, and sent ${plural(unasked.size, 'unrequested lead')}: ${firstFew([...unasked])}. LeadSquared may return a merged lead under the ID of the remaining lead: look ${unasked.size === 1 ? 'it' : 'them'} up in LeadSquared, and use the new ID.`;
}

/** The number of leads sent without an ID. */
function unidentifiedIn({ unidentified }: Fetched): number {
	return [...unidentified.values()].reduce((sum, { leads }) => sum + leads.length, 0);
}

function unidentifiedHint(results: Fetched[]): string | undefined {
	const came = results.reduce((sum, fetched) => sum + unidentifiedIn(fetched), 0);
	if (came === 0) return undefined;
	return `LeadSquared sent ${plural(came, 'lead')} without ${ID_COLUMN}. They are in the output as LeadSquared sent them, after the other leads of the same input item.`;
}
