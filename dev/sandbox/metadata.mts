import type { Faults } from './faults.mts';
import { draw, scatter } from './random.mts';
import type { AddedOption } from './records.mts';

export type DataType =
	| 'Text'
	| 'Number'
	| 'Email'
	| 'Phone'
	| 'Website'
	| 'Date'
	| 'DateTime'
	| 'Time'
	| 'Select'
	| 'Boolean';

/** A column of the sandbox's account. */
export interface Column {
	schemaName: string;
	displayName: string;
	dataType: DataType;
	/** The values of a Select. */
	options?: readonly string[];
	/** Its display type; derived from the data type if absent. */
	rendering?: string;
	/** Whether a value that is not among the options becomes one. */
	isGrowing?: boolean;
	/** False for the columns that leads have and that the metadata does not list. */
	listed: boolean;
}

export const STAGES = [
	'Prospect',
	'Contacted',
	'Qualified',
	'Opportunity',
	'Customer',
	'Disqualified',
];
const SOURCES = ['Organic Search', 'Referral Sites', 'Direct Traffic', 'Pay per Click Ads'];
const STATUSES = ['Open', 'In Review', 'Approved', 'Rejected', 'On Hold'];

/** A drop-down whose values are not what people see. */
const TIME_ZONES: ReadonlyArray<[value: string, text: string]> = [
	['-12:00', '(UTC-12:00) International Date Line West'],
	['-05:00', '(UTC-05:00) Eastern Time (US & Canada)'],
	['+01:00', '(UTC+01:00) Amsterdam, Berlin, Bern, Rome'],
	['+05:30', '(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi'],
];

// Of an account as LeadSquared delivers it: schema name, display name, data type, options.
// Two columns are shown as "City" on purpose: nothing keeps an account's labels apart.
const STOCK: ReadonlyArray<[string, string, DataType, (readonly string[])?]> = [
	['ProspectID', 'Lead Id', 'Text'],
	['ProspectAutoId', 'Lead Number', 'Number'],
	['FirstName', 'First Name', 'Text'],
	['LastName', 'Last Name', 'Text'],
	['EmailAddress', 'Email', 'Email'],
	['Phone', 'Phone Number', 'Phone'],
	['Mobile', 'Mobile Number', 'Phone'],
	['Company', 'Company', 'Text'],
	['CompanyType', 'Company Type', 'Text'],
	['RelatedCompanyIdName', 'Company Name', 'Text'],
	['JobTitle', 'Job Title', 'Text'],
	['Website', 'Website', 'Website'],
	['SkypeId', 'Skype Name', 'Text'],
	['LinkedInId', 'LinkedIn', 'Website'],
	['FacebookId', 'Facebook', 'Website'],
	['TwitterId', 'Twitter', 'Text'],
	['PhotoUrl', 'Photo Url', 'Website'],
	['TimeZone', 'Time Zone', 'Select', TIME_ZONES.map(([value]) => value)],
	['Latitude', 'Latitude', 'Number'],
	['Longitude', 'Longitude', 'Number'],
	['Source', 'Lead Source', 'Select', SOURCES],
	['SourceCampaign', 'Source Campaign', 'Text'],
	['SourceMedium', 'Source Medium', 'Text'],
	['SourceContent', 'Source Content', 'Text'],
	['SourceReferrer', 'Source Referrer', 'Text'],
	['SourceReferrerURL', 'Source Referrer URL', 'Website'],
	['SourceIPAddress', 'Source IP Address', 'Text'],
	['ConversionKeyword', 'Conversion Keyword', 'Text'],
	['Origin', 'Lead Origin', 'Select', ['Import', 'API', 'Landing Page', 'Manual']],
	['Notes', 'Notes', 'Text'],
	['DoNotEmail', 'Do Not Email', 'Boolean'],
	['DoNotCall', 'Do Not Call', 'Boolean'],
	['DoNotTrack', 'Do Not Track', 'Boolean'],
	['MailingPreferences', 'Mailing Preferences', 'Text'],
	['ProspectStage', 'Lead Stage', 'Select', STAGES],
	['StatusCode', 'Status Code', 'Number'],
	['StatusReason', 'Status Reason', 'Number'],
	['Score', 'Lead Score', 'Number'],
	['EngagementScore', 'Engagement Score', 'Number'],
	['QualityScore01', 'Lead Quality', 'Number'],
	['Revenue', 'Order Value', 'Number'],
	['Grade', 'Lead Grade', 'Select', ['A', 'B', 'C', 'D']],
	['IsLead', 'Is Lead', 'Boolean'],
	['IsStarredLead', 'Starred Lead', 'Boolean'],
	['IsTaggedLead', 'Tagged Lead', 'Boolean'],
	['LeadAge', 'Lead Age', 'Number'],
	['TotalVisits', 'Total Visits', 'Number'],
	['PageViewsPerVisit', 'Page Views Per Visit', 'Number'],
	['AvgTimePerVisit', 'Average Time Per Visit', 'Number'],
	['OwnerId', 'Owner', 'Text'],
	['OwnerIdName', 'Owner Name', 'Text'],
	['OwnerIdEmailAddress', 'Owner Email', 'Email'],
	['CreatedBy', 'Created By', 'Text'],
	['CreatedOn', 'Created On', 'DateTime'],
	['ModifiedBy', 'Modified By', 'Text'],
	['ModifiedOn', 'Modified On', 'DateTime'],
	['LeadLastModifiedOn', 'Lead Last Modified On', 'DateTime'],
	['LeadConversionDate', 'Lead Conversion Date', 'DateTime'],
	['FirstLandingPageSubmissionDate', 'First Landing Page Submission', 'DateTime'],
	['LastVisitDate', 'Last Visit Date', 'DateTime'],
	['LastOptInEmailSentDate', 'Last Opt-in Email Sent', 'DateTime'],
	['ProspectActivityName_Max', 'Last Activity', 'Text'],
	['ProspectActivityDate_Max', 'Last Activity Date', 'DateTime'],
	['ProspectActivityDate_Min', 'First Activity Date', 'DateTime'],
	['mx_Street1', 'Street 1', 'Text'],
	['mx_Street2', 'Street 2', 'Text'],
	['mx_City', 'City', 'Text'],
	['mx_State', 'State', 'Text'],
	['mx_Country', 'Country', 'Text'],
	['mx_Zip', 'Zip', 'Text'],
	['mx_Billing_City', 'City', 'Text'],
	['mx_Date_of_Birth', 'Date of Birth', 'Date'],
	['mx_Preferred_Time', 'Preferred Time', 'Time'],
	['mx_Newsletter', 'Newsletter', 'Boolean'],
];

