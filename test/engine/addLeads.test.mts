/** List > Add Leads: many leads in a call, and a result for each. */
import type { INodeExecutionData } from 'n8n-workflow';
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const addLeads = (parameters: object = {}) => ({
	resource: 'list',
	operation: 'addLeads',
	listId: { __rl: true, mode: 'id', value: '={{ $json.list }}' },
	leadIds: '={{ $json.id }}',
	options: {},
	...parameters,
});
const listId = async (name: string): Promise<string> => {
	const { results } = await account.search('searchLists', name);
	return String(results[0].value);
};
const ofIds = (list: string, ids: string[]) => ids.map((id) => ({ list, id }));
const goOn = { onError: 'continueRegularOutput' as const };
const UNKNOWN_ID = '00000000-1111-4000-8000-000000000000';
const ADD = '/v2/LeadSegmentation.svc/AddLeadsToStaticList';
const membersOf = () => account.sandbox.records.members.map(({ lead }) => lead);
const statuses = (items: INodeExecutionData[]) => items.map(({ json }) => json.status);

it('adds the leads of all input items, 100 in a call, with an item for each', async () => {
	await account.open();
	const list = await listId('Empty List');
	const ids = account.sandbox.ids(250);
	const { items, hints } = await account.run({ input: ofIds(list, ids), parameters: addLeads() });
	expect(itemsOf(items)).toEqual(ids.map((_, at) => at));
	expect(items[0].json).toEqual({
		list,
		id: ids[0],
		ProspectID: ids[0],
		ListId: list,
		status: 'added',
	});
	expect(items.map(({ json }) => json.ProspectID)).toEqual(ids);
	expect(new Set(statuses(items))).toEqual(new Set(['added']));
	expect(membersOf().sort()).toEqual([...ids].sort());
	expect(account.sandbox.stats.byPath[ADD]).toBe(3);
	expect(JSON.stringify(hints)).toMatch(/"250 leads added, 3 calls, /);
});

it('returns an item for each lead ID of an input item, and adds each lead once', async () => {
	await account.open();
	const list = await listId('Empty List');
	const [a, b, c] = account.sandbox.ids(3);
	const input = [
		{ list, id: [a, b] },
		{ list: list.toUpperCase(), id: `${b.toUpperCase()}, ${c}` },
	];
	const { items } = await account.run({ input, parameters: addLeads() });
	expect(itemsOf(items)).toEqual([0, 0, 1, 1]);
	expect(items.map(({ json }) => json.ProspectID)).toEqual([a, b, b.toUpperCase(), c]);
	expect(membersOf()).toHaveLength(3);
	expect(account.sandbox.stats.byPath[ADD]).toBe(1);
});

it('finds out which leads are in the list if fewer were added than sent', async () => {
	await account.open();
	const list = await listId('Empty List');
	const ids = account.sandbox.ids(120);
	await account.run({ input: ofIds(list, ids.slice(0, 30)), parameters: addLeads() });
	const input = ofIds(list, [...ids, UNKNOWN_ID]);
	const { items, hints } = await account.run({ input, parameters: addLeads(), ...goOn });
	expect(itemsOf(items)).toEqual(input.map((_, at) => at));
	const { failed, good } = sorted(items);
	expect(good.map(({ json }) => json.ProspectID)).toEqual(ids);
	expect(statuses(good)).toEqual(ids.map(() => 'inList'));
	expect(failed.map(({ json }) => json.error)).toEqual([
		`LeadSquared did not add the lead ${UNKNOWN_ID} to the list [item 120]`,
	]);
	expect(membersOf().sort()).toEqual([...ids].sort());
	expect(JSON.stringify(hints)).toMatch(
		/"90 leads added, 30 already in the list, \d calls.*; 1 failed/,
	);
});

it('reports each lead that was not added if the node stops, after it has added the others', async () => {
	await account.open();
	const list = await listId('Empty List');
	const ids = account.sandbox.ids(10);
	const unknown = [UNKNOWN_ID, UNKNOWN_ID.replace('1111', '2222')];
	const input = ofIds(list, [...ids, ...unknown]);
	const { error } = await account.run({ input, parameters: addLeads() });
	expect(error?.message).toBe('LeadSquared did not confirm that 2 leads are in the list');
	expect(error?.description).toContain(`did not add the lead ${unknown[1]} to the list`);
	expect(error?.description).toMatch(/10 leads added before the error/);
	expect(membersOf()).toHaveLength(10);
});

it('adds the other leads if LeadSquared refuses a call because of one', async () => {
	await account.open({ faults: { addingUnknownLead: 'refuse' } });
	const list = await listId('Empty List');
	const ids = account.sandbox.ids(99);
	const input = ofIds(list, [...ids.slice(0, 40), UNKNOWN_ID, ...ids.slice(40)]);
	const { items } = await account.run({ input, parameters: addLeads(), ...goOn });
	const { failed, good } = sorted(items);
	expect(good.map(({ json }) => json.ProspectID)).toEqual(ids);
	expect(statuses(good)).toEqual(ids.map(() => 'added'));
	expect(itemsOf(failed)).toEqual([40]);
	expect(failed[0].json.error).toMatch(
		`LeadSquared does not have this lead: lead ID ${UNKNOWN_ID}`,
	);
	expect(membersOf()).toHaveLength(99);
});

it.each([
	['broken connections', { transient: { every: 2, kinds: ['reset'] } }],
	['server errors', { transient: { every: 2, kinds: ['503'] } }],
	['answers that are cut off', { transient: { every: 2, kinds: ['cut-json'] } }],
])('confirms every lead in spite of %s', async (_, faults) => {
	await account.open();
	const list = await listId('Empty List');
	Object.assign(account.sandbox.faults, faults);
	const ids = account.sandbox.ids(600);
	const { items, error } = await account.run({ input: ofIds(list, ids), parameters: addLeads() });
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => json.ProspectID)).toEqual(ids);
	expect(membersOf().sort()).toEqual([...ids].sort());
});

