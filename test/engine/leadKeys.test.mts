/** Operations whose calls take lead IDs only: their lead may be given by email address or phone number. */
import type { IDataObject } from 'n8n-workflow';
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const goOn = { onError: 'continueRegularOutput' as const };
const lead = { __rl: true, mode: 'email', value: '={{ $json.lead }}' };
const code = (value: string) => ({ __rl: true, mode: 'code', value });

/** The parameters of each operation, and whether it writes. */
const OPERATIONS: Array<[name: string, parameters: object, writes: boolean]> = [
	[
		'Task > Create',
		{
			resource: 'task',
			operation: 'create',
			name: 'Call back',
			taskType: { __rl: true, mode: 'name', value: 'Phone Call' },
			...{ dueDate: '', endDate: '', description: '' },
			owner: { __rl: true, mode: 'list', value: '' },
		},
		true,
	],
	['Note > Create', { resource: 'note', operation: 'create', note: 'Called' }, true],
	['Note > Get Many', { resource: 'note', operation: 'getMany', limit: 1 }, false],
	[
		'Activity > Get Many',
		{
			resource: 'activity',
			operation: 'getMany',
			filterBy: 'lead',
			activityType: code(''),
			...{ modifiedAfter: '', modifiedBefore: '', limit: 1 },
		},
		false,
	],
	[
		'Opportunity > Get Many',
		{
			resource: 'opportunity',
			operation: 'getMany',
			opportunityType: code('12000'),
			columns: ['Status'],
			limit: 1,
		},
		false,
	],
];

const byEmail = () =>
	account.sandbox.stats.byPath['/v2/LeadManagement.svc/Leads.GetByEmailaddress'];
const emailOf = (index: number) => account.sandbox.lead(index)!.EmailAddress;
const written = () => {
	const { notes, tasks } = account.sandbox.stats.written;
	return notes + tasks;
};

describe.each(OPERATIONS)('%s', (_, parameters, writes) => {
	const open = async () => {
		// Each lead has an opportunity of the type, and an activity.
		const sandbox = await account.open({
			leads: 10,
			faults: { activities: 200, opportunities: 200 },
		});
		sandbox.touch(2, { Phone: '+91-9876543210' });
		return sandbox;
	};
	const run = async (leads: unknown[], more: object = {}) =>
		await account.run({
			input: leads.map((each) => ({ lead: each }) as IDataObject),
			parameters: { ...parameters, lead, options: {} } as never,
			...more,
		});
	const leadsOf = (items: Array<{ json: IDataObject }>) => items.map(({ json }) => json.ProspectID);

	it('finds the lead by ID, email address or phone number, each address once', async () => {
		const sandbox = await open();
		const email = emailOf(1);
		const { items, error } = await run([sandbox.idAt(0), email, '98765 43210', `<${email}>`]);
		expect(error).toBeUndefined();
		expect(itemsOf(items)).toEqual([0, 1, 2, 3]);
		expect(leadsOf(items)).toEqual([0, 1, 2, 1].map((index) => sandbox.idAt(index)));
		expect(byEmail()).toBe(1);
	});

	it('makes no lookup for leads that are given by ID', async () => {
		const sandbox = await open();
		await run(sandbox.ids(3));
		expect(byEmail()).toBeUndefined();
	});

	it('reports an address that no lead has, at its own item', async () => {
		const sandbox = await open();
		const given = [sandbox.idAt(0), 'nobody@example.com', emailOf(1)];
		const { items } = await run(given, goOn);
		const { failed, good } = sorted(items);
		expect(itemsOf(failed)).toEqual([1]);
		expect(failed[0].json.error).toBe(
			'LeadSquared has no lead with the email address nobody@example.com [item 1]',
		);
		expect(leadsOf(good)).toEqual(sandbox.ids(2));

		const before = written();
		const { error } = await run(given);
		expect(error!.message).toMatch(/no lead with the email address nobody@example.com/);
		expect(written()).toBe(before);
		if (writes) expect(error!.description).toMatch(/Nothing was written/);
	});

	it('uses the first of several leads with an address, and says so', async () => {
		const sandbox = await open();
		for (const index of [3, 4]) sandbox.touch(index, { EmailAddress: 'two@example.com' });
		const { items, hints } = await run(['two@example.com']);
		expect(leadsOf(items)).toEqual(sandbox.ids(1, 3));
		expect(hints.map(({ message }) => message).join()).toContain(
			`the first of them was used: two@example.com (${sandbox.ids(2, 3).join(', ')})`,
		);
	});

	it('reports a lookup that fails as LeadSquared does', async () => {
		const sandbox = await open();
		await run(sandbox.ids(1));
		sandbox.faults.access = 'no-permission';
		sandbox.faults.accessOf = 'leads';
		const { error } = await run([emailOf(1)]);
		expect(error).toMatchObject({ name: 'NodeApiError' });
		const { items } = await run([emailOf(1)], goOn);
		expect(items).toMatchObject([
			{ json: { errorCode: 'MXUnAuthorizedAccessException' }, pairedItem: { item: 0 } },
		]);
	});

	it('reports text that is no key before any call', async () => {
		const sandbox = await open();
		const { calls } = sandbox.stats;
		const { error } = await run(['Ada Lovelace']);
		expect(error!.message).toMatch(/^'Lead' cannot be "Ada Lovelace"/);
		expect(error!.description).toContain('a lead ID, an email address or a phone number');
		expect(sandbox.stats.calls).toBe(calls);
	});
});
