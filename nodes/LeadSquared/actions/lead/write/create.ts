import type { Operation } from '../../operation';
import { writeProperties } from './properties';
import { writeLeads } from './writing';

export const create: Operation = {
	value: 'create',
	name: 'Create',
	description: 'Create a lead, and fail if it already exists',
	action: 'Create a lead',
	properties: writeProperties('create'),
	execute: async (run) => await writeLeads(run, 'create'),
};
