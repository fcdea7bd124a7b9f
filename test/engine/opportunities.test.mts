/** Opportunity > Get by IDs and Get Many, in n8n's own engine. */
import type { INodeExecutionData } from 'n8n-workflow';
import type { SandboxOptions } from '../../dev/sandbox/server.mts';
import { itemsOf, sorted, testAccount } from './account.mts';
import { loadOptions } from './harness.mts';

const account = testAccount();
const ADMISSION = 12_000;
const UNKNOWN = 'ffffffff-0000-4000-8000-000000000001';
const type = { __rl: true, mode: 'code', value: String(ADMISSION) };

interface Given {
	options?: object;
	[name: string]: unknown;
}

const byIds = ({ options = {}, ...parameters }: Given = {}) => ({
	resource: 'opportunity',
	operation: 'getByIds',
	opportunityType: type,
	opportunityIds: '={{ $json.id }}',
	columns: ['mx_Custom_1', 'mx_Custom_6', 'CreatedOn'],
	...parameters,
	// The harness turns it off unless a test sets it.
	options: { convertTypes: true, ...options },
});
const ofLead = ({ options = {}, ...parameters }: Given = {}) => ({
	resource: 'opportunity',
	operation: 'getMany',
	lead: { __rl: true, mode: 'id', value: '={{ $json.lead }}' },
	opportunityType: type,
	returnAll: true,
	columns: ['mx_Custom_1', 'CreatedOn'],
	...parameters,
	options: { convertTypes: true, ...options },
});
const open = async (faults: SandboxOptions['faults'] = {}, options: SandboxOptions = {}) =>
	await account.open({ leads: 300, ...options, faults: { opportunities: 2000, ...faults } });
const admissions = () => account.sandbox.activities.filter(({ code }) => code === ADMISSION);
const ids = (count = Infinity) =>
	admissions()
		.slice(0, count)
		.map(({ id }) => id);
const idsOf = (items: INodeExecutionData[]) => items.map(({ json }) => json.OpportunityId);
const paths = () =>
	Object.fromEntries(
		Object.entries(account.sandbox.stats.byPath).map(([path, calls]) => [
			path.split('.svc/')[1],
			calls,
		]),
	);

