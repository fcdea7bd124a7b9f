/** K6: a credential that is empty, odd, elsewhere or without rights, in words, wherever it is used. */
import type { INodePropertyOptions } from 'n8n-workflow';
import type { Faults } from '../../dev/sandbox/server.mts';
import { getByIds, testAccount } from './account.mts';
import type { CredentialSource } from './engine.mts';

const account = testAccount();

const PLACES = ['run', 'picker', 'test'] as const;
type Place = (typeof PLACES)[number];

/** The reason that the list's first entry gives for missing columns. */
const whyMissing = (list: INodePropertyOptions[]) =>
	list[0].name === "Your Account's Columns Are Missing" ? list[0].description : undefined;

/** The message there; `undefined` if all is well. */
async function messageAt(place: Place, changes: object = {}): Promise<string | undefined> {
	if (place === 'test') {
		const { status, message } = await account.test(changes);
		return status === 'OK' ? undefined : message;
	}
	const wordsOf = (error?: { message: string; description?: string | null }) =>
		error && `${error.message} ${error.description ?? ''}`;
	if (place === 'picker') return await account.picker(changes).then(whyMissing, wordsOf);
	const { error } = await account.run({
		input: [{ id: account.sandbox.idAt(0) }],
		parameters: getByIds(),
		credentials: changes as CredentialSource,
	});
	return wordsOf(error as Error | undefined);
}

const inEach = <T,>(values: T[]): Array<[Place, T]> =>
	PLACES.flatMap((place) => values.map((value): [Place, T] => [place, value]));
const calls = () => account.sandbox.stats.calls;
const auths = () => new Set(account.sandbox.stats.requests.map(({ auth }) => auth));

describe('a missing key', () => {
	const NOTHING = [
		...[undefined, null, '', '  ', '\r\n', '\u200b\ufeff', [], {}, true, NaN],
		// Out of an expression with text around it.
		...['undefined', 'null', 'NaN', '[object Object]', '[undefined]\n'],
	];
	it.each(inEach(NOTHING))('%s: %j is empty, and no call is made', async (place, key) => {
		await account.open();
		for (const [name, label] of [
			['accessKey', 'Access Key'],
			['secretKey', 'Secret Key'],
		]) {
			const words = await messageAt(place, { [name]: key });
			expect(words).toMatch(new RegExp(`^'${label}' is empty`));
			// The test shows no more: the credential is open.
			if (place === 'test') continue;
			expect(words).toContain('Open the LeadSquared credential');
			expect(words).toContain('API Access Keys');
		}
		expect(calls()).toBe(0);
	});

	it.each(PLACES)('%s: both missing names the first', async (place) => {
		await account.open();
		expect(await messageAt(place, { accessKey: null, secretKey: undefined })).toMatch(
			/^'Access Key' is empty/,
		);
	});
});

describe('a key copied with extra characters', () => {
	const WRAPS: Array<[string, (key: string) => string]> = [
		['blanks around', (key) => `  ${key}\t`],
		['a line end behind', (key) => `${key}\r\n`],
		['a line break inside', (key) => `${key.slice(0, 5)}\n${key.slice(5)}`],
		['a zero width space inside', (key) => `${key.slice(0, 5)}\u200b${key.slice(5)}`],
		['a byte order mark before', (key) => `\ufeff${key}`],
		['a mark of direction behind', (key) => `${key}\u200e`],
		['a soft hyphen inside', (key) => `${key.slice(0, 3)}\u00ad${key.slice(3)}`],
		['a no-break space behind', (key) => `${key}\u00a0`],
		['a NUL behind', (key) => `${key}\u0000`],
		['a delete inside', (key) => `${key.slice(0, 3)}\u007f${key.slice(3)}`],
	];
	it.each(inEach(WRAPS.map(([what]) => what)))('%s: %s, and works', async (place, what) => {
		await account.open();
		const wrap = WRAPS.find(([name]) => name === what)![1];
		const { accessKey, secretKey } = account.sandbox;
		expect(
			await messageAt(place, { accessKey: wrap(accessKey), secretKey: wrap(secretKey) }),
		).toBeUndefined();
		expect(calls()).toBe(1);
	});

	it.each(PLACES)('%s: a number works as its digits do', async (place) => {
		await account.open({ accessKey: '1234567890', secretKey: '9876543210' });
		expect(
			await messageAt(place, { accessKey: 1234567890, secretKey: 9876543210 }),
		).toBeUndefined();
	});

	it.each(
		inEach([
			['an accent', 'u$rclé', 'é (U+00E9)'],
			['curly quotes', '\u201cu$rkey\u201d', '\u201c (U+201C)'],
			['a masked key', '\u2022\u2022\u2022\u2022', '\u2022 (U+2022)'],
			['a long dash', 'u$r\u2014key', '\u2014 (U+2014)'],
			['an emoji', 'u$r\u{1f511}', '\u{1f511} (U+1F511)'],
			['half of an emoji', 'u$r\ud83d', 'U+D83D'],
			['a private character', 'u$r\ue000', 'U+E000'],
		]),
	)('%s: %j is reported with the character, without a call', async (place, [, key, shown]) => {
		await account.open();
		for (const name of ['accessKey', 'secretKey']) {
			const words = await messageAt(place, { [name]: key });
			expect(words).toContain(`contains a character that no key has: ${shown}`);
			if (place !== 'test') expect(words).toContain('copy the key again');
			// The rest of the key is secret.
			expect(words).not.toContain('u$r');
		}
		expect(calls()).toBe(0);
	});
});

