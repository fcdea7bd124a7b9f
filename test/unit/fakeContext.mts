import { Readable } from 'node:stream';
import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	IPollFunctions,
	NodeExecutionHint,
} from 'n8n-workflow';
import type { Sandbox } from '../../dev/sandbox/server.mts';
import { asText } from '../asText.mts';
import { findOperation } from '../../nodes/LeadSquared/actions';
import { underOnError } from '../../nodes/LeadSquared/run/run';
import { noteAnswer } from '../../nodes/LeadSquared/transport/client';
import { apiBaseUrl } from '../../nodes/LeadSquared/transport/credentials';

export interface Job {
	sandbox: Sandbox;
	/** lead. */
	resource?: string;
	/** getByIds. */
	operation?: string;
	parameters: Record<string, unknown>;
	/** One for each input item, over `parameters`; as an expression would give them. */
	perItem?: Array<Record<string, unknown>>;
	goOn?: boolean;
	credentials?: Record<string, unknown>;
	cancel?: AbortSignal;
}

export interface Done {
	items: INodeExecutionData[];
	hints: string[];
	/** Lines of the log. */
	log: string[];
	calls: number;
}

/** The node that errors are about. */
export const NODE: INode = {
	id: '1',
	name: 'LeadSquared',
	type: 'leadSquared',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

let accounts = 0;

/** Each job has an account of its own unless set otherwise, so that limiters do not meet. */
export const freshCredentials = (sandbox: Sandbox) => ({
	region: 'custom',
	customUrl: `http://127.0.0.1:${1000 + (accounts++ % 60_000)}`,
	accessKey: sandbox.accessKey,
	secretKey: sandbox.secretKey,
	rateLimitCalls: 25,
	rateLimitSeconds: 5,
});

/** Credentials for a host that has answered before: one that never has is given up after 20 seconds. */
export function knownCredentials(sandbox: Sandbox) {
	const credentials = freshCredentials(sandbox);
	noteAnswer(apiBaseUrl(credentials), { kind: 'ok', value: undefined });
	return credentials;
}

/**
 * Runs the operation without n8n: parameters from the job, HTTP straight into the sandbox. What
 * n8n's engine adds is tested in test/engine.
 */
export async function runOperation(job: Job): Promise<Done> {
	const hints: string[] = [];
	const log: string[] = [];
	const before = job.sandbox.stats.calls;
	const context = fakeContext(job, hints, log);
	const { execute } = findOperation(job.resource ?? 'lead', job.operation ?? 'getByIds');
	const items = await underOnError(context, execute);
	return { items, hints, log, calls: job.sandbox.stats.calls - before };
}

function fakeContext(job: Job, hints: string[], log: string[]): IExecuteFunctions {
	const { sandbox, goOn = false } = job;
	const parameters = asText(job.parameters);
	const perItem = (job.perItem ?? [{}]).map((own) => ('options' in own ? asText(own) : own));
	const credentials = job.credentials ?? freshCredentials(sandbox);
	const isExpression = (name: string) => perItem.some((own) => name in own);
	const node = {
		...NODE,
		parameters: Object.fromEntries(
			[...Object.keys(parameters), ...perItem.flatMap((own) => Object.keys(own))].map((name) => [
				name,
				isExpression(name) ? '={{ $json }}' : parameters[name],
			]),
		),
	};
	const context = {
		getNode: () => node,
		getInputData: () => perItem.map((json) => ({ json })),
		getNodeParameter: (name: string, item: number, fallback: unknown) =>
			perItem[item]?.[name] ?? memberOf(parameters, name) ?? fallback,
		getCredentials: async () => credentials,
		continueOnFail: () => goOn,
		getMode: () => 'trigger',
		getTimezone: () => 'Asia/Kolkata',
		getExecutionCancelSignal: () => job.cancel,
		addExecutionHints: (...some: NodeExecutionHint[]) => {
			for (const { message } of some) hints.push(message);
		},
		sendMessageToUI: () => {},
		getWorkflow: () => ({ id: '1', name: 'My Workflow' }),
		logger: { info: (line: string) => log.push(line), warn: (line: string) => log.push(line) },
		helpers: {
			httpRequestWithAuthentication: httpInto(sandbox, credentials),
		},
	};
	return context as unknown as IExecuteFunctions;
}

/**
 * What n8n gives a trigger's poll, without n8n.
 *
 * @param remembered where it keeps what it remembers, from poll to poll
 */
export function pollContext(
	sandbox: Sandbox,
	parameters: Record<string, unknown>,
	{
		mode = 'trigger',
		remembered = { node: {}, global: {} },
		credentials = freshCredentials(sandbox),
		budgetMs = 300_000,
	}: {
		mode?: 'trigger' | 'manual';
		remembered?: { node: IDataObject; global: IDataObject };
		credentials?: Record<string, unknown>;
		budgetMs?: number;
	} = {},
): IPollFunctions {
	const line = () => {};
	const context = {
		getNode: () => ({ ...NODE, parameters }),
		getWorkflow: () => ({ id: String(credentials.customUrl) }),
		getNodeParameter: (name: string, fallback: unknown) => asText(parameters)[name] ?? fallback,
		getCredentials: async () => credentials,
		getMode: () => mode,
		getWorkflowStaticData: (of: 'node' | 'global') => remembered[of],
		getPollBudgetMs: () => budgetMs,
		logger: { debug: line, info: line, warn: line, error: line },
		helpers: { httpRequestWithAuthentication: httpInto(sandbox, credentials) },
	};
	return context as unknown as IPollFunctions;
}

/** A parameter, or a part of one: `fields.value`. */
const memberOf = (parameters: Record<string, unknown>, name: string): unknown =>
	name
		.split('.')
		.reduce<unknown>((of, part) => (Object(of ?? {}) as Record<string, unknown>)[part], parameters);

/** n8n's helper for calls, straight into a sandbox. */
export function httpInto(sandbox: Sandbox, credentials: Record<string, unknown>) {
	return async (_type: string, options: Record<string, unknown>) => {
		const url = new URL(String(options.url));
		for (const [name, value] of Object.entries((options.qs ?? {}) as object)) {
			url.searchParams.set(name, String(value));
		}
		const answer = await sandbox.handle({
			method: String(options.method),
			url: `${url.pathname}${url.search}`,
			headers: {
				'content-type': 'application/json',
				'x-lsq-accesskey': String(credentials.accessKey),
				'x-lsq-secretkey': String(credentials.secretKey),
			},
			body: options.body === undefined ? '' : JSON.stringify(options.body),
		});
		if (answer === 'reset') throw networkError('ECONNRESET', 'read ECONNRESET');
		if (answer === 'hang') {
			const { promise, resolve } = Promise.withResolvers<void>();
			setTimeout(resolve, Number(options.timeout));
			await promise;
			throw networkError('ECONNABORTED', `timeout of ${String(options.timeout)}ms exceeded`);
		}
		return {
			statusCode: answer.status,
			headers: answer.headers,
			body: Readable.from([Buffer.from(answer.body)], { objectMode: false }),
		};
	};
}

// As n8n throws it: a NodeApiError, whose cause is the error of the HTTP client.
function networkError(code: string, message: string): Error {
	return new Error('n8n wraps it', { cause: Object.assign(new Error(message), { code }) });
}
