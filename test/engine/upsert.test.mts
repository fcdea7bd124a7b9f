/** Lead > Create or Update, in n8n's own engine, with n8n's resource mapper. */
import { MAPPED_COLUMNS } from '../../nodes/LeadSquared/api/standardColumns';
import { getByIds, itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();

interface Fields {
	/** Mapped by hand, if there are any. */
	value?: Record<string, unknown>;
	match?: string;
	removed?: string[];
	options?: object;
}

const upsert = ({ value, match = 'EmailAddress', removed = [], options = {} }: Fields = {}) => ({
	resource: 'lead',
	operation: 'upsert',
	fields: {
		mappingMode: value ? 'defineBelow' : 'autoMapInputData',
		value: value ?? null,
		matchingColumns: [match],
		schema: Object.keys(value ?? {}).map((id) => ({
			id,
			displayName: id,
			required: false,
			defaultMatch: false,
			display: true,
			type: TYPES[id] ?? 'string',
			removed: removed.includes(id),
		})),
	},
	options,
});

const TYPES: Record<string, string> = {
	Revenue: 'number',
	mx_Date_of_Birth: 'dateTime',
	mx_Loan_Next_Call: 'dateTime',
	DoNotEmail: 'boolean',
};

const run = async (fields: Fields, input: object[], more: object = {}) =>
	await account.run({ parameters: upsert(fields) as never, input, ...more });
const valueOf = (column: string, address: string) => {
	const { sandbox } = account;
	for (let index = 0; index < 20_000; index++) {
		const lead = sandbox.lead(index, ['EmailAddress', column]);
		if (!lead) return undefined;
		if (lead.EmailAddress === address) return lead[column];
	}
	return undefined;
};
const updated = (times: number) => Array<string>(times).fill('updated');
const ADA = 'ada@example.com';
const calls = () =>
	account.sandbox.stats.byPath['/v2/LeadManagement.svc/Lead/Bulk/CreateOrUpdate'] ?? 0;

describe('a lead for each input item', () => {
	it('is updated if it exists and created if it does not, 25 per call', async () => {
		const sandbox = await account.open({ leads: 100 });
		const old = sandbox.ids(40).map((id) => sandbox.lead(id, ['EmailAddress'])!.EmailAddress!);
		const addresses = [...old, ...Array.from({ length: 20 }, (_, at) => `new${at}@example.com`)];
		const input = addresses.map((EmailAddress, at) => ({ EmailAddress, FirstName: `Name ${at}` }));
		const { items, hints, error } = await run({}, input);
		expect(error).toBeUndefined();
		expect(itemsOf(items)).toEqual(input.map((_, item) => item));
		expect(items.slice(0, 40).map(({ json }) => json)).toEqual(
			sandbox.ids(40).map((ProspectID, at) => ({
				...input[at],
				ProspectID,
				created: false,
				status: 'updated',
			})),
		);
		expect(items.slice(40).map(({ json }) => [json.created, json.status])).toEqual(
			Array(20).fill([true, 'created']),
		);
		expect(addresses.map((address) => valueOf('FirstName', address))).toEqual(
			input.map(({ FirstName }) => FirstName),
		);
		expect(calls()).toBe(3);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^60 leads: 20 created, 40 updated, 4 calls, \d\.\d s\.$/),
		]);
		const again = await run({}, input);
		expect(new Set(again.items.map(({ json }) => json.status))).toEqual(new Set(['unchanged']));
		expect(again.hints[0].message).toMatch(/^60 leads unchanged, \d calls, /);
	});

	it('can be fetched with Get Leads by IDs, with the written values', async () => {
		await account.open({ leads: 10 });
		const html = '<p>Größe 😀 &amp; “x”</p>';
		const { items } = await run({}, [{ EmailAddress: ADA, Notes: html }]);
		const got = await account.run({
			parameters: getByIds({
				leadIds: items[0].json.ProspectID,
				columns: ['Notes', 'EmailAddress'],
			}),
		});
		expect(got.items[0].json).toMatchObject({ Notes: html, EmailAddress: ADA });
	});

	it('is created once, and the last of several rows wins', async () => {
		await account.open({ leads: 10, latencyMs: [10, 900] });
		const input = Array.from({ length: 60 }, (_, at) => ({
			EmailAddress: at % 2 ? ` ${ADA.toUpperCase()}` : ADA,
			FirstName: `Name ${at}`,
		}));
		const { items, hints } = await run({}, input);
		expect(new Set(items.map(({ json }) => json.ProspectID)).size).toBe(1);
		expect(hints[0].message).toBe(
			'60 input items are the same lead, and the last one counts: item 0, item 1, item 2, item 3, item 4 and 55 more.',
		);
		expect(items.filter(({ json }) => json.created === true)).toHaveLength(1);
		expect(account.sandbox.history).toHaveLength(60);
		expect(account.sandbox.lead(10, ['FirstName'])).toEqual({ FirstName: 'Name 59' });
	});

	it('runs automations only for the items that turn them on', async () => {
		await account.open({ leads: 10 });
		const input = [true, false, true].map((automations, at) => ({
			EmailAddress: `new${at}@example.com`,
			automations,
		}));
		await run({ options: { triggerAutomations: '={{ $json.automations }}' } }, input);
		expect(
			account.sandbox.history.map(({ values, automations }) => [values!.EmailAddress, automations]),
		).toEqual(
			expect.arrayContaining(
				input.map(({ EmailAddress, automations }) => [EmailAddress, automations]),
			),
		);
		await run({}, [{ EmailAddress: ADA }]);
		expect(account.sandbox.history.at(-1)!.automations).toBe(false);
	});

	it('is found by phone number, by lead ID, whatever the column is that the mapper names', async () => {
		const sandbox = await account.open({ leads: 10 });
		const { Phone } = sandbox.lead(3, ['Phone'])!;
		const byPhone = await run({ match: 'Phone' }, [{ Phone, FirstName: 'By Phone' }]);
		expect(byPhone.items[0].json.ProspectID).toBe(sandbox.idAt(3));
		const id = `{${sandbox.idAt(4).toUpperCase()}}`;
		const byId = await run({ match: 'ProspectID' }, [{ ProspectID: id, FirstName: 'By ID' }]);
		expect(byId.items[0].json).toMatchObject({ ProspectID: sandbox.idAt(4), status: 'updated' });
	});
});

