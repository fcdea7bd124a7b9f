import { flag, isCount, isTexts } from './switch.mts';
import type { Switches } from './switch.mts';

const isBurst = (value: unknown) => {
	const { at, leads } = Object(value) as Record<string, unknown>;
	return value === null || (isCount(leads) && !Number.isNaN(Date.parse(`${String(at)}Z`)));
};
const isPositive = (value: unknown) => isCount(value) && value !== 0;

/** Switches for the other calls that return leads: by date, list, column, address, number, words. */
export interface CallFaults {
	missingCalls: string[];
	changesPerCall: number;
	burst: { at: string; leads: number } | null;
	sorting: 'honoured' | 'ignored';
	ties: 'stable' | 'unstable';
	listRows: 'properties-fields' | 'properties' | 'flat';
	modifiedEchoes: string[];
	memberEchoes: string[];
	searchEchoes: string[];
	memberDates: 'us' | 'iso';
	listPageCap: number;
	listPageCapStyle: 'error' | 'silent';
	searchPageCap: number;
	searchPageCapStyle: 'silent' | 'error';
	requestZoneMinutes: number;
	modifiedMeans: 'LeadLastModifiedOn' | 'ModifiedOn';
	toDate: 'inclusive' | 'exclusive' | 'whole-second';
	listsPageSize: number;
	memberCount: 'true' | 'stale' | 'absent';
	listIdsCap: number;
	unknownList: 'refuse' | 'empty';
	addingUnknownLead: 'leave-out' | 'refuse';
	like: 'sql' | 'sets' | 'contains';
	inOperator: 'list' | 'literal' | 'refused';
	wholeAnswers: boolean;
	phoneForms: 'digits' | 'stored' | 'any';
	phoneMatches: 'latest-activity' | 'latest-modified' | 'all';
	nobodyForm: 'list' | 'blank';
	quickSearchCap: number;
}

