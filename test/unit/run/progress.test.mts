import type { IExecuteFunctions } from 'n8n-workflow';
import { progressReporter } from '../../../nodes/LeadSquared/run/report';
import { createClient, type Context } from '../../../nodes/LeadSquared/transport/client';
import type { AccountUse } from '../../../nodes/LeadSquared/transport/limiter/accounts';

function watch() {
	const time = { now: 1_000_000 };
	const log: string[] = [];
	const shown: string[] = [];
	const context = {
		getNode: () => ({ name: 'My Leads' }),
		getWorkflow: () => ({ name: 'Leads to Sheet' }),
		logger: { info: (line: string) => log.push(line) },
		sendMessageToUI: (line: string) => shown.push(line),
	} as unknown as IExecuteFunctions;
	const clock = { now: () => time.now, wallNow: () => 0, sleep: async () => {} };
	return { time, log, shown, report: progressReporter(context, clock, 'lead IDs') };
}

it('a run that is over within three seconds says nothing', () => {
	const { time, log, shown, report } = watch();
	report({ known: 1, all: 2 });
	time.now += 2999;
	report({ known: 1, all: 2 });
	expect([...log, ...shown]).toEqual([]);
});

it('the log and the editor learn how far it is', () => {
	const { time, log, shown, report } = watch();
	time.now += 3000;
	report({ known: 1234, all: 10_500 });
	const progress = '1,234 of 10,500 lead IDs (11 %, about 23 s left)';
	expect(log).toEqual([`LeadSquared [Leads to Sheet > My Leads]: ${progress}`]);
	expect(shown).toEqual([`LeadSquared: ${progress}`]);
});

it('there is at most one line in three seconds, however many answers come', () => {
	const progress = { known: 0, all: 600 };
	const { time, shown, report } = watch();
	for (let answer = 0; answer < 600; answer++) {
		time.now += 50;
		progress.known++;
		report(progress);
	}
	expect(shown.length).toBe(10);
	expect(shown.at(-1)).toContain('600 of 600 lead IDs (100 %)');
});

it.each([
	[24, { known: 66, all: 100 }, '(66 %, about 13 s left)'],
	[3, { known: 1, all: 1000 }, '(0 %, about 50 min left)'],
	[3, { known: 1, all: 10_000 }, '(0 %, about 8 h left)'],
	[3, { known: 100, all: 100 }, '(100 %)'],
])('the time left is as the run went so far: after %i s of %j', (seconds, progress, words) => {
	const { time, shown, report } = watch();
	time.now += 1000 * seconds;
	report(progress);
	expect(shown[0]).toContain(`lead IDs ${words}`);
});

it('if the total is unknown, it says how many have come', () => {
	const { time, shown, report } = watch();
	time.now += 3000;
	report({ known: 1234, all: Infinity });
	expect(shown).toEqual(['LeadSquared: 1,234 lead IDs so far']);
});

it('parts are reported as their sum, as far as they have begun', () => {
	const sums: unknown[] = [];
	const account = { callsAtOnce: 25 } as unknown as AccountUse;
	const keys = { region: 'custom', accessKey: 'a', secretKey: 's' };
	const url = 'https://progress.example/v2';
	const { report } = createClient({} as Context, keys, url, account, new AbortController(), {
		maxWaitMs: 0,
		onProgress: (sum) => sums.push(sum),
	});
	const [one, other] = [{}, {}];
	report(one, { known: 1, all: 10 });
	report(other, { known: 2, all: 5 });
	report(one, { known: 3, all: Infinity });
	expect(sums).toEqual([
		{ known: 1, all: 10 },
		{ known: 3, all: 15 },
		{ known: 5, all: Infinity },
	]);
});
