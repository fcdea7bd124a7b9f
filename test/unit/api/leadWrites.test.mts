import { createOrUpdate, updateLeads } from '../../../nodes/LeadSquared/api/leadWrites';
import {
	matchRows,
	readRowResults,
	readUpdateResults,
	type RowResult,
} from '../../../nodes/LeadSquared/api/rowResults';

const result = (number?: number, id = `id${number}`): RowResult => ({
	number,
	id,
	isCreated: false,
	isUpdated: true,
	fault: undefined,
});

it('asks as https://apidocs.leadsquared.com/create-or-update/ has it', () => {
	const request = createOrUpdate.request(
		[
			{ values: new Map([['FirstName', 'Ada']]), searchBy: 'Phone' },
			{ values: new Map([['A', '']]) },
		],
		{ triggersAutomations: true },
	);
	expect(request).toMatchObject({
		method: 'POST',
		path: '/LeadManagement.svc/Lead/Bulk/CreateOrUpdate',
		qs: { postUpdatedLead: 'true' },
		body: [
			[
				{ Attribute: 'FirstName', Value: 'Ada' },
				{ Attribute: 'SearchBy', Value: 'Phone' },
			],
			[{ Attribute: 'A', Value: '' }],
		],
	});
});

it('reads results in any case, and numbers and booleans as text', () => {
	const rows = [
		{ RowNumber: 1, LeadId: 'a', LeadCreated: true, LeadUpdated: false, AffectedRows: 1 },
		{ rowNumber: '2', LeadId: 'b', LeadCreated: 'False', LeadUpdated: 'True' },
		{ RowNumber: 3, LeadId: null, ExceptionType: 'MXBad', ErrorMessage: 'no' },
		{ RowNumber: 4, LeadId: '', ErrorMessage: 'no id' },
		{ RowNumber: 5, LeadId: 'e', AffectedRows: 0, ErrorMessage: '' },
	];
	const read = [
		{ number: 1, id: 'a', isCreated: true, isUpdated: true, fault: undefined },
		{ number: 2, id: 'b', isCreated: false, isUpdated: true, fault: undefined },
		{
			number: 3,
			id: undefined,
			isCreated: false,
			isUpdated: false,
			fault: { type: 'MXBad', message: 'no' },
		},
		{ number: 4, id: undefined, isCreated: false, isUpdated: false, fault: { message: 'no id' } },
		{ number: 5, id: 'e', isCreated: false, isUpdated: false, fault: undefined },
	];
	expect(readRowResults(rows)).toEqual(read);
	expect(readRowResults({ Response: rows })).toEqual(read);
	expect(readRowResults({ Status: 'Success', Message: rows })).toEqual(read);
});

it.each([null, 'x', {}, { RowNumber: 1 }, [null], [{ a: 1 }], { Response: 5 }])(
	'%j is not an answer',
	(body) => expect(readRowResults(body)).toBeUndefined(),
);

it.each<[string, Array<number | undefined>, number, Array<[number, number]>]>([
	[
		'from 1',
		[1, 2, 3],
		3,
		[
			[0, 0],
			[1, 1],
			[2, 2],
		],
	],
	[
		'from 0',
		[0, 1, 2],
		3,
		[
			[0, 0],
			[1, 1],
			[2, 2],
		],
	],
	[
		'out of order',
		[3, 1, 2],
		3,
		[
			[2, 0],
			[0, 1],
			[1, 2],
		],
	],
	[
		'from 1, one missing',
		[1, 3],
		3,
		[
			[0, 0],
			[2, 1],
		],
	],
	[
		'from 0, one missing',
		[0, 2],
		3,
		[
			[0, 0],
			[2, 1],
		],
	],
	['from 0 or from 1, which is unknown', [1, 2], 3, []],
	['one number twice', [1, 1], 2, []],
	['beyond the rows', [1, 5], 3, []],
	['some without a number', [1, undefined], 2, []],
	[
		'none with a number',
		[undefined, undefined],
		2,
		[
			[0, 0],
			[1, 1],
		],
	],
	['none with a number, one missing', [undefined], 2, []],
])('results by row: %s', (_, numbers, rows, places) => {
	const results = numbers.map((number) => result(number));
	expect([...matchRows(results, rows)]).toEqual(places.map(([row, at]) => [row, results[at]]));
});

describe('results of an update', () => {
	const id = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
	const SuccessfulLeads = [{ IdentifierValue: `{${id.toUpperCase()}}` }];
	const FailedLeads = [{ IdentifierValue: 'B@example.com', Reason: 'no' }];
	const numbersIn = (body: object, searched: string[]) =>
		readUpdateResults(body, searched)?.map(({ number, fault }) => [number, fault?.message]);

	it.each([
		{ Details: { SuccessfulLeads, FailedLeads } },
		{ Status: 'Success', Message: { details: { SUCCESSFULLEADS: SuccessfulLeads, FailedLeads } } },
		{ Details: { SuccessfulLeads, FailedLeads, UnProcessedLeads: null } },
	])('are found by any spelling of an ID or address: %j', (body) => {
		expect(numbersIn(body, ['b@example.com', id])).toEqual([
			[2, undefined],
			[1, 'no'],
		]);
	});

	it('without identifiers are certain if every row was updated, or if there is one row', () => {
		const all = { Details: { SuccessfulLeads: [{}, {}], FailedLeads: null } };
		expect(numbersIn(all, ['a', 'b'])).toEqual([
			[1, undefined],
			[2, undefined],
		]);
		expect(numbersIn({ Details: { FailedLeads: [{}] } }, ['a'])).toEqual([
			[1, 'LeadSquared gives no reason'],
		]);
		expect(numbersIn(all, ['a', 'b', 'c'])).toEqual([]);
	});

	it('of two leads with the value of one row are those of the row', () => {
		const values = new Map([['Phone', '1']]);
		const rows = [{ values, searchBy: 'Phone' }];
		expect(updateLeads.read({ Details: { SuccessfulLeads: [{}, {}] } }, rows)).toHaveLength(1);
	});
});
