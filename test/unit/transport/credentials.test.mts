import {
	apiBaseUrl,
	keyParts,
	keyText,
	type LeadSquaredCredentials,
	readCredentials,
	REGIONS,
	statedLimit,
} from '../../../nodes/LeadSquared/transport/credentials';
import { InvalidInput } from '../../../nodes/LeadSquared/base/invalidInput';

const keys = { accessKey: 'u$rACCESS', secretKey: 'SECRET' };
const custom = (customUrl?: string) => apiBaseUrl({ ...keys, region: 'custom', customUrl });

const thrownBy = (run: () => unknown): unknown => {
	try {
		return run();
	} catch (error) {
		return error;
	}
};

it('a region is the host of its API', () => {
	const region = 'api-in21.leadsquared.com';
	expect(apiBaseUrl({ ...keys, region })).toBe('https://api-in21.leadsquared.com/v2');
	// What was typed before another region was chosen is not used.
	expect(apiBaseUrl({ ...keys, region, customUrl: 'http://evil.example' })).toBe(
		'https://api-in21.leadsquared.com/v2',
	);
});

describe('a custom host is taken as meant:', () => {
	it.each([
		['api.example.com'],
		[' api.example.com '],
		['api.example.com/v2'],
		['https://api.example.com'],
		['https://api.example.com/'],
		['https://api.example.com/v2'],
		['https://api.example.com/v2/'],
		['https://api.example.com//v2//'],
		['HTTPS://API.EXAMPLE.COM/V2'],
		['https://api.example.com:443/v2'],
		['https://api.example.com/v2/LeadManagement.svc/Leads/Retrieve/ByIds'],
		['https://api.example.com/v2/LeadManagement.svc/LeadsMetaData.Get?accessKey=a&secretKey=b#top'],
		['https://name:password@api.example.com/v2'],
	])('%s', (url) => {
		expect(custom(url)).toBe('https://api.example.com/v2');
	});

	it.each([
		['https://proxy.example/leadsquared', 'https://proxy.example/leadsquared/v2'],
		['https://proxy.example/leadsquared/v2/', 'https://proxy.example/leadsquared/v2'],
		['https://api.example.com:8443', 'https://api.example.com:8443/v2'],
		['https://api.example.com/v20', 'https://api.example.com/v20/v2'],
		['http://localhost:3000', 'http://localhost:3000/v2'],
		['http://127.0.0.1:3000/v2', 'http://127.0.0.1:3000/v2'],
		['http://127.8.9.10', 'http://127.8.9.10/v2'],
		['http://[::1]:3000/', 'http://[::1]:3000/v2'],
		['localhost:3000', 'https://localhost:3000/v2'],
	])('%s is %s', (url, expected) => {
		expect(custom(url)).toBe(expected);
	});
});

describe('a custom host is refused, with what to do, if it is', () => {
	it.each([
		['absent', undefined, 'is empty'],
		['blank', '  ', 'is empty'],
		['no address', 'not a host', 'is not an address'],
		['a scheme alone', 'https://', 'is not an address'],
		['http over a network', 'http://api.example.com/v2', '(it is http://api.example.com)'],
		['http to a name that only begins like loopback', 'http://127.0.0.1.example.com', 'https://'],
		['http to a name that only begins like localhost', 'http://localhost.example.com', 'https://'],
		['http to a name that only ends like localhost', 'http://notlocalhost', 'https://'],
		['another scheme', 'ftp://127.0.0.1', '(it is ftp://127.0.0.1)'],
	])('%s', (_, url, words) => {
		const error = thrownBy(() => custom(url)) as InvalidInput;
		expect(error).toBeInstanceOf(InvalidInput);
		expect(error.message).toContain("'API Host'");
		expect(error.message).toContain(words);
		expect(error.description).toContain('LeadSquared credential');
	});

	it.each([
		['https://{host}/v2/LeadManagement.svc?accessKey=u$rACCESS&secretKey=SECRET'],
		['{host}/v2/LeadManagement.svc?accessKey=u$rACCESS&secretKey=SECRET'],
		['https://a:SECRET@{host}'],
	])('no address, without revealing the keys in it: %s', (url) => {
		expect(String(thrownBy(() => custom(url)))).not.toMatch(/SECRET|ACCESS/);
	});

	it('http over a network, without revealing the keys in the address', () => {
		const error = thrownBy(() => custom('http://a:PASSWORD@api.example.com/v2?secretKey=SECRET'));
		expect(String(error)).not.toMatch(/SECRET|PASSWORD/);
	});
});

