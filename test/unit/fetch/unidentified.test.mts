import { WithoutId } from '../../../nodes/LeadSquared/fetch/unidentified';
import { newChunk, type Asked, type Chunk } from '../../../nodes/LeadSquared/fetch/types';

const ASKED: Asked[] = [
	{ item: 0, ids: ['a', 'b', 'c'] },
	{ item: 7, ids: ['c', 'd'] },
];
const lead = (name: string) => ({ ProspectID: null, FirstName: name });
const ofItem = (ids: string[], more: Partial<Chunk> = {}): Chunk => ({
	...newChunk(ids),
	item: 0,
	...more,
});

const PAGE = { isFull: false };

it('ids of several input items are asked for item by item, shared ones for each', () => {
	const chunks = new WithoutId(ASKED).splitByItem([newChunk(['b', 'c', 'd'])]);
	expect(chunks.map(({ item, ids }) => [item, ids])).toEqual([
		[0, ['b', 'c']],
		[7, ['c', 'd']],
	]);
});

it('what belongs to an item already, and what asks a question, stays as it is', () => {
	const chunks = [ofItem(['a']), { ...newChunk(['x']), diagnosis: 'unknownId' as const }];
	expect(new WithoutId(ASKED).splitByItem(chunks)).toEqual(chunks);
});

it('leads belong to the item that alone was asked for', () => {
	const withoutId = new WithoutId(ASKED);
	expect(withoutId.onPage(newChunk(['a', 'b']), [lead('A'), lead('B')], PAGE)).toEqual([]);
	expect(withoutId.results.get(0)).toEqual({ leads: [lead('A'), lead('B')], ids: ['a', 'b'] });
	expect(withoutId.countIds()).toBe(2);
});

it('a page that is not full is followed by the next one, until one is empty or the same again', () => {
	const withoutId = new WithoutId(ASKED);
	const [second] = withoutId.onPage(ofItem(['a', 'b', 'c']), [lead('A')], PAGE);
	expect(second.pages?.next).toBe(2);
	const [third] = withoutId.onPage(second, [lead('B')], PAGE);
	expect(withoutId.onPage(third, [lead('B')], PAGE)).toEqual([]);
	expect(withoutId.results.get(0)?.leads).toEqual([lead('A'), lead('B')]);
});

it('a page that counts leads and holds none is asked for again, but not for ever', () => {
	const withoutId = new WithoutId(ASKED);
	let chunks = withoutId.onPage(ofItem(['a', 'b']), [], { recordCount: 2, isFull: false });
	let asked = 1;
	for (; chunks.length > 0 && asked < 50; asked++)
		chunks = withoutId.onPage(chunks[0], [], { recordCount: 2, isFull: false });
	expect(asked).toBeGreaterThan(2);
	expect(asked).toBeLessThan(10);
});

it('what goes wrong on a later page begins anew, of fewer ids and never with its pages', () => {
	const withoutId = new WithoutId(ASKED);
	const [second] = withoutId.onPage(ofItem(['a', 'b', 'c']), [lead('A')], PAGE);
	const restarted = withoutId.restart(second);
	expect(restarted.map(({ ids, pages, item }) => [ids, pages, item])).toEqual([
		[['a'], undefined, 0],
		[['b', 'c'], undefined, 0],
	]);
	expect(withoutId.results.size).toBe(0);
});

it('the leads of the pages so far are not lost where the rest fails for good', () => {
	const withoutId = new WithoutId(ASKED);
	const [second] = withoutId.onPage(ofItem(['a', 'b', 'c']), [lead('A')], PAGE);
	withoutId.onFailed(second);
	expect(withoutId.results.get(0)).toEqual({ leads: [lead('A')], ids: [] });
});
