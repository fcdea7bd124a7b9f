/** Task > Create, Complete and Get Many: owners, types and dates are read from the account and the workflow. */
import type { INodeExecutionData } from 'n8n-workflow';
import { itemsOf, sorted, testAccount } from './account.mts';
import { CREDENTIAL_TYPE, NODE_TYPE } from './harness.mts';

const account = testAccount();
const byId = (value: string) => ({ __rl: true, mode: 'id', value });
const create = (parameters: object = {}) => ({
	resource: 'task',
	operation: 'create',
	name: '={{ $json.name }}',
	taskType: { __rl: true, mode: 'name', value: 'Phone Call' },
	lead: byId(''),
	dueDate: '',
	endDate: '',
	owner: byId(''),
	description: '',
	options: {},
	...parameters,
});
const getMany = (parameters: object = {}) => ({
	resource: 'task',
	operation: 'getMany',
	owner: byId('owner1@example.com'),
	taskType: { __rl: true, mode: 'list', value: '' },
	status: 'open',
	dueAfter: '',
	dueBefore: '',
	returnAll: true,
	options: {},
	...parameters,
});
const complete = (parameters: object = {}) => ({
	resource: 'task',
	operation: 'complete',
	taskId: '={{ $json.TaskId }}',
	options: {},
	...parameters,
});
const named = (count: number) => Array.from({ length: count }, (_, at) => ({ name: `Task ${at}` }));
const tasks = () => account.sandbox.records.tasks;
const goOn = { onError: 'continueRegularOutput' as const };
const idsIn = (items: INodeExecutionData[]) => items.map(({ json }) => json.TaskId);
const UNKNOWN_ID = '00000000-1111-4000-8000-000000000000';

