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
 * The error of a cancelled execution, which n8n tells from a failed one by its word.
 *
 * @param description what had been done until then
 */
export const canceled = (context: IExecuteFunctions, description?: string): NodeOperationError =>
	new NodeOperationError(context.getNode(), CANCELED, { description });

/**
 * Runs an operation under the node's On Error setting: nothing bypasses it. Where the node continues,
 * whatever the operation throws becomes an error item for each input item, because n8n would otherwise
 * pass the input items on as if they were the output.
 *
 * @throws NodeApiError or NodeOperationError where the node stops, and if the execution is canceled
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

/** One execution of the node: its input, and the way to the account once an operation needs it. */
export class Run {
	private connection?: Connection;

	constructor(readonly context: IExecuteFunctions) {}

	/** Whether the first failure ends the execution. */
	get stopAtFailure(): boolean {
		return !this.context.continueOnFail();
	}

	/**
	 * Opens the way to the account, until `close`.
	 *
	 * @param maxWaitMs how long, in ms, its calls may go on being refused or failing
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
 * The item for an input item that failed. Without a property `error` of the item itself, n8n keeps
 * the input's fields beside it on the error output; n8n 2.20 and older put only items with these
 * keys and no others there.
 *
 * @param fields what else the item gets
 */
export function errorItem(
	item: number,
	{ message, description }: NodeError,
	fields: IDataObject = {},
): INodeExecutionData {
	const told = description ? { error: message, message: description } : { error: message };
	return { json: { ...fields, ...told }, pairedItem: { item } };
}

/** The way to an account, until it is closed. */
export interface Connection {
	client: Client;
	/** Ends the client's waits and calls. */
	close(): void;
}

/**
 * Opens the way to the account of the node's credential. Its waits and calls end when the execution is
 * canceled, and with `close`.
 *
 * @throws InvalidInput if the credential's host or keys cannot be used, and whatever n8n throws where it
 * cannot hand out the credential
 */
export async function connect(context: Context, options: ClientOptions): Promise<Connection> {
	const cancel =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const credentials = readCredentials(await context.getCredentials('leadSquaredApi'));
	const baseUrl = apiBaseUrl(credentials);
	const credentialId = context.getNode().credentials?.leadSquaredApi?.id ?? undefined;
	const { account, giveBack } = borrowAccount({ credentials, baseUrl, credentialId });
	const stopping = new AbortController();
	const onCancel = () => stopping.abort(cancel?.reason);
	if (cancel?.aborted) onCancel();
	cancel?.addEventListener('abort', onCancel, { once: true });
	return {
		client: createClient(context, credentials, baseUrl, account, stopping, options),
		close() {
			cancel?.removeEventListener('abort', onCancel);
			stopping.abort();
			giveBack();
		},
	};
}

/** Something that went wrong for an input item. */
export interface ItemError {
	item: number;
	error: NodeError;
}

/**
 * The error that the node stops for: all that is wrong in one, so that nobody mends a sheet cell by
 * cell. What is the same for every item, such as an option, is told once, as for the first of them.
 *
 * @param title gets how many things are wrong
 */
export function combineErrors(
	context: IExecuteFunctions,
	errors: ItemError[],
	title: (count: number) => string,
): NodeError {
	const inOrder = [...errors].sort((one, other) => one.item - other.item);
	const [{ item, error: first }] = inOrder;
	const isSame = ({ error }: ItemError) => withoutItem(error) === withoutItem(first);
	if (inOrder.every(isSame)) return first;
	const told = firstFew(
		inOrder.map(({ error }) => error.message),
		'; ',
	);
	return new NodeOperationError(context.getNode(), title(inOrder.length), {
		itemIndex: item,
		description: `${told}. ${first.description ?? ''}`.trim(),
		failure: { cause: 'configuration-invalid' },
	});
}

/**
 * The errors of the input items that cannot be used.
 *
 * @throws NodeError for all of them in one, if the node stops at a failure
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

/** One error for all input items that cannot be used. */
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
 * The items and, after them, the error items: n8n would take a failure in the first item for one of
 * the whole node, and run it again under Retry On Fail.
 *
 * @param fieldsOf what an error item gets of its input item
 */
export function withErrorItems(
	items: INodeExecutionData[],
	errors: ItemError[],
	fieldsOf: (item: number) => IDataObject = () => ({}),
): INodeExecutionData[] {
	const inOrder = [...errors].sort((one, other) => one.item - other.item);
	for (const { item, error } of inOrder) items.push(errorItem(item, error, fieldsOf(item)));
	return items;
}

/**
 * An item for each input item, in their order, where each has exactly one. n8n takes an error in the
 * first item for an error of the whole node, and under Retry On Fail runs it again, which would write
 * everything twice: then error items come last.
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

/** An input item's fields, to be changed at will: nothing is shared with the input. */
export function copyOfFields(fields: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [
			name,
			typeof value === 'object' && value !== null ? deepCopy(value) : value,
		]),
	);
}

/**
 * The fields that an error item gets of its input item: all where they are wanted, but none where
 * n8n sorts out the error items. It adds them itself there, and n8n 2.20 and older would take an item
 * with any for one that succeeded.
 */
export function fieldsOfErrorItem(
	context: IExecuteFunctions,
	item: number,
	areWanted: boolean,
): IDataObject {
	if (!areWanted || context.getNode().onError === 'continueErrorOutput') return {};
	return copyOfFields(context.getInputData()[item]?.json ?? {});
}

/** Whether the node's options ask for the input item's fields, where they can be read. */
function wantsInputFields(context: IExecuteFunctions, item: number): boolean {
	try {
		const options = context.getNodeParameter('options', item, {}) as IDataObject | null;
		return INCLUDE_INPUT_FIELDS.read(options?.includeInputFields) === true;
	} catch {
		return false;
	}
}
