/**
 * The same task as one workflow for each way of doing it in n8n: one HTTP call returns the lead ids,
 * and at the end the distinct leads are counted, to detect ways that lose leads.
 */
import { CREDENTIAL_TYPE, NODE_TYPE } from '../playground/n8n.mts';
import type { Credential, Workflow, WorkflowNode } from '../playground/n8n.mts';

/** The columns that every way requests: `ProspectID` and 19 more. */
export const COLUMNS =
	'ProspectID,FirstName,LastName,EmailAddress,Phone,Mobile,Company,JobTitle,Website,Source,SourceCampaign,Notes,DoNotEmail,DoNotCall,ProspectStage,Score,OwnerIdName,OwnerIdEmailAddress,CreatedOn,ModifiedOn'.split(
		',',
	);

/** Leads as LeadSquared sends them, as the other ways return them. */
const AS_TEXT = { convertTypes: false };

export const LEAD_SQUARED_PARAMETERS = {
	resource: 'lead',
	operation: 'getByIds',
	leadIds: '={{ $json.ProspectID }}',
	columns: COLUMNS.slice(1),
	options: AS_TEXT,
};

export const IDS_PER_CALL = 1000;
const BATCH = { batchSize: 25, batchInterval: 5000 };

/** Where a workflow finds the sandbox. */
export interface Environment {
	apiUrl: string;
	idsUrl: string;
	/** The credential of the LeadSquared node, and that of HTTP Request: both saved in n8n. */
	leadSquared: Saved;
	customAuth: Saved;
}

export interface Saved {
	id: string;
	name: string;
}

/** One way of getting leads in n8n. */
export interface Way {
	name: string;
	/** The chain of nodes from the item with all ids to one item for each lead. */
	nodes(surroundings: Environment): BenchNode[];
	/** Nodes that lead back to an earlier one: from, to. */
	back?: [string, string];
	/** The largest number of ids; more would take hours. */
	mostIds?: number;
	/** The number of complete runs before the one that is measured; 0. */
	runsBefore?: number;
	/** It requests leads by something other than their ids. */
	needsNoIds?: boolean;
}

type BenchNode = Pick<WorkflowNode, 'name' | 'type' | 'parameters' | 'credentials'> & {
	typeVersion: number;
	/** The output that the next node is connected to. */
	output?: number;
};

const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
): BenchNode => ({ name, type: `n8n-nodes-base.${type}`, typeVersion, parameters });

const splitOut = (field: string) =>
	node(`Split Out ${field}`, 'splitOut', 1, { fieldToSplitOut: field, options: {} });

const leadSquared = (
	{ leadSquared: credential }: Environment,
	options: { leadsPerRequest?: number } = {},
): BenchNode => ({
	name: 'LeadSquared',
	type: NODE_TYPE,
	typeVersion: 1,
	parameters: { ...LEAD_SQUARED_PARAMETERS, options: { ...AS_TEXT, ...options } },
	credentials: { [CREDENTIAL_TYPE]: credential },
});

/** An item with the body of one call for each 1,000 ids. */
const requestBodies = () =>
	node('Chunks', 'code', 2, {
		jsCode: `const ids = $input.first().json.ProspectID;
const bodies = [];
for (let at = 0; at < ids.length; at += ${IDS_PER_CALL}) {
	bodies.push({ json: {
		SearchParameters: { LeadIds: ids.slice(at, at + ${IDS_PER_CALL}) },
		Columns: { Include_CSV: '${COLUMNS.join(',')}' },
		Paging: { PageIndex: 1, PageSize: ${IDS_PER_CALL} },
	} });
}
return bodies;`,
	});

const httpRequest = (
	{ apiUrl, customAuth }: Environment,
	jsonBody: string,
	options: Record<string, unknown>,
): BenchNode => ({
	...node('HTTP Request', 'httpRequest', 4.2, {
		method: 'POST',
		url: `${apiUrl}/v2/LeadManagement.svc/Leads/Retrieve/ByIds`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpCustomAuth',
		sendBody: true,
		specifyBody: 'json',
		jsonBody,
		options,
	}),
	credentials: { httpCustomAuth: customAuth },
});

const oneLead = `={{ JSON.stringify({ SearchParameters: { LeadIds: [$json.ProspectID] }, Columns: { Include_CSV: '${COLUMNS.join(',')}' }, Paging: { PageIndex: 1, PageSize: 1 } }) }}`;

