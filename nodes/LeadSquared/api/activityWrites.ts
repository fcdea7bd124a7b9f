import { ID_COLUMN } from './leads';
import { BULK_LIMIT, type RowToWrite, type WriteCall } from './leadWrites';
import { readActivityResults } from './rowResults';

/** An activity to add to a lead. Its values are those of the type's own fields, by schema name. */
export interface NewActivity extends RowToWrite {
	/** The lead, by its ID or by a column with unique values. */
	lead: { by: string; value: string };
	/** The code of its type. */
	type: number;
	note: string;
	/** UTC, `YYYY-MM-DD HH:MM:SS`; undefined for now. */
	at?: string;
	/** The email address of a user; empty for the user of the keys. */
	ownerEmail: string;
	/** It is found by nothing: a second try would add a second one. */
	searchBy?: undefined;
}

const PATH = '/ProspectActivity.svc/Bulk/CustomActivity/Add';

/**
 * Post Activities in Bulk, at most 25: https://apidocs.leadsquared.com/post-bulk-activities-on-leads/ by lead ID,
 * https://apidocs.leadsquared.com/post-activities-to-leads-in-bulk-using-unique-lead-fields/ by another column.
 * Several may be of one lead.
 */
export const addActivities: WriteCall<NewActivity> = {
	maxRows: 25,
	takesSeveralOfOne: true,
	groupOf: ({ lead: { by } }) => by,
	request: (activities) => {
		const [{ lead }] = activities;
		const isById = lead.by === ID_COLUMN;
		return {
			method: 'POST',
			path: `${PATH}/${isById ? 'ByLeadId' : 'ByLeadField'}`,
			...(!isById && { qs: { searchBy: lead.by } }),
			size: activities.length,
			limit: BULK_LIMIT,
			body: activities.map((activity) => ({
				[isById ? 'RelatedProspectId' : 'SearchByValue']: activity.lead.value,
				ActivityEvent: activity.type,
				ActivityNote: activity.note,
				...(activity.at !== undefined && { ActivityDateTime: activity.at }),
				...(activity.ownerEmail !== '' && { ActivityOwnerEmail: activity.ownerEmail }),
				Fields: Array.from(activity.values, ([SchemaName, Value]) => ({ SchemaName, Value })),
			})),
		};
	},
	read: readActivityResults,
};