describe('a lead is found, and never created again', () => {
	const stored = '+91-9876543210';
	const spellings = [
		'9876543210',
		'+91 98765 43210',
		'09876543210',
		919876543210,
		'919876543210.0',
		'00919876543210',
		'tel:+91-98765-43210',
		'\u202a+919876543210\u202c',
		stored,
	];

	it.each([
		['literal', 'sql'],
		['normalised', 'sql'],
		['literal', 'contains'],
	] as const)(
		'by its phone number in any spelling, where LeadSquared compares %s, and LIKE is %s',
		async (phoneComparison, like) => {
			const sandbox = await account.open({ leads: 20, faults: { phoneComparison, like } });
			sandbox.touch(7, { Phone: stored });
			const input = spellings.map((Phone, at) => ({ Phone, FirstName: `Name ${at}` }));
			for (const rows of [...input.map((row) => [row]), input]) {
				const { items } = await run({ match: 'Phone' }, rows);
				for (const { json } of items) expect(json.ProspectID).toBe(sandbox.idAt(7));
			}
			expect(sandbox.lead(7, ['Phone', 'FirstName'])).toEqual({
				Phone: stored,
				FirstName: `Name ${spellings.length - 1}`,
			});
		},
	);

	it('by a new number that several rows spell differently', async () => {
		await account.open({ leads: 20 });
		const input = spellings.map((Phone) => ({ Phone, FirstName: 'Ada' }));
		const { items } = await run({ match: 'Phone' }, input);
		expect(new Set(items.map(({ json }) => json.ProspectID)).size).toBe(1);
		expect(items.filter(({ json }) => json.created)).toHaveLength(1);
	});

	it('by a short number that others end in', async () => {
		const sandbox = await account.open({ leads: 20 });
		sandbox.touch(7, { Phone: stored });
		const { items } = await run({ match: 'Phone' }, [{ Phone: '43210', FirstName: 'A' }]);
		expect(items[0].json.created).toBe(true);
	});

	it.each([
		`mailto:${ADA}`,
		`\u200b${ADA}`,
		`${ADA}.`,
		`<${ADA}>`,
		`Ada <${ADA}>`,
		`"${ADA}",`,
		`${ADA}\u00a0`,
	])('by its address with what is copied along: %j', async (EmailAddress) => {
		const sandbox = await account.open({ leads: 20 });
		sandbox.touch(7, { EmailAddress: ADA });
		const { items } = await run({}, [{ EmailAddress, FirstName: 'Ada' }]);
		expect(items[0].json).toMatchObject({ ProspectID: sandbox.idAt(7), status: 'updated' });
		expect(sandbox.lead(7, ['EmailAddress'])).toEqual({ EmailAddress: ADA });
	});

	it.each(['9.19877E+11', '9876543210, 9876543211', '12'])(
		'nor is anything else written as a number: %s',
		async (Phone) => {
			await account.open({ leads: 20 });
			const { error } = await run({}, [{ EmailAddress: ADA, Phone }]);
			expect(error!.message).toContain(`'Phone Number' (Phone) does not accept "${Phone}"`);
			if (Phone.includes('E+')) expect(error!.description).toContain('its last digits are lost');
			expect(calls()).toBe(0);
		},
	);

	it.each([
		['ProspectId', 'row', 1],
		['ProspectId', 'call', 1],
		['ProspectID', 'row', 2],
		['ProspectID', 'call', 2],
		['both', 'row', 1],
	] as const)(
		'by its ID, if SearchBy has to be %s and bad rows refuse the %s',
		async (searchById, badRows, expected) => {
			const sandbox = await account.open({ leads: 20, faults: { searchById, badRows } });
			const input = sandbox.ids(10).map((ProspectID) => ({ ProspectID, FirstName: 'Ada' }));
			const first = await run({ match: 'ProspectID' }, input);
			expect(first.items.map(({ json }) => json.status)).toEqual(updated(10));
			expect(calls()).toBe(expected);
			const again = await run({ match: 'ProspectID' }, [{ ...input[0], FirstName: 'Eva' }]);
			expect(again.items[0].json.status).toBe('updated');
			expect(calls()).toBe(expected + 1);
		},
	);

	it('by its ID, which LeadSquared takes in neither spelling: each row says so', async () => {
		const sandbox = await account.open({ leads: 20, faults: { searchById: 'none' } });
		const input = [{ ProspectID: sandbox.idAt(1), FirstName: 'Ada' }];
		const { error } = await run({ match: 'ProspectID' }, input);
		expect(error!.description).toContain('Invalid SearchBy value provided');
		expect(calls()).toBe(2);
	});

	it.each([
		['FirstName', "Leads cannot be matched on 'First Name' (FirstName)"],
		['mx_Gone', "LeadSquared has no column 'mx_Gone' to match on"],
	])('not by %s', async (match, message) => {
		await account.open({ leads: 20 });
		const { error } = await run({ match }, [{ [match]: 'Ada', LastName: 'B' }]);
		expect(error!.message).toContain(message);
		expect(error!.description).toContain("Choose another 'Column to Match On'");
		expect(calls()).toBe(0);
	});

	it('if another lead has a unique value of its row, the error says which column and what to do', async () => {
		const sandbox = await account.open({
			leads: 20,
			faults: { uniqueColumns: ['EmailAddress', 'Phone'] },
		});
		sandbox.touch(7, { Phone: stored });
		const { items } = await run(
			{},
			[{ EmailAddress: ADA, Phone: stored }, { EmailAddress: 'b@c.de' }],
			{
				onError: 'continueRegularOutput',
			},
		);
		expect(items[0].json.error).toContain(`Another lead already has the Phone ${stored}`);
		expect(items[0].json.message).toContain(
			"set the option 'Second Column to Match On Name or ID' to Phone",
		);
		expect(items[1].json.status).toBe('created');
	});

	it('rows that share the number of a switchboard are as fast as others', async () => {
		const seconds = async (phoneOf: (at: number) => string) => {
			await account.open({ leads: 20, faults: { uniqueColumns: ['EmailAddress'] } });
			const start = account.time.clock.now();
			await run(
				{},
				Array.from({ length: 500 }, (_, at) => ({
					EmailAddress: `n${at}@example.com`,
					Phone: phoneOf(at),
				})),
			);
			return (account.time.clock.now() - start) / 1000;
		};
		const own = await seconds((at) => `98765${43210 + at}`);
		expect(await seconds(() => '+91-8012345678')).toBeLessThan(own * 1.1);
	});
});

