import { IdCarriers, asList } from '../../../../nodes/LeadSquared/input/leadIds/inObject';
const A = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const B = '1bdc0467-cde2-4239-a74b-a8063dc9dd4d';

const carried = (carrier: object) => new IdCarriers().in(carrier);

describe('of an object, ids are carried by', () => {
	it.each<[string, object, unknown[]]>([
		['the surest name', { id: B, lead_id: B, ProspectID: A }, [A]],
		['a lead rather than the lead of another program', { mx_CRM_Lead_Id: B, lead_id: A }, [A]],
		[
			'what was before a change, rather than a name whose value is no ID',
			{ x: { lead_id: 'Ringo' }, Before: { ProspectID: A } },
			[{ ProspectID: A }],
		],
		['all of the surest names', { ProspectID: A, 'Prospect Id': B, id: B }, [A, B]],
		['what holds the surest name', { id: B, x: { ProspectID: A } }, [{ ProspectID: A }]],
		['a list of what holds it', { id: B, x: [1, { ProspectID: A }] }, [[1, { ProspectID: A }]]],
		['an id rather than a value', { value: B, id: A }, [A]],
		['a value, if the id is a word', { id: 'Ringo', value: A }, [A]],
		['a value, if the id is a number', { id: 5, value: A }, [A]],
		['a text with an id, in what lies around leads', { data: [`x ${A}`], text: B }, [[`x ${A}`]]],
		['what came after a change', { Before: [A], After: [B] }, [[B]]],
		['what was before a change, if nothing came after', { Before: [A], After: {} }, [[A]]],
		[
			'what was before, rather than an id',
			{ Before: { ProspectID: A }, id: B },
			[{ ProspectID: A }],
		],
		['an id, rather than one that was before', { Before: { id: A }, id: B }, [B]],
		['a value, rather than an id that was before', { Before: { id: A }, value: B }, [B]],
		['an id that was before, if there is nothing else', { Before: { id: A }, x: B }, [{ id: A }]],
		[
			'a sure name, even around an earlier find',
			{ ProspectID: { Before: [A] }, id: B },
			[{ Before: [A] }],
		],
		['a name, though its value is not an id', { ProspectID: 'Ringo', id: A }, ['Ringo']],
		['a number under a name', { ProspectID: 5 }, [5]],
		[
			'an object with a name, though its value is not an id',
			{ x: { lead_id: 'Ringo' }, id: A },
			[{ lead_id: 'Ringo' }],
		],
		[
			'a name with an id, rather than one whose object has none',
			{ ProspectID: { lead_id: 'Ringo' }, mx_Lead_Id: A },
			[A],
		],
		['another name, if one is blank', { ProspectID: ' ', lead_id: null, id: A }, [A]],
		['nothing, if all are blank', { ProspectID: '', lead_id: null, id: undefined, data: {} }, []],
		['nothing, if there is a place for it and nothing in it', { body: { leads: [] } }, []],
	])('%s', (_, carrier, expected) => {
		expect(carried(carrier)).toEqual(expected);
	});

	it.each<[string, object]>([
		['a name that says it is another', { OwnerId: A, Name: `x ${A}` }],
		['an id that is a word', { id: 'Ringo' }],
		['what holds ids of many kinds', { headers: { ProspectID: A }, pairedItem: { id: A } }],
		['an id of something else', { owner: { id: A } }],
		['an id before a change of something else', { Before: { x: A } }],
		['a word around', { data: 'Ringo' }],
		['nothing', { x: undefined }],
	])('not by %s', (_, carrier) => {
		expect(carried(carrier)).toBeUndefined();
	});

	it('at most a hundred levels deep', () => {
		const nested = (levels: number) => {
			let carrier: object = { ProspectID: A };
			for (let level = 1; level < levels; level++) carrier = { data: [carrier] };
			return carrier;
		};
		expect(carried(nested(50))).toHaveLength(1);
		expect(carried(nested(51))).toBeUndefined();
	});

	it('a circular object, once', () => {
		const own: Record<string, unknown> = { lead: { id: A } };
		own.self = own;
		expect(carried(own)).toEqual([{ id: A }]);
	});
});

describe('a list is', () => {
	it.each<[string, object, unknown[]]>([
		['an array', [A, B], [A, B]],
		['a set', new Set([A, B]), [A, B]],
		['a list with numbers for names', { 0: A, 25: B }, [A, B]],
		[
			'one of objects that have a name each',
			[{ name: 'Ringo', id: A }],
			[{ name: 'Ringo', id: A }],
		],
		[
			'a table of rows',
			[
				['Lead ID', 'Name'],
				[A, 'Ringo'],
			],
			[{ 'Lead ID': A, Name: 'Ringo' }],
		],
		['nothing', [], []],
		['one that begins with nothing', [null, A], [null, A]],
	])('%s', (_, value, expected) => {
		expect(asList(value)).toEqual(expected);
	});

	it.each<[string, object]>([
		['an empty object', {}],
		['an object with a name among its numbers', { 0: A, x: B }],
		['an object with names that end with numbers', { x0: A }],
		['an object with names that begin with numbers', { '0x': A }],
	])('not %s', (_, value) => {
		expect(asList(value)).toBeUndefined();
	});
});

describe('an object may be spelled as a list, with', () => {
	it.each([
		['Attribute', 'Value'],
		['SchemaName', 'Value'],
		['Identifier', 'IdentifierValue'],
		['name', 'value'],
		['key', 'value'],
		['field', 'Value'],
		['label', 'value'],
		['title', 'answer'],
		['question', 'answer'],
	])('%s and %s', (label, value) => {
		const pairs = [
			{ [label]: 'OwnerId', [value]: B },
			{ [label]: 'ProspectID', [value]: A },
			{ [label]: 'FirstName' },
		];
		expect(asList(pairs)).toBeUndefined();
		expect(carried(pairs)).toEqual([[A]]);
		expect(carried([...pairs, { [label]: 'ProspectID', [value]: B }])).toEqual([[A, B]]);
	});

	it.each<[string, unknown[]]>([
		['no name for a lead id', [{ name: 'Ringo', value: A }]],
		['something without a name', [{ name: 'ProspectID', value: A }, { value: B }]],
		['nothing among them', [{ name: 'ProspectID', value: A }, null]],
		['a text on top', ['x', { name: 'ProspectID', value: A }]],
	])('but not with %s', (_, list) => {
		expect(asList(list)).toBe(list);
	});
});
