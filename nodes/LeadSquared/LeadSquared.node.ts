import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { findOperation, properties, subtitle } from './actions';
import { getActivityFields } from './methods/getActivityFields';
import { getLeadFields } from './methods/getLeadFields';
import { getFilterColumns, getLeadColumns, getMatchColumns } from './methods/getLeadColumns';
import { searchLeads, searchLists, searchStaticLists } from './methods/search';
import { getOpportunityColumns } from './methods/getOpportunityColumns';
import { searchActivityTypes, searchOpportunityTypes } from './methods/searchTypes';
import { searchTaskTypes, searchUsers } from './methods/searchNames';
import { underOnError } from './run/run';

/**
 * LeadSquared for n8n. It is not declarative, since n8n's declarative style makes a request for each item.
 * Here the IDs of all items share calls, and all executions share the account's rate limit.
 */
export class LeadSquared implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LeadSquared',
		name: 'leadSquared',
		icon: { light: 'file:leadsquared.svg', dark: 'file:leadsquared.dark.svg' },
		group: ['input'],
		version: [1],
		subtitle,
		description:
			'Get and write leads, activities, opportunities, tasks, notes and lists in LeadSquared',
		defaults: { name: 'LeadSquared' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'leadSquaredApi', required: true }],
		properties,
	};

	methods = {
		loadOptions: {
			getFilterColumns,
			getLeadColumns,
			getMatchColumns,
			getOpportunityColumns,
		},
		resourceMapping: { getActivityFields, getLeadFields },
		listSearch: {
			searchActivityTypes,
			searchLeads,
			searchLists,
			searchOpportunityTypes,
			searchStaticLists,
			searchTaskTypes,
			searchUsers,
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const items = await underOnError(this, async (run) => {
			const resource = this.getNodeParameter('resource', 0);
			// n8n drops the operation of a resource that this version does not have.
			const operation = this.getNodeParameter('operation', 0, '');
			return await findOperation(resource, operation).execute(run);
		});
		return [items];
	}
}
