import type { Operation } from '../../operation';
import { writeProperties } from './properties';
import { writeLeads } from './writing';

export const update: Operation = {
	value: 'update',
	name: 'Update',
	description: 'Update a lead, and fail if it does not exist',
	action: 'Update a lead',
	properties: writeProperties('update'),
	execute: async (run) => await writeLeads(run, 'update'),
};
