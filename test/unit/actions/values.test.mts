import fc from 'fast-check';
import type { Column } from '../../../nodes/LeadSquared/api/metadata';
import { InvalidInput } from '../../../nodes/LeadSquared/base/invalidInput';
import { isMasked } from '../../../nodes/LeadSquared/api/leads';
import { formatValue, isEmptyValue } from '../../../nodes/LeadSquared/actions/values';
import { RUNS } from '../../sizes.mts';

const ZONE = 'Asia/Kolkata';
const DATES = { format: 'iso', zone: ZONE } as const;
const field = (dataType: string, more: Partial<Column> = {}): Column => ({
	schemaName: 'X',
	displayName: 'X',
	dataType,
	isDay: false,
	isUnique: false,
	...more,
});
/** A `DateTime` of n8n's expressions. */
const luxon = (iso: string, day: string) => ({
	valueOf: () => Date.parse(iso),
	toMillis: () => Date.parse(iso),
	toISO: () => iso,
	toISODate: () => day,
});

it.each([
	...[null, undefined, NaN, '', '  ', '\n', '\u200b', [], [null], [''], ['', ''], [null, '#N/A']],
	...[
		'#N/A',
		'#REF!',
		'#DIV/0!',
		'#VALUE!',
		'#NV',
		'undefined',
		'null',
		'NULL',
		'NaN',
		'N/A',
		'n/a',
		'\\N',
	],
])('%j is nothing', (value) => expect(isEmptyValue(value)).toBe(true));
it.each([0, false, 'none', 'Null', 'Na', '-', '😀', '#1', '#Done!', ['a'], ['', 'a'], {}])(
	'%j is something',
	(value) => expect(isEmptyValue(value)).toBe(false),
);
it('"-" and "none" are nothing in columns that hold no free text, unless they are a choice', () => {
	for (const none of ['-', 'none', 'na', 'nil']) {
		for (const type of ['Date', 'Number', 'Boolean', 'Email', 'Phone']) {
			expect(isEmptyValue(none, field(type))).toBe(true);
		}
		expect(isEmptyValue(none, field('Select', { choices: ['A'] }))).toBe(true);
		for (const choice of [none, none.toUpperCase()]) {
			expect(isEmptyValue(` ${none}`, field('Select', { choices: ['A', choice] }))).toBe(false);
		}
	}
});

it.each([
	'xxxxxxxx51',
	'+91-xxxxxxxx51',
	'xxxxxxxxxx',
	'********51',
	'adxxxxxxx@example.com',
	'xxxxxxx@example.com',
])('%s is masked', (value) => expect(isMasked(value)).toBe(true));
it.each([
	'xxx',
	'XXXXL',
	'Maxxxxx Power',
	'a xxxxxx',
	'**bold**',
	'https://xxxxxx.example',
	'',
	5,
	null,
])('%s is not masked', (value) => expect(isMasked(value)).toBe(false));

const MULTIPLE = field('Select', { choices: ['Open', 'Approved', 'A;B'], isMultiple: true });

