import fc from 'fast-check';
import type { Column } from '../../../nodes/LeadSquared/api/metadata';
import {
	ambiguousLabel,
	didYouMean,
	distance,
	labelReader,
	mayHaveLabels,
	displayNames,
} from '../../../nodes/LeadSquared/columns/labels';

const column = (schemaName: string, displayName: string): Column => ({
	schemaName,
	displayName,
	dataType: 'Text',
	isDay: false,
});
const ACCOUNT = [
	column('ProspectID', 'Lead ID'),
	column('FirstName', 'First Name'),
	column('ProspectStage', 'Lead Stage'),
	column('mx_City', 'City'),
	column('mx_Office_City', 'City'),
	column('Phone', 'Office Number'),
	column('Mobile', 'Phone'),
	column('mx_Amount', 'Amount (INR)'),
	column('mx_Sr', 'Sr. No.'),
	column('__proto__', 'Prototype'),
];

it.each([
	['FirstName', 'FirstName'],
	['firstname', 'firstname'],
	['First Name', 'FirstName'],
	[' lead  stage', 'ProspectStage'],
	['first_name', 'FirstName'],
	['LEAD-STAGE', 'ProspectStage'],
	['lead id', 'ProspectID'],
	['City (mx_City)', 'mx_City'],
	['Amount (INR)', 'mx_Amount'],
	['Sr. No.', 'mx_Sr'],
	['mx Office City', 'mx_Office_City'],
	// A schema name stays a schema name, even if it is also a label.
	['Phone', 'Phone'],
	['Office number', 'Phone'],
	['prototype', '__proto__'],
	['__proto__', '__proto__'],
	['*', '*'],
	// No list contains columns of related records.
	['OwnerIdName', 'OwnerIdName'],
	['Owner name', 'OwnerIdName'],
])('%j means %s', (name, meant) => {
	expect(labelReader(ACCOUNT)([name])).toEqual({ names: [meant], doubts: [] });
});

it.each<[string, boolean, string[]]>([
	['City', true, ['mx_City', 'mx_Office_City']],
	['mx_Citty', false, ['mx_City']],
	['Citty', false, ['mx_City']],
	['FristName', false, ['FirstName']],
	['Lead Stag', false, ['ProspectStage']],
	['Ofice_City', false, ['mx_Office_City']],
	['Zodiac', false, []],
	['constructor', false, []],
	['toString', false, []],
	['日本', false, []],
	['#', false, []],
])('%s is kept, and is in doubt', (name, isAmbiguous, couldBe) => {
	const { names, doubts } = labelReader(ACCOUNT)([name, 'Phone']);
	expect(names).toEqual([name, 'Phone']);
	expect(
		doubts.map((doubt) => ({
			...doubt,
			couldBe: doubt.couldBe.map(({ schemaName }) => schemaName),
		})),
	).toEqual([{ name, isAmbiguous, couldBe }]);
});

it('the texts of the picker and all names find their columns', () => {
	const word = fc.constantFrom('A', 'B', 'a b', 'A (B)', 'mx_A', 'ProspectID', '__proto__');
	const account = fc.uniqueArray(fc.tuple(word, word), {
		selector: ([name]) => name.toLowerCase(),
	});
	fc.assert(
		fc.property(account, (pairs) => {
			const columns = pairs.map(([schemaName, displayName]) => column(schemaName, displayName));
			const schemaNames = columns.map(({ schemaName }) => schemaName);
			expect(labelReader(columns)(schemaNames)).toEqual({ names: schemaNames, doubts: [] });
			for (const [key, label] of displayNames(columns)) {
				const { names, doubts } = labelReader(columns)([label]);
				const isSchemaName = schemaNames.some((name) => name.toLowerCase() === label.toLowerCase());
				if (!isSchemaName && doubts.length === 0) expect(names[0].toLowerCase()).toBe(key);
			}
		}),
	);
});

