import { ID_COLUMN } from './leads';
import type { Column } from './metadata';

type Flag =
	/** A new node outputs it. */
	| 'default'
	/** A new mapper shows it, below the column to match on. */
	| 'mapped'
	/** LeadSquared finds leads by it, in every account. */
	| 'identifies'
	/** LeadSquared sets it, so it cannot be written. */
	| 'readOnly'
	/** It comes from a record that the lead belongs to. LeadSquared may leave it out. */
	| 'related';

type Row = [schemaName: string, displayName: string, dataType: string, ...flags: Flag[]];

// Every account has these columns, under these labels unless it has renamed them ("You cannot delete
// a system lead field, but you can rename its Display Name": https://help.leadsquared.com/?p=2993).
// Schema names: https://apidocs.leadsquared.com/get-a-lead-by-email-id/ and
// https://apidocs.leadsquared.com/create-or-update/; labels: as in LeadSquared's help. Whether the
// metadata lists the related columns is not documented: LeadSquared's own example requests
// OwnerIdEmailAddress and does not get it.
const TABLE: readonly Row[] = [
	[ID_COLUMN, 'Lead ID', 'Text', 'identifies'],
	['FirstName', 'First Name', 'Text', 'default', 'mapped'],
	['LastName', 'Last Name', 'Text', 'default', 'mapped'],
	['EmailAddress', 'Email', 'Email', 'default', 'identifies'],
	['Phone', 'Phone Number', 'Phone', 'default', 'mapped', 'identifies'],
	['Mobile', 'Mobile Number', 'Phone', 'identifies'],
	['Company', 'Company', 'Text', 'mapped'],
	['ProspectStage', 'Lead Stage', 'Select', 'default', 'mapped'],
	['Source', 'Lead Source', 'Select', 'mapped'],
	['CreatedBy', 'Created By', 'Text', 'readOnly'],
	['CreatedOn', 'Created On', 'DateTime', 'readOnly'],
	['DoNotCall', 'Do Not Call', 'Boolean'],
	['DoNotEmail', 'Do Not Email', 'Boolean'],
	['EngagementScore', 'Engagement Score', 'Number', 'readOnly'],
	['JobTitle', 'Job Title', 'Text'],
	['LeadLastModifiedOn', 'Lead Last Modified On', 'DateTime', 'readOnly'],
	['ModifiedBy', 'Modified By', 'Text', 'readOnly'],
	['ModifiedOn', 'Modified On', 'DateTime', 'readOnly'],
	['mx_City', 'City', 'Text'],
	['mx_Country', 'Country', 'Text'],
	['mx_State', 'State', 'Text'],
	['mx_Street1', 'Street 1', 'Text'],
	['mx_Street2', 'Street 2', 'Text'],
	['mx_Zip', 'Zip', 'Text'],
	['Notes', 'Notes', 'Text'],
	['Origin', 'Lead Origin', 'Select'],
	['OwnerId', 'Owner', 'Text'],
	['ProspectActivityDate_Max', 'Last Activity Date', 'DateTime', 'readOnly'],
	['ProspectActivityName_Max', 'Last Activity', 'Text', 'readOnly'],
	['ProspectAutoId', 'Lead Number', 'Number', 'readOnly'],
	['Revenue', 'Order Value', 'Number'],
	['Score', 'Lead Score', 'Number', 'readOnly'],
	['SourceCampaign', 'Source Campaign', 'Text'],
	['SourceContent', 'Source Content', 'Text'],
	['SourceMedium', 'Source Medium', 'Text'],
	['TimeZone', 'Time Zone', 'Select'],
	['Website', 'Website', 'Website'],
	['OwnerIdName', 'Owner Name', 'Text', 'related', 'readOnly'],
	['OwnerIdEmailAddress', 'Owner Email', 'Email', 'related', 'readOnly'],
	['CreatedByName', 'Created By Name', 'Text', 'related', 'readOnly'],
	['ModifiedByName', 'Modified By Name', 'Text', 'related', 'readOnly'],
];