describe('by IDs', () => {
	it('returns each in the order asked, with its lead, the chosen columns and dates as leads have them', async () => {
		await open();
		const asked = ids(100).reverse();
		const { items, hints } = await account.run({
			input: asked.map((id) => ({ id })),
			parameters: byIds(),
		});
		expect(idsOf(items)).toEqual(asked);
		expect(itemsOf(items)).toEqual([...asked.keys()]);
		const one = admissions().find(({ fields }) => fields.mx_Custom_6)!;
		const { json } = items.find((item) => item.json.OpportunityId === one.id)!;
		expect(json).toEqual({
			OpportunityId: one.id,
			ProspectID: one.lead,
			mx_Custom_1: one.fields.mx_Custom_1,
			mx_Custom_6: Number(one.fields.mx_Custom_6),
			CreatedOn: `${new Date(one.created).toISOString().slice(0, 19)}.000Z`,
		});
		expect(paths()).toEqual({ GetOpportunityTypeMetadata: 1, GetOpportunitiesById: 1 });
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^100 of 100 opportunities found, 2 calls, \d\.\d s\.$/),
		]);
	});

	it('reads US dates into the form of leads, also if types are not converted', async () => {
		await open();
		const [one] = admissions();
		const { items } = await account.run({
			input: [{ id: one.id }],
			parameters: byIds({ options: { convertTypes: false } }),
		});
		const written = new Date(one.created).toISOString().slice(0, 19).replace('T', ' ');
		expect(items[0].json.CreatedOn).toBe(`${written}.000`);
	});

	it('takes labels, all columns, and names fields as people see them', async () => {
		await open();
		const input = [{ id: ids(1)[0] }];
		const keysOf = async (given: Given) => {
			const { items } = await account.run({ input, parameters: byIds(given) });
			return Object.keys(items[0].json);
		};
		expect(await keysOf({ columns: ['Opportunity Name', 'Stage'] })).toEqual([
			'OpportunityId',
			'ProspectID',
			'mx_Custom_1',
			'mx_Custom_2',
		]);
		expect(await keysOf({ columns: ['*'], options: { fieldNames: 'displayName' } })).toEqual([
			'OpportunityId',
			'ProspectID',
			'Status',
			'Owner',
			'Opportunity Name',
			'Stage',
			'Expected Deal Size',
			'Expected Closure Date',
			'Created On',
			'Modified On',
		]);
	});

	it.each([
		['a list', (some: string[]) => some],
		['text', (some: string[]) => some.join('\n')],
		[
			'objects',
			(some: string[]) => some.map((OpportunityId) => ({ ProspectID: 'x', OpportunityId })),
		],
		['JSON', (some: string[]) => JSON.stringify(some.map((id) => ({ ProspectOpportunityId: id })))],
	])('takes IDs as %s', async (_, make) => {
		await open();
		const { items } = await account.run({ input: [{ id: make(ids(3)) }], parameters: byIds() });
		expect(idsOf(items)).toEqual(ids(3));
	});

	it.each([
		['Ringo', "'Opportunity IDs' contains a value that is not an opportunity ID: Ringo"],
		[{ ProspectID: UNKNOWN }, "'Opportunity IDs' contains an object without an opportunity ID"],
		['', "'Opportunity IDs' is empty: no input item has an opportunity ID"],
	])('rejects %j before any call', async (id, message) => {
		await open();
		const { error } = await account.run({ input: [{ id }], parameters: byIds() });
		expect(error!.message).toContain(message);
		expect(account.sandbox.stats.calls).toBe(0);
	});

	describe('an opportunity that does not exist, or is of another type', () => {
		const other = () => account.sandbox.activities.find(({ code }) => code === 12_001)!.id;
		const run = async (notFound: string) => {
			await open();
			return await account.run({
				input: [{ id: [ids(1)[0], UNKNOWN, other()] }],
				parameters: byIds({ options: { notFound } }),
				onError: 'continueRegularOutput',
			});
		};

		it('is skipped, with a hint', async () => {
			const { items, hints } = await run('skip');
			expect(idsOf(items)).toEqual(ids(1));
			expect(hints.at(-1)!.message).toMatch(
				/^1 of 3 opportunities found, .*2 opportunities were not found and were skipped: .*'When an Opportunity Is Not Found'/,
			);
		});

		it('is included', async () => {
			const { items } = await run('include');
			expect(items.map(({ json }) => [json.OpportunityId, json.found])).toEqual([
				[ids(1)[0], true],
				[UNKNOWN, false],
				[other(), false],
			]);
			expect(Object.keys(items[1].json)).toEqual(Object.keys(items[0].json));
		});

		it('is an error', async () => {
			const { items } = await run('error');
			const { failed, good } = sorted(items);
			expect(good).toHaveLength(1);
			expect(failed.map(({ json }) => json.error)).toEqual([
				`LeadSquared has no opportunity with the ID ${UNKNOWN} [item 0]`,
				`LeadSquared has no opportunity with the ID ${other()} [item 0]`,
			]);
			expect(failed[1].json.message).toMatch(/^The opportunity was deleted, has another type, /);
		});

		it('may be one of several that all have another type', async () => {
			await open();
			const { items, hints } = await account.run({
				input: [{ id: [other(), UNKNOWN] }],
				parameters: byIds(),
			});
			expect(items).toEqual([]);
			expect(hints.at(-1)!.message).toContain(
				'None of these opportunities is in this account with this type: check the type, and that the credential is for the right account.',
			);
		});
	});

	it('reads the type of each input item', async () => {
		await open();
		const loan = account.sandbox.activities.find(({ code }) => code === 12_001)!.id;
		const { items } = await account.run({
			input: [
				{ id: ids(1)[0], code: 12_000 },
				{ id: loan, code: 12_001 },
			],
			parameters: byIds({
				opportunityType: '={{ $json.code }}',
				columns: ['mx_Custom_6'],
				options: { fieldNames: 'displayName' },
			}),
		});
		expect(items.map(({ json }) => Object.keys(json).at(-1))).toEqual([
			'Expected Deal Size',
			'Amount',
		]);
	});

	describe('returns each, whatever happens:', () => {
		it.each<[string, SandboxOptions['faults']]>([
			['some are left out the first time', { forgetOpportunityEvery: 7 }],
			['fewer IDs in a call than documented', { opportunityCap: 300 }],
			['an outage at the start', { firstCallsFail: 9, outageKind: '503' }],
			...(['503', 'timeout', 'cut-json', 'reset', 'empty-200'] as const).map(
				(kind): [string, SandboxOptions['faults']] => [
					`every third call fails: ${kind}`,
					{ transient: { every: 3, kinds: [kind] } },
				],
			),
		])('%s', async (_, faults) => {
			await open({ opportunities: 6000, ...faults });
			const asked = [...ids(), UNKNOWN];
			const { items } = await account.run({
				input: [{ id: asked }],
				parameters: byIds({ options: { notFound: 'include', leadsPerRequest: 500 } }),
			});
			expect(idsOf(items)).toEqual(asked);
			expect(items.filter(({ json }) => !json.found).map(({ json }) => json.OpportunityId)).toEqual(
				[UNKNOWN],
			);
		});
	});

	it('reports what failed, in words for opportunities', async () => {
		await open({ access: 'no-permission' });
		const { error } = await account.run({
			input: [{ id: ids(2) }],
			parameters: byIds({ options: { convertTypes: false }, columns: ['mx_Custom_1'] }),
		});
		expect(error!.message).toMatch(/lacks a permission/);
		expect(error!.description).toContain('No opportunities were fetched before the error.');
		expect(error!.description).not.toMatch(/\bleads?\b/);
	});

	it('adds the URL of the lead and the input fields', async () => {
		await open();
		const { items } = await account.run({
			input: [{ id: ids(1)[0], note: 'x' }],
			parameters: byIds({ options: { addLeadUrl: true, includeInputFields: true } }),
		});
		expect(items[0].json.note).toBe('x');
		expect(items[0].json.LeadURL).toContain(`LeadID=${admissions()[0].lead}`);
	});

	it('10,000 take 5 calls', async () => {
		await open({ opportunities: 20_000 }, { leads: 3000 });
		expect(ids()).toHaveLength(10_000);
		const { items } = await account.run({ input: [{ id: ids() }], parameters: byIds() });
		expect(idsOf(items)).toEqual(ids());
		expect(paths()).toEqual({ GetOpportunityTypeMetadata: 1, GetOpportunitiesById: 5 });
	});
});

