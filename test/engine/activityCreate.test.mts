/** Activity > Create, in n8n's own engine. */
import type { Faults } from '../../dev/sandbox/server.mts';
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const MEETING = '201';
const DEMO = '202';
const BULK = '/v2/ProspectActivity.svc/Bulk/CustomActivity/Add/';
const goOn = { onError: 'continueRegularOutput' };

const run = async (parameters: object, input: object[], more: object = {}) =>
	await account.run({
		parameters: {
			resource: 'activity',
			operation: 'create',
			lead: { __rl: true, mode: 'id', value: '={{ $json.lead }}' },
			activityType: { __rl: true, mode: 'code', value: MEETING },
			note: '={{ $json.note }}',
			fields: { mappingMode: 'defineBelow', value: {}, matchingColumns: [] },
			options: {},
			...parameters,
		} as never,
		input,
		...more,
	});
const mapped = (value: object) => ({
	fields: { mappingMode: 'defineBelow', value, matchingColumns: [], schema: [] },
});
const automatic = { fields: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [] } };
const callsOf = (name: string) => account.sandbox.stats.byPath[`${BULK}${name}`] ?? 0;
const activities = () => account.sandbox.activities.filter(({ note }) => note?.startsWith('call'));
const notes = () => activities().map(({ note }) => note);
const calls = (count: number, leadOf = (at: number) => at) =>
	Array.from({ length: count }, (_, at) => ({
		lead: account.sandbox.idAt(leadOf(at)),
		note: `call ${at}`,
	}));

it('adds 25 activities in a call, each at its own input item', async () => {
	const sandbox = await account.open({ leads: 100, faults: { activities: 0 } });
	const { items, hints } = await run({}, calls(60));
	expect(itemsOf(items)).toEqual(items.map((_, item) => item));
	expect(items.map(({ json }) => [json.ProspectID, json.status])).toEqual(
		sandbox.ids(60).map((id) => [id, 'created']),
	);
	const byId = new Map(activities().map((activity) => [activity.id, activity]));
	for (const [at, { json }] of items.entries()) {
		const activity = byId.get(String(json.ActivityId))!;
		expect([activity.lead, activity.note, activity.code]).toEqual([
			json.ProspectID,
			`call ${at}`,
			201,
		]);
	}
	expect(callsOf('ByLeadId')).toBe(3);
	expect(hints.map(({ message }) => message).join()).toContain('60 activities created, 4 calls');
});

it('of leads that are given by ID, email address or phone number, in any form', async () => {
	const sandbox = await account.open({ leads: 20 });
	sandbox.touch(2, { Phone: '+91-9876543210' });
	const { EmailAddress } = sandbox.lead(1, ['EmailAddress'])!;
	const input = [
		{ lead: `{${sandbox.idAt(0).toUpperCase()}}`, note: 'call 0' },
		{ lead: ` mailto:${EmailAddress} `, note: 'call 1' },
		{ lead: '+91-9876543210', note: 'call 2' },
		{ lead: sandbox.idAt(3), note: 'call 3' },
	];
	const { items, error } = await run({}, input);
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json.status)).toEqual(Array(4).fill('created'));
	const byNote = new Map(activities().map(({ note, lead }) => [note, lead]));
	expect([0, 1, 2, 3].map((at) => byNote.get(`call ${at}`))).toEqual(sandbox.ids(4));
	expect([callsOf('ByLeadId'), callsOf('ByLeadField')]).toEqual([1, 2]);
});

it('writes the fields of its type by label or schema name, in the form that each takes', async () => {
	const sandbox = await account.open({ leads: 20 });
	const value = {
		Purpose: 'first VISIT',
		mx_Custom_2: '30',
		mx_Custom_3: '2026-05-01T10:00:00+05:30',
		Remarks: '#N/A',
		Owner: 'owner1@example.com',
	};
	const { items, error } = await run(mapped(value), calls(1));
	expect(error).toBeUndefined();
	expect(items[0].json.status).toBe('created');
	const [{ fields }] = activities();
	expect(fields).toMatchObject({
		mx_Custom_1: 'First visit',
		mx_Custom_2: '30',
		mx_Custom_3: '2026-05-01 04:30:00',
		mx_Custom_4: null,
	});
	expect(fields.Owner).toMatch(/^[0-9a-f-]{36}$/);
	expect(sandbox.stats.byPath['/v2/UserManagement.svc/Users.Get']).toBe(1);
});

