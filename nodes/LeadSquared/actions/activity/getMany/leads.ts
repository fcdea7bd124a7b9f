import type { INode, NodeError } from 'n8n-workflow';
import { idKey } from '../../../api/leadId';
import { ID_COLUMN, type Lead } from '../../../api/leads';
import { ALL_COLUMNS } from '../../../api/metadata';
import { InvalidInput } from '../../../base/invalidInput';
import { accountColumns } from '../../../columns/accountColumns';
import { columnsToRequest, mayHaveLabels } from '../../../columns/labels';
import { leadShape } from '../../../columns/shape';
import { fetchLeads, type Fetched } from '../../../fetch/byIds';
import { apiError, asNodeError, metadataError } from '../../../run/messages';
import type { Client } from '../../../transport/client';
import type { Request } from './parameters';

/** An input item whose activities need their leads. */
export interface InNeed {
	request: Request;
	activities: Lead[];
}

/** The leads of the activities of input items. */
export interface JoinedLeads {
	/** The lead of an activity in its final form; null if the activity has none, or it does not exist. */
	of(request: Request, activity: Lead): Lead | null;
	/** Input items whose leads could not be fetched. */
	errors: Array<{ item: number; error: NodeError }>;
	fetched: Fetched[];
}

/**
 * Fetches the leads of activities, each once for the input items that want the same columns.
 *
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function joinLeads(client: Client, node: INode, all: InNeed[]): Promise<JoinedLeads> {
	const groups = new Map<string, InNeed[]>();
	for (const each of all) {
		const { leadColumns, options, maxWaitMs } = each.request;
		const { convertTypes, fieldNames } = options;
		const key = JSON.stringify([leadColumns, convertTypes, fieldNames, maxWaitMs]);
		const group = groups.get(key);
		if (group) group.push(each);
		else groups.set(key, [each]);
	}
	const joined: JoinedLeads = { of: () => null, errors: [], fetched: [] };
	const finders = new Map<Request, (id: string) => Lead | null>();
	await Promise.all(
		[...groups.values()].map(async (group) => {
			const found = await leadsOf(client, node, group);
			joined.errors.push(...found.errors);
			if (found.fetched) joined.fetched.push(found.fetched);
			for (const { request } of group) finders.set(request, found.find);
		}),
	);
	joined.of = (request, activity) => {
		const id = activity[ID_COLUMN];
		const lead = typeof id === 'string' ? finders.get(request)!(idKey(id)) : null;
		// A later node may change one of the activities of a lead.
		return lead && { ...lead };
	};
	return joined;
}

interface FoundLeads {
	find(id: string): Lead | null;
	errors: JoinedLeads['errors'];
	fetched?: Fetched;
}

async function leadsOf(client: Client, node: INode, group: InNeed[]): Promise<FoundLeads> {
	const [{ request }] = group;
	const { leadColumns, options, maxWaitMs } = request;
	const patient = client.with({ maxWaitMs });
	const failed = (errorOf: (item: number) => NodeError): FoundLeads => ({
		find: () => null,
		errors: group.map(({ request: { item } }) => ({ item, error: errorOf(item) })),
	});
	const needsList =
		options.convertTypes ||
		options.fieldNames === 'displayName' ||
		leadColumns.includes(ALL_COLUMNS) ||
		mayHaveLabels(leadColumns);
	const known = needsList ? await accountColumns(patient) : undefined;
	if (known && known.kind !== 'ok') return failed((item) => metadataError(node, known, item));
	const metadata = known?.value ?? [];
	let columns: string[];
	try {
		columns = columnsToRequest(leadColumns, metadata);
	} catch (fault) {
		return failed((item) => asNodeError(node, fault, item));
	}
	const asked = group.map(({ request: { item }, activities }) => ({
		item,
		ids: idsOf(activities),
	}));
	const fetched = await fetchLeads(patient, { asked, columns });
	const shape = leadShape(options, metadata) ?? ((lead: Lead) => lead);
	const shaped = new Map([...fetched.leads].map(([id, lead]) => [id, shape(lead)]));
	return {
		find: (id) => shaped.get(id) ?? null,
		errors: patient.isStopped ? stoppingError(node, fetched) : errorsOf(node, fetched, asked),
		fetched,
	};
}

/** The failure that stops the node, if it is one of these leads. */
function stoppingError(node: INode, { firstFailure }: Fetched): JoinedLeads['errors'] {
	if (!firstFailure) return [];
	const { item, failure, scope, id } = firstFailure;
	return [{ item, error: apiError(node, failure, scope, { itemIndex: item, ids: [id] }) }];
}

function errorsOf(
	node: INode,
	fetched: Fetched,
	asked: Array<{ item: number; ids: string[] }>,
): JoinedLeads['errors'] {
	return asked.flatMap(({ item, ids }) => {
		const error = firstError(node, fetched, item, ids);
		return error ? [{ item, error }] : [];
	});
}

function idsOf(activities: Lead[]): string[] {
	const ids = activities.map((activity) => activity[ID_COLUMN]);
	return [
		...new Set(
			ids.filter((id) => typeof id === 'string' && id !== '').map((id) => idKey(String(id))),
		),
	];
}

/** The error of the first lead of an input item that is neither there nor proven missing. */
function firstError(
	node: INode,
	{ leads, notFetched }: Fetched,
	itemIndex: number,
	ids: string[],
): NodeError | undefined {
	for (const id of ids) {
		const reason = notFetched.get(id);
		if (leads.has(id) || reason?.kind === 'notFound') continue;
		return reason
			? apiError(node, reason.failure, reason.scope, { itemIndex, ids: [id] })
			: asNodeError(node, WITHOUT_ID, itemIndex);
	}
	return undefined;
}

const WITHOUT_ID = new InvalidInput(
	'LeadSquared sent leads without their IDs',
	"It is not known which activities they belong to. Remove the option 'Lead Column Names or IDs', or try again.",
);
