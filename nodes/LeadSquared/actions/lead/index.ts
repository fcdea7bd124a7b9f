import type { Resource } from '../operation';
import { get } from './get/get';
import { getByIds } from './getByIds';
import { getMany } from './getMany/getMany';
import { upsert } from './upsert/upsert';

export const lead: Resource = {
	value: 'lead',
	name: 'Lead',
	defaultOperation: getByIds.value,
	operations: [get, getByIds, getMany, upsert],
};