describe('Task > Create', () => {
	it('creates one task for each input item, in order and linked', async () => {
		await account.open();
		const [id] = account.sandbox.ids(1);
		const { items, hints } = await account.run({
			input: named(30),
			parameters: create({ lead: byId(id), description: 'About the offer' }),
		});
		expect(itemsOf(items)).toEqual(Array.from({ length: 30 }, (_, at) => at));
		expect(items[0].json).toEqual({ name: 'Task 0', TaskId: expect.any(String), ProspectID: id });
		expect(items.map(({ json }) => json.TaskId)).toEqual(
			items.map(({ json }) => tasks().find(({ name }) => name === json.name)!.id),
		);
		expect(tasks()).toHaveLength(30);
		expect(tasks()[0]).toMatchObject({
			type: 'Phone Call',
			relatedEntity: 1,
			relatedId: id,
			description: 'About the offer',
			owner: 0,
		});
		// One for the types, and none for the users.
		expect(account.sandbox.stats.calls).toBe(31);
		expect(JSON.stringify(hints)).toMatch(/30 tasks created, 31 calls/);
	});

	it("reads dates in the workflow's time zone, and in the chosen format", async () => {
		await account.open();
		const parameters = create({
			name: 'Visit',
			dueDate: '31/12/2026 10:00',
			endDate: '2026-12-31T11:30:00+05:30',
			options: { dateFormat: 'dmy', reminderMinutes: 15 },
		});
		const { error } = await account.runWorkflow({
			nodes: [
				{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
				{
					name: 'LeadSquared',
					type: NODE_TYPE,
					parameters: parameters as never,
					credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'LeadSquared account' } },
				},
			],
			connections: { Start: { main: [[{ node: 'LeadSquared', type: 'main', index: 0 }]] } },
			settings: { timezone: 'Asia/Kolkata' },
		});
		expect(error).toBeUndefined();
		expect(tasks()[0]).toMatchObject({
			due: Date.parse('2026-12-31T10:00:00+05:30'),
			end: Date.parse('2026-12-31T11:30:00+05:30'),
			reminder: 15,
			notifyBy: '1100',
			relatedEntity: 0,
		});
	});

	it.each([
		['an address', 'Owner3@Example.com'],
		['a name', 'NAME'],
		['an ID', 'ID'],
	])('finds the owner by %s', async (_, given) => {
		await account.open();
		const { items: users } = await account.run({
			input: [{}],
			parameters: { resource: 'user', operation: 'getMany', returnAll: true, options: {} },
		});
		const { ID, FirstName, LastName } = users[2].json;
		const owner = given.replace('NAME', `${FirstName} ${LastName}`).replace('ID', String(ID));
		const { items, error } = await account.run({
			input: named(2),
			parameters: create({ owner: { __rl: true, mode: 'email', value: owner } }),
		});
		expect(error).toBeUndefined();
		expect(items).toHaveLength(2);
		expect(tasks().map(({ owner: number }) => number)).toEqual([2, 2]);
	});

	it('takes a type in any case, and by its ID', async () => {
		await account.open();
		const { results } = await account.search('searchTaskTypes');
		expect(results.map(({ value }) => value)).toEqual([
			'Document Collection',
			'Meeting',
			'Phone Call',
		]);
		await account.run({ input: named(1), parameters: create({ taskType: ' phone CALL' }) });
		expect(tasks()).toHaveLength(1);
	});

	it.each([
		['a type that the account lacks', { taskType: 'Meting' }, /^'Task Type' cannot be Meting/, 1],
		[
			'an owner that the account lacks',
			{ owner: 'No Such User' },
			/^'Owner' cannot be No Such User/,
			2,
		],
		['a due date that is not one', { dueDate: 'soon' }, /^'Due Date' is not a date: soon/, 1],
		[
			'an end before its due date',
			{ dueDate: '2026-05-02', endDate: '2026-05-01' },
			/^'End Date' is earlier than 'Due Date'/,
			1,
		],
		['no name', { name: "={{ '' }}" }, /^'Name' is empty/, 0],
		['no type', { taskType: "={{ '' }}" }, /^'Task Type' is empty/, 0],
		['a lead that is not an ID', { lead: byId('Ann') }, /^'Lead' cannot be "Ann"/, 0],
	])('reports %s before it creates anything', async (_, changes, message, calls) => {
		await account.open();
		const { error } = await account.run({ input: named(3), parameters: create(changes) });
		expect(error?.message).toMatch(message);
		expect(error?.description).toMatch(/Nothing was written/);
		expect(account.sandbox.stats.calls).toBe(calls);
		expect(tasks()).toEqual([]);
	});

	it('creates the other tasks if the node continues', async () => {
		await account.open();
		const input = named(3).map((each, at) => ({ ...each, type: at === 1 ? 'Nope' : 'meeting' }));
		const parameters = create({ taskType: '={{ $json.type }}' });
		const { items } = await account.run({ input, parameters, ...goOn });
		expect(itemsOf(items)).toEqual([0, 1, 2]);
		expect(itemsOf(sorted(items).failed)).toEqual([1]);
		expect(items[1].json.error).toMatch(/^'Task Type' cannot be Nope \[item 1\]/);
		expect(tasks()).toHaveLength(2);
	});

	it('reads the types again after a transient error, whatever the first item has', async () => {
		await account.open({ faults: { firstCallsFail: 1, outageKind: '503' } });
		const input = [{ name: '' }, ...named(2)];
		const { items } = await account.run({ input, parameters: create(), ...goOn });
		expect(itemsOf(sorted(items).failed)).toEqual([0]);
		expect(tasks()).toHaveLength(2);
	});

	it('creates no task twice where the answer is lost, and says that it may be there', async () => {
		await account.open();
		await account.run({ input: named(1), parameters: create() });
		Object.assign(account.sandbox.faults, { transient: { every: 3, kinds: ['reset'] } });
		const before = tasks().length;
		const { items } = await account.run({ input: named(40), parameters: create(), ...goOn });
		const { failed, good } = sorted(items);
		expect(items).toHaveLength(40);
		expect(failed.length).toBeGreaterThan(0);
		for (const { json } of failed) expect(json.message).toMatch(/may have executed the call/);
		const names = tasks()
			.slice(before)
			.map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		expect(good.filter(({ json }) => !names.includes(String(json.name)))).toEqual([]);
	});

	it('reports a lead that does not exist at its own item', async () => {
		await account.open();
		const [id] = account.sandbox.ids(1);
		const input = named(2).map((each, at) => ({ ...each, id: at === 0 ? UNKNOWN_ID : id }));
		const parameters = create({ lead: byId('={{ $json.id }}') });
		const { items } = await account.run({ input, parameters, ...goOn });
		expect(items[0].json.error).toMatch(/^LeadSquared does not have this lead/);
		expect(items[1].json.TaskId).toBe(tasks()[0].id);
	});

	it('reports that the types cannot be read, and creates nothing', async () => {
		await account.open({ faults: { firstCallsFail: 1000, outageKind: '503' } });
		const { items } = await account.run({
			input: named(3),
			parameters: create({ options: { maxWaitSeconds: 5 } }),
			...goOn,
		});
		expect(itemsOf(sorted(items).failed)).toEqual([0, 1, 2]);
		expect(tasks()).toEqual([]);
	});
});

