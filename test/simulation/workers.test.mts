import type { Counting } from '../../dev/simulation/servers.mts';
import { simulateWorkers, type Worker, type WorkersResult } from '../../dev/simulation/workers.mts';
import { WORKERS } from '../sizes.mts';

const STAY_SECONDS = 900;
const SEEDS = [1, 2, 3, 4];

const together = (count: number): Worker[] =>
	Array.from({ length: count }, () => ({ fromSeconds: 0, toSeconds: STAY_SECONDS }));

// One starts and one stops per minute, in the same or in the opposite order.
const oneByOne = (count: number): Worker[] =>
	Array.from({ length: count }, (_, index) => ({
		fromSeconds: index * 60,
		toSeconds: index * 60 + STAY_SECONDS,
	}));
const nested = (count: number): Worker[] =>
	Array.from({ length: count }, (_, index) => ({
		fromSeconds: index * 30,
		toSeconds: STAY_SECONDS + (count - index) * 30,
	}));

const average = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;

type Options = Partial<Parameters<typeof simulateWorkers>[2]>;

/** The means of several runs. */
async function simulate(workers: Worker[], calls: number, options: Options) {
	const results: WorkersResult[] = [];
	for (const seed of SEEDS) {
		const all = { counting: 'sliding', latencyMs: 300, jitterMs: 100, seed, ...options } as const;
		results.push(await simulateWorkers(workers, { calls, seconds: 5 }, all));
	}
	return {
		throughput: average(results.map(({ throughput }) => throughput)),
		refused: average(results.map(({ refused }) => refused)),
		fairness: average(results.map(({ fairness }) => fairness)),
	};
}

function expectBars({ throughput, refused, fairness }: Awaited<ReturnType<typeof simulate>>): void {
	expect(throughput).toBeGreaterThanOrEqual(0.85);
	expect(refused).toBeLessThanOrEqual(0.1);
	expect(fairness).toBeGreaterThanOrEqual(0.9);
}

const COUNTINGS: Counting[] = ['sliding', 'fixed', 'bucket'];

describe.each(COUNTINGS.slice(0, WORKERS.countings))(
	'workers that share nothing, before a server that counts by %s',
	(counting) => {
		describe.each(WORKERS.counts)('%i of them', (count) => {
			it.each<[string, number, typeof together]>([
				...WORKERS.limits.map((limit): [string, number, typeof together] => [
					'come and go together',
					limit,
					together,
				]),
				['come one by one, and go in that order', 25, oneByOne],
				['come one by one, and go in the opposite order', 25, nested],
			])(
				'%s, limit %i: use it, are rarely refused, and share it evenly',
				async (_, limit, schedule) => {
					expectBars(await simulate(schedule(count), limit, { counting }));
				},
			);

			it('come and go together, and answers take up to a second longer: the same', async () => {
				expectBars(await simulate(together(count), 25, { counting, serverMs: 1000 }));
			});
		});
	},
);

describe.each(WORKERS.counts)('%i workers that share nothing', (count) => {
	it('do the same if a tenth of their calls fails', async () => {
		expectBars(await simulate(together(count), 25, { failing: 0.1 }));
	});

	// Every refused call takes room here, so probes use up the room: far from the requirements, but far from a
	// standstill, and shared evenly.
	it('continue, and evenly, with a server that counts refused calls too', async () => {
		const counting = 'sliding, refused too';
		const { throughput, fairness } = await simulate(together(count), 25, { counting });
		expect(throughput).toBeGreaterThanOrEqual(count < 8 ? 0.75 : 0.4);
		expect(fairness).toBeGreaterThanOrEqual(0.85);
	});
});

// One thread sends, reads and does all the rest of n8n's work, so calls leave late, above all at first.
it.each([
	['busy', { send: 25, read: 100 }],
	['very busy', { send: 50, read: 150 }],
])('two workers that are %s at first do the same', async (_, busyAtFirstMs) => {
	const busy = { busyMs: { send: 3, read: 20 }, busyAtFirstMs, jitterMs: 30 };
	expectBars(await simulate(together(2), 25, busy));
	// Jobs that end within a minute, in which the first burst is a tenth of all calls.
	const short = [0, 0.3].map((fromSeconds) => ({ fromSeconds, toSeconds: 900, calls: 200 }));
	expect((await simulate(short, 25, busy)).refused).toBeLessThanOrEqual(0.1);
});

// Half the leads of the queue-mode test for each. The later worker finds the whole limit in use.
it.each([0.5, 2, 3.5, 5])(
	'of two workers with 200 calls each, one that comes %d s later is done hardly later than both could be',
	async (laterSeconds) => {
		const limit = { calls: 25, seconds: 5 };
		const ends = [];
		for (const seed of [...SEEDS, 5, 6, 7, 8]) {
			const { endSeconds } = await simulateWorkers(
				[0, laterSeconds].map((fromSeconds) => ({ fromSeconds, toSeconds: 600, calls: 200 })),
				limit,
				{ counting: 'sliding', latencyMs: 300, jitterMs: 100, seed },
			);
			ends.push(endSeconds);
		}
		expect(average(ends) / (limit.seconds * Math.floor(399 / limit.calls))).toBeLessThan(1.25);
	},
);
