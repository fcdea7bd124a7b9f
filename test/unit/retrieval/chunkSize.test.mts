import fc from 'fast-check';
import { ChunkSize } from '../../../nodes/LeadSquared/retrieval/chunkSize';

it('starts with what the user set, and stays there as long as all goes well', () => {
	const size = new ChunkSize(1000);
	expect(size.current).toBe(1000);
	expect(size.startTrial()).toBeUndefined();
});

describe('a call that keeps failing', () => {
	it.each([
		[1000, 500],
		[999, 500],
		[2, 1],
		[1, 1],
	])('with %i ids halves it to %i', (length, expected) => {
		const size = new ChunkSize(1000);
		size.halve(length);
		expect(size.current).toBe(expected);
	});

	it('shrinks it once, however many calls of that size fail together', () => {
		const size = new ChunkSize(1000);
		for (let call = 0; call < 25; call++) size.halve(1000);
		expect(size.current).toBe(500);
	});

	it('does not make it larger than it is', () => {
		const size = new ChunkSize(1000);
		size.halve(500);
		size.halve(1000);
		expect(size.current).toBe(250);
	});
});

describe('after it was halved', () => {
	it('it grows back, doubling with each trial that succeeds, up to what the user set', () => {
		const size = new ChunkSize(1000);
		size.halve(300);
		const seen = [size.current];
		for (let larger = size.startTrial(); larger; larger = size.startTrial()) {
			size.trial(larger, true);
			seen.push(size.current);
		}
		expect(seen).toEqual([150, 300, 600, 1000]);
	});

	it('one trial is made at a time', () => {
		const size = new ChunkSize(1000);
		size.halve(1000);
		expect(size.startTrial()).toBe(1000);
		expect(size.startTrial()).toBeUndefined();
		expect(size.current).toBe(500);
	});

	it('a trial that failed is not repeated', () => {
		const size = new ChunkSize(1000);
		size.halve(500);
		size.trial(size.startTrial()!, true);
		size.trial(size.startTrial()!, false);
		expect(size.current).toBe(500);
		expect(size.startTrial()).toBeUndefined();
	});

	it('a trial of fewer ids than allowed does not shrink it', () => {
		const size = new ChunkSize(1000);
		size.halve(1000);
		size.startTrial();
		size.trial(3, true);
		expect(size.current).toBe(500);
		expect(size.startTrial()).toBe(1000);
	});
});

describe('a cap', () => {
	it('is taken at once and never tried to be passed', () => {
		const size = new ChunkSize(1000);
		size.cap(200);
		expect(size.current).toBe(200);
		expect(size.startTrial()).toBeUndefined();
		size.cap(700);
		expect(size.current).toBe(200);
		expect(size.startTrial()).toBeUndefined();
	});

	it('above the size leaves it, and is where it grows back to', () => {
		const size = new ChunkSize(1000);
		size.halve(200);
		size.cap(150);
		expect(size.current).toBe(100);
		expect(size.startTrial()).toBe(150);
		size.trial(150, true);
		expect(size.startTrial()).toBeUndefined();
	});

	it('of nothing still lets one id through', () => {
		const size = new ChunkSize(1000);
		size.cap(0);
		expect(size.current).toBe(1);
	});

	it('learned during a trial holds when the trial succeeds', () => {
		const size = new ChunkSize(1000);
		size.halve(1000);
		const larger = size.startTrial()!;
		size.cap(600);
		size.trial(larger, true);
		expect(size.current).toBe(600);
	});
});

it('whatever happens, it stays between 1 and what the user set', () => {
	const event = fc.tuple(fc.constantFrom('halve', 'cap', 'succeed', 'fail'), fc.nat(2000));
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 1000 }), fc.array(event), (most, events) => {
			const size = new ChunkSize(most);
			for (const [what, count] of events) {
				if (what === 'halve') size.halve(count);
				else if (what === 'cap') size.cap(count);
				else {
					const larger = size.startTrial();
					if (larger === undefined) continue;
					expect(larger).toBeGreaterThan(size.current);
					expect(larger).toBeLessThanOrEqual(most);
					size.trial(larger, what === 'succeed');
				}
				expect(size.current).toBeGreaterThanOrEqual(1);
				expect(size.current).toBeLessThanOrEqual(most);
			}
		}),
	);
});

it.each([
	[1000, 125, true],
	[1000, 126, false],
	[1000, 1000, false],
	[8, 1, true],
	[7, 1, false],
])('of %i allowed, %i are so few that a trial is worth waiting for: %s', (most, current, small) => {
	const size = new ChunkSize(most);
	if (current < most) size.halve(current * 2);
	expect(size.current).toBe(current);
	expect(size.isSmall).toBe(small);
	size.cap(current);
	expect(size.isSmall).toBe(false);
});
