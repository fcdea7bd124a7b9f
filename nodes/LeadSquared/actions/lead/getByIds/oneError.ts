import { type IExecuteFunctions, type NodeError, NodeOperationError } from 'n8n-workflow';
import { firstFew } from '../../../shared/inWords';
import type { ItemError } from './emit';

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
