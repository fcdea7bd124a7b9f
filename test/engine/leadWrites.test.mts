/** Second matches, previews, Overwrite, Create and Update, in n8n's own engine. */
import type { Faults } from '../../dev/sandbox/server.mts';
import { writeError } from '../../nodes/LeadSquared/actions/lead/write/messages';
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const UNIQUE = { uniqueColumns: ['EmailAddress', 'Phone'] };
const ADA = 'ada@example.com';
const BULK = '/v2/LeadManagement.svc/Lead/Bulk/';

interface Settings {
	operation?: 'upsert' | 'create' | 'update';
	match?: string;
	options?: object;
}

const run = async (
	{ operation = 'upsert', match = 'EmailAddress', options = {} }: Settings,
	input: object[],
	more: object = {},
) =>
	await account.run({
		parameters: {
			resource: 'lead',
			operation,
			fields: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [match] },
			options,
		} as never,
		input,
		...more,
	});
const goOn = { onError: 'continueRegularOutput' };
const callsOf = (name: string) => account.sandbox.stats.byPath[`${BULK}${name}`] ?? 0;
const allBulkCalls = () =>
	Object.entries(account.sandbox.stats.byPath)
		.filter(([path]) => path.startsWith(BULK))
		.reduce((sum, [, times]) => sum + times, 0);
const leadAt = (index: number) =>
	account.sandbox.lead(index, ['EmailAddress', 'Phone', 'FirstName', 'Company'])!;
const messages = ({ hints }: { hints: Array<{ message: string }> }) =>
	hints.map(({ message }) => message);

/** An account in which lead 3 has Ada's old address and number. */
async function open(faults: object = {}) {
	const sandbox = await account.open({ leads: 20, faults: { ...UNIQUE, ...faults } });
	sandbox.touch(3, { Phone: '+91-9876543210', EmailAddress: 'old@example.com', Company: null });
	return sandbox;
}

