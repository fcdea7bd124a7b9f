import type { Resource } from '../operation';
import { get } from './get/get.operation';
import { getByIds } from './getByIds/getByIds.operation';
import { getMany } from './getMany/getMany.operation';
import { upsert } from './upsert/upsert.operation';

export const lead: Resource = {
	value: 'lead',
	name: 'Lead',
	defaultOperation: getByIds.value,
	operations: [get, getByIds, getMany, upsert],
};
