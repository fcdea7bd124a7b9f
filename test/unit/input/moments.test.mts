import fc from 'fast-check';
import { dateAdvice, readColumnDate, readMoment } from '../../../nodes/LeadSquared/input/moments';

const INDIA = 'Asia/Kolkata';
const at = (iso: string) => Date.parse(iso);

it.each<[string, unknown, string]>([
	['a zone', '2026-05-01T10:00:00+05:30', '2026-05-01T04:30:00Z'],
	['a zone without a colon', '2026-05-01 10:00:00 +0530', '2026-05-01T04:30:00Z'],
	['a zone of hours', '2026-05-01T10:00-03', '2026-05-01T13:00:00Z'],
	['UTC', '2026-05-01T10:00:00.250Z', '2026-05-01T10:00:00.250Z'],
	['no zone', '2026-05-01T10:00:00', '2026-05-01T04:30:00Z'],
	['no zone, as a sheet has it', '2026-05-01 10:00', '2026-05-01T04:30:00Z'],
	['a day', '2026-05-01', '2026-04-30T18:30:00Z'],
	["LeadSquared's own form", '2026-05-01 10:00:00.000', '2026-05-01T10:00:00Z'],
	['seconds since 1970', 1_777_629_600, '2026-05-01T10:00:00Z'],
	['ms of 1985', 483_926_400_000, '1985-05-03T00:00:00Z'],
	['ms before 1970', -483_926_400_000, '1954-09-01T00:00:00Z'],
	["a sheet's day and time", 46_143.5, '2026-05-01T06:30:00Z'],
	["a sheet's day, as text", ' 46143', '2026-04-30T18:30:00Z'],
	['ms since 1970, as text', '1777629600000', '2026-05-01T10:00:00Z'],
	['a Date', new Date('2026-05-01T10:00:00Z'), '2026-05-01T10:00:00Z'],
	[
		"a DateTime of n8n's expressions",
		{ toMillis: () => 0, valueOf: () => Date.parse('2026-05-01T10:00:00Z') },
		'2026-05-01T10:00:00Z',
	],
	['blanks around', ' \u200b2026-05-01T10:00:00Z ', '2026-05-01T10:00:00Z'],
])('a moment with %s', (_, value, iso) => {
	expect(new Date(readMoment(value, INDIA)!).toISOString()).toBe(new Date(iso).toISOString());
});

it.each([
	['words', 'yesterday'],
	['a day that does not exist', '2026-02-30'],
	['an hour that does not exist', '2026-02-03T25:00:00'],
	['a minute that does not exist', '2026-02-03T10:61:00'],
	['a small number', 1234],
	['a number between days and seconds', 123_456],
	['ms of a year with five digits', 253_402_300_800_000],
	['a Date of a year with five digits', new Date('+017305-01-06')],
	['a number of ms with more digits', '48392640000000000'],
	['a year before 100, as some programs write no date', '0001-01-01T00:00:00'],
	['an object', {}],
	['a broken Date', new Date('x')],
	['nothing', null],
	['a switch', true],
])('no moment: %s', (_, value) => {
	expect(readMoment(value, INDIA)).toBeUndefined();
});

/** A `DateTime` of n8n's expressions. */
const dateTime = (iso: string) => ({
	toMillis: () => at(iso),
	valueOf: () => at(iso),
	toISO: () => iso,
	toISODate: () => iso.slice(0, 10),
	toJSON: () => iso,
});

it.each<[string, unknown, string]>([
	['a Date', new Date('1999-12-31T18:30:00Z'), '2000-01-01'],
	['a DateTime in UTC', dateTime('1999-12-31T18:30:00.000Z'), '2000-01-01'],
	['a DateTime', dateTime('1999-12-31T18:30:00.000-05:00'), '1999-12-31'],
	["a sheet's day", 46_143, '2026-05-01'],
])('%s and its JSON are the same day', (_, value, day) => {
	const stored: unknown = JSON.parse(JSON.stringify(value));
	const read = (each: unknown) =>
		readColumnDate(each, { isDay: true }, { format: 'iso', zone: INDIA });
	expect([value, stored].map(read)).toEqual([day, day]);
});