describe('values', () => {
	it('mapped by hand lose nothing to the conversions of the mapper', async () => {
		await account.open({ leads: 10 });
		const value = {
			EmailAddress: '={{ $json.mail }}',
			FirstName: '={{ $json.name }}',
			Revenue: '={{ $json.revenue }}',
			mx_Zip: '={{ $json.zip }}',
			mx_Date_of_Birth: '={{ $json.born }}',
			mx_Loan_Next_Call: '={{ $json.call }}',
			DoNotEmail: false,
		};
		const { items, error } = await account.run({
			parameters: upsert({ value, removed: ['DoNotEmail'] }) as never,
			input: [
				{
					mail: ADA,
					name: 'Ada',
					revenue: '1234567890123456789.10',
					zip: '007',
					born: '2000-02-29',
					call: '2026-05-01T10:00:00+05:30',
				},
			],
		});
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('created');
		const { history } = account.sandbox;
		expect(history[0].values).toEqual({
			EmailAddress: ADA,
			FirstName: 'Ada',
			Revenue: '1234567890123456789.10',
			mx_Zip: '007',
			mx_Date_of_Birth: '2000-02-29',
			mx_Loan_Next_Call: '2026-05-01 04:30:00',
		});
	});

	it.each([
		['leave the column as it is', {}, 'Before'],
		['clear it', { emptyValues: 'clear' }, null],
	])('that are empty %s', async (_, options, after) => {
		await account.open({ leads: 10 });
		await run({}, [{ EmailAddress: ADA, FirstName: 'Before' }]);
		for (const FirstName of [null, '', '  ']) {
			await run({ options }, [{ EmailAddress: ADA, FirstName, LastName: 'Lovelace' }]);
			expect(account.sandbox.lead(10, ['FirstName'])!.FirstName).toBe(after);
		}
		const value = { EmailAddress: ADA, FirstName: '={{ $json.x }}' };
		await run({ value, options }, [{ x: null }]);
		expect(account.sandbox.lead(10, ['FirstName'])!.FirstName).toBe(after);
	});

	it('are found by labels as by schema names; what is no column is not sent, and a hint says so', async () => {
		await account.open({ leads: 10 });
		const { hints } = await run({}, [
			{
				Email: ADA,
				'First Name': 'Ada',
				row_number: 2,
				CreatedOn: '2020-01-01',
				LeadURL: 'x',
				Name: 'Ada',
				'Frist Name': 'Ada',
			},
		]);
		expect(account.sandbox.history[0].values).toEqual({ EmailAddress: ADA, FirstName: 'Ada' });
		expect(hints[0].message).toBe(
			'4 input fields were ignored. Not in LeadSquared: LeadURL, Name, Frist Name. Did you mean FirstName (First Name), LastName (Last Name)? Read-only: CreatedOn.',
		);
	});

	it('of a sheet that matches the columns cause no warning', async () => {
		await account.open({ leads: 10 });
		const { hints } = await run({}, [{ Email: ADA, row_number: 2 }]);
		expect(hints.map(({ type }) => type)).toEqual(['info']);
	});

	it('under a label that several columns share are an error, so that they are not lost', async () => {
		await account.open({ leads: 10 });
		const { error } = await run({}, [
			{ EmailAddress: ADA, City: 'Pune' },
			{ EmailAddress: 'b@c.d', City: 'Goa' },
		]);
		expect(error!.message).toBe('Several columns have the label City [item 0]');
		expect(error!.description).toBe(
			'Choose the right one: rename the field to mx_City or mx_Billing_City. Nothing was written.',
		);
		expect(calls()).toBe(0);
		const { items } = await run({}, [{ EmailAddress: ADA, City: '' }]);
		expect(items[0].json.status).toBe('created');
	});

	it.each([
		[{ format: 'dmy' }, '31/12/1990', '05/04/2026 14:30'],
		[{ format: 'mdy' }, '12/31/1990', '04/05/2026 2:30 PM'],
		[{ format: 'dmy' }, '1990-12-31', '2026-04-05 14:30'],
	])('with dates in the format of the data: %j', async ({ format }, born, call) => {
		await account.open({ leads: 10 });
		const options = { dateFormat: format };
		const row = { EmailAddress: ADA, 'Date of Birth': born, mx_Loan_Next_Call: call };
		await run({ options }, [row]);
		const value = {
			EmailAddress: 'b@c.d',
			mx_Date_of_Birth: '={{ $json["Date of Birth"] }}',
			mx_Loan_Next_Call: '={{ $json.mx_Loan_Next_Call }}',
		};
		await run({ value, options }, [row]);
		const expected = { mx_Date_of_Birth: '1990-12-31', mx_Loan_Next_Call: '2026-04-05 18:30:00' };
		expect(account.sandbox.history.map(({ values }) => values)).toEqual([
			{ EmailAddress: ADA, ...expected },
			{ EmailAddress: 'b@c.d', ...expected },
		]);
	});

	it('that are dates in another format are rejected with the option that reads them', async () => {
		await account.open({ leads: 10 });
		const { error } = await run({}, [{ EmailAddress: ADA, 'Date of Birth': '31/12/1990' }]);
		expect(error!.message).toBe(
			`'Date of Birth' (mx_Date_of_Birth) does not accept "31/12/1990" [item 0]`,
		);
		expect(error!.description).toMatch(
			/^Set the option 'Date Format' to DD\/MM\/YYYY, or enter dates such as 1990-12-31\./,
		);
	});

	it('for an owner are the ID, the email address or the name of a user', async () => {
		await account.open({ leads: 10 });
		const OwnerId = account.sandbox.lead(0, ['OwnerId'])!.OwnerId!;
		const { items } = await account.run({
			parameters: {
				resource: 'user',
				operation: 'getMany',
				status: 'all',
				returnAll: true,
				options: {},
			},
		});
		const users = items.map(({ json }) => json as Record<string, string>);
		const { EmailAddress, FirstName, LastName } = users.find(({ ID }) => ID === OwnerId)!;
		for (const Owner of [
			`{${OwnerId.toUpperCase()}}`,
			` ${EmailAddress.toUpperCase()}`,
			`mailto:${EmailAddress}`,
			`${FirstName} ${LastName}`,
			`${LastName},  ${FirstName}`.toLowerCase(),
		]) {
			await run({}, [{ EmailAddress: ADA, Owner }]);
			expect(account.sandbox.history.at(-1)!.values!.OwnerId!.toLowerCase()).toBe(OwnerId);
		}
		const inactive = users.find(({ StatusCode }) => Number(StatusCode) !== 0)!;
		const before = calls();
		for (const [Owner, advice] of [
			['Alok Unknown', 'No user has this name or email address.'],
			[inactive.EmailAddress, 'This user is deactivated'],
			['Sales Team, Pune', 'No user has this name'],
		]) {
			const { error } = await run({}, [{ EmailAddress: ADA, Owner }]);
			expect(error!.message).toContain(`'Owner' (OwnerId) does not accept "${Owner}"`);
			expect(error!.description).toContain(advice);
		}
		expect(calls()).toBe(before);
	});

	it('of the same column: the first one counts, and a hint names the others', async () => {
		await account.open({ leads: 10 });
		const names = { 'First Name': 'A', first_name: 'B', FIRSTNAME: 'C' };
		const { hints } = await run({}, [{ EmailAddress: ADA, ...names }]);
		expect(account.sandbox.history[0].values).toEqual({ EmailAddress: ADA, FirstName: 'C' });
		expect(hints[0].message).toContain(
			'Several fields for one column: First Name (FIRSTNAME is used), first_name (FIRSTNAME is used).',
		);
	});

	it('for columns that LeadSquared sets are not sent', async () => {
		await account.open({
			leads: 10,
			faults: { readOnlyColumns: ['mx_City'], derivedColumns: ['mx_State'] },
		});
		const row = { EmailAddress: ADA, mx_City: 'Pune', mx_State: 'Goa', FirstName: 'Ada' };
		const { hints } = await run({}, [row]);
		expect(account.sandbox.history[0].values).toEqual({ EmailAddress: ADA, FirstName: 'Ada' });
		expect(hints[0].message).toContain('Read-only: mx_City, mx_State.');
		const { error } = await run({ value: row }, [{}]);
		expect(error!.message).toContain("'City' (mx_City) is read-only");
	});

	it.each([
		[{ Revenue: '1,000' }, `'Order Value' (Revenue) does not accept "1,000" [item 0]`],
		[
			{ mx_Date_of_Birth: 'soon' },
			`'Date of Birth' (mx_Date_of_Birth) does not accept "soon" [item 0]`,
		],
		[
			{ mx_Newsletter: 'perhaps' },
			`'Newsletter' (mx_Newsletter) does not accept "perhaps" [item 0]`,
		],
		[{ ProspectStage: 'Nope' }, `'Lead Stage' (ProspectStage) does not accept "Nope" [item 0]`],
		[{ mx_City: ['Pune', 'Goa'] }, "'City' (mx_City) does not accept a list [item 0]"],
		[{ mx_City: { name: 'Pune' } }, "'City' (mx_City) does not accept an object [item 0]"],
		[
			{ mx_City: 'y'.repeat(201) },
			expect.stringContaining(`'City' (mx_City) does not accept "yyy`),
		],
	])('that do not fit are rejected before any call that writes: %j', async (values, message) => {
		await account.open({ leads: 10 });
		const { error } = await run({}, [{ EmailAddress: ADA, ...values }]);
		expect(error!.message).toEqual(message);
		const { items } = await run({}, [{ EmailAddress: ADA, ...values }, { EmailAddress: 'b@c.d' }], {
			onError: 'continueRegularOutput',
		});
		expect(items.map(({ json }) => typeof json.error)).toEqual(['string', 'object']);
		expect(account.sandbox.history).toHaveLength(1);
	});

	it('of a drop-down that are misspelled get a suggestion', async () => {
		await account.open({ leads: 10 });
		const { error } = await run({}, [{ EmailAddress: ADA, ProspectStage: 'Prospct' }]);
		expect(error!.description).toMatch(
			/^Did you mean Prospect\? Choose one of its values: Prospect, .*\. Nothing was written\.$/,
		);
	});

	it('of a drop-down are written as the account spells them', async () => {
		await account.open({ leads: 10 });
		await run({}, [{ EmailAddress: ADA, ProspectStage: ' customer ', mx_Newsletter: 'Yes' }]);
		expect(account.sandbox.history[0].values).toMatchObject({
			ProspectStage: 'Customer',
			mx_Newsletter: 'true',
		});
	});
});

