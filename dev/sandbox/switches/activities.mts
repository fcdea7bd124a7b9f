import { isCount, isNth } from './switch.mts';
import type { Switches } from './switch.mts';

const isPositive = (value: unknown) => value !== null && isNth(value);

/** Switches on activities, opportunities, and tasks. */
export interface ActivityFaults {
	activities: number;
	opportunities: number;
	stageChanges: number;
	stageChangesByType: 'refused' | 'empty' | 'answered';
	editsPerCall: number;
	activityOffset: 'pages' | 'pages-from-1' | 'rows';
	activityPageCap: number;
	customFields: 'asked' | 'unasked';
	opportunityType: 'required' | 'optional';
	opportunityCap: number;
	forgetOpportunityEvery: number | null;
}

export const ACTIVITY_SWITCHES: Switches<ActivityFaults> = {
	activities: {
		default: 600,
		about: 'activities that the leads have before any is written',
		allows: isCount,
		source: 'facts A2: 78,350 of one type in 7 days',
	},
	opportunities: {
		default: 150,
		about: 'opportunities that the leads have',
		allows: isCount,
		source: 'facts A3: 4.87 million in one account',
	},
	stageChanges: {
		default: 0,
		about: 'changes of stage (activities of type 3002) that the leads have before any changes',
		allows: isCount,
		source: 'facts A2',
	},
	stageChangesByType: {
		default: 'refused',
		about:
			'RetrieveByActivityEvent for type 3002: "Invalid activity event.", an empty list, or the changes of stage',
		allows: ['refused', 'empty', 'answered'],
		source: 'facts A2: open; seen of a lead only',
	},
	editsPerCall: {
		default: 0,
		about: 'activities that are edited with each call, before it is answered',
		allows: isCount,
		source: 'facts A2: edits move rows between pages',
	},
	activityOffset: {
		default: 'pages',
		about:
			'Offset in ProspectActivity.svc/Retrieve: pages, the first being 0, or 1 and 0 too, or rows to skip',
		allows: ['pages', 'pages-from-1', 'rows'],
		source: 'facts A2: open; get-activities-of-a-lead: "the page number"',
	},
	activityPageCap: {
		default: 1000,
		about: 'most activities in a page; RetrieveByActivityEvent refuses larger pages',
		allows: isPositive,
		source: 'facts A2',
	},
	customFields: {
		default: 'asked',
		about: 'whether RetrieveByActivityEvent sends mx_ fields without IncludeCustomFields',
		allows: ['asked', 'unasked'],
		source: 'operations (f): IncludeCustomFields; clients without it read mx_ fields',
	},
	opportunityType: {
		default: 'required',
		about: 'whether GetOpportunitiesOfLead needs opportunityType',
		allows: ['required', 'optional'],
		source: 'facts A3: optional on the page, required in practice',
	},
	opportunityCap: {
		default: 2000,
		about: 'most IDs in GetOpportunitiesById, of all types together',
		allows: isPositive,
		source: 'facts A3',
	},
	forgetOpportunityEvery: {
		default: null,
		about: 'every n-th opportunity is left out the first time it is asked for by its ID',
		allows: isNth,
		source: 'as forgetEvery',
	},
};
