import type { Resource } from '../operation';
import { getByIds } from './getByIds';
import { getMany } from './getMany';

export const opportunity: Resource = {
	value: 'opportunity',
	name: 'Opportunity',
	defaultOperation: getByIds.value,
	operations: [getByIds, getMany],
};