describe('a second column to match on', () => {
	const row = { EmailAddress: ADA, Phone: '+91-9876543210', FirstName: 'Ada' };
	const second = { secondMatch: 'Phone' };

	it.each(['row', 'call'] as const)(
		'finds the lead that has the number, and keeps its address (duplicates refuse the %s)',
		async (duplicates) => {
			const sandbox = await open({ duplicates });
			const input = [row, { EmailAddress: 'new@example.com', FirstName: 'Eva' }];
			const { items } = await run({ options: second }, input);
			expect(items.map(({ json }) => [json.status, json.matchedBy, json.created])).toEqual([
				['updated', 'Phone', false],
				['created', null, true],
			]);
			expect(items[0].json.ProspectID).toBe(sandbox.idAt(3));
			expect(leadAt(3)).toMatchObject({ EmailAddress: 'old@example.com', FirstName: 'Ada' });
		},
	);

	it('also gives the lead the new address, if the user wants it', async () => {
		await open();
		await run({ options: { ...second, overwriteFirstMatch: true } }, [row]);
		expect(leadAt(3)).toMatchObject({ EmailAddress: ADA, FirstName: 'Ada' });
	});

	it('is not used if the first one finds the lead', async () => {
		const sandbox = await open();
		const { EmailAddress } = leadAt(5);
		const { items } = await run({ options: second }, [{ EmailAddress, FirstName: 'Eva' }]);
		expect(items[0].json).toMatchObject({
			ProspectID: sandbox.idAt(5),
			matchedBy: 'EmailAddress',
		});
	});

	it('finds the lead of a row without a value in the first one', async () => {
		const sandbox = await open();
		const { items } = await run({ options: second }, [{ Phone: '98765 43210', FirstName: 'Ada' }]);
		expect(items[0].json).toMatchObject({ ProspectID: sandbox.idAt(3), matchedBy: 'Phone' });
	});

	it('does not overrule a lead ID', async () => {
		const sandbox = await open();
		const input = [{ ProspectID: sandbox.idAt(5), Phone: row.Phone }];
		const { items } = await run({ options: second }, input, goOn);
		expect(items[0].json).toMatchObject({
			errorCode: 'MXDuplicateEntryException',
			retryable: false,
			status: 'failed',
		});
		expect(leadAt(3).FirstName).not.toBe('Ada');
	});

	it('rows that it makes the same lead are written in their order', async () => {
		const sandbox = await open();
		const input = Array.from({ length: 60 }, (_, at) => ({
			EmailAddress: `ada${at}@example.com`,
			Phone: row.Phone,
			FirstName: `Ada ${at}`,
		}));
		const { items } = await run({ options: second }, input);
		expect(new Set(items.map(({ json }) => json.ProspectID))).toEqual(new Set([sandbox.idAt(3)]));
		expect(leadAt(3).FirstName).toBe('Ada 59');
	});

	it('that several leads stand against: the row is an error, and nothing is written', async () => {
		await open({ uniqueColumns: ['EmailAddress', 'Phone', 'Mobile'] });
		account.sandbox.touch(4, { Mobile: '+91-9000000000' });
		const { items } = await run({ options: second }, [{ ...row, Mobile: '+91-9000000000' }], goOn);
		expect(items[0].json.error).toContain('Another lead already has the Mobile +91-9000000000');
		expect(items[0].json.message).toContain('Correct or remove the value.');
		expect(leadAt(3).FirstName).not.toBe('Ada');
	});

	it.each(['FirstName', 'mx_Gone'])(
		'that is %s is refused before any call that writes',
		async (name) => {
			await open();
			const { error } = await run({ options: { secondMatch: name } }, [row]);
			expect(error!.description).toContain("Choose another 'Second Column to Match On Name or ID'");
			expect(allBulkCalls()).toBe(0);
		},
	);

	it('costs a call for 25 duplicates, and none for other rows', async () => {
		const sandbox = await open();
		const input = Array.from({ length: 250 }, (_, at) => ({
			EmailAddress: `new${at}@example.com`,
			Phone: at % 10 ? `+91-80000${10_000 + at}` : `+91-70000${10_000 + at}`,
		}));
		for (let at = 0; at < 25; at++) sandbox.touch(at % 20, { Phone: 'unused' });
		for (let at = 0; at < 10; at++) sandbox.touch(at, { Phone: `+91-70000${10_000 + 10 * at}` });
		const { items } = await run({ options: second }, input);
		expect(items.filter(({ json }) => json.matchedBy === 'Phone')).toHaveLength(10);
		expect(callsOf('CreateOrUpdate') - account.sandbox.stats.refused).toBeLessThanOrEqual(12);
	});
});