describe('the place of the keys in a request', () => {
	it.each(inEach([undefined, null, '', 'headers', 'Headers', 'maybe', 5] as unknown[]))(
		'%s: %j is headers',
		async (place, keysIn) => {
			await account.open({ faults: { keysTaken: 'headers' } });
			expect(await messageAt(place, { keysIn })).toBeUndefined();
			expect(auths()).toEqual(new Set(['header']));
		},
	);

	it.each(inEach(['query', 'Query', ' query\n']))('%s: %j is the query', async (place, keysIn) => {
		const odd = { accessKey: 'u$r&a=b+c%24 '.trim(), secretKey: '#secret?/&%26+key' };
		await account.open({ ...odd, faults: { keysTaken: 'query' } });
		expect(await messageAt(place, { keysIn })).toBeUndefined();
		expect(auths()).toEqual(new Set(['query']));
	});

	it('a run in the query gets every lead, with metadata', async () => {
		await account.open({ faults: { keysTaken: 'query' } });
		const { items } = await account.run({
			input: [{ id: account.sandbox.ids(2500) }],
			parameters: getByIds({ columns: '*' }),
			credentials: { keysIn: 'query' },
		});
		expect(items).toHaveLength(2500);
		expect(auths()).toEqual(new Set(['query']));
	});

	it.each(PLACES)('%s: does not put keys into a query on its own', async (place) => {
		await account.open({ faults: { keysTaken: 'query' } });
		expect(await messageAt(place)).toContain('does not accept the keys');
		expect(account.sandbox.stats.requests.map(({ auth }) => auth)).toEqual(['header']);
	});
});

describe('a test that fails', () => {
	it.each<[string, Partial<Faults>, object, RegExp]>([
		['wrong keys', {}, { secretKey: 'wrong-one' }, /does not accept the keys: check 'Access Key'/],
		['a 200 with an error', { errorIn200: true }, { secretKey: 'x' }, /does not accept the keys/],
		['another region', { wrongRegion: 'api-in21.leadsquared.com' }, {}, /and 'Region'/],
		['keys for the query', { keysTaken: 'query' }, {}, /set 'Send Keys In' to Query/],
		[
			'any other error',
			{ firstCallsFail: 9, outageKind: '500-no-type' },
			{},
			/answers with an error/,
		],
		['a host without the API', { notFoundPath: true }, {}, /no LeadSquared API/],
		['an outage', { firstCallsFail: 9, outageKind: '503' }, {}, /LeadSquared is not available/],
		['an empty answer', { firstCallsFail: 9, outageKind: 'empty-200' }, {}, /no LeadSquared API/],
		['a quota', { dailyQuota: 0 }, {}, /calls for the day are used up/],
		['a firewall', { between: 'firewall-403' }, {}, /a proxy, a firewall/],
		['a login page', { between: 'login-200' }, {}, /a login page/],
		['a redirect', { redirect: 'https://example.com' }, {}, /no LeadSquared API/],
		['a reset', { firstCallsFail: 9, outageKind: 'reset' }, {}, /^ECONNRESET$/],
	])('for %s makes one call, and says what to do', async (_, faults, changes, words) => {
		await account.open({ faults });
		expect(await messageAt('test', changes)).toMatch(words);
		expect(calls()).toBe(1);
		expect(auths()).toEqual(new Set(['header']));
	});
});

