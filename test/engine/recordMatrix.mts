import type { Faults, SandboxOptions } from '../../dev/sandbox/server.mts';

/** The operations of the matrix: reads return records, writes make them. */
export const WAYS = {
	ofType: { name: 'Activities of a type', writes: false },
	ofLead: { name: 'Activities of leads', writes: false },
	opportunitiesById: { name: 'Opportunities by IDs', writes: false },
	opportunitiesOf: { name: 'Opportunities of leads', writes: false },
	tasks: { name: 'Tasks', writes: false },
	notes: { name: 'Notes', writes: false },
	addActivities: { name: 'Activity > Create', writes: true },
	addTasks: { name: 'Task > Create', writes: true },
	completeTasks: { name: 'Task > Complete', writes: true },
	addNotes: { name: 'Note > Create', writes: true },
	addToList: { name: 'List > Add Leads', writes: true },
} as const;
export type Way = keyof typeof WAYS;

export const READS = (Object.keys(WAYS) as Way[]).filter((way) => !WAYS[way].writes);
export const WRITES = (Object.keys(WAYS) as Way[]).filter((way) => WAYS[way].writes);
/** Writes that change nothing if they are made again. */
export const SAFE_TO_REPEAT: Way[] = ['completeTasks', 'addToList'];

/** One behaviour of a server, for the ways that meet it. */
export interface RecordRow {
	behaviour: string;
	faults?: Partial<Faults>;
	options?: Pick<SandboxOptions, 'limit'>;
	ways: Way[];
	/** Whether some writes may have been made without an answer, so that the node cannot know. */
	isUnclear?: boolean;
	/** Nothing can be read or written; this is what the node says. */
	error?: RegExp;
}

const ALL = [...READS, ...WRITES];

/** Each runs with 60 input items, or 3,000 activities and opportunities; 25 calls in 5 s. */
export const RECORD_ROWS: RecordRow[] = [
	{ behaviour: 'Exactly as documented', ways: ALL },
	...(['503', 'timeout', 'cut-json', 'html-200'] as const).map(
		(kind): RecordRow => ({
			behaviour: `Every third answer is lost, although the call was executed: ${kind}`,
			faults: { transient: { every: 3, kinds: [kind] } },
			ways: ALL,
			isUnclear: true,
		}),
	),
	{
		behaviour: 'Every second write ends after some of its rows: reset',
		faults: { writeBreaks: { every: 2, rows: 3, kind: 'reset' } },
		ways: WRITES,
		isUnclear: true,
	},
	{
		behaviour: 'The first 20 calls do not reach LeadSquared: an outage',
		faults: { firstCallsFail: 20, outageKind: '503' },
		ways: ALL,
		isUnclear: true,
	},
	{
		behaviour: 'The account allows 2 calls, the credential says 25: 429',
		options: { limit: { calls: 2, seconds: 5 } },
		ways: ALL,
	},
	{
		behaviour: 'Pages are capped at 20 rows, by an error that names the cap, or silently',
		faults: { activityPageCap: 20, notesPageCap: 20 },
		ways: ['ofType', 'ofLead', 'notes'],
	},
	{
		behaviour: '`Offset` counts rows, not pages',
		faults: { activityOffset: 'rows', activityPageCap: 20 },
		ways: ['ofLead'],
	},
	{
		behaviour: 'Activities are edited with each call',
		faults: { editsPerCall: 5 },
		ways: ['ofType', 'ofLead'],
	},
	{
		behaviour: '`Sorting` is ignored',
		faults: { sorting: 'ignored' },
		ways: ['ofType'],
	},
	{
		behaviour: 'Every tenth record is left out when it is first asked for',
		faults: { forgetOpportunityEvery: 10 },
		ways: ['opportunitiesById'],
	},
	{
		behaviour: 'More than 100 IDs in a call are rejected',
		faults: { opportunityCap: 100 },
		ways: ['opportunitiesById'],
	},
	{
		behaviour: 'The keys lack the right (401)',
		faults: { access: 'no-permission' },
		ways: ALL,
		error: /lacks a permission/,
	},
	{
		behaviour: "The day's calls are used up",
		faults: { dailyQuota: 0 },
		ways: ALL,
		error: /for the day are used up/,
	},
	{
		behaviour: 'A proxy requires a login: 407',
		faults: { between: 'proxy-407' },
		ways: ALL,
		error: /requires a login/,
	},
];