describe('a preview', () => {
	const options = { preview: true };

	it('says what each row would do, with old and new values, and writes nothing', async () => {
		const sandbox = await open();
		sandbox.touch(5, { FirstName: 'Eva', Company: 'Acme', mx_Date_of_Birth: '1985-04-12' });
		const { EmailAddress } = leadAt(5);
		const input = [
			{ EmailAddress: ` ${EmailAddress} `, FirstName: 'Ida', Company: 'Acme' },
			{ EmailAddress, Company: 'Acme', FirstName: 'Ida', mx_Date_of_Birth: '1985-04-12' },
			{ EmailAddress: ADA, FirstName: 'Ada' },
			{ EmailAddress: ADA, FirstName: 'Ada B' },
			{ EmailAddress: 'x@example.com', Phone: '+91-9876543210' },
			{ EmailAddress: 'no address' },
			{ ProspectID: 'aaaaaaaa-0000-4000-8000-000000000000', FirstName: 'No one' },
		];
		const before = sandbox.history.length;
		const { items, error, hints } = await run({ options }, input);
		expect(error).toBeUndefined();
		expect(itemsOf(items)).toEqual(input.map((_, item) => item));
		expect(items.map(({ json }) => [json.would, json.ProspectID, json.changes])).toEqual([
			['update', sandbox.idAt(5), { FirstName: { old: 'Eva', new: 'Ida' } }],
			['unchanged', sandbox.idAt(5), {}],
			[
				'create',
				null,
				{ EmailAddress: { old: null, new: ADA }, FirstName: { old: null, new: 'Ada' } },
			],
			['update', null, { FirstName: { old: 'Ada', new: 'Ada B' } }],
			['fail', null, null],
			['fail', null, null],
			['fail', null, null],
		]);
		expect(items[4].json.error).toContain('Another lead already has the Phone');
		expect(items[4].json.message).toContain(`It is the lead ${sandbox.idAt(3)}.`);
		expect(items[4].json.errorCode).toBe('MXDuplicateEntryException');
		expect(items[6].json.error).toContain('LeadSquared has no lead with the ID');
		expect(messages({ hints }).join()).toContain(
			'Preview, nothing was written: 7 leads: 1 to create, 2 to update, 1 unchanged, 3 would fail',
		);
		expect(sandbox.history.length).toBe(before);
		expect(allBulkCalls()).toBe(0);
	});

	it.each<[string, Partial<Faults>, number]>([
		['several at once', {}, 30],
		['one by one, where an account refuses the operator', { inOperator: 'refused' }, 430],
		['one by one, where it reads several values as one', { inOperator: 'literal' }, 430],
	])('looks values up %s', async (_, faults, most) => {
		const sandbox = await account.open({ leads: 300, faults: { ...UNIQUE, ...faults } });
		const input = Array.from({ length: 400 }, (_, at) => ({
			EmailAddress: at < 300 ? leadAt(at).EmailAddress : `new${at}@example.com`,
			FirstName: 'Ada',
		}));
		const { items } = await run({ options }, input);
		expect(items.map(({ json }) => json.would)).toEqual(
			input.map((_, at) => (at < 300 ? 'update' : 'create')),
		);
		expect(items.slice(0, 300).map(({ json }) => json.ProspectID)).toEqual(sandbox.ids(300));
		expect(sandbox.stats.calls).toBeLessThan(most);
	});

	it('of a second match says by which column, and what changes', async () => {
		const sandbox = await open();
		const input = [{ EmailAddress: ADA, Phone: '+91-9876543210', FirstName: 'Ada' }];
		const { items } = await run({ options: { ...options, secondMatch: 'Phone' } }, input);
		expect(items[0].json).toMatchObject({
			would: 'update',
			matchedBy: 'Phone',
			ProspectID: sandbox.idAt(3),
		});
		expect(Object.keys(items[0].json.changes as object)).toEqual(['FirstName']);
	});

	it('ends with an error if LeadSquared does not answer the lookups', async () => {
		await open();
		account.sandbox.faults.transient = { every: 1, kinds: ['503'] };
		const { error } = await run({ options: { ...options, maxWaitSeconds: 5 } }, [
			{ EmailAddress: ADA },
		]);
		expect(error!.message).toContain('LeadSquared was not available');
		expect(allBulkCalls()).toBe(0);
	});

	it('for one item is one for all: nothing is written', async () => {
		await open();
		const input = [
			{ EmailAddress: ADA, flag: false },
			{ EmailAddress: 'b@example.com', flag: true },
		];
		const { items } = await run({ options: { preview: '={{ $json.flag }}' } }, input);
		expect(items.map(({ json }) => json.would)).toEqual(['create', 'create']);
		expect(allBulkCalls()).toBe(0);
	});
});

