import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@n8n/backend-common';
import { Container } from '@n8n/di';
import { ExecutionLifecycleHooks, InstanceSettings } from 'n8n-core';
import { SSHClientsManager } from 'n8n-core/dist/execution-engine/ssh-clients-manager.js';
import {
	ICredentialsHelper,
	LoggerProxy,
	NodeHelpers,
	type ICredentialDataDecryptedObject,
	type ICredentials,
	type ICredentialType,
	type ICredentialsExpressionResolveValues,
	type IExecuteData,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeType,
	type INodeTypes,
	type IRequestOptionsSimplified,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
	type Workflow,
	type WorkflowExecuteMode,
} from 'n8n-workflow';
import { STAND_INS } from './standIns.mts';

export const NODE_TYPE = 'n8n-nodes-leadsquared-crm.leadSquared';
export const TRIGGER_TYPE = 'n8n-nodes-leadsquared-crm.leadSquaredTrigger';
export const CREDENTIAL_TYPE = 'leadSquaredApi';

export interface LogLine {
	level: 'error' | 'warn' | 'info' | 'debug';
	message: string;
	meta?: unknown;
}

/** Node and credential types by name; they go before those that the harness knows. */
export interface KnownTypes {
	nodes?: Record<string, INodeType>;
	credentials?: Record<string, ICredentialType>;
}

/** The data of a credential, or the one that a node refers to if there are several. */
export type CredentialSource =
	| ICredentialDataDecryptedObject
	| ((reference: INodeCredentialsDetails) => ICredentialDataDecryptedObject);

const logLines = new AsyncLocalStorage<LogLine[]>();

/** Runs `action`; what it logs goes to `lines`. */
export const collectingLogs = <T,>(lines: LogLine[], action: () => T): T =>
	logLines.run(lines, action);

const writeLog = (level: LogLine['level']) => (message: string, meta?: unknown) => {
	logLines.getStore()?.push(meta === undefined ? { level, message } : { level, message, meta });
};

const logger = {
	error: writeLog('error'),
	warn: writeLog('warn'),
	info: writeLog('info'),
	debug: writeLog('debug'),
	scoped: () => logger,
};

// What n8n-core takes from its dependency container. The real settings would be read from, and
// written to, n8n's folder in the home directory.
Container.set(Logger, logger as unknown as Logger);
Container.set(InstanceSettings, {
	instanceId: 'harness',
	encryptionKey: 'harness',
	hmacSignatureSecret: 'harness',
	n8nFolder: '',
} as InstanceSettings);
// The real one sets a timer for ever.
Container.set(SSHClientsManager, {} as SSHClientsManager);
LoggerProxy.init(logger);

/** All types a workflow may use: ours from source (for coverage), the given ones, the stand-ins. */
export async function knownTypes(given: KnownTypes = {}): Promise<Required<KnownTypes>> {
	const { nodes = {}, credentials = {} } = given;
	if (nodes[NODE_TYPE] && credentials[CREDENTIAL_TYPE]) {
		return { nodes: { ...STAND_INS, ...nodes }, credentials };
	}
	const { LeadSquared } = await import('../../nodes/LeadSquared/LeadSquared.node.ts');
	const { LeadSquaredApi } = await import('../../credentials/LeadSquaredApi.credentials.ts');
	return {
		nodes: { ...STAND_INS, [NODE_TYPE]: new LeadSquared(), ...nodes },
		credentials: { [CREDENTIAL_TYPE]: new LeadSquaredApi(), ...credentials },
	};
}

/** The node types in the shape in which n8n-workflow asks for them. */
export function nodeTypesOf(nodes: Record<string, INodeType>): INodeTypes {
	const get = (type: string) => {
		if (!nodes[type]) throw new Error(`The harness does not know node type ${type}`);
		return nodes[type];
	};
	return { getByName: get, getByNameAndVersion: get, getKnownTypes: () => ({}) };
}

/**
 * Credentials from memory. Resolves defaults, expressions and the generic `authenticate` like n8n
 * (`dist/credentials-helper.js` of the package n8n, 2.41).
 */
export class MemoryCredentials extends ICredentialsHelper {
	private readonly types: Record<string, ICredentialType>;

	private readonly source: CredentialSource;

	constructor(types: Record<string, ICredentialType>, source: CredentialSource) {
		super();
		this.types = types;
		this.source = source;
	}

	getParentTypes(): string[] {
		return [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(type: string) {
		return this.types[type].properties;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		request: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const options = request as IHttpRequestOptions;
		const { authenticate } = this.types[typeName];
		if (typeof authenticate === 'function') return await authenticate(credentials, options);
		if (authenticate?.type !== 'generic') return options;

		const resolve = (value: string) =>
			value.startsWith('=')
				? (workflow!.expression
						.getSimpleParameterValue(node!, value, 'internal', { $credentials: credentials })
						?.toString() ?? '')
				: value;
		const parts = options as unknown as Record<string, Record<string, string>>;
		for (const [part, values] of Object.entries(authenticate.properties)) {
			parts[part] ??= {};
			for (const [key, value] of Object.entries(values as Record<string, string>)) {
				parts[part][resolve(key)] = resolve(value);
			}
		}
		return options;
	}

	async preAuthentication(): Promise<undefined> {}

	async runPreAuthentication(): Promise<undefined> {}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		reference: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		executeData?: IExecuteData,
		_raw?: boolean,
		at?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.withDefaults(type, reference);
		if (!at) return data;
		return at.workflow.expression.getParameterValue(
			data as never,
			at.runExecutionData,
			at.runIndex,
			at.itemIndex,
			at.node.name,
			at.connectionInputData,
			mode,
			{},
			executeData,
		) as unknown as ICredentialDataDecryptedObject;
	}

	/** The data of the credential, with defaults. */
	withDefaults(type: string, reference: INodeCredentialsDetails): ICredentialDataDecryptedObject {
		const data = typeof this.source === 'function' ? this.source(reference) : this.source;
		const { properties } = this.types[type];
		return NodeHelpers.getNodeParameters(
			properties,
			data as never,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new Error('The harness stores no credentials');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}
}

let executions = 0;

/** The part of n8n's execution data that nodes of this package can reach. */
export function additionalDataOf(
	credentialsHelper: ICredentialsHelper,
	{
		mode,
		workflow,
		messages,
	}: { mode: WorkflowExecuteMode; workflow: object; messages: unknown[] },
): IWorkflowExecuteAdditionalData {
	const executionId = String(++executions);
	return {
		credentialsHelper,
		executionId,
		hooks: new ExecutionLifecycleHooks(mode, executionId, workflow as IWorkflowBase),
		currentNodeExecutionIndex: 0,
		variables: {},
		restApiUrl: 'http://harness/rest',
		instanceBaseUrl: 'http://harness/',
		webhookBaseUrl: 'http://harness/webhook',
		webhookWaitingBaseUrl: 'http://harness/webhook-waiting',
		webhookTestBaseUrl: 'http://harness/webhook-test',
		formWaitingBaseUrl: 'http://harness/form-waiting',
		setExecutionStatus() {},
		logAiEvent() {},
		sendDataToUI(_type: string, data: { messages: unknown[] }) {
			for (const message of data.messages) messages.push(message);
		},
	} as unknown as IWorkflowExecuteAdditionalData;
}
