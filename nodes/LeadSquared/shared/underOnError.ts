import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { asNodeError } from './errors';
import { fieldsOfErrorItem, wantsInputFields } from './inputFields';

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