describe('Overwrite: Only Empty', () => {
	const options = { overwrite: 'onlyEmpty' };

	it('fills what is empty, leaves the rest, and creates whole leads', async () => {
		const sandbox = await open();
		sandbox.touch(5, { FirstName: 'Eva', Company: null });
		const { EmailAddress } = leadAt(5);
		const input = [
			{ EmailAddress, FirstName: 'Ida', Company: 'Acme' },
			{ EmailAddress, FirstName: 'Ida', Company: 'Later' },
			{ EmailAddress: ADA, FirstName: 'Ada' },
			{ EmailAddress: ADA, FirstName: 'Ada B', Company: 'Ace' },
		];
		const { items } = await run({ options }, input);
		expect(items.map(({ json }) => json.status)).toEqual([
			'updated',
			'unchanged',
			'created',
			'updated',
		]);
		expect(leadAt(5)).toMatchObject({ FirstName: 'Eva', Company: 'Acme' });
		expect(account.sandbox.lead(20, ['FirstName', 'Company'])).toEqual({
			FirstName: 'Ada',
			Company: 'Ace',
		});
	});

	it('keeps the value that an empty value would clear', async () => {
		await open();
		account.sandbox.touch(5, { Company: 'Acme' });
		const { EmailAddress } = leadAt(5);
		await run({ options: { ...options, emptyValues: 'clear' } }, [{ EmailAddress, Company: '' }]);
		expect(leadAt(5).Company).toBe('Acme');
	});

	it('gives a lead found by the second column the address that it lacks', async () => {
		const sandbox = await open();
		sandbox.touch(3, { EmailAddress: null, FirstName: 'Ada' });
		const input = [{ EmailAddress: ADA, Phone: '+91-9876543210', FirstName: 'No', Company: 'A' }];
		const { items } = await run({ options: { ...options, secondMatch: 'Phone' } }, input);
		expect(items[0].json).toMatchObject({ ProspectID: sandbox.idAt(3), matchedBy: 'Phone' });
		expect(leadAt(3)).toMatchObject({ EmailAddress: ADA, FirstName: 'Ada', Company: 'A' });
	});

	it('keeps the spelling of the address that the lead is found by', async () => {
		await open();
		const input = [{ EmailAddress: 'OLD@example.com', Company: 'Acme' }];
		await run({ options }, input);
		expect(leadAt(3)).toMatchObject({ EmailAddress: 'old@example.com', Company: 'Acme' });
	});

	it('fills the lead that has the address of an item without a match value', async () => {
		const sandbox = await open();
		const input = [{ EmailAddress: 'old@example.com', Company: 'Acme' }];
		const { items } = await run(
			{ match: 'Phone', options: { ...options, withoutMatch: 'create' } },
			input,
		);
		expect(items[0].json).toMatchObject({ ProspectID: sandbox.idAt(3), created: false });
		expect(leadAt(3).Company).toBe('Acme');
	});

	it('a duplicate stops the node before anything is written', async () => {
		await open();
		const input = [
			{ EmailAddress: 'b@example.com' },
			{ EmailAddress: ADA, Phone: '+91-9876543210' },
		];
		const { error } = await run({ options }, input);
		expect(error!.message).toContain('Another lead already has the Phone +91-9876543210 [item 1]');
		expect(error!.description).toContain('No leads were written.');
		expect(allBulkCalls()).toBe(0);
	});
});

