import { deepCopy, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { yesNo } from './options';

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
