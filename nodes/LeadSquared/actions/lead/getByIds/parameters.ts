import type { IExecuteFunctions } from 'n8n-workflow';
import { MOST_LEADS_PER_PAGE } from '../../../api/leads';
import { count, firstFew, shorten } from '../../../shared/inWords';
import { itemParameter } from '../../../shared/itemParameters';
import { findLeadIds } from '../../../shared/leadIds/findLeadIds';
import { MOST_ITEMS, MOST_REPEATED, tooMuchRepeated } from '../../../shared/leads/leadItems';
import {
	type LeadOptions,
	type LeadRequest,
	notFoundReader,
	requestReader,
} from '../../../shared/leads/leadRequest';
import type { IdOptions } from '../../../shared/leads/plan';
import { numberIn } from '../../../shared/options';
import { InvalidInput } from '../../../transport/invalidInput';

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