describe('of a lead', () => {
	const withMost = () => {
		const byLead = Map.groupBy(admissions(), ({ lead }) => lead);
		return [...byLead].sort(([, a], [, b]) => b.length - a.length)[0];
	};

	it('returns all of the type, the newest first, in one call', async () => {
		await open();
		const [lead, all] = withMost();
		const { items } = await account.run({ input: [{ lead }, { lead }], parameters: ofLead() });
		const newest = all.sort((a, b) => b.created - a.created).map(({ id }) => id);
		expect(idsOf(items)).toEqual([...newest, ...newest]);
		expect(Object.keys(items[0].json)).toEqual([
			'OpportunityId',
			'ProspectID',
			'mx_Custom_1',
			'CreatedOn',
		]);
		expect(items[0].json.CreatedOn).toBe(
			`${new Date(all[0].created).toISOString().slice(0, 19)}.000Z`,
		);
		expect(paths()).toEqual({ GetOpportunityTypeMetadata: 1, GetOpportunitiesOfLead: 1 });
	});

	it('returns at most the limit', async () => {
		await open();
		const [lead] = withMost();
		const { items } = await account.run({
			input: [{ lead }],
			parameters: ofLead({ returnAll: false, limit: 2 }),
		});
		expect(items).toHaveLength(2);
	});

	it.each(['total', 'page'] as const)(
		'reads several pages that are cut silently, with the count of the %s',
		async (recordCount) => {
			await open({ activityPageCap: 100, recordCount }, { leads: 4 });
			const [lead, all] = withMost();
			expect(all.length).toBeGreaterThan(200);
			const { items, hints } = await account.run({ input: [{ lead }], parameters: ofLead() });
			expect(idsOf(items).sort()).toEqual(all.map(({ id }) => id).sort());
			expect(hints.filter((hint) => hint.type === 'warning')).toEqual([]);
		},
	);

	it('reports a lead that does not exist at its input item', async () => {
		await open();
		const [lead] = withMost();
		const { items } = await account.run({
			input: [{ lead }, { lead: UNKNOWN }, { lead: '' }],
			parameters: ofLead(),
			onError: 'continueRegularOutput',
		});
		const { failed, good } = sorted(items);
		expect(new Set(itemsOf(good))).toEqual(new Set([0]));
		expect(failed.map(({ json }) => json.error)).toEqual([
			'LeadSquared does not have this lead',
			"'Lead' is empty [item 2]",
		]);
	});

	it('retries after transient errors', async () => {
		await open({ transient: { every: 2, kinds: ['503'] } });
		const [lead, all] = withMost();
		const { items } = await account.run({ input: [{ lead }], parameters: ofLead() });
		expect(items).toHaveLength(all.length);
	});
});

describe('in the editor', () => {
	it('the list has the types of opportunities', async () => {
		await open();
		const { results } = await account.search('searchOpportunityTypes');
		expect(results).toEqual([
			{ name: 'Admission (12000)', value: '12000' },
			{ name: 'Loan (12001)', value: '12001' },
		]);
	});

	describe('the column picker', () => {
		const pick = async (opportunityType: unknown) =>
			await loadOptions('getOpportunityColumns', {
				url: account.url,
				credentials: account.credentials(),
				parameters: { opportunityType, columns: ['mx_Custom_1'] } as never,
			});

		it('has the fields of the chosen type, by their labels', async () => {
			await open();
			const choices = await pick(type);
			expect(choices[0]).toMatchObject({ name: 'All Columns', value: '*' });
			expect(choices).toContainEqual({
				name: 'Expected Deal Size',
				value: 'mx_Custom_6',
				description: 'mx_Custom_6 (Number)',
			});
		});

		it.each(['', '={{ $json.code }}'])(
			'keeps the chosen columns without a type: %j',
			async (given) => {
				await open();
				expect(await pick(given)).toEqual([{ name: 'mx_Custom_1', value: 'mx_Custom_1' }]);
				expect(account.sandbox.stats.calls).toBe(0);
			},
		);
	});
});
