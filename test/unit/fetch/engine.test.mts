import { readLeadsPage } from '../../../nodes/LeadSquared/api/leads';
import type { LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import { type EngineCall, runEngine } from '../../../nodes/LeadSquared/fetch/engine';
import type { LeadsRequest } from '../../../nodes/LeadSquared/fetch/pending';
import { Retrieval } from '../../../nodes/LeadSquared/fetch/retrieval';
import type { ApiRequest } from '../../../nodes/LeadSquared/transport/client';
import type { Outcome } from '../../../nodes/LeadSquared/transport/outcome';
import { type FakeClient, fakeClient } from './fakeClient.mts';

const idAt = (index: number) => `aaaaaaaa-0000-4000-8000-${String(index).padStart(12, '0')}`;
const range = (count: number) => Array.from({ length: count }, (_, at) => idAt(at));
const page = ({ body }: ApiRequest): Outcome<LeadsPage> => ({
	kind: 'ok',
	value: { rows: (body as LeadsRequest).ids.map((ProspectID) => ({ ProspectID })) },
});
const passing: Outcome<LeadsPage> = {
	kind: 'transient',
	fault: { from: 'leadSquared', message: 'Later' },
};
const wrongKeys: Outcome<LeadsPage> = {
	kind: 'unauthorized',
	fault: { from: 'leadSquared', message: 'No' },
};

const CALL: EngineCall<LeadsRequest, LeadsPage> = {
	toRequest: (request) => ({ method: 'POST', path: '/', body: request }),
	read: readLeadsPage,
};

/** A retrieval of IDs, ten in each call. */
const retrievalOf = (count: number, stopAtFailure = false) =>
	new Retrieval([{ item: 0, ids: range(count) }], {
		columns: ['ProspectID'],
		leadsPerRequest: 10,
		maxWaitMs: 60_000,
		stopAtFailure,
		readLead: (row) => row,
	});

/** Runs a retrieval in virtual time. */
async function run(count: number, client: FakeClient) {
	const retrieval = retrievalOf(count, client.stopAtFailure);
	await client.run(runEngine(retrieval, client, CALL));
	return { results: retrieval.results, calls: client.requests.length, ms: client.clock.now() };
}

it('makes as many calls at once as it may, and no more', async () => {
	const client = fakeClient(page, { callsAtOnce: 4 });
	const { results, calls, ms } = await run(100, client);
	expect([results.leads.size, calls, client.mostInFlight]).toEqual([100, 10, 4]);
	expect(ms).toBe(3 * 300);
});

it('reports at the start and after every answer how far it is', async () => {
	const client = fakeClient(page);
	await run(30, client);
	expect(client.progress[0]).toEqual({ known: 0, all: 30 });
	expect(client.progress.at(-1)).toEqual({ known: 30, all: 30 });
});

it('waits for a pause, while other calls continue', async () => {
	const client = fakeClient((request, call) =>
		call === 1 ? { ...passing, retryAfterMs: 5000 } : page(request),
	);
	const { results, ms } = await run(100, client);
	expect(results.leads.size).toBe(100);
	expect(ms).toBeGreaterThanOrEqual(5300);
	expect(ms).toBeLessThan(6500);
});

it('ends when the time for tries is over', async () => {
	const { results, ms } = await run(
		30,
		fakeClient(() => passing),
	);
	expect([...results.notFetched.values()].every(({ kind }) => kind === 'failed')).toBe(true);
	expect(ms).toBeLessThan(100_000);
});

it('ends with what there is if the first failure is the end', async () => {
	const client = fakeClient((request, call) => (call > 2 ? wrongKeys : page(request)), {
		callsAtOnce: 1,
		stopAtFailure: true,
	});
	const { results, calls } = await run(100, client);
	expect([results.leads.size, calls]).toEqual([20, 3]);
	expect(results.firstFailure).toMatchObject({ item: 0, scope: 'request' });
});

it('asks its engine for the next request when the call before has its slot, not earlier', async () => {
	const client = fakeClient(page);
	const asked: number[] = [];
	const retrieval = retrievalOf(30);
	const next = retrieval.next.bind(retrieval);
	retrieval.next = (now) => (asked.push(now), next(now));
	const slow = {
		...client,
		isStopped: false,
		async call<T>(request: ApiRequest, read: (body: unknown) => T | undefined, onStart = () => {}) {
			await client.clock.sleep(1000);
			return await client.call<T>(request, read, onStart);
		},
	};
	await client.run(runEngine(retrieval, slow, CALL));
	expect(asked.slice(0, 3)).toEqual([0, 1000, 2000]);
});

describe('when it is stopped or canceled', () => {
	const why = new Error('Cancelled');

	it('returns if it is stopped, and throws the reason otherwise', async () => {
		const stopped = fakeClient(page);
		stopped.stop();
		expect((await run(10, stopped)).results.leads.size).toBe(0);
		const canceled = fakeClient(page);
		canceled.abort(why);
		await expect(run(10, canceled)).rejects.toBe(why);
	});

	it('does not wait out a pause: the reason comes at once', async () => {
		const client = fakeClient(() => ({ ...passing, retryAfterMs: 50_000 }));
		void client.clock.sleep(2000).then(() => client.abort(why));
		await expect(run(5, client)).rejects.toBe(why);
		expect(client.clock.now()).toBe(2000);
	});

	it('throws the reason with which calls in flight end', async () => {
		const client = fakeClient(page);
		void client.clock.sleep(200).then(() => client.abort(why));
		await expect(run(50, client)).rejects.toBe(why);
		expect(client.clock.now()).toBe(200);
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
	const client = {
		...fakeClient(page),
		isStopped: false,
		clock,
		async call<T>(request: ApiRequest) {
			now += 0.41;
			const outcome = ++call > 5 ? page(request) : { ...passing, retryAfterMs: 1000.57 };
			return await Promise.resolve(outcome as Outcome<T>);
		},
	};
	const retrieval = retrievalOf(1);
	await runEngine(retrieval, client, CALL);
	expect(retrieval.results.leads.size).toBe(1);
	expect(sleeps).toBeLessThan(20);
});
