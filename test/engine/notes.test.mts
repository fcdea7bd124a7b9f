/** Note > Get Many, and lists that the frame of operations that read pages reads in more than one page. */
import { itemsOf, sorted, testAccount } from './account.mts';

const account = testAccount();
const notes = (parameters: object = {}) => ({
	resource: 'note',
	operation: 'getMany',
	lead: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
	returnAll: true,
	options: {},
	...parameters,
});
const leads = (count: number) => account.sandbox.ids(count).map((id) => ({ id }));
const notesIn = (items: Array<{ json: object }>) =>
	items.map(({ json }) => (json as { NoteId: string }).NoteId);

it('returns the notes of each lead, the newest first, linked to their input item', async () => {
	await account.open({ faults: { notesPerLead: 3 } });
	const { items, hints } = await account.run({ input: leads(2), parameters: notes() });
	expect(itemsOf(items)).toEqual([0, 0, 0, 1, 1, 1]);
	expect(Object.keys(items[0].json).slice(0, 3)).toEqual(['NoteId', 'ProspectID', 'Note']);
	expect(items.map(({ json }) => json.ProspectID)).toEqual(
		account.sandbox.ids(2).flatMap((id) => [id, id, id]),
	);
	const created = items.slice(0, 3).map(({ json }) => String(json.CreatedOn));
	expect(created[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	expect([...created].sort().reverse()).toEqual(created);
	expect(JSON.stringify(hints)).toMatch(/"6 notes, \d calls, /);
});

it('returns a note that Create added, with the same names for its IDs', async () => {
	await account.open({ faults: { notesPerLead: 0 } });
	const [{ id }] = leads(1);
	const created = await account.run({
		input: [{ id }],
		parameters: notes({ operation: 'create', note: 'Call back', options: {} }),
	});
	const { items } = await account.run({ input: [{ id }], parameters: notes() });
	expect(items).toHaveLength(1);
	expect(items[0].json).toMatchObject({
		NoteId: created.items[0].json.NoteId,
		ProspectID: id,
		Note: 'Call back',
	});
});

it('takes one call for each lead once LeadSquared has shown that it counts all notes', async () => {
	await account.open();
	await account.run({ input: leads(1), parameters: notes() });
	const before = account.sandbox.stats.calls;
	const { items } = await account.run({ input: leads(50), parameters: notes() });
	expect(items).toHaveLength(100);
	expect(account.sandbox.stats.calls - before).toBe(50);
});

it.each([
	['as documented', {}],
	['pages clamped silently', { notesPageCap: 40 }],
	['larger pages refused', { notesPageCap: 40, notesPageCapStyle: 'error' as const }],
	['transient errors', { transient: { every: 3, kinds: ['503', 'reset'] as const } }],
	['answers that are cut off', { transient: { every: 3, kinds: ['cut-json'] as const } }],
])('loses no note of a lead with many, with %s', async (_, faults) => {
	await account.open({ faults: { notesPerLead: 450, ...faults } as object });
	const { items, error } = await account.run({ input: leads(1), parameters: notes() });
	expect(error).toBeUndefined();
	expect(items).toHaveLength(450);
	expect(new Set(notesIn(items)).size).toBe(450);
});

it('returns at most the limit, the newest', async () => {
	await account.open({ faults: { notesPerLead: 10 } });
	const all = await account.run({ input: leads(1), parameters: notes() });
	const some = await account.run({
		input: leads(1),
		parameters: notes({ returnAll: false, limit: 4 }),
	});
	expect(notesIn(some.items)).toEqual(notesIn(all.items).slice(0, 4));
});

it('reports a lead that does not exist at its own item', async () => {
	await account.open();
	const input = leads(3);
	input[1].id = '00000000-1111-4000-8000-000000000000';
	const onError = 'continueRegularOutput' as const;
	const { items } = await account.run({ input, parameters: notes(), onError });
	const { failed, good } = sorted(items);
	expect(itemsOf(good)).toEqual([0, 0, 2, 2]);
	expect(itemsOf(failed)).toEqual([1]);
	expect(failed[0].json.error).toBe('LeadSquared does not have this lead');
});

it('reports a value that is not a lead ID before any call', async () => {
	await account.open();
	const { error } = await account.run({ input: [{ id: 'Ann' }], parameters: notes() });
	expect(error?.message).toMatch(/^'Lead' cannot be "Ann"/);
	expect(account.sandbox.stats.calls).toBe(0);
});
