import { asHostFault, HostJudge } from '../../../nodes/LeadSquared/transport/hostJudge';
import type { Failed, Fault, Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const passing = (from: Fault['from'], more: Partial<Failed> = {}): Failed => ({
	kind: 'transient',
	fault: { from, message: 'x' },
	...more,
});
let hosts = 0;
function judgeOfNewHost() {
	const time = { now: 0 };
	const clock = { now: () => time.now, wallNow: () => 0, sleep: async () => {} };
	const url = `https://host-${++hosts}.example/v2`;
	return { time, clock, url, judge: new HostJudge(url, clock) };
}

it.each<[Fault['from'], Failed['kind']]>([
	['network', 'unreachable'],
	['other', 'noEndpoint'],
])('a host that has never answered is at fault after some seconds: %s', (from, kind) => {
	const { judge, time } = judgeOfNewHost();
	expect(judge.judge(passing(from)).kind).toBe('transient');
	time.now = 20_000;
	expect(judge.judge(passing(from)).kind).toBe(kind);
});

it('meanwhile it is asked again soon, so that the word comes soon', () => {
	const { judge } = judgeOfNewHost();
	const { retryAfterMs } = judge.judge(passing('network')) as Failed;
	expect(retryAfterMs).toBeLessThan(5000);
});

it.each<[string, Outcome<number>]>([
	['leads', { kind: 'ok', value: 1 }],
	[
		'an error of LeadSquared',
		{ kind: 'unauthorized', fault: { from: 'leadSquared', message: 'x' } },
	],
])('a host that has answered once is waited for, also in other runs: %s', (_, answer) => {
	const { judge, time, url, clock } = judgeOfNewHost();
	judge.judge(answer);
	const other = new HostJudge(url, clock);
	other.judge(passing('network'));
	time.now = 1e6;
	expect(other.judge(passing('network'))).toEqual(passing('network'));
});

it('a time-out says nothing of the host: the request may be too large', () => {
	const { judge, time } = judgeOfNewHost();
	const timedOut = passing('network', { timedOut: true });
	judge.judge(timedOut);
	time.now = 1e6;
	expect(judge.judge(timedOut)).toEqual(timedOut);
});

it('a single call that has to decide blames the host for what LeadSquared did not say', () => {
	expect(asHostFault(passing('network')).kind).toBe('unreachable');
	expect(asHostFault(passing('other')).kind).toBe('noEndpoint');
	expect(asHostFault(passing('leadSquared')).kind).toBe('transient');
});
