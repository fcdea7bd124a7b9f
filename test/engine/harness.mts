import { ExecuteContext, LoadOptionsContext, RoutingNode, WorkflowExecute } from 'n8n-core';
import {
	Workflow,
	type ExecutionError,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type INode,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
	type INodeType,
	type IRun,
	type IRunExecutionData,
	type IWorkflowSettings,
	type NodeExecutionHint,
	type ResourceMapperFields,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import {
	additionalDataOf,
	collectingLogs,
	CREDENTIAL_TYPE,
	knownTypes,
	MemoryCredentials,
	NODE_TYPE,
	nodeTypesOf,
	type CredentialSource,
	type KnownTypes,
	type LogLine,
} from './engine.mts';
import { asText } from '../asText.mts';
import { standIn } from './standIns.mts';
import { activeVirtualTime } from './virtualTime.mts';

export { CREDENTIAL_TYPE, NODE_TYPE, type KnownTypes, type LogLine } from './engine.mts';
export { standIn } from './standIns.mts';
export { virtualTime, type Clock, type VirtualTime } from './virtualTime.mts';

/** Where the calls go, and what is known. */
export interface Environment {
	/** The API host that the default credential points at. */
	url?: string;
	/** The data of the credential, over the defaults (region `custom`, 25 calls in 5 s, made-up keys). */
	credentials?: CredentialSource;
	/** Types beyond ours and the stand-ins; another type under our name takes its place. */
	types?: KnownTypes;
}

export interface ExecutionOptions extends Environment {
	/** The `json` of the items that the start node puts out. */
	input?: object[];
	mode?: Extract<WorkflowExecuteMode, 'manual' | 'trigger'>;
	/** Cancels the execution, as n8n's stop button does, this many ms after its start. */
	cancelAfterMs?: number;
	/** Cancels the execution when it is aborted. */
	signal?: AbortSignal;
}

type NodeSettings = Pick<
	INode,
	| 'onError'
	| 'retryOnFail'
	| 'maxTries'
	| 'waitBetweenTries'
	| 'executeOnce'
	| 'alwaysOutputData'
	| 'parameters'
>;

/** Settings of the LeadSquared node and of the run. */
export type RunOptions = Partial<NodeSettings> &
	ExecutionOptions & {
		/** The node has no credential chosen. */
		withoutCredential?: boolean;
	};

/** A workflow as n8n exports it. */
export interface WorkflowJson {
	name?: string;
	nodes: Array<Partial<INode> & Pick<INode, 'name' | 'type'>>;
	connections: IConnections;
	settings?: IWorkflowSettings;
}

export interface WorkflowResult {
	/** Items of a node's output in its latest run; none if it did not run or failed. */
	items(node: string, output?: number): INodeExecutionData[];
	hints(node: string): NodeExecutionHint[];
	/** The reason why the execution failed or was cancelled. */
	error?: ExecutionError;
	run: IRun;
	/** Log lines of nodes and engine. */
	logs: LogLine[];
	/** Messages from nodes to the editor (`sendMessageToUI`). */
	messages: unknown[];
	elapsedMs: number;
}

export interface RunResult extends Omit<WorkflowResult, 'items' | 'hints'> {
	items: INodeExecutionData[];
	/** The error output: with `onError: 'continueErrorOutput'` only. */
	errorItems: INodeExecutionData[];
	hints: NodeExecutionHint[];
}

/** The names of the nodes in {@link runNode}'s workflow. */
export const START = 'Start';
export const LEAD_SQUARED = 'LeadSquared';

/**
 * Runs one LeadSquared node behind a manual trigger in n8n's own engine. In virtual time if that is
 * in force, else in real time.
 *
 * @throws WorkflowHasIssuesError, as n8n does before it starts, if a required parameter is empty
 */
export async function runNode(options: RunOptions): Promise<RunResult> {
	const { parameters = {}, withoutCredential } = options;
	const { onError, retryOnFail, maxTries, waitBetweenTries, executeOnce, alwaysOutputData } =
		options;
	const result = await runWorkflow(
		{
			nodes: [
				{ name: START, type: 'n8n-nodes-base.manualTrigger' },
				{
					name: LEAD_SQUARED,
					type: NODE_TYPE,
					parameters: asText(parameters),
					...(!withoutCredential && { credentials: REFERENCE }),
					...{ onError, retryOnFail, maxTries, waitBetweenTries, executeOnce, alwaysOutputData },
				},
			],
			connections: { [START]: { main: [[{ node: LEAD_SQUARED, type: 'main', index: 0 }]] } },
		},
		options,
	);
	return {
		...result,
		items: result.items(LEAD_SQUARED),
		errorItems: result.items(LEAD_SQUARED, 1),
		hints: result.hints(LEAD_SQUARED),
	};
}

/**
 * Runs a workflow from its trigger in n8n's own engine. For concurrent executions, call it several
 * times and wait with one `Promise.all`.
 *
 * @throws WorkflowHasIssuesError, as n8n does before it starts, if a required parameter is empty
 */
export async function runWorkflow(
	json: WorkflowJson,
	options: ExecutionOptions = {},
): Promise<WorkflowResult> {
	const { input = [{}], mode = 'manual', cancelAfterMs, signal } = options;
	const types = await knownTypes(options.types);
	const workflow = workflowOf(json, types);
	const messages: unknown[] = [];
	const logs: LogLine[] = [];
	const credentials = new MemoryCredentials(types.credentials, credentialSource(options));
	const additionalData = additionalDataOf(credentials, { mode, workflow: json, messages });
	const main = [input.map((item) => ({ json: item }) as INodeExecutionData)];
	// As `createRunExecutionData` makes it, which n8n 1.110 and older do not have.
	const runExecutionData = {
		startData: {},
		resultData: { runData: {} },
		executionData: {
			contextData: {},
			metadata: {},
			waitingExecution: {},
			waitingExecutionSource: {},
			nodeExecutionStack: [{ node: startOf(workflow), data: { main }, source: null }],
		},
	} as unknown as IRunExecutionData;

	const startedAt = Date.now();
	const run = await collectingLogs(logs, async () => {
		const execution = new WorkflowExecute(
			additionalData,
			mode,
			runExecutionData,
		).processRunExecutionData(workflow);
		const timer =
			cancelAfterMs === undefined ? undefined : setTimeout(() => execution.cancel(), cancelAfterMs);
		signal?.addEventListener('abort', () => execution.cancel());
		return await inTime(execution.finally(() => clearTimeout(timer)));
	});
	const latestRun = (node: string) => run.data.resultData.runData[node]?.at(-1);
	return {
		items: (node, output = 0) => latestRun(node)?.data?.main[output] ?? [],
		hints: (node) => latestRun(node)?.hints ?? [],
		error: run.data.resultData.error,
		run,
		logs,
		messages,
		elapsedMs: (run.stoppedAt?.getTime() ?? Date.now()) - startedAt,
	};
}

/** Fills a dropdown of the node as n8n does: by a method of its `methods.loadOptions`. */
export async function loadOptions(
	method: string,
	options: Environment & { parameters?: INodeParameters; withoutCredential?: boolean } = {},
): Promise<INodePropertyOptions[]> {
	const { types, context } = await editorContext(options);
	const load = types.nodes[NODE_TYPE].methods?.loadOptions?.[method];
	if (!load) throw new Error(`The node has no method ${method} to load options`);
	return await inTime(load.call(context));
}

/** Fills a resource locator's list as n8n does: by a method of its `methods.listSearch`. */
export async function listSearch(
	method: string,
	{ filter, token, ...options }: Environment & { filter?: string; token?: string },
): Promise<INodeListSearchResult> {
	const { types, context } = await editorContext(options);
	const search = types.nodes[NODE_TYPE].methods?.listSearch?.[method];
	if (!search) throw new Error(`The node has no method ${method} to search a list`);
	return await inTime(search.call(context, filter, token));
}

/** Fills a resource mapper as n8n does: by a method of its `methods.resourceMapping`. */
export async function resourceMapping(
	method: string,
	options: Environment,
): Promise<ResourceMapperFields> {
	const { types, context } = await editorContext(options);
	const load = types.nodes[NODE_TYPE].methods?.resourceMapping?.[method];
	if (!load) throw new Error(`The node has no method ${method} to fill a mapper`);
	return await inTime(load.call(context));
}

/** The context that n8n's editor gives to a method of a node. */
async function editorContext(
	options: Environment & { parameters?: INodeParameters; withoutCredential?: boolean },
) {
	const { parameters = {}, withoutCredential = false } = options;
	const types = await knownTypes(options.types);
	const credentials = withoutCredential ? undefined : REFERENCE;
	const node = { name: LEAD_SQUARED, type: NODE_TYPE, parameters, credentials };
	const workflow = workflowOf({ nodes: [node], connections: {} }, types);
	const helper = new MemoryCredentials(types.credentials, credentialSource(options));
	const additionalData = additionalDataOf(helper, { mode: 'internal', workflow, messages: [] });
	additionalData.currentNodeParameters = parameters;
	const context = new LoadOptionsContext(
		workflow,
		workflow.nodes[LEAD_SQUARED],
		additionalData,
		'parameters',
	);
	return { types, context };
}

/**
 * Tests a credential as n8n does when one is saved: by the declarative test of its type
 * (`dist/services/credentials-tester.service.js` of the package n8n, 2.41).
 */
export async function testCredential(options: Environment): Promise<INodeCredentialTestResult> {
	const known = await knownTypes(options.types);
	const { test } = known.credentials[CREDENTIAL_TYPE];
	if (!test) throw new Error('The credential type has no test');
	const { description } = standIn(async () => []);
	const routing = { request: test.request };
	const tester: INodeType = {
		description: {
			...description,
			credentials: [{ name: CREDENTIAL_TYPE, required: true }],
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing }],
		},
	};
	const types = { ...known, nodes: { tester } };
	const helper = new MemoryCredentials(types.credentials, credentialSource(options));
	const data = helper.withDefaults(CREDENTIAL_TYPE, CREDENTIAL);
	const workflow = workflowOf(
		{ nodes: [{ name: 'Test', type: 'tester' }], connections: {} },
		types,
	);
	const node = workflow.nodes.Test;
	const context = new ExecuteContext(
		workflow,
		node,
		additionalDataOf(helper, { mode: 'internal', workflow: {}, messages: [] }),
		'internal',
		{ resultData: { runData: {} } } as unknown as IRunExecutionData,
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	const credential = { ...CREDENTIAL, type: CREDENTIAL_TYPE, data };
	let answers: INodeExecutionData[][] | null | undefined;
	try {
		answers = await inTime(new RoutingNode(context, tester, credential).runNode());
	} catch (error) {
		const { cause, message } = error as Error & { cause?: TestFault };
		const { code, response } = cause ?? {};
		if (!response) return { status: 'Error', message: code ?? message };
		const succeeded = response.status >= 199 && response.status <= 299;
		return { status: 'Error', message: succeeded ? message : response.statusText };
	}
	for (const { type, properties } of test.rules ?? []) {
		if (type !== 'responseSuccessBody') continue;
		const { key, value, message } = properties as { key: string; value: unknown; message: string };
		const answer = Object(answers![0][0].json ?? {}) as Record<string, unknown>;
		if (answer[key] === value) return { status: 'Error', message };
	}
	return { status: 'OK', message: 'Connection successful!' };
}

