import {
	deepCopy,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { yesNo } from '../input/readers';
import { firstFew } from '../base/text';
import { asNodeError } from './messages';
import { columnRequest, readColumns } from '../api/metadata';
import { apiBaseUrl, readCredentials } from '../transport/credentials';
import { createClient, type Client, type Context } from '../transport/client';
import { withAccount } from '../transport/limiter/accounts';

const CANCELED = 'The execution was canceled';

/**
 * The error of a cancelled execution, which n8n tells from a failed one by its word.
 *
 * @param description what had been done until then
 */
export const canceled = (context: IExecuteFunctions, description?: string): NodeOperationError =>
	new NodeOperationError(context.getNode(), CANCELED, { description });

/**
 * Runs an operation under the node's On Error setting: the one place that nothing gets past. Where
 * the node goes on, whatever the operation throws becomes an error item for each input item, since
 * n8n would otherwise pass the input items on as if they were the output.
 *
 * @throws NodeApiError or NodeOperationError where the node stops, and if the execution is cancelled
 */
export async function underOnError(
	context: IExecuteFunctions,
	run: () => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	try {
		return await run();
	} catch (error) {
		if (context.getExecutionCancelSignal()?.aborted) {
			const isTold = error instanceof NodeOperationError && error.message === CANCELED;
			throw isTold ? error : canceled(context);
		}
		if (!context.continueOnFail()) throw asNodeError(context.getNode(), error);
		const failure = asNodeError(context.getNode(), error);
		return context.getInputData().map((_, item) => {
			const fields = fieldsOfErrorItem(context, item, wantsInputFields(context, item));
			return errorItem(item, failure, fields);
		});
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

const SMALL_CALL = { request: columnRequest, read: readColumns };

/**
 * Opens the way to the account of the node's credential for as long as `use` takes. When the
 * execution is cancelled, and when `use` has ended, its waits and calls end.
 *
 * @throws InvalidInput if the credential's host or keys cannot be used, and whatever n8n throws where it
 * cannot hand out the credential
 */
export async function withClient<T>(
	context: Context,
	use: (client: Client) => Promise<T>,
): Promise<T> {
	const cancel =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const stopping = new AbortController();
	const onCancel = () => stopping.abort(cancel?.reason);
	cancel?.addEventListener('abort', onCancel, { once: true });
	try {
		const credentials = readCredentials(await context.getCredentials('leadSquaredApi'));
		const baseUrl = apiBaseUrl(credentials);
		const credentialId = context.getNode().credentials?.leadSquaredApi?.id ?? undefined;
		return await withAccount({ credentials, baseUrl, credentialId }, async (account) => {
			return await use(createClient(context, credentials, baseUrl, account, stopping, SMALL_CALL));
		});
	} finally {
		cancel?.removeEventListener('abort', onCancel);
		stopping.abort();
	}
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
export function oneError(
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

const option = yesNo('Include Input Fields');

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
export function wantsInputFields(context: IExecuteFunctions, item: number): boolean {
	try {
		const options = context.getNodeParameter('options', item, {}) as IDataObject | null;
		return option.read(options?.includeInputFields) === true;
	} catch {
		return false;
	}
}
