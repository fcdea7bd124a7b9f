import type { INodeProperties } from 'n8n-workflow';
import { numberIn } from './options';

const DEFAULT_SECONDS = 300;

/** How long, in seconds, an operation goes on with calls that are rejected or not answered. */
export const MAX_WAIT_OPTION: INodeProperties = {
	displayName: 'Max Wait (Seconds)',
	name: 'maxWaitSeconds',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: DEFAULT_SECONDS,
	description:
		'How long to keep retrying a call that LeadSquared rejects or does not answer. Waiting for the rate limit does not count.',
};

export const maxWaitReader = numberIn(MAX_WAIT_OPTION.displayName, { min: 0 }, DEFAULT_SECONDS);