// Columns that its administrators have added: each topic has each of the subjects, as mx_Topic_Subject.
const TOPICS = [
	'Admission',
	'Course',
	'Insurance',
	'Loan',
	'Membership',
	'Policy',
	'Property',
	'Support',
	'Vehicle',
];
const SUBJECTS: ReadonlyArray<[string, DataType, (readonly string[])?, string?]> = [
	['Reference', 'Text'],
	['Remarks', 'Text', undefined, 'TextArea'],
	['Amount', 'Number'],
	['Contact Email', 'Email'],
	['Contact Number', 'Phone'],
	['Page', 'Website'],
	['Start Date', 'Date'],
	// For an added column, the API expresses date and time by this rendering of a Date
	// (create-custom-lead-field).
	['Last Review', 'Date', undefined, 'DateTime'],
	['Next Call', 'DateTime'],
	['Callback Time', 'Time'],
	['Status', 'Select', STATUSES],
	['Consent', 'Boolean'],
];

// Only requested by name. It is not known whether the metadata lists joined columns (section 6),
// or whether fields of custom field sets can be requested (section 7), so here are some of each kind.
const UNLISTED: ReadonlyArray<[string, string, DataType]> = [
	['CreatedByName', 'Created By Name', 'Text'],
	['ModifiedByName', 'Modified By Name', 'Text'],
	['mx_Docs~mx_CustomObject_1', 'Document Number', 'Text'],
];

/** Drop-downs of kinds that the topics do not have. */
const DROPDOWNS: readonly Column[] = [
	{
		schemaName: 'mx_Interests',
		displayName: 'Interests',
		dataType: 'Select',
		rendering: 'MultiselectDropdown',
		options: ['Art', 'Finance', 'Law', 'Medicine', 'Music'],
		listed: true,
	},
	{
		schemaName: 'mx_Batch',
		displayName: 'Batch',
		dataType: 'Select',
		isGrowing: true,
		options: ['2024', '2025', '2026'],
		listed: true,
	},
];