describe('Task > Complete', () => {
	it('completes each task, also after transient errors', async () => {
		await account.open();
		const { items: created } = await account.run({ input: named(20), parameters: create() });
		Object.assign(account.sandbox.faults, { transient: { every: 3, kinds: ['reset', '503'] } });
		const input = created.map(({ json }) => json);
		const { items, error } = await account.run({ input, parameters: complete() });
		expect(error).toBeUndefined();
		expect(itemsOf(items)).toEqual(Array.from({ length: 20 }, (_, at) => at));
		expect(items[0].json).toMatchObject({ TaskId: input[0].TaskId, status: 'completed' });
		expect(tasks().filter(({ completed }) => completed === undefined)).toEqual([]);
	});

	it('reports a task that does not exist at its own item, as a task', async () => {
		await account.open();
		const { items: created } = await account.run({ input: named(1), parameters: create() });
		const input = [{ TaskId: UNKNOWN_ID }, created[0].json];
		const { items } = await account.run({ input, parameters: complete(), ...goOn });
		expect(items[0].json).toMatchObject({
			TaskId: UNKNOWN_ID,
			error: expect.stringMatching(/^LeadSquared does not have this task/),
		});
		expect(items[1].json.status).toBe('completed');
	});

	it('reports a value that is not an ID before any call', async () => {
		await account.open();
		const input = [{ TaskId: 'Task 1' }];
		const { error } = await account.run({ input, parameters: complete() });
		expect(error?.message).toMatch(/^'Task ID' cannot be "Task 1"/);
		expect(account.sandbox.stats.calls).toBe(0);
	});
});