it('takes the names of fields in any case, also of one that holds a user', async () => {
	await account.open({ leads: 20 });
	const value = { purpose: 'Follow up', MX_CUSTOM_2: 30, OWNER: 'owner1@example.com' };
	const { error } = await run(mapped(value), calls(1));
	expect(error).toBeUndefined();
	const [{ fields }] = activities();
	expect(fields).toMatchObject({ mx_Custom_1: 'Follow up', mx_Custom_2: '30' });
	expect(fields.Owner).toMatch(/^[0-9a-f-]{36}$/);
});

it('maps fields automatically, and names those that the type does not have', async () => {
	await account.open({ leads: 20 });
	const input = [{ ...calls(1)[0], Purpose: 'Follow up', Colour: 'red' }];
	const { hints } = await run(automatic, input);
	expect(activities()[0].fields.mx_Custom_1).toBe('Follow up');
	expect(hints.map(({ message }) => message).join()).toContain('Colour');
});

it('takes the time', async () => {
	await account.open({ leads: 20 });
	await run({ at: '2026-05-01T10:00:00+05:30' }, calls(1));
	expect(activities()[0].created).toBe(Date.UTC(2026, 4, 1, 4, 30));
});

describe('the owner', () => {
	const USERS = '/v2/UserManagement.svc/Users.Get';
	const owner = (value: unknown, mode = 'list') => ({
		options: { ownerEmail: { __rl: true, mode, value } },
	});
	const pick = async (filter: string) => {
		const { results } = await account.search('searchUsers', filter);
		return results[0];
	};

	it.each<[string, (user: { ID: string; name: string }) => object, number]>([
		['chosen from the list', ({ ID }) => owner(ID), 1],
		['by address', () => owner('mailto:Owner2@Example.com', 'email'), 0],
		[
			'by an address that a workflow saved as text',
			() => ({ options: { ownerEmail: 'owner2@example.com' } }),
			0,
		],
		['by a name from an expression', ({ name }) => owner(`={{ ${JSON.stringify(name)} }}`), 1],
		[
			'by a name from an expression for the option',
			({ name }) => ({ options: { ownerEmail: `={{ ${JSON.stringify(name)} }}` } }),
			1,
		],
	])('%s', async (_, parameters, users) => {
		await account.open({ leads: 20 });
		const { name, value: ID } = await pick('owner2@example.com');
		const before = account.sandbox.stats.byPath[USERS];
		const { error } = await run(
			parameters({ ID: String(ID), name: name.replace(/ \(.*/, '') }),
			calls(3),
		);
		expect(error).toBeUndefined();
		expect(activities().map(({ fields }) => fields.Owner)).toEqual([ID, ID, ID]);
		expect(account.sandbox.stats.byPath[USERS] - before).toBe(users);
	});

	it('is reported before any call that writes if no user can be meant', async () => {
		await account.open({ leads: 20 });
		const { error } = await run(owner('No Such User'), calls(2));
		expect(error!.message).toMatch(/^'Owner' cannot be No Such User/);
		expect(callsOf('ByLeadId')).toBe(0);
	});

	it('is reported with the cause if the keys cannot see the users', async () => {
		const sandbox = await account.open({ leads: 20 });
		await run({}, calls(1));
		sandbox.faults.access = 'no-permission';
		const { error } = await run(owner('Asha Rao'), calls(1));
		expect(error!.message).toMatch(/^The user of the keys lacks a permission/);
		expect(error!.description).toMatch(/not needed if it is the email address of a user/);
	});
});

it.each<[string, object, RegExp]>([
	['no lead', { lead: '={{ $json.nothing }}' }, /'Lead' is empty/],
	['something else as lead', { lead: 'Ada' }, /'Lead' cannot be "Ada"/],
	['an unknown type', { activityType: '999' }, /no activity type with the code 999/],
	['a type of another form', { activityType: 'Meeting' }, /'Activity Type' cannot be/],
	['a date that cannot be read', { at: 'soon' }, /'At' is not a date/],
	['an unknown field', mapped({ Colour: 'red' }), /has no field Colour/],
	['a value that is no choice', mapped({ Purpose: 'Golf' }), /does not accept "Golf"/],
	['a number that cannot be read', mapped({ Duration: 'long' }), /does not accept "long"/],
])('%s is reported before any call that writes', async (_, parameters, message) => {
	await account.open({ leads: 20 });
	const { error } = await run(parameters, calls(2));
	expect(error!.message).toMatch(message);
	expect(callsOf('ByLeadId')).toBe(0);
	const { items } = await run(parameters, calls(2), goOn);
	expect(items.map(({ json }) => json.status)).toEqual(['failed', 'failed']);
});

it('a mandatory field without a value is reported by its label', async () => {
	await account.open({ leads: 20 });
	const { error } = await run({ activityType: DEMO }, calls(1));
	expect(error!.message).toMatch(/^Mandatory fields of Demo Given have no value: '/);
	expect(callsOf('ByLeadId')).toBe(0);
});

it('of a lead that does not exist is an error of its item, and costs no other its place', async () => {
	await account.open({ leads: 20 });
	const input = calls(10);
	input[3].lead = 'ffffffff-0000-4000-8000-000000000001';
	const { items } = await run({}, input, goOn);
	const { failed, good } = sorted(items);
	expect(itemsOf(failed)).toEqual([3]);
	expect(failed[0].json.error).toContain('LeadSquared has no lead with the ID ffffffff');
	expect(failed[0].json).toMatchObject({ ActivityId: null, status: 'failed', retryable: false });
	expect(good).toHaveLength(9);
	const stopped = await run({}, input);
	expect(stopped.error!.description).toMatch(/activities created before the error\.$/);
});

it('Retry On Fail adds no activity twice, and repeats a run that added none', async () => {
	await account.open({ leads: 100 });
	const input = calls(60);
	input[40].lead = 'ffffffff-0000-4000-8000-000000000001';
	const retry = { retryOnFail: true, maxTries: 3 };
	const { error } = await run({}, input, retry);
	expect(error!.description).toMatch(new RegExp(`${notes().length} activities created before`));
	expect(notes().length).toBeGreaterThan(0);
	expect(new Set(notes()).size).toBe(notes().length);

	const before = callsOf('ByLeadId');
	await run({}, input.slice(40, 41), retry);
	expect(callsOf('ByLeadId') - before).toBeGreaterThanOrEqual(3);
});

it('of a phone number that no lead has in this form, the error says where else to look', async () => {
	await account.open({ leads: 5 });
	const { items } = await run({}, [{ lead: '+91-9000000000', note: 'call' }], goOn);
	expect(items[0].json.error).toMatch(/^LeadSquared has no lead with the Phone \+91-9000000000/);
	expect(items[0].json.message).toMatch(/as it is stored in Phone\. Lead > Get also finds/);
});

const FAULTS: Array<Partial<Faults>> = [
	{},
	{ lostResults: 3 },
	{ resultOrder: 'shuffled' },
	{ rowNumbers: 'from-0' },
	{ transient: { every: 2, kinds: ['reset'] } },
	{ transient: { every: 2, kinds: ['503'] } },
	{ transient: { every: 2, kinds: ['cut-json'] } },
	{ transient: { every: 2, kinds: ['timeout'] } },
	{ between: 'firewall-200', betweenEvery: 3 },
	{ writeBreaks: { every: 2, rows: 3, kind: 'reset' } },
	{ bulkLimit: { calls: 1, seconds: 5 } },
];

it.each(FAULTS.map((faults) => [JSON.stringify(faults), faults] as const))(
	'nothing is lost, doubled or claimed with %s',
	async (_, faults) => {
		const sandbox = await account.open({ leads: 50, latencyMs: [20, 400] });
		Object.assign(sandbox.faults, faults);
		const input = calls(120, (at) => at % 40);
		const { items } = await run({ options: { maxWaitSeconds: 600 } }, input, goOn);
		expect(itemsOf(items)).toEqual(input.map((_row, at) => at));
		const { failed, good } = sorted(items);
		expect(new Set(notes()).size).toBe(notes().length);
		const known = new Map(activities().map((activity) => [activity.id, activity]));
		for (const { json, pairedItem } of good) {
			const at = (pairedItem as { item: number }).item;
			expect(known.get(String(json.ActivityId))).toMatchObject({
				note: `call ${at}`,
				lead: input[at].lead,
			});
		}
		for (const { json } of failed) {
			expect(json.error).toContain('It is not known whether this activity was created');
			expect(json.retryable).toBe(false);
		}
		const open = new Set(itemsOf(failed).map((at) => `call ${at}`));
		const claimed = itemsOf(good).map((at) => `call ${at}`);
		expect(
			notes()
				.filter((note) => !open.has(note!))
				.sort(),
		).toEqual(claimed.sort());
		if (Object.keys(faults).every((name) => /Order|Numbers|Limit/.test(name))) {
			expect(failed).toEqual([]);
		}
	},
);

it('activities of one lead keep their order, 25 in a call', async () => {
	await account.open({ leads: 5, latencyMs: [20, 900], faults: { badRows: 'call' } });
	const input = calls(200, (at) => at % 2);
	const { items } = await run({}, input);
	expect(items).toHaveLength(200);
	for (const lead of [0, 1]) {
		const own = activities().filter((activity) => activity.lead === input[lead].lead);
		expect(own.map(({ note }) => note)).toEqual(
			Array.from({ length: 100 }, (_, at) => `call ${2 * at + lead}`),
		);
	}
	expect(callsOf('ByLeadId')).toBeLessThan(12);
});

it('activities of one lead keep their order if their calls are split', async () => {
	await account.open({ leads: 5, latencyMs: [20, 900], faults: { bulkCap: 10 } });
	const { error } = await run(
		{},
		calls(100, () => 1),
	);
	expect(error).toBeUndefined();
	expect(notes()).toEqual(Array.from({ length: 100 }, (_, at) => `call ${at}`));
});

it('a whole call that LeadSquared refuses is split until only the rows at fault are left', async () => {
	await account.open({ leads: 50, faults: { uniqueColumns: ['EmailAddress'] } });
	const input = calls(30);
	for (const at of [4, 17]) input[at].lead = `+91-98765${43_210 + at}`;
	const { items } = await run({}, input, goOn);
	const { failed } = sorted(items);
	expect(itemsOf(failed)).toEqual([4, 17]);
	expect(failed[0].json.error).toMatch(/^LeadSquared does not find leads by Phone in this account/);
	expect(failed[0].json.message).toContain("Enter the lead's ID.");
	expect(notes()).toHaveLength(28);
});

it('10,000 activities take 400 calls, within 1.1 times what the limit of bulk writes allows', async () => {
	await account.open({
		leads: 4000,
		latencyMs: 300,
		faults: { activities: 0, bulkLimit: { calls: 10, seconds: 5 } },
	});
	const { elapsedMs } = await run(
		{},
		calls(10_000, (at) => at % 4000),
	);
	expect(notes()).toHaveLength(10_000);
	expect(callsOf('ByLeadId')).toBe(400);
	expect(account.sandbox.stats.refused).toBe(0);
	expect(elapsedMs).toBeLessThan(1.1 * (400 / 10 - 1) * 5000);
});

it('the mapper shows the fields of the type, the mandatory ones at once', async () => {
	await account.open({ leads: 5 });
	const parameters = { activityType: { __rl: true, mode: 'list', value: DEMO } };
	const { fields } = await account.mapper('getActivityFields', { parameters });
	expect(fields.length).toBeGreaterThan(2);
	expect(fields.some(({ required }) => required)).toBe(true);
	expect(fields.map(({ id }) => id)).toContain('Status');
});