/** The cause of an error that a test may end with, as far as n8n shows it. */
interface TestFault {
	code?: string;
	response?: { status: number; statusText: string };
}

const CREDENTIAL = { id: '1', name: 'LeadSquared account' };
const REFERENCE = { [CREDENTIAL_TYPE]: CREDENTIAL };

function credentialSource({ url, credentials }: Environment): CredentialSource {
	if (typeof credentials === 'function') return credentials;
	return { ...defaultCredential(url), ...credentials };
}

const defaultCredential = (url = ''): ICredentialDataDecryptedObject => ({
	region: 'custom',
	customUrl: url,
	accessKey: 'u$rHarnessAccessKey',
	secretKey: 'HarnessSecretKey',
	rateLimitCalls: 25,
	rateLimitSeconds: 5,
});

const inTime = async <T,>(promise: Promise<T>): Promise<T> =>
	await (activeVirtualTime()?.run(promise) ?? promise);

function workflowOf(json: WorkflowJson, types: Required<KnownTypes>): Workflow {
	const nodes = json.nodes.map(
		(node, index): INode => ({
			id: String(index),
			typeVersion: 1,
			position: [index * 200, 0],
			parameters: {},
			...node,
		}),
	);
	return new Workflow({
		id: 'harness',
		name: json.name ?? 'Harness',
		nodes,
		connections: json.connections,
		active: false,
		nodeTypes: nodeTypesOf(types.nodes),
		settings: { executionOrder: 'v1', ...json.settings },
	});
}

function startOf(workflow: Workflow): INode {
	const start = Object.values(workflow.nodes).find(({ type }) =>
		workflow.nodeTypes.getByNameAndVersion(type).description.group.includes('trigger'),
	);
	if (!start) throw new Error('The workflow has no trigger');
	return start;
}
