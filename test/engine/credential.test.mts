import type { Faults } from '../../dev/sandbox/server.mts';
import { accountForEach, inputOf } from './account.mts';
import { loadOptions, testCredential } from './harness.mts';

const { account, run, keys, state } = accountForEach();

const EMPTY = [undefined, null, '', ' ', '\u200b'];

describe.each(EMPTY)('an access key that is %j', (accessKey) => {
	const words = "'Access Key' is empty";
	const credentials = () => ({ ...keys(), accessKey: accessKey as string });

	it('is told without a call, in run, list and test', async () => {
		const sandbox = await account();
		const { error } = await run({ input: inputOf(sandbox.ids(1)), credentials: credentials() });
		expect(error?.message).toContain(words);
		const { url } = state;
		await expect(
			loadOptions('getLeadColumns', { url, credentials: credentials() }),
		).rejects.toThrow(words);
		const result = await testCredential({ url, credentials: credentials() });
		expect(result.message).toContain(words);
		expect(sandbox.stats.calls).toBe(0);
	});
});

it.each<[string, (key: string) => string]>([
	['blanks around it', (key) => ` ${key}\t`],
	['a line break in it', (key) => `${key.slice(0, 4)}\n${key.slice(4)}`],
	['an invisible character in it', (key) => `${key.slice(0, 4)}\u200b${key.slice(4)}\u2060`],
])('a key that was copied with %s works', async (_, spoil) => {
	const sandbox = await account();
	const credentials = { accessKey: spoil(sandbox.accessKey), secretKey: spoil(sandbox.secretKey) };
	expect((await run({ input: inputOf(sandbox.ids(1)), credentials })).items).toHaveLength(1);
	expect(await testCredential({ url: state.url, credentials })).toMatchObject({ status: 'OK' });
});

it('a character that no key has is named, without a call', async () => {
	const sandbox = await account();
	const credentials = { ...keys(), secretKey: 'abc\u2026def' };
	const { error } = await run({ input: inputOf(sandbox.ids(1)), credentials });
	expect(error?.message).toBe("'Secret Key' contains a character that no key has: … (U+2026)");
	expect(sandbox.stats.calls).toBe(0);
});

describe('keys that an account takes in the query only', () => {
	const faults = { keysTaken: 'query' } as unknown as Partial<Faults>;

	it('work with Send Keys In: Query', async () => {
		const sandbox = await account({ faults });
		const credentials = { ...keys(), keysIn: 'query' };
		expect((await run({ input: inputOf(sandbox.ids(1)), credentials })).items).toHaveLength(1);
		expect(await testCredential({ url: state.url, credentials })).toMatchObject({ status: 'OK' });
	});

	it('are found out by the test of the credential, with one more call', async () => {
		const sandbox = await account({ faults });
		const result = await testCredential({ url: state.url, credentials: keys() });
		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringContaining("set 'Send Keys In' to Query"),
		});
		expect(sandbox.stats.calls).toBe(2);
	});
});

it.each([
	['no-permission', 'lacks a permission'],
	['inactive-user', 'is deactivated'],
])('a 401 for another reason than the keys is told as what it is: %s', async (access, words) => {
	const sandbox = await account({ faults: { access } as unknown as Partial<Faults> });
	const { error } = await run({ input: inputOf(sandbox.ids(1)) });
	expect(error?.message).toContain(words);
});

it.each(['plain', 'html', 'html-hex', 'percent', 'unicode'])(
	'keys that an error repeats are gone: %s',
	async (keysRepeated) => {
		const sandbox = await account({
			faults: {
				requestFault: 'MXInvalidInputException',
				keysRepeated,
			} as unknown as Partial<Faults>,
		});
		const { run: execution, logs, messages } = await run({ input: inputOf(sandbox.ids(1)) });
		expect(execution.status).toBe('error');
		const everything = JSON.stringify([
			execution,
			logs,
			messages,
			execution.data.resultData.error?.stack,
		]);
		for (const key of [sandbox.accessKey, sandbox.secretKey]) {
			expect(everything).not.toContain(key);
			expect(everything).not.toContain(key.slice(3, 12));
		}
	},
);
