import fc from 'fast-check';
import { byIds, readLeadsPage } from '../../../nodes/LeadSquared/api/leads';

const RINGO = { ProspectID: '0acb9356-bcd1-4128-b63a-97f52cb8cc3c', FirstName: 'Ringo' };
const PAUL = { ProspectID: '1bdc0467-cde2-4239-a74b-a8063dc9dd4d', FirstName: null };

describe('an answer of Leads/Retrieve/ByIds', () => {
	it.each<[string, unknown, unknown[], number | undefined]>([
		['rows and their count', { RecordCount: 2, Leads: [RINGO, PAUL] }, [RINGO, PAUL], 2],
		['the count as text', { RecordCount: '2', Leads: [RINGO] }, [RINGO], 2],
		['rows without a count', { Leads: [RINGO] }, [RINGO], undefined],
		['a count that is not a number', { RecordCount: 'some', Leads: [RINGO] }, [RINGO], undefined],
		['a count that is null', { RecordCount: null, Leads: [RINGO] }, [RINGO], undefined],
		['an endless count', { RecordCount: '1e999', Leads: [] }, [], undefined],
		['the count alone', { RecordCount: 0 }, [], 0],
		['no rows: null', { RecordCount: 5, Leads: null }, [], 5],
		['no rows: an empty list', { RecordCount: 0, Leads: [] }, [], 0],
		['no rows: no member at all', {}, [], undefined],
		['more members than documented', { RecordCount: 1, Leads: [RINGO], More: {} }, [RINGO], 1],
		['the list alone', [RINGO, PAUL], [RINGO, PAUL], undefined],
		['an empty list alone', [], [], undefined],
		[
			'rows among other things',
			{ Leads: [null, RINGO, 5, 'x', [PAUL], PAUL] },
			[RINGO, PAUL],
			undefined,
		],
	])('%s', (_, body, rows, recordCount) => {
		expect(readLeadsPage(body)).toEqual({ rows, recordCount });
	});

	it.each<[string, unknown]>([
		['what is no JSON', undefined],
		['null', null],
		['text', 'leads'],
		['a number', 5],
		['a list of other things than leads', [{ FirstName: 'Ringo' }]],
		['a list of values', ['0acb9356-bcd1-4128-b63a-97f52cb8cc3c']],
		['an object without its members', { Message: 'Hello' }],
		['leads that are an object', { RecordCount: 1, Leads: RINGO }],
		['leads that are text', { Leads: '' }],
	])('is not %s', (_, body) => {
		expect(readLeadsPage(body)).toBeUndefined();
	});

	it('is read from any JSON without an exception, and its rows are objects', () => {
		const body = fc.oneof(
			fc.jsonValue(),
			fc.record({ Leads: fc.jsonValue(), RecordCount: fc.jsonValue() }),
		);
		fc.assert(
			fc.property(body, (value) => {
				for (const row of readLeadsPage(value)?.rows ?? []) {
					expect(Object.prototype.toString.call(row)).toBe('[object Object]');
				}
			}),
		);
	});
});

it.each<[string, object, number | undefined]>([
	['with separators', { RecordCount: '1,234', Leads: [] }, 1234],
	['with blanks in it', { RecordCount: '1\u00a0234', Leads: [] }, 1234],
	['with apostrophes in it', { RecordCount: ' 1’234 ', Leads: null }, 1234],
	[
		'with a status',
		{ Status: 'Success', ExceptionType: null, ExceptionMessage: null, RecordCount: 5, Leads: [] },
		5,
	],
	['within an envelope', { Status: 'Success', Message: { RecordCount: '5' } }, 5],
	['in an envelope of a success', { Status: 'Success', ExceptionType: null }, undefined],
])('a count %s is read', (_, body, recordCount) => {
	expect(readLeadsPage(body)).toEqual({ rows: [], recordCount });
});

it('rows of either form are one form', () => {
	const LeadPropertyList = Object.entries(RINGO).map(([Attribute, Value]) => ({
		Attribute,
		Value,
	}));
	expect(readLeadsPage({ Leads: [{ LeadPropertyList }, PAUL] })?.rows).toEqual([RINGO, PAUL]);
});

it('rows are read from an envelope too', () => {
	const inner = { RecordCount: 2, Leads: [RINGO, PAUL] };
	for (const body of [
		{ Status: 'Success', Message: inner },
		{ Status: 'success', ExceptionType: null, Data: inner },
	]) {
		expect(readLeadsPage(body)).toEqual({ rows: [RINGO, PAUL], recordCount: 2 });
	}
	expect(readLeadsPage({ Status: 'Success', Message: { Id: 'x' } })).toBeUndefined();
});

it('a call requests one page of these ids', () => {
	expect(byIds(['a', 'b'], ['ProspectID', 'Phone'], { page: 2, pageSize: 5 })).toMatchObject({
		method: 'POST',
		path: '/LeadManagement.svc/Leads/Retrieve/ByIds',
		body: {
			SearchParameters: { LeadIds: ['a', 'b'] },
			Columns: { Include_CSV: 'ProspectID,Phone' },
			Paging: { PageIndex: 2, PageSize: 5 },
		},
	});
});