it.each([
	['', '', 0],
	['city', 'city', 0],
	['city', 'ciy', 1],
	['city', 'cityy', 1],
	['city', 'cita', 1],
	['city', 'ctiy', 1],
	['city', '', 4],
	['city', 'town', 4],
])('%s and %s differ by %d', (one, other, differs) => {
	expect(distance(one, other)).toBe(differs);
	expect(distance(other, one)).toBe(differs);
});

it.each([
	['*', false],
	['FirstName', false],
	['prospectid', false],
	['owneridname', false],
	['mx_Anything', false],
	['CompanyType', false],
	['ProspectAutoID', false],
	['ProspectActivityDate_Min', false],
	['companytype', true],
	['EMAIL', true],
	['mx Anything', true],
	['First Name', true],
	['Stage', true],
	['', true],
])('whether %j may be a label: %j', (name, may) => expect(mayHaveLabels([name])).toBe(may));

describe('did you mean', () => {
	it.each([
		[['mx_Citty'], 'Did you mean mx_City (City)?'],
		[
			['mx_Citty', 'Frist Name', 'mx_Cityy'],
			'Did you mean mx_City (City), FirstName (First Name)?',
		],
		[['City'], 'Did you mean mx_City (City), mx_Office_City (City)?'],
		[['Zodiac'], undefined],
		[['Phone'], undefined],
		[[], undefined],
	])('%j: %s', (names, question) => expect(didYouMean(names, ACCOUNT)).toBe(question));

	it('is not asked if the columns are unknown', () => {
		expect(didYouMean(['Frist Name'], [])).toBeUndefined();
	});
});

it('a label of several columns is reported with their schema names', () => {
	const [doubt] = labelReader(ACCOUNT)(['City']).doubts;
	expect(ambiguousLabel(doubt)).toMatchObject({
		message: 'Several columns have the label City',
		description: 'Enter the schema name instead: mx_City or mx_Office_City.',
	});
});

it.each<[boolean, string[]]>([
	[
		true,
		[
			'amx_City',
			'mx_City x',
			'mx-City',
			'xCompanyType',
			'CompanyType x',
			'x CompanyType',
			'C-ompanyType',
			'City',
			'CITY',
			'Custom1Field-X',
		],
	],
	[
		false,
		[
			'mx_City',
			'mx_Custom_1',
			'CompanyType',
			'SomethingElse_1',
			'Line2Text',
			'Custom1_X',
			'*',
			'FirstName',
			'phone',
		],
	],
])('needs the account’s list (%s): %j', (expected, names) => {
	expect(names.map((name) => [name, mayHaveLabels([name])])).toEqual(
		names.map((name) => [name, expected]),
	);
});

it.each<[string, string, number]>([
	['ab', 'ba', 1],
	['abc', 'acb', 1],
	['abcd', 'acbd', 1],
	['aab', 'aba', 1],
	['abab', 'baba', 2],
	['ca', 'abc', 3],
	['abc', 'cab', 2],
	['axb', 'bxa', 2],
	['', 'abc', 3],
	['abc', '', 3],
	['', '', 0],
	['aa', 'aa', 0],
	['ab', 'aab', 1],
	['xab', 'yba', 2],
])('between %j and %j are %i letters', (one, other, letters) => {
	expect(distance(one, other)).toBe(letters);
	expect(distance(other, one)).toBe(letters);
	expect(distance(one, other, letters + 1)).toBe(letters);
	expect(distance(one, other, letters)).toBeGreaterThanOrEqual(letters);
});

it('a label is one with blanks around, in the account’s list and as it is given', () => {
	const account = [column('mx_A', ' Ä Label '), column('mx_B', 'ä-label')];
	expect(labelReader(account)(['Ä LABEL', ' ä label '])).toEqual({
		names: ['mx_A', 'mx_A'],
		doubts: [],
	});
	expect(labelReader(account)(['Ä--LABEL'])).toMatchObject({ doubts: [{ isAmbiguous: true }] });
	expect(labelReader(account)(['a--lab'])).toMatchObject({ doubts: [{ isAmbiguous: false }] });
});
