import type { Resource } from '../operation';
import { getMany } from './getMany/getMany';

export const activity: Resource = {
	value: 'activity',
	name: 'Activity',
	defaultOperation: getMany.value,
	operations: [getMany],
};