describe('Create', () => {
	it('creates 50 leads in a call, and never updates one', async () => {
		const sandbox = await open();
		const { EmailAddress, FirstName } = leadAt(5);
		const input = [
			...Array.from({ length: 99 }, (_, at) => ({ EmailAddress: `new${at}@example.com` })),
			{ EmailAddress, FirstName: 'Other' },
		];
		const { items } = await run({ operation: 'create' }, input, goOn);
		expect(callsOf('Create')).toBe(2);
		const { failed, good } = sorted(items);
		expect(good.map(({ json }) => [json.created, json.status])).toEqual(
			Array(99).fill([true, 'created']),
		);
		expect(new Set(good.map(({ json }) => json.ProspectID)).size).toBe(99);
		expect(failed[0].json).toMatchObject({
			errorCode: 'MXDuplicateEntryException',
			retryable: false,
		});
		expect(failed[0].json.error).toContain(`Another lead already has the EmailAddress`);
		expect(failed[0].json.message).toContain('use the operation Create or Update');
		expect(leadAt(5).FirstName).toBe(FirstName);
		expect(sandbox.history.filter(({ values }) => values)).toHaveLength(99);
	});

	it.each([
		['create', { operation: 'create' }, true],
		['upsert without a match value', { options: { withoutMatch: 'create' } }, true],
		['upsert', {}, false],
	] as const)('under Retry On Fail, %s: a lead is created once', async (_, settings, isFinal) => {
		const sandbox = await open({ lockedColumns: ['mx_State'] });
		const named = (at: number) => (isFinal ? {} : { EmailAddress: `new${at}@example.com` });
		const input = Array.from({ length: 30 }, (_, at) => ({ ...named(at), FirstName: `New ${at}` }));
		Object.assign(input[29], { mx_State: 'Goa' });
		const more = { retryOnFail: true, maxTries: 3 };
		const { error } = await run(settings as Settings, input, more);
		expect(error).toBeDefined();
		const created = sandbox.history.filter(({ kind }) => kind === 'create');
		expect(created.length).toBeGreaterThan(20);
		expect(created.length).toBeLessThan(30);
		expect(allBulkCalls() > 3).toBe(!isFinal);
	});

	it('of the same lead twice: the first one creates it, the second is an error', async () => {
		await open();
		const input = [{ EmailAddress: ADA }, { EmailAddress: ADA.toUpperCase() }];
		const { items } = await run({ operation: 'create' }, input, goOn);
		expect(items.map(({ json }) => json.status)).toEqual(['created', 'failed']);
	});

	it.each(['reset', 'timeout', '503', 'cut-json'] as const)(
		'is never sent twice: after %s the result is not known, and a retry may double it',
		async (kind) => {
			const sandbox = await open({ transient: { every: 2, kinds: [kind] } });
			const input = Array.from({ length: 120 }, (_, at) => ({ FirstName: `New ${at}` }));
			const { items } = await run({ operation: 'create' }, input, goOn);
			const { failed, good } = sorted(items);
			for (const { json } of failed) {
				expect(json.error).toContain('It is not known whether this lead was written');
				expect(json.retryable).toBe(false);
			}
			const names = sandbox.history.flatMap(({ values }) => values?.FirstName ?? []);
			expect(new Set(names).size).toBe(names.length);
			expect(good.length).toBeGreaterThan(0);
			expect(failed.length + good.length).toBe(120);
		},
	);

	it('ignores a lead ID of an input item, and refuses one that is mapped', async () => {
		const sandbox = await open();
		const input = [{ ProspectID: sandbox.idAt(5), EmailAddress: ADA }];
		const { items, hints } = await run({ operation: 'create' }, input);
		expect(items[0].json).toMatchObject({ created: true });
		expect(items[0].json.ProspectID).not.toBe(sandbox.idAt(5));
		expect(messages({ hints }).join()).toContain('Read-only: ProspectID');
	});

	it('runs automations if the user wants them', async () => {
		await open();
		await run({ operation: 'create', options: { triggerAutomations: true } }, [
			{ EmailAddress: ADA },
		]);
		expect(account.sandbox.history.at(-1)!.automations).toBe(true);
	});

	it('can be previewed', async () => {
		await open();
		const input = [
			{ EmailAddress: ADA },
			{ EmailAddress: leadAt(5).EmailAddress },
			{ EmailAddress: ADA },
		];
		const { items } = await run({ operation: 'create', options: { preview: true } }, input);
		expect(items.map(({ json }) => json.would)).toEqual(['create', 'fail', 'fail']);
		expect(allBulkCalls()).toBe(0);
	});
});

