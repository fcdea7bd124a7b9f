import type { Faults, SandboxOptions } from '../../dev/sandbox/server.mts';

/** One behaviour of a server, and what it may cost. */
export interface WriteRow {
	behaviour: string;
	faults?: Partial<Faults>;
	options?: Pick<SandboxOptions, 'limit'>;
	/** Calls more than the four that 100 rows take, at most. */
	extraCalls: number;
	/** The number of errors among the 100 rows; 3 of these write a locked column. */
	errors?: number;
	/** Nothing can be written; this is what the node says. */
	error?: RegExp;
}

const locked = { lockedColumns: ['mx_State'] };

/** Each runs with 100 rows: 30 leads that are there, 30 new ones, 20 of them twice, 20 of one lead. */
export const WRITE_ROWS: WriteRow[] = [
	{ behaviour: 'Exactly as documented', extraCalls: 0 },
	...(['from-0', 'absent'] as const).map(
		(rowNumbers): WriteRow => ({
			behaviour: `Results ${rowNumbers === 'absent' ? 'without numbers' : 'numbered from 0'}`,
			faults: { rowNumbers },
			extraCalls: 0,
		}),
	),
	...(['reversed', 'shuffled'] as const).map(
		(resultOrder): WriteRow => ({
			behaviour: `Results ${resultOrder}`,
			faults: { resultOrder },
			extraCalls: 0,
		}),
	),
	{
		behaviour: 'Every third result is missing',
		faults: { lostResults: 3 },
		extraCalls: 40,
	},
	{
		behaviour: 'Every third result is missing, results shuffled and numbered from 0',
		faults: { lostResults: 3, resultOrder: 'shuffled', rowNumbers: 'from-0' },
		extraCalls: 60,
	},
	{
		behaviour: 'Rows it does not accept are reported in their results',
		faults: locked,
		extraCalls: 0,
		errors: 3,
	},
	...([500, 412, 400] as const).map(
		(badRowsStatus): WriteRow => ({
			behaviour: `Rows it does not accept get the whole call rejected (${badRowsStatus})`,
			faults: { ...locked, badRows: 'call', badRowsStatus },
			extraCalls: 40,
			errors: 3,
		}),
	),
	{
		behaviour: 'The same, in an answer with status 200',
		faults: { ...locked, badRows: 'call', errorIn200: true },
		extraCalls: 40,
		errors: 3,
	},
	...(
		[
			'500-no-type',
			'502-html',
			'503',
			'504',
			'408',
			'reset',
			'hangup',
			'timeout',
			'cut-json',
			'html-200',
			'empty-200',
		] as const
	).map(
		(kind): WriteRow => ({
			behaviour: `Every second call is executed, then fails: ${kind}`,
			faults: { transient: { every: 2, kinds: [kind] } },
			extraCalls: 40,
		}),
	),
	...(['502-html', 'firewall-200'] as const).map(
		(between): WriteRow => ({
			behaviour: `Every third call never arrives: ${between}`,
			faults: { between, betweenEvery: 3 },
			extraCalls: 40,
		}),
	),
	...([0, 3] as const).map(
		(rows): WriteRow => ({
			behaviour: `Every second call breaks off after ${rows} of its rows`,
			faults: { writeBreaks: { every: 2, rows, kind: 'reset' } },
			extraCalls: 60,
		}),
	),
	{
		behaviour: 'Bulk writes have a lower limit, which refusals name',
		faults: { bulkLimit: { calls: 1, seconds: 5 } },
		extraCalls: 8,
	},
	{
		behaviour: 'Bulk writes have a lower limit, which refusals do not name',
		faults: { bulkLimit: { calls: 1, seconds: 5 }, refusalNumbers: false },
		extraCalls: 12,
	},
	{
		behaviour: 'The account has a lower limit than the credential says',
		options: { limit: { calls: 2, seconds: 5 } },
		extraCalls: 8,
	},
	{
		behaviour: 'A day’s calls are used up',
		faults: { dailyQuota: 0 },
		extraCalls: 0,
		error: /day/,
	},
	{
		behaviour: 'The user may not write',
		faults: { access: 'no-permission' },
		extraCalls: 0,
		error: /permission/,
	},
	{
		behaviour: 'The account does not have the call',
		faults: { missingCalls: ['Lead/Bulk/CreateOrUpdate'] },
		extraCalls: 0,
		error: /no LeadSquared API|not available in your/,
	},
];
