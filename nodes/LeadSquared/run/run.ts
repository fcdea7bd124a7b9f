import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { clock } from '../base/clock';
import { isTool, nodeOf } from '../input/node';
import { itemParameter, readOptions, yesNo } from '../input/readers';
import { createClient, type Client, type ClientOptions, type Context } from '../transport/client';
import { apiBaseUrl, readCredentials } from '../transport/credentials';
import { borrowAccount } from '../transport/limiter/accounts';
import { forEditor } from './itemErrors';
import { copyFields, errorItem, fieldsOfErrorItem } from './items';
import { asNodeError } from './messages';
import { logLine, progressReporter } from './report';

const CANCELED = 'The execution was canceled';

/**
 * The error of a canceled execution. n8n distinguishes it from a failed one by its message.
 *
 * @param description what was done before
 */
export const canceled = (context: IExecuteFunctions, description?: string): NodeOperationError =>
	new NodeOperationError(nodeOf(context), CANCELED, { description });

/**
 * Runs an operation under the node's On Error setting. If the node continues, an error that the operation
 * throws becomes an error item for each input item, because n8n would otherwise pass the input items on as
 * if they were the output.
 *
 * @throws NodeApiError or NodeOperationError if the node stops, and if the execution is canceled
 */
export async function underOnError(
	context: IExecuteFunctions,
	execute: (run: Run) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const run = new Run(context);
	try {
		run.throwFinal();
		return await execute(run);
	} catch (error) {
		if (context.getExecutionCancelSignal()?.aborted) {
			const isCanceled = error instanceof NodeOperationError && error.message === CANCELED;
			throw isCanceled ? error : canceled(context);
		}
		const failure = asNodeError(nodeOf(context), error);
		context.logger.warn(logLine(context, failure.message));
		if (!context.continueOnFail()) throw forEditor(context, failure);
		return context.getInputData().map((_, item) => run.errorItem(item, failure));
	} finally {
		run.close();
	}
}

/** The errors of runs that must not be repeated, by their first input item, and the execution and node of each. */
const finalErrors = new WeakMap<INodeExecutionData, { run: string; error: NodeError }>();

/** One execution of the node: its input, and a connection to the account once an operation needs it. */
export class Run {
	private connection?: Connection;
	private failedFields?: IDataObject;
	private inputFieldsAt?: (item: number) => boolean;

	constructor(readonly context: IExecuteFunctions) {}

	/**
	 * Declares that the operation writes. Its output items have the input fields unless the user turns that off.
	 *
	 * @param failedFields the result fields of an item that was not written, so that all items have the same fields
	 */
	writes(failedFields?: IDataObject): void {
		this.failedFields = failedFields ?? {};
	}

	/** Whether the operation writes. */
	get isWriting(): boolean {
		return this.failedFields !== undefined;
	}

	/** Whether the first failure ends the execution. */
	get stopAtFailure(): boolean {
		return !this.context.continueOnFail();
	}

	/**
	 * Connects to the account, until `close`.
	 *
	 * @param maxWaitMs the time, in ms, for which calls that are refused or fail are retried
	 * @param unit what progress counts, such as `lead IDs`
	 * @throws InvalidInput if the credential cannot be used
	 */
	async open(maxWaitMs: number, unit: string): Promise<Client> {
		const { context, stopAtFailure } = this;
		const onProgress = progressReporter(context, clock, unit);
		this.connection = await connect(context, { maxWaitMs, stopAtFailure, onProgress });
		return this.connection.client;
	}

	close(): void {
		this.connection?.close();
	}

	/**
	 * The item for an input item that was written. Fields of the result replace input fields of the same name.
	 *
	 * If error items are in the same output, the item has the same fields as they have. Otherwise it has no
	 * `error`, not even the input's: under Retry On Fail, n8n treats an `error` in the first item as a failure
	 * (n8n 2.20 and older, even a null), and would write everything again.
	 */
	writtenItem(item: number, result: IDataObject): INodeExecutionData {
		const { context, stopAtFailure } = this;
		const { onError, retryOnFail } = nodeOf(context);
		const input = this.wantsInputFields(item) ? copyFields(context.getInputData()[item].json) : {};
		for (const name of ['error', 'errorCode', 'retryable']) delete input[name];
		const json: IDataObject = { ...input, ...result };
		const isAmongErrors = !stopAtFailure && onError !== 'continueErrorOutput' && !retryOnFail;
		if (isAmongErrors) {
			const { message = null } = json;
			Object.assign(json, { error: null, message, errorCode: null, retryable: null });
		}
		return { json, pairedItem: { item } };
	}

	/**
	 * Makes an error final, after a write that must not be repeated. Under Retry On Fail, n8n runs the node again
	 * with the same input items; that run ends with the same error, before any call.
	 */
	final(error: NodeError): NodeError {
		if (this.mayBeRepeated) finalErrors.set(this.firstInput, { run: this.name, error });
		return error;
	}

	/** @throws the final error of this node in this execution */
	throwFinal(): void {
		const before = this.mayBeRepeated ? finalErrors.get(this.firstInput) : undefined;
		if (before && before.run === this.name) throw before.error;
	}

	/** Whether n8n runs the node again after an error. An AI model may do so with other values. */
	private get mayBeRepeated(): boolean {
		return nodeOf(this.context).retryOnFail === true && !isTool(this.context);
	}

	private get firstInput(): INodeExecutionData {
		return this.context.getInputData()[0];
	}

	private get name(): string {
		return `${this.context.getExecutionId()} ${nodeOf(this.context).id}`;
	}

	/** The item for an input item that failed, with its input fields if the user wants them. */
	errorItem(item: number, error: NodeError): INodeExecutionData {
		const { context, failedFields } = this;
		const areWanted = this.wantsInputFields(item);
		const fields = fieldsOfErrorItem(context, item, areWanted, failedFields);
		return errorItem(context, item, error, fields);
	}

	/** Whether the node's options ask for the input item's fields; false if they cannot be read. */
	private wantsInputFields(item: number): boolean {
		try {
			this.inputFieldsAt ??= itemParameter(this.context, 'options', (given) => {
				const includeInputFields = yesNo('Include Input Fields', this.isWriting);
				return readOptions(given, { includeInputFields }).includeInputFields;
			});
			return this.inputFieldsAt(item);
		} catch {
			return false;
		}
	}
}

/** A connection to an account, until it is closed. */
export interface Connection {
	client: Client;
	/** Ends the client's waits and calls. */
	close(): void;
}

/**
 * Connects to the account of the node's credential. Its waits and calls end when the execution is canceled,
 * and with `close`.
 *
 * @throws InvalidInput if the credential's host or keys cannot be used, and n8n's error if it cannot provide
 * the credential
 */
export async function connect(context: Context, options: ClientOptions): Promise<Connection> {
	const cancel =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const credentials = readCredentials(await context.getCredentials('leadSquaredApi'));
	const baseUrl = apiBaseUrl(credentials);
	const credentialId = nodeOf(context).credentials?.leadSquaredApi?.id ?? undefined;
	const { account, release } = borrowAccount({ credentials, baseUrl, credentialId });
	const stopping = new AbortController();
	const onCancel = () => stopping.abort(cancel?.reason);
	if (cancel?.aborted) onCancel();
	cancel?.addEventListener('abort', onCancel, { once: true });
	return {
		client: createClient(context, credentials, baseUrl, account, stopping, options),
		close() {
			cancel?.removeEventListener('abort', onCancel);
			stopping.abort();
			release();
		},
	};
}
