import type { INodeProperties } from 'n8n-workflow';

export const status: INodeProperties = {
	displayName: 'Status',
	name: 'status',
	type: 'options',
	default: 'active',
	description: 'Which users to get',
	options: [
		{ name: 'Active', value: 'active', description: 'Users who can work in LeadSquared' },
		{ name: 'All', value: 'all', description: 'Including deactivated users' },
	],
};
