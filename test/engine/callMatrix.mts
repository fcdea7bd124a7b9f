import type { Faults, SandboxOptions } from '../../dev/sandbox/server.mts';

/** A request of the matrix: a way to get leads, and the calls that it takes without trouble. */
export const WAYS = {
	modified: { name: 'Modified', calls: 4 },
	list: { name: 'List, by IDs', calls: 5 },
	pages: { name: 'List, by pages', calls: 5 },
	column: { name: 'Column', calls: 6 },
	email: { name: 'Get by Email', calls: 20 },
	phone: { name: 'Get by Phone', calls: 40 },
} as const;
export type Way = keyof typeof WAYS;

/** One behaviour of a server, and how many calls more it may cost each way that meets it. */
export interface CallRow {
	behaviour: string;
	faults?: Partial<Faults>;
	options?: Pick<SandboxOptions, 'limit'>;
	extraCalls: Partial<Record<Way, number>>;
	/** Nothing can be fetched; this is what the node says. */
	error?: RegExp;
}

const all = (extraCalls: number) =>
	Object.fromEntries(Object.keys(WAYS).map((way) => [way, extraCalls])) as Record<Way, number>;
const lists = (extraCalls: number) => ({ modified: extraCalls, pages: extraCalls });

/** Each runs with 3,000 leads, pages of 1,000, and 20 leads looked up; 25 calls in 5 s. */
export const CALL_ROWS: CallRow[] = [
	{ behaviour: 'Exactly as documented', extraCalls: all(0) },
	{ behaviour: 'Leads change with each call', faults: { changesPerCall: 3 }, extraCalls: all(4) },
	{
		behaviour: 'Pages clamped at 200, silently',
		faults: { listPageCap: 200, searchPageCap: 200 },
		extraCalls: { modified: 16, pages: 16, column: 18 },
	},
	{
		behaviour: 'Pages clamped at 200, silently, while leads change with each call',
		faults: { listPageCap: 200, searchPageCap: 200, changesPerCall: 3 },
		extraCalls: { modified: 20, pages: 20, column: 24 },
	},
	{
		behaviour: 'Larger pages than 200 are an error that names the cap',
		faults: {
			listPageCap: 200,
			searchPageCap: 200,
			listPageCapStyle: 'error',
			searchPageCapStyle: 'error',
		},
		extraCalls: { modified: 16, pages: 16, column: 19 },
	},
	...(['absent', 'page', 'string', 'account'] as const).map(
		(recordCount): CallRow => ({
			behaviour: `\`RecordCount\` ${{ absent: 'is absent', page: 'counts the page', string: 'is text', account: 'counts the whole account' }[recordCount]}`,
			faults: { recordCount },
			extraCalls: { ...lists(2), list: recordCount === 'account' ? 8 : 1 },
		}),
	),
	...(['flat', 'properties'] as const).map(
		(listRows): CallRow => ({
			behaviour: `Rows ${listRows === 'flat' ? 'flat' : 'as a `LeadPropertyList` without `Fields`'}`,
			faults: { listRows },
			extraCalls: lists(0),
		}),
	),
	{
		behaviour: 'Members with unrequested columns, or with none of them',
		faults: { modifiedEchoes: ['Total', 'OwnerId'], memberEchoes: [], searchEchoes: [] },
		extraCalls: { ...lists(0), column: 0 },
	},
	{
		behaviour: 'Dates of members as elsewhere',
		faults: { memberDates: 'iso' },
		extraCalls: { pages: 0 },
	},
	{
		behaviour: '`Sorting` is ignored, leads come as they are stored',
		faults: { sorting: 'ignored' },
		extraCalls: { ...lists(0), column: 0 },
	},
	{
		behaviour: '`Sorting` is ignored, leads come in another order at each call',
		faults: { sorting: 'ignored', order: 'shuffled' },
		extraCalls: { modified: 30 },
	},
	{
		behaviour: 'All leads changed within one second',
		faults: { burst: { at: '2024-05-01 10:00:00', leads: 3000 } },
		extraCalls: { modified: 0 },
	},
	...(['exclusive', 'whole-second'] as const).map(
		(toDate): CallRow => ({
			behaviour: `The end of a span is ${toDate === 'exclusive' ? 'not part of it' : 'the end of its second'}`,
			faults: { toDate },
			extraCalls: { modified: 0 },
		}),
	),
	{
		behaviour: '`List.GetLeads` gives the first 200 IDs, silently',
		faults: { listIdsCap: 200 },
		extraCalls: { list: 3 },
	},
	{
		behaviour: 'The account does not know `List.GetLeads` (404)',
		faults: { missingCalls: ['List.GetLeads'] },
		extraCalls: { list: 2, pages: 0 },
	},
	{
		behaviour: 'The account does not know `BySearchParameter` (404)',
		faults: { missingCalls: ['Leads/Retrieve/BySearchParameter'] },
		extraCalls: { list: 0 },
	},
	{
		behaviour: 'Lookups return the standard columns only',
		faults: { wholeAnswers: false },
		extraCalls: { email: 1, phone: 1 },
	},
	...(['stored', 'any'] as const).map(
		(phoneForms): CallRow => ({
			behaviour: `Phone numbers are found ${phoneForms === 'stored' ? 'as they are stored only' : 'in any form'}`,
			faults: { phoneForms },
			extraCalls: { phone: 0 },
		}),
	),
	{
		behaviour: 'Answers with a byte order mark, column names in lower case, IDs in braces',
		faults: { bodyPrefix: 'bom', lowerCaseColumns: true, idForm: 'braces' },
		extraCalls: { modified: 0, pages: 0, column: 0, email: 0 },
	},
	...(
		[
			'500-no-type',
			'502-html',
			'503',
			'reset',
			'timeout',
			'cut-json',
			'html-200',
			'empty-200',
			'firewall-403',
		] as const
	).map(
		(kind): CallRow => ({
			behaviour: `Every third call fails temporarily: ${kind}`,
			faults: { transient: { every: 3, kinds: [kind] } },
			extraCalls: { ...all(12), email: 16, phone: 30 },
		}),
	),
	{
		behaviour: 'The first 20 calls fail: an outage',
		faults: { firstCallsFail: 20, outageKind: '503' },
		extraCalls: all(70),
	},
	{
		behaviour: 'Pages of more than 300 leads time out',
		faults: { heavy: { above: 300, how: 'timeout' } },
		extraCalls: { modified: 32, pages: 32, column: 26 },
	},
	{
		behaviour: 'Pages of more than 300 leads are 413',
		faults: { heavy: { above: 300, how: 413 } },
		extraCalls: { modified: 23, pages: 24, column: 20 },
	},
	{
		behaviour: 'The account allows 2 calls, the credential says 25: 429',
		options: { limit: { calls: 2, seconds: 5 } },
		extraCalls: { ...all(4), email: 25, phone: 25 },
	},
	{
		behaviour: 'A column that is not known is rejected by its name',
		faults: { badColumns: 'field-list' },
		extraCalls: { modified: 1, list: 4, pages: 1, column: 1, email: 2 },
	},
	{
		behaviour: 'The keys lack the right to see leads (401)',
		faults: { access: 'no-permission' },
		error: /lacks a permission/,
		extraCalls: all(0),
	},
	{
		behaviour: "The day's calls are used up",
		faults: { dailyQuota: 0 },
		error: /for the day are used up/,
		extraCalls: all(0),
	},
	{
		behaviour: 'A proxy requires a login: 407',
		faults: { between: 'proxy-407' },
		error: /requires a login/,
		extraCalls: all(0),
	},
];
