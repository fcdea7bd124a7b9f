import { invalidValue } from '../../../nodes/LeadSquared/base/invalidInput';
import {
	asHtml,
	firstFew,
	isBlankText,
	isBlankValue,
	plural,
	shorten,
	showInvisible,
	showValue,
	trimToWord,
	truncate,
	withoutInvisible,
} from '../../../nodes/LeadSquared/base/text';

it('invisible characters are removed, or shown by their code', () => {
	expect(withoutInvisible('a\u200bb\u00adc\u0007\td\n')).toBe('abc\td\n');
	expect(showInvisible('a\u200bb\u0007')).toBe('aU+200BbU+0007');
});

it('a text looks in HTML as it is written', () => {
	expect(asHtml('<b>R&D</b>\na &lt; b')).toBe('&lt;b>R&amp;D&lt;/b><br>a &amp;lt; b');
});

it.each([
	'',
	' \u200b',
	'-',
	'_',
	'null',
	' "NULL" ',
	'N/A',
	'n/a.',
	'NaN',
	'\\N',
	'#REF!',
	'#N/A',
	'#DIV/0!',
	'-'.repeat(1001),
])('%j is blank', (text) => {
	expect([isBlankText(text), isBlankValue(text)]).toEqual([true, true]);
});

it.each(['0', 'a', 'nullable', 'N', '#1', '#tag', '名', `${'-'.repeat(1000)}a`])(
	'%j is not blank',
	(text) => expect(isBlankText(text)).toBe(false),
);

it('no value is blank, any value other than text is not', () => {
	expect([null, undefined].map(isBlankValue)).toEqual([true, true]);
	expect([0, false, NaN, [], {}].map(isBlankValue)).toEqual([false, false, false, false, false]);
});

it.each([
	['(a b).', 'a b'],
	['«𝒳»', '𝒳'],
	['- 𝒳 𝒴 🙂', '𝒳 𝒴'],
	['--', ''],
])('from %j, words are %j', (text, words) => expect(trimToWord(text)).toBe(words));

it.each([
	[0, '0 leads'],
	[1, '1 lead'],
	[2, '2 leads'],
	[10_500, '10,500 leads'],
])('%d of a thing is %j', (number, text) => expect(plural(number, 'lead')).toBe(text));

it('of many names the first five and the number of the others are shown', () => {
	const names = [...'abcdefg'];
	expect(firstFew(names.slice(0, 5))).toBe('a, b, c, d, e');
	expect(firstFew(names)).toBe('a, b, c, d, e and 2 more');
	expect(firstFew(names, '; ', 1)).toBe('a and 6 more');
});

it('a long text is cut', () => {
	expect([shorten('x'.repeat(60)), shorten('x'.repeat(61))]).toEqual([
		'x'.repeat(60),
		`${'x'.repeat(60)}…`,
	]);
	expect(truncate('abc', 2)).toBe('ab…');
});

const circle: Record<string, unknown> = {};
circle.self = circle;

it.each<[unknown, string]>([
	['a "b"', 'a "b"'],
	[5, '5'],
	[null, 'null'],
	[undefined, 'undefined'],
	[{ a: [1n] }, '{"a":["1"]}'],
	[NaN, 'null'],
	[circle, 'an object'],
	['x'.repeat(61), `${'x'.repeat(60)}…`],
])('case %#: a value is shown as %j', (value, text) => expect(showValue(value)).toBe(text));

it('an invalid value is reported with the allowed ones', () => {
	expect(invalidValue("The option 'Limit'", [1, 2], 'It can be a number.')).toMatchObject({
		message: "The option 'Limit' cannot be [1,2]",
		description: 'It can be a number.',
	});
});