// LeadSquared also sets these columns, but no document gives their labels.
const UNLABELLED = [
	'AvgTimePerVisit',
	'CanUpdate',
	'FirstLandingPageSubmissionDate',
	'IsLead',
	'IsStarredLead',
	'IsTaggedLead',
	'LastOptInEmailSentDate',
	'LastVisitDate',
	'LeadAge',
	'LeadConversionDate',
	'PageViewsPerVisit',
	'ProspectActivityDate_Min',
	'ProspectActivityId_Max',
	'ProspectActivityId_Min',
	'ProspectActivityName_Min',
	'QualityScore01',
	'RelatedCompanyIdName',
	'Total',
	'TotalVisits',
];

const COLUMNS = TABLE.map(([schemaName, displayName, dataType, ...flags]) => ({
	schemaName,
	displayName,
	dataType,
	isDay: false,
	flags,
}));

const columnsWith = (flag: Flag) => COLUMNS.filter(({ flags }) => flags.includes(flag));

/** Columns that every account has in addition to the lead ID. Used if the account's columns are unknown. */
export const STANDARD_COLUMNS: readonly Column[] = COLUMNS.filter(
	({ schemaName, flags }) => schemaName !== ID_COLUMN && !flags.includes('related'),
);

/** Columns of the records that a lead belongs to. */
export const RELATED_COLUMNS: readonly Column[] = columnsWith('related');

/** The columns that a new node outputs, and that an AI model gets if it names none. */
export const DEFAULT_COLUMNS = namesOf(columnsWith('default'));

/** The column that a new mapper matches leads by. */
export const DEFAULT_MATCH = 'EmailAddress';

/** The columns that a new mapper shows, in their order. The others are behind "Add column". */
export const MAPPED_COLUMNS = [DEFAULT_MATCH, ...namesOf(columnsWith('mapped'))];

/** The columns that LeadSquared finds leads by in every account. */
export const IDENTIFIERS = namesOf(columnsWith('identifies'));

const isIdentifying = isIn(IDENTIFIERS);

/** Whether leads can be found by a column: in every account, or in this one. */
export const canMatch = ({ schemaName, isUnique }: Column): boolean =>
	isUnique === true || isIdentifying(schemaName);

/** Whether LeadSquared's documents name a column. */
export const isDocumented = isIn(namesOf(COLUMNS));

/** Whether LeadSquared sets a column, so that it cannot be written. */
export const isReadOnly = isIn([...namesOf(columnsWith('readOnly')), ...UNLABELLED]);

/** Whether a column can be written in some leads at least. */
export const isWritable = (column: Column): boolean =>
	!column.isReadOnly && !isReadOnly(column.schemaName);

/** Whether a column comes from a record that the lead belongs to. */
export const isRelated = isIn(namesOf(RELATED_COLUMNS));

const NAMES_OF_USERS = new Map(namesOf(RELATED_COLUMNS).map((name) => [name.toLowerCase(), name]));

/** The column with the name of the user whose ID is in a column. */
export const nameOfUserIn = (schemaName: string): string | undefined =>
	NAMES_OF_USERS.get(`${schemaName}Name`.toLowerCase());

/** Adds the columns of related records that a list does not have. */
export function withRelated(columns: readonly Column[]): Column[] {
	const isListed = isIn(namesOf(columns));
	return [...columns, ...RELATED_COLUMNS.filter(({ schemaName }) => !isListed(schemaName))];
}

function namesOf(columns: readonly Column[]): string[] {
	return columns.map(({ schemaName }) => schemaName);
}

/** Makes a function that checks whether a name is one of these, in any case. */
function isIn(names: string[]): (name: string) => boolean {
	const known = new Set(names.map((name) => name.toLowerCase()));
	return (name) => known.has(name.toLowerCase());
}
