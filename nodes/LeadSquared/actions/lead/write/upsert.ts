import type { Operation } from '../../operation';
import { writeProperties } from './properties';
import { writeLeads } from './writing';

export const upsert: Operation = {
	value: 'upsert',
	name: 'Create or Update',
	// In the words that n8n's lint requires.
	description: 'Create a new record, or update the current one if it already exists (upsert)',
	action: 'Create or update a lead',
	properties: writeProperties('upsert'),
	execute: async (run) => await writeLeads(run, 'upsert'),
};
