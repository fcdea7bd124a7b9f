import { simulatedTime } from '../../../dev/simulation/simulatedTime.mts';
import type { LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import { retrieve, type RetrievalCalls } from '../../../nodes/LeadSquared/fetch/byIds';
import type { LeadsRequest, Progress } from '../../../nodes/LeadSquared/fetch/types';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = (count: number) => Array.from({ length: count }, (_, at) => idAt(at));
const page = ({ ids }: LeadsRequest): Outcome<LeadsPage> => ({
	kind: 'ok',
	value: { rows: ids.map((ProspectID) => ({ ProspectID })), recordCount: ids.length },
});
const passing: Outcome<LeadsPage> = {
	kind: 'transient',
	fault: { from: 'leadSquared', message: 'Later' },
};
const wrongKeys: Outcome<LeadsPage> = {
	kind: 'unauthorized',
	fault: { from: 'leadSquared', message: 'No' },
};

const OPTIONS = {
	columns: ['ProspectID'],
	leadsPerRequest: 10,
	maxWaitMs: 60_000,
	readLead: (row: object) => row as never,
};

/** Runs a retrieval of so many ids, ten for each call, in virtual time. */
async function run(
	count: number,
	answer: (request: LeadsRequest, call: number) => Outcome<LeadsPage>,
	{ atOnce = 4, latencyMs = 300, ...more }: Partial<RetrievalCalls> & { latencyMs?: number } = {},
) {
	const time = simulatedTime();
	let [calls, underWay, mostUnderWay] = [0, 0, 0];
	const progress: Progress[] = [];
	const done = time.run(
		retrieve([{ item: 0, ids: range(count) }], OPTIONS, {
			clock: time,
			atOnce,
			signal: new AbortController().signal,
			shouldStop: () => false,
			onProgress: (one) => progress.push(one),
			async ask(request, onStart) {
				onStart();
				const call = ++calls;
				mostUnderWay = Math.max(mostUnderWay, ++underWay);
				await time.sleep(latencyMs);
				underWay--;
				return answer(request, call);
			},
			...more,
		}),
	);
	const results = await done;
	return { results, calls, mostUnderWay, progress, ms: time.now() };
}

it('makes as many calls at once as it may, and no more', async () => {
	const { results, calls, mostUnderWay, ms } = await run(100, page);
	expect([results.leads.size, calls, mostUnderWay]).toEqual([100, 10, 4]);
	expect(ms).toBe(3 * 300);
});

it('tells at the start and after every answer how far it is', async () => {
	const { progress } = await run(30, page);
	expect(progress[0]).toEqual({ known: 0, all: 30 });
	expect(progress.at(-1)).toEqual({ known: 30, all: 30 });
});

it('waits out a pause, while other calls go on', async () => {
	const { results, ms } = await run(100, (request, call) =>
		call === 1 ? { ...passing, retryAfterMs: 5000 } : page(request),
	);
	expect(results.leads.size).toBe(100);
	expect(ms).toBeGreaterThanOrEqual(5300);
	expect(ms).toBeLessThan(6500);
});

it('ends when the time for tries is over', async () => {
	const { results, ms } = await run(30, () => passing);
	expect([...results.notFetched.values()].every(({ kind }) => kind === 'failed')).toBe(true);
	expect(ms).toBeLessThan(100_000);
});

it('stops with what there is when it shall', async () => {
	const { results, calls } = await run(
		100,
		(request, call) => (call > 2 ? wrongKeys : page(request)),
		{
			atOnce: 1,
			shouldStop: ({ firstFailure }) => firstFailure !== undefined,
		},
	);
	expect([results.leads.size, calls]).toEqual([20, 3]);
	expect(results.firstFailure).toMatchObject({ item: 0, scope: 'request' });
});

it('hands on what a call rejects with, unless it shall stop', async () => {
	const ask = async () => await Promise.reject<never>(new Error('Aborted'));
	await expect(run(10, page, { ask })).rejects.toThrow('Aborted');
	expect((await run(10, page, { ask, shouldStop: () => true })).results.leads.size).toBe(0);
});

describe('when it is aborted', () => {
	const why = new Error('Cancelled');

	/** Time that ends a sleep as soon as its signal is aborted. */
	function abortableTime() {
		const time = simulatedTime();
		const sleep = async (ms: number, signal?: AbortSignal) => {
			const aborted = new Promise<never>((_, reject) => {
				signal?.addEventListener('abort', () => reject(signal.reason as Error));
			});
			await Promise.race([time.sleep(ms), aborted]);
		};
		return { ...time, sleep };
	}

	it('does not wait out a pause: the reason comes at once', async () => {
		const time = abortableTime();
		const stopping = new AbortController();
		const ended = retrieve([{ item: 0, ids: range(5) }], OPTIONS, {
			clock: time,
			atOnce: 4,
			signal: stopping.signal,
			shouldStop: () => false,
			onProgress: () => {},
			ask: async () => await Promise.resolve({ ...passing, retryAfterMs: 50_000 }),
		}).catch((error: Error) => ({ error, at: time.now() }));
		void time.sleep(2000).then(() => stopping.abort(why));
		expect(await time.run(ended)).toEqual({ error: why, at: 2000 });
	});

	it('hands on the reason with which calls that are under way end', async () => {
		const time = abortableTime();
		const { signal } = new AbortController();
		const asking = retrieve([{ item: 0, ids: range(50) }], OPTIONS, {
			clock: time,
			atOnce: 4,
			signal,
			shouldStop: () => false,
			onProgress: () => {},
			async ask() {
				await time.sleep(300);
				throw why;
			},
		});
		await expect(time.run(asking)).rejects.toBe(why);
	});
});

it('a clock in fractions of a millisecond, under timers of whole ones, never makes it spin', async () => {
	let now = 0.3;
	let sleeps = 0;
	const clock = {
		now: () => now,
		wallNow: () => 0,
		// As a timer: what is less than a millisecond is nothing.
		async sleep(ms: number) {
			if (++sleeps > 1000) throw new Error('It spins');
			now += Math.floor(ms);
			await Promise.resolve();
		},
	};
	let call = 0;
	const results = await retrieve([{ item: 0, ids: range(1) }], OPTIONS, {
		clock,
		atOnce: 1,
		signal: new AbortController().signal,
		shouldStop: () => false,
		onProgress: () => {},
		async ask(request) {
			now += 0.41;
			return await Promise.resolve(
				++call > 5 ? page(request) : { ...passing, retryAfterMs: 1000.57 },
			);
		},
	});
	expect(results.leads.size).toBe(1);
	expect(sleeps).toBeLessThan(20);
});
