import {
	logLine,
	receipt,
	runLine,
	type Missing,
	type Summary,
} from '../../../nodes/LeadSquared/run/report';

const all: Summary = { asked: 10_500, leads: 10_500, key: 'lead ID' };
const nothing: Missing = { notFound: 0, skipped: 0, skippedNames: [], blank: [] };
const seconds = 4.06;

const skipping = (...skippedNames: string[]) => ({
	notFound: skippedNames.length,
	skipped: skippedNames.length,
	skippedNames,
});

describe('the receipt', () => {
	type Output = Parameters<typeof receipt>[0];
	const advice =
		"To get an item or an error instead, change the option 'When a Lead Is Not Found'.";
	const messageOf = (output: Partial<Output>, calls = 1) =>
		receipt(
			{ ...all, missing: nothing, failed: 0, areFailedLast: true, ...output },
			{ calls, seconds },
		);

	it('is one line of information', () => {
		const output = { ...all, missing: nothing, failed: 0, areFailedLast: true };
		expect(receipt(output, { calls: 11, seconds })).toBe(
			'10,500 of 10,500 leads found, 11 calls, 4.1 s.',
		);
	});

	it.each<[string, Partial<Output>]>([
		['0 of 1 leads found', { asked: 1, leads: 0 }],
		['9 of 12 leads found (4 different)', { asked: 12, leads: 9, different: 4 }],
		['9 of 9 leads found', { asked: 9, leads: 9, different: 9 }],
		['0 leads', { asked: undefined, leads: 0 }],
		['0 leads', { asked: 0, leads: 0 }],
		['1 lead', { asked: undefined, leads: 1 }],
		['20 leads (10 different)', { asked: undefined, leads: 20, different: 10 }],
	])('counts leads as one sees them: %s', (words, output) => {
		expect(messageOf(output)).toBe(`${words}, 1 call, 4.1 s.`);
	});

	it.each<[string, Partial<Missing> & { failed?: number }]>([
		['1 lead was not found.', { notFound: 1 }],
		['12 leads were not found.', { notFound: 12 }],
		[`1 lead was not found and was skipped: a. ${advice}`, skipping('a')],
		[`2 leads were not found and were skipped: a, b. ${advice}`, skipping('a', 'b')],
		[
			`1,500 leads were not found and were skipped: 0, 1, 2, 3, 4 and 1,495 more. ${advice}`,
			skipping(...Array.from({ length: 1500 }, (_, at) => String(at))),
		],
		[
			`2 leads were not found and were skipped, and LeadSquared does not say which. ${advice}`,
			{ notFound: 2, skipped: 2 },
		],
		[
			`5 leads were not found, 1 of them was skipped: a. ${advice}`,
			{ ...skipping('a'), notFound: 5 },
		],
		[
			`5 leads were not found, 2 of them were skipped: a, b. ${advice}`,
			{ ...skipping('a', 'b'), notFound: 5 },
		],
		[`1 input item has no lead ID and was skipped: item 3. ${advice}`, { blank: ['item 3'] }],
		[
			`6 input items have no lead ID and were skipped: item 0, item 1, item 2, item 3, item 4 and 1 more. ${advice}`,
			{ blank: [0, 1, 2, 3, 4, 5].map((item) => `item ${item}`) },
		],
		['1 failed (the last item).', { failed: 1 }],
		['1,200 failed (the last 1,200 items).', { failed: 1200 }],
		[
			`1 lead was not found and was skipped: a. 1 input item has no lead ID and was skipped: item 3. 2 failed (the last 2 items). ${advice}`,
			{ ...skipping('a'), blank: ['item 3'], failed: 2 },
		],
	])('says what was left out: %s', (words, { failed = 0, ...more }) => {
		expect(messageOf({ failed, missing: { ...nothing, ...more } })).toBe(
			`10,500 of 10,500 leads found, 1 call, 4.1 s. ${words}`,
		);
	});

	it('does not say where the failed items are if there are no others', () => {
		expect(messageOf({ asked: 3, leads: 0, areFailedLast: false, failed: 3 })).toBe(
			'0 of 3 leads found, 1 call, 4.1 s. 3 failed.',
		);
	});

	it('without the option for missing leads, there is no advice to change it', () => {
		const missing = { ...nothing, blank: ['item 1'] };
		expect(messageOf({ asked: undefined, leads: 2, key: 'value', missing })).toBe(
			'2 leads, 1 call, 4.1 s. 1 input item has no value and was skipped: item 1.',
		);
	});

	const another = 'None of these leads is in this account';

	it.each<[string, Partial<Output>, boolean]>([
		['none of several', {}, true],
		['one of several', { leads: 1, asked: 3 }, false],
		['only one asked for', { asked: 1, missing: { ...nothing, ...skipping('a') } }, false],
		['one that failed', { asked: 3 }, false],
		['email addresses', { key: 'lead' }, false],
	])('suspects the credential if no lead ID is found: %s', (_, output, isSuspected) => {
		const missing = { ...nothing, ...skipping('a', 'b') };
		const message = messageOf({ leads: 0, asked: 2, missing, ...output });
		expect(message.includes(another)).toBe(isSuspected);
	});
});

describe('a line of the log', () => {
	const traffic = { calls: 11, failedCalls: 0, waitedMs: 0 };
	const limitReport = { stated: { calls: 25, seconds: 5 }, refusedCalls: 0 };

	it('names workflow and node', () => {
		const context = (name?: string) =>
			({ getNode: () => ({ name: 'Get' }), getWorkflow: () => ({ id: 'x1', name }) }) as never;
		expect(logLine(context('Leads'), 'Text')).toBe('LeadSquared [Leads > Get]: Text');
		expect(logLine(context(), 'Text')).toBe('LeadSquared [x1 > Get]: Text');
	});

	it('counts calls that were repeated, waiting and failures only if there were any', () => {
		const busy = {
			traffic: { calls: 14, failedCalls: 1, waitedMs: 2050 },
			limitReport: { ...limitReport, refusedCalls: 2 },
		};
		expect(runLine({ ...all, failed: 3 }, busy, seconds)).toBe(
			'10,500 of 10,500 leads found, 14 calls (2 refused, 1 failed), 4.1 s (2.0 s of it waiting for the rate limit); 3 failed',
		);
		expect(runLine(all, { traffic, limitReport }, seconds)).toBe(
			'10,500 of 10,500 leads found, 11 calls, 4.1 s',
		);
	});
});
