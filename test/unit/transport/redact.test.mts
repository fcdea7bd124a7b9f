import { redactor } from '../../../nodes/LeadSquared/transport/redact';

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