describe('Task > Get Many', () => {
	/** Creates tasks that are due one day after the other, from 2026-05-01 in UTC. */
	const createDaily = async (count: number, parameters: object = {}) => {
		const day = (at: number) => new Date(Date.UTC(2026, 4, 1 + at)).toISOString();
		const input = named(count).map((each, at) => ({ ...each, due: day(at) }));
		const due = { dueDate: '={{ $json.due }}', ...parameters };
		return await account.run({ input, parameters: create(due) });
	};

	it('returns the tasks of an owner in the order in which they are due', async () => {
		await account.open();
		const { items: created } = await createDaily(5, { owner: 'owner1@example.com' });
		await createDaily(2, { owner: 'owner2@example.com' });
		const { items, hints } = await account.run({ input: [{}], parameters: getMany() });
		expect(idsIn(items)).toEqual(idsIn(created));
		expect(Object.keys(items[0].json).slice(0, 2)).toEqual(['TaskId', 'ProspectID']);
		expect(items[0].json).toMatchObject({
			ProspectID: null,
			Name: 'Task 0',
			DueDate: '2026-05-01T00:00:00.000Z',
			CompletedOn: null,
		});
		expect(JSON.stringify(hints)).toMatch(/"5 tasks, \d calls/);
	});

	it('returns the ID of the lead that a task is about', async () => {
		await account.open();
		const [id] = account.sandbox.ids(1);
		await createDaily(1, { lead: byId(id) });
		const { items } = await account.run({ input: [{}], parameters: getMany() });
		expect(items.map(({ json }) => json.ProspectID)).toEqual([id]);
	});

	it('returns those of a type, completed ones, and those that are due in a period', async () => {
		await account.open();
		const { items: calls } = await createDaily(4);
		await createDaily(2, { taskType: 'Meeting' });
		const ids = idsIn(calls);
		const [first] = calls.map(({ json }) => json);
		await account.run({ input: [first], parameters: complete() });
		const get = async (parameters: object) =>
			idsIn((await account.run({ input: [{}], parameters: getMany(parameters) })).items);

		const taskType = { __rl: true, mode: 'name', value: 'phone call' };
		expect(await get({ taskType })).toEqual(ids.slice(1));
		expect(await get({ taskType, status: 'completed' })).toEqual(ids.slice(0, 1));
		const dueAfter = '2026-05-03T00:00:00Z';
		expect(await get({ taskType, dueAfter })).toEqual(ids.slice(2));
		// In UTC, the day ends before the next task is due.
		expect(await get({ taskType, dueAfter, dueBefore: dueAfter })).toEqual(ids.slice(2, 3));
	});

	it.each([
		['as documented', {}],
		['transient errors', { transient: { every: 3, kinds: ['503', 'reset'] } }],
	])('loses no task of an owner with many, with %s', async (_, faults) => {
		await account.open();
		const { items: created } = await createDaily(450);
		Object.assign(account.sandbox.faults, faults);
		const { items, error } = await account.run({ input: [{}], parameters: getMany() });
		expect(error).toBeUndefined();
		expect(idsIn(items)).toEqual(idsIn(created));
	});

	it.each([200, 400, 600])('loses no task while others are completed, after %s ms', async (ms) => {
		await account.open();
		const { items: created } = await createDaily(450);
		const done = tasks().slice(0, 150);
		setTimeout(() => done.forEach((each) => (each.completed = 0)), ms);
		const { items } = await account.run({ input: [{}], parameters: getMany() });
		const came = new Set(idsIn(items));
		expect(came.size).toBe(items.length);
		expect(idsIn(created.slice(150)).filter((id) => !came.has(id))).toEqual([]);
		expect(done.every(({ completed }) => completed === 0)).toBe(true);
	});

	it('returns at most the limit, those that are due first', async () => {
		await account.open();
		const { items: created } = await createDaily(5);
		const parameters = getMany({ returnAll: false, limit: 2 });
		const { items } = await account.run({ input: [{}], parameters });
		expect(idsIn(items)).toEqual(idsIn(created).slice(0, 2));
	});

	it.each([
		['no owner', { owner: byId("={{ '' }}") }, /^'Owner' is empty/],
		['an unknown owner', { owner: 'No Such User' }, /^'Owner' cannot be No Such User/],
		['an unknown type', { taskType: 'Meting' }, /^'Task Type' cannot be Meting/],
		['a date that is not one', { dueBefore: 'soon' }, /^'Due Before' is not a date: soon/],
		[
			'a period that ends before it begins',
			{ dueAfter: '2026-05-02', dueBefore: '2026-05-01' },
			/^'Due After' is later than 'Due Before'/,
		],
	])('reports %s', async (_, parameters, message) => {
		await account.open();
		const { error } = await account.run({ input: [{}], parameters: getMany(parameters) });
		expect(error?.message).toMatch(message);
	});
});

it('the list of owners has active users, found by a part of their name or address', async () => {
	await account.open();
	const { results } = await account.search('searchUsers');
	const [{ name, value }] = results;
	expect(name).toMatch(/^\S+ .*\(owner\d+@example\.com\)$/);
	expect(value).toMatch(/^[\da-f-]{36}$/);
	expect(results.some((each) => /\(owner8@/.test(each.name))).toBe(false);
	const some = await account.search('searchUsers', 'OWNER12@');
	expect(some.results).toHaveLength(1);
	expect((await account.search('searchTaskTypes', 'call')).results).toEqual([
		{ name: 'Phone Call', value: 'Phone Call' },
	]);
});
