import type { IExecuteFunctions } from 'n8n-workflow';
import type { Group } from '../../../nodes/LeadSquared/actions/lead/getByIds/inputs';
import { progressReporter } from '../../../nodes/LeadSquared/shared/progress';

function watch(groups: Array<{ known: number; all: number }>) {
	const time = { now: 1_000_000 };
	const log: Array<[string, unknown]> = [];
	const shown: string[] = [];
	const context = {
		getNode: () => ({ name: 'My Leads' }),
		logger: { info: (line: string, meta: unknown) => log.push([line, meta]) },
		sendMessageToUI: (line: string) => shown.push(line),
	} as unknown as IExecuteFunctions;
	const clock = { now: () => time.now, sleep: async () => {} };
	const retrievals = groups.map((progress) => ({ retrieval: { progress } }) as unknown as Group);
	return { time, log, shown, report: progressReporter(context, clock, retrievals) };
}

it('a run that is over within three seconds says nothing', () => {
	const { time, log, shown, report } = watch([{ known: 1, all: 2 }]);
	report();
	time.now += 2999;
	report();
	expect([...log, ...shown]).toEqual([]);
});

it('the log and the editor learn how far all groups together are', () => {
	const { time, log, shown, report } = watch([
		{ known: 1200, all: 10_000 },
		{ known: 34, all: 500 },
	]);
	time.now += 3000;
	report();
	const line = 'LeadSquared: 1,234 of 10,500 lead IDs (11 %)';
	expect(log).toEqual([[line, { node: 'My Leads' }]]);
	expect(shown).toEqual([line]);
});

it('there is a line every three seconds at the most, however many answers come', () => {
	const progress = { known: 0, all: 600 };
	const { time, shown, report } = watch([progress]);
	for (let answer = 0; answer < 600; answer++) {
		time.now += 50;
		progress.known++;
		report();
	}
	expect(shown.length).toBe(10);
	expect(shown.at(-1)).toContain('600 of 600 lead IDs (100 %)');
});
