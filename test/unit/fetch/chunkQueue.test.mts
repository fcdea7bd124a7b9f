import { ChunkQueue } from '../../../nodes/LeadSquared/fetch/pending';
import { type Chunk, newChunk } from '../../../nodes/LeadSquared/fetch/types';

const chunk = (ids: string, more: Partial<Chunk> = {}): Chunk => ({
	...newChunk([...ids]),
	...more,
});

/** Takes all that is due, so many ids at a time. */
function drain(queue: ChunkQueue, size: number, now = 0): string[] {
	const taken: string[] = [];
	for (let one = queue.takeDue(now, () => size); one; one = queue.takeDue(now, () => size)) {
		taken.push(one.ids.join(''));
	}
	return taken;
}

it('what is put first goes before all else, in the order in which it was put there', () => {
	const queue = new ChunkQueue();
	queue.askLast([chunk('abc')]);
	queue.askFirst([chunk('de')]);
	queue.askFirst([]);
	queue.askFirst([chunk('f'), chunk('g')]);
	expect(queue.takeDue(0, () => 1)?.ids).toEqual(['d']);
	queue.askFirst([chunk('h')]);
	expect(drain(queue, 2)).toEqual(['e', 'f', 'g', 'h', 'ab', 'c']);
	queue.askLast([chunk('i')]);
	queue.askFirst([chunk('j')]);
	expect(drain(queue, 2)).toEqual(['j', 'i']);
});

it('keeps that order where ids are dropped, or all is taken', () => {
	const queue = new ChunkQueue();
	queue.askLast([chunk('ab')]);
	queue.askFirst([chunk('c'), chunk('de')]);
	queue.drop((id) => 'cd'.includes(id));
	queue.askFirst([chunk('f')]);
	expect(queue.countIds()).toBe(4);
	expect(drain(queue, 9)).toEqual(['e', 'f', 'ab']);
	queue.askFirst([chunk('g')]);
	expect(queue.takeAll().map(({ ids }) => ids)).toEqual([['g']]);
	queue.askLast([chunk('h')]);
	queue.askFirst([chunk('i')]);
	expect(drain(queue, 9)).toEqual(['i', 'h']);
});

it('hands out what is due, and whole what is read page by page or asked for a diagnosis', () => {
	const queue = new ChunkQueue();
	queue.askLast([
		chunk('ab', { notBefore: 5 }),
		chunk('cd', { diagnosis: 'idColumnOnly' }),
		chunk('ef', { pages: { next: 2, leads: [], lastContent: '' } }),
	]);
	expect(queue.firstAt).toBe(0);
	expect(drain(queue, 1)).toEqual(['cd', 'ef']);
	expect(queue.firstAt).toBe(5);
	expect(drain(queue, 1, 5)).toEqual(['a', 'b']);
	expect([queue.isEmpty, queue.firstAt]).toEqual([true, Infinity]);
});
