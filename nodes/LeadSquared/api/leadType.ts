/**
 * The members of a body that ask for leads of an object type, such as `OT_1`
 * (https://apidocs.leadsquared.com/search-by-lead-criteria/); none for the account's default type.
 */
export const ofLeadType = (type: string | undefined): object =>
	type === undefined ? {} : { Attribute: 'LeadType', Value: type };
