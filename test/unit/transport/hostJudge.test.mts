import { asHostFault, HostJudge, isAnswer } from '../../../nodes/LeadSquared/transport/hostJudge';
import type { Failed, Fault, Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { simulatedTime } from '../../../dev/simulation/simulatedTime.mts';

const passing = (from: Fault['from'], more: Partial<Failed> = {}): Failed => ({
	kind: 'transient',
	fault: { from, message: 'x' },
	...more,
});
const GOOD: Outcome<number> = { kind: 'ok', value: 1 };
const FROM_LEADSQUARED: Failed = {
	kind: 'unauthorized',
	fault: { from: 'leadSquared', message: 'x' },
};
const never = new Promise<never>(() => {});
let hosts = 0;

/** A judge of a host that nobody has called; what small calls to it come to, the last one for ever. */
function judgeOfNewHost(...small: Array<Outcome<unknown> | Promise<Outcome<unknown>>>) {
	const clock = simulatedTime();
	const url = `https://host-${++hosts}.example/v2`;
	const smallCalls: AbortSignal[] = [];
	const judge = new HostJudge(url, clock, async (signal) => {
		smallCalls.push(signal);
		return await (small[Math.min(smallCalls.length, small.length) - 1] ?? passing('network'));
	});
	let hungUp = 0;
	/** What a call comes to that takes so long. */
	const call = async <T,>(outcome: Outcome<T>, ms = 100, mayLack = false) => {
		const answer = clock.sleep(ms).then(() => outcome);
		return await judge.judge(await judge.unlessSilent(answer, () => hungUp++), mayLack);
	};
	/** Calls again and again, as long as that may help. */
	const until = async (outcome: Outcome<number>, ms?: number) => {
		for (;;) {
			const judged = await call(outcome, ms);
			if (judged.kind !== 'transient' || clock.now() > 60_000) return judged;
			await clock.sleep(judged.retryAfterMs ?? 30_000);
		}
	};
	return { clock, url, judge, call, until, smallCalls, hungUp: () => hungUp };
}

describe.each<[Fault['from'], Failed['kind']]>([
	['network', 'unreachable'],
	['other', 'noEndpoint'],
])('a host that has never answered: %s', (from, kind) => {
	it.each([0, 100, 1000, 3000, 5900])('is told within 20 s, each call taking %i ms', async (ms) => {
		const { clock, until, smallCalls } = judgeOfNewHost(
			new Promise((resolve) => void setTimeout(() => resolve(passing(from)), 0)),
		);
		expect((await clock.run(until(passing(from), ms))).kind).toBe(kind);
		expect(clock.now()).toBeLessThan(20_000);
		expect(smallCalls).toHaveLength(3);
	});

	it('is not told after one accident, and asked again soon', async () => {
		const { clock, call, smallCalls } = judgeOfNewHost();
		const outcome = await clock.run(call(passing(from)));
		expect(outcome).toMatchObject({ kind: 'transient', strange: true });
		expect((outcome as Failed).retryAfterMs).toBeLessThan(5000);
		expect(smallCalls).toEqual([]);
	});

	it('is not waited for as long as it asks for', async () => {
		const { clock, call } = judgeOfNewHost();
		const outcome = await clock.run(call(passing(from, { retryAfterMs: 60_000 })));
		expect((outcome as Failed).retryAfterMs).toBeLessThan(5000);
	});
});

it.each([
	['an answer', GOOD],
	['an error of LeadSquared', FROM_LEADSQUARED],
])('%s to the small call clears the host', async (_, small) => {
	const { clock, until, smallCalls } = judgeOfNewHost(small);
	expect((await clock.run(until(passing('network')))).kind).toBe('transient');
	expect(smallCalls).toHaveLength(1);
});

describe('a call that hangs', () => {
	it('is hung up, and the host told, where the small call hangs as well', async () => {
		const { clock, call, smallCalls, hungUp } = judgeOfNewHost(never);
		const calls = Promise.all([call(GOOD, 1e9), call(GOOD, 1e9), call(GOOD, 1e9)]);
		for (const { kind } of await clock.run(calls)) expect(kind).toBe('unreachable');
		expect(clock.now()).toBeLessThan(20_000);
		// The same for all of them.
		expect(smallCalls.map(({ aborted }) => aborted)).toEqual([true, true, true]);
		expect(hungUp()).toBe(3);
	});

	it('is waited for where the small call is answered: it may ask for much', async () => {
		const { clock, call, hungUp } = judgeOfNewHost(GOOD);
		expect(await clock.run(call(GOOD, 50_000))).toEqual(GOOD);
		expect(hungUp()).toBe(0);
	});

	it('may answer while the small call is under way', async () => {
		const { clock, call, hungUp } = judgeOfNewHost(never);
		expect(await clock.run(call(GOOD, 7000))).toEqual(GOOD);
		expect(hungUp()).toBe(0);
	});
});

it('one accident of the small call does not decide', async () => {
	for (const accident of [passing('network'), passing('other'), never]) {
		const { clock, until, smallCalls } = judgeOfNewHost(accident, GOOD);
		expect((await clock.run(until(passing('network')))).kind).toBe('transient');
		expect(smallCalls).toHaveLength(2);
	}
});

it('a quick answer takes no small call', async () => {
	const { clock, call, smallCalls } = judgeOfNewHost(never);
	await clock.run(call(GOOD));
	await clock.run(clock.sleep(60_000));
	expect(smallCalls).toEqual([]);
});

it.each<[string, Outcome<number>]>([
	['leads', GOOD],
	['an error of LeadSquared', FROM_LEADSQUARED],
])('a host that has answered once is waited for, also in other runs: %s', async (_, answer) => {
	const { clock, judge, url, smallCalls } = judgeOfNewHost();
	await judge.judge(answer);
	const other = new HostJudge(url, clock, async () => await never);
	const slow = clock.sleep(1e6).then(() => passing('network'));
	const outcome = await clock.run(other.unlessSilent(slow, () => {}));
	expect(await other.judge(outcome)).toEqual(passing('network'));
	expect(smallCalls).toEqual([]);
});

it('so is one that answered the test of the credential', async () => {
	const { judge, url } = judgeOfNewHost();
	expect(isAnswer(url, passing('network'))).toBe(false);
	expect(isAnswer(url, GOOD)).toBe(true);
	expect(await judge.judge(passing('network'))).toEqual(passing('network'));
});

it('what does not pass is told as it is', async () => {
	const { judge } = judgeOfNewHost();
	const proxy: Failed = { kind: 'unreachable', fault: { from: 'proxy', message: 'x' } };
	expect(await judge.judge(proxy)).toEqual(proxy);
});

it('a single call that has to decide blames the host for what LeadSquared did not say', () => {
	expect(asHostFault(passing('network')).kind).toBe('unreachable');
	expect(asHostFault(passing('other')).kind).toBe('noEndpoint');
	expect(asHostFault(passing('leadSquared')).kind).toBe('transient');
});

it('a call that some accounts lack, and a known host does not have, is told from a host without any', async () => {
	const lacking = (status: number): Failed => ({
		kind: 'noEndpoint',
		fault: { from: 'other', status, message: 'x' },
	});
	const stranger = judgeOfNewHost();
	const judged = stranger.clock.run(stranger.call(lacking(404), 100, true));
	expect(await judged).toEqual(lacking(404));
	const { clock, call } = judgeOfNewHost();
	await clock.run(call(GOOD));
	expect(await clock.run(call(lacking(404), 100, true))).toEqual({
		...lacking(404),
		lacksCall: true,
	});
	// One that every account has, and an address that sends elsewhere.
	expect(await clock.run(call(lacking(404)))).toEqual(lacking(404));
	expect(await clock.run(call(lacking(302), 100, true))).toEqual(lacking(302));
});
