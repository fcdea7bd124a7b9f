import fc from 'fast-check';
import type { Lead, LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import { splitInHalf, FRESH, type LeadsRequest } from '../../../nodes/LeadSquared/fetch/pending';
import { Retrieval } from '../../../nodes/LeadSquared/fetch/retrieval';
import type { Account } from '../../../nodes/LeadSquared/fetch/size';
import type { Failed, FaultKind, Outcome } from '../../../nodes/LeadSquared/transport/outcome';

// Small enough for many cases: usual calls request 10 ids, and the limit allows three calls at once.
const USUAL = 10;
const LIMITS = [{ calls: 3, seconds: 5 }];
const range = (count: number) =>
	Array.from(
		{ length: count },
		(_, at) => `aaaaaaaa-0000-4000-8000-${String(at).padStart(12, '0')}`,
	);

const failed = (kind: FaultKind, more: Partial<Failed> = {}): Failed => ({
	kind,
	fault: { from: 'leadSquared', message: `It is ${kind}` },
	...more,
});
const page = (ids: string[]): Outcome<LeadsPage> => ({
	kind: 'ok',
	value: { rows: ids.map((ProspectID): Lead => ({ ProspectID })) },
});

type Answer = (request: LeadsRequest) => Outcome<LeadsPage>;
/** An account that silently cuts pages to a number of leads. */
const cutTo =
	(most: number): Answer =>
	({ ids }) =>
		page(ids.slice(0, most));
/** An account that refuses calls for more. */
const refuseAbove =
	(most: number, failure: Failed): Answer =>
	({ ids }) =>
		ids.length > most ? failure : page(ids);

type Pages = Account['memory']['pages'];
const accountWith = (pages?: Pages): Account => ({
	memory: { pages, counts: new Map() },
	limits: LIMITS,
	callsAtOnce: 3,
});

const start = (count: number, account: Account) =>
	new Retrieval([{ item: 0, ids: range(count) }], {
		columns: ['ProspectID'],
		leadsPerRequest: USUAL,
		account,
		maxWaitMs: 300_000,
		stopAtFailure: false,
		readLead: (row) => row,
	});

/** Answers each call after a second, except calls that hang. */
function run(count: number, answer: Answer, account = accountWith(), hangsAbove = 1e9) {
	const retrieval = start(count, account);
	const sizes: number[] = [];
	let mostInFlight = 0;
	const inFlight: Array<{ request: LeadsRequest; endsAt: number }> = [];
	for (let now = 0; !retrieval.isDone; ) {
		const step = inFlight.length < 6 ? retrieval.next(now) : { waitUntil: Infinity };
		if ('ask' in step) {
			const { ids } = step.ask;
			sizes.push(ids.length);
			if (sizes.length > 5000) throw new Error('It never ends');
			const endsAt = ids.length > hangsAbove ? Infinity : now + 1000;
			inFlight.push({ request: step.ask, endsAt });
			const asked = inFlight.reduce((sum, { request }) => sum + request.ids.length, 0);
			mostInFlight = Math.max(mostInFlight, asked);
			continue;
		}
		inFlight.sort((one, other) => one.endsAt - other.endsAt);
		const [first] = inFlight;
		if (first && first.endsAt <= step.waitUntil && first.endsAt < Infinity) {
			inFlight.shift();
			now = Math.max(now, first.endsAt);
			retrieval.handle(first.request, answer(first.request), now);
		} else if (step.waitUntil === Infinity) throw new Error('It waits for ever');
		else now = Math.max(now + 1, step.waitUntil);
	}
	expect([...retrieval.results.leads.keys()].sort()).toEqual(range(count));
	expect(retrieval.results.notFetched.size).toBe(0);
	return { sizes, mostInFlight };
}

describe('the trial', () => {
	it('goes before all others, which wait for it', () => {
		const retrieval = start(200, accountWith());
		const first = retrieval.next(0);
		expect('ask' in first && first.ask.ids).toHaveLength(40);
		// Half a window, from the moment at which the engine wants the next call: it has its slot then.
		expect(retrieval.next(100)).toEqual({ waitUntil: 2600 });
		expect(retrieval.next(2599)).toEqual({ waitUntil: 2600 });
		const second = retrieval.next(2600);
		expect('ask' in second && second.ask.ids).toEqual(range(10));
	});

	it('is not made if one burst is enough', () => {
		expect(run(30, cutTo(1000)).sizes).toEqual([10, 10, 10]);
	});

	it('finds the size of a page, also for the next run', () => {
		const account = accountWith();
		expect(run(200, cutTo(1000), account).sizes).toEqual([40, 40, 40, 40, 40]);
		expect(account.memory.pages).toEqual({ leads: 40, tried: 40 });
		expect(run(200, cutTo(1000), account).sizes).toEqual([40, 40, 40, 40, 40]);
	});

	it('costs no call if its page is cut', () => {
		expect(run(200, cutTo(10)).sizes).toHaveLength(20);
		expect(run(200, cutTo(20)).sizes).toEqual([40, ...Array<number>(9).fill(20)]);
	});

	it.each<[string, Failed]>([
		['refused', failed('tooLarge')],
		['refused with a number', failed('tooLarge', { cap: 10 })],
		['rejected', failed('invalidRequest')],
		['answered with "not found"', failed('notFound')],
		['met by an error', failed('transient')],
		['met by a timeout', failed('transient', { timedOut: true })],
	])('costs one if it is %s', (_, failure) => {
		const { sizes } = run(200, refuseAbove(10, failure));
		expect(sizes).toEqual([40, ...Array<number>(20).fill(10)]);
	});

	it('is followed by pages of the size that a refusal names', () => {
		const { sizes } = run(200, refuseAbove(25, failed('tooLarge', { cap: 25 })));
		expect(sizes).toEqual([40, ...Array<number>(8).fill(25)]);
	});

	it('without an answer in time is given up: others request its IDs, and nothing waits for it', () => {
		const account = accountWith();
		const { sizes } = run(200, cutTo(1000), account, 30);
		expect(sizes).toEqual([40, ...Array<number>(20).fill(10)]);
		expect(account.memory.pages).toEqual({ leads: 10, tried: 40 });
	});

	it('changes nothing if its answer comes later', () => {
		const retrieval = start(200, accountWith());
		const first = retrieval.next(0);
		if (!('ask' in first)) throw new Error('No trial');
		retrieval.next(0);
		retrieval.next(2500);
		retrieval.handle(first.ask, page(first.ask.ids), 2600);
		expect(retrieval.results.leads.size).toBe(0);
	});

	it('is made again without the columns that LeadSquared does not know', () => {
		const fault = {
			from: 'leadSquared' as const,
			message: 'Attribute(s) does not exist - mx_Old',
		};
		const retrieval = new Retrieval([{ item: 0, ids: range(200) }], {
			columns: ['ProspectID', 'mx_Old'],
			leadsPerRequest: USUAL,
			account: accountWith(),
			maxWaitMs: 0,
			stopAtFailure: false,
			readLead: (row) => row,
		});
		const first = retrieval.next(0);
		if (!('ask' in first)) throw new Error('No trial');
		retrieval.handle(first.ask, failed('invalidRequest', { fault }), 0);
		expect(retrieval.next(0)).toEqual({
			ask: { ids: first.ask.ids, columns: ['ProspectID'], pageSize: 40 },
		});
	});
});

it('larger pages that fail later are given up, and their IDs requested as usual', () => {
	const account = accountWith({ leads: 80, tried: 80 });
	const { sizes } = run(200, refuseAbove(10, failed('tooLarge')), account);
	expect(account.memory.pages).toEqual({ leads: 10, tried: 80 });
	expect(sizes.filter((size) => size > 10).length).toBeLessThan(4);
});

it('no more leads are in flight than in a burst of usual calls, in addition to a single larger page', () => {
	for (const leads of [11, 15, 30]) {
		const account = accountWith({ leads, tried: 100 });
		expect(run(200, cutTo(1000), account).mostInFlight).toBeLessThanOrEqual(30);
	}
	expect(run(200, cutTo(1000), accountWith({ leads: 80, tried: 100 })).mostInFlight).toBe(80);
});

it('returns every lead once, whatever the account accepts, and whatever goes wrong', () => {
	const kinds = fc.constantFrom<FaultKind>('tooLarge', 'invalidRequest', 'notFound', 'transient');
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 400 }),
			fc.integer({ min: 1, max: 150 }),
			fc.constantFrom('cut', 'refused', 'hangs'),
			kinds,
			fc.boolean(),
			fc.option(fc.integer({ min: 10, max: 100 })),
			(count, most, how, kind, isNamed, known) => {
				const isKnown = known !== null && how !== 'hangs';
				const account = accountWith(isKnown ? { leads: known, tried: known } : undefined);
				const cap = isNamed ? most : undefined;
				// Single leads are never refused. Only trials hang: the client ends other calls.
				const refusal = failed(kind, { cap });
				const answer = how === 'cut' ? cutTo(most) : refuseAbove(most, refusal);
				const hangs = how === 'hangs';
				run(count, hangs ? cutTo(1000) : answer, account, hangs ? 30 : 1e9);
			},
		),
		{ numRuns: 500 },
	);
});

describe('halves of a chunk', () => {
	it.each([
		[
			['a', 'b'],
			[['a'], ['b']],
		],
		[
			['a', 'b', 'c', 'd', 'e'],
			[
				['a', 'b'],
				['c', 'd', 'e'],
			],
		],
	])('of %j are %j', (ids, halves) => {
		expect(splitInHalf({ ids, why: FRESH }).map((half) => half.ids)).toEqual(halves);
	});

	it('keep the history of the chunk', () => {
		const known = {
			why: { kind: 'recheck', timesMissing: 1, leadsReturned: 4, timesEmpty: 2 } as const,
			trouble: { errors: 3, since: 10, answersBefore: 5, retryAt: 2000 },
		};
		expect(splitInHalf({ ...known, ids: ['a', 'b'] })).toEqual([
			{ ...known, ids: ['a'] },
			{ ...known, ids: ['b'] },
		]);
	});

	it('of a chunk with a single ID are the chunk itself', () => {
		const chunk = { ids: ['a'], why: FRESH };
		expect(splitInHalf(chunk)).toEqual([chunk]);
	});
});
