import {
	covers,
	lowestRate,
	strictestLimits,
} from '../../../nodes/LeadSquared/transport/limiter/limits';

const limit = (calls: number, seconds: number) => ({ calls, seconds });

it.each([
	[limit(4, 5), limit(8, 10), true],
	[limit(4, 5), limit(4, 5), true],
	[limit(4, 5), limit(5, 5), true],
	[limit(4, 5), limit(4, 4), true],
	[limit(4, 5), limit(4, 10), false],
	[limit(4, 5), limit(7, 10), false],
	[limit(4, 5), limit(8, 11), false],
	[limit(4, 5), limit(3, 5), false],
])('%j covers %j: %s', (one, other, expected) => {
	expect(covers(one, other)).toBe(expected);
});

it.each([
	[[limit(25, 5)], limit(25, 5)],
	[[limit(25, 5), limit(100, 60)], limit(100, 60)],
	[[limit(100, 60), limit(25, 5)], limit(100, 60)],
	[[limit(10, 10), limit(5, 2), limit(8, 12)], limit(8, 12)],
	[[limit(2, 1), limit(4, 3), limit(3, 2)], limit(4, 3)],
	[[limit(1, 5), limit(2, 10)], limit(1, 5)],
])('of %j, %j allows the fewest calls in the long run', (limits, expected) => {
	expect(lowestRate(limits)).toEqual(expected);
});

it('limits that another one covers are left out, whatever their order', () => {
	const [strict, loose, long] = [limit(4, 5), limit(8, 10), limit(6, 60)];
	expect(strictestLimits([strict, loose, long])).toEqual([strict, long]);
	expect(strictestLimits([long, loose, strict])).toEqual([long, strict]);
	expect(strictestLimits([strict, strict])).toEqual([strict]);
	expect(strictestLimits([])).toEqual([]);
});
