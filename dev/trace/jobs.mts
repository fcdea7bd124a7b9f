import { Readable } from 'node:stream';
import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeParameters,
	INodeType,
	IPollFunctions,
} from 'n8n-workflow';
import { createSandbox, type Sandbox } from '../sandbox/server.mts';
import { callsOf, type Call } from './tracer.mts';

const COLUMNS = ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'];
const ROW = { EmailAddress: 'ada@example.com', FirstName: 'Ada', LastName: 'Lovelace' };

// The time, in ms. It does not move while a job runs, so that each run makes the same calls.
let now = Date.UTC(2026, 0);
performance.now = () => now;
Date.now = () => now;

let accounts = 0;

/**
 * The three jobs, each with its own account.
 *
 * @returns the calls of each
 * @throws if a job does not return exactly one item
 */
export async function runJobs(node: INodeType, trigger: INodeType): Promise<Map<string, Call[]>> {
	return new Map([
		['Get Leads by IDs, one ID', await getByIds(node)],
		['Create or Update, one row', await upsert(node)],
		['Trigger, one changed lead', await poll(trigger)],
	]);
}

async function getByIds(node: INodeType): Promise<Call[]> {
	const sandbox = sandboxWithOneLead();
	const parameters = {
		resource: 'lead',
		operation: 'getByIds',
		leadIds: '={{ $json.ProspectID }}',
		columns: COLUMNS,
		options: {},
	};
	const context = executeContext(sandbox, parameters, { ProspectID: sandbox.idAt(0) });
	return await callsOf(async () => expectOneItem(await node.execute!.call(context)));
}

async function upsert(node: INodeType): Promise<Call[]> {
	const schema = Object.keys(ROW).map((id) => ({
		id,
		displayName: id,
		required: false,
		defaultMatch: false,
		display: true,
		type: 'string' as const,
		removed: false,
	}));
	const parameters = {
		resource: 'lead',
		operation: 'upsert',
		fields: { mappingMode: 'defineBelow', value: ROW, matchingColumns: ['EmailAddress'], schema },
		options: {},
	};
	const context = executeContext(sandboxWithOneLead(), parameters, ROW);
	return await callsOf(async () => expectOneItem(await node.execute!.call(context)));
}

/** Polls once to find where the account is, which is not counted, and again after a lead has changed. */
async function poll(trigger: INodeType): Promise<Call[]> {
	const sandbox = sandboxWithOneLead();
	const [lead] = sandbox.create();
	const context = pollContext(sandbox, { event: 'leadActive', columns: COLUMNS, options: {} });
	await trigger.poll!.call(context);
	now += 60_000;
	sandbox.touch(lead, { mx_City: 'Pune' });
	now += 60_000;
	return await callsOf(async () => expectOneItem(await trigger.poll!.call(context)));
}

const sandboxWithOneLead = () =>
	createSandbox({ leads: 1, clock: { now: () => now, sleep: async () => {} } });

function expectOneItem(output: unknown): void {
	const [items] = (output ?? [[]]) as IDataObject[][];
	if (items.length !== 1 || items[0].error !== undefined) {
		throw new Error(`This is not one item: ${JSON.stringify(output)}`);
	}
}

/** The part of n8n that the nodes use. */
function n8n(sandbox: Sandbox, parameters: INodeParameters) {
	const { accessKey, secretKey } = sandbox;
	const region = { region: 'custom', customUrl: `http://127.0.0.1:${1000 + accounts++}` };
	const limit = { rateLimitCalls: 25, rateLimitSeconds: 5 };
	const remembered = {};
	const node = { id: '1', name: 'LeadSquared', type: 'leadSquared', typeVersion: 1, parameters };
	const ignore = () => {};
	return {
		getNode: () => ({ ...node, position: [0, 0] }),
		getWorkflow: () => ({ id: '1' }),
		getWorkflowStaticData: () => remembered,
		getCredentials: async () => ({ ...region, ...limit, accessKey, secretKey }),
		getMode: () => 'trigger',
		getTimezone: () => 'Asia/Kolkata',
		getExecutionCancelSignal: ignore,
		getPollBudgetMs: () => 300_000,
		continueOnFail: () => false,
		addExecutionHints: ignore,
		sendMessageToUI: ignore,
		logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
		helpers: {
			httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
				await callSandbox(sandbox, options),
		},
	};
}

const executeContext = (sandbox: Sandbox, parameters: INodeParameters, json: IDataObject) =>
	({
		...n8n(sandbox, parameters),
		getInputData: () => [{ json }],
		getNodeParameter: (name: string, _item: number, fallback?: unknown) => {
			const value = parameterAt(parameters, name) ?? fallback;
			const [, column] = /^=\{\{ \$json\.(\w+) \}\}$/.exec(String(value)) ?? [];
			return column ? json[column] : value;
		},
	}) as unknown as IExecuteFunctions;

const pollContext = (sandbox: Sandbox, parameters: INodeParameters) =>
	({
		...n8n(sandbox, parameters),
		getNodeParameter: (name: string, fallback?: unknown) =>
			parameterAt(parameters, name) ?? fallback,
	}) as unknown as IPollFunctions;

/** A parameter, or a part of one: `fields.value`. */
const parameterAt = (parameters: INodeParameters, name: string): unknown =>
	name
		.split('.')
		.reduce<unknown>((value, part) => (value as INodeParameters | undefined)?.[part], parameters);

async function callSandbox(sandbox: Sandbox, { method, url, qs, body }: IHttpRequestOptions) {
	const { pathname, search } = new URL(
		`?${new URLSearchParams(qs as Record<string, string>)}`,
		url,
	);
	const answer = await sandbox.handle({
		method: method ?? 'GET',
		url: `${pathname}${search}`,
		headers: {
			'content-type': 'application/json',
			'x-lsq-accesskey': sandbox.accessKey,
			'x-lsq-secretkey': sandbox.secretKey,
		},
		body: body === undefined ? '' : JSON.stringify(body),
	});
	if (typeof answer === 'string') throw new Error(`The connection ended: ${answer}`);
	const { status: statusCode, headers } = answer;
	return { statusCode, headers, body: Readable.from([Buffer.from(answer.body)]) };
}
