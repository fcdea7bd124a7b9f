import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { leadUrl } from '../../../api/authentication';
import { ID_COLUMN, type Lead } from '../../../api/lead';
import { idKey } from '../../../api/leadId';
import type { FaultScope, Results } from '../../../retrieval/types';
import { apiError, atItem } from '../../../shared/errors';
import { copyOfFields } from '../../../shared/inputFields';
import { errorItem } from '../../../shared/underOnError';
import type { WebAddress } from '../../../shared/webAddress';
import type { Failed } from '../../../transport/outcome';
import type { Plan, PlannedItem } from './plan';

const URL_FIELD = 'LeadURL';

/** Something that went wrong for an input item. */
export interface ItemError {
	item: number;
	error: NodeError;
}

/** The leads that were found, as items in the order asked, and what failed, by input item. */
export interface Emitted {
	items: INodeExecutionData[];
	errors: ItemError[];
}

/**
 * Turns what was fetched into workflow items: a lead for every id of every input item, in the order
 * asked, each linked to its input item. An id that nothing is known of is a failure, never nothing.
 */
export function emit(
	context: IExecuteFunctions,
	plan: Plan,
	results: Results[],
	address?: WebAddress,
): Emitted {
	const emitted: Emitted = { items: [], errors: [] };
	const own = leadCopier(plan, results);
	for (const planned of plan.items) {
		emitItem(context, planned, results[planned.fetch], own, address, emitted);
	}
	return emitted;
}

/**
 * The items and, after them, the error items: n8n would take a failure in the first item for one of
 * the whole node, and run it again under Retry On Fail.
 *
 * @param fieldsOf what an error item gets of its input item
 */
export function withErrorItems(
	items: INodeExecutionData[],
	errors: ItemError[],
	fieldsOf: (item: number) => IDataObject = () => ({}),
): INodeExecutionData[] {
	const inOrder = [...errors].sort((one, other) => one.item - other.item);
	for (const { item, error } of inOrder) items.push(errorItem(item, error, fieldsOf(item)));
	return items;
}

/** The failure that the node stops for, if there is one, with how much had been fetched. */
export function stoppingError(
	context: IExecuteFunctions,
	results: Results[],
): NodeError | undefined {
	const failed = results.find(({ firstFailure }) => firstFailure)?.firstFailure;
	if (!failed) return undefined;
	const { id, item, failure, scope } = failed;
	const fetched = results.reduce((sum, { leads }) => sum + leads.size, 0);
	const concern = scope === 'id' ? { id } : scope;
	return apiError(context.getNode(), failure, concern, { itemIndex: item, fetched });
}

function emitItem(
	context: IExecuteFunctions,
	planned: PlannedItem,
	{ leads, notFetched, withoutId }: Results,
	own: (lead: Lead, shape: PlannedItem['shape']) => Lead,
	address: WebAddress | undefined,
	{ items, errors }: Emitted,
): void {
	const { item, ids, notFound, shape } = planned;
	const node = context.getNode();
	const pairedItem = { item };
	const without = withoutId.get(item);
	const accountedFor = new Set(without?.ids);
	// What failed for a whole request is told once for each input item.
	const together = new Map<string, { failure: Failed; scope: FaultScope; ids: string[] }>();
	const addError = (error: NodeError) => errors.push({ item, error });
	const input = planned.includeInputFields ? context.getInputData()[item].json : undefined;
	const addLead = (lead: Lead) => {
		const json = withAdditions(own(lead, shape), true, planned, address);
		items.push({ json: input ? { ...copyOfFields(input), ...json } : json, pairedItem });
	};
	const addNotFound = (id: string | null, words: string) => {
		if (notFound === 'include') {
			const lead = missingLead(id, planned);
			const json = withAdditions(shape ? shape(lead) : lead, false, planned, address);
			items.push({ json: input ? withMissing(copyOfFields(input), json) : json, pairedItem });
		} else if (notFound === 'error') addError(notFoundError(context, words, item));
	};

	if (ids.length === 0) addNotFound(null, "'Lead IDs' is empty");
	for (const id of ids) {
		const key = idKey(id);
		const lead = leads.get(key);
		const reason = notFetched.get(key);
		if (lead) addLead(lead);
		else if (accountedFor.has(key)) continue;
		else if (reason?.kind === 'notFound') {
			addNotFound(id, `LeadSquared has no lead with the ID ${id}`);
		} else {
			const { failure, scope } = reason ?? UNKNOWN_FATE;
			if (scope === 'id') addError(apiError(node, failure, { id }, { itemIndex: item }));
			else {
				const words = `${scope} ${failure.kind} ${failure.fault.message}`;
				const known = together.get(words) ?? { failure, scope, ids: [] };
				together.set(words, known);
				known.ids.push(id);
			}
		}
	}
	for (const lead of without?.leads ?? []) addLead(lead);
	const missing = without ? without.ids.length - without.leads.length : 0;
	if (missing > 0 && notFound === 'error') {
		const words = `LeadSquared has no lead for ${missing} of ${without!.ids.length} IDs, and does not tell which`;
		addError(notFoundError(context, words, item));
	}
	for (const { failure, scope, ids: some } of together.values()) {
		const concern = scope === 'id' ? 'request' : scope;
		addError(apiError(node, failure, concern, { itemIndex: item, ids: some }));
	}
}

