import {
	deepCopy,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { nodeOf } from '../input/node';
import { inItemOrder, type ItemError, messageNamingRow } from './itemErrors';
import { dataOf } from './messages';

// n8n does not show its version to nodes. Its errors have a cause of failure since 2.39.
const TAKES_DETAILS =
	new NodeOperationError({} as INode, '', { failure: { cause: 'configuration-invalid' } })
		.failure !== undefined;

/**
 * The item for an input item that failed. Since it has no property `error` outside `json`, n8n adds the
 * input's fields on the error output. There, an item may have `error`, `message` and `details` only, and in n8n
 * 2.30 and older not even `details`; others would count as successes.
 *
 * @param fields further fields of the item
 */
export function errorItem(
	context: IExecuteFunctions,
	item: number,
	error: NodeError,
	fields: IDataObject = {},
): INodeExecutionData {
	const message = messageNamingRow(context, error);
	const { description } = error;
	const report = description ? { error: message, message: description } : { error: message };
	const hasOutput = nodeOf(context).onError === 'continueErrorOutput';
	const data = hasOutput ? { details: dataOf(error) } : dataOf(error);
	const isAllowed = !hasOutput || TAKES_DETAILS;
	return { json: { ...fields, ...report, ...(isAllowed && data) }, pairedItem: { item } };
}

/**
 * Appends the error items to the items. If the first item were an error item, n8n would treat it as an error
 * of the whole node, and run the node again under Retry On Fail.
 *
 * @param fieldsOf the fields that an error item gets from its input item
 */
export function withErrorItems(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
	errors: ItemError[],
	fieldsOf: (item: number) => IDataObject = () => ({}),
): INodeExecutionData[] {
	for (const { item, error } of inItemOrder(errors)) {
		items.push(errorItem(context, item, error, fieldsOf(item)));
	}
	return items;
}

/**
 * Puts the items in the order of their input items, if each has exactly one. n8n treats an error in the
 * first item as an error of the whole node. Under Retry On Fail, it would run the node again and write
 * everything twice, so error items come last in that case.
 */
export function itemsInPlace(
	context: IExecuteFunctions,
	items: ReadonlyMap<number, INodeExecutionData>,
): INodeExecutionData[] {
	const inPlace = [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
	const isError = ({ json }: INodeExecutionData) => typeof json.error === 'string';
	if (!nodeOf(context).retryOnFail || !inPlace[0] || !isError(inPlace[0])) return inPlace;
	return [...inPlace.filter((item) => !isError(item)), ...inPlace.filter(isError)];
}

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
 * The fields of an error item in addition to the error: those of its input item if they are wanted, and the
 * operation's own. On n8n's error output it has none: n8n adds the input's fields there, and n8n 2.20 and older
 * would treat an item with other fields as a success.
 */
export function fieldsOfErrorItem(
	context: IExecuteFunctions,
	item: number,
	areWanted: boolean,
	own?: IDataObject,
): IDataObject {
	if (nodeOf(context).onError === 'continueErrorOutput') return {};
	const input = areWanted ? copyFields(context.getInputData()[item]?.json ?? {}) : {};
	return { ...input, ...own };
}
