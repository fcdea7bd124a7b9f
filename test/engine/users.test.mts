/** User > Get Many, and the frame of operations that read pages. */
import { itemsOf, testAccount } from './account.mts';

const account = testAccount();
const users = (parameters: object = {}) => ({
	resource: 'user',
	operation: 'getMany',
	status: 'active',
	returnAll: true,
	options: {},
	...parameters,
});

it('returns the active users, one item each, linked to their input item', async () => {
	await account.open();
	const { items } = await account.run({ input: [{}, {}], parameters: users() });
	const each = items.length / 2;
	expect(each).toBeGreaterThan(1);
	expect(itemsOf(items)).toEqual([...Array(each).fill(0), ...Array(each).fill(1)]);
	expect(items.every(({ json }) => Number(json.StatusCode) === 0)).toBe(true);
	expect(Object.keys(items[0].json)[0]).toBe('ID');
	// The same query of two input items is one call.
	expect(account.sandbox.stats.calls).toBe(1);
});

it('shares no list between items, since a later node may change one', async () => {
	await account.open();
	const { items } = await account.run({ input: [{}, {}], parameters: users() });
	const lists = items.map(({ json }) => json.MemberOfGroups).filter(Boolean);
	expect(lists.length).toBeGreaterThan(0);
	expect(new Set(lists).size).toBe(lists.length);
});

it('returns deactivated users too if Status is All', async () => {
	await account.open();
	const active = await account.run({ input: [{}], parameters: users() });
	const all = await account.run({ input: [{}], parameters: users({ status: 'all' }) });
	expect(all.items.length).toBeGreaterThan(active.items.length);
});

it('returns at most the limit', async () => {
	await account.open();
	const { items } = await account.run({
		input: [{}],
		parameters: users({ returnAll: false, limit: 1 }),
	});
	expect(items).toHaveLength(1);
});

it('retries after transient errors', async () => {
	await account.open({ faults: { firstCallsFail: 2, outageKind: '503' } });
	const { items, error } = await account.run({ input: [{}], parameters: users() });
	expect(error).toBeUndefined();
	expect(items.length).toBeGreaterThan(1);
});

it('reports wrong keys at each input item', async () => {
	await account.open();
	const { items } = await account.run({
		input: [{}, {}],
		parameters: users(),
		credentials: { secretKey: 'wrong-secret' },
		onError: 'continueRegularOutput',
	});
	expect(itemsOf(items)).toEqual([0, 1]);
	expect(items.map(({ json }) => json.error)).toEqual(
		Array(2).fill('LeadSquared does not accept the keys'),
	);
});
