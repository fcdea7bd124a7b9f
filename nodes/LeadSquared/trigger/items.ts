import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import type { Lead } from '../api/lead';
import { withAdditions } from '../run/leadItems';
import { leadShape } from '../columns/shape';
import { fetchWebAddress, type WebAddress } from '../run/webAddress';
import { commonHints, type ColumnsThatDidNotCome } from '../run/report';
import type { Client } from '../transport/client';
import type { Columns } from './columns';
import { only } from './events';
import type { TriggerRequest } from './parameters';

/** Leads as items, in the form that the user wants, and what needs a person as lines of the log. */
export async function itemsOf(
	context: IPollFunctions,
	client: Client,
	leads: Lead[],
	{ options }: TriggerRequest,
	{ chosen, metadata }: Columns,
	{ unknown, absent }: ColumnsThatDidNotCome,
): Promise<INodeExecutionData[]> {
	if (leads.length === 0) return [];
	const { addLeadUrl } = options;
	const address: WebAddress | undefined = addLeadUrl ? await fetchWebAddress(client) : undefined;
	const isChosen = (name: string) => chosen.includes(name);
	const hints = commonHints(
		{
			unknown: unknown.filter(isChosen),
			absent: absent.filter(isChosen),
		},
		client.account.limitReport,
		{ address, columns: metadata },
	);
	for (const hint of hints) {
		context.logger.warn(`LeadSquared: ${hint}`, { node: context.getNode().name });
	}
	const shape = leadShape(options, metadata) ?? ((lead: Lead) => lead);
	return leads.map((lead) => ({
		json: withAdditions(shape(only(chosen, lead)), addLeadUrl ? { url: address } : {}),
	}));
}