it.each<[string, unknown, Column | undefined, string]>([
	['a text', ' <b>Größe</b> 😀\n', field('Text'), ' <b>Größe</b> 😀\n'],
	['a text, of a column that is not known', '007', undefined, '007'],
	['a number in a text column', 12.5, field('Text'), '12.5'],
	['a boolean in a text column', false, field('Text'), 'false'],
	['a date in a text column', new Date(0), field('Text'), '1970-01-01T00:00:00.000Z'],
	['a list of one', ['a'], field('Text'), 'a'],
	['an address', ' Ada@Example.com ', field('Email'), 'Ada@Example.com'],
	['a phone number', ' +91-98765 43210', field('Phone'), '+91-98765 43210'],
	['a long number', '1234567890123456789.10', field('Number'), '1234567890123456789.10'],
	['a large number', 1e21, field('Number'), '1000000000000000000000'],
	['a small number', 1.5e-7, field('Number'), '0.00000015'],
	['a negative number', -2.5e22, field('Number'), '-25000000000000000000000'],
	['a bigint', 12345678901234567890n, field('Number'), '12345678901234567890'],
	['zero', 0, field('Number'), '0'],
	['true', true, field('Boolean'), 'true'],
	['yes', 'Yes', field('Boolean'), 'true'],
	['0', 0, field('Boolean'), 'false'],
	['a moment with a zone', '2026-05-01T10:00:00+05:30', field('DateTime'), '2026-05-01 04:30:00'],
	['a moment without a zone', '2026-05-01T10:00:00', field('DateTime'), '2026-05-01 04:30:00'],
	['LeadSquared’s own moment', '2026-05-01 04:30:00.000', field('Date'), '2026-05-01 04:30:00'],
	['seconds since 1970', 1777609800, field('DateTime'), '2026-05-01 04:30:00'],
	[
		'a date of n8n',
		luxon('2026-05-01T10:00:00+05:30', '2026-05-01'),
		field('DateTime'),
		'2026-05-01 04:30:00',
	],
	['a day', '2026-05-01', field('Date', { isDay: true }), '2026-05-01'],
	['a day with a time', '2026-05-01T23:30:00-08:00', field('Date', { isDay: true }), '2026-05-01'],
	[
		'a day of n8n, in its own zone',
		luxon('2026-05-01T00:30:00+05:30', '2026-05-01'),
		field('Date', { isDay: true }),
		'2026-05-01',
	],
	[
		'an instant as a day of the workflow’s zone',
		new Date('2026-04-30T20:00:00Z'),
		field('Date', { isDay: true }),
		'2026-05-01',
	],
	['a choice', ' CUSTOMER', field('Select', { choices: ['Prospect', 'Customer'] }), 'Customer'],
	[
		'another value of a drop-down that takes them',
		'Fair',
		field('Select', { choices: ['Web'], takesOtherValues: true }),
		'Fair',
	],
	['several choices', 'open; Approved;;open', MULTIPLE, 'Open;Approved'],
	['several choices in a list', ['Approved', 'open'], MULTIPLE, 'Approved;Open'],
	['a list with nothing in it', [null, 'Open', '', '#N/A'], MULTIPLE, 'Open'],
	['one of several choices', 'APPROVED', MULTIPLE, 'Approved'],
	['a choice that holds the separator', 'A;B', MULTIPLE, 'A;B'],
	[
		'emoji, which databases count as one character',
		'😀😀😀',
		field('Text', { maxLength: 3 }),
		'😀😀😀',
	],
	['a text of the longest length', 'xxx', field('Text', { maxLength: 3 }), 'xxx'],
])('%s', (_, value, of, written) => expect(formatValue(value, 'X', of, DATES)).toBe(written));

it.each<[unknown, Column]>([
	[{ a: 1 }, field('Text')],
	[['a', 'b'], field('Text')],
	['xxxx', field('Text', { maxLength: 3 })],
	['1,000', field('Number')],
	['1e3', field('Number')],
	[Infinity, field('Number')],
	['n.a.', field('Email')],
	['a@b.c, d@e.f', field('Email')],
	['call me', field('Phone')],
	[Infinity, field('Number')],
	[true, field('Number')],
	['maybe', field('Boolean')],
	[{}, field('Boolean')],
	['soon', field('DateTime')],
	['2026-02-30', field('DateTime')],
	['2026-02-30', field('Date', { isDay: true })],
	['02/11/2026', field('Date', { isDay: true })],
	[{}, field('Date', { isDay: true })],
	['Nope', field('Select', { choices: ['Prospect'] })],
	['Open;Nope', MULTIPLE],
	[['Open', {}], MULTIPLE],
	['😀😀😀😀', field('Text', { maxLength: 3 })],
	['9.19877E+11', field('Phone')],
])('%j is not for a column of %j', (value, of) =>
	expect(() => formatValue(value, 'X', of, DATES)).toThrow("'X' does not accept"),
);

it('whatever is handed over is written as a text that represents it, or reported', () => {
	const types = [
		'Text',
		'Number',
		'Boolean',
		'Date',
		'DateTime',
		'Email',
		'Phone',
		'Select',
		'Odd',
	];
	const invalid = {
		toMillis: () => NaN,
		toISO: () => null,
		toISODate: () => null,
		valueOf: () => NaN,
	};
	const value = fc.oneof(
		fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withMap: true }),
		fc.date({ noInvalidDate: false }),
		fc.constantFrom<unknown>(
			invalid,
			{ toString: 1, valueOf: 1 },
			{ toISO: 1 },
			() => 1,
			-0,
			5e-324,
		),
		fc.string({ unit: 'binary' }),
	);
	const of = fc.record({
		dataType: fc.constantFrom(...types),
		isDay: fc.boolean(),
		choices: fc.option(fc.array(fc.string(), { minLength: 1 }), { nil: undefined }),
	});
	const property = fc.property(value, of, (given, { dataType, ...more }) => {
		if (isEmptyValue(given)) return;
		try {
			const text = formatValue(given, 'X', field(dataType, more), DATES);
			expect(typeof text).toBe('string');
			if (typeof given === 'object' || typeof given === 'number') {
				expect(text).not.toMatch(/null|undefined|\[object|Invalid|function/);
			}
		} catch (error) {
			if (!(error instanceof InvalidInput)) throw error;
		}
	});
	fc.assert(property, { numRuns: RUNS.fieldValues });
});

it.each(['2026-13-01', '2026-00-10', '2026-02-30'])('%s is no day', (day) => {
	for (const isDay of [true, false]) {
		expect(() => formatValue(day, 'X', field('Date', { isDay }), DATES)).toThrow('does not accept');
	}
});
