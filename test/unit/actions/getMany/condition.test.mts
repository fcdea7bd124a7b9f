import { makeCondition } from '../../../../nodes/LeadSquared/actions/lead/getMany/condition';
import type { Operator } from '../../../../nodes/LeadSquared/api/search';

const column = (schemaName: string, displayName: string, dataType: string, isDay = false) => ({
	schemaName,
	displayName,
	dataType,
	isDay,
});
const COLUMNS = [
	column('FirstName', 'First Name', 'Text'),
	column('Score', 'Lead Score', 'Number'),
	column('DoNotCall', 'Do Not Call', 'Boolean'),
	column('CreatedOn', 'Created On', 'DateTime'),
	column('mx_Birthday', 'Birthday', 'Date', true),
	column('mx_City', 'City', 'Text'),
	column('mx_Home', 'City', 'Text'),
];
const read = (name: string, value: unknown, operator: Operator = '=', metadata = COLUMNS) =>
	makeCondition(
		{ by: 'column', column: name, operator, value, dateFormat: 'iso' },
		metadata,
		'Asia/Kolkata',
	);

it.each<[string, string, unknown, string]>([
	['text as it is, without blanks around', 'FirstName', ' Ann ', 'Ann'],
	['a number', 'Score', 12.5, '12.5'],
	['true', 'DoNotCall', 'Yes', '1'],
	['false', 'DoNotCall', false, '0'],
	['a moment in UTC', 'CreatedOn', '2026-05-01T10:00:00', '2026-05-01 04:30:00'],
	['a Date', 'CreatedOn', new Date('2026-05-01T10:00:00Z'), '2026-05-01 10:00:00'],
	['a day as it is', 'mx_Birthday', '1990-02-03', '1990-02-03'],
	[
		'a day of a moment, where the workflow is',
		'mx_Birthday',
		new Date('1990-02-03T20:00:00Z'),
		'1990-02-04',
	],
	['a moment for a text', 'FirstName', new Date('2026-05-01T10:00:00Z'), '2026-05-01 10:00:00'],
	['what LeadSquared may know, as it is', 'mx_Unlisted', 5, '5'],
])('%s', (_, name, given, value) => expect(read(name, given).value).toBe(value));

it.each([
	['mx_Birthday', '31/12/1990', '1990-12-31'],
	['CreatedOn', '31/12/1990 14:30', '1990-12-31 09:00:00'],
])('a date in %s has the format of the data', (name, value, read) => {
	const filter = { by: 'column', column: name, operator: '=', value } as const;
	const conditionIn = (dateFormat: 'dmy' | 'iso') =>
		makeCondition({ ...filter, dateFormat }, COLUMNS, 'Asia/Kolkata');
	expect(conditionIn('dmy').value).toBe(read);
	expect(() => conditionIn('iso')).toThrow(/^'Value' does not fit the column .*: 31\/12\/1990/);
});

describe('a column with certain values only', () => {
	const select = { ...column('Source', 'Lead Source', 'Select'), choices: ['Web', 'Referral'] };
	const open = { ...select, takesOtherValues: true };
	const several = { ...select, isMultiple: true };
	const owner = column('OwnerId', 'Owner', 'Text');
	const id = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';

	it('takes its choices in any case', () => {
		expect(read('Source', 'wEB ', '=', [select]).value).toBe('Web');
		expect(read('Source', 'web', '<>', [select]).value).toBe('Web');
	});

	it.each(['=', '<>'] as const)('takes no other value with %s', (operator) => {
		expect(() => read('Source', 'Weeb', operator, [select])).toThrow(
			`'Lead Source' (Source) has no value "Weeb"`,
		);
		expect(() => read('Owner', 'Ann', operator, [owner])).toThrow('does not fit the column Owner');
	});

	it.each([
		['a part of a text', 'LIKE', select, 'Weeb', '%Weeb%'],
		['a comparison', '>', select, 'A', 'A'],
		['a drop-down that takes others', '=', open, 'Fair', 'Fair'],
		['several choices', '=', several, 'Web;Referral', 'Web;Referral'],
		["a user's ID", '=', owner, id.toUpperCase(), id.toUpperCase()],
		["a part of a user's ID", 'LIKE', owner, '0acb', '%0acb%'],
	] as const)('does not hinder %s', (_, operator, known, value, expected) => {
		expect(read(known.schemaName, value, operator, [known]).value).toBe(expected);
	});
});