describe('values that look like others', () => {
	it.each(['#N/A', 'undefined', 'null', '#REF!', 'N/A', 'NaN'])(
		'%s is no value in any column, and a hint counts it',
		async (none) => {
			const sandbox = await account.open({ leads: 10 });
			const columns = ['Company', 'Revenue', 'mx_Date_of_Birth', 'ProspectStage', 'Phone'];
			const before = sandbox.lead(3, columns);
			const row = Object.fromEntries(columns.map((name) => [name, none]));
			const { EmailAddress } = sandbox.lead(3, ['EmailAddress'])!;
			const { error, hints } = await run({}, [
				{ EmailAddress, FirstName: 'Ada', ...row },
				{ EmailAddress: ADA, Revenue: 5 },
			]);
			expect(error).toBeUndefined();
			expect(sandbox.lead(3, columns)).toEqual(before);
			expect(hints.map(({ message }) => message)).toContain(
				`5 values such as ${none} counted as empty.`,
			);
		},
	);

	it('a list with nothing in it leaves a column of several choices as it is', async () => {
		await account.open({ leads: 10 });
		const lists = [
			['', ''],
			[null, '#N/A'],
			[null, 'art', ''],
		];
		await run(
			{},
			lists.map((mx_Interests, i) => ({
				EmailAddress: `${i}${ADA}`,
				FirstName: 'Ada',
				mx_Interests,
			})),
		);
		expect(account.sandbox.history.map(({ values }) => values!.mx_Interests)).toEqual([
			undefined,
			undefined,
			'Art',
		]);
	});

	it('a masked value is never written, and a hint says so', async () => {
		const sandbox = await account.open({ leads: 10, faults: { maskedColumns: ['Phone'] } });
		const read = await account.run({
			parameters: getByIds({
				leadIds: sandbox.ids(2).join(),
				columns: ['EmailAddress', 'Phone'],
			}) as never,
		});
		const { items } = read;
		expect(read.hints[0].message).toContain('LeadSquared masks the values of Phone, such as');
		expect(items[0].json.Phone).toMatch(/^x+\d+$/);
		const input = items.map(({ json }) => ({ ...json, FirstName: 'Ada' }));
		const { hints } = await run({}, input);
		expect(sandbox.history.map(({ values }) => Object.keys(values!))).toEqual(
			Array(2).fill(['EmailAddress', 'FirstName']),
		);
		expect(hints[0].message).toMatch(
			/^2 values such as x+\d+, x+\d+ not written: LeadSquared has masked/,
		);
		const { error } = await run({ match: 'Phone' }, [{ Phone: 'xxxxxxxx51', FirstName: 'Ada' }]);
		expect(error!.message).toContain('does not accept "xxxxxxxx51"');
	});

	it('a mapped column that was deleted is no error if it is blank in every row', async () => {
		await account.open({ leads: 10 });
		const value = { EmailAddress: ADA, mx_Gone: ' ' };
		const { items, hints } = await run({ value }, [{}]);
		expect(items[0].json.status).toBe('created');
		expect(hints[0].message).toContain('Not in LeadSquared: mx_Gone.');
		const { error } = await run({ value: { ...value, mx_Gone: 'x' } }, [{}]);
		expect(error!.message).toContain('mx_Gone');
	});

	it("LeadSquared's own times are in UTC, which a hint says", async () => {
		await account.open({ leads: 10 });
		const input = ['2026-05-01 10:00:00', '2026-05-01 10:00:00.000'].map((at, nth) => ({
			EmailAddress: `n${nth}@example.com`,
			mx_Loan_Next_Call: at,
		}));
		const { hints } = await run({}, input);
		expect(hints[0].message).toMatch(/^1 time such as 2026-05-01 10:00:00\.000 read in UTC, as/);
	});

	it('several values of a column that holds several are written as LeadSquared writes them', async () => {
		await account.open({ leads: 10 });
		for (const mx_Interests of ['art;Music', ['Art', 'music'], ' Art ; Music;']) {
			await run({}, [{ EmailAddress: ADA, mx_Interests }]);
			expect(account.sandbox.history.at(-1)!.values).toMatchObject({ mx_Interests: 'Art;Music' });
		}
	});
});

