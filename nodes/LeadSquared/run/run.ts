import {
	deepCopy,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { clock } from '../base/clock';
import { count, firstFew } from '../base/text';
import { yesNo } from '../input/readers';
import { createClient, type Client, type ClientOptions, type Context } from '../transport/client';
import { apiBaseUrl, readCredentials } from '../transport/credentials';
import { borrowAccount } from '../transport/limiter/accounts';
import { asNodeError } from './messages';
import { progressReporter } from './report';

const CANCELED = 'The execution was canceled';

/**
 * The error of a canceled execution. n8n distinguishes it from a failed one by its message.
 *
 * @param description what was done before
 */
export const canceled = (context: IExecuteFunctions, description?: string): NodeOperationError =>
	new NodeOperationError(context.getNode(), CANCELED, { description });

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
		return await execute(run);
	} catch (error) {
		if (context.getExecutionCancelSignal()?.aborted) {
			const isCanceled = error instanceof NodeOperationError && error.message === CANCELED;
			throw isCanceled ? error : canceled(context);
		}
		if (!context.continueOnFail()) throw asNodeError(context.getNode(), error);
		const failure = asNodeError(context.getNode(), error);
		return context.getInputData().map((_, item) => {
			const fields = fieldsOfErrorItem(context, item, wantsInputFields(context, item));
			return errorItem(item, failure, fields);
		});
	} finally {
		run.close();
	}
}

/** One execution of the node: its input, and a connection to the account once an operation needs it. */
export class Run {
	private connection?: Connection;

	constructor(readonly context: IExecuteFunctions) {}

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
}

/**
 * The item for an input item that failed. Since it has no property `error` outside `json`, n8n adds the
 * input's fields on the error output. n8n 2.20 and older put only items with exactly these keys there.
 *
 * @param fields further fields of the item
 */
export function errorItem(
	item: number,
	{ message, description }: NodeError,
	fields: IDataObject = {},
): INodeExecutionData {
	const report = description ? { error: message, message: description } : { error: message };
	return { json: { ...fields, ...report }, pairedItem: { item } };
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
	const credentialId = context.getNode().credentials?.leadSquaredApi?.id ?? undefined;
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

/** The error of an input item. */
export interface ItemError {
	item: number;
	error: NodeError;
}

/**
 * Combines errors into the one that the node stops for, so that a sheet can be corrected all at once. An
 * error that is the same for every item, such as an option's, is reported once, for the first item.
 *
 * @param title makes the message from the number of errors
 */
export function combineErrors(
	context: IExecuteFunctions,
	errors: ItemError[],
	title: (count: number) => string,
): NodeError {
	const inOrder = [...errors].sort((a, b) => a.item - b.item);
	const [{ item, error: first }] = inOrder;
	const isSame = ({ error }: ItemError) => withoutItem(error) === withoutItem(first);
	if (inOrder.every(isSame)) return first;
	const messages = firstFew(
		inOrder.map(({ error }) => error.message),
		'; ',
	);
	return new NodeOperationError(context.getNode(), title(inOrder.length), {
		itemIndex: item,
		description: `${messages}. ${first.description ?? ''}`.trim(),
		failure: { cause: 'configuration-invalid' },
	});
}

/**
 * The errors of the input items that cannot be used.
 *
 * @throws NodeError for all of them, if the node stops at a failure
 */
export function inputErrors(
	{ context, stopAtFailure }: Run,
	requests: Array<{ item: number; fault?: Error }>,
): ItemError[] {
	const node = context.getNode();
	const errors = requests.flatMap(({ item, fault }) =>
		fault ? [{ item, error: asNodeError(node, fault, item) }] : [],
	);
	if (errors.length > 0 && stopAtFailure) throw unusableInput(context, errors);
	return errors;
}

/** Combines the errors of input items that cannot be used. */
export function unusableInput(context: IExecuteFunctions, errors: ItemError[]): NodeError {
	const all = count(context.getInputData().length);
	return combineErrors(
		context,
		errors,
		(those) => `${count(those)} of ${all} input items cannot be used`,
	);
}

const withoutItem = ({ message }: NodeError): string => message.replace(/ \[item \d+\]$/, '');

/**
 * Appends the error items to the items. If the first item were an error item, n8n would treat it as an error
 * of the whole node, and run the node again under Retry On Fail.
 *
 * @param fieldsOf the fields that an error item gets from its input item
 */
export function withErrorItems(
	items: INodeExecutionData[],
	errors: ItemError[],
	fieldsOf: (item: number) => IDataObject = () => ({}),
): INodeExecutionData[] {
	const inOrder = [...errors].sort((a, b) => a.item - b.item);
	for (const { item, error } of inOrder) items.push(errorItem(item, error, fieldsOf(item)));
	return items;
}

/**
 * Puts the items in the order of their input items, if each has exactly one. n8n treats an error in the
 * first item as an error of the whole node. Under Retry On Fail it would run the node again, and write
 * everything twice, so error items come last then.
 */
export function itemsInPlace(
	context: IExecuteFunctions,
	items: ReadonlyMap<number, INodeExecutionData>,
): INodeExecutionData[] {
	const inPlace = [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
	const isError = ({ json }: INodeExecutionData) => typeof json.error === 'string';
	if (!context.getNode().retryOnFail || !inPlace[0] || !isError(inPlace[0])) return inPlace;
	return [...inPlace.filter((item) => !isError(item)), ...inPlace.filter(isError)];
}

const INCLUDE_INPUT_FIELDS = yesNo('Include Input Fields');

/** Copies an input item's fields, so that nothing is shared with the input. */
export function copyFields(fields: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [
			name,
			typeof value === 'object' && value !== null ? deepCopy(value) : value,
		]),
	);
}

/**
 * The fields that an error item gets from its input item: all if they are wanted, but none on n8n's error
 * output. n8n adds them there, and n8n 2.20 and older would treat an item with any as a success.
 */
export function fieldsOfErrorItem(
	context: IExecuteFunctions,
	item: number,
	areWanted: boolean,
): IDataObject {
	if (!areWanted || context.getNode().onError === 'continueErrorOutput') return {};
	return copyFields(context.getInputData()[item]?.json ?? {});
}

/** Whether the node's options ask for the input item's fields; false if they cannot be read. */
function wantsInputFields(context: IExecuteFunctions, item: number): boolean {
	try {
		const options = context.getNodeParameter('options', item, {}) as IDataObject | null;
		return INCLUDE_INPUT_FIELDS.read(options?.includeInputFields) === true;
	} catch {
		return false;
	}
}