const AUTOMATIC: Way = { name: 'LeadSquared', nodes: (around) => [leadSquared(around)] };
const BATCHED: Way = {
	name: 'HTTP Request, batched',
	nodes: (around) => [
		requestBodies(),
		httpRequest(around, '={{ JSON.stringify($json) }}', { batching: { batch: BATCH } }),
		splitOut('Leads'),
	],
};

/** A way that requests leads by their properties. */
export const listingWay = (name: string, parameters: object): Way => ({
	name,
	needsNoIds: true,
	nodes: (around) => {
		const own = { resource: 'lead', operation: 'getMany', returnAll: true, ...parameters };
		const common = { columns: COLUMNS.slice(1), options: AS_TEXT };
		return [{ ...leadSquared(around), parameters: { ...common, ...own } }];
	},
});

/** With as many leads in a call as the account takes, the node's default, and with 1,000. */
export const PAGE_WAYS: Way[] = [
	AUTOMATIC,
	{ ...AUTOMATIC, name: 'LeadSquared, second run', runsBefore: 1 },
	{
		name: 'LeadSquared, 1,000 set',
		nodes: (around) => [leadSquared(around, { leadsPerRequest: IDS_PER_CALL })],
	},
	BATCHED,
];

export const WAYS: Way[] = [
	{ name: 'ids in, ids counted, nothing between', nodes: () => [splitOut('ProspectID')] },
	AUTOMATIC,
	{
		name: 'LeadSquared, an item for each id',
		nodes: (around) => [splitOut('ProspectID'), leadSquared(around)],
	},
	BATCHED,
	{
		name: 'HTTP Request, Loop Over Items and Wait',
		nodes: (around) => [
			requestBodies(),
			{
				...node('Loop', 'splitInBatches', 3, { batchSize: BATCH.batchSize, options: {} }),
				output: 1,
			},
			httpRequest(around, '={{ JSON.stringify($json) }}', {}),
			node('Wait', 'wait', 1.1, { amount: BATCH.batchInterval / 1000, unit: 'seconds' }),
			splitOut('Leads'),
		],
		back: ['Wait', 'Loop'],
	},
	{
		name: 'HTTP Request for each lead',
		nodes: (around) => [
			splitOut('ProspectID'),
			httpRequest(around, oneLead, { batching: { batch: BATCH } }),
			splitOut('Leads'),
		],
		mostIds: 1000,
	},
];

/** The keys of the sandbox for the HTTP Request node, as an expert would keep them. */
export function customAuthCredential({ data }: Credential): Credential {
	const headers = { 'x-LSQ-AccessKey': data.accessKey, 'x-LSQ-SecretKey': data.secretKey };
	return { name: 'Keys', type: 'httpCustomAuth', data: { json: JSON.stringify({ headers }) } };
}

/** Whether a workflow's answer says that all leads have come. */
export const isComplete = (answer: string, ids: number): boolean =>
	answer.includes(`"unique_count_ProspectID":${ids}}`);

/** A way as a workflow, started by `POST /webhook/<path>?count=<how many ids>`. */
export function workflowOf(way: Way, path: string, surroundings: Environment): Workflow {
	const { idsUrl } = surroundings;
	const chain: BenchNode[] = [
		node('Webhook', 'webhook', 2, {
			httpMethod: 'POST',
			path,
			responseMode: 'lastNode',
			options: {},
		}),
		...(way.needsNoIds
			? []
			: [
					node('Lead IDs', 'httpRequest', 4.2, {
						url: `=${idsUrl}?count={{ $json.query.count }}`,
						options: {},
					}),
				]),
		...way.nodes(surroundings),
		node('Count', 'summarize', 1.1, {
			fieldsToSummarize: { values: [{ aggregation: 'countUnique', field: 'ProspectID' }] },
			options: {},
		}),
	];
	const connections: Record<string, { main: Array<Array<object>> }> = {};
	const connect = (from: string, to: string, output = 0) => {
		connections[from] ??= { main: [] };
		while (connections[from].main.length <= output) connections[from].main.push([]);
		connections[from].main[output].push({ node: to, type: 'main', index: 0 });
	};
	const [from, to] = way.back ?? [];
	for (const [index, { name, output }] of chain.slice(0, -1).entries()) {
		// After a loop, the workflow continues at its first output, "done".
		if (name === from) {
			connect(name, to!);
			connect(to!, chain[index + 1].name);
		} else connect(name, chain[index + 1].name, output);
	}
	return {
		name: way.name,
		nodes: chain.map(({ output: _, ...rest }, index) => ({
			id: `node-${index}`,
			position: [220 * index, 0],
			...(rest.name === 'Webhook' && { webhookId: path }),
			...rest,
		})),
		connections,
		settings: { executionOrder: 'v1' },
	};
}
