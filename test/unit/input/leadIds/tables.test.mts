import { tableIn, tableOf } from '../../../../nodes/LeadSquared/input/leadIds/inObject';

const A = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const B = '1bdc0467-cde2-4239-a74b-a8063dc9dd4d';
const X = '9f27a0c4-5a1e-4c5b-9d0e-3b1f7d2c6e88';

describe('a table in text', () => {
	const rows = [
		{ Name: 'Ringo', 'Lead ID': A, Owner: X },
		{ Name: 'Paul', 'Lead ID': B, Owner: X },
	];
	it.each<[string, string]>([
		['with tabs', `Name\tLead ID\tOwner\nRingo\t${A}\t${X}\nPaul\t${B}\t${X}`],
		['with commas, of Windows', `Name,Lead ID,Owner\r\nRingo,${A},${X}\r\nPaul,${B},${X}\r\n`],
		['with semicolons, of an old Mac', `Name;Lead ID;Owner\rRingo;${A};${X}\rPaul;${B};${X}`],
		['with quotes', `"Name",'Lead ID',"Owner"\n"Ringo","${A}",'${X}'\n"Paul",${B},"${X}"`],
		['with blanks', `Name , Lead ID, Owner\n Ringo ,\t${A} ,${X} \n Paul, "${B}" ,${X}`],
		['with empty lines', `Name,Lead ID,Owner\n\nRingo,${A},${X}\n  \nPaul,${B},${X}\n\n`],
		[
			'of Markdown',
			`  | Name | Lead ID | Owner |\n|---|:--:|--:|\n| Ringo | ${A} | ${X} |\n| Paul | ${B} | ${X} |  `,
		],
		[
			'of Markdown without pipes around',
			`Name|Lead ID|Owner\n--|--|--\nRingo|${A}|${X}\nPaul|${B}|${X}`,
		],
		[
			'of a database',
			`Name | Lead ID | Owner\n-----+----+---\nRingo | ${A} | ${X}\nPaul | ${B} | ${X}`,
		],
	])('%s', (_, text) => {
		expect(tableIn(text)).toEqual(rows);
	});

	it.each<[string, string, object[]]>([
		['with fewer cells in a row', `Lead ID,Name\n${A}`, [{ 'Lead ID': A, Name: undefined }]],
		[
			'with pipes within Markdown cells',
			`|Lead ID|Name||\n|${A}||x|`,
			[{ 'Lead ID': A, Name: '', '': 'x' }],
		],
		[
			'with commas, though a cell has a pipe at its end',
			`Lead ID,Name\n|${A},Ringo|`,
			[{ 'Lead ID': `|${A}`, Name: 'Ringo|' }],
		],
		[
			'with quotes that are not a pair',
			`Lead ID,Name\n"${A},x"y"`,
			[{ 'Lead ID': `"${A}`, Name: 'x"y"' }],
		],
		['with quotes in quotes', `Lead ID,Name\n${A},"x "y" z"`, [{ 'Lead ID': A, Name: 'x "y" z' }]],
		['with a column of `id`', `id,name\n${A},x`, [{ id: A, name: 'x' }]],
	])('%s', (_, text, expected) => {
		expect(tableIn(text)).toEqual(expected);
	});

	it.each<[string, string]>([
		['one line', `Lead ID,${A}`],
		['one column', `Lead ID\n${A}`],
		['no column for lead ids', `Name,Owner\nRingo,${X}`],
		['a column of values only', `Name,Value\nRingo,${A}`],
		['ids in its first line', `${A},Lead ID\n${B},x`],
		['more cells in a row than names', `Lead ID,Name\n${A},Ringo,Starr`],
		['nothing in its first line', `\nLead ID,Name\n${A},Ringo`],
		['nothing below its names', 'Lead ID,Name\n\n---|---\n'],
		['a first line that is too long', `Lead ID,${'x'.repeat(10_000)}\n${A},Ringo`],
		['nothing', ''],
	])('is none that has %s', (_, text) => {
		expect(tableIn(text)).toBeUndefined();
	});

	it('may have a first line of ten thousand characters', () => {
		const name = 'x'.repeat(9992);
		expect(tableIn(`Lead ID,${name}\n${A},y`)).toEqual([{ 'Lead ID': A, [name]: 'y' }]);
		expect(tableIn(`Lead ID,${name}x\n${A},y`)).toBeUndefined();
	});
});

describe('a table of lists', () => {
	it('has a row for each but the first', () => {
		const rows = [['Lead ID', 'Score'], [A, 1], [B], []];
		expect(tableOf(rows)).toEqual([
			{ 'Lead ID': A, Score: 1 },
			{ 'Lead ID': B, Score: undefined },
			{ 'Lead ID': undefined, Score: undefined },
		]);
	});

	it.each<[string, unknown[]]>([
		['nothing in it', []],
		['names only', [['Lead ID', 'Score']]],
		['one column', [['Lead ID'], [A]]],
		['something else than names on top', ['Lead ID, Score', [A, 1]]],
		[
			'a number among the names',
			[
				['Lead ID', 1],
				[A, 1],
			],
		],
		[
			'an id among the names',
			[
				['Lead ID', X],
				[A, 1],
			],
		],
		[
			'no name for lead ids',
			[
				['Owner', 'Score'],
				[A, 1],
			],
		],
		['something else than a list below', [['Lead ID', 'Score'], [A, 1], A]],
		['something that only has a length below', [['Lead ID', 'Score'], [A, 1], 'x']],
		[
			'a row that is longer',
			[
				['Lead ID', 'Score'],
				[A, 1],
				[B, 2, 3],
			],
		],
	])('is none that has %s', (_, rows) => {
		expect(tableOf(rows)).toBeUndefined();
	});
});
