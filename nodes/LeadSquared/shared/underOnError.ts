import {
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { asNodeError } from './errors';

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
		// n8n tells a cancelled execution from a failed one by this word.
		if (context.getExecutionCancelSignal()?.aborted) {
			throw new NodeOperationError(context.getNode(), 'The execution was canceled');
		}
		if (!context.continueOnFail()) throw asNodeError(context.getNode(), error);
		const failure = asNodeError(context.getNode(), error);
		return context.getInputData().map((_, item) => errorItem(item, failure));
	}
}

/**
 * The item for an input item that failed. Without a property `error` of the item itself, n8n keeps
 * the input's fields beside it on the error output; n8n 2.20 and older put only items with these
 * keys and no others there.
 */
export function errorItem(item: number, { message, description }: NodeError): INodeExecutionData {
	const json = description ? { error: message, message: description } : { error: message };
	return { json, pairedItem: { item } };
}
