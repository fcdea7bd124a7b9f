/** Lead > Get, in n8n's own engine. */
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const locator = (mode: string, value: unknown) => ({ __rl: true, mode, value });
const get = (lead: unknown, parameters: object = {}) => ({
	resource: 'lead',
	operation: 'get',
	lead: lead as string,
	columns: ['FirstName', 'EmailAddress'],
	...parameters,
});
const lead = (index: number) => account.sandbox.lead(index)!;
const calls = (path: string) => account.sandbox.stats.byPath[`/v2/LeadManagement.svc/${path}`] ?? 0;
const nameOf = (items: Array<{ json: object }>) =>
	items.map(({ json }) => (json as { FirstName?: unknown }).FirstName);
const expected = (index: number) => ({
	ProspectID: lead(index).ProspectID,
	FirstName: lead(index).FirstName,
	EmailAddress: lead(index).EmailAddress,
});

describe('by its ID', () => {
	it('many input items share calls, and each gets its lead in its place', async () => {
		const sandbox = await account.open();
		const { items } = await account.run({
			input: range(1500).map((at) => ({ id: sandbox.idAt(1499 - at) })),
			parameters: get(locator('id', '={{ $json.id }}')),
		});
		expect(items.map(({ json }) => json)).toEqual(range(1500).map((at) => expected(1499 - at)));
		expect(itemsOf(items)).toEqual(range(1500));
		expect(sandbox.stats.calls).toBe(2);
	});

	it('accepts an ID in any form in which people paste it', async () => {
		const sandbox = await account.open();
		const id = sandbox.idAt(3);
		const address = `https://in21.leadsquared.com/LeadManagement/LeadDetails?LeadID=${id}`;
		for (const given of [id.toUpperCase(), `{${id}}`, { ProspectID: id }, [id], address]) {
			const { items } = await account.run({
				input: [{ given }],
				parameters: get(locator('id', '={{ $json.given }}')),
			});
			expect(items.map(({ json }) => json)).toEqual([expected(3)]);
		}
	});

	it.each([
		['a name', 'Ann', "'Lead' is not a lead ID: Ann"],
		['several', () => account.sandbox.ids(2), "'Lead' contains 2 lead IDs"],
		['an email address', 'ann@example.com', "'Lead' is not a lead ID: ann@example.com"],
	])('says so: %s', async (_, given, message) => {
		await account.open();
		const { error } = await account.run({
			input: [{ given: typeof given === 'function' ? given() : given }],
			parameters: get(locator('id', '={{ $json.given }}')),
		});
		expect(error?.message).toContain(message);
		expect(account.sandbox.stats.calls).toBe(0);
	});
});

it.each<[string, unknown, string]>([
	['id', 'ann@example.com', "This is an email address: set 'Lead' to By Email."],
	['id', '+91 98765 43210', "This is a phone number: set 'Lead' to By Phone."],
	['id', '100234', 'Enter a lead ID, such as 0acb9356-bcd1-4128-b63a-97f52cb8cc3c.'],
	['email', 9876543210, "This is a phone number: set 'Lead' to By Phone."],
	['email', '0acb9356-bcd1-4128-b63a-97f52cb8cc3c', "This is a lead ID: set 'Lead' to By ID."],
	['email', 'asha.rao@', 'Enter an email address, such as name@example.com.'],
	['email', 'a@example.com, b@example.com', 'These are 2 email addresses.'],
	['phone', 'ann@example.com', "This is an email address: set 'Lead' to By Email."],
	['phone', '0acb9356-bcd1-4128-b63a-97f52cb8cc3c', "This is a lead ID: set 'Lead' to By ID."],
	['phone', '9876543210, 9876543211', 'These are 2 phone numbers.'],
	['phone', '98765-43210/98765-43211', 'These are 2 phone numbers.'],
	['phone', '12', 'Enter a phone number, such as +919876543210.'],
])('%s, given %j: the advice is what to do with this value', async (mode, value, advice) => {
	await account.open();
	const { error } = await account.run({
		input: [{ value }],
		parameters: get(locator(mode, '={{ $json.value }}')),
	});
	expect((error as unknown as { description: string }).description).toContain(advice);
	expect(account.sandbox.stats.calls).toBe(0);
});

