import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { getLeadColumns } from './methods/getLeadColumns';
import { searchActivityTypes } from './methods/searchTypes';
import { subtitle, triggerProperties } from './trigger/parameters';
import { poll } from './trigger/poll';

/** Starts a workflow when leads or activities are created, or leads change. It polls, so it needs no right to create webhooks. */
export class LeadSquaredTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'LeadSquared Trigger',
		name: 'leadSquaredTrigger',
		icon: { light: 'file:leadsquared.svg', dark: 'file:leadsquared.dark.svg' },
		group: ['trigger'],
		version: [1],
		subtitle,
		// n8n's node panel shows it for the node and its trigger together.
		description:
			'Get and write leads, activities and tasks in LeadSquared, and start workflows when leads or activities are created, or leads change',
		defaults: { name: 'LeadSquared Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'leadSquaredApi', required: true }],
		properties: triggerProperties(),
	};

	methods = {
		loadOptions: { getLeadColumns },
		listSearch: { searchActivityTypes },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}
}
