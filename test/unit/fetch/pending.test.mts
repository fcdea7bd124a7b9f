import fc from 'fast-check';
import type { Lead } from '../../../nodes/LeadSquared/api/lead';
import type { LeadsPage } from '../../../nodes/LeadSquared/api/leads';
import type { Growth } from '../../../nodes/LeadSquared/fetch/largerPages';
import { Retrieval } from '../../../nodes/LeadSquared/fetch/retrieval';
import type { LeadsRequest } from '../../../nodes/LeadSquared/fetch/types';
import type { Failed, FaultKind, Outcome } from '../../../nodes/LeadSquared/transport/outcome';

// Small enough for many cases: usual calls ask 10, and the limit lets three out at once.
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
	cost: { ms: ids.length, characters: 100 * ids.length },
});

type Answer = (request: LeadsRequest) => Outcome<LeadsPage>;
/** An account that cuts pages to so many leads without a word. */
const cutTo =
	(most: number): Answer =>
	({ ids }) =>
		page(ids.slice(0, most));
/** One that refuses calls for more. */
const refuseAbove =
	(most: number, failure: Failed): Answer =>
	({ ids }) =>
		ids.length > most ? failure : page(ids);

function start(count: number, memory: Growth['memory'] = {}) {
	const retrieval = new Retrieval([{ item: 0, ids: range(count) }], {
		columns: ['ProspectID'],
		leadsPerRequest: USUAL,
		growth: { most: 100, limits: LIMITS, memory },
		maxWaitMs: 300_000,
		readLead: (row) => row,
	});
	return { retrieval, memory };
}

/** Answers each call after a second; one that hangs never. */
function run(count: number, answer: Answer | 'hang', memory?: Growth['memory'], hangsAbove = 1e9) {
	const { retrieval } = start(count, memory);
	const sizes: number[] = [];
	const underWay: Array<{ request: LeadsRequest; endsAt: number }> = [];
	for (let now = 0; ; ) {
		const isFree = underWay.length < 6;
		const request = isFree ? retrieval.next(now) : undefined;
		if (request) {
			sizes.push(request.ids.length);
			if (sizes.length > 5000) throw new Error('It never ends');
			const hangs = answer === 'hang' || request.ids.length > hangsAbove;
			underWay.push({ request, endsAt: hangs ? Infinity : now + 1000 });
			continue;
		}
		const nextAt = (isFree ? retrieval.nextAt : undefined) ?? Infinity;
		if (!retrieval.needsAnswer && nextAt === Infinity) break;
		underWay.sort((one, other) => one.endsAt - other.endsAt);
		const [first] = underWay;
		if (first && first.endsAt <= nextAt && first.endsAt < Infinity) {
			underWay.shift();
			now = Math.max(now, first.endsAt);
			const outcome = answer === 'hang' ? failed('transient') : answer(first.request);
			retrieval.handle(first.request, outcome, now);
		} else if (nextAt === Infinity) throw new Error('It waits for ever');
		else now = Math.max(now + 1, nextAt);
	}
	expect([...retrieval.results.leads.keys()].sort()).toEqual(range(count));
	expect(retrieval.results.notFetched.size).toBe(0);
	return sizes;
}

it('the first call of a long run asks more, and waits for its answer', () => {
	const { retrieval } = start(200);
	expect(retrieval.next(0)?.ids).toHaveLength(40);
	expect(retrieval.next(0)).toBeUndefined();
	// A tenth of the 30 s for which twenty calls wait for slots.
	expect(retrieval.nextAt).toBe(3000);
	expect(retrieval.next(2999)).toBeUndefined();
	expect(retrieval.next(3000)?.ids.length).toBeLessThanOrEqual(USUAL);
});

it('a run that one burst is enough for asks as usual', () => {
	expect(run(30, cutTo(1000))).toEqual([10, 10, 10]);
});

it('what it brought is what the others ask', () => {
	const memory: Growth['memory'] = {};
	const sizes = run(200, cutTo(1000), memory);
	expect(sizes.length).toBeLessThan(20);
	expect(memory.pages).toMatchObject({ leads: 40, tried: 40 });
	expect(run(200, cutTo(1000), memory)[1]).toBeGreaterThan(USUAL);
});

it('an answer that is cut to the usual size costs no call', () => {
	expect(run(200, cutTo(10))).toHaveLength(20);
});

it.each<[string, Failed]>([
	['refused', failed('tooLarge')],
	['refused with a number', failed('tooLarge', { cap: 10 })],
	['rejected', failed('invalidRequest')],
	['told of leads that are not found', failed('notFound')],
	['failed', failed('transient')],
	['failed for its length', failed('transient', { timedOut: true })],
])('one that is %s costs one', (_, failure) => {
	expect(run(200, refuseAbove(10, failure))).toHaveLength(21);
});

it('a size that is named is tried', () => {
	const sizes = run(200, refuseAbove(25, failed('tooLarge', { cap: 25 })));
	expect(sizes.slice(0, 2)).toEqual([40, 20]);
	expect(sizes.length).toBeLessThan(14);
});

it('the ids of a call without an answer are asked by others once nothing else is left', () => {
	const sizes = run(200, cutTo(1000), {}, 30);
	expect(sizes[0]).toBe(40);
	// And no call waits for the one that hangs.
	expect(sizes.slice(1).reduce((sum, size) => sum + size)).toBe(200);
});

it('larger pages that fail later are given up, and asked as usual', () => {
	const memory: Growth['memory'] = {
		pages: { leads: 80, tried: 80, perLead: { columns: 1, ms: 0.1, characters: 100 } },
	};
	const sizes = run(200, refuseAbove(10, failed('tooLarge')), memory);
	expect(memory.pages).toBeUndefined();
	expect(sizes.filter((size) => size > 10).length).toBeLessThan(4);
});

it('brings every lead once, whatever the account takes, and whatever goes wrong', () => {
	const kinds = fc.constantFrom<FaultKind>('tooLarge', 'invalidRequest', 'notFound', 'transient');
	fc.assert(
		fc.property(
			fc.integer({ min: 1, max: 400 }),
			fc.integer({ min: 1, max: 150 }),
			fc.constantFrom('cut', 'refused', 'hangs'),
			kinds,
			fc.boolean(),
			fc.option(fc.integer({ min: 5, max: 100 })),
			(count, most, how, kind, isNamed, known) => {
				const perLead = { columns: 1, ms: 1, characters: 100 };
				const isKnown = known !== null && how !== 'hangs';
				const memory = isKnown ? { pages: { leads: known, tried: known, perLead } } : {};
				const cap = isNamed ? most : undefined;
				// Single leads are never refused. Only trials hang: the client ends what does otherwise.
				const refusal = failed(kind, { cap });
				const answer = how === 'cut' ? cutTo(most) : refuseAbove(most, refusal);
				run(count, how === 'hangs' ? cutTo(1000) : answer, memory, how === 'hangs' ? 30 : 1e9);
			},
		),
		{ numRuns: 500 },
	);
});
