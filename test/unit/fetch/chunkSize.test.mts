import fc from 'fast-check';
import { ChunkSize } from '../../../nodes/LeadSquared/fetch/chunkSize';

/** Of 1,000, after calls of these lengths kept failing. */
const sizeAfterFaults = (...lengths: number[]) => {
	const size = new ChunkSize(1000);
	for (const length of lengths) size.onFault(length);
	return size;
};

it('starts with what the user set, and stays there as long as all goes well', () => {
	const size = new ChunkSize(1000);
	size.onAccepted(1000);
	expect([size.current, size.next(0)]).toEqual([1000, 1000]);
});

describe('a call that keeps failing', () => {
	it.each([
		[1000, 500],
		[999, 500],
		[2, 1],
		[1, 1],
	])('with %i ids halves it to %i', (length, expected) => {
		expect(sizeAfterFaults(length).current).toBe(expected);
	});

	it('says nothing of the size if one as long was answered meanwhile', () => {
		const size = new ChunkSize(1000);
		size.onAccepted(1000);
		size.onFault(1000);
		expect(size.current).toBe(1000);
		size.doubt();
		size.onFault(1000);
		expect(size.current).toBe(500);
	});
});

describe('after it was halved', () => {
	it('it grows back step by step, up to what the user set', () => {
		const size = sizeAfterFaults(1000);
		const seen = [size.current];
		size.onAccepted(size.current);
		while (size.current < 1000) {
			size.onAccepted(size.next(0));
			seen.push(size.current);
		}
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(new Set(seen.slice(1).map((one, at) => one - seen[at])).size).toBe(1);
		expect(size.next(0)).toBe(1000);
	});

	it('nothing larger is tried before what is left has proved itself', () => {
		const size = sizeAfterFaults(1000);
		expect(size.next(0)).toBe(500);
	});

	it('one larger call is under way at a time', () => {
		const size = sizeAfterFaults(1000);
		size.onAccepted(500);
		const larger = size.next(0);
		expect(larger).toBeGreaterThan(500);
		expect(size.next(larger)).toBe(500);
	});

	it('larger calls that fail are tried smaller, and in the end no more', () => {
		const size = sizeAfterFaults(1000);
		size.onAccepted(500);
		const tried: number[] = [];
		while (size.next(0) > 500 && tried.length < 20) {
			tried.push(size.next(0));
			size.onFault(tried.at(-1)!);
		}
		expect(tried.length).toBeGreaterThan(1);
		expect(tried.length).toBeLessThan(6);
		expect(tried).toEqual([...tried].sort((a, b) => b - a));
		expect(size.current).toBe(500);
	});
});

describe('a cap', () => {
	it('is taken at once and never tried to be passed', () => {
		const size = new ChunkSize(1000);
		for (const cap of [200, 700]) {
			size.cap(cap);
			size.onAccepted(200);
			expect([size.current, size.next(0)]).toEqual([200, 200]);
		}
	});

	it('above the size leaves it, and is where it grows back to', () => {
		const size = sizeAfterFaults(200);
		size.cap(150);
		expect(size.current).toBe(100);
		size.onAccepted(100);
		expect(size.next(0)).toBe(150);
	});

	it('of nothing still lets one id through', () => {
		const size = new ChunkSize(1000);
		size.cap(0);
		expect(size.current).toBe(1);
	});
});

it('whatever happens, it stays between 1 and what the user set', () => {
	const event = fc.tuple(fc.constantFrom('onFault', 'cap', 'onAccepted', 'doubt'), fc.nat(2000));
	fc.assert(
		fc.property(fc.integer({ min: 1, max: 10_000 }), fc.array(event), (most, events) => {
			const size = new ChunkSize(most);
			for (const [what, count] of events) {
				size[what as 'cap'](what === 'onFault' ? Math.max(1, count) : count);
				for (const one of [size.current, size.next(0)]) {
					expect(one).toBeGreaterThanOrEqual(1);
					expect(one).toBeLessThanOrEqual(most);
				}
			}
		}),
	);
});

it('it is far below its ceiling where one larger call would bring many leads more', () => {
	expect(new ChunkSize(1000).isFarBelowCeiling).toBe(false);
	expect(sizeAfterFaults(1000).isFarBelowCeiling).toBe(false);
	const small = sizeAfterFaults(1000, 500, 250, 125);
	expect(small.isFarBelowCeiling).toBe(true);
	small.cap(small.current);
	expect(small.isFarBelowCeiling).toBe(false);
});
