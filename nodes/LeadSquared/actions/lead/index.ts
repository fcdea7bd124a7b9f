import type { Resource } from '../operation';
import { getByIds } from './getByIds/getByIds.operation';

export const lead: Resource = {
	value: 'lead',
	name: 'Lead',
	defaultOperation: getByIds.value,
	operations: [getByIds],
};
