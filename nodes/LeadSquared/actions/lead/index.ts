import type { Resource } from '../operation';
import { get } from './get/get';
import { getByIds } from './getByIds';
import { getMany } from './getMany/getMany';
import { create } from './write/create';
import { update } from './write/update';
import { upsert } from './write/upsert';

export const lead: Resource = {
	value: 'lead',
	name: 'Lead',
	defaultOperation: getByIds.value,
	operations: [create, get, getByIds, getMany, update, upsert],
};
