import type { Resource } from '../operation';
import { create } from './create/create';
import { getMany } from './getMany/getMany';

export const activity: Resource = {
	value: 'activity',
	name: 'Activity',
	defaultOperation: getMany.value,
	operations: [create, getMany],
};
