import type { Resource } from '../operation';
import { create } from './create';
import { getMany } from './getMany';

export const note: Resource = {
	value: 'note',
	name: 'Note',
	defaultOperation: create.value,
	operations: [create, getMany],
};