describe('by its email address', () => {
	it('is found in upper or lower case and with text around it', async () => {
		await account.open();
		const address = lead(5).EmailAddress!;
		for (const given of [
			address,
			address.toUpperCase(),
			` Ann <${address}> `,
			`mailto:${address}`,
		]) {
			const { items } = await account.run({ parameters: get(locator('email', given)) });
			expect(items.map(({ json }) => json)).toEqual([expected(5)]);
		}
		expect(calls('Leads/Retrieve/ByIds')).toBe(0);
	});

	it('columns that the lookup leaves out are asked for by ID, many in a call', async () => {
		await account.open({ faults: { wholeAnswers: false } });
		const { items } = await account.run({
			input: range(60).map((at) => ({ email: lead(at).EmailAddress })),
			parameters: get(locator('email', '={{ $json.email }}'), {
				columns: ['mx_City', 'FirstName'],
			}),
		});
		expect(items.map(({ json }) => json)).toEqual(
			range(60).map((at) => ({
				ProspectID: lead(at).ProspectID,
				mx_City: lead(at).mx_City,
				FirstName: lead(at).FirstName,
			})),
		);
		expect(calls('Leads/Retrieve/ByIds')).toBe(1);
	});

	it('without a lead is skipped, included or an error', async () => {
		await account.open();
		const parameters = (notFound: string) =>
			get(locator('email', '={{ $json.email }}'), { options: { notFound } });
		const input = [{ email: 'nobody@example.com' }, { email: lead(1).EmailAddress }, { email: '' }];
		const skipped = await account.run({ input, parameters: parameters('skip') });
		expect(itemsOf(skipped.items)).toEqual([1]);
		expect(skipped.hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^1 of 2 leads found, 2 calls, .*1 lead was not found and was skipped: nobody@example\.com\. 1 input item has no lead and was skipped: item 2\./,
			),
		]);
		const included = await account.run({ input, parameters: parameters('include') });
		expect(included.items.map(({ json }) => json)).toEqual([
			{ ProspectID: null, found: false, FirstName: null, EmailAddress: 'nobody@example.com' },
			{ ...expected(1), found: true },
			{ ProspectID: null, found: false, FirstName: null, EmailAddress: null },
		]);
		const { error } = await account.run({ input, parameters: parameters('error') });
		expect(error?.message).toBe('2 leads were not found');
		expect(error?.description).toContain(
			'Item 0: LeadSquared has no lead with the email address nobody@example.com.',
		);
	});

	it.each([
		['an empty list', { nobodyForm: 'list' as const }, 1],
		['an empty answer, which might be a fault', { nobodyForm: 'blank' as const }, 5],
	])('"not found" may be %s', async (_, faults, expectedCalls) => {
		await account.open({ faults });
		const { items } = await account.run({
			parameters: get(locator('email', 'nobody@example.com'), { options: { notFound: 'include' } }),
		});
		expect(items[0].json.found).toBe(false);
		expect(account.sandbox.stats.calls).toBe(expectedCalls);
	});

	it('an empty answer that is a fault costs no lead', async () => {
		await account.open({ faults: { transient: { every: 2, kinds: ['empty-200', 'html-200'] } } });
		const { items } = await account.run({
			input: range(20).map((at) => ({ email: lead(at).EmailAddress })),
			parameters: get(locator('email', '={{ $json.email }}')),
		});
		expect(nameOf(items)).toEqual(range(20).map((at) => lead(at).FirstName));
	});

	it('500 lookups keep the order and the rate limit, and report progress', async () => {
		const sandbox = await account.open({ leads: 500 });
		const { items, messages, elapsedMs } = await account.run({
			input: range(500).map((at) => ({ email: lead(499 - at).EmailAddress })),
			parameters: get(locator('email', '={{ $json.email }}')),
		});
		expect(nameOf(items)).toEqual(range(500).map((at) => lead(499 - at).FirstName));
		expect(itemsOf(items)).toEqual(range(500));
		// 25 calls in 5 seconds: the first 25 at once.
		const floorMs = (calls('Leads.GetByEmailaddress') / 25 - 1) * 5000;
		expect(elapsedMs).toBeLessThan(1.1 * floorMs);
		expect(sandbox.stats.refused).toBe(0);
		expect(messages.at(-1)).toMatch(/^LeadSquared: [\d,]+ of [\d,]+ leads \(\d+ %/);
	});
});