describe('Update', () => {
	it.each([
		['ProspectID', (index: number) => ({ ProspectID: account.sandbox.idAt(index) }), true],
		['EmailAddress', (index: number) => ({ EmailAddress: leadAt(index).EmailAddress }), false],
	] as const)('by %s: 25 leads in a call, and never creates one', async (match, keyOf, hasId) => {
		const sandbox = await open();
		const gone = { ProspectID: 'aaaaaaaa-0000-4000-8000-000000000000', EmailAddress: ADA };
		const input = [
			...Array.from({ length: 20 }, (_, at) => ({ ...keyOf(at), FirstName: `Name ${at}` })),
			{ [match]: gone[match], FirstName: 'No one' },
		];
		const { items } = await run({ operation: 'update', match }, input, goOn);
		const { failed, good } = sorted(items);
		expect(callsOf('UpdateV2')).toBe(1);
		expect(good.map(({ json }) => [json.created, json.status])).toEqual(
			Array(20).fill([false, 'updated']),
		);
		if (hasId) expect(good.map(({ json }) => json.ProspectID)).toEqual(sandbox.ids(20));
		expect(sandbox.ids(20).map((_, at) => leadAt(at).FirstName)).toEqual(
			sandbox.ids(20).map((_, at) => `Name ${at}`),
		);
		expect(failed[0].json.error).toContain('LeadSquared has no lead with the');
		expect(failed[0].json).toMatchObject({ status: 'failed', retryable: false });
		expect(account.sandbox.lead(20, ['FirstName'])).toBeUndefined();
	});

	it('sends rows by ID and by address in calls of their own', async () => {
		const sandbox = await open();
		const input = [
			{ ProspectID: sandbox.idAt(1), FirstName: 'A' },
			{ EmailAddress: leadAt(2).EmailAddress, FirstName: 'B' },
			{ ProspectID: sandbox.idAt(3), EmailAddress: 'new@example.com', FirstName: 'C' },
		];
		const { items } = await run({ operation: 'update' }, input);
		expect(items.map(({ json }) => json.status)).toEqual(['updated', 'updated', 'updated']);
		expect([1, 2, 3].map((at) => leadAt(at).FirstName)).toEqual(['A', 'B', 'C']);
		expect(leadAt(3).EmailAddress).toBe('new@example.com');
		expect(callsOf('UpdateV2')).toBe(2);
	});

	it.each(['ProspectId', 'ProspectID', 'both'] as const)(
		'by ID, if the key has to be spelled %s',
		async (searchById) => {
			const sandbox = await open({ searchById });
			const input = sandbox.ids(3).map((ProspectID) => ({ ProspectID, FirstName: 'Ada' }));
			const { items } = await run({ operation: 'update' }, input);
			expect(items.map(({ json }) => json.status)).toEqual(Array(3).fill('updated'));
		},
	);

	it.each([
		{ lostResults: 3 },
		{ resultOrder: 'shuffled' },
		{ transient: { every: 2, kinds: ['reset'] } },
		{ writeBreaks: { every: 2, rows: 3, kind: '503' } },
		{ badRows: 'call', lockedColumns: ['mx_State'] },
	])('whatever the server does: %j', async (faults) => {
		const sandbox = await open(faults);
		const input = Array.from({ length: 60 }, (_, at) => ({
			ProspectID: sandbox.idAt(at % 20),
			FirstName: `Name ${at}`,
			...(at === 7 && { mx_State: 'Goa' }),
		}));
		const { items } = await run({ operation: 'update' }, input, goOn);
		const isLocked = 'lockedColumns' in faults;
		const { failed } = sorted(items);
		expect(itemsOf(failed)).toEqual(isLocked ? [7] : []);
		expect(sandbox.ids(20).map((_, at) => leadAt(at).FirstName)).toEqual(
			sandbox.ids(20).map((_, at) => `Name ${40 + at}`),
		);
	});

	it('needs a value to find the lead by', async () => {
		await open();
		const { error } = await run({ operation: 'update' }, [{ FirstName: 'Ada' }]);
		expect(error!.message).toContain("The match column 'Email' (EmailAddress) has no value");
		expect(error!.description).not.toContain('Without a Match Value');
		expect(allBulkCalls()).toBe(0);
	});

	it('finds the lead by the second column', async () => {
		await open();
		const input = [{ EmailAddress: ADA, Phone: '+91-9876543210', FirstName: 'Ada' }];
		const { items } = await run({ operation: 'update', options: { secondMatch: 'Phone' } }, input);
		expect(items[0].json).toMatchObject({ status: 'updated', matchedBy: 'Phone' });
		expect(leadAt(3)).toMatchObject({ EmailAddress: 'old@example.com', FirstName: 'Ada' });
	});

	it('can be previewed, and fill empty columns only', async () => {
		const sandbox = await open();
		sandbox.touch(5, { FirstName: 'Eva', Company: null });
		const { EmailAddress } = leadAt(5);
		const input = [
			{ EmailAddress, FirstName: 'Ida', Company: 'Acme' },
			{ EmailAddress: ADA, FirstName: 'Ada' },
		];
		const options = { overwrite: 'onlyEmpty' };
		const previewed = await run(
			{ operation: 'update', options: { ...options, preview: true } },
			input,
		);
		expect(previewed.items.map(({ json }) => [json.would, json.changes])).toEqual([
			['update', { Company: { old: null, new: 'Acme' } }],
			['fail', null],
		]);
		expect(allBulkCalls()).toBe(0);
		const { items } = await run({ operation: 'update', options }, input, goOn);
		expect(items.map(({ json }) => json.status)).toEqual(['updated', 'failed']);
		expect(leadAt(5)).toMatchObject({ FirstName: 'Eva', Company: 'Acme' });
	});
});

