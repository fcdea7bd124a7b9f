import {
	type Cursor,
	digestOf,
	fromStored,
	MOST_GIVEN,
	toStored,
} from '../../../nodes/LeadSquared/trigger/cursor';

const AT = Date.UTC(2026, 0, 1, 12, 0, 0, 123);

const cursor = (changes: Partial<Cursor> = {}): Cursor => ({
	event: 'leadUpdated',
	host: 'api-in21.leadsquared.com',
	columns: '1abc',
	countsAll: true,
	doneTo: AT,
	after: { at: AT + 1, id: digestOf('a') },
	given: new Map([
		[digestOf('a'), { at: AT + 5, content: 7 }],
		[digestOf('b'), { at: AT, content: 0 }],
	]),
	...changes,
});

it.each([
	['all', cursor()],
	['no place and nobody given', cursor({ after: undefined, given: new Map() })],
])('comes back as it was stored, with %s', (_, one) => {
	expect(fromStored(JSON.parse(JSON.stringify(toStored(one))))).toEqual(one);
});

it('takes less than 64 kB, however much has been given', () => {
	const given = new Map(
		Array.from({ length: MOST_GIVEN }, (_, index) => [
			digestOf(String(index)),
			{ at: AT, content: 2 ** 32 - 1 },
		]),
	);
	expect(given.size).toBe(MOST_GIVEN);
	expect(JSON.stringify(toStored(cursor({ given }))).length).toBeLessThan(64_000);
});

it.each([
	undefined,
	null,
	'x',
	{},
	{ ...toStored(cursor()), event: 'leadDeleted' },
	{ ...toStored(cursor()), event: 'toString' },
	{ ...toStored(cursor()), doneTo: 'soon' },
	{ ...toStored(cursor()), given: 7 },
	{ ...toStored(cursor()), host: undefined },
])('is none if it is %j', (stored) => expect(fromStored(stored)).toBeUndefined());

it('goes without what cannot be read of it beside', () => {
	expect(fromStored({ ...toStored(cursor()), after: 'x', given: 'AAAA' })).toEqual(
		cursor({ after: undefined, given: new Map() }),
	);
});
