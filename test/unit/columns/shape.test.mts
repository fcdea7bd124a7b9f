import fc from 'fast-check';
import type { Column } from '../../../nodes/LeadSquared/api/metadata';
import { leadShape, typeConverter } from '../../../nodes/LeadSquared/columns/shape';

describe('values get the type of their column in the account', () => {
	const columns = ['Number', 'Boolean', 'Date', 'DateTime', 'Text', 'Select', 'Phone', 'Time'].map(
		(dataType): Column => ({
			schemaName: `mx_${dataType}`,
			displayName: dataType,
			dataType,
			isDay: dataType === 'Date',
		}),
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
		['Date', '2018-03-06', '2018-03-06'],
		['Date', '1985-04-12 00:00:00.000', '1985-04-12'],
		['DateTime', '1985-04-12 00:00:00.000', '1985-04-12T00:00:00.000Z'],
		['Number', '1.50', 1.5],
		['Number', '0.1', 0.1],
		['Number', '1234567.1234567', 1234567.1234567],
		['Number', '0.30000000000000004', 0.30000000000000004],
		['Number', '-1.5e-7', -1.5e-7],
		['Number', '12300000000000000000000', 1.23e22],
		['Number', '0.00', 0],
		['Number', '100.000', 100],
		['Number', '-0', 0],
		...['Number', 'Boolean', 'Date', 'DateTime', 'Text', 'Select', 'Unknown'].flatMap(
			(type): Array<[string, string, null]> => [
				[type, '', null],
				[type, ' ', null],
			],
		),
	])('%s %j becomes %j', (type, value, expected) => {
		expect(convert(`mx_${type}`, value)).toBe(expected);
		expect(convert(`MX_${type.toUpperCase()}`, value)).toBe(expected);
	});

	it.each<[string, string]>([
		['Number', '12 apples'],
		['Number', '1,000'],
		['Number', '0x10'],
		['Number', 'Infinity'],
		['Number', '1e999'],
		['Number', '9007199254740993'],
		['Number', '12345678901234567890'],
		['Number', '123456789012345.678'],
		['Number', '0.12345678901234567890'],
		['Number', '1234567890.123456789'],
		['Number', '007'],
		['Number', '-007'],
		['Number', '00'],
		['Number', '00.5'],
		['Number', '1e-400'],
		['Number', '4111111111111111111'],
		['Number', '0.1000000000000000055511151231257827'],
		['Number', '१२'],
		['Number', '1_000'],
		['Number', '.'],
		['Boolean', 'yes'],
		['Boolean', '2'],
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

	it.each([null, 5, true])('%j, which is not text, stays unchanged', (value) => {
		for (const { schemaName } of columns) expect(convert(schemaName, value)).toBe(value);
	});

	it.each(['constructor', '__proto__', 'toString'])(
		'a type called %s is like any unknown',
		(dataType) => {
			const convertOdd = typeConverter([
				{ schemaName: 'A', displayName: 'A', dataType, isDay: false },
			]);
			expect(convertOdd('A', '5')).toBe('5');
		},
	);

	it('the type is known by its name in any case', () => {
		const convertLower = typeConverter([
			{ schemaName: 'A', displayName: 'A', dataType: 'number', isDay: false },
		]);
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
				if (typeof converted === 'number') expect(Number(value) + 0).toBe(converted);
				else expect(converted).toBe(value.trim() === '' ? null : value);
				if (typeof converted === 'number' && /^-?\d+$/.test(value))
					expect(BigInt(value)).toBe(BigInt(converted));
			}),
		);
	});
});

