import type { Resource } from '../operation';
import { addLeads } from './addLeads';

export const list: Resource = {
	value: 'list',
	name: 'List',
	defaultOperation: addLeads.value,
	operations: [addLeads],
};