describe('by its phone number', () => {
	it.each(['digits', 'stored', 'any'] as const)(
		'is found however it is written, where LeadSquared finds %s',
		async (phoneForms) => {
			await account.open({ faults: { phoneForms } });
			const stored = lead(4).Phone!;
			const digits = stored.replace(/\D/g, '');
			for (const given of [
				stored,
				`+${digits}`,
				digits,
				`+${digits.slice(0, 2)} ${digits.slice(2, 7)} ${digits.slice(7)}`,
				Number(digits),
				`${digits}.0`,
			]) {
				const { items, error } = await account.run({
					input: [{ given }],
					parameters: get(locator('phone', '={{ $json.given }}')),
				});
				expect(error).toBeUndefined();
				expect(nameOf(items)).toEqual([lead(4).FirstName]);
			}
		},
	);

	it('an unknown number is looked up in every form, once', async () => {
		await account.open();
		const { items } = await account.run({
			parameters: get(locator('phone', '+91 00000 00000'), { options: { notFound: 'include' } }),
		});
		expect(items[0].json.found).toBe(false);
		expect(account.sandbox.stats.calls).toBeLessThanOrEqual(5);
	});
});

describe('from the list', () => {
	it('finds a lead by part of its name', async () => {
		await account.open();
		expect(await account.search('searchLeads')).toEqual({ results: [] });
		const { results } = await account.search('searchLeads', lead(9).EmailAddress!);
		expect(results).toEqual([
			{
				name: `${lead(9).FirstName} ${lead(9).LastName}, ${lead(9).EmailAddress}`,
				value: lead(9).ProspectID,
			},
		]);
		const { items } = await account.run({ parameters: get(locator('list', results[0].value)) });
		expect(items.map(({ json }) => json)).toEqual([expected(9)]);
	});

	it('a person pastes its ID, its phone number in any form, or its name with the last name first', async () => {
		await account.open();
		const { FirstName, LastName, Phone, ProspectID } = lead(9);
		const digits = Phone!.replace(/\D/g, '');
		const national = digits.slice(-10);
		for (const given of [
			ProspectID,
			`{${ProspectID!.toUpperCase()}}`,
			`+${digits.slice(0, -10)} ${national.slice(0, 5)} ${national.slice(5)}`,
			`0${national}`,
			`${LastName} ${FirstName}`,
			`${LastName}, ${FirstName}`,
		]) {
			const { results } = await account.search('searchLeads', given!);
			expect(results.map(({ value }) => value)).toContain(ProspectID);
		}
		expect(await account.search('searchLeads', '00000000-0000-4000-8000-000000000000')).toEqual({
			results: [],
		});
	});

	it('accepts any kind of key from an AI model', async () => {
		await account.open();
		const { FirstName, LastName, EmailAddress, Phone, ProspectID } = lead(2);
		for (const given of [ProspectID, EmailAddress, Phone]) {
			const { items } = await account.run({ parameters: get(locator('list', given)) });
			expect(nameOf(items)).toEqual([FirstName]);
		}
		const { items, error } = await account.run({
			parameters: get(locator('list', `${FirstName} ${LastName}`)),
		});
		if (error) expect(error.message).toMatch(/^Several leads fit/);
		else expect(nameOf(items)).toEqual([FirstName]);
	});

	describe('by expression, only the right column counts', () => {
		const found = async (value: unknown) => {
			const { items, error } = await account.run({
				input: [{ value }],
				parameters: get(locator('list', '={{ $json.value }}'), {
					options: { notFound: 'include' },
				}),
			});
			expect(error).toBeUndefined();
			return items[0].json.found === false ? undefined : items[0].json.ProspectID;
		};

		it.each([1016, '1016', '1016.0', ' 1016 '])('%j is a lead number', async (given) => {
			const sandbox = await account.open({ leads: 20 });
			sandbox.touch(3, { Phone: '+91-9810160000', Company: '1016', FirstName: '1016' });
			expect(await found(given)).toBe(sandbox.idAt(15));
		});

		it('a number that is in other columns only is not found', async () => {
			const sandbox = await account.open({ leads: 10 });
			sandbox.touch(3, { Phone: '+91-9810160000', Company: '1016', FirstName: '1016' });
			expect(await found('1016')).toBeUndefined();
			expect(await found('160000')).toBeUndefined();
		});

		it('a short phone number, whole', async () => {
			const sandbox = await account.open({ leads: 20, faults: { phoneForms: 'any' } });
			sandbox.touch(3, { Phone: '+65-91234567', Mobile: '4567890' });
			for (const given of ['4567890', '456 7890', '+6591234567', '6591234567']) {
				expect(await found(given)).toBe(sandbox.idAt(3));
			}
			expect(await found('567890')).toBeUndefined();
		});

		it('a name', async () => {
			const sandbox = await account.open({ leads: 20 });
			sandbox.touch(3, { FirstName: 'Joanna', LastName: 'Annesley', Company: 'Zora Ltd' });
			sandbox.touch(4, { FirstName: 'Zora', LastName: 'Quist' });
			sandbox.touch(5, { FirstName: 'Mae', LastName: 'Smith', Company: 'Xanadu' });
			expect(await found('zora')).toBe(sandbox.idAt(4));
			expect(await found('Zora Quist')).toBe(sandbox.idAt(4));
			expect(await found('Joan')).toBeUndefined();
			expect(await found('Xanadu')).toBeUndefined();
		});
	});

	it('a name that several leads have is reported with them', async () => {
		await account.open();
		const { error } = await account.run({ parameters: get('a') });
		expect(error?.message).toBe("Several leads fit 'a' [item 0]");
		expect(error?.description).toMatch(/^They are .+; .+ and 5 more\. Enter the lead ID/);
	});
});

