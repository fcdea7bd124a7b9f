import fc from 'fast-check';
import { type Column, readColumns } from '../../../nodes/LeadSquared/api/metadata';
import { parseColumnNames } from '../../../nodes/LeadSquared/input/columnNames';
import { columnsToRequest, displayNames } from '../../../nodes/LeadSquared/columns/labels';

const column = (schemaName: string, displayName = schemaName, dataType = 'Text'): Column => ({
	schemaName,
	displayName,
	dataType,
	isDay: false,
});

it.each([
	['an object without a name', { a: 1 }],
	['an object whose name is none', { value: 5, name: null }],
	['an object in text', '{"FirstName": true}'],
	['one object among names', ['FirstName', { FirstName: true }]],
	['a list of objects that became text', '[object Object], FirstName'],
])('%s is refused by the name of the parameter', (_, value) => {
	expect(() => parseColumnNames(value)).toThrow("'Column Names or IDs' contains");
	expect(() => parseColumnNames(value, 'Additional Columns')).toThrow("'Additional Columns'");
});

it('a schema name twice in the metadata is one column, and says whether it holds days', () => {
	expect(
		readColumns([
			{ SchemaName: 'A', DataType: 'Date' },
			{ SchemaName: 'a', DataType: 'Text' },
			{ SchemaName: 'B', DataType: 'Date', RenderTypeTextValue: 'DateTime' },
			{ SchemaName: 'C', DataType: 'DateTime' },
			{ SchemaName: 'D', DataType: 'Date', RenderTypeTextValue: 'Date and Time' },
			{ SchemaName: 'E', DataType: 'date', RenderTypeTextValue: 'DatePicker' },
			{ SchemaName: 'F', DataType: 'DateTime', RenderTypeTextValue: 'Date' },
			{ SchemaName: 'G', DataType: 'Date', RenderTypeTextValue: 'Textbox' },
		])?.map(({ schemaName, isDay }) => [schemaName, isDay]),
	).toEqual([
		['A', true],
		['B', false],
		['C', false],
		['D', false],
		['E', true],
		['F', true],
		['G', true],
	]);
});

describe('column names are read from', () => {
	it.each<[string, unknown]>([
		['an array, as the picker gives it', ['FirstName', 'mx_City']],
		['text with a comma', 'FirstName,mx_City'],
		['text with blanks around the comma', ' FirstName , mx_City '],
		['text with semicolons or lines', 'FirstName;\nmx_City\r\n'],
		['a JSON array in text', '["FirstName", "mx_City"]'],
		['quoted names', `'FirstName', "mx_City"`],
		['tabs, bars, and invisible characters', '\u201cFirstName\u201d\u200b|\tmx_City\u200b'],
		[
			'objects of the picker',
			[{ name: 'First Name', value: 'FirstName' }, { SchemaName: 'mx_City' }],
		],
		[
			'objects of the picker, one of them for a lead ID',
			[
				{ name: 'First Name', value: 'FirstName' },
				{ name: 'Lead ID', value: 'mx_City' },
			],
		],
		['quotes of all kinds', '«FirstName», ‘mx_City’'],
		['quotes of programs', ['`FirstName`', '„mx_City“']],
		['a zero-width space alone between them', 'FirstName\u200bmx_City'],
		['invisible characters within them', 'First\u00adName,mx_\u200bCity\u2060'],
		['signs of other scripts between them', 'FirstName、mx_City'],
		['brackets around all, and around each', '[(FirstName), {mx_City}]'],
		['lists in lists', [['FirstName'], [['mx_City']]]],
		['columns[21]=… of a query, parsed', { 0: 'FirstName', 1: 'mx_City' }],
		['objects of the picker in text', '[{"name":"x","value":"FirstName"},{"value":"mx_City"}]'],
		['what Python prints', "['FirstName', 'mx_City']"],
		['objects that Python prints', "[{'name': 'x', 'value': 'FirstName'}, {'value': 'mx_City'}]"],
		['what a model gives', { columns: ['FirstName', 'mx_City'] }],
		['an object that holds several', { value: ' FirstName,\u200bmx_City' }],
		['JSON encoded twice', JSON.stringify(JSON.stringify(['FirstName', 'mx_City']))],
		['texts with several each', ['FirstName,mx_City', '']],
		['values that are absent in between', ['FirstName', null, undefined, 'mx_City']],
	])('%s', (_, value) => {
		expect(parseColumnNames(value)).toEqual(['FirstName', 'mx_City']);
	});

	it.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['empty text', ' '],
		['separators alone', ',;\n,'],
		['an empty array', []],
		['an empty JSON array in text', '[]'],
		['an empty object', {}],
		['words for nothing', ['null', 'undefined', null, '-', '_', 'NaN']],
	])('%s: there are none', (_, value) => {
		expect(parseColumnNames(value)).toEqual([]);
	});

	it.each([
		'Sr. No.',
		'__proto__',
		'constructor',
		'Amount (INR)',
		'(Old) Amount',
		'City (mx_City)',
		'Score [1]',
		'Größe & Farbe',
	])('%s is a name as it is', (name) => {
		for (const value of [
			name,
			[name],
			{ value: name },
			`"${name}"`,
			`[${name}]`,
			` ${name}\u200b`,
		]) {
			expect(parseColumnNames(value)).toEqual([name]);
		}
		expect(columnsToRequest([name], [])).toEqual(['ProspectID', name]);
	});

	it('parsing takes time linear in the length of the text', () => {
		const start = performance.now();
		for (const part of ['"', '(', ')', '[', '\u200b', 'a\u200b', '{', ' ', 'a"', 'a,'])
			parseColumnNames(`a${part.repeat(100_000)}b`);
		expect(performance.now() - start).toBeLessThan(3000);
	});

	it('a name with a blank or a tilde in it stays one name', () => {
		expect(parseColumnNames('My Column,mx_Docs~mx_CustomObject_5')).toEqual([
			'My Column',
			'mx_Docs~mx_CustomObject_5',
		]);
	});
});

