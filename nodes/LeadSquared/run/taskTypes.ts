import type { IExecuteFunctions } from 'n8n-workflow';
import type { TaskType } from '../api/tasks';
import { invalidValue } from '../base/invalidInput';
import { findTaskType, taskTypes } from '../columns/taskTypes';
import { nodeOf } from '../input/node';
import type { Client } from '../transport/client';
import { apiError } from './messages';

/**
 * Makes the function that finds a type of tasks, which is given by name or ID. It throws InvalidInput for one
 * that the account does not have, and NodeApiError if LeadSquared does not return the types.
 *
 * @throws NodeApiError if LeadSquared does not return the types and the node stops at a failure, and the cancel
 * signal's reason
 */
export async function taskTypeReader(
	context: IExecuteFunctions,
	client: Client,
): Promise<(text: string) => TaskType> {
	const types = await taskTypes(client);
	if (types.kind !== 'ok' && client.stopAtFailure) throw apiError(nodeOf(context), types);
	return (text) => {
		if (types.kind !== 'ok') throw apiError(nodeOf(context), types);
		const found = findTaskType(text, types.value);
		if ('advice' in found) throw invalidValue("'Task Type'", text, found.advice);
		return found;
	};
}