describe('valid keys that lack a permission', () => {
	const ACCESS: Array<[Faults['access'], RegExp, RegExp]> = [
		['no-permission', /lacks a permission in LeadSquared/, /You do not have permission/],
		['inactive-user', /user of the keys is deactivated/, /The user is not active/],
		['invalid-user', /does not accept the keys/, /Invalid user details/],
	];
	it.each(inEach(ACCESS))('%s: %p', async (place, [access, message, quoted]) => {
		await account.open({ faults: { access } });
		const words = await messageAt(place);
		expect(words).toMatch(message);
		// The declarative test cannot quote LeadSquared.
		if (place !== 'test') expect(words).toMatch(quoted);
		if (access !== 'invalid-user') expect(words).not.toMatch(/does not accept the keys/);
		expect(calls()).toBe(1);
	});

	it('a permission that only the leads lack is reported in the run, while picker and test work', async () => {
		await account.open({ faults: { access: 'no-permission', accessOf: 'leads' } });
		expect(await messageAt('picker')).toBeUndefined();
		expect(await messageAt('test')).toBeUndefined();
		expect(await messageAt('run')).toMatch(/lacks a permission/);
	});

	it('a permission that only the metadata lacks does not hinder a run that needs none', async () => {
		await account.open({ faults: { access: 'no-permission', accessOf: 'metadata' } });
		expect(await messageAt('run')).toBeUndefined();
		expect(await messageAt('picker')).toMatch(/lacks a permission/);
	});

	it('keys that see no columns do not pass the test', async () => {
		await account.open({ faults: { metadata: 'empty' } });
		// n8n itself stumbles over an empty list.
		await expect(messageAt('test')).rejects.toThrow(TypeError);
	});

	it.each(['run', 'picker'] as const)('%s: keys of another region name the host', async (place) => {
		await account.open({ faults: { wrongRegion: 'api-in21.leadsquared.com' } });
		expect(await messageAt(place)).toMatch(/India – Mumbai.*api-in21\.leadsquared\.com/);
	});
});

describe('keys repeated in an error', () => {
	const odd = { accessKey: 'u$rKEY<&>"\'+/=%5c', secretKey: 'sEcr3t-of_a.user&amp;' };
	/** Decodes the text that is shown. */
	const decoded = (text: string): string[] => {
		const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
		return [
			text,
			text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
			text
				.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
				.replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
				.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => entities[name]),
			text.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) =>
				String.fromCharCode(parseInt(hex, 16)),
			),
			text.replace(/\\(.)/g, '$1'),
		];
	};
	const expectNoKeyIn = (text: string) => {
		const pieces = Object.values(odd).flatMap((key) => [key, key.slice(0, 8), key.slice(-8)]);
		for (const one of decoded(text)) for (const key of pieces) expect(one).not.toContain(key);
	};

	const WRITINGS = ['plain', 'html', 'html-hex', 'percent', 'unicode'] as const;
	it.each(inEach([...WRITINGS]))('%s: %s', async (place, keysRepeated) => {
		for (const keysIn of ['headers', 'query']) {
			for (const keysRepeatedAt of [null, 280, 295, 300, 19_990, 20_000, 20_010]) {
				await account.open({
					...odd,
					faults: { keysRepeated, keysRepeatedAt, access: 'no-permission' },
				});
				const words = await messageAt(place, { keysIn });
				expect(words).toMatch(/lacks a permission/);
				expectNoKeyIn(words!);
			}
		}
	});

	it.each(WRITINGS)('are in nothing that a run leaves behind: %s', async (keysRepeated) => {
		await account.open({ ...odd, faults: { keysRepeated, requestFault: 'MXSomeException' } });
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			const { run, logs, messages, error } = await account.run({
				input: account.sandbox.ids(3).map((id) => ({ id })),
				parameters: getByIds(),
				onError,
			});
			expectNoKeyIn(JSON.stringify([run, logs, messages, error, error?.stack]));
		}
	});

	it.each(['reset', 'timeout', 'stall', 'gzip-plain'] as const)(
		'in the query, are in nothing that a fault of the network leaves behind: %s',
		async (outageKind) => {
			await account.open({ ...odd, faults: { firstCallsFail: 1e6, outageKind } });
			const { run, logs, messages, error } = await account.run({
				input: [{ id: account.sandbox.idAt(0) }],
				parameters: getByIds({ options: { maxWaitSeconds: 0 } }),
				credentials: { keysIn: 'query' },
			});
			expect(error?.message).toMatch(/not available|cannot connect/);
			expectNoKeyIn(JSON.stringify([run, logs, messages, error, error?.stack]));
		},
	);

	it.each(
		inEach([
			['a', 'api'],
			['Lead', 'access'],
			['1', 'to'],
		]),
	)('%s: keys as short as %j leave the text readable', async (place, [accessKey, secretKey]) => {
		await account.open({ accessKey, secretKey, faults: { access: 'no-permission' } });
		const words = await messageAt(place);
		expect(words).toContain('lacks a permission in LeadSquared');
		if (place !== 'test') expect(words).toContain('You do not have permission to access Leads');
		expect(words).not.toContain('***');
	});
});
