import {
	listsRequest,
	readAddedCount,
	readListIds,
	readLists,
	readMembers,
} from '../../../nodes/LeadSquared/api/lists';
import { toApiMoment, usualMoment } from '../../../nodes/LeadSquared/api/dates';

it('lists are read, whatever members are missing', () => {
	expect(
		readLists([
			{ ListId: 'a', ListName: ' News ', ListType: 'static', MemberCount: '12' },
			{ ListId: 'b', ListName: '' },
			{ ListId: 'c', ListName: 'C', MemberCount: null },
			{ ListName: 'without an id' },
			null,
		]),
	).toEqual([
		{ id: 'a', name: 'News', type: 'static', members: 12 },
		{ id: 'b', name: 'b', type: '' },
		{ id: 'c', name: 'C', type: '' },
	]);
	expect(readLists({})).toBeUndefined();
});

it.each<[unknown, string[] | undefined]>([
	[{ ProspectId: ['a', 'b', null], RecordsRetrieved: 2 }, ['a', 'b']],
	[{ ProspectId: null, RecordsRetrieved: 0 }, []],
	[{ RecordsRetrieved: 0 }, []],
	[{}, undefined],
	['x', undefined],
	[null, undefined],
])('the ids of a list: %j', (body, ids) => expect(readListIds(body)).toEqual(ids));

it('members have their dates in the usual form, and other values unchanged', () => {
	const row = { ProspectID: 'a', CreatedOn: '5/21/2019 7:01:30 AM', Notes: '5/21', Score: 1 };
	expect(readMembers({ RecordCount: 1, RecordsRetrieved: 1, Leads: [row] })).toEqual({
		rows: [{ ProspectID: 'a', CreatedOn: '2019-05-21 07:01:30.000', Notes: '5/21', Score: 1 }],
		recordCount: 1,
	});
	expect(readMembers({ RecordsRetrieved: 0 })).toEqual({ rows: [] });
	expect(readMembers({ RecordsRetrieved: 3 })).toBeUndefined();
	expect(readMembers(undefined)).toBeUndefined();
});

it.each([
	['12/31/2019 12:00:00 AM', '2019-12-31 00:00:00.000'],
	['12/31/2019 12:59:59 PM', '2019-12-31 12:59:59.000'],
	['1/2/2019 11:05:09 PM', '2019-01-02 23:05:09.000'],
	['31/12/2019 1:00:00 AM', '31/12/2019 1:00:00 AM'],
	['1/32/2019 1:00:00 AM', '1/32/2019 1:00:00 AM'],
	['1/2/2019 13:00:00 AM', '1/2/2019 13:00:00 AM'],
	['2019-01-02 00:00:00.000', '2019-01-02 00:00:00.000'],
])('%s is %s', (value, usual) => expect(usualMoment(value)).toBe(usual));

it('a moment is sent in UTC, to the second', () => {
	expect(toApiMoment(Date.UTC(2026, 4, 1, 10, 0, 0, 999))).toBe('2026-05-01 10:00:00');
});

it('only static lists are requested by their code', () => {
	expect(listsRequest(1).qs).toEqual({ pageIndex: 1 });
	expect(listsRequest(2, 'x', { onlyStatic: true }).qs).toEqual({
		pageIndex: 2,
		searchText: 'x',
		listType: 0,
	});
});

it.each([
	[{ Status: 'Success', Message: { Message: 'Successfully added 2 lead(s) to list' } }, 2],
	[{ Status: 'Success', Message: 'Successfully added 10 leads to list' }, 10],
	[{ Status: 'Success', Message: { Id: 'a' } }, 0],
	[{ Status: 'Success' }, 0],
	[{}, undefined],
	[[], undefined],
	[null, undefined],
])('the number of added leads in %j is %j', (body, added) =>
	expect(readAddedCount(body)).toBe(added),
);