/** The column of accounts with object types ({@link Faults.secondTypeEvery}). */
export const LEAD_TYPE = 'LeadType';
export const LEAD_TYPES = ['OT_0', 'OT_1'];

const STOCK_RENDERINGS: Record<string, string> = {
	Notes: 'TextArea',
	Source: 'DropdownWithOthers',
};

/** All columns of the account, ProspectID first. */
export const COLUMNS: readonly Column[] = [
	...STOCK.map(([schemaName, displayName, dataType, options]) => ({
		schemaName,
		displayName,
		dataType,
		options,
		rendering: STOCK_RENDERINGS[schemaName],
		listed: true,
	})),
	...TOPICS.flatMap((topic) =>
		SUBJECTS.map(([subject, dataType, options, rendering]) => ({
			schemaName: `mx_${topic}_${subject.replaceAll(' ', '_')}`,
			displayName: `${topic} ${subject}`,
			dataType,
			options,
			rendering,
			listed: true,
		})),
	),
	...UNLISTED.map(([schemaName, displayName, dataType]) => ({
		schemaName,
		displayName,
		dataType,
		listed: false,
	})),
	...DROPDOWNS,
	{
		schemaName: LEAD_TYPE,
		displayName: 'Lead Type',
		dataType: 'Select',
		options: LEAD_TYPES,
		listed: false,
	},
];

// Documented: 6 is Phone and 13 is Dropdown. The other numbers are this sandbox's own.
const RENDERINGS: Record<DataType, [number, string]> = {
	Text: [1, 'Textbox'],
	Number: [1, 'Textbox'],
	Email: [4, 'Email'],
	Website: [5, 'URL'],
	Phone: [6, 'Phone'],
	Date: [8, 'Date'],
	DateTime: [9, 'DateTime'],
	Time: [10, 'Time'],
	Boolean: [12, 'CheckBox'],
	Select: [13, 'Dropdown'],
};
const RENDER_TYPES: Record<string, number> = {
	TextArea: 2,
	Date: 8,
	DateTime: 9,
	DropdownWithOthers: 14,
	MultiselectDropdown: 15,
};
const LEAD_IDENTIFIERS = ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'Mobile'];
const TIME_ZONE_TEXTS = JSON.stringify(
	TIME_ZONES.map(([value, text]) => ({ Value: value, Text: text })),
);
const SYSTEM = '563fc838-797d-11e4-b2b6-22000a940c0c';

/** The columns that the metadata lists, and that a call without columns returns. */
export const LISTED_NAMES: string[] = COLUMNS.filter(({ listed }) => listed).map(
	({ schemaName }) => schemaName,
);

const NAMES = new Set(COLUMNS.map(({ schemaName }) => schemaName));

/**
 * The answer to LeadsMetaData.Get, in the documented shape (section 6): empty keys are
 * absent, and there is no IsCustomField.
 * @param only the requested schema name; every column if absent. An unknown one returns
 * an empty array, because nothing else is documented.
 * @param withOptions false drops the values of dropdowns (`excludeOptionSets=1`)
 * @param addedOptions those that writes have added
 */
export function describeColumns(
	only: string | undefined,
	withOptions: boolean,
	faults: Faults,
	addedOptions: readonly AddedOption[],
) {
	const { metadata, repeatedColumns, sharedLabels, columnValues, secondTypeEvery } = faults;
	if (metadata === 'empty') return [];
	const added = Object.keys(columnValues).filter((name) => !NAMES.has(name));
	const hasTypes = secondTypeEvery !== null;
	const listed = COLUMNS.filter(
		({ listed: isListed, schemaName }) => isListed || (hasTypes && schemaName === LEAD_TYPE),
	);
	const label = COLUMNS.find(({ schemaName }) => schemaName === sharedLabels[0])?.displayName;
	return [...listed, ...added.map(addedColumn)]
		.filter((column) => only === undefined || column.schemaName === only)
		.flatMap((column) => (repeatedColumns.includes(column.schemaName) ? [column, column] : column))
		.map((column) =>
			sharedLabels.includes(column.schemaName) ? { ...column, displayName: label! } : column,
		)
		.map((column) => withAdded(column, addedOptions))
		.map((column) => describeColumn(dated(column, faults), withOptions, faults));
}