describe('an input item without a match value', () => {
	it('is an error of that item, and all such items are reported at once', async () => {
		await account.open({ leads: 10 });
		const input = [{ FirstName: 'A' }, { EmailAddress: ADA }, { EmailAddress: ' ' }];
		const one = await run({}, input.slice(0, 2));
		expect(one.error!.message).toBe(
			"The match column 'Email' (EmailAddress) has no value [item 0]",
		);
		expect(one.error!.description).toMatch(/The item has the fields FirstName\. Nothing was/);
		const more = await run({}, [...input, { EmailAddress: ADA, Revenue: 'x' }]);
		expect(more.error!.message).toBe('3 of 4 input items cannot be used');
		expect(more.error!.description!.split('<br>')).toEqual([
			expect.stringMatching(/^Item 0: The match column .* has no value\. Enter one, /),
			expect.stringMatching(/^Item 2: The match column .* has no value\. Enter one, /),
			`Item 3: 'Order Value' (Revenue) does not accept "x". Enter a number without separators or units.`,
			'Nothing was written. To write the other item, set On Error to Continue.',
		]);
		expect(calls()).toBe(0);
		const { items } = await run({}, input, { onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json.error ?? json.status)).toEqual([
			"The match column 'Email' (EmailAddress) has no value [item 0]",
			'created',
			expect.stringContaining('[item 2]'),
		]);
	});

	it('is found by its lead ID, also to get a new address', async () => {
		const sandbox = await account.open({ leads: 10 });
		const [id, other] = sandbox.ids(2);
		const { items } = await run({ options: { emptyValues: 'clear', withoutMatch: 'create' } }, [
			{ ProspectID: id, EmailAddress: '#N/A', FirstName: 'A' },
			{ ProspectID: other, EmailAddress: ADA, FirstName: 'B' },
			{ ProspectID: '', EmailAddress: ADA, FirstName: 'C' },
			{ ProspectID: 'n/a', EmailAddress: ADA, FirstName: 'D' },
		]);
		expect(items.map(({ json }) => json.status)).toEqual(updated(4));
		expect(items.map(({ json }) => json.ProspectID)).toEqual([id, other, other, other]);
		expect(sandbox.history.map(({ values }) => Object.keys(values!))).toEqual([
			['FirstName'],
			...Array(3).fill(['EmailAddress', 'FirstName']),
		]);
	});

	it.each(['EmailAddress', 'Phone', 'Mobile'])(
		'whatever a sheet or a template writes for none is no value of %s',
		async (match) => {
			await account.open({ leads: 10 });
			const input = ['null', 'undefined', '#N/A', 'n/a', ' - ', '#REF!', [null]].map((none) => ({
				[match]: none,
				FirstName: 'A',
			}));
			const { items } = await run({ match }, input, { onError: 'continueRegularOutput' });
			expect(items.map(({ json }) => json.error)).toEqual(
				input.map((_, item) =>
					expect.stringMatching(
						new RegExp(`^The match column '.*' \\(${match}\\) has no value \\[item ${item}\\]$`),
					),
				),
			);
			expect(calls()).toBe(0);
		},
	);

	it.each([
		['mx_Date_of_Birth', '1990-12-31'],
		['Revenue', '5'],
		['mx_Newsletter', 'true'],
	])('nor of %s, which takes no text; of a text they are values', async (column, value) => {
		await account.open({ leads: 10 });
		const written = async (values: object, options = {}) => {
			const { error } = await run({ options }, [{ EmailAddress: ADA, ...values }]);
			expect(error).toBeUndefined();
			return account.sandbox.history.at(-1)!.values;
		};
		await written({ [column]: value });
		const none = { [column]: 'n/a', mx_City: 'none' };
		expect(await written(none)).toEqual({ EmailAddress: ADA, mx_City: 'none' });
		expect(await written(none, { emptyValues: 'clear' })).toMatchObject({ [column]: null });
	});

	it('an invalid lead ID is reported before any call that writes', async () => {
		await account.open({ leads: 10 });
		for (const ProspectID of ['ann', 'null', '00000000-0000-0000-0000-000000000000']) {
			const { error } = await run({ match: 'ProspectID' }, [{ ProspectID, FirstName: 'A' }]);
			expect(error!.message).toMatch(
				/^('.*' \(ProspectID\) does not accept|The match column '.*' \(ProspectID\) has no value)/,
			);
		}
		expect(calls()).toBe(0);
	});

	it('is created if the user chooses Create', async () => {
		await account.open({ leads: 10 });
		const { items } = await run({ options: { withoutMatch: 'create' } }, [
			{ FirstName: 'A' },
			{ FirstName: 'A' },
		]);
		expect(items.map(({ json }) => json.status)).toEqual(['created', 'created']);
	});
});