describe('error items', () => {
	it.each([
		['no-permission', 'MXUnAuthorizedAccessException', false],
		['503', 'transient', true],
	])('after %s have the code %s', async (fault, errorCode, retryable) => {
		await open();
		const faults =
			fault === '503' ? { transient: { every: 1, kinds: ['503'] } } : { access: 'no-permission' };
		Object.assign(account.sandbox.faults, faults);
		const { items } = await run({ options: { maxWaitSeconds: 1 } }, [{ EmailAddress: ADA }], goOn);
		expect(items[0].json).toMatchObject({ errorCode, retryable });
	});

	it('of input that cannot be used are not worth a retry', async () => {
		await open();
		const { items } = await run({}, [{ EmailAddress: 'x' }, { EmailAddress: ADA }], goOn);
		expect(items[0].json).toMatchObject({ errorCode: 'invalidRequest', retryable: false });
		expect(items[1].json).toMatchObject({ errorCode: null, retryable: null });
	});

	it('whose rows may have been written are worth one if they are matched, since that does no harm', async () => {
		await open({ writeBreaks: { every: 1, rows: 1, kind: 'reset' } });
		const input = [{ EmailAddress: ADA }];
		const { items } = await run({ options: { maxWaitSeconds: 0 } }, input, goOn);
		expect(items[0].json).toMatchObject({ errorCode: 'transient', retryable: true });
	});

	it('that are retried leave nothing of their error in the item', async () => {
		await open();
		const failed = { EmailAddress: ADA, error: 'no', errorCode: 'transient', retryable: true };
		const { items } = await run({}, [failed]);
		for (const name of ['error', 'errorCode', 'retryable']) {
			expect(items[0].json).not.toHaveProperty(name);
		}
	});
});

it('hundreds of leads that exist, at the start of a sheet, do not end a Create', async () => {
	await account.open({ leads: 400, faults: { ...UNIQUE, duplicates: 'call' } });
	const old = Array.from({ length: 300 }, (_, at) => ({ EmailAddress: leadAt(at).EmailAddress }));
	const input = [...old, { EmailAddress: ADA }];
	const { items } = await run({ operation: 'create' }, input, goOn);
	expect(items.at(-1)!.json.status).toBe('created');
	for (const { json } of items.slice(0, 300)) expect(json.error).toContain('Another lead already');
});

it('a lead ID is not advised to be found by a second column', async () => {
	const sandbox = await open();
	const input = [{ ProspectID: sandbox.idAt(5), Phone: '+91-9876543210' }];
	const { items } = await run({ options: { secondMatch: 'Phone' } }, input, goOn);
	expect(items[0].json.message).toContain('Correct or remove the value.');
	expect(items[0].json.message).not.toContain('Second Column');
});

