import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { PollContext } from 'n8n-core';
import { PollTriggerExecutor } from 'n8n-core/dist/execution-engine/poll-trigger-executor.js';
import { TriggersAndPollers } from 'n8n-core/dist/execution-engine/triggers-and-pollers.js';
import * as n8nWorkflow from 'n8n-workflow';
import {
	Workflow,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type IPollFunctions,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import {
	additionalDataOf,
	collectingLogs,
	CREDENTIAL_TYPE,
	knownTypes,
	MemoryCredentials,
	nodeTypesOf,
	TRIGGER_TYPE,
	type CredentialSource,
	type LogLine,
} from './engine.mts';
import { asText } from '../asText.mts';

/**
 * Where n8n keeps the state of a poll. By default it is in the workflow's static data, and the process
 * has a copy. With the durable scheduler each poll gets a new copy. With durable cursors the state is
 * stored together with the execution.
 */
export type Engine = 'static data' | 'durable scheduler' | 'durable cursors';
export const ENGINES: Engine[] = ['static data', 'durable scheduler', 'durable cursors'];

export interface PollingOptions {
	engine?: Engine;
	/** The trigger, as the process has it that n8n runs in; ours by default. */
	trigger?: INodeType;
	parameters?: INodeParameters;
	credentials: CredentialSource;
	/** Makes the calls instead of n8n's helper. */
	http?: (type: string, options: Record<string, unknown>) => Promise<unknown>;
	budgetMs?: number;
	/** The state that was remembered before. */
	cursor?: unknown;
}

export interface Execution {
	items: INodeExecutionData[];
	at: number;
}

/** The trigger in another process: of what this one remembers, it has only the cursor. */
export async function triggerOfAnotherProcess(): Promise<INodeType> {
	let trigger: INodeType | undefined;
	await jest.isolateModulesAsync(async () => {
		jest.doMock('n8n-workflow', () => n8nWorkflow);
		const { LeadSquaredTrigger } = await import(
			'../../nodes/LeadSquared/LeadSquaredTrigger.node.ts'
		);
		trigger = new LeadSquaredTrigger();
	});
	return trigger!;
}

const NODE_ID = 'a1';
let workflows = 0;

const span = { setStatus() {} };
const tracing = {
	startSpan: async (_: unknown, run: (given: object) => Promise<unknown>) => await run(span),
	startNewTraceSpan: async (_: unknown, run: (given: object) => Promise<unknown>) =>
		await run(span),
	pickWorkflowAttributes: () => ({}),
	pickNodeAttributes: () => ({}),
};
const silent = { debug() {}, info() {}, warn() {}, error() {}, scoped: () => silent };

/**
 * n8n, as far as a polling trigger sees it: n8n-core polls, and around it stands what n8n's own
 * package does with results and with what is remembered (`trigger-execution-context.factory.js`,
 * `poll-cursor.service.js`, `workflow-static-data.service.js`, `poll-trigger-task-handler.js`, 2.41).
 */
export class PollingN8n {
	/** Each poll that gave something started one. */
	readonly executions: Execution[] = [];
	/** Errors that polls threw. n8n shows each as a failed execution. */
	readonly errors: Error[] = [];
	readonly logs: LogLine[] = [];
	/** The content of n8n's database, as text. */
	private readonly stored = { staticData: '{}', cursor: undefined as string | undefined };
	private trigger?: INodeType;
	private name = 'LeadSquared Trigger';
	private parameters: INodeParameters;
	private credentials: CredentialSource;
	private readonly id = `harness-${++workflows}`;
	private activation = 0;
	private isActive = false;
	private workflow?: Workflow;
	private execute?: (isActivation?: boolean) => Promise<void>;

	constructor(private readonly options: PollingOptions) {
		this.trigger = options.trigger;
		this.parameters = options.parameters ?? {};
		this.credentials = options.credentials;
		if (options.cursor !== undefined) {
			const global = { [`leadSquaredTrigger ${NODE_ID}`]: options.cursor };
			this.stored.staticData = JSON.stringify({ global });
		}
	}

	/** All items of all executions. */
	get items(): INodeExecutionData[] {
		return this.executions.flatMap(({ items }) => items);
	}

	/** The size of the remembered state, in bytes that n8n stores: the larger of the two places. */
	get rememberedBytes(): number {
		const { staticData, cursor = '' } = this.stored;
		return Math.max(Buffer.byteLength(staticData), Buffer.byteLength(cursor));
	}

	/** The stored state, for inspection. */
	get remembered(): IDataObject {
		return JSON.parse(this.stored.cursor ?? this.stored.staticData) as IDataObject;
	}

	/** @throws what the first poll throws: then the workflow stays as it was */
	async activate(): Promise<void> {
		const activation = ++this.activation;
		const isCurrent = () => this.isActive && this.activation === activation;
		await this.open(isCurrent);
		this.isActive = true;
		try {
			await this.execute!(true);
		} catch (error) {
			this.isActive = false;
			throw new Error(`There was a problem activating the workflow: "${(error as Error).message}"`);
		}
		this.save(this.workflow!);
	}

	deactivate(): void {
		this.isActive = false;
		this.activation++;
	}

	/** The process ends, with all that only it knew, and another one begins, with a trigger of its own. */
	async restart(trigger?: INodeType): Promise<void> {
		this.deactivate();
		this.trigger = trigger ?? this.trigger;
		if (this.options.engine === 'static data' || this.options.engine === undefined) {
			await this.activate();
			return;
		}
		// The durable scheduler has the job in its database: it polls when it is time.
		const activation = this.activation;
		this.isActive = true;
		await this.open(() => this.isActive && this.activation === activation);
	}

	/** A person changes the workflow, or its credential, while it is active. */
	async change({
		name,
		parameters,
		credentials,
	}: {
		name?: string;
		parameters?: INodeParameters;
		credentials?: CredentialSource;
	}): Promise<void> {
		this.deactivate();
		this.name = name ?? this.name;
		this.parameters = { ...this.parameters, ...parameters };
		this.credentials = credentials ?? this.credentials;
		await this.activate();
	}

	/** It is time to poll. */
	async tick(): Promise<void> {
		if (!this.isActive) return;
		// A poll that outlives its activation, or its process, has lost its lease.
		const { activation } = this;
		const isCurrent = () => this.isActive && this.activation === activation;
		if (this.options.engine?.startsWith('durable')) await this.open(isCurrent);
		await this.execute!();
	}

	/** 'Fetch Test Event' in the editor. */
	async fetchTestEvent(): Promise<INodeExecutionData[]> {
		const { workflow, node, additionalData, type } = await this.surroundings();
		workflow.setTestStaticData?.({});
		const context = this.withHttp(
			new PollContext(workflow, node, additionalData, 'manual', 'manual'),
		);
		const output = await this.logging(async () => await type.poll!.call(context));
		return output?.[0] ?? [];
	}

	private async open(isCurrent: () => boolean): Promise<void> {
		const { workflow, node, additionalData } = await this.surroundings();
		this.workflow = workflow;
		const isKept = this.options.engine === 'durable cursors';
		const staged = new AsyncLocalStorage<{ snapshot: IDataObject; seed: IDataObject }>();
		const take = () => {
			const store = staged.getStore();
			if (!store || isDeepStrictEqual(store.snapshot, store.seed)) return undefined;
			store.seed = structuredClone(store.snapshot);
			return JSON.stringify(store.seed);
		};
		const emit = (data: INodeExecutionData[][]) => {
			const cursor = take();
			this.save(workflow);
			if (cursor !== undefined) this.stored.cursor = cursor;
			this.executions.push({ items: data[0], at: Date.now() });
		};
		const { budgetMs } = this.options;
		const context = this.withHttp(
			new PollContext(
				workflow,
				node,
				additionalData,
				'trigger',
				'activate',
				emit as never,
				((error: Error) => this.errors.push(error)) as never,
				async () => {
					const cursor = take();
					if (cursor !== undefined) this.stored.cursor = cursor;
				},
				(async (poll: () => Promise<unknown>) => {
					if (!isKept) return await poll();
					this.stored.cursor ??= JSON.stringify(workflow.getStaticData('node', node));
					const cursor = JSON.parse(this.stored.cursor) as IDataObject;
					return await staged.run({ snapshot: structuredClone(cursor), seed: cursor }, poll);
				}) as never,
				isKept ? () => staged.getStore()!.snapshot : undefined,
				budgetMs === undefined ? undefined : () => budgetMs,
			),
		);
		const executor = new PollTriggerExecutor(
			silent as never,
			new TriggersAndPollers(),
			tracing as never,
			{ error() {} } as never,
		);
		const execute = executor.create(workflow, node, context, isCurrent);
		this.execute = async (isActivation) =>
			await this.logging(async () => await execute(isActivation));
	}

	private withHttp<Context extends IPollFunctions>(context: Context): Context {
		const { http } = this.options;
		if (http) context.helpers.httpRequestWithAuthentication = http as never;
		return context;
	}

	private async logging<T>(action: () => Promise<T>): Promise<T> {
		return await collectingLogs(this.logs, action);
	}

	/** `saveStaticData`, which is not waited for. */
	private save(workflow: Workflow): void {
		if (workflow.staticData.__dataChanged !== true) return;
		this.stored.staticData = JSON.stringify(workflow.staticData);
		workflow.staticData.__dataChanged = false;
	}

	private async surroundings() {
		const types = await knownTypes();
		const type =
			this.trigger ??
			new (await import('../../nodes/LeadSquared/LeadSquaredTrigger.node.ts')).LeadSquaredTrigger();
		const node: INode = {
			id: NODE_ID,
			name: this.name,
			type: TRIGGER_TYPE,
			typeVersion: 1,
			position: [0, 0],
			parameters: asText(this.parameters),
			credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'LeadSquared account' } },
		};
		const workflow = new Workflow({
			id: this.id,
			name: 'Harness',
			nodes: [node],
			connections: {},
			active: true,
			nodeTypes: nodeTypesOf({ ...types.nodes, [TRIGGER_TYPE]: type }),
			staticData: JSON.parse(this.stored.staticData) as IDataObject,
			settings: { executionOrder: 'v1' },
		});
		const credentials = new MemoryCredentials(types.credentials, this.credentials);
		const additionalData: IWorkflowExecuteAdditionalData = additionalDataOf(credentials, {
			mode: 'trigger',
			workflow,
			messages: [],
		});
		return { workflow, node: workflow.nodes[this.name], additionalData, type };
	}
}
