import {
	logLine,
	receipt,
	type Summary,
	type Missing,
} from '../../../nodes/LeadSquared/run/report';

const all: Summary = { asked: 10_500, leads: 10_500, unit: 'lead ID' };
const nothing: Missing = { notFound: 0, skipped: 0, skippedIds: [], blank: [] };
const seconds = 4.06;

const skipping = (...skippedIds: string[]) => ({
	notFound: skippedIds.length,
	skipped: skippedIds.length,
	skippedIds,
});

describe('the receipt', () => {
	const one = { ...all, asked: 1, leads: 1 };
	const oneCall = { calls: 1, seconds };
	const advice =
		"To get an item or an error instead, change the option 'When a Lead Is Not Found'.";

	it('is one line of information', () => {
		expect(receipt(all, nothing, { calls: 11, seconds }, 0)).toEqual({
			message: '10,500 of 10,500 leads, 11 calls, 4.1 s.',
			location: 'outputPane',
			type: 'info',
		});
	});

	it('is not there for one call that left nothing out', () => {
		expect(receipt(one, nothing, oneCall, 0)).toBeUndefined();
	});

	it.each<[string, Partial<Missing> & { failed?: number }]>([
		['1 lead ID was not found.', { notFound: 1 }],
		['12 lead IDs were not found.', { notFound: 12 }],
		[`1 lead ID was not found and was skipped: a. ${advice}`, skipping('a')],
		[`2 lead IDs were not found and were skipped: a, b. ${advice}`, skipping('a', 'b')],
		[
			`1,500 lead IDs were not found and were skipped: 0, 1, 2, 3, 4 and 1,495 more. ${advice}`,
			skipping(...Array.from({ length: 1500 }, (_, at) => String(at))),
		],
		[
			`2 lead IDs were not found and were skipped, LeadSquared does not say which. ${advice}`,
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
	])('says what was left out: %s', (words, { failed = 0, ...more }) => {
		expect(receipt(one, { ...nothing, ...more }, oneCall, failed)?.message).toBe(
			`1 of 1 lead, 1 call, 4.1 s. ${words}`,
		);
	});
});

it('the log line reports repeated calls and waiting', () => {
	const traffic = { calls: 11, failedCalls: 0, waitedMs: 0 };
	const limitReport = { stated: { calls: 25, seconds: 5 }, refusedCalls: 0 };
	const busy = {
		traffic: { calls: 14, failedCalls: 1, waitedMs: 2050 },
		limitReport: { ...limitReport, refusedCalls: 2 },
	};
	expect(logLine(all, busy, seconds)).toBe(
		'LeadSquared: 10,500 of 10,500 leads, 14 calls (of them 2 refused, 1 failed), 4.1 s (of them 2.0 s waiting for the rate limit)',
	);
	expect(logLine(all, { traffic, limitReport }, seconds)).toContain('11 calls, 4.1 s');
});
