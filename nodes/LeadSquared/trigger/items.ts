import type { INodeExecutionData } from 'n8n-workflow';
import type { Lead } from '../api/leads';
import { leadShape } from '../columns/shape';
import { withAdditions } from '../run/leadItems';
import { type ColumnsNotReturned, commonHints, logLine } from '../run/report';
import { fetchWebAddress } from '../run/webAddress';
import { activityRecords, type Shaped } from './activities';
import { eventIdOf } from './changes';
import type { PollContext } from './context';
import { EVENTS, timestampsReader } from './events';

/**
 * Converts records to items in the chosen form, and logs problems that a person should look at.
 *
 * @throws TransientFailure, NodeApiError or NodeOperationError if a call for activities fails
 */
export async function toItems(
	poll: PollContext,
	records: Lead[],
	didNotCome: ColumnsNotReturned = { unknown: [], absent: [] },
): Promise<INodeExecutionData[]> {
	if (records.length === 0) return [];
	const { context, client, request, columns } = poll;
	const { event, options } = request;
	const isOfLeads = EVENTS[event].unit === 'lead';
	const shaped = isOfLeads
		? leadRecords(poll, records, didNotCome)
		: await activityRecords(poll, records);
	const address = options.addLeadUrl ? await fetchWebAddress(client) : undefined;
	const hints = commonHints(shaped.didNotCome, client.account.limitReport, {
		address,
		columns: columns.metadata,
	});
	for (const hint of hints) {
		context.logger.warn(logLine(context, hint));
	}
	const additions = options.addLeadUrl ? { url: address } : {};
	const timestampsOf = timestampsReader(columns.asked);
	return records.map((record, place) => {
		const json = withAdditions(shaped.records[place], additions);
		const id = () => eventIdOf(record, event, timestampsOf(record));
		return { json: options.addEventId ? { ...json, eventId: id() } : json };
	});
}

function leadRecords(
	{ request, columns: { chosen, metadata } }: PollContext,
	leads: Lead[],
	{ unknown, absent }: ColumnsNotReturned,
): Shaped {
	const isChosen = (name: string) => chosen.includes(name);
	const shape = leadShape(request.options, metadata) ?? ((lead: Lead) => lead);
	return {
		records: leads.map((lead) =>
			shape(Object.fromEntries(chosen.map((name) => [name, lead[name] ?? null]))),
		),
		didNotCome: { unknown: unknown.filter(isChosen), absent: absent.filter(isChosen) },
	};
}