/** The item in the place of a lead that there is not: the chosen columns, all null. */
function missingLead(id: string | null, { columns }: PlannedItem): Lead {
	return Object.fromEntries(columns.map((name, at) => [name, at === 0 ? id : null]));
}

/** Where there is no lead, what the input item has is not lost to its nulls. */
function withMissing(input: IDataObject, lead: Lead): IDataObject {
	const told = Object.entries(lead).filter(
		([name, value]) => value !== null || !Object.hasOwn(input, name),
	);
	return { ...input, ...Object.fromEntries(told) };
}

/** `found` and `LeadURL` right after `ProspectID`, so that an If node and a sheet see them. */
function withAdditions(
	lead: Lead,
	found: boolean,
	{ notFound, addLeadUrl }: PlannedItem,
	address?: WebAddress,
): Lead {
	if (notFound !== 'include' && !addLeadUrl) return lead;
	const { [ID_COLUMN]: id = null, ...columns } = lead;
	const hasUrl = found && id !== null && address && 'known' in address;
	return {
		[ID_COLUMN]: id,
		...(notFound === 'include' && { found }),
		...(addLeadUrl && { [URL_FIELD]: hasUrl ? leadUrl(address.known, String(id)) : null }),
		...columns,
	};
}

const UNKNOWN_FATE: { failure: Failed; scope: FaultScope } = {
	failure: {
		kind: 'transient',
		fault: { from: 'network', message: 'The run ended before it was known' },
	},
	scope: 'request',
};

/**
 * Items must not share an object, since a later node may change one of them: a lead that is asked
 * for twice is copied. Only where one is: for each lead of many, to look it up would cost time.
 */
function leadCopier(
	{ items }: Plan,
	results: Results[],
): (lead: Lead, shape: PlannedItem['shape']) => Lead {
	const asked = items.reduce((sum, { ids }) => sum + ids.length, 0);
	const distinct = results.reduce((sum, { distinctIds }) => sum + distinctIds, 0);
	const isRepeated = asked > distinct;
	const emitted = new Set<Lead>();
	return (lead, shape) => {
		if (shape) return shape(lead);
		if (!isRepeated) return lead;
		if (emitted.has(lead)) return { ...lead };
		emitted.add(lead);
		return lead;
	};
}

function notFoundError(
	context: IExecuteFunctions,
	message: string,
	itemIndex: number,
): NodeOperationError {
	return new NodeOperationError(context.getNode(), atItem(message, itemIndex), {
		itemIndex,
		description:
			"The lead was deleted, belongs to another account, or the user of the keys may not see it. Set the option 'When a Lead Is Not Found' to Skip or Include to go on without it.",
	});
}
