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
		'The address of the call after /v2, as LeadSquared documents it at apidocs.leadsquared.com. The host and the keys come from the credential.',
};

export const query: INodeProperties = {
	displayName: 'Query',
	name: 'query',
	type: 'json',
	default: '{}',
	description: 'Query parameters, as JSON. The keys are added.',
};

export const body: INodeProperties = {
	displayName: 'Body',
	name: 'body',
	type: 'json',
	default: '{}',
	displayOptions: { show: { method: ['POST'] } },
	description: 'The body of the call, as JSON',
};

export const repeatAfterFault: INodeProperties = {
	displayName: 'Repeat After a Fault',
	name: 'repeatAfterFault',
	type: 'boolean',
	default: false,
	description:
		'Whether to make the call again after a fault that leaves open whether LeadSquared executed it. Turn it on for calls that only read.',
};
