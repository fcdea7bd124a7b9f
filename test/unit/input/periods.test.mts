import { optionalEnd, optionalMoment } from '../../../nodes/LeadSquared/input/periods';

const IN_INDIA = { zone: 'Asia/Kolkata', format: 'iso' } as const;

it.each([
	['2026-05-01', '2026-05-01T23:59:59+05:30'],
	['2026-05-01T10:00', '2026-05-01T10:00+05:30'],
	['2026-05-01T00:00:00Z', '2026-05-01T00:00:00Z'],
])('a period that ends with %s ends at %s', (given, end) => {
	expect(optionalEnd('Due Before', given, IN_INDIA)).toBe(Date.parse(end));
});

it('a blank parameter is no moment, and other texts are an error that names it', () => {
	for (const blank of ['', null, undefined, '#N/A']) {
		expect(optionalMoment('Due After', blank, IN_INDIA)).toBeUndefined();
		expect(optionalEnd('Due Before', blank, IN_INDIA)).toBeUndefined();
	}
	expect(optionalMoment('Due After', ['2026-05-01'], IN_INDIA)).toBe(
		Date.parse('2026-05-01T00:00+05:30'),
	);
	expect(() => optionalEnd('Due Before', 'soon', IN_INDIA)).toThrow(
		"'Due Before' is not a date: soon",
	);
});
