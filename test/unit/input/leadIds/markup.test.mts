import {
	isWord,
	unescape,
	unescapeAddress,
	withoutTags,
} from '../../../../nodes/LeadSquared/input/leadIds/markup';

const A = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const BARE = A.replaceAll('-', '');

describe('text is as it was before it was', () => {
	it.each([
		['made a part of JSON', 'a\\nb\\rc\\td\\"e\\\'f\\/g', 'a b c d"e\'f/g'],
		['made a part of JSON, with codes', '\\u0041\\u00e9\\u00E9', 'Aéé'],
		['not made a part of JSON', '\\x \\u12 \\u004g n', '\\x \\u12 \\u004g n'],
		['made a part of HTML', '&amp;&lt;&gt;&quot;&apos;', '&<>"\''],
		['made a part of HTML, in capitals', '&AMP;&LT;', '&<'],
		['made a part of HTML, with codes', '&#65;&#128512;&#x41;&#x1F600;', 'A😀A😀'],
		['made a part of HTML, with unknown names', 'a&nbsp;b&foo;c', 'a b c'],
		['not made a part of HTML', 'a & b; &; &1; &#; &#x; &a1;', 'a & b; &; &1; &#; &#x; &a1;'],
		['widened', '０ａｃｂ－！～', '0acb-!~'],
		['left as it was', 'a＀b', 'a＀b'],
	])('%s', (_, text, plain) => {
		expect(unescape(text)).toBe(plain);
	});
});

describe('a part of an address is as it was', () => {
	it.each([
		['once', 'a%20b%2Fc%3d', 'a b/c='],
		['in an address in an address', '%252520', ' '],
		['but no deeper', '%25252520', '%20'],
		['with letters of several bytes', '%C3%A9%e2%82%ac', 'é€'],
		['if it is none', '%E9 100% %zz', '%E9 100% %zz'],
		['though a part of it is none', '%E9x%20', '%E9x '],
		['in front of an id that begins like an escape', `%${A} %${BARE}`, `%${A} %${BARE}`],
		['in front of what is longer than an id', `%41${'0'.repeat(32)}`, `A${'0'.repeat(32)}`],
		['without any', 'a+b', 'a+b'],
	])('%s', (_, text, plain) => {
		expect(unescapeAddress(text)).toBe(plain);
	});
});

describe('text without its tags', () => {
	it.each([
		['of HTML', 'a<b>c</b><br/>d<br />e<p class="x">f<H2>g<h6>', 'a c  d e f g '],
		['of HTML, with a line in it', 'a<p\nid="1">b', 'a b'],
		['of XML that are closed', '<Lead><ns:Id x="1">a</ns:Id></Lead>', '  a  '],
		['which is all, if they are not closed', '<Ringo>a<Lead', '<Ringo>a<Lead'],
		['comments and declarations', 'a<!-- b -->c<?xml version="1"?>d<!>', 'a c d '],
		['but not those that only look like HTML', '<bold><xb><h7><h>', '<bold><xb><h7><h>'],
		['and without any', 'a > b', 'a > b'],
	])('%s', (_, text, plain) => {
		expect(withoutTags(text)).toBe(plain);
	});

	it.each(
		(
			'a abbr article b blockquote body br caption center code col colgroup dd del div dl dt em font footer ' +
			'form h1 h2 h3 h4 h5 h6 head header hr html i img input ins label li link main mark meta nav ol option p ' +
			'pre q s samp section select small span strike strong sub summary sup table tbody td textarea tfoot th ' +
			'thead title tr tt u ul var wbr'
		).split(' '),
	)('without <%s>', (name) => {
		expect(withoutTags(`x<${name}>y`)).toBe('x y');
	});
});

it.each([
	['a', true],
	['1', true],
	['é', true],
	['名', true],
	['-', false],
	['', false],
	[' "', false],
])('%j is a word: %s', (text, expected) => {
	expect(isWord(text)).toBe(expected);
});