it('a missing user or stage is not taken for a missing lead if the row could create it', () => {
	const fault = { from: 'leadSquared', type: 'MXInvalidEntityReferenceException', message: 'No.' };
	const content = { values: new Map([['EmailAddress', ADA]]), searchBy: 'EmailAddress' };
	const errorOf = (kind: 'upsert' | 'update') =>
		writeError(
			{} as never,
			{ item: 0, kind, content, triedSecond: false },
			{ kind: 'rejected', failure: { kind: 'invalidRequest', fault: fault as never } },
		).message;
	expect(errorOf('upsert')).toContain('LeadSquared does not accept this lead');
	expect(errorOf('update')).toContain('LeadSquared has no lead with the EmailAddress');
});

describe('what the node cannot see', () => {
	const onlyEmpty = { overwrite: 'onlyEmpty' };
	const row = { EmailAddress: 'old@example.com', FirstName: 'Ida' };

	it.each([onlyEmpty, { preview: true }])(
		'masked values in the column to match on: it stops before any call that writes (%j)',
		async (options) => {
			await open({ maskedColumns: ['EmailAddress'] });
			const { error } = await run({ options }, [row, { EmailAddress: ADA }]);
			expect(error!.message).toContain('LeadSquared masks EmailAddress');
			expect(allBulkCalls()).toBe(0);
		},
	);

	it('masked values in another column count as filled', async () => {
		await open({ maskedColumns: ['Phone'] });
		account.sandbox.touch(3, { FirstName: null });
		const { items } = await run({ options: onlyEmpty }, [{ ...row, Phone: '+91-9000000000' }]);
		expect(items[0].json.status).toBe('updated');
		expect(leadAt(3)).toMatchObject({ Phone: '+91-9876543210', FirstName: 'Ida' });
	});

	it.each(['EmailAddress', 'ProspectID'] as const)(
		'a column that answers lack is not taken for empty (found by %s)',
		async (match) => {
			const sandbox = await open({ missingColumns: ['FirstName'] });
			const key = { EmailAddress: row.EmailAddress, ProspectID: sandbox.idAt(3) }[match];
			const input = [{ [match]: key, FirstName: 'Ida' }];
			const { error } = await run({ match, options: onlyEmpty }, input);
			expect(error!.message).toContain('LeadSquared does not return FirstName');
			expect(allBulkCalls()).toBe(0);
		},
	);

	it('masked phone numbers to match on: a hint says that there may be a second lead', async () => {
		await open({ maskedColumns: ['Phone'] });
		const { hints } = await run({ match: 'Phone' }, [{ Phone: '9876543210', FirstName: 'Ida' }]);
		expect(messages({ hints }).join()).toContain('did not let the node look up the phone numbers');
	});
});

it('Only Empty: a row is not unchanged if the row that was to create its lead failed', async () => {
	await open({ lockedColumns: ['mx_State'] });
	const input = [
		{ EmailAddress: ADA, FirstName: 'Ada', mx_State: 'Goa' },
		{ EmailAddress: ADA, FirstName: 'Ada' },
		{ EmailAddress: 'b@example.com', FirstName: 'Bea' },
		{ EmailAddress: 'b@example.com', FirstName: 'Bea' },
	];
	const { items } = await run({ options: { overwrite: 'onlyEmpty' } }, input, goOn);
	expect(items.map(({ json }) => json.status)).toEqual([
		'failed',
		'created',
		'created',
		'unchanged',
	]);
	expect(items[3].json.ProspectID).toBe(items[2].json.ProspectID);
});

it.each(['upsert', 'update'] as const)(
	'%s: a column that LeadSquared does not search by is not blamed on the values',
	async (operation) => {
		const sandbox = await open({ searchById: 'none' });
		const input = [{ ProspectID: sandbox.idAt(5), FirstName: 'Ada' }];
		const { items } = await run({ operation }, input, goOn);
		expect(items[0].json.error).toContain('LeadSquared does not find leads by ProspectID');
		expect(items[0].json.message).toContain(
			"Choose another 'Column to Match On', and leave the ID",
		);
	},
);
