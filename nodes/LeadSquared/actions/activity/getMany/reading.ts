import {
	ACTIVITY_COLUMNS,
	ACTIVITY_ID,
	activitiesOfLead,
	MAX_ACTIVITIES_PER_PAGE,
	readActivities,
} from '../../../api/activities';
import { readApiMoment } from '../../../api/dates';
import { idKey } from '../../../api/leadId';
import type { Lead } from '../../../api/leads';
import { startOf } from '../../../fetch/coverage';
import { readNewest } from '../../../fetch/newest';
import {
	endOfOpen,
	failedList,
	modifiedActivities,
	type PagedCall,
	readFirstPage,
	readList,
	type ReadList,
	readModified,
} from '../../../fetch/pages';
import type { Period } from '../../../input/periods';
import type { Client } from '../../../transport/client';
import { callWithRetry } from '../../../transport/retry';
import type { Filter } from './parameters';

const COLUMNS = { columns: ACTIVITY_COLUMNS };

/**
 * Reads the activities of a filter. Those of a lead come as LeadSquared lists them, the newest first. Those of
 * a type come by ID or, with a limit, the last changes first.
 *
 * @param wanted the maximum number; undefined for all
 */
export async function readFiltered(
	client: Client,
	filter: Filter,
	wanted: number | undefined,
): Promise<ReadList> {
	if (filter.by === 'type') return await readOfType(client, filter, wanted);
	const { period } = filter;
	if (!period) return await readOfLead(client, filter, wanted);
	// LeadSquared cannot filter the activities of a lead by time.
	const list = await readOfLead(client, filter, undefined);
	const isIn = (activity: Lead) => isInPeriod(activity, period);
	return {
		...list,
		leads: list.leads.filter(isIn).slice(0, wanted),
		unidentified: list.unidentified.filter(isIn),
		count: undefined,
	};
}

function isInPeriod(activity: Lead, { from, to = Infinity }: Period): boolean {
	const ms = readApiMoment(activity.ModifiedOn ?? activity.CreatedOn) ?? NaN;
	return ms >= from && ms <= to;
}

/**
 * Reads the activities of a type that changed in a period. People keep working: an edit gives an activity a
 * new ModifiedOn, by which the call filters and sorts. So the list is sorted by ID, in which an edited activity
 * keeps its place, and the period that is sent has no end unless the user sets one, so that it also stays in
 * the list. Pages overlap, and a period that cannot be proven complete is read in halves, down to one page,
 * which is one moment.
 */
async function readOfType(
	client: Client,
	{ type, period: { from, to = endOfOpen(client, from) } }: Filter & { by: 'type' },
	wanted: number | undefined,
): Promise<ReadList> {
	const call = modifiedActivities(type);
	return wanted === undefined
		? await readModified(client, { from, to }, COLUMNS, call)
		: await readNewest(client, { from, to }, { ...COLUMNS, wanted }, call);
}

/**
 * Reads the activities of a lead, in one page if it holds them all. It is not documented whether an offset
 * counts pages or rows, but 0 is the start of the list in either case. For a longer list, the node finds out.
 */
async function readOfLead(
	client: Client,
	{ lead, type }: Filter & { by: 'lead' },
	wanted: number | undefined,
): Promise<ReadList> {
	const call: PagedCall = {
		request: (_columns, { page, pageSize: rows }) =>
			activitiesOfLead(lead, type, { offset: page - 1, rows }),
		read: readActivities,
		pageSize: MAX_ACTIVITIES_PER_PAGE,
		sendsAll: true,
	};
	const options = { ...COLUMNS, wanted };
	const first = await readFirstPage(client, call, options);
	const isEnough = first.isWhole || first.leads.length === wanted;
	if (first.failure || isEnough) return first;

	// With this size, offset 2 is the third quarter if it counts pages from 0, the second one if it counts them
	// from 1 and takes 0 for 1, and the start if it counts rows.
	const size = Math.max(1, Math.floor(first.leads.length / 4));
	const request = activitiesOfLead(lead, type, { offset: 2, rows: size });
	const second = await callWithRetry(client, request, readActivities);
	if (second.kind !== 'ok') return failedList(second);
	const quarter = Math.round(placeOf(second.value.rows, first.leads) / size);
	if (quarter < 2) {
		call.request = (_columns, paging) =>
			activitiesOfLead(lead, type, {
				offset: quarter === 1 ? paging.page : startOf(paging),
				rows: paging.pageSize,
			});
	}
	return await readList(client, call, options);
}

/** The place in a list where a part of it begins, even if rows were added meanwhile; NaN if it shares no row. */
function placeOf(part: Lead[], list: Lead[]): number {
	const keyOf = (row: Lead) => idKey(String(row[ACTIVITY_ID]));
	const places = new Map(list.map((row, at) => [keyOf(row), at]));
	const known = part.findIndex((row) => places.has(keyOf(row)));
	return known < 0 ? NaN : places.get(keyOf(part[known]))! - known;
}
