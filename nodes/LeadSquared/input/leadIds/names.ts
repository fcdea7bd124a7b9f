/** How surely a member of an object holds the id of a lead, by its name; the lowest is the surest. */
export const SURE = {
	prospect: 1,
	relatedProspect: 2,
	lead: 3,
	/** Some other lead id: `mx_CRM_Lead_Id`. */
	someLead: 4,
	/** What it was before a change. */
	before: 5,
	/** `id` alone: a lead's, where nothing says better. */
	id: 6,
	/** `value` alone, as lists of choices have it. */
	value: 7,
} as const;

const INSIDE =
	'(?:json|body|query|params|data|after|current|new|leads?|prospects?|message|payload|output|result|my|the)*';
const ID = '(?:id|guid|uuid)s?(?:list|array|csv)?\\d*$';
const LEAD = '(?:prospects?|leads?|leadsquared|lsq)';
const NAMES: Array<[RegExp, number]> = [
	[new RegExp(`^${INSIDE}prospects?${ID}`), SURE.prospect],
	[new RegExp(`^${INSIDE}relatedprospects?${ID}`), SURE.relatedProspect],
	[new RegExp(`^(?:before|previous|old|original).*${LEAD}${ID}`), SURE.before],
	[new RegExp(`^${INSIDE}(?:related|leadsquared|lsq|lead)?${LEAD}${ID}`), SURE.lead],
	[new RegExp(`${LEAD}${ID}`), SURE.someLead],
	[new RegExp(`^${ID}`), SURE.id],
	[/^values?$/, SURE.value],
];

// What lies around leads in answers, webhooks and n8n's items. Inside, `id` alone is a lead's too.
const AROUND =
	/^(?:json|body|query|params|data|after|current|new|leads?|prospects?|message|results?|records?|items?|rows?|values?|list|payload|response|output|input|arguments|searchparameters|leadpropertylist|details|successfulleads)$/;
const EARLIER = /^(?:before|previous|old|original)$/;
// These hold ids of many kinds, and never the lead's.
const ASIDE = /^(?:headers|cookies|binary|paireditem)$/;

/** A name as it counts: neither case nor blanks, underscores, hyphens and invisible characters. */
const bare = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/**
 * How sure a name is to hold the id of a lead: `ProspectID`, `related_prospect_id`, `Lead ID`,
 * `After.ProspectID`, `leadIds[0]`. Undefined for any other, such as `OwnerId`.
 */
export function sureness(name: string): number | undefined {
	if (name.length > 100) return undefined;
	// `Lead ID (LeadSquared)`
	const path = name
		.replace(/\s*\([^()]*\)\s*$/, '')
		.split(/[.[\]/]+/)
		.map(bare);
	const steps = path.filter((step) => step !== '' && !/^\d+$/.test(step));
	const last = steps.pop();
	if (last === undefined) return undefined;
	const sure = NAMES.find(([pattern]) => pattern.test(last))?.[1];
	if (sure === undefined || steps.length === 0) return sure;
	if (steps.some((step) => ASIDE.test(step))) return undefined;
	if (sure >= SURE.id) return steps.every((step) => AROUND.test(step)) ? sure : undefined;
	return steps.some((step) => EARLIER.test(step)) ? SURE.before : sure;
}

/** What a member that is an object or a list can be, by its name. */
export function placeOf(name: string): 'around' | 'before' | 'aside' | 'other' {
	const plain = bare(name);
	if (AROUND.test(plain)) return 'around';
	if (EARLIER.test(plain)) return 'before';
	return ASIDE.test(plain) ? 'aside' : 'other';
}

// LeadSquared's other kinds of ids, and what else has some in workflows.
const OTHERS =
	/(?:owner|user|created|modified|activity|activities|opportunity|opportunities|task|note|list|account|company|product|event|attribute|webhook|execution|workflow|session|request|campaign|landingpage|form|attachment|file)s?(?:ids?|by|guids?|uuids?)?$/;
// `lookupId`, `approvedBy`, `deal_id`, `Deal_Id`; not `Paid`.
const OTHER_SPELLING =
	/[a-z](?:I[dD]s?|By|G[uU][iI][dD])$|[-_](?:[iI][dD][sS]?|[bB][yY]|[gG][uU][iI][dD])$/;

/**
 * What a label in front of an id says of it, in text: `OwnerId: …`, `&opportunityId=…`.
 *
 * @param label one word, or two
 */
export function labelled(label: string): 'lead' | 'other' | undefined {
	const sure = sureness(label);
	if (sure !== undefined && sure < SURE.id) return 'lead';
	const plain = bare(label);
	if (OTHERS.test(plain) && /(?:id|by|guid|uuid)s?$/.test(plain)) return 'other';
	return sure === undefined && OTHER_SPELLING.test(label) ? 'other' : undefined;
}

/** What a step in the path of an address says of the id behind it: `/leads/…`, `/activity/…`. */
export function stepped(step: string): 'lead' | 'other' | undefined {
	const plain = bare(step);
	if (OTHERS.test(plain)) return 'other';
	return /lead|prospect/.test(plain) ? 'lead' : undefined;
}