it('a misspelled column is rejected, an unlisted one is not', () => {
	expect(() => read('FristName', 'x')).toThrow('LeadSquared has no column FristName');
	expect(read('mx_Unlisted', 'x').column).toBe('mx_Unlisted');
	expect(read('OwnerIdName', 'x').column).toBe('OwnerIdName');
});

it('a column is found by its label, and where the account has no list, the standard ones have types', () => {
	expect(read('created on', '2026-05-01T00:00:00Z').column).toBe('CreatedOn');
	expect(read('DoNotCall', 'true', '=', []).value).toBe('1');
});

it.each([
	['Score', '1,000'],
	['DoNotCall', 'perhaps'],
	['CreatedOn', 'soon'],
	['mx_Birthday', 'soon'],
	['FirstName', { a: 1 }],
	['City', 'Pune'],
])('%s cannot be %j', (name, value) => expect(() => read(name, value)).toThrow());

it.each([
	['An', '%An%', 'Joanna', undefined],
	['summer_sale', '%summer%sale%', 'Summer_Sale 2026', 'summer sale'],
	['50% off', '%50% off%', 'now 50% OFF', '50 euros off'],
	['[VIP]', '%%VIP%%', 'a [vip]', 'a VIP'],
	['a\\b', '%a%b%', 'A\\B', 'ab'],
	['%', '%%%', '5 %', '5'],
])('Contains %s finds what LIKE %s finds, if it has the text', (given, pattern, good, bad) => {
	const { value, text, keeps } = read('FirstName', given, 'LIKE');
	expect([value, text]).toEqual([pattern, given]);
	expect(keeps?.(good) ?? true).toBe(true);
	expect(keeps?.(bad)).toBe(bad === undefined ? undefined : false);
	expect(keeps?.(null)).toBe(bad === undefined ? undefined : false);
});

describe('a column of moments', () => {
	const start = '2026-04-30 18:30:00';
	const end = '2026-05-01 18:30:00';
	const midnight = new Date('2026-04-30T18:30:00Z');

	it.each<[Operator, unknown, Operator, string]>([
		['>', '2026-05-01', '>=', end],
		['>=', '2026-05-01', '>=', start],
		['<', '2026-05-01', '<', start],
		['<=', '2026-05-01', '<', end],
		['>', midnight, '>', start],
		['<=', '2026-05-01T00:00', '<=', start],
	])('%s %s', (operator, given, asked, value) => {
		expect(read('CreatedOn', given, operator)).toEqual({
			column: 'CreatedOn',
			operator: asked,
			value,
		});
	});

	it.each<[unknown, string, string]>([
		['2026-05-01', '2026-04-30 18:30:00.000', '2026-05-01 18:29:59.999'],
		[midnight, '2026-04-30 18:30:00.000', '2026-05-01 18:29:59.999'],
		['2026-05-01T10:00:00.337', '2026-05-01 04:30:00.000', '2026-05-01 04:30:00.999'],
	])('%s equals the moments of its day or second', (given, first, last) => {
		for (const [operator, isIn] of [
			['=', true],
			['<>', false],
		] as const) {
			const { keeps } = read('CreatedOn', given, operator);
			expect([first, last].map(keeps!)).toEqual([isIn, isIn]);
			const around = ['2026-04-30 18:29:59.999', end];
			expect(around.map(keeps!)).toEqual([!isIn, !isIn]);
		}
	});
});
