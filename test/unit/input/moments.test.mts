import fc from 'fast-check';
import { readMoment } from '../../../nodes/LeadSquared/input/moments';

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
	['a small number', 12_345],
	['an object', {}],
	['a broken Date', new Date('x')],
	['nothing', null],
	['a switch', true],
])('no moment: %s', (_, value) => {
	expect(readMoment(value, INDIA)).toBeUndefined();
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
