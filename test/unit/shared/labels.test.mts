import fc from 'fast-check';
import type { Column } from '../../../nodes/LeadSquared/api/metadata';
import { displayNames } from '../../../nodes/LeadSquared/shared/columns';
import {
	ambiguousLabel,
	didYouMean,
	distance,
	labelReader,
	mayBeLabel,
} from '../../../nodes/LeadSquared/shared/labels';

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
	// A schema name is one, whatever else is called so.
	['Phone', 'Phone'],
	['Office number', 'Phone'],
	['prototype', '__proto__'],
	['__proto__', '__proto__'],
	['*', '*'],
	// Columns of related records are in no list.
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
])('%s stays, and is in doubt', (name, isAmbiguous, couldBe) => {
	const { names, doubts } = labelReader(ACCOUNT)([name, 'Phone']);
	expect(names).toEqual([name, 'Phone']);
	expect(
		doubts.map((doubt) => ({
			...doubt,
			couldBe: doubt.couldBe.map(({ schemaName }) => schemaName),
		})),
	).toEqual([{ name, isAmbiguous, couldBe }]);
});

it('what the picker shows, and what every column is called, finds its column', () => {
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
])('whether %j may be a label: %j', (name, may) => expect(mayBeLabel(name)).toBe(may));

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

	it('is not asked where the columns are not known', () => {
		expect(didYouMean(['Frist Name'], [])).toBeUndefined();
	});
});

it('a label of several columns is told with their schema names', () => {
	const [doubt] = labelReader(ACCOUNT)(['City']).doubts;
	expect(ambiguousLabel(doubt)).toMatchObject({
		message: 'Several columns have the label City',
		description: 'Give the schema name instead: mx_City or mx_Office_City.',
	});
});
