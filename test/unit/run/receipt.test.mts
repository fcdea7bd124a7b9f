import type { PlannedItem } from '../../../nodes/LeadSquared/run/leadsById';
import { tallyOf } from '../../../nodes/LeadSquared/actions/lead/getByIds';
import { logLine, receipt, type Tally } from '../../../nodes/LeadSquared/run/report';
import type { Results } from '../../../nodes/LeadSquared/fetch/types';

const traffic = { calls: 11, failedCalls: 0, waitedMs: 0 };
const all: Tally = {
	asked: 10_500,
	leads: 10_500,
	notFound: 0,
	skipped: 0,
	skippedIds: [],
	blank: [],
	unit: 'lead ID',
	traffic,
	refusedCalls: 0,
	seconds: 4.06,
};

const skipping = (...skippedIds: string[]) => ({
	notFound: skippedIds.length,
	skipped: skippedIds.length,
	skippedIds,
});

describe('the receipt', () => {
	const one = { ...all, asked: 1, leads: 1, traffic: { ...traffic, calls: 1 } };
	const advice =
		"To get an item or an error instead, change the option 'When a Lead Is Not Found'.";

	it('is one line of information', () => {
		expect(receipt(all, 0)).toEqual({
			message: '10,500 of 10,500 leads, 11 calls, 4.1 s.',
			location: 'outputPane',
			type: 'info',
		});
	});

	it('is not there for one call that left nothing out', () => {
		expect(receipt(one, 0)).toBeUndefined();
	});

	it.each<[string, Partial<Tally> & { failed?: number }]>([
		['1 lead ID was not found.', { notFound: 1 }],
		['12 lead IDs were not found.', { notFound: 12 }],
		[`1 lead ID was not found and was skipped: a. ${advice}`, skipping('a')],
		[`2 lead IDs were not found and were skipped: a, b. ${advice}`, skipping('a', 'b')],
		[
			`1,500 lead IDs were not found and were skipped: 0, 1, 2, 3, 4 and 1,495 more. ${advice}`,
			skipping(...Array.from({ length: 1500 }, (_, at) => String(at))),
		],
		[
			`2 lead IDs were not found and were skipped, LeadSquared does not tell which. ${advice}`,
			{ notFound: 2, skipped: 2 },
		],
		[
			`5 lead IDs were not found, 1 of them was skipped: a. ${advice}`,
			{ ...skipping('a'), notFound: 5 },
		],
		[
			`5 lead IDs were not found, 2 of them were skipped: a, b. ${advice}`,
			{ ...skipping('a', 'b'), notFound: 5 },
		],
		[`1 input item has no lead ID and was skipped: item 3. ${advice}`, { blank: [3] }],
		[
			`6 input items have no lead ID and were skipped: item 0, item 1, item 2, item 3, item 4 and 1 more. ${advice}`,
			{ blank: [0, 1, 2, 3, 4, 5] },
		],
		['1 failed (the last item).', { failed: 1 }],
		['1,200 failed (the last 1,200 items).', { failed: 1200 }],
		[
			`1 lead ID was not found and was skipped: a. 1 input item has no lead ID and was skipped: item 3. 2 failed (the last 2 items). ${advice}`,
			{ ...skipping('a'), blank: [3], failed: 2 },
		],
	])('tells what was left out: %s', (words, { failed = 0, ...more }) => {
		expect(receipt({ ...one, ...more }, failed)?.message).toBe(
			`1 of 1 lead, 1 call, 4.1 s. ${words}`,
		);
	});
});

it('the line of the log tells of calls that were made again, and of waiting', () => {
	const busy = { calls: 14, failedCalls: 1, waitedMs: 2050 };
	expect(logLine({ ...all, traffic: busy, refusedCalls: 2 })).toBe(
		'LeadSquared: 10,500 of 10,500 leads, 14 calls (of them 2 refused, 1 failed), 4.1 s (of them 2.0 s waiting for the rate limit)',
	);
	expect(logLine(all)).toContain('11 calls, 4.1 s');
});

describe('the tally', () => {
	const [A, B, C] = [0, 1, 2].map((at) => `aaaaaaaa-0000-4000-8000-00000000000${at}`);
	const planned = (ids: string[], more: Partial<PlannedItem> = {}): PlannedItem => ({
		item: 0,
		ids,
		fetch: 0,
		notFound: 'skip',
		columns: [],
		addLeadUrl: false,
		includeInputFields: false,
		...more,
	});
	const tally = (items: PlannedItem[], ...results: Array<Partial<Results>>) =>
		tallyOf(
			{ fetches: [], items },
			results.map((some) => ({
				leads: new Map(),
				notFetched: new Map(),
				withoutId: new Map(),
				unasked: new Set(),
				unknownColumns: [],
				distinctIds: 0,
				...some,
			})),
		);
	const missing = (...ids: string[]) => ({
		notFetched: new Map(ids.map((id) => [id, { kind: 'notFound' as const }])),
		distinctIds: ids.length,
	});

	it('counts leads once, whoever asked, and those without an id as well', () => {
		const items = [[A, B], [A], []].map((ids, item) => planned(ids, { item }));
		const results = {
			...missing(B),
			leads: new Map([[A, { ProspectID: A }]]),
			withoutId: new Map([[1, { leads: [{ ProspectID: null }], ids: ['c', 'd'] }]]),
			distinctIds: 4,
		};
		expect(tally(items, results)).toEqual({
			asked: 4,
			unit: 'lead ID',
			leads: 2,
			notFound: 2,
			skipped: 2,
			skippedIds: [B],
			blank: [2],
		});
	});

	it('names what was skipped once, as it was spelled first', () => {
		const items = [B.toUpperCase(), B, C].map((id, item) => planned([id], { item }));
		expect(tally(items, missing(B, C))).toMatchObject({
			skipped: 2,
			skippedIds: [B.toUpperCase(), C],
		});
	});

	it('counts what was asked for with two sets of columns as often', () => {
		const items = [planned([B]), planned([B], { item: 1, fetch: 1 })];
		expect(tally(items, missing(B), missing(B))).toMatchObject({
			notFound: 2,
			skipped: 2,
			skippedIds: [B],
		});
	});

	it.each(['include', 'error'] as const)('skips nothing under %s', (notFound) => {
		const items = [planned([B], { notFound }), planned([], { notFound, item: 1 })];
		expect(tally(items, missing(B))).toMatchObject({
			notFound: 1,
			skipped: 0,
			skippedIds: [],
			blank: [],
		});
	});

	it('does not take what failed for not found', () => {
		const failure = { kind: 'transient', fault: { from: 'network', message: 'x' } } as const;
		const notFetched = new Map([[B, { kind: 'failed' as const, scope: 'id' as const, failure }]]);
		expect(tally([planned([B])], { notFetched })).toMatchObject({ notFound: 0, skipped: 0 });
	});
});
