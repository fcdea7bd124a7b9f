import type { Resource } from '../operation';
import { create } from './create';

export const note: Resource = {
	value: 'note',
	name: 'Note',
	defaultOperation: create.value,
	operations: [create],
};