describe('labels as keys', () => {
	const column = (schemaName: string, displayName: string): Column => ({
		schemaName,
		displayName,
		dataType: 'Text',
		isDay: false,
	});
	const shape = leadShape({ convertTypes: false, fieldNames: 'displayName' }, [
		column('OwnerIdName', 'Owner'),
		column('mx_A', 'Same'),
		column('mx_B', 'Same'),
	])!;

	it('never cost a value, whatever other columns are called', () => {
		expect(
			shape({ ProspectID: 'x', OwnerIdName: 'Ringo', Owner: 'y', mx_A: '1', mx_B: '2' }),
		).toEqual({
			ProspectID: 'x',
			'Owner (OwnerIdName)': 'Ringo',
			Owner: 'y',
			'Same (mx_A)': '1',
			'Same (mx_B)': '2',
		});
	});

	it('keep their column if the other one has another label', () => {
		const renamed = leadShape({ convertTypes: false, fieldNames: 'displayName' }, [
			column('Phone', 'Office'),
			column('Mobile', 'Phone'),
			column('mx_Type', 'LeadType'),
		])!;
		const lead = { ProspectID: 'x', Phone: '1', Mobile: '2', mx_Type: '3' };
		expect(renamed(lead)).toEqual({ ProspectID: 'x', Office: '1', Phone: '2', LeadType: '3' });
		// It came unasked, and the metadata does not list it.
		expect(renamed({ ...lead, LeadType: 'OT_0' })).toEqual({
			ProspectID: 'x',
			Office: '1',
			Phone: '2',
			'LeadType (mx_Type)': '3',
			LeadType: 'OT_0',
		});
		expect(renamed(lead)).toEqual({ ProspectID: 'x', Office: '1', Phone: '2', LeadType: '3' });
	});

	it('are free also if a column is called like a label with its schema name', () => {
		const lead = { OwnerIdName: '1', Owner: '2', 'Owner (OwnerIdName)': '3' };
		expect(Object.entries(shape(lead))).toEqual([
			['Owner (OwnerIdName)_', '1'],
			['Owner', '2'],
			['Owner (OwnerIdName)', '3'],
		]);
	});

	it('are as many as the columns, in their order, whatever these are called', () => {
		const word = fc.constantFrom('A', 'B', 'a', 'A (B)', 'B (A)', 'ProspectID', '__proto__', 'C');
		const columnsOf = fc.uniqueArray(fc.tuple(word, word), {
			selector: ([name]) => name.toLowerCase(),
		});
		fc.assert(
			fc.property(columnsOf, fc.uniqueArray(word), (listed, came) => {
				const label = leadShape(
					{ convertTypes: false, fieldNames: 'displayName' },
					listed.map(([name, shown]) => column(name, shown)),
				)!;
				const lead = Object.fromEntries(came.map((name) => [name, `value of ${name}`]));
				expect(Object.values(label(lead))).toEqual(Object.values(lead));
			}),
		);
	});

	it.each(['__proto__', 'constructor', 'Sr. No.'])('a column called %s stays', (name) => {
		const lead = Object.fromEntries([
			['ProspectID', 'x'],
			[name, '5'],
		]);
		expect(Object.entries(shape(lead))).toEqual([
			['ProspectID', 'x'],
			[name, '5'],
		]);
	});
});

describe('exactly', () => {
	const column = (schemaName: string, dataType: string, isDay = false): Column => ({
		schemaName,
		displayName: schemaName,
		dataType,
		isDay,
	});
	const convert = typeConverter([
		column('n', 'Number'),
		column('m', 'DateTime'),
		column('d', 'Date', true),
	]);

	it.each<[string, number]>([
		['100.10e2', 10_010],
		['0.001', 0.001],
		['1.0e-3', 0.001],
		['1e0', 1],
		['-0.5', -0.5],
		['-.25E+1', -2.5],
		['10', 10],
		['101', 101],
		['1001000', 1_001_000],
		['0', 0],
		['0e5', 0],
		['-0.0', 0],
	])('%s is a number', (text, number) => {
		expect(convert('n', text)).toBe(number);
	});

	it.each([
		'1e',
		'0x1',
		'x1',
		'1x',
		'.',
		'+',
		'-',
		'e5',
		'1.2.3',
		'1 2',
		'--1',
		'9007199254740993',
		'-9007199254740993',
		'1e400',
		'-1e400',
		'1e-400',
		'007',
		'-01',
		'+00',
		'Infinity',
		'NaN',
	])('%s is none', (text) => {
		expect(convert('n', text)).toBe(text);
	});

	it.each([
		'x2018-03-06',
		'2018-03-06x',
		'2018-02-30',
		'2018-13-45 00:00:00',
		'2018-03-06 24:00:00',
		'2018-03-06 1:2:3',
		'2018-03-06 10:00',
		'18-03-06',
		'2018-03-06ZZ',
		'2018-03-06 10:00:00.',
	])('%s is not a date', (text) => {
		expect(convert('m', text)).toBe(text);
		expect(convert('d', text)).toBe(text);
	});

	it('blanks around a date, and a Z behind it, mean nothing', () => {
		expect(convert('m', ' 2018-03-06Z ')).toBe('2018-03-06T00:00:00.000Z');
		expect(convert('d', '\n2018-03-06 00:00:00Z\n')).toBe('2018-03-06');
		expect(convert('d', '2018-03-06 00:00:01')).toBe('2018-03-06T00:00:01.000Z');
	});

	it('leads with as many columns, but others, have keys of their own', () => {
		const shape = leadShape({ convertTypes: false, fieldNames: 'displayName' }, [
			{ ...column('mx_A', 'Text'), displayName: 'A' },
			{ ...column('mx_B', 'Text'), displayName: 'B' },
		])!;
		expect(shape({ mx_A: '1' })).toEqual({ A: '1' });
		expect(shape({ mx_B: '2' })).toEqual({ B: '2' });
		expect(shape({ mx_A: '1', mx_B: '2' })).toEqual({ A: '1', B: '2' });
		expect(shape({ mx_B: '1', mx_A: '2' })).toEqual({ B: '1', A: '2' });
	});

	it('only what is asked for is done', () => {
		const columns = [{ ...column('n', 'Number'), displayName: 'N' }];
		const shaped = (convertTypes: boolean, fieldNames: 'schemaName' | 'displayName') =>
			leadShape({ convertTypes, fieldNames }, columns)?.({ n: '1' });
		expect(shaped(false, 'schemaName')).toBeUndefined();
		expect(shaped(true, 'schemaName')).toEqual({ n: 1 });
		expect(shaped(false, 'displayName')).toEqual({ N: '1' });
		expect(shaped(true, 'displayName')).toEqual({ N: 1 });
	});
});