describe('a row that LeadSquared rejects', () => {
	const input = (count: number, bad: number[]) =>
		Array.from({ length: count }, (_, at) => ({
			EmailAddress: `new${at}@example.com`,
			...(bad.includes(at) && { mx_State: 'Goa' }),
		}));

	it.each(['row', 'call'] as const)(
		'costs no other row its place (identified by %s)',
		async (badRows) => {
			await account.open({
				leads: 10,
				faults: { badRows, badRowsStatus: 412, lockedColumns: ['mx_State'] },
			});
			const { items } = await run({}, input(60, [7, 30, 31]), { onError: 'continueRegularOutput' });
			const { failed, good } = sorted(items);
			expect(itemsOf(failed)).toEqual([7, 30, 31]);
			expect(good).toHaveLength(57);
			expect(itemsOf(items)).toEqual(input(60, []).map((_, item) => item));
			expect(failed[0].json).toEqual({
				...input(60, [7])[7],
				ProspectID: null,
				created: null,
				status: 'failed',
				error: 'LeadSquared does not accept this lead [item 7]',
				message: expect.stringMatching(
					/^LeadSquared says: "mx_State is locked".*Check the value of mx_State\.$/,
				),
				errorCode: 'MXInvalidEntityException',
				retryable: false,
			});
		},
	);

	it('ends a run that stops, and reports how many leads were written', async () => {
		await account.open({ leads: 10, faults: { lockedColumns: ['mx_State'] } });
		const { error } = await run({}, input(100, [7]));
		expect(error!.message).toBe('LeadSquared does not accept this lead [item 7]');
		const { history } = account.sandbox;
		expect(error!.description).toMatch(new RegExp(`${history.length} leads were written\\.$`));
	});

	it('is not sent again and again if every row is rejected', async () => {
		await account.open({
			leads: 10,
			faults: { badRows: 'call', lockedColumns: ['EmailAddress'] },
		});
		const { items } = await run({}, input(1000, []), { onError: 'continueRegularOutput' });
		expect(sorted(items).failed).toHaveLength(1000);
		expect(calls()).toBeLessThan(80);
		expect(account.sandbox.history).toEqual([]);
	});

	it('comes after the leads under Retry On Fail, where n8n would run all of it again', async () => {
		await account.open({ leads: 10, faults: { lockedColumns: ['mx_State'] } });
		const { items } = await run({}, input(3, [0]), {
			onError: 'continueRegularOutput',
			retryOnFail: true,
		});
		expect(itemsOf(items)).toEqual([1, 2, 0]);
		expect(account.sandbox.history).toHaveLength(2);
	});
});

describe('the output items', () => {
	const input = [
		{ EmailAddress: ADA, note: { a: 1 }, status: 'mine', error: 'earlier', message: 'Hello' },
		{ EmailAddress: 'b@c.d', mx_State: 'Goa' },
	];
	const open = async () =>
		await account.open({ leads: 10, faults: { lockedColumns: ['mx_State'] } });
	const own = { ProspectID: expect.any(String), created: true, status: 'created' };
	const failed = { ProspectID: null, created: null, status: 'failed' };
	const report = {
		error: expect.stringMatching(/^LeadSquared does not accept this lead/),
		message: expect.stringMatching(/locked/),
	};
	const data = { errorCode: 'MXInvalidEntityException', retryable: false };
	const noData = { errorCode: null, retryable: null };

	it('all have the same fields where failed ones are among them', async () => {
		await open();
		const { items } = await run({}, input, { onError: 'continueRegularOutput' });
		expect(items.map(({ json }) => json)).toEqual([
			{ ...input[0], ...own, error: null, message: 'Hello', ...noData },
			{ ...input[1], ...failed, ...report, ...data },
		]);
		await open();
		const alone = await run({ options: { includeInputFields: false } }, input, {
			onError: 'continueRegularOutput',
		});
		expect(alone.items.map(({ json }) => json)).toEqual([
			{ ...own, error: null, message: null, ...noData },
			{ ...failed, ...report, ...data },
		]);
		expect(Object.keys(alone.items[0].json)).toEqual(Object.keys(alone.items[1].json));
	});

	it('have no field for errors if failed ones have an output of their own, where n8n puts them', async () => {
		await open();
		const { items, errorItems } = await run({}, input, { onError: 'continueErrorOutput' });
		const { error: _, ...fields } = input[0];
		expect(items.map(({ json }) => json)).toEqual([{ ...fields, ...own }]);
		expect(errorItems.map(({ json }) => json)).toEqual([{ ...input[1], ...report, details: data }]);
	});

	it('have no error under Retry On Fail, or n8n would write everything again', async () => {
		await open();
		for (const onError of ['continueRegularOutput', undefined] as const) {
			const { items } = await run({}, input.slice(0, 1), { onError, retryOnFail: true });
			expect(items[0].json).not.toHaveProperty('error');
		}
		expect(account.sandbox.history).toHaveLength(1);
		expect(calls()).toBe(2);
	});

	it('share nothing with the input', async () => {
		await open();
		const { items } = await run({}, input.slice(0, 1));
		expect(items[0].json.note).toEqual(input[0].note);
		expect(items[0].json.note).not.toBe(input[0].note);
	});

	it('have the same shape after a failure of the whole run', async () => {
		await open();
		const { items } = await run({}, input, {
			credentials: { secretKey: 'wrong' },
			onError: 'continueRegularOutput',
		} as never);
		expect(items[1].json).toMatchObject({ ...input[1], ...failed });
	});
});

