import { idKey } from '../api/leadId';
import { ID_COLUMN, type Lead, type LeadValue } from '../api/leads';
import { activityShape } from '../columns/activityShape';
import { activityTypes } from '../columns/recordTypes';
import { leadShape } from '../columns/shape';
import { fetchLeads } from '../fetch/byIds';
import { nodeOf } from '../input/node';
import { apiError, metadataError } from '../run/messages';
import { type ColumnsNotReturned, columnsNotReturned } from '../run/report';
import { hasLeads } from './columns';
import type { PollContext } from './context';
import { callFailure } from './failures';
import { stagesOf } from './stages';

/** The records of items in their final form, and the columns of leads that LeadSquared did not return. */
export interface Shaped {
	records: Lead[];
	didNotCome: ColumnsNotReturned;
}

/**
 * Converts activities to the chosen form, with their leads in `Lead` if columns are chosen, and with the stages
 * of a lead if they are its changes.
 *
 * @throws TransientFailure, NodeApiError or NodeOperationError if a call fails
 */
export async function activityRecords(poll: PollContext, activities: Lead[]): Promise<Shaped> {
	const { request } = poll;
	const shape = await shapeOf(poll);
	const stages = request.event === 'stageChanged' ? await stagesOf(poll, activities) : undefined;
	const leads = hasLeads(request) ? await leadsOf(poll, activities) : undefined;
	return {
		records: activities.map((activity) => ({
			...shape(activity),
			...stages?.(activity),
			// The only value that is a record of its own.
			...(leads && { Lead: leads.find(activity) as unknown as LeadValue }),
		})),
		didNotCome: leads?.didNotCome ?? { unknown: [], absent: [] },
	};
}

async function shapeOf({ context, client, request }: PollContext): Promise<(a: Lead) => Lead> {
	const { options } = request;
	if (!options.convertTypes && options.fieldNames !== 'displayName') {
		return activityShape(options, undefined);
	}
	const types = await activityTypes(client);
	if (types.kind !== 'ok') throw callFailure(types, metadataError(nodeOf(context), types));
	return activityShape(options, types.value);
}

/** Fetches the leads of activities, each once. A lead that does not exist is null. */
async function leadsOf(
	{ context, client, request, columns: { chosen, metadata } }: PollContext,
	activities: Lead[],
): Promise<{ find(activity: Lead): Lead | null; didNotCome: ColumnsNotReturned }> {
	const keyOf = (activity: Lead) => idKey(String(activity[ID_COLUMN] ?? ''));
	const ids = [...new Set(activities.map(keyOf))].filter((id) => id !== '');
	const fetched = await fetchLeads(client, { asked: [{ item: 0, ids }], columns: chosen });
	for (const reason of fetched.notFetched.values()) {
		if (reason.kind === 'notFound') continue;
		const { failure, scope } = reason;
		throw callFailure(failure, apiError(nodeOf(context), failure, scope));
	}
	client.signal.throwIfAborted();
	const shape = leadShape(request.options, metadata) ?? ((lead: Lead) => lead);
	return {
		find(activity) {
			const lead = fetched.leads.get(keyOf(activity));
			return lead ? { ...shape(lead) } : null;
		},
		didNotCome: columnsNotReturned([fetched]),
	};
}
