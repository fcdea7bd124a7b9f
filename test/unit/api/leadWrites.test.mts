import { createOrUpdate } from '../../../nodes/LeadSquared/api/leadWrites';
import {
	matchRows,
	readRowResults,
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
