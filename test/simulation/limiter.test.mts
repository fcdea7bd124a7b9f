import {
	documentedRow,
	JITTERS_MS,
	measureAll,
	resultCells,
	row,
	serverCells,
	SERVERS,
	type Measured,
} from '../../dev/simulation/comparison.mts';
import { measure, ours, type Conditions } from '../../dev/simulation/oneClient.mts';
import { LIMITER } from '../sizes.mts';

const CALLS = 10_000;

// Requirements for one client: no refusals with delays up to 100 ms, under 0.1 % with delays up to 500 ms.
const BARS: Record<number, { refused: number; overFloor: number }> = {
	100: { refused: 0, overFloor: 1.05 },
	500: { refused: 0.001, overFloor: 1.15 },
};

const isAbove =
	(bars: { refused: number; overFloor: number }) =>
	({ refused, overFloor }: { refused: number; overFloor: number }) =>
		!(refused <= bars.refused * CALLS && overFloor <= bars.overFloor);

const servers = Object.entries(SERVERS).slice(0, LIMITER.servers);
const jittersMs = JITTERS_MS.slice(0, LIMITER.jitters);

describe.each(servers)('10,000 calls to a server: %s', (name, server) => {
	describe.each(jittersMs)('delays vary by up to %i ms, at any limit and latency', (jitterMs) => {
		let results: Measured[];
		beforeAll(async () => {
			results = await measureAll(ours, server, jitterMs);
		});

		it('hardly any is refused, and they take hardly longer than the minimum', () => {
			expect(results).toHaveLength(16);
			expect(results.filter(isAbove(BARS[jitterMs]))).toEqual([]);
		});

		it('is as docs/rate-limit-internals.md says (npm run bench -- limiters writes it again)', () => {
			const cells = [...serverCells(name, jitterMs), ...resultCells(results)];
			expect(documentedRow(name, jitterMs)).toContain(row(cells));
		});
	});
});

// If an answer begins late, the call may have arrived late. So latencies that differ for another reason
// cost time, but never more than the limit for delays of half a second.
// Each row has all three: if a row omits a parameter, jest takes it for its callback `done`, and waits.
const BLIND_SPOTS: Array<[string, Partial<Conditions>, { overFloor?: number }]> = [
	[
		'a quick call, and then slow ones only',
		{ secondKind: { serverMs: 2250, butOneIn: Infinity } },
		{},
	],
	['a quick call for each nine slow ones', { secondKind: { serverMs: 2250, butOneIn: 10 } }, {}],
	['a quick call for each slow one', { secondKind: { serverMs: 2250, butOneIn: 2 } }, {}],
	['bodies that take up to three seconds after the first byte', { bodyMs: 3000 }, {}],
	[
		'a tenth of slow calls fails at once, and counts',
		{ failing: 0.1, secondKind: { serverMs: 2250, butOneIn: Infinity } },
		{},
	],
	['the server counts refused calls too', { counting: 'sliding, refused too' }, {}],
	['latencies from 50 ms to 5 s', { serverMs: 5000 }, { overFloor: 1.15 }],
];

describe.each(jittersMs)('10,000 calls, delays vary by up to %i ms', (jitterMs) => {
	it.each(BLIND_SPOTS)('%s: hardly any is refused', async (_, conditions, bars) => {
		const results = [];
		for (const calls of [2, 25]) {
			const limit = { calls, seconds: 5 };
			const all = { counting: 'sliding', limit, latencyMs: 50, jitterMs, ...conditions } as const;
			results.push({ limit, ...(await measure(ours, all, CALLS)) });
		}
		expect(results.filter(isAbove({ ...BARS[jitterMs], ...bars }))).toEqual([]);
	});
});
