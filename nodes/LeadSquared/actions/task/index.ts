import type { Resource } from '../operation';
import { complete } from './complete';
import { create } from './create';
import { getMany } from './getMany';

export const task: Resource = {
	value: 'task',
	name: 'Task',
	defaultOperation: create.value,
	operations: [complete, create, getMany],
};