describe('the columns to request', () => {
	const account = [column('ProspectID'), column('FirstName'), column('mx_City')];

	it.each<[string, string[], string[]]>([
		[
			'the id first, then the chosen ones as chosen',
			['mx_City', 'FirstName'],
			['mx_City', 'FirstName'],
		],
		['the id alone, if it alone is chosen', ['ProspectID'], []],
		[
			'the id once, first, in its own spelling',
			['FirstName', 'prospectid', 'ProspectId'],
			['FirstName'],
		],
		['each once, as spelled first', ['firstname', 'FirstName', 'FIRSTNAME'], ['firstname']],
		['all of the account for *', ['*'], ['FirstName', 'mx_City']],
		[
			'all, with others before and after',
			['mx_City', '*', 'OwnerIdName'],
			['mx_City', 'FirstName', 'OwnerIdName'],
		],
		['what the account does not list, too', ['OwnerIdName'], ['OwnerIdName']],
	])('%s', (_, names, rest) => {
		expect(columnsToRequest(names, account)).toEqual(['ProspectID', ...rest]);
	});

	it('for any choice, the ID is first, and each column is there once', () => {
		const names = fc.array(fc.constantFrom('a', 'A', 'b', 'c', 'ProspectID', 'prospectId', '*'));
		fc.assert(
			fc.property(names, (chosen) => {
				const asked = columnsToRequest(chosen, account);
				const keys = asked.map((name) => name.toLowerCase());
				expect(asked[0]).toBe('ProspectID');
				expect(new Set(keys).size).toBe(keys.length);
				for (const name of chosen) if (name !== '*') expect(keys).toContain(name.toLowerCase());
				expect(columnsToRequest(asked, account)).toEqual(asked);
			}),
		);
	});
});

describe('labels', () => {
	it('are found by schema name, whatever its case', () => {
		const labels = displayNames([column('FirstName', 'First Name'), column('mx_City', 'City')]);
		expect(Object.fromEntries(labels)).toEqual({ firstname: 'First Name', mx_city: 'City' });
	});

	it('that two columns share get the schema name in parentheses', () => {
		const labels = displayNames([
			column('mx_City', 'City'),
			column('Phone'),
			column('mx_Office_City', 'City'),
		]);
		expect([...labels.values()]).toEqual(['City (mx_City)', 'Phone', 'City (mx_Office_City)']);
	});

	it('are unique, even if one looks like another with its schema name', () => {
		const labels = displayNames([column('A', 'X'), column('B', 'X'), column('C', 'X (A)')]);
		expect(new Set(labels.values()).size).toBe(3);
	});

	it('never take the name of ProspectID, which keeps it', () => {
		const labels = displayNames([column('ProspectId', 'Lead ID'), column('mx_Old', 'ProspectID')]);
		expect([...labels.values()]).toEqual(['ProspectID', 'ProspectID (mx_Old)']);
	});
});

describe('names of columns, exactly:', () => {
	it.each(['value', 'SchemaName', 'schemaName', 'Attribute', 'name', 'id', 'columns', 'names'])(
		'an object may call one %s',
		(key) => {
			expect(parseColumnNames({ [key]: 'mx_City' })).toEqual(['mx_City']);
			expect(parseColumnNames({ other: 'Phone', [key]: ['mx_City'] })).toEqual(['mx_City']);
		},
	);

	it.each<[string, unknown, string[]]>([
		['angle brackets', '<mx_City>', ['mx_City']],
		['objects in a list in text', " [{name: 'mx_City'}]", ['mx_City']],
		['several zero-width spaces', 'mx_City\u200b\u200bPhone', ['mx_City', 'Phone']],
		['a zero-width space behind an underscore', 'mx_\u200bCity', ['mx_City']],
		['all columns', ' * ', ['*']],
		['brackets within a name', 'Amount (INR)', ['Amount (INR)']],
		['a bracket that is not closed', '(Amount', ['Amount']],
		['a bracket that is not opened', 'Amount)', ['Amount']],
		['brackets in brackets', '((a) (b))', ['(a) (b)']],
		['brackets next to each other', '(a) (b)', ['(a) (b)']],
		['nothing but brackets', '(()), []', []],
		['a text of five hundred characters in quotes', `«${'x'.repeat(498)}»`, ['x'.repeat(498)]],
		['a longer one', ` «${'x'.repeat(499)}» `, [`«${'x'.repeat(499)}»`]],
		['nothing', undefined, []],
	])('%s', (_, value, names) => {
		expect(parseColumnNames(value)).toEqual(names);
	});

	it.each<[unknown, string]>([
		['Phone, [object Object]', '[object Object]'],
		[{ a: 1, b: 'x' }, 'a, b'],
		[{ ['x'.repeat(70)]: 1 }, 'x'.repeat(60)],
	])('%j holds none', (value, shown) => {
		let error: unknown;
		try {
			parseColumnNames(value, 'Columns');
		} catch (thrown) {
			error = thrown;
		}
		expect(error).toMatchObject({
			message: `'Columns' contains something that is not the name of a column: ${shown}`,
			description: expect.stringContaining('Enter schema names such as FirstName') as string,
		});
	});
});
