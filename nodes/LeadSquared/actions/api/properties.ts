import type { INodeProperties } from 'n8n-workflow';

export const method: INodeProperties = {
	displayName: 'Method',
	name: 'method',
	type: 'options',
	default: 'GET',
	description: 'The HTTP method of the call',
	options: [
		{ name: 'GET', value: 'GET' },
		{ name: 'POST', value: 'POST' },
	],
};

export const path: INodeProperties = {
	displayName: 'Path',
	name: 'path',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. /LeadManagement.svc/LeadsMetaData.Get',
	description:
		'The part of the address after /v2, as in the documentation at apidocs.leadsquared.com. The host and the keys come from the credential.',
};

export const query: INodeProperties = {
	displayName: 'Query',
	name: 'query',
	type: 'json',
	default: '{}',
	description: 'Query parameters as JSON, without the keys',
};

export const body: INodeProperties = {
	displayName: 'Body',
	name: 'body',
	type: 'json',
	default: '{}',
	displayOptions: { show: { method: ['POST'] } },
	description: 'The request body as JSON',
};

export const repeatAfterFault: INodeProperties = {
	displayName: 'Retry After Uncertain Failure',
	name: 'repeatAfterFault',
	type: 'boolean',
	default: false,
	description:
		'Whether to retry the call if it failed and LeadSquared may have executed it. Turn this on only for calls that are safe to run twice.',
};
