import fc from 'fast-check';
import {
	endOf,
	overlapOf,
	pageAt,
	pageFrom,
	startOf,
} from '../../../nodes/LeadSquared/fetch/coverage';

const place = fc.nat(1_000_000);
const most = fc.integer({ min: 1, max: 5000 });

it('a page begins at or before the place, is not too large, and reaches far', () => {
	fc.assert(
		fc.property(place, most, (from, size) => {
			const page = pageFrom(from, size);
			expect(startOf(page)).toBeLessThanOrEqual(from);
			expect(page.pageSize).toBeLessThanOrEqual(size);
			expect(endOf(page)).toBeGreaterThan(from);
			// At most a full page from there.
			expect(endOf(page)).toBeLessThanOrEqual(from + size);
		}),
	);
});

it('if less is enough, the page is no larger than necessary', () => {
	fc.assert(
		fc.property(place, most, fc.nat(5000), (from, size, more) => {
			const enough = from + 1 + more;
			const page = pageFrom(from, size, enough);
			const furthest = endOf(pageFrom(from, size));
			expect(endOf(page)).toBeGreaterThanOrEqual(Math.min(enough, furthest));
		}),
	);
	expect(pageFrom(4950, 5000, 8000)).toEqual({ page: 2, pageSize: 4000 });
});

it('a page begins exactly at the place', () => {
	fc.assert(
		fc.property(place, most, (from, size) => {
			const page = pageAt(from, size);
			expect(startOf(page)).toBe(from);
			expect(page.pageSize).toBeLessThanOrEqual(size);
		}),
	);
});

it.each([
	[5000, 50],
	[1000, 10],
	[20, 1],
	[1, 1],
])('pages of %d rows overlap by %d', (size, rows) => expect(overlapOf(size)).toBe(rows));
