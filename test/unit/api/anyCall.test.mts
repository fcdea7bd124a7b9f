import { apiPath, apiQuery } from '../../../nodes/LeadSquared/api/anyCall';

it.each([
	['/X.svc/Y.Get', '/X.svc/Y.Get'],
	['X.svc/Y.Get', '/X.svc/Y.Get'],
	['/V2/X.svc/Y.Get/', '/X.svc/Y.Get/'],
	['/X.svc/Y.Get?a=1&b=%2F..%2F', '/X.svc/Y.Get?a=1&b=%2F..%2F'],
	['@other.example/x', '/@other.example/x'],
	['/v2//other.example/x', '//other.example/x'],
])('the path of %j is %j', (given, path) => expect(apiPath(given)).toBe(path));

it.each([
	'https://other.example/v2/X.svc/Y.Get',
	'//other.example/X',
	'/\\other.example/X',
	'/../admin',
	'/%2e%2e/admin',
	'/..%2fadmin',
	'/X.svc/..%5C..%5Cadmin',
	'/X\r\nHost: other.example',
	'/X?accessKey=abc',
	'/X?%61ccessKey=abc',
	5,
	{},
])('no path below the API: %j', (given) => expect(apiPath(given)).toBeUndefined());

it('paths are read where the runtime has no URL.parse, as in older versions of Node 20', () => {
	const parse = URL.parse;
	Object.assign(URL, { parse: undefined });
	try {
		expect(apiPath('/X.svc/Y.Get')).toBe('/X.svc/Y.Get');
	} finally {
		Object.assign(URL, { parse });
	}
});

it('a query holds texts, numbers and booleans', () => {
	expect(apiQuery({ a: 'x', b: 5, c: true })).toEqual({ a: 'x', b: 5, c: 'true' });
});

it.each([
	[{ a: NaN }],
	[{ a: Infinity }],
	[{ a: null }],
	[{ a: {} }],
	[{ SecretKey: 'abc' }],
	[[]],
])('no query: %j', (given) => expect(apiQuery(given)).toBeUndefined());
