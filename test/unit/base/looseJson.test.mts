import {
	bracedParts,
	parseForm,
	parseJson,
	parseObject,
} from '../../../nodes/LeadSquared/input/looseJson';

describe('JSON in text', () => {
	it.each<[string, unknown]>([
		['{"a": 1}', { a: 1 }],
		[' \n\t{ } ', {}],
		['\ufeff[1, "x"]', [1, 'x']],
		['\u200b {\u200b "a": 1}', { a: 1 }],
		['["a\u200bb"]', ['a\u200bb']],
		['{"a"\u200b: 1}', { a: 1 }],
		['"{}"', '{}'],
		['[]', []],
	])('%j', (text, expected) => {
		expect(parseJson(text)).toEqual(expected);
	});

	it.each(['', '1', 'null', 'x{}', '{a: 1}', '{"a": 1', '[1', '[1]]', "['a']", '{{"a": 1}}'])(
		'is not %j',
		(text) => {
			expect(parseJson(text)).toBeUndefined();
		},
	);
});

describe('an object that is nearly JSON', () => {
	it.each<[string, string, unknown]>([
		['JSON', '{"a": [1, true, null]}', { a: [1, true, null] }],
		['a list', '["a"]', ['a']],
		[
			'Python',
			"{'a': 'b', 'c': None, 'd': True, 'e': False, 'f': nan}",
			{ a: 'b', c: null, d: true, e: false, f: null },
		],
		[
			'JavaScript',
			"{a: 'b', $c: undefined, d_1: `e`, f: NULL,}",
			{ a: 'b', $c: null, d_1: 'e', f: null },
		],
		['Ruby', '{"a"=>"b", :c=>nil}', undefined],
		['Ruby with names', '{"a"=>"b", "c"=>nil}', { a: 'b', c: null }],
		['Java', '{a=b, c=d-e, f=[g, h]}', { a: 'b', c: 'd-e', f: ['g', 'h'] }],
		['commas at the ends', '{"a": [1, 2,], "b": 3 , }', { a: ['1', '2'], b: '3' }],
		['quotes of people', '{“a”: „b“, ‘c’: ’d’, «e»: “f‟}', { a: 'b', c: 'd', e: 'f' }],
		['escapes', '{\'a\': \'b\\\'c\', "d": "e\\"f"}', { a: "b'c", d: 'e"f' }],
		['other quotes in quotes', `{'a': 'b "c"', "d": "e 'f'"}`, { a: 'b "c"', d: "e 'f'" }],
		['words in quotes that mean nothing', `{'a': 'None', b: "true"}`, { a: 'None', b: 'true' }],
		[
			'words that begin or end like those that mean nothing',
			'{a: Nonex, b: xnull, c: trues, d: xfalse}',
			{ a: 'Nonex', b: 'xnull', c: 'trues', d: 'xfalse' },
		],
		['invisible characters', "{\u200b'a\u200b': 'b'}", { a: 'b' }],
		['lines', "{\n'a':\n'b'}", { a: 'b' }],
		['signs in quotes', `{'a': 'b, c = d: {e}'}`, { a: 'b, c = d: {e}' }],
	])('%s', (_, text, expected) => {
		expect(parseObject(text)).toEqual(expected);
	});

	it.each(['', 'a', '"a"', '{a b}', '{a', 'null', "'a'", '1'])('is not %j', (text) => {
		expect(parseObject(text)).toBeUndefined();
	});
});

describe('a form', () => {
	it.each<[string, object]>([
		['a=1&b=2', { a: ['1'], b: ['2'] }],
		[' a=&b=2&a=3\n', { a: ['', '3'], b: ['2'] }],
		['a%20b=%7Bc%7D&d[0]=e.f&g-h=i', { 'a b': ['{c}'], 'd[0]': ['e.f'], 'g-h': ['i'] }],
	])('%j', (text, expected) => {
		expect(parseForm(text)).toEqual(expected);
	});

	it.each([
		'',
		'a=1',
		'a=1&',
		'&a=1&b=2',
		'a=1&b',
		'a=1 &b=2',
		'a=1&b=2=3',
		'x a=1&b=2',
		'a=1&b=2 c',
		`${'a'.repeat(101)}=1&b=2`,
		`a=1&${'b'.repeat(101)}=2`,
	])('is not %j', (text) => {
		expect(parseForm(text)).toBeUndefined();
	});
});

it.each<[string, string[]]>([
	['', []],
	['a{b}c', ['{b}']],
	['{a}{b}', ['{a}', '{b}']],
	['{a{b}c}d', ['{a{b}c}']],
	['}{a}}{b}', ['{a}', '{b}']],
	['{a', []],
	['{a{b}', []],
])('of %j, between braces stand %j', (text, parts) => {
	expect(bracedParts(text).map(([from, to]) => text.slice(from, to))).toEqual(parts);
});
