import { LeftOut } from '../../../nodes/LeadSquared/fetch/pending';
import { type Chunk, newChunk } from '../../../nodes/LeadSquared/fetch/types';

const range = (count: number, from = 0) => Array.from({ length: count }, (_, at) => `${from + at}`);
const leftOutOnce = (ids: string[], more: Partial<Chunk> = {}): Chunk => ({
	...newChunk(ids),
	timesLeftOut: 1,
	...more,
});

function of(...chunks: Chunk[]): LeftOut {
	const leftOut = new LeftOut();
	leftOut.onPage(10);
	for (const chunk of chunks) leftOut.add(chunk);
	return leftOut;
}
const idsOf = (chunks: Chunk[]) => chunks.map(({ ids }) => ids);

it('ids of many answers are asked in one call', () => {
	const leftOut = of(leftOutOnce(['a']), leftOutOnce(['b', 'c']), leftOutOnce(['d']));
	expect(idsOf(leftOut.take(10, { mayGrow: false }))).toEqual([['a', 'b', 'c', 'd']]);
	expect(leftOut.takeAll()).toEqual([]);
});

it('too few for a call wait as long as others may join them', () => {
	const leftOut = of(leftOutOnce(range(9)));
	expect(leftOut.take(10, { mayGrow: true })).toEqual([]);
	leftOut.add(leftOutOnce(range(3, 9)));
	expect(idsOf(leftOut.take(10, { mayGrow: true }))).toEqual([range(10)]);
	expect(idsOf(leftOut.take(10, { mayGrow: false }))).toEqual([['10', '11']]);
});

it.each<[string, Partial<Chunk>]>([
	['how often they were left out', { timesLeftOut: 2 }],
	['whether the page had room', { leadsBeside: 10 }],
	['how often a page was empty despite its count', { timesEmptyDespiteCount: 1 }],
	['the input item that they belong to', { item: 4 }],
])('ids stay apart by %s', (_, more) => {
	const taken = of(leftOutOnce(['a']), leftOutOnce(['b'], more)).take(10, {
		mayGrow: false,
	});
	expect(idsOf(taken)).toEqual([['a'], ['b']]);
	expect(taken[1]).toMatchObject(more);
});

it('of pages alike, the fullest counts', () => {
	const chunks = [3, 7, 5].map((leadsBeside, at) => leftOutOnce([`${at}`], { leadsBeside }));
	const [taken] = of(...chunks).take(10, { mayGrow: false });
	expect(taken.leadsBeside).toBe(7);
});

it('nothing is lost, and the chunks that were added stay as they were', () => {
	const added = [leftOutOnce(range(7)), leftOutOnce(range(7, 7)), leftOutOnce(['x'], { item: 1 })];
	const leftOut = of(...added);
	const ids = [true, false].flatMap((mayGrow) => leftOut.take(5, { mayGrow }));
	expect(idsOf(ids).flat().sort()).toEqual([...range(14), 'x'].sort());
	expect(added[0].ids).toEqual(range(7));
});

it('a page may be full that holds as many leads as the largest one so far, and not an empty one', () => {
	const leftOut = new LeftOut();
	expect([0, 1].map((leads) => leftOut.isFull(leads))).toEqual([false, true]);
	for (const leads of [3, 7, 5]) leftOut.onPage(leads);
	expect([0, 6, 7, 8].map((leads) => leftOut.isFull(leads))).toEqual([false, false, true, true]);
});
