import {
	documentedRow,
	measureAll,
	resultCells,
	row,
	SERVERS,
} from '../../dev/simulation/comparison.mts';
import { bottleneckReservoir, pThrottleStrict } from '../../dev/simulation/peers.mts';
import { measure, type MakeThrottle } from '../../dev/simulation/oneClient.mts';

const CALLS = 500;
const SERVER = { counting: 'sliding', limit: { calls: 10, seconds: 5 }, latencyMs: 20 } as const;
const REAL = { setTimeout, setInterval, clearTimeout, clearInterval, now: Date.now };

const unlimited: MakeThrottle = () => async (call) => await call();

describe.each<[string, MakeThrottle]>([
	['p-throttle', pThrottleStrict],
	['Bottleneck', bottleneckReservoir],
])('%s in virtual time', (_, peer) => {
	it('really limits: hardly any call is refused if delays are all the same', async () => {
		const { refused, overFloor } = await measure(peer, { ...SERVER, jitterMs: 0 }, CALLS);
		expect(refused).toBeLessThan(0.02 * CALLS);
		expect(overFloor).toBeGreaterThanOrEqual(1);
		expect(overFloor).toBeLessThan(1.05);
	});

	it('does not allow for varying delays: some calls are refused, all are made in the end', async () => {
		const { refused, accepted } = await measure(peer, { ...SERVER, jitterMs: 100 }, CALLS);
		expect(refused).toBeGreaterThan(0.05 * CALLS);
		expect(accepted).toBe(CALLS);
	});

	it('restores the real time afterwards', () => {
		const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
		const { now } = Date;
		expect({ setTimeout, setInterval, clearTimeout, clearInterval, now }).toEqual(REAL);
	});
});

it('p-throttle has no refusals if the window is longer by the variation of delays', async () => {
	const longer: MakeThrottle = ({ calls }, time) => pThrottleStrict({ calls, seconds: 5.1 }, time);
	const { refused, overFloor } = await measure(longer, { ...SERVER, jitterMs: 100 }, CALLS);
	expect(refused).toBe(0);
	expect(overFloor).toBeLessThan(1.04);
});

it('without a limiter, far more calls are refused than made', async () => {
	const { refused } = await measure(unlimited, { ...SERVER, jitterMs: 0 }, 100);
	expect(refused).toBeGreaterThan(100);
});

it('p-throttle comes out as docs/rate-limit-internals.md says (npm run bench -- limiters writes it again)', async () => {
	const cells = resultCells(await measureAll(pThrottleStrict, SERVERS['sliding window'], 100));
	expect(documentedRow('sliding window', 100)).toContain(row(cells));
});