describe('the rate limit is', () => {
	it.each<[string, unknown, unknown, number, number]>([
		['what the credential says', 10, 5, 10, 5],
		['also where it says so in text', '72', '2.5', 72, 2.5],
		['whole calls', 7.9, 5, 7, 5],
		['the documented one if nothing is said', undefined, undefined, 25, 5],
		['the documented one for a value that is not a number', 'many', 'few', 25, 5],
		['the documented one for what would let nothing out', 0, 0, 25, 5],
		['the documented one for what is negative', -3, -1, 25, 5],
		['the documented one for less than one call', 0.5, 5, 25, 5],
		['the lowest that lets calls out', 1, 60, 1, 60],
	])('%s', (_, rateLimitCalls, rateLimitSeconds, calls, seconds) => {
		const credentials = { ...keys, region: 'x', rateLimitCalls, rateLimitSeconds };
		expect(statedLimit(credentials as Parameters<typeof statedLimit>[0])).toEqual({
			calls,
			seconds,
		});
	});
});

it('regions are those of DESIGN.md, by name', () => {
	expect(REGIONS).toEqual([
		{ name: 'Canada (api-ca12.leadsquared.com)', host: 'api-ca12.leadsquared.com' },
		{ name: 'India – Hyderabad (api-in22.leadsquared.com)', host: 'api-in22.leadsquared.com' },
		{ name: 'India – Mumbai (api-in21.leadsquared.com)', host: 'api-in21.leadsquared.com' },
		{ name: 'Ireland (api-ir31.leadsquared.com)', host: 'api-ir31.leadsquared.com' },
		{ name: 'Middle East (api-me61.leadsquared.com)', host: 'api-me61.leadsquared.com' },
		{ name: 'Singapore (api.leadsquared.com)', host: 'api.leadsquared.com' },
		{ name: 'United States (api-us11.leadsquared.com)', host: 'api-us11.leadsquared.com' },
	]);
});

describe('a key is sent', () => {
	it.each<[string, unknown, string]>([
		['as it is', 'u$rACCESS', 'u$rACCESS'],
		['without what was copied along', ' \n u$r\u200bACC ESS\ufeff\t', 'u$rACCESS'],
		['though it is a number', 12345, '12345'],
		['though it looks a little like nothing', 'nullx', 'nullx'],
		['though it ends like nothing', 'x[null]', 'x[null]'],
	])('%s', (_, accessKey, sent) => {
		expect(keyText(accessKey)).toBe(sent);
		expect(readCredentials({ accessKey, secretKey: 'S', region: 'x' })).toEqual({
			accessKey: sent,
			secretKey: 'S',
			region: 'x',
		});
	});

	it.each([
		'',
		' \u200b',
		undefined,
		null,
		{},
		['key'],
		true,
		'undefined',
		'null',
		'[null]',
		'NaN',
		'[]',
		'[object Object]',
	])('not if it is %j: it is empty', (key) => {
		expect(keyText(key)).toBe('');
		const error = thrownBy(() => readCredentials({ accessKey: key, secretKey: 'S' }));
		expect(error).toMatchObject({
			message: "'Access Key' is empty",
			description: expect.stringMatching(
				/^Open the LeadSquared credential and enter it; .*My Profile/,
			) as string,
		});
		const other = thrownBy(() => readCredentials({ accessKey: 'A', secretKey: key }));
		expect((other as Error).message).toBe("'Secret Key' is empty");
	});

	it.each([
		['Kéy', 'é (U+00E9)'],
		['“Key”', '“ (U+201C)'],
		['Key\ue000', 'U+E000'],
		['Key😀', '😀 (U+1F600)'],
	])('not if it is %j, since no key has %s', (accessKey, shown) => {
		expect(thrownBy(() => readCredentials({ accessKey, secretKey: 'S' }))).toMatchObject({
			message: `'Access Key' contains a character that no key has: ${shown}`,
			description: expect.stringMatching(
				/^Open the LeadSquared credential and copy the key again\. .*My Profile/,
			) as string,
		});
	});

	it.each<[unknown, 'headers' | 'qs']>([
		[undefined, 'headers'],
		[null, 'headers'],
		['headers', 'headers'],
		['', 'headers'],
		[['query'], 'headers'],
		['query', 'qs'],
		[' Query ', 'qs'],
	])('with %j in the %s', (keysIn, where) => {
		const parts = keyParts({ ...keys, keysIn } as unknown as LeadSquaredCredentials);
		expect(parts).toEqual(
			where === 'qs'
				? { qs: { accessKey: 'u$rACCESS', secretKey: 'SECRET' } }
				: { headers: { 'x-LSQ-AccessKey': 'u$rACCESS', 'x-LSQ-SecretKey': 'SECRET' } },
		);
	});
});

it.each([
	['x https://api.example.com', 'is not an address'],
	['api.example.com/v2/x/', ''],
])('an address that begins later is none: %s', (url, words) => {
	const result = thrownBy(() => custom(url));
	expect(words === '' ? result : (result as Error).message).toContain(
		words || 'https://api.example.com/v2',
	);
});

it('slashes at the end of a path go, however many', () => {
	expect(custom('https://proxy.example/x///')).toBe('https://proxy.example/x/v2');
});