function withAdded(column: Column, addedOptions: readonly AddedOption[]): Column {
	const added = addedOptions.filter(({ schemaName }) => schemaName === column.schemaName);
	if (added.length === 0) return column;
	return { ...column, options: [...column.options!, ...added.map(({ value }) => value)] };
}

/** Whether a column contains days; the other dates are instants. */
export function isDay({ dataType, rendering = 'Date' }: Column): boolean {
	return dataType === 'Date' && rendering === 'Date';
}

function addedColumn(schemaName: string): Column {
	return { schemaName, displayName: schemaName, dataType: 'Text', listed: true };
}

/** A column of dates, described according to {@link Faults.dateTypes}. */
function dated(column: Column, { dateTypes }: Faults): Column {
	const { dataType } = column;
	if (dateTypes === 'documented' || (dataType !== 'Date' && dataType !== 'DateTime')) return column;
	const kind = isDay(column) ? 'Date' : 'DateTime';
	return {
		...column,
		dataType: dateTypes === 'by-type' ? kind : 'Date',
		rendering: dateTypes === 'by-rendering' ? kind : 'Date',
	};
}

function describeColumn(column: Column, withOptions: boolean, faults: Faults) {
	const custom = column.schemaName.startsWith('mx_');
	const [renderType, rendering] = RENDERINGS[column.dataType];
	const created = `/Date(${1417453996000 + (nameHash(column.schemaName) % 9e8) * 100}+0000)/`;
	return {
		Entity: '1',
		SchemaName: column.schemaName,
		DisplayName: column.displayName,
		DataType: column.dataType,
		IsMandatory: faults.mandatoryColumns.includes(column.schemaName),
		...(withOptions && column.options
			? { Options: column.options.map((value) => ({ Value: value })) }
			: {}),
		...(withOptions && column.schemaName === 'TimeZone' && { OptionSet_backup: TIME_ZONE_TEXTS }),
		MaxLength: column.dataType === 'Phone' ? '10' : '200',
		EntityAttributeId: attributeId(column.schemaName),
		Name: column.schemaName,
		...(custom ? {} : { Description: column.displayName }),
		EntityAttributeType: custom ? 2 : 1,
		RenderType: column.rendering ? RENDER_TYPES[column.rendering] : renderType,
		RenderTypeTextValue: column.rendering ?? rendering,
		IsVisible: true,
		IsSearchable: true,
		ShowInMailMerge: true,
		...(column.dataType === 'Phone' ? { RangeMin: '10' } : {}),
		AllowMultiple: true,
		ShowInImport: true,
		ShowInQuickAdd: !custom,
		ShowInQuickSearch: !custom,
		Txt_Row: 0,
		Txt_Col: 0,
		OwnerID: SYSTEM,
		CreatedBy: SYSTEM,
		CreatedOn: created,
		ModifiedBy: SYSTEM,
		ModifiedOn: created,
		OwnerIdName: 'System',
		CreatedByName: 'System',
		ModifiedByName: 'System',
		IsLeadIdentifier: LEAD_IDENTIFIERS.includes(column.schemaName),
		IsUnique: faults.uniqueColumns.includes(column.schemaName),
		IsReadOnly: faults.readOnlyColumns.includes(column.schemaName),
		IsDerived: faults.derivedColumns.includes(column.schemaName),
		LockAfterCreate: faults.lockedAfterCreate.includes(column.schemaName) ? 2 : 0,
		AllowAutoUpdateToOptions: column.isGrowing === true,
		UseInLeadClone: false,
		IsSortable: true,
	};
}

function nameHash(name: string): number {
	let hash = 0;
	for (let at = 0; at < name.length; at++) hash = scatter(hash ^ name.charCodeAt(at));
	return hash;
}

function attributeId(name: string): string {
	const hex = [0, 1, 2, 3]
		.map((part) => draw(nameHash(name), part).toString(16).padStart(8, '0'))
		.join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
