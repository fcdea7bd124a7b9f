import { isRelated } from './standardColumns';

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
