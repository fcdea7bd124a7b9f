import {
	isSamePhone,
	nameOfLead,
	phoneForms,
	readFound,
} from '../../../nodes/LeadSquared/api/lookups';

it.each<[string, string[]]>([
	[
		'+91-98765 43210',
		['+91-98765 43210', '+919876543210', '919876543210', '+91-9876543210', '9876543210'],
	],
	['9876543210', ['9876543210']],
	[
		'0091 98765 43210',
		['0091 98765 43210', '+919876543210', '919876543210', '+91-9876543210', '9876543210'],
	],
	['(080) 1234', ['(080) 1234', '0801234']],
	['no number', []],
])('%s is looked up in every form once, first as given', (phone, forms) => {
	expect([...phoneForms(phone).values()]).toEqual(forms);
});

it.each([
	['+91-9876543210', '98765 43210', true],
	['09876543210', '+919876543210', true],
	['9876543210', '09876543210', true],
	['+1-9876543210', '+91-9876543210', false],
	[null, '', false],
])('%s and %s may be the same: %s', (one, other, same) => {
	expect(isSamePhone(one, other)).toBe(same);
});

it.each<[string, unknown, number | undefined, boolean?]>([
	['a list', [{ ProspectID: 'a' }, null], 1],
	['an empty list', [], 0],
	['an envelope', { Status: 'Success', Message: [{ ProspectID: 'a' }] }, 1],
	['a single lead', { ProspectID: 'a' }, 1],
	['an answer of another call', { RecordCount: 0 }, 0],
	['nothing', null, 0, true],
	['no JSON', undefined, undefined],
	['something else', { hello: 'world' }, undefined],
	['a text', 'x', undefined],
])('the leads of %s', (_, body, rows, isEmpty = false) => {
	const found = readFound(body);
	expect(found?.rows.length).toBe(rows);
	if (found) expect(found.isEmpty).toBe(isEmpty);
});

it.each([
	[{ FirstName: 'Ann', LastName: 'Lee', EmailAddress: 'a@x.example' }, 'Ann Lee, a@x.example'],
	[{ FirstName: null, Phone: '1' }, '1'],
	[{ ProspectID: 'abc' }, 'abc'],
])('a lead in a few words: %j', (row, words) => expect(nameOfLead(row)).toBe(words));