it("a sheet's time is on its day where that moment is midnight in UTC", () => {
	const dates = { format: 'iso', zone: 'America/New_York' } as const;
	const read = (value: unknown) => readColumnDate(value, { isDay: true }, dates);
	expect([46_143 + 20 / 24, '46143.8333333333'].map(read)).toEqual(['2026-05-01', '2026-05-01']);
});

it('no day has a year of five digits, in any zone', () => {
	const read = (value: unknown) =>
		readColumnDate(value, { isDay: true }, { format: 'iso', zone: INDIA });
	expect(['9999-12-31T23:59:59Z', new Date('9999-12-31T23:59:59Z')].map(read)).toEqual([
		undefined,
		undefined,
	]);
	expect(read('9999-12-31')).toBe('9999-12-31');
});

it("without a zone, a time is what the zone's clock shows, whatever its changes", () => {
	const zones = ['Asia/Kolkata', 'America/New_York', 'Europe/Berlin', 'Pacific/Apia', 'UTC'];
	const show = (ms: number, timeZone: string) =>
		new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
			ms,
		);
	fc.assert(
		fc.property(
			fc.constantFrom(...zones),
			fc.integer({
				min: at('2001-01-01T00:00:00Z') / 1000,
				max: at('2035-01-01T00:00:00Z') / 1000,
			}),
			(zone, seconds) => {
				const shown = show(seconds * 1000, zone);
				const read = readMoment(shown.replace(' ', 'T'), zone)!;
				// The hour that comes twice in autumn may be either.
				expect(show(read, zone)).toBe(shown);
			},
		),
	);
});