export const CALL_SWITCHES: Switches<CallFaults> = {
	missingCalls: {
		default: [],
		about:
			'calls that get 404 and an HTML page, e.g. List.GetLeads,Task.svc/Create; the service may be left out',
		allows: isTexts,
		source: 'issue 13, "accounts that do not know that call"; operations (b): List.GetLeads is D*',
	},
	changesPerCall: {
		default: 0,
		about:
			'leads that change at each call, before the answer: three of four get another stage, one has an activity',
		allows: isCount,
		source: 'operations (a): pages shift while they are read',
	},
	burst: {
		default: null,
		about:
			'the first n leads were all created and modified within one second, e.g. {"at":"2024-05-01 10:00:00","leads":12000}',
		allows: isBurst,
		source: 'issue 13, "more than a page of leads in one second": imports do that',
	},
	sorting: {
		default: 'honoured',
		about: 'whether Sorting is obeyed; if not, order sets the order of leads',
		allows: ['honoured', 'ignored'],
		source: 'operations (a): seen for one account and one call; only documented for the others',
	},
	ties: {
		default: 'stable',
		about:
			'order of leads with the same value in the sort column: the same each time, or different in each call',
		allows: ['stable', 'unstable'],
		source: 'operations (a): duplicates and losses when sorted by CreatedOn, none by ProspectID',
	},
	listRows: {
		default: 'properties-fields',
		about: 'rows of RecentlyModified and BySearchParameter: see rows',
		allows: ['properties-fields', 'properties', 'flat'],
		source: 'operations (a): LeadPropertyList of Attribute, Value and Fields',
	},
	modifiedEchoes: {
		default: ['CanUpdate', 'Total'],
		about: 'unrequested columns of RecentlyModified',
		allows: isTexts,
		source: 'operations (a): CanUpdate, D; Total, live',
	},
	memberEchoes: {
		default: [
			'ProspectID',
			'OwnerId',
			'CreatedOn',
			'IsStarredLead',
			'IsTaggedLead',
			'CanUpdate',
			'Total',
		],
		about: 'unrequested columns of BySearchParameter',
		allows: isTexts,
		source: 'operations (b), sample; the page itself shows CanUpdate alone',
	},
	searchEchoes: {
		default: [
			'IsStarredLead',
			'IsTaggedLead',
			'CanUpdate',
			'OwnerId',
			'ProspectAutoId',
			'CreatedOn',
		],
		about: 'unrequested columns of Leads.Get',
		allows: isTexts,
		source: 'operations (c)',
	},
	memberDates: {
		default: 'us',
		about: 'dates in BySearchParameter: 5/21/2019 7:01:30 AM, or as in other calls',
		allows: ['us', 'iso'],
		source: 'operations (b), sample',
	},
	listPageCap: {
		default: 5000,
		about: 'most rows in a page of RecentlyModified and BySearchParameter',
		allows: isPositive,
		source: 'operations (a): 5,000; (b): not documented',
	},
	listPageCapStyle: {
		default: 'error',
		about: 'above listPageCap: refused, or clamped silently',
		allows: ['error', 'silent'],
		source: 'operations (a): 500, "Page size can not be larger than 5000."',
	},
	searchPageCap: {
		default: 1000,
		about: 'most rows in a page of Leads.Get',
		allows: isPositive,
		source: 'operations (c)',
	},
	searchPageCapStyle: {
		default: 'silent',
		about: 'above searchPageCap: clamped silently, or refused',
		allows: ['silent', 'error'],
		source: 'operations (c): clamped, live',
	},
	requestZoneMinutes: {
		default: 0,
		about: 'the time zone of dates in requests, in minutes east of UTC, e.g. 330',
		allows: (value) => Number.isInteger(value),
		source: 'operations (a): UTC; one client assumes local time',
	},
	modifiedMeans: {
		default: 'LeadLastModifiedOn',
		about: 'the column by which RecentlyModified filters',
		allows: ['LeadLastModifiedOn', 'ModifiedOn'],
		source: 'operations (a): LeadLastModifiedOn, live',
	},
	toDate: {
		default: 'inclusive',
		about:
			'a ToDate of …04: up to 04.000 inclusive, up to it exclusive, or to the end of that second',
		allows: ['inclusive', 'exclusive', 'whole-second'],
		source: 'operations (a): hidden sub-seconds, live',
	},
	listsPageSize: {
		default: 10,
		about: 'lists in a page of Lists.Get',
		allows: isPositive,
		source: 'operations (b): page size not stated',
	},
	memberCount: {
		default: 'true',
		about: 'MemberCount in Lists.Get: correct, outdated, or absent',
		allows: ['true', 'stale', 'absent'],
		source: 'operations (b), RetrieveBehaviour: counts are stored, and recounted on demand',
	},
	listIdsCap: {
		default: 10_000,
		about: 'most ids in List.GetLeads; larger lists are cut to that number, silently',
		allows: isPositive,
		source: 'operations (b)',
	},
	addingUnknownLead: {
		default: 'leave-out',
		about:
			'AddLeadsToStaticList with a lead that does not exist: left out, or the whole call is refused',
		allows: ['leave-out', 'refuse'],
		source: 'facts A7: fewer may be added than sent; facts 0.6: other calls say "Lead not found"',
	},
	unknownList: {
		default: 'refuse',
		about: 'an unknown list id: refused, or a list without members',
		allows: ['refuse', 'empty'],
		source: 'operations (b): not documented',
	},
	like: {
		default: 'sql',
		about: 'LIKE: with % and _ as in SQL, also with [sets] as in SQL Server, or "contains"',
		allows: ['sql', 'sets', 'contains'],
		source: 'operations (c): LIKE is only named',
	},
	inOperator: {
		default: 'list',
		about: 'the operator IN: values separated by commas, one value whatever its commas, or refused',
		allows: ['list', 'literal', 'refused'],
		source:
			'operations (c): named in an error text, its form is nowhere shown; public code: commas',
	},
	wholeAnswers: {
		default: true,
		about:
			'whether lookups (by address, number, id, words) return all columns, or only the standard ones',
		allows: flag,
		source: 'operations (d): about 150 keys',
	},
	phoneForms: {
		default: 'digits',
		about:
			'numbers that are found: digits alone, with or without the country code and a plus; only as stored (+91-98…); or in any form',
		allows: ['digits', 'stored', 'any'],
		source: 'operations (d): no spaces or hyphens; section 8: code also uses +91-…',
	},
	phoneMatches: {
		default: 'latest-activity',
		about: 'which lead is returned if several have the number',
		allows: ['latest-activity', 'latest-modified', 'all'],
		source: 'operations (d): docs and their copy differ',
	},
	nobodyForm: {
		default: 'list',
		about: 'lookups that find no lead: an empty list, or 200 without a body',
		allows: ['list', 'blank'],
		source: 'operations (d): [], and "blank if none"',
	},
	quickSearchCap: {
		default: 10,
		about: 'most rows of a quick search',
		allows: isPositive,
		source: 'operations (d): up to 10 rows',
	},
};