it.each(['email', 'phone'])('two leads with one %s: the first, and a hint', async (mode) => {
	const sandbox = await account.open({ leads: 20, faults: { phoneMatches: 'all' } });
	const shared = { EmailAddress: 'two@example.com', Phone: '+91-9123456789' };
	sandbox.touch(3, shared);
	sandbox.touch(7, shared);
	const value = mode === 'email' ? shared.EmailAddress : shared.Phone;
	const { items, hints } = await account.run({ parameters: get(locator(mode, value)) });
	expect(items).toHaveLength(1);
	const first = String(items[0].json.ProspectID);
	const other = [3, 7].map((at) => sandbox.idAt(at)).find((id) => id !== first);
	expect(hints[0].message).toBe(
		`Several leads have the same email address or phone number, and the first of them was used: ${value} (${first}, ${other}).`,
	);
	expect((await account.run({ parameters: get(locator('id', first)) })).hints).toHaveLength(1);
});

it.each(['email', 'phone'])('a lead whose %s is masked is found', async (mode) => {
	const maskedColumns = ['EmailAddress', 'Phone', 'Mobile'];
	const sandbox = await account.open({ leads: 20 });
	const { EmailAddress, Phone } = lead(3);
	await account.open({ leads: 20, faults: { maskedColumns } });
	const value = mode === 'email' ? EmailAddress : Phone;
	const { items } = await account.run({ parameters: get(locator(mode, value)) });
	expect(items[0].json.ProspectID).toBe(sandbox.idAt(3));
});

it('an empty value is reported, before any call', async () => {
	await account.open();
	const { error } = await account.run({
		input: [{}, {}],
		parameters: get(locator('email', '={{ $json.email }}')),
	});
	expect(error?.message).toContain("'Lead' is empty: no input item names a lead");
	expect(account.sandbox.stats.calls).toBe(0);
});

it('a lookup that fails is an error item, and the others continue', async () => {
	await account.open();
	const { items } = await account.run({
		input: [{ email: 'no address' }, { email: lead(1).EmailAddress }],
		parameters: get(locator('email', '={{ $json.email }}')),
		onError: 'continueRegularOutput',
	});
	const { good, failed } = sorted(items);
	expect(itemsOf(good)).toEqual([1]);
	expect(failed.map(({ json }) => json.error)).toEqual([
		"'Lead' is not an email address: no address [item 0]",
	]);
});

it('lookups of a host that does not answer do not wait for each other', async () => {
	await account.open({ faults: { firstCallsFail: 1e6 } });
	const { items, elapsedMs } = await account.run({
		input: range(300).map((at) => ({ email: `a${at}@example.com` })),
		parameters: get(locator('email', '={{ $json.email }}'), { options: { maxWaitSeconds: 60 } }),
		onError: 'continueRegularOutput',
	});
	expect(sorted(items).failed).toHaveLength(300);
	expect(elapsedMs).toBeLessThan(240_000);
});

it('a run that stops reports the failure and the number of leads fetched', async () => {
	await account.open({ faults: { dailyQuota: 10 } });
	const { error } = await account.run({
		input: range(100).map((at) => ({ email: lead(at).EmailAddress })),
		parameters: get(locator('email', '={{ $json.email }}')),
	});
	expect(error?.message).toContain("The account's API calls for the day are used up");
	expect(error?.description).toMatch(/\d+ leads were fetched before the error\./);
});
