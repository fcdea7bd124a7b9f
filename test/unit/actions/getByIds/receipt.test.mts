import {
	logLine,
	receipt,
	type Tally,
	tallyOf,
} from '../../../../nodes/LeadSquared/actions/lead/getByIds/receipt';

const traffic = { calls: 11, failedCalls: 0, waitedMs: 0 };
const all: Tally = {
	ids: 10_500,
	leads: 10_500,
	notFound: 0,
	blank: 0,
	failed: 0,
	traffic,
	refusedCalls: 0,
	seconds: 4.06,
};

describe('the receipt', () => {
	it('is one line of information', () => {
		const some = { ...all, leads: 10_482, notFound: 12, blank: 6, failed: 6 };
		expect(receipt(some)).toEqual({
			message:
				'10,482 of 10,500 leads, 11 calls, 4.1 s. 12 not found, 6 input items without a lead ID, 6 failed (the last 6 items).',
			location: 'outputPane',
			type: 'info',
		});
		expect(receipt(all)?.message).toBe('10,500 of 10,500 leads, 11 calls, 4.1 s.');
	});

	const one = { ...all, ids: 1, leads: 1, traffic: { ...traffic, calls: 1 } };

	it('is not there for one call that left nothing out', () => {
		expect(receipt(one)).toBeUndefined();
	});

	it.each([
		[{ leads: 0, notFound: 1 }, '0 of 1 lead, 1 call, 4.1 s. 1 not found.'],
		[{ blank: 1 }, '1 of 1 lead, 1 call, 4.1 s. 1 input item without a lead ID.'],
		[{ failed: 1 }, '1 of 1 lead, 1 call, 4.1 s. 1 failed (the last item).'],
	])('is there for one call that left something out: %j', (more, message) => {
		expect(receipt({ ...one, ...more })?.message).toBe(message);
	});
});

it('the line of the log tells of calls that were made again, and of waiting', () => {
	const busy = { calls: 14, failedCalls: 1, waitedMs: 2050 };
	expect(logLine({ ...all, traffic: busy, refusedCalls: 2 })).toBe(
		'LeadSquared: 10,500 of 10,500 leads, 14 calls (of them 2 refused, 1 failed), 4.1 s (of them 2.0 s waiting for the rate limit)',
	);
	expect(logLine(all)).toContain('11 calls, 4.1 s');
});

it('leads are counted once, whoever asked, and those without an id as well', () => {
	const item = { fetch: 0, notFound: 'skip' as const, columns: [], addLeadUrl: false };
	const plan = {
		fetches: [],
		items: [['a', 'b'], ['a'], []].map((ids, at) => ({
			...item,
			item: at,
			ids,
			includeInputFields: false,
		})),
	};
	const results = {
		leads: new Map([['a', { ProspectID: 'a' }]]),
		notFetched: new Map([['b', { kind: 'notFound' as const }]]),
		withoutId: new Map([[1, { leads: [{ ProspectID: null }], ids: ['c', 'd'] }]]),
		unasked: new Set<string>(),
		unknownColumns: [],
		distinctIds: 4,
	};
	expect(tallyOf(plan, [results])).toEqual({ ids: 4, leads: 2, notFound: 2, blank: 1 });
});
