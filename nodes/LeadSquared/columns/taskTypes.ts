import { idKey } from '../api/leadId';
import { readTaskTypes, type TaskType, taskTypesRequest } from '../api/tasks';
import { firstFew, withoutInvisible } from '../base/text';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { closest } from './labels';
import { recentList } from './recordTypes';

const MINUTE_MS = 60_000;

/** The account's types of tasks, as an execution with the same keys read them in the last minute, or as they are now. */
export const taskTypes = async (client: Client): Promise<Outcome<TaskType[]>> =>
	await recentList(client, taskTypesRequest, readTaskTypes, MINUTE_MS);

/** Finds the type that a text names, in any case, or by its ID. Returns the advice if it names none. */
export function findTaskType(text: string, types: TaskType[]): TaskType | { advice: string } {
	const found =
		types.find(({ name }) => normalize(name) === normalize(text)) ??
		types.find(({ id }) => idKey(id) === idKey(text));
	if (found) return found;
	const meant = closest(text, types, ({ name }) => [name]);
	const question = meant === undefined ? '' : `Did you mean ${meant.name}? `;
	return { advice: `${question}Choose one of ${firstFew(types.map(({ name }) => name))}.` };
}

const normalize = (name: string): string => withoutInvisible(name).trim().toLowerCase();
