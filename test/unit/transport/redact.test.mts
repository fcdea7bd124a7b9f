import { redactor } from '../../../nodes/LeadSquared/transport/credentials';

const keys = { accessKey: 'u$rACCESS&Key', secretKey: 'S.E(CRET/1' };
const redact = redactor(keys);

it.each([
	['as they are', 'u$rACCESS&Key and S.E(CRET/1, u$rACCESS&Key'],
	['in a URL', 'accessKey=u%24rACCESS%26Key&secretKey=S.E%28CRET%2f1 u%2524rACCESS%2526Key'],
	[
		'in HTML',
		'u&#36;rACCESS&amp;Key u&#x24;rACCESS&#38;Key u&dollar;rACCESS&amp;Key S.E&#40;CRET&sol;1',
	],
	['in JSON', 'u\\u0024rACCESS\\u0026Key S.E(CRET\\/1'],
])('keys are gone %s', (_, text) => {
	expect(redact(text)).not.toMatch(/ACCESS|CRET/);
});

it('a short key leaves words readable', () => {
	expect(redactor({ accessKey: 'a', secretKey: 'api' })('getaddrinfo api')).toBe('getaddrinfo api');
});

it('a text without keys stays', () => {
	expect(redact('No good: $ & (')).toBe('No good: $ & (');
});

it.each([
	['<', ['&lt;', '&#60;', '%3c', '%3C', '\\u003c', '\\u003C', '&amp;lt;', '&#x3C;', '&#X3c;']],
	['>', ['&gt;', '%3E']],
	['"', ['&quot;', '\\"', '\\\\"']],
	["'", ['&apos;', '&#039;', '&amp;#39']],
	['&', ['&amp;', '&amp;amp;']],
	['$', ['&dollar;', '%24', '%2524']],
	['+', ['&plus;', '%2b', '%252B']],
	['/', ['&sol;', '\\/', '%2F']],
	['=', ['&equals;', '%3D']],
	['\n', ['\n', '%0a', '%0A', '\\u000a']],
	['é', ['é', '%c3%a9', '%C3%A9', '\\u00e9', '&#233;']],
])('a key with %j is removed in any notation', (sign, writings) => {
	const hide = redactor({ accessKey: `ACCESS${sign}KEY`, secretKey: '' });
	for (const writing of [sign, ...writings]) {
		expect([writing, hide(`x ACCESS${writing}KEY y`)]).toEqual([writing, 'x *** y']);
	}
	expect(hide('x ACCESS?KEY y')).toBe('x ACCESS?KEY y');
});

it('a key of eight characters is removed, one of seven is not', () => {
	const hide = redactor({ accessKey: '12345678', secretKey: 'abcdefg' });
	expect(hide('12345678 abcdefg')).toBe('*** abcdefg');
});

it.each([
	['ABCDEFGH', 'ABCDEFGHIJ'],
	['ABCDEFGHIJ', 'ABCDEFGH'],
])('of %s and %s, the longer one is removed completely', (accessKey, secretKey) => {
	expect(redactor({ accessKey, secretKey })('ABCDEFGHIJ ABCDEFGH')).toBe('*** ***');
});