it.each([
	// As DateTime.fromISO of n8n's expressions reads them.
	['America/New_York', '2026-03-08T02:30:00', '2026-03-08T07:30:00Z'],
	['America/New_York', '2026-03-08T02:00:00', '2026-03-08T07:00:00Z'],
	['America/New_York', '2026-03-08T03:00:00', '2026-03-08T07:00:00Z'],
	['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
	['Australia/Lord_Howe', '2026-10-04T02:15:00', '2026-10-03T15:45:00Z'],
	['Pacific/Apia', '2011-12-30T12:00:00', '2011-12-30T22:00:00Z'],
])('in %s, the skipped %s is %s', (zone, value, iso) => {
	expect(readMoment(value, zone)).toBe(Date.parse(iso));
});

it.each<[string, unknown, string, string]>([
	["a sheet's number", 33_238, '1990-12-31', '1990-12-31'],
	["a sheet's number with a time, as text", '33238.75', '1990-12-31', '1990-12-31'],
	['ms of 1985', 483_926_400_000, '1985-05-03', '1985-05-03'],
	['a day', '1990-12-31', '1990-12-31', '1990-12-31'],
	['a time with its zone', '1990-12-31T00:00:00+05:30', '1990-12-31', '1990-12-31'],
	['midnight in India, in JSON', '1990-12-30T18:30:00.000Z', '1990-12-31', '1990-12-30'],
	['midnight in India', new Date('1990-12-30T18:30:00.000Z'), '1990-12-31', '1990-12-30'],
	[
		"midnight in India, in LeadSquared's form",
		'1990-12-30 18:30:00.000',
		'1990-12-31',
		'1990-12-30',
	],
	['midnight in UTC, in JSON', '1990-12-31T00:00:00.000Z', '1990-12-31', '1990-12-31'],
	['midnight in UTC', new Date('1990-12-31'), '1990-12-31', '1990-12-31'],
])('the day of %s', (_, value, inIndia, inNewYork) => {
	const dayIn = (zone: string) => readColumnDate(value, { isDay: true }, { format: 'iso', zone });
	expect([dayIn(INDIA), dayIn('America/New_York')]).toEqual([inIndia, inNewYork]);
});

describe('the day or the month first', () => {
	const days = { isDay: true };
	const dates = (format: 'iso' | 'dmy' | 'mdy') => ({ format, zone: INDIA });

	it.each([
		['31/12/1990', '1990-12-31', '1990-12-30 18:30:00'],
		['31-12-1990', '1990-12-31', '1990-12-30 18:30:00'],
		[' 31.12.1990 ', '1990-12-31', '1990-12-30 18:30:00'],
		['5/4/1990', '1990-04-05', '1990-04-04 18:30:00'],
		['31/12/1990 14:30', '1990-12-31', '1990-12-31 09:00:00'],
		['31/12/1990 2:30 PM', '1990-12-31', '1990-12-31 09:00:00'],
		['31/12/1990, 02:30:15 p.m.', '1990-12-31', '1990-12-31 09:00:15'],
		['31/12/1990 12:00 am', '1990-12-31', '1990-12-30 18:30:00'],
		['31/12/1990 12:00 pm', '1990-12-31', '1990-12-31 06:30:00'],
	])('%s', (value, day, moment) => {
		expect(readColumnDate(value, days, dates('dmy'))).toBe(day);
		expect(readColumnDate(value, { isDay: false }, dates('dmy'))).toBe(moment);
		const american = value.replace(/(\d+)([/.-])(\d+)/, '$3$2$1');
		expect(readColumnDate(american, days, dates('mdy'))).toBe(day);
		expect(readColumnDate(american, { isDay: false }, dates('mdy'))).toBe(moment);
		expect(readColumnDate(value, days, dates('iso'))).toBeUndefined();
	});

	it.each([
		['a day that does not exist', '31/02/1990'],
		['a month that does not exist', '12/31/1990'],
		['a year of two digits', '5/4/90'],
		['mixed separators', '31/12-1990'],
		['an hour that no clock shows', '31/12/1990 14:30 PM'],
		['an hour 0 before noon', '31/12/1990 0:30 AM'],
		['a minute that does not exist', '31/12/1990 10:75'],
		['more than a date', '31/12/1990 or so'],
	])('rejects %s', (_, value) => {
		expect(readColumnDate(value, days, dates('dmy'))).toBeUndefined();
		expect(readColumnDate(value, { isDay: false }, dates('dmy'))).toBeUndefined();
	});

	it('changes nothing about other dates', () => {
		for (const value of [
			'1990-12-31',
			'2026-05-01T10:00:00Z',
			'2026-05-01 10:00:00.000',
			1_777_629_600,
			new Date(0),
		]) {
			for (const format of ['dmy', 'mdy'] as const) {
				expect(readMoment(value, INDIA, format)).toBe(readMoment(value, INDIA));
			}
		}
	});

	it.each([
		['31/12/1990', 'iso', "Set the option 'Date Format' to DD/MM/YYYY, or"],
		['12/31/1990', 'iso', "Set the option 'Date Format' to MM/DD/YYYY, or"],
		['12/31/1990', 'dmy', "Set the option 'Date Format' to MM/DD/YYYY, or"],
		['05/04/1990', 'iso', "Set the option 'Date Format' to DD/MM/YYYY or MM/DD/YYYY, or"],
		['5/4/90', 'dmy', 'Enter the year with four digits.'],
		['soon', 'iso', 'Enter a date such as 1990-12-31.'],
		[{}, 'iso', 'Enter a date such as 1990-12-31.'],
	] as const)('the advice for %s (%s) is %s', (value, format, advice) => {
		expect(dateAdvice(value, format, days).startsWith(advice)).toBe(true);
	});
});

it.each([
	['America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00Z'],
	['Europe/Berlin', '2026-10-25T02:30:00', '2026-10-25T00:30:00Z'],
	['Australia/Sydney', '2026-04-05T02:30:00', '2026-04-04T15:30:00Z'],
	['Australia/Lord_Howe', '2026-04-05T01:30:00', '2026-04-04T14:30:00Z'],
])('a time that the clocks of %s show twice is the first one', (zone, text, iso) => {
	expect(readMoment(text, zone)).toBe(at(iso));
});