describe('rows of a sheet', () => {
	it('are named by their number in the sheet', async () => {
		await account.open({ leads: 10 });
		const input = [
			{ row_number: 2, EmailAddress: ADA },
			{ row_number: 3, EmailAddress: 'broken@' },
			{ row_number: 4, EmailAddress: ADA.toUpperCase() },
		];
		const { error } = await run({}, input);
		expect(error!.message).toBe(`'Email' (EmailAddress) does not accept "broken@" [row 3]`);
		expect((error as unknown as { context: object }).context).not.toHaveProperty('itemIndex');
		const { items, hints } = await run({}, input, { onError: 'continueRegularOutput' });
		expect(items[1].json.error).toMatch(/\[row 3\]$/);
		expect(hints[0].message).toBe(
			'2 input items are the same lead, and the last one counts: row 2, row 4.',
		);
	});
});

it('values with HTML are shown as they are, in errors and hints', async () => {
	await account.open({ leads: 10, faults: { lockedColumns: ['mx_State'] } });
	const ofStage = (value: string) => ({ EmailAddress: ADA, ProspectStage: value });
	const { error } = await run({}, [ofStage('<img src=x>'), ofStage('a<br>b')]);
	expect(error!.description!.split('<br>').slice(0, 2)).toEqual([
		`Item 0: 'Lead Stage' (ProspectStage) does not accept "&lt;img src=x>".`,
		`Item 1: 'Lead Stage' (ProspectStage) does not accept "a&lt;br>b".`,
	]);
	const input = [{ EmailAddress: ADA, '<b>Plan</b>': 'R&D' }];
	const { hints, items } = await run({}, input, { onError: 'continueRegularOutput' });
	expect(hints[0].message).toContain('Not in LeadSquared: &lt;b>Plan&lt;/b>.');
	expect(items[0].json).toMatchObject(input[0]);
});

it('the log names workflow and node', async () => {
	await account.open({ leads: 10 });
	const { logs } = await run({}, [{ EmailAddress: ADA }]);
	expect(logs.map(({ message }) => message)).toContainEqual(
		expect.stringMatching(/^LeadSquared \[Harness > LeadSquared\]: 1 lead created, /),
	);
});

it('an unknown lead ID is reported as one, with the way to create leads', async () => {
	await account.open({ leads: 10 });
	const ProspectID = '00000000-1111-4000-8000-000000000000';
	const { error } = await run({ match: 'ProspectID' }, [{ ProspectID, FirstName: 'A' }]);
	expect(error!.message).toBe(`LeadSquared has no lead with the ID ${ProspectID} [item 0]`);
	expect(error!.description).toContain("To create leads, set 'Column to Match On' to the email");
});

describe('a fault', () => {
	const input = Array.from({ length: 50 }, (_, at) => ({ EmailAddress: `new${at}@example.com` }));
	const last = () => account.sandbox.history.length;

	it('after which it is open whether a call was executed: rows are sent again, and no lead is two', async () => {
		await account.open({
			leads: 10,
			faults: { transient: { every: 2, kinds: ['reset', '504', 'cut-json'] } },
		});
		const { items, error } = await run({}, input);
		expect(error).toBeUndefined();
		expect(last()).toBe(50);
		const statuses = new Set(items.map(({ json }) => `${json.created} ${json.status}`));
		// What an earlier try may have created is not said to be there before.
		expect([...statuses].sort()).toEqual(['null written', 'true created']);
	});

	it('rows without a match value are not sent again: it is not known', async () => {
		await account.open({ leads: 10, faults: { transient: { every: 2, kinds: ['reset'] } } });
		const { items } = await run(
			{ options: { withoutMatch: 'create' } },
			input.map((_, at) => ({ FirstName: `Name ${at}` })),
			{ onError: 'continueRegularOutput' },
		);
		const { failed, good } = sorted(items);
		expect(failed.length + good.length).toBe(50);
		expect(failed.length).toBeGreaterThan(0);
		expect(new Set(failed.map(({ json }) => String(json.error).slice(0, 46)))).toEqual(
			new Set(['It is not known whether this lead was written ']),
		);
		expect(last()).toBe(50);
	});

	it.each([true, false])(
		'that leaves it open, and then no call is taken any more: rows are not said to be unwritten',
		async (continues) => {
			const sandbox = await account.open({
				leads: 10,
				// The list of columns and the first 25 rows at once, anything else after 5 s.
				limit: { calls: 2, seconds: 5 },
				faults: { writeBreaks: { every: 1, rows: 25, kind: 'reset' } },
			});
			setTimeout(() => {
				Object.assign(sandbox.faults, { writeBreaks: null, access: 'no-permission' });
			}, 3000);
			const { items, error } = await run({}, input, {
				onError: continues ? 'continueRegularOutput' : undefined,
			});
			expect(last()).toBe(25);
			if (continues) {
				expect(items.map(({ json }) => String(json.error).split(' [')[0])).toEqual([
					...Array(25).fill('It is not known whether this lead was written'),
					...Array(25).fill('The user of the keys lacks a permission in LeadSquared'),
				]);
			} else {
				expect(error!.message).toBe('The user of the keys lacks a permission in LeadSquared');
				expect(error!.description).toMatch(
					/No leads were written\. The result of 25 leads is unknown\.$/,
				);
			}
		},
	);

	it('that is not the rows: nothing is written, and each item says so', async () => {
		await account.open({ leads: 10 });
		account.sandbox.faults.access = 'no-permission';
		const { items } = await run({}, input, { onError: 'continueRegularOutput' });
		expect(sorted(items).failed).toHaveLength(50);
		expect(items[0].json.error).toBe('The user of the keys lacks a permission in LeadSquared');
		expect(last()).toBe(0);
	});

	it('a cancelled run ends as cancelled, and reports how many leads were written', async () => {
		await account.open({ leads: 10, limit: { calls: 1, seconds: 5 } });
		const { error, run: execution } = await run({}, [...input, ...input, ...input], {
			cancelAfterMs: 7000,
		});
		expect(error!.message).toMatch(/cancel/i);
		expect(error!.description).toMatch(/^25 leads were written\./);
		expect(execution.data.resultData.error?.message).toMatch(/cancel/i);
		expect(last()).toBeGreaterThan(0);
		expect(last()).toBeLessThan(50);
	});
});

