import { type Chunk, cutInHalves, newChunk } from '../../../nodes/LeadSquared/fetch/types';

it.each([
	['two', ['a', 'b'], [['a'], ['b']]],
	[
		'five',
		['a', 'b', 'c', 'd', 'e'],
		[
			['a', 'b'],
			['c', 'd', 'e'],
		],
	],
])('%s ids are cut into two halves, in order', (_, ids, halves) => {
	expect(cutInHalves(newChunk(ids)).map((half) => half.ids)).toEqual(halves);
});

it('what is known of a chunk holds for each half', () => {
	const known: Omit<Chunk, 'ids'> = {
		timesLeftOut: 1,
		leadsBeside: 4,
		timesEmptyDespiteCount: 2,
		faults: 3,
		failingSince: 10,
		answersBefore: 5,
		notBefore: 2000,
		wasCut: true,
		item: 7,
	};
	const halves = cutInHalves({ ...known, ids: ['a', 'b'] });
	expect(halves).toEqual([
		{ ...known, ids: ['a'] },
		{ ...known, ids: ['b'] },
	]);
});

it('a single id stays as it is', () => {
	const chunk = newChunk(['a']);
	expect(cutInHalves(chunk)).toEqual([chunk]);
});
