import type { Resource } from '../operation';
import { getMany } from './getMany';

export const user: Resource = {
	value: 'user',
	name: 'User',
	defaultOperation: getMany.value,
	operations: [getMany],
};
