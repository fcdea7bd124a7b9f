import type { ApiRequest } from '../transport/client';
import { withoutEnvelope } from '../transport/outcome';
import { toApiMoment } from './dates';
import { ID_COLUMN, type Lead, type LeadsPage, type LeadValue, readCount } from './leads';
import type { Sorting } from './recentlyModified';
import { isRow, readRows } from './rows';

/** The column with the ID of an activity. */
export const ACTIVITY_ID = 'ActivityId';

/** The code of an activity's type. */
export const TYPE_CODE = 'ActivityEvent';
/** The name of an activity's type. LeadSquared sends it with the activities of a lead only. */
export const TYPE_NAME = 'ActivityEventName';
/** The text of an activity. */
export const NOTE = 'ActivityEvent_Note';

/** The code of the activities that record the changes of a lead's stage (public code). */
export const STAGE_CHANGE = 3002;

/** The columns that every activity has. */
export const ACTIVITY_COLUMNS = [
	ACTIVITY_ID,
	ID_COLUMN,
	TYPE_CODE,
	TYPE_NAME,
	NOTE,
	'CreatedOn',
	'ModifiedOn',
];

/** The maximum of RetrieveByActivityEvent (public reports). No maximum is known for the activities of a lead. */
export const MAX_ACTIVITIES_PER_PAGE = 1000;

/** The order in which the last changes come first. */
export const NEWEST_ACTIVITIES_FIRST: Sorting = { by: 'ModifiedOn', newestFirst: true };

/**
 * Get Activities by Activity Event. It filters by `ModifiedOn`, so each edit moves a row. Sorted by the ID of
 * the activity, rows keep their order (public reports).
 *
 * @param type the code of a type
 * @param span ms since 1970, whole seconds
 */
export const activitiesOfType = (
	type: number,
	{ from, to }: { from: number; to: number },
	{ page, pageSize }: { page: number; pageSize: number },
	sorting: Sorting = { by: 'ProspectActivityId' },
): ApiRequest => ({
	method: 'POST',
	path: '/ProspectActivity.svc/CustomActivity/RetrieveByActivityEvent',
	size: pageSize,
	body: {
		Parameter: {
			ActivityEvent: type,
			FromDate: toApiMoment(from),
			ToDate: toApiMoment(to),
			// It is not documented whether the type's own fields come unasked.
			IncludeCustomFields: 1,
		},
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: sorting.by, Direction: sorting.newestFirst ? '1' : '0' },
	},
});

/**
 * Get Activities of a Lead, the newest first: https://apidocs.leadsquared.com/get-activities-of-a-lead/
 *
 * @param type the code of a type; undefined for all types
 * @param paging offset: a page or a row, which is not documented; 0 is the start of the list
 */
export const activitiesOfLead = (
	lead: string,
	type: number | undefined,
	{ offset, rows }: { offset: number; rows: number },
): ApiRequest => ({
	method: 'POST',
	path: '/ProspectActivity.svc/Retrieve',
	qs: { leadId: lead },
	size: rows,
	body: {
		...(type !== undefined && { Parameter: { ActivityEvent: type } }),
		Paging: { Offset: String(offset), RowCount: String(rows) },
	},
});

/**
 * Reads the activities of an answer, of a lead or of a type, in one form; returns undefined if the body is not
 * an answer of these calls.
 */
export function readActivities(body: unknown): LeadsPage | undefined {
	const page = withoutEnvelope(body);
	if (!isRow(page)) return undefined;
	const { RecordCount: count, List, ProspectActivities: ofLead = List } = page as Answer;
	if (count === undefined && ofLead === undefined) return undefined;
	if (ofLead !== undefined && ofLead !== null && !Array.isArray(ofLead)) return undefined;
	const rows = readRows((ofLead ?? []) as unknown[], readActivity);
	const recordCount = readCount(count);
	return rows && { rows, recordCount: Number.isFinite(recordCount) ? recordCount : undefined };
}

interface Answer {
	RecordCount?: unknown;
	List?: unknown;
	ProspectActivities?: unknown;
}

function readActivity(row: Record<string, unknown>): Lead {
	const { ProspectActivityId, Id = ProspectActivityId, RelatedProspectId, ...others } = row;
	const { ActivityEvent, EventCode = ActivityEvent, EventName, Data, Fields, ...more } = others;
	const { NotableEventDescription, ...data } = inPairs(Data);
	const code = Number(EventCode ?? NaN);
	return {
		[ACTIVITY_ID]: (Id ?? null) as LeadValue,
		[ID_COLUMN]: (RelatedProspectId ?? null) as LeadValue,
		[TYPE_CODE]: Number.isInteger(code) ? code : null,
		[TYPE_NAME]: (EventName ?? null) as LeadValue,
		[NOTE]: NotableEventDescription ?? null,
		...(more as Lead),
		...data,
		...inPairs(Fields),
	};
}

/** Reads `[{ "Key": …, "Value": … }]`. */
function inPairs(list: unknown): Lead {
	const pairs = (Array.isArray(list) ? list : []) as Array<{
		Key?: unknown;
		Value?: unknown;
	} | null>;
	return Object.fromEntries(
		pairs.flatMap((pair) =>
			typeof pair?.Key === 'string' ? [[pair.Key, (pair.Value ?? null) as LeadValue]] : [],
		),
	);
}
