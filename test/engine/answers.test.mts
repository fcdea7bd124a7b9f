import type { Faults } from '../../dev/sandbox/server.mts';
import { accountForEach, inputOf, itemOf, unknownId } from './account.mts';

const { account, run, state } = accountForEach();

/** Each is a form in which a good answer may come. */
const FORMS: Array<[string, Partial<Faults>]> = [
	['ids in braces, in upper case', { idForm: 'braces', idCase: 'upper' } as Partial<Faults>],
	['ids without hyphens', { idForm: 'no-hyphens' } as Partial<Faults>],
	['rows as lists of properties', { rows: 'properties-fields' } as Partial<Faults>],
	[
		'the envelope of a success, with nulls',
		{ successEnvelope: 'nulls' } as unknown as Partial<Faults>,
	],
	['nothing found as 204', { emptyForm: '204' } as Partial<Faults>],
];

it.each(FORMS)('an answer in this form is an answer: %s', async (_, faults) => {
	const sandbox = await account({ faults });
	const ids = sandbox.ids(3);
	const { items, error } = await run({
		input: inputOf([...ids, unknownId(1)]),
		parameters: { options: { notFound: 'include' } },
	});
	expect(error).toBeUndefined();
	expect(items.map(({ json }) => [String(json.ProspectID).toLowerCase(), json.found])).toEqual([
		...ids.map((id) => [id, true]),
		[unknownId(1), false],
	]);
	expect(items[0].json.FirstName).toBe(sandbox.lead(ids[0])!.FirstName);
	expect(Object.keys(items[0].json)).toEqual(['ProspectID', 'found', 'FirstName', 'Score']);
});

describe.each([
	[500, 'MXInvalidEntityReferenceException'],
	[200, ''],
	[404, 'MXInvalidEntityReferenceException'],
	[400, 'MXInvalidEntityReferenceException'],
])('a call that is answered "Lead not found" (%i, type "%s") names no lead', (status, type) => {
	const faults = {
		unknownIds: 'not-found',
		notFoundStatus: status,
		notFoundType: type,
	} as Partial<Faults>;

	it.each([
		['some', [0, 1, 2], [1, 2]],
		['one alone', [], [1]],
		['all', [], [1, 2, 3]],
	])('%s: the others come, and these are not found', async (_, known, unknown) => {
		const sandbox = await account({ faults });
		const there = known.map((index) => sandbox.idAt(index));
		const { items, error } = await run({
			input: inputOf([...there, ...unknown.map(unknownId)]),
			parameters: { options: { notFound: 'include' } },
		});
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => json.found)).toEqual([
			...there.map(() => true),
			...unknown.map(() => false),
		]);
	});
});

it.each(['refuse', 'field-list'])(
	'a column that LeadSquared no longer knows costs the run nothing: %s',
	async (badColumns) => {
		const sandbox = await account({ faults: { badColumns } as Partial<Faults> });
		const { items, hints, error } = await run({
			input: inputOf(sandbox.ids(2)),
			parameters: { columns: ['FirstName', 'mx_Old', 'Score'] },
		});
		expect(error).toBeUndefined();
		expect(items.map(({ json }) => Object.keys(json))).toEqual(
			Array(2).fill(['ProspectID', 'FirstName', 'mx_Old', 'Score']),
		);
		expect(items[0].json.mx_Old).toBeNull();
		expect(hints.map(({ message }) => message).join()).toContain('does not know the column mx_Old');
	},
);

it('one id that always gets a passing fault fails alone, and the others come', async () => {
	const sandbox = await account({ leads: 1000 });
	sandbox.faults.poisonIds = [sandbox.idAt(500)];
	sandbox.faults.poisonForm = '500-no-type';
	const { items, errorItems, elapsedMs } = await run({
		input: inputOf(sandbox.ids(1000)),
		onError: 'continueErrorOutput',
	});
	expect(items).toHaveLength(999);
	expect(errorItems.map(itemOf)).toEqual([500]);
	expect(errorItems[0].json.error).toContain(sandbox.idAt(500));
	expect(elapsedMs).toBeLessThan(320_000);
});

it('leads that were merged are not found, and a hint tells both numbers', async () => {
	const sandbox = await account({ faults: { mergedEvery: 1000 } as Partial<Faults> });
	const { items, hints } = await run({ input: inputOf(sandbox.ids(3000)) });
	expect(items).toHaveLength(2997);
	expect(hints.map(({ message }) => message).join()).toContain(
		'left out 3 of the lead IDs, and sent 3 leads that nobody asked for',
	);
});

it('metadata that is empty is an error: these keys see no columns', async () => {
	const sandbox = await account({ faults: { metadata: 'empty' } as Partial<Faults> });
	const { error } = await run({ input: inputOf(sandbox.ids(1)), parameters: { columns: ['*'] } });
	expect(error?.message).toBe('LeadSquared shows no columns to these keys [item 0]');
});

it('100,000 ids of which 100 exist, one of these left out once, take few calls', async () => {
	const sandbox = await account({
		leads: 100_000,
		faults: { existEvery: 1000 } as Partial<Faults>,
	});
	const ids = sandbox.ids(100_000);
	const there = ids.filter((id) => sandbox.lead(id) !== undefined);
	sandbox.faults.forgetIds = [ids[49_999]];
	const { items } = await run({ input: [{ ids }], parameters: { leadIds: '={{ $json.ids }}' } });
	expect(items.length).toBeGreaterThanOrEqual(Math.min(there.length, 100));
	expect(state.sandbox.stats.calls).toBeLessThanOrEqual(300);
}, 600_000);

describe('values', () => {
	it('a file of the input item does not come along, and the item stays linked', async () => {
		const sandbox = await account();
		const { items } = await run({ input: inputOf(sandbox.ids(1)) });
		expect(items[0].binary).toBeUndefined();
		expect(itemOf(items[0])).toBe(0);
	});

	it('days stay days, digits never change, a blank is null', async () => {
		const sandbox = await account({
			faults: {
				columnValues: {
					mx_Date_of_Birth: '1985-04-12 00:00:00.000',
					Score: '123456789012345.678',
					Phone: '',
				},
			} as unknown as Partial<Faults>,
		});
		const { items } = await run({
			input: inputOf(sandbox.ids(1)),
			parameters: {
				columns: ['mx_Date_of_Birth', 'Score', 'Phone', 'CreatedOn'],
				options: { convertTypes: true },
			},
		});
		expect(items[0].json).toMatchObject({
			mx_Date_of_Birth: '1985-04-12',
			Score: '123456789012345.678',
			Phone: null,
			CreatedOn: expect.stringMatching(/T.*Z$/),
		});
	});
});
