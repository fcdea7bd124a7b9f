import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import * as lead from './actions/lead';
import { getLeadColumns } from './methods/getLeadColumns';
import { testCredential } from './methods/testCredential';

/**
 * LeadSquared for n8n. Not declarative, since n8n's declarative style makes a request per item: ids
 * of all items share calls here, and all executions share the account's rate limit.
 */
export class LeadSquared implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LeadSquared',
		name: 'leadSquared',
		icon: { light: 'file:leadsquared.svg', dark: 'file:leadsquared.dark.svg' },
		group: ['input'],
		version: [1],
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Get LeadSquared leads by their lead IDs: name, email address, phone, stage and any other column',
		defaults: { name: 'LeadSquared' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'leadSquaredApi', required: true, testedBy: 'testCredential' }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'lead',
				options: [{ name: 'Lead', value: 'lead' }],
			},
			...lead.properties,
		],
	};

	methods = {
		loadOptions: { getLeadColumns },
		credentialTest: { testCredential },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const operation = this.getNodeParameter('operation', 0) as keyof typeof lead.operations;
		return [await lead.operations[operation].execute(this)];
	}
}
