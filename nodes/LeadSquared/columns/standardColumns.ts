import type { Column } from '../api/metadata';

// Every account has these, under these labels unless it has renamed them ("You cannot delete a
// system lead field, but you can rename its Display Name": https://help.leadsquared.com/?p=2993).
// Schema names: https://apidocs.leadsquared.com/get-a-lead-by-email-id/ and
// https://apidocs.leadsquared.com/create-or-update/; labels: those that LeadSquared's help uses.
const STANDARD: ReadonlyArray<[schemaName: string, displayName: string, dataType: string]> = [
	['Company', 'Company', 'Text'],
	['CreatedBy', 'Created By', 'Text'],
	['CreatedOn', 'Created On', 'DateTime'],
	['DoNotCall', 'Do Not Call', 'Boolean'],
	['DoNotEmail', 'Do Not Email', 'Boolean'],
	['EmailAddress', 'Email', 'Email'],
	['EngagementScore', 'Engagement Score', 'Number'],
	['FirstName', 'First Name', 'Text'],
	['JobTitle', 'Job Title', 'Text'],
	['LastName', 'Last Name', 'Text'],
	['LeadLastModifiedOn', 'Lead Last Modified On', 'DateTime'],
	['Mobile', 'Mobile Number', 'Phone'],
	['ModifiedBy', 'Modified By', 'Text'],
	['ModifiedOn', 'Modified On', 'DateTime'],
	['mx_City', 'City', 'Text'],
	['mx_Country', 'Country', 'Text'],
	['mx_State', 'State', 'Text'],
	['mx_Street1', 'Street 1', 'Text'],
	['mx_Street2', 'Street 2', 'Text'],
	['mx_Zip', 'Zip', 'Text'],
	['Notes', 'Notes', 'Text'],
	['Origin', 'Lead Origin', 'Select'],
	['OwnerId', 'Owner', 'Text'],
	['Phone', 'Phone Number', 'Phone'],
	['ProspectActivityDate_Max', 'Last Activity Date', 'DateTime'],
	['ProspectActivityName_Max', 'Last Activity', 'Text'],
	['ProspectAutoId', 'Lead Number', 'Number'],
	['ProspectStage', 'Lead Stage', 'Select'],
	['Revenue', 'Order Value', 'Number'],
	['Score', 'Lead Score', 'Number'],
	['Source', 'Lead Source', 'Select'],
	['SourceCampaign', 'Source Campaign', 'Text'],
	['SourceContent', 'Source Content', 'Text'],
	['SourceMedium', 'Source Medium', 'Text'],
	['TimeZone', 'Time Zone', 'Text'],
	['Website', 'Website', 'Website'],
];

// Of the records that a lead belongs to, as https://apidocs.leadsquared.com/get-a-lead-by-email-id/
// shows them beside the lead's own. Whether the metadata lists them is not documented, and
// LeadSquared's own example of this call asks for OwnerIdEmailAddress and does not get it.
const RELATED: typeof STANDARD = [
	['OwnerIdName', 'Owner Name', 'Text'],
	['OwnerIdEmailAddress', 'Owner Email', 'Email'],
	['CreatedByName', 'Created By Name', 'Text'],
	['ModifiedByName', 'Modified By Name', 'Text'],
];

const asColumn = ([schemaName, displayName, dataType]: (typeof STANDARD)[number]): Column => ({
	schemaName,
	displayName,
	dataType,
	isDay: false,
});

/** Columns that every account has, for when its own are not known. */
export const STANDARD_COLUMNS: readonly Column[] = STANDARD.map(asColumn);

/** Columns of the records that a lead belongs to. LeadSquared may leave them out. */
export const RELATED_COLUMNS: readonly Column[] = RELATED.map(asColumn);

const related = new Set(RELATED.map(([schemaName]) => schemaName.toLowerCase()));

/** Whether a column comes from a record that the lead belongs to. */
export const isRelated = (schemaName: string): boolean => related.has(schemaName.toLowerCase());

const documented = new Set(
	['ProspectID', ...[...STANDARD, ...RELATED].map(([schemaName]) => schemaName)].map((name) =>
		name.toLowerCase(),
	),
);

/** Whether it is the schema name of a column that LeadSquared's documents name. */
export const isDocumented = (schemaName: string): boolean =>
	documented.has(schemaName.toLowerCase());

/** The columns, and those of related records that are not among them. */
export function withRelated(columns: readonly Column[]): Column[] {
	const known = new Set(columns.map(({ schemaName }) => schemaName.toLowerCase()));
	const others = RELATED_COLUMNS.filter(({ schemaName }) => !known.has(schemaName.toLowerCase()));
	return [...columns, ...others];
}

const USERS = new Map([
	['ownerid', 'OwnerIdName'],
	['createdby', 'CreatedByName'],
	['modifiedby', 'ModifiedByName'],
]);

/** For a column that holds the id of a user: the column that holds the name. */
export const nameOfUserIn = (schemaName: string): string | undefined =>
	USERS.get(schemaName.toLowerCase());

// What LeadSquared sets by itself: times, counts, scores, numbers, who did what
// (https://apidocs.leadsquared.com/get-a-lead-by-email-id/ shows them beside the lead's own).
const ITS_OWN = new Set(
	[
		'ProspectAutoId',
		'CreatedOn',
		'CreatedBy',
		'ModifiedOn',
		'ModifiedBy',
		'LeadLastModifiedOn',
		'RelatedCompanyIdName',
		'Score',
		'EngagementScore',
		'QualityScore01',
		'LeadAge',
		'TotalVisits',
		'PageViewsPerVisit',
		'AvgTimePerVisit',
		'LastVisitDate',
		'LeadConversionDate',
		'FirstLandingPageSubmissionDate',
		'LastOptInEmailSentDate',
		'ProspectActivityId_Max',
		'ProspectActivityName_Max',
		'ProspectActivityDate_Max',
		'ProspectActivityId_Min',
		'ProspectActivityName_Min',
		'ProspectActivityDate_Min',
		'IsLead',
		'IsStarredLead',
		'IsTaggedLead',
		'CanUpdate',
		'Total',
	].map((name) => name.toLowerCase()),
);

/** Whether LeadSquared sets a column by itself, so that nobody writes it. */
export const isItsOwn = (schemaName: string): boolean =>
	ITS_OWN.has(schemaName.toLowerCase()) || isRelated(schemaName);