describe('the limit of bulk writes', () => {
	const input = (count: number) =>
		Array.from({ length: count }, (_, at) => ({ EmailAddress: `new${at}@example.com` }));

	it('is kept in addition to the account’s own: 1,000 rows in 40 calls, as fast as it lets them out', async () => {
		await account.open({ leads: 10, faults: { bulkLimit: { calls: 10, seconds: 5 } } });
		const { elapsedMs } = await run({}, input(1000));
		expect(calls()).toBe(40);
		expect(account.sandbox.stats.refused).toBe(0);
		// 10 at once, and 10 more after each of three windows.
		expect(elapsedMs).toBeLessThan(1.1 * 15_000 + 1000);
	});

	it('is learned from the limit that a refusal names', async () => {
		await account.open({ leads: 10, faults: { bulkLimit: { calls: 2, seconds: 5 } } });
		const { items, hints } = await run({}, input(500));
		expect(items).toHaveLength(500);
		expect(account.sandbox.history).toHaveLength(500);
		expect(account.sandbox.stats.refused).toBeLessThanOrEqual(10);
		expect(hints.map(({ message }) => message).join()).toContain('500 leads created');
	});
});

it('keys that see no columns write nothing', async () => {
	await account.open({ leads: 10, faults: { metadata: 'empty' } });
	const { error } = await run({}, [{ EmailAddress: ADA, mx_Date_of_Birth: '31/12/1990' }]);
	expect(error!.message).toBe('These keys cannot see any lead columns');
	expect(error!.description).toMatch(/^Check the permissions .* another user\.$/);
	expect(account.sandbox.history).toEqual([]);
});

it('200,000 items are not too many', async () => {
	await account.open({ leads: 10 });
	const input = Array.from({ length: 200_000 }, () => ({ EmailAddress: ADA }));
	const { error } = await run({}, input, { credentials: { secretKey: 'wrong' } } as never);
	expect(error!.message).toBe('LeadSquared does not accept the keys');
});

it('the mapper shows the account’s columns, those to match on, and the values of drop-downs', async () => {
	await account.open({ leads: 10 });
	const { fields } = await account.mapper('getLeadFields');
	const byId = new Map(fields.map((field) => [field.id, field]));
	expect(fields.slice(0, 3).map(({ displayName }) => displayName)).toEqual([
		'Email',
		'First Name',
		'Last Name',
	]);
	expect(byId.get('EmailAddress')).toMatchObject({ defaultMatch: true, canBeUsedToMatch: true });
	expect(
		fields
			.filter(({ canBeUsedToMatch }) => canBeUsedToMatch)
			.map(({ id }) => id)
			.sort(),
	).toEqual(['EmailAddress', 'Mobile', 'Phone', 'ProspectID']);
	expect(byId.get('ProspectStage')!.options!.map(({ value }) => value)).toContain('Customer');
	expect(byId.get('mx_Newsletter')).toMatchObject({ type: 'options', required: false });
	// The ones that a new mapper shows.
	expect(fields.filter(({ required }) => required).map(({ id }) => id)).toEqual(MAPPED_COLUMNS);
	for (const name of ['CreatedOn', 'ProspectAutoId', 'LeadAge', 'Notes']) {
		expect(byId.has(name)).toBe(false);
	}
	expect(new Set(fields.map(({ displayName }) => displayName)).size).toBe(fields.length);
	expect(await account.mapper('getLeadFields')).toEqual({ fields });
});

describe('the mapper by expression', () => {
	const input = [
		{ EmailAddress: ADA, FirstName: 'Ada', mode: 'autoMapInputData', match: 'EmailAddress' },
	];
	const value = { EmailAddress: '={{ $json.EmailAddress }}', FirstName: '={{ $json.FirstName }}' };
	const mapper = {
		mappingMode: 'defineBelow',
		value,
		matchingColumns: ['EmailAddress'],
		schema: [],
	};

	it.each([
		[
			'as a whole',
			'={{ ({ mappingMode: "defineBelow", value: { EmailAddress: $json.EmailAddress, FirstName: "Ada" }, matchingColumns: ["EmailAddress"] }) }}',
		],
		[
			'as JSON',
			'={{ JSON.stringify({ mappingMode: $json.mode, matchingColumns: ["EmailAddress"] }) }}',
		],
		['its mode', { ...mapper, value: null, mappingMode: '={{ $json.mode }}' }],
		['its column to match on', { ...mapper, matchingColumns: ['={{ $json.match }}'] }],
		['all its columns to match on', { ...mapper, matchingColumns: '={{ [$json.match] }}' }],
		[
			'its values',
			{ ...mapper, value: '={{ ({ EmailAddress: $json.EmailAddress, FirstName: "Ada" }) }}' },
		],
		[
			'its values as JSON',
			{
				...mapper,
				value: '={{ JSON.stringify({ EmailAddress: $json.EmailAddress, FirstName: "Ada" }) }}',
			},
		],
	])('%s', async (_, fields) => {
		await account.open({ leads: 10 });
		const parameters = { resource: 'lead', operation: 'upsert', fields, options: {} };
		const { items, error } = await account.run({ parameters: parameters as never, input });
		expect(error).toBeUndefined();
		expect(items[0].json.status).toBe('created');
		expect(account.sandbox.history[0].values).toEqual({ EmailAddress: ADA, FirstName: 'Ada' });
	});

	it.each([
		['={{ "Ada" }}', "'Fields' is an expression that returns no mapper: Ada"],
		[{ ...mapper, mappingMode: '={{ "auto" }}' }, "'Fields' has no mapping mode auto"],
		[{ ...mapper, value: '={{ "Ada" }}' }, "'Fields' has no values: Ada"],
	])('that returns something else says what to return: %j', async (fields, message) => {
		await account.open({ leads: 10 });
		const parameters = { resource: 'lead', operation: 'upsert', fields, options: {} };
		const { error } = await account.run({ parameters: parameters as never, input });
		expect(error!.message).toContain(message);
	});
});

it('the mapper has no columns as long as n8n has chosen no credential, so n8n offers to retry', async () => {
	await account.open({ leads: 10 });
	const withoutCredential = true;
	expect(await account.mapper('getLeadFields', { withoutCredential })).toEqual({ fields: [] });
});
