import { type Chunk, Missing, type Recheck } from '../../../nodes/LeadSquared/fetch/pending';

const range = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `${from + at}`);
const missingOnce = (ids: string[], more: Partial<Recheck> = {}) => ({
	ids,
	why: { kind: 'recheck' as const, timesMissing: 1, leadsReturned: 0, timesEmpty: 0, ...more },
});

function missingOf(...chunks: Array<ReturnType<typeof missingOnce>>): Missing {
	const missing = new Missing({ isFull: (leads) => leads >= 10 });
	for (const chunk of chunks) missing.add(chunk);
	return missing;
}
const idsOf = (chunks: Chunk[]) => chunks.map(({ ids }) => ids);

it('missing ids of many answers are requested in one call', () => {
	const missing = missingOf(missingOnce(['a']), missingOnce(['b', 'c']), missingOnce(['d']));
	expect(idsOf(missing.take(10, { mayGrow: false }))).toEqual([['a', 'b', 'c', 'd']]);
	expect(missing.takeAll()).toEqual([]);
});

it('too few for a call wait while others may join them', () => {
	const missing = missingOf(missingOnce(range(9)));
	expect(missing.take(10, { mayGrow: true })).toEqual([]);
	missing.add(missingOnce(range(3, 9)));
	expect(idsOf(missing.take(10, { mayGrow: true }))).toEqual([range(10)]);
	expect(idsOf(missing.take(10, { mayGrow: false }))).toEqual([['10', '11']]);
});

it.each<[string, Partial<Recheck>]>([
	['how often they were left out', { timesMissing: 2 }],
	['whether the page had room', { leadsReturned: 10 }],
	['how often a page was empty despite its count', { timesEmpty: 1 }],
])('ids are kept apart by %s', (_, more) => {
	const taken = missingOf(missingOnce(['a']), missingOnce(['b'], more)).take(10, {
		mayGrow: false,
	});
	expect(idsOf(taken)).toEqual([['a'], ['b']]);
	expect(taken[1].why).toMatchObject(more);
});

it('of similar pages, the fullest counts', () => {
	const chunks = [3, 7, 5].map((leadsReturned, at) => missingOnce([`${at}`], { leadsReturned }));
	const [taken] = missingOf(...chunks).take(10, { mayGrow: false });
	expect(taken.why).toMatchObject({ leadsReturned: 7 });
});

it('nothing is lost, and the added chunks stay unchanged', () => {
	const added = [
		missingOnce(range(7)),
		missingOnce(range(7, 7)),
		missingOnce(['x'], { timesEmpty: 1 }),
	];
	const missing = missingOf(...added);
	const ids = [true, false].flatMap((mayGrow) => missing.take(5, { mayGrow }));
	expect(idsOf(ids).flat().sort()).toEqual([...range(14), 'x'].sort());
	expect(added[0].ids).toEqual(range(7));
});