it('does not guess if the members cannot be read', async () => {
	await account.open({ faults: { missingCalls: ['Leads/Retrieve/BySearchParameter'] } });
	const list = await listId('Empty List');
	const input = ofIds(list, [...account.sandbox.ids(2), UNKNOWN_ID]);
	const { items } = await account.run({ input, parameters: addLeads(), ...goOn });
	expect(items.map(({ json }) => json.error)).toEqual(
		input.map(({ id }, at) => `It is not known whether the lead ${id} is in the list [item ${at}]`),
	);
	expect(items[0].json.message).toMatch(/Run this item again/);
	expect(items[0].json).toMatchObject({ errorCode: 'noEndpoint', retryable: false });
});

it.each([
	['does not exist', UNKNOWN_ID, /^LeadSquared does not have this list/],
	['is dynamic', 'All Leads', /^LeadSquared does not accept the request/],
])('asks once about a list that %s', async (_, name, message) => {
	await account.open();
	const list = name === UNKNOWN_ID ? name : await listId(name);
	const input = [
		...ofIds(list, account.sandbox.ids(60)),
		...ofIds(await listId('Empty List'), account.sandbox.ids(2)),
	];
	const { items } = await account.run({ input, parameters: addLeads(), ...goOn });
	const { failed, good } = sorted(items);
	expect(itemsOf(good)).toEqual([60, 61]);
	expect(failed).toHaveLength(60);
	for (const { json } of failed) expect(json.error).toMatch(message);
	expect(account.sandbox.stats.byPath[ADD]).toBe(2);
});

it.each([
	['no list', { list: '' }, /^'List' is empty/],
	['a list that is not an ID', { list: 'Open Day' }, /^'List' cannot be "Open Day"/],
	['no lead', { id: '' }, /^'Lead IDs' is empty/],
	['a lead that is not an ID', { id: 'Ann' }, /^'Lead IDs' cannot be "Ann"/],
])('reports %s before any call', async (_, changes, message) => {
	await account.open();
	const list = await listId('Empty List');
	const calls = account.sandbox.stats.calls;
	const input = ofIds(list, account.sandbox.ids(3)).map((each, at) =>
		at === 1 ? { ...each, ...changes } : each,
	);
	const { error } = await account.run({ input, parameters: addLeads() });
	expect(error?.message).toMatch(message);
	expect(account.sandbox.stats.calls).toBe(calls);

	const { items } = await account.run({ input, parameters: addLeads(), ...goOn });
	expect(itemsOf(items)).toEqual([0, 1, 2]);
	expect(itemsOf(sorted(items).failed)).toEqual([1]);
	expect(membersOf()).toHaveLength(2);
});

it('the list to choose from has static lists only', async () => {
	await account.open();
	const all = await account.search('searchLists');
	const { results } = await account.search('searchStaticLists');
	expect(results.length).toBeGreaterThan(0);
	expect(results.length).toBeLessThan(all.results.length);
	for (const { name } of results) expect(name).toMatch(/\(static, /);
});
