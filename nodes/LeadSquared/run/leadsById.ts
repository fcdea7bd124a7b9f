import type { NodeError } from 'n8n-workflow';
import { idKey } from '../api/leadId';
import { fetchLeads, type Fetched } from '../fetch/byIds';
import { type ByIdsCall, LEADS_BY_IDS } from '../fetch/byIdsCall';
import type { FaultScope } from '../fetch/results';
import type { LeadRequest, LeadSettings, NotFoundOption } from '../input/leadSettings';
import { nodeOf } from '../input/node';
import type { Failed } from '../transport/outcome';
import type { LeadItems } from './leadItems';
import type { LeadRun } from './leadRun';
import { apiError } from './messages';

/** The options of requests by ID. */
interface IdOptions {
	/** Undefined for as many as the account takes. */
	leadsPerRequest?: number;
	notFound: NotFoundOption;
}

/** The request of an input item for leads by their IDs. */
export interface IdRequest extends LeadRequest<IdOptions> {
	/** As spelled, in the order given; none for a blank cell. */
	ids: string[];
}

/** The results, by the settings of the requests. Settings that share calls share their results. */
export type LeadsById = Map<LeadSettings<IdOptions>, Fetched>;

/**
 * Fetches the leads of many input items. Items with the same columns and request options share calls, and
 * each distinct ID is fetched once.
 *
 * @param callFor the call for the records that a request asks for
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function fetchById<Request extends IdRequest>(
	run: LeadRun<LeadRequest>,
	requests: Request[],
	callFor: (request: Request) => ByIdsCall = () => LEADS_BY_IDS,
): Promise<LeadsById> {
	const groups = new Map<string, Request[]>();
	const groupOf = new Map<LeadSettings<IdOptions>, Request[]>();
	for (const request of requests) {
		const { settings } = request;
		if (!groupOf.has(settings)) {
			const { leadsPerRequest, maxWaitMs } = settings.values.options;
			const { columns } = run.formOf(request);
			const key = JSON.stringify([callFor(request).name, columns, leadsPerRequest, maxWaitMs]);
			if (!groups.has(key)) groups.set(key, []);
			groupOf.set(settings, groups.get(key)!);
		}
		groupOf.get(settings)!.push(request);
	}
	const fetchGroup = async (group: Request[]) => {
		const { leadsPerRequest, maxWaitMs } = group[0].settings.values.options;
		const { columns } = run.formOf(group[0]);
		const asked = group.map(({ item, ids }) => ({ item, ids: ids.map(idKey) }));
		const client = run.client.with({ maxWaitMs });
		const call = callFor(group[0]);
		return await fetchLeads(client, { asked, columns, leadsPerRequest, call });
	};
	const fetched = new Map<Request[], Fetched>();
	await Promise.all(
		[...groups.values()].map(async (group) => fetched.set(group, await fetchGroup(group))),
	);
	return new Map([...groupOf].map(([settings, group]) => [settings, fetched.get(group)!]));
}

/** The results, each once for the settings that share it. */
export const distinctResults = (leads: LeadsById): Fetched[] => [...new Set(leads.values())];

/**
 * Turns the results of a request into workflow items: a lead for every ID, in the order requested. An ID
 * without a result becomes an error, so that none is lost.
 */
export function emitById(
	run: LeadRun<LeadRequest>,
	request: IdRequest,
	fetched: Fetched,
	output: LeadItems,
): void {
	const { item, ids } = request;
	const { leads, notFetched } = fetched;
	const { unit } = output;
	const node = nodeOf(run.context);
	const form = run.formOf(request);
	const unidentified = fetched.unidentified.get(item);
	const accountedFor = new Set(unidentified?.ids);
	// A failure of a whole request is reported once for each input item.
	const shared = new Map<string, { failure: Failed; scope: FaultScope; ids: string[] }>();
	for (const id of ids) {
		const key = idKey(id);
		const lead = leads.get(key);
		const reason = notFetched.get(key);
		if (lead) output.addLead(item, form, lead);
		else if (accountedFor.has(key)) continue;
		else if (reason?.kind === 'notFound') {
			output.addNotFound(item, form, {
				column: form.columns[0],
				name: id,
				key,
				message: `LeadSquared has no ${unit} with the ID ${id}`,
			});
		} else {
			const { failure, scope } = reason ?? NO_RESULT;
			if (scope === 'id') {
				const error = apiError(node, failure, scope, {
					itemIndex: item,
					ids: [id],
					canAskLess: true,
					unit,
				});
				output.addError(item, error);
				continue;
			}
			const name = `${scope} ${failure.kind} ${failure.fault.message}`;
			const known = shared.get(name) ?? { failure, scope, ids: [] };
			shared.set(name, known);
			known.ids.push(id);
		}
	}
	if (unidentified) {
		for (const lead of unidentified.leads) output.addLead(item, form, lead);
		output.addMissing(item, form, unidentified.ids.length, unidentified.leads.length);
	}
	for (const { failure, scope, ids: affected } of shared.values()) {
		const options = { itemIndex: item, ids: affected, canAskLess: true, unit };
		output.addError(item, apiError(node, failure, scope, options));
	}
}

/** The error that stops the node, if there is one, with the number of leads fetched. */
export function stoppingError(
	run: LeadRun<LeadRequest>,
	results: Fetched[],
): NodeError | undefined {
	const failed = results.find(({ firstFailure }) => firstFailure)?.firstFailure;
	if (!failed) return undefined;
	const { id, item, failure, scope } = failed;
	return apiError(nodeOf(run.context), failure, scope, {
		itemIndex: item,
		ids: scope === 'id' ? [id] : [],
		fetched: results.reduce((sum, { leads }) => sum + leads.size, 0),
		canAskLess: true,
		unit: run.unit,
	});
}

/** Whether an ID may be requested more than once. */
export function isRepeated(requests: IdRequest[], results: Fetched[]): boolean {
	const distinct = results.reduce((sum, { distinctIds }) => sum + distinctIds, 0);
	return results.length > 1 || countIds(requests) > distinct;
}

/** The number of IDs requested, each as often as input items ask for it. */
export const countIds = (requests: Array<{ ids: string[] }>): number =>
	requests.reduce((sum, { ids }) => sum + ids.length, 0);

const NO_RESULT: { failure: Failed; scope: FaultScope } = {
	failure: {
		kind: 'transient',
		fault: { from: 'network', message: 'The run ended before it was known' },
	},
	scope: 'request',
};
