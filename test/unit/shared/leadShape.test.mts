import fc from 'fast-check';
import { type Lead, leadReader } from '../../../nodes/LeadSquared/api/lead';
import type { Column } from '../../../nodes/LeadSquared/api/metadata';
import { typeConverter } from '../../../nodes/LeadSquared/shared/leadShape';

const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';

/** As text, since toEqual does not see the order of members. */
const text = (lead: Lead) => JSON.stringify(lead);

describe('a row gets its form', () => {
	const read = leadReader(['ProspectID', 'FirstName', 'mx_City']);

	it.each<[string, Lead, Lead]>([
		[
			'as it is, if it has it',
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: null },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: null },
		],
		[
			'the id first, the columns as asked',
			{ mx_City: 'Pune', FirstName: 'Ringo', ProspectID: ID },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune' },
		],
		[
			'the id under its own spelling',
			{ ProspectId: ID, FirstName: 'Ringo', mx_City: 'Pune' },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune' },
		],
		[
			'columns whose case differs at their places, under the names that came',
			{ prospectid: ID, MX_CITY: 'Pune', firstname: 'Ringo' },
			{ ProspectID: ID, firstname: 'Ringo', MX_CITY: 'Pune' },
		],
		[
			'nothing for a column that did not come',
			{ mx_City: 'Pune', ProspectID: ID },
			{ ProspectID: ID, mx_City: 'Pune' },
		],
		[
			'no id, if none came',
			{ mx_City: 'Pune', FirstName: 'Ringo' },
			{ FirstName: 'Ringo', mx_City: 'Pune' },
		],
		[
			'a row cut short is in order already',
			{ ProspectID: ID, FirstName: 'Ringo' },
			{ ProspectID: ID, FirstName: 'Ringo' },
		],
		[
			'what nobody asked for last, in the order it came',
			{ LeadType: 'OT_0', mx_City: 'Pune', Extra: '1', ProspectID: ID, FirstName: 'Ringo' },
			{ ProspectID: ID, FirstName: 'Ringo', mx_City: 'Pune', LeadType: 'OT_0', Extra: '1' },
		],
		[
			'two spellings of a column both stay',
			{ ProspectID: ID, firstname: 'Ringo', FirstName: 'Starr', mx_City: 'Pune' },
			{ ProspectID: ID, firstname: 'Ringo', mx_City: 'Pune', FirstName: 'Starr' },
		],
		['an empty row stays empty', {}, {}],
	])('%s', (_, row, expected) => {
		expect(text(read(row))).toBe(text(expected));
	});

	it('and keeps every value, whatever the order and case of its members', () => {
		const names = fc.shuffledSubarray(['ProspectID', 'firstname', 'FirstName', 'mx_City', 'Other']);
		fc.assert(
			fc.property(names, (some) => {
				const lead = read(Object.fromEntries(some.map((name, index) => [name, `${index}`])));
				expect(Object.keys(lead).sort()).toEqual([...some].sort());
				for (const [index, name] of some.entries()) expect(lead[name]).toBe(`${index}`);
			}),
		);
	});
});

describe('values take the type that the account gives their column', () => {
	const columns = ['Number', 'Boolean', 'Date', 'DateTime', 'Text', 'Select', 'Phone', 'Time'].map(
		(dataType): Column => ({ schemaName: `mx_${dataType}`, displayName: dataType, dataType }),
	);
	const convert = typeConverter(columns);

	it.each<[string, string, unknown]>([
		['Number', '25', 25],
		['Number', '-10', -10],
		['Number', '+3', 3],
		['Number', '0', 0],
		['Number', ' 2.50 ', 2.5],
		['Number', '.5', 0.5],
		['Number', '5.', 5],
		['Number', '1e3', 1000],
		['Number', '9007199254740991', Number.MAX_SAFE_INTEGER],
		['Boolean', '1', true],
		['Boolean', '0', false],
		['Boolean', 'True', true],
		['Boolean', ' false ', false],
		['Date', '2018-03-06 06:55:46.000', '2018-03-06T06:55:46.000Z'],
		['DateTime', '2018-03-06 06:55:46', '2018-03-06T06:55:46.000Z'],
		['DateTime', '2018-03-06T06:55:46.5Z', '2018-03-06T06:55:46.500Z'],
		['DateTime', '2018-03-06 06:55:46.1234567', '2018-03-06T06:55:46.123Z'],
		['DateTime', '2024-02-29 23:59:59.999', '2024-02-29T23:59:59.999Z'],
		['Date', '2018-03-06', '2018-03-06T00:00:00.000Z'],
	])('%s %j becomes %j', (type, value, expected) => {
		expect(convert(`mx_${type}`, value)).toBe(expected);
		expect(convert(`MX_${type.toUpperCase()}`, value)).toBe(expected);
	});

	it.each<[string, string]>([
		['Number', ''],
		['Number', ' '],
		['Number', '12 apples'],
		['Number', '1,000'],
		['Number', '0x10'],
		['Number', 'Infinity'],
		['Number', '1e999'],
		['Number', '9007199254740993'],
		['Number', '12345678901234567890'],
		['Number', '.'],
		['Boolean', ''],
		['Boolean', 'yes'],
		['Boolean', '2'],
		['Date', ''],
		['Date', 'tomorrow'],
		['Date', '06/03/2018'],
		['Date', '2018-02-30'],
		['Date', '2018-13-01 00:00:00'],
		['DateTime', '2018-03-06 25:00:00'],
		['DateTime', '2018-03-06 06:55:46.000 +05:30'],
		['Text', '25'],
		['Select', '1'],
		['Phone', '+91-9845098450'],
		['Time', '10:30:00'],
		['Unknown', '25'],
	])('%s %j stays text', (type, value) => {
		expect(convert(`mx_${type}`, value)).toBe(value);
	});

	it.each([null, 5, true])('%j, which is no text, stays as it is', (value) => {
		for (const { schemaName } of columns) expect(convert(schemaName, value)).toBe(value);
	});

	it.each(['constructor', '__proto__', 'toString'])(
		'a type called %s is like any unknown',
		(dataType) => {
			const convertOdd = typeConverter([{ schemaName: 'A', displayName: 'A', dataType }]);
			expect(convertOdd('A', '5')).toBe('5');
		},
	);

	it('the type is known by its name in any case', () => {
		const convertLower = typeConverter([{ schemaName: 'A', displayName: 'A', dataType: 'number' }]);
		expect(convertLower('a', '5')).toBe(5);
	});

	it('every whole number that a double holds exactly survives, and so does every instant', () => {
		fc.assert(
			fc.property(fc.maxSafeInteger(), (number) => {
				expect(convert('mx_Number', String(number))).toBe(number);
			}),
		);
		const instants = fc.date({
			min: new Date(0),
			max: new Date('9999-12-31'),
			noInvalidDate: true,
		});
		fc.assert(
			fc.property(instants, (date) => {
				const asSent = date.toISOString().replace('T', ' ').replace('Z', '');
				expect(convert('mx_DateTime', asSent)).toBe(date.toISOString());
			}),
		);
	});

	it('no text becomes something that means another: it is a number of the same value, or as it came', () => {
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.bigInt().map(String)), (value) => {
				const converted = convert('mx_Number', value);
				if (typeof converted === 'number') expect(Number(value)).toBe(converted);
				else expect(converted).toBe(value);
				if (typeof converted === 'number' && /^-?\d+$/.test(value))
					expect(BigInt(value)).toBe(BigInt(converted));
			}),
		);
	});
});
