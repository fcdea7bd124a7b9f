/** Ranks for where the lead IDs of an object can be, from the surest to nowhere. */
export const RANK = {
	prospect: 1,
	relatedProspect: 2,
	lead: 3,
	/** Another lead ID: `mx_CRM_Lead_Id`. */
	someLead: 4,
	/** The ID before a change. */
	before: 5,
	/** A name for lead IDs whose value has none: an `id` next to it does not count. */
	nameWithoutId: 6,
	/** `id` alone: a lead's, unless there is a surer name. */
	id: 7,
	/** `value` alone, as in lists of choices. */
	value: 8,
	/** An ID in a text, without a name. */
	idInText: 9,
	/** An ID in a text, before a change. */
	earlierIdInText: 10,
	text: 11,
	/** A name or a place for lead IDs, with nothing in it. */
	blank: 12,
	none: 13,
} as const;

const INSIDE =
	'(?:json|body|query|params|data|after|current|new|leads?|prospects?|message|payload|output|result|my|the)*';
const ID = '(?:id|guid|uuid)s?(?:list|array|csv)?\\d*$';
const LEAD = '(?:prospects?|leads?|leadsquared|lsq)';
const NAMES: Array<[RegExp, number]> = [
	[new RegExp(`^${INSIDE}prospects?${ID}`), RANK.prospect],
	[new RegExp(`^${INSIDE}relatedprospects?${ID}`), RANK.relatedProspect],
	[new RegExp(`^(?:before|previous|old|original).*${LEAD}${ID}`), RANK.before],
	[new RegExp(`^${INSIDE}(?:related|leadsquared|lsq|lead)?${LEAD}${ID}`), RANK.lead],
	[new RegExp(`${LEAD}${ID}`), RANK.someLead],
	[new RegExp(`^${ID}`), RANK.id],
	[/^values?$/, RANK.value],
];

// Containers of leads in answers, webhooks and n8n's items. In them, `id` alone is a lead's too.
const AROUND =
	/^(?:json|body|query|params|data|after|current|new|leads?|prospects?|message|results?|records?|items?|rows?|values?|list|payload|response|output|input|arguments|searchparameters|leadpropertylist|details|successfulleads)$/;
const EARLIER = /^(?:before|previous|old|original)$/;
// These hold IDs of many kinds, and never the lead's.
const ASIDE = /^(?:headers|cookies|binary|paireditem)$/;

/**
 * Ranks a name by how likely it holds the ID of a lead: `ProspectID`, `related_prospect_id`,
 * `Lead ID`, `After.ProspectID`, `leadIds[0]`.
 *
 * @returns undefined for any other name, such as `OwnerId`
 */
export function rank(name: string): number | undefined {
	if (name.length > 100) return undefined;
	// `Lead ID (LeadSquared)`
	const path = name
		.replace(/\s*\([^()]*\)\s*$/, '')
		.split(/[.[\]/]+/)
		.map(normalize);
	const steps = path.filter((step) => step !== '' && !/^\d+$/.test(step));
	const last = steps.pop();
	if (last === undefined) return undefined;
	const own = NAMES.find(([pattern]) => pattern.test(last))?.[1];
	if (own === undefined || steps.length === 0) return own;
	if (steps.some((step) => ASIDE.test(step))) return undefined;
	if (own >= RANK.id) return steps.every((step) => AROUND.test(step)) ? own : undefined;
	return steps.some((step) => EARLIER.test(step)) ? RANK.before : own;
}

export type ContainerKind = 'around' | 'before' | 'aside' | 'other';

/** The kind of object or list that has a name: around leads, before a change, never for leads. */
export function containerKind(name: string): ContainerKind {
	const normalized = normalize(name);
	if (AROUND.test(normalized)) return 'around';
	if (EARLIER.test(normalized)) return 'before';
	return ASIDE.test(normalized) ? 'aside' : 'other';
}

// LeadSquared's other kinds of IDs, and others that workflows have.
const OTHERS =
	/(?:owner|user|created|modified|activity|activities|opportunity|opportunities|task|note|list|account|company|product|event|attribute|webhook|execution|workflow|session|request|campaign|landingpage|form|attachment|file)s?(?:ids?|by|guids?|uuids?)?$/;
// `lookupId`, `approvedBy`, `deal_id`, `Deal_Id`; not `Paid`.
const OTHER_SPELLING =
	/[a-z](?:I[dD]s?|By|G[uU][iI][dD])$|[-_](?:[iI][dD][sS]?|[bB][yY]|[gG][uU][iI][dD])$/;

/** Whether text in front of an ID says that it is a lead's, or something else's. */
export type IdKind = 'lead' | 'other' | undefined;

/**
 * The kind of ID behind a label in text: `OwnerId: …`, `&opportunityId=…`.
 *
 * @param label one word, or two
 */
export function labelKind(label: string): IdKind {
	const ranked = rank(label);
	if (ranked !== undefined && ranked < RANK.id) return 'lead';
	const normalized = normalize(label);
	if (OTHERS.test(normalized) && /(?:id|by|guid|uuid)s?$/.test(normalized)) return 'other';
	return ranked === undefined && OTHER_SPELLING.test(label) ? 'other' : undefined;
}

/** The kind of ID behind a step in the path of an address: `/leads/…`, `/activity/…`. */
export function pathKind(step: string): IdKind {
	const normalized = normalize(step);
	if (OTHERS.test(normalized)) return 'other';
	return /lead|prospect/.test(normalized) ? 'lead' : undefined;
}

/** A name without what makes no difference: case, blanks, underscores, hyphens, invisible characters. */
function normalize(name: string): string {
	return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
