import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
	NodeOperationError,
} from 'n8n-workflow';
import { firstFew } from '../inWords';
import { errorItem } from '../underOnError';

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
