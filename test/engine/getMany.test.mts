/** Lead > Get Many, in n8n's own engine. */
import { asText } from '../asText.mts';
import { itemsOf, sorted, testAccount } from './account.mts';
import { CREDENTIAL_TYPE, NODE_TYPE } from './harness.mts';

const account = testAccount();
const ALL = { modifiedAfter: '2000-01-01T00:00:00Z', modifiedBefore: '2040-01-01T00:00:00Z' };

const getMany = (parameters: object = {}) => ({
	resource: 'lead',
	operation: 'getMany',
	columns: ['FirstName', 'ProspectStage'],
	returnAll: true,
	...parameters,
});
const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const idsOf = (items: Array<{ json: object }>) =>
	items.map(({ json }) => (json as { ProspectID: string }).ProspectID);
const momentOf = (index: number) =>
	Date.parse(
		`${account.sandbox.lead(index, ['LeadLastModifiedOn'])!.LeadLastModifiedOn!.replace(' ', 'T')}Z`,
	);
const paths = () =>
	Object.fromEntries(
		Object.entries(account.sandbox.stats.byPath).map(([path, calls]) => [
			path.split('.svc/')[1],
			calls,
		]),
	);

/** Runs the node in a workflow whose time zone is UTC. */
async function inUtc(parameters: object) {
	const { items, hints, error } = await account.runWorkflow({
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{
				name: 'LeadSquared',
				type: NODE_TYPE,
				parameters: asText(parameters) as never,
				credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'LeadSquared account' } },
			},
		],
		connections: { Start: { main: [[{ node: 'LeadSquared', type: 'main', index: 0 }]] } },
		settings: { timezone: 'Etc/UTC' },
	});
	expect(error).toBeUndefined();
	return { items: items('LeadSquared'), hints: hints('LeadSquared') };
}

/** The id of a list, as its locator would choose it. */
async function listId(name: string): Promise<string> {
	const { results } = await account.search('searchLists', name);
	return String(results[0].value);
}

describe('modified between two moments', () => {
	it('returns every lead once, with only the chosen columns', async () => {
		await account.open({ leads: 12_000 });
		const { items, hints } = await account.run({ parameters: getMany(ALL) });
		expect(idsOf(items).sort()).toEqual(account.sandbox.ids(12_000).sort());
		expect(Object.keys(items[0].json)).toEqual(['ProspectID', 'FirstName', 'ProspectStage']);
		expect(new Set(itemsOf(items))).toEqual(new Set([0]));
		expect(account.sandbox.stats.calls).toBe(3);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^12,000 leads, 3 calls, \d\.\d s\.$/),
		]);
	});

	it('reads times with a zone, and includes both ends of the period', async () => {
		await account.open({ leads: 300 });
		const moments = range(300)
			.map(momentOf)
			.sort((a, b) => a - b);
		const [from, to] = [moments[100], moments[200]];
		const wanted = range(300).filter((at) => momentOf(at) >= from && momentOf(at) < to);
		const inIndia = (ms: number) => new Date(ms + 330 * 60_000).toISOString().slice(0, 19);
		const { items } = await account.run({
			parameters: getMany({
				modifiedAfter: `${inIndia(from)}+05:30`,
				modifiedBefore: new Date(to - 1000).toISOString(),
			}),
		});
		const some = wanted.filter((at) => momentOf(at) <= to - 1000);
		expect(idsOf(items).sort()).toEqual(some.map((at) => account.sandbox.idAt(at)).sort());
	});

	it("has no end if none is set, regardless of n8n's clock", async () => {
		const sandbox = await account.open({ leads: 300 });
		const now = account.time.clock.now();
		sandbox.touch(7, { ProspectStage: 'Customer' });
		sandbox.touch(8);
		const { items } = await account.run({
			parameters: getMany({ modifiedAfter: new Date(now - 60_000).toISOString() }),
		});
		expect(idsOf(items).sort()).toEqual([sandbox.idAt(7), sandbox.idAt(8)].sort());
	});

	it("reads n8n's own dates from expressions", async () => {
		const sandbox = await account.open({ leads: 300 });
		await account.time.run(account.time.clock.sleep(5000));
		sandbox.touch(7);
		for (const modifiedAfter of [
			'={{ $now.minus({ seconds: 2 }) }}',
			'={{ $now.minus({ seconds: 2 }).toJSDate() }}',
			'={{ $now.minus({ seconds: 2 }).toMillis() }}',
			'={{ $now.minus({ seconds: 2 }).toISO() }}',
			"={{ $now.minus({ seconds: 2 }).setZone('Asia/Tokyo') }}",
		]) {
			const { items } = await account.run({ parameters: getMany({ modifiedAfter }) });
			expect(idsOf(items)).toEqual([sandbox.idAt(7)]);
		}
	});

	it('reads dates in the format of the option Date Format', async () => {
		const sandbox = await account.open({ leads: 300 });
		const modifiedAfter = '={{ $now.minus({ days: 1 }).toFormat("dd/MM/yyyy") }}';
		const modifiedBefore = '={{ $now.plus({ days: 1 }).toFormat("d.M.yyyy h:mm a") }}';
		sandbox.touch(7);
		const parameters = getMany({ modifiedAfter, modifiedBefore, options: { dateFormat: 'dmy' } });
		expect(idsOf((await account.run({ parameters })).items)).toContain(sandbox.idAt(7));
		const { error } = await account.run({
			parameters: getMany({ modifiedAfter: '31/12/2025' }),
		});
		expect(error!.message).toBe("'Modified After' is not a date: 31/12/2025 [item 0]");
		expect(error!.description).toMatch(/^Set the option 'Date Format' to DD\/MM\/YYYY, or enter/);
	});

	it('requests no more than the limit', async () => {
		await account.open({ leads: 12_000 });
		const { items } = await account.run({ parameters: getMany({ ...ALL, returnAll: false }) });
		expect(items).toHaveLength(50);
		expect(account.sandbox.stats.leadsServed).toBe(50);
	});

	it('Limit adds no column, nor a hint about one', async () => {
		await account.open({ leads: 30, faults: { missingColumns: ['LeadLastModifiedOn'] } });
		const { items, hints } = await account.run({
			parameters: getMany({ ...ALL, returnAll: false, limit: 3 }),
		});
		expect(items).toHaveLength(3);
		expect(hints).toHaveLength(1);
	});

	it('includes the whole of a day', async () => {
		await account.open({ leads: 300 });
		const days = (at: number) => new Date(momentOf(at)).toISOString().slice(0, 10);
		[1, 2, 3].forEach((at) => account.sandbox.touch(at));
		const today = days(1);
		const { items } = await inUtc(getMany({ modifiedAfter: today, modifiedBefore: today }));
		expect(
			new Set(
				range(300)
					.filter((at) => days(at) === today)
					.map((at) => account.sandbox.idAt(at)),
			),
		).toEqual(new Set(idsOf(items)));
	});

	it.each([
		[3, {}],
		[700, { listPageCap: 200 }],
		[3, { sorting: 'ignored' }],
		[700, { sorting: 'ignored', order: 'shuffled', listPageCap: 5000 }],
	] as Array<[number, object]>)(
		'Limit %d gets the leads that changed last, the newest first',
		async (limit, faults) => {
			await account.open({ leads: 3000, faults });
			const { items } = await account.run({
				parameters: getMany({ ...ALL, returnAll: false, limit }),
			});
			const newest = range(3000).sort((a, b) => momentOf(b) - momentOf(a));
			expect(idsOf(items)).toEqual(newest.slice(0, limit).map((at) => account.sandbox.idAt(at)));
			expect(Object.keys(items[0].json)).toEqual(['ProspectID', 'FirstName', 'ProspectStage']);
		},
	);

	it('is complete where LeadSquared changes the order of leads of one moment', async () => {
		const burst = { at: '2024-05-01 10:00:00', leads: 2000 };
		await account.open({
			leads: 3000,
			faults: { burst, ties: 'unstable', listPageCap: 200, searchPageCap: 200 },
		});
		const equal = { filterBy: 'column', column: 'ModifiedOn', operator: 'equals' };
		for (const [parameters, count] of [
			[{ ...ALL, returnAll: false, limit: 5000 }, 3000],
			[{ ...equal, value: '2024-05-01T10:00:00Z' }, 2000],
		] as Array<[object, number]>) {
			const { items, hints } = await account.run({ parameters: getMany(parameters) });
			expect(new Set(idsOf(items)).size).toBe(count);
			expect(hints.filter(({ type }) => type === 'warning')).toEqual([]);
			expect(account.sandbox.stats.calls).toBeLessThan(120);
		}
	});

	it('loses no lead if more than a page changed within one second', async () => {
		await account.open({
			leads: 2000,
			faults: {
				burst: { at: '2024-05-01 10:00:00', leads: 2000 },
				changesPerCall: 5,
				listPageCap: 300,
			},
		});
		const { items } = await account.run({
			parameters: getMany({
				modifiedAfter: '2024-05-01T10:00:00Z',
				modifiedBefore: '2024-05-01T10:00:01Z',
			}),
		});
		const always = range(2000).filter((at) => momentOf(at) < Date.UTC(2025, 0));
		expect(always.length).toBeGreaterThan(1500);
		const came = new Set(idsOf(items));
		expect(came.size).toBe(items.length);
		expect(always.filter((at) => !came.has(account.sandbox.idAt(at)))).toEqual([]);
	});

	it.each([
		['no beginning', { modifiedAfter: '' }, "'Modified After' is empty"],
		['no date', { modifiedAfter: 'last week' }, "'Modified After' is not a date: last week"],
		[
			'the ends in the wrong order',
			{ modifiedAfter: '2026-02-01', modifiedBefore: '2026-01-01' },
			"'Modified After' is later than 'Modified Before'",
		],
		['a limit of nothing', { ...ALL, returnAll: false, limit: 0 }, "'Limit' cannot be 0"],
	])('reports %s before any call', async (_, parameters, message) => {
		await account.open();
		const { error } = await account.run({
			// By expression, since n8n itself looks at what is entered.
			parameters: getMany(
				Object.fromEntries(
					Object.entries(parameters).map(([name, value]) => [
						name,
						typeof value === 'string' ? `={{ ${JSON.stringify(value)} }}` : value,
					]),
				),
			),
		});
		expect(error?.message).toContain(message);
		expect(account.sandbox.stats.calls).toBe(0);
	});
});

describe('of an object type', () => {
	const ofType = (leadType: unknown, more: object) =>
		getMany({ ...more, options: { leadType }, columns: ['FirstName'] });
	const byStage = { filterBy: 'column', column: 'ProspectStage', operator: '<>', value: 'x' };
	const ID = 'ffffffff-0000-4000-8000-000000000001';

	it.each<[string, object]>([
		['modified', ALL],
		['with the newest first', { ...ALL, returnAll: false, limit: 1000 }],
		[
			'by a column',
			{ filterBy: 'column', column: 'CreatedOn', operator: '>', value: '2000-01-01' },
		],
		[
			'of one day',
			{ filterBy: 'column', column: 'CreatedOn', operator: '<>', value: '2000-01-01' },
		],
	])('leads %s', async (_, parameters) => {
		const sandbox = await account.open({ leads: 40, faults: { secondTypeEvery: 4 } });
		const isSecond = (at: number) => at % 4 === 3;
		for (const [leadType, wanted] of [
			['OT_1', range(40).filter(isSecond)],
			[' ot_1', range(40).filter(isSecond)],
			['', range(40).filter((at) => !isSecond(at))],
			['OT_7', []],
		] as Array<[string, number[]]>) {
			const { items, error } = await account.run({ parameters: ofType(leadType, parameters) });
			expect(error).toBeUndefined();
			expect(idsOf(items).sort()).toEqual(wanted.map((at) => sandbox.idAt(at)).sort());
		}
	});

	it.each([
		['1', byStage, `The option 'Lead Type' cannot be "1"`],
		['Student', ALL, `The option 'Lead Type' cannot be "Student"`],
		['OT_1;OT_2', ALL, `The option 'Lead Type' cannot be "OT_1;OT_2"`],
		[
			'OT_1',
			{ filterBy: 'list', listId: { __rl: true, mode: 'id', value: ID } },
			"The option 'Lead Type' cannot be used with a list",
		],
	])('%s is refused before any call', async (leadType, parameters, message) => {
		await account.open();
		const { error } = await account.run({ parameters: ofType(leadType, parameters) });
		expect(error?.message).toContain(message);
		expect(account.sandbox.stats.calls).toBe(0);
	});
});

it('a time in the future finds nothing, and a hint says why', async () => {
	await account.open();
	const later = new Date(account.time.clock.now() + 86_400_000).toISOString();
	const { hints } = await account.run({ parameters: getMany({ modifiedAfter: later }) });
	expect(hints.map(({ message }) => message)).toEqual([
		"'Modified After' is in the future: no lead can have changed since.",
		expect.stringMatching(/^0 leads, 1 call, /),
	]);
});

describe('of a list', () => {
	const ofList = (value: string, more: object = {}) =>
		getMany({ filterBy: 'list', listId: { __rl: true, mode: 'list', value }, ...more });

	it('returns its members by their IDs', async () => {
		const sandbox = await account.open({ leads: 3000 });
		const { items } = await account.run({ parameters: ofList(await listId('Customers')) });
		const members = range(3000).filter(
			(at) => sandbox.lead(at, ['ProspectStage'])!.ProspectStage === 'Customer',
		);
		expect(idsOf(items).sort()).toEqual(members.map((at) => sandbox.idAt(at)).sort());
		expect(paths()).toEqual({
			'Lists.Get': 1,
			'List.GetLeads': 1,
			'Leads/Retrieve/BySearchParameter': 1,
			'Leads/Retrieve/ByIds': expect.any(Number),
		});
	});

	it.each<[string, object]>([
		['is larger than its ids come', {}],
		['is on an account that does not give its ids', { missingCalls: ['List.GetLeads'] }],
		['is cut shorter than is documented', { listIdsCap: 200, listPageCap: 1000 }],
	])('reads one page by page that %s, dates as always', async (_, faults) => {
		const sandbox = await account.open({ leads: 12_000, faults });
		const { items, hints } = await account.run({
			parameters: ofList(await listId('All Leads'), { columns: ['ModifiedOn', 'FirstName'] }),
		});
		expect(idsOf(items).sort()).toEqual(sandbox.ids(12_000).sort());
		const [{ json }] = items;
		expect(json).toEqual({
			ProspectID: json.ProspectID,
			ModifiedOn: sandbox.lead(String(json.ProspectID))!.ModifiedOn!.replace(/\d{3}$/, '000'),
			FirstName: sandbox.lead(String(json.ProspectID))!.FirstName,
		});
		expect(hints.filter(({ type }) => type === 'warning')).toEqual([]);
	});

	it('returns nothing if it is empty, and is an error if it does not exist', async () => {
		await account.open();
		const { items, error } = await account.run({
			parameters: ofList(await listId('Empty List')),
		});
		expect([items, error]).toEqual([[], undefined]);
		const unknown = 'ffffffff-0000-4000-8000-000000000001';
		const { error: unknownList } = await account.run({ parameters: ofList(unknown) });
		expect(unknownList?.message).toBe(`LeadSquared has no list with the ID ${unknown} [item 0]`);
	});

	it('is found by its name, which has to be that of one list', async () => {
		await account.open({ leads: 300 });
		const { items: ofOne } = await account.run({
			input: [{ lists: ['Customers'] }],
			parameters: ofList('={{ $json.lists }}'),
		});
		expect(ofOne.length).toBeGreaterThan(0);
		const byName = async (name: string) =>
			await account.run({ parameters: ofList(name, { columns: ['ProspectStage'] }) });
		const { items } = await byName(' customers');
		expect(new Set(items.map(({ json }) => json.ProspectStage))).toEqual(new Set(['Customer']));
		expect((await byName('Customer')).error?.message).toBe(
			'LeadSquared has no list with the name Customer [item 0]',
		);
		const { error } = await byName('Open Day');
		expect(error?.message).toBe('Several lists have the name Open Day [item 0]');
		expect(error?.description).toMatch(
			/^Enter the ID of the right one: [\da-f-]{36} is Open Day \(\w+, [\d,]+ leads\); [\da-f-]{36} is Open Day \(\w+, [\d,]+ leads\)\.$/,
		);
	});

	it('returns no more than the limit', async () => {
		await account.open({ leads: 3000 });
		const { items } = await account.run({
			parameters: ofList(await listId('All Leads'), { returnAll: false, limit: 7 }),
		});
		expect(items).toHaveLength(7);
		expect(account.sandbox.stats.leadsServed).toBe(3007);
	});

	it('offers lists by name, page by page', async () => {
		await account.open({ faults: { listsPageSize: 5 } });
		const first = await account.search('searchLists');
		expect(first.results).toHaveLength(5);
		const second = await account.search('searchLists', '', first.paginationToken as string);
		expect(second.results[0].name).not.toBe(first.results[0].name);
		const [found] = (await account.search('searchLists', 'newsl')).results;
		expect(found.name).toMatch(/^Newsletter \(static, [\d,]+ leads\)$/);
		const last = await account.search('searchLists', '', '9');
		expect(last).toEqual({ results: [] });
	});
});

describe("by a column's value", () => {
	const byColumn = (column: string, operator: string, value: unknown, more: object = {}) =>
		getMany({ filterBy: 'column', column, operator, value, ...more });
	const FILTERED = ['DoNotEmail', 'EmailAddress', 'ModifiedOn', 'ProspectStage', 'Score'];
	const fitting = (fits: (lead: Record<string, string | null>) => boolean, leads = 3000) =>
		range(leads).filter((at) => fits(account.sandbox.lead(at, FILTERED)!));

	it.each<[string, [string, string, unknown], (lead: Record<string, string | null>) => boolean]>([
		['a stage', ['ProspectStage', '=', 'Customer'], (lead) => lead.ProspectStage === 'Customer'],
		[
			'another one, by its label',
			['Lead Stage', '=', 'Customer'],
			(lead) => lead.ProspectStage === 'Customer',
		],
		['a number', ['Score', '>', '50'], ({ Score }) => Score !== null && Number(Score) > 50],
		['a checkbox', ['DoNotEmail', '=', 'true'], (lead) => lead.DoNotEmail === '1'],
		[
			'a moment',
			['ModifiedOn', '>=', '2024-01-01T05:30:00+05:30'],
			({ ModifiedOn }) => ModifiedOn! >= '2024-01-01 00:00:00',
		],
		[
			'a part of a text',
			['EmailAddress', 'LIKE', 'ann'],
			({ EmailAddress }) => /ann/i.test(EmailAddress ?? ''),
		],
	])('gives those with %s', async (_, condition, fits) => {
		const sandbox = await account.open({ leads: 600 });
		const { items, error } = await account.run({ parameters: byColumn(...condition) });
		expect(error).toBeUndefined();
		const wanted = fitting(fits, 600);
		expect(wanted.length).toBeGreaterThan(0);
		expect(idsOf(items).sort()).toEqual(wanted.map((at) => sandbox.idAt(at)).sort());
	});

	it.each([
		['a name', (user: Record<string, string>) => `${user.FirstName} ${user.LastName}`],
		['an email address', (user: Record<string, string>) => user.EmailAddress],
	])('gives those of an owner by %s, active or not', async (_, nameOf) => {
		const sandbox = await account.open({ leads: 600 });
		const { items: users } = await account.run({
			parameters: { resource: 'user', operation: 'getMany', status: 'all', returnAll: true },
		});
		for (const at of [0, 7]) {
			const user = users[at].json as Record<string, string>;
			const { items, error } = await account.run({
				parameters: byColumn('Owner', '=', nameOf(user)),
			});
			expect(error).toBeUndefined();
			const owned = range(600).filter(
				(lead) => sandbox.lead(lead, ['OwnerId'])!.OwnerId === user.ID,
			);
			expect(owned.length).toBeGreaterThan(0);
			expect(idsOf(items).sort()).toEqual(owned.map((lead) => sandbox.idAt(lead)).sort());
		}
	});

	it('finds part of a text if LIKE ignores %', async () => {
		const sandbox = await account.open({ faults: { like: 'contains' } });
		const { items } = await account.run({ parameters: byColumn('EmailAddress', 'LIKE', 'ann') });
		const wanted = fitting(({ EmailAddress }) => /ann/i.test(EmailAddress ?? ''));
		expect(idsOf(items).sort()).toEqual(wanted.map((at) => sandbox.idAt(at)).sort());
	});

	describe.each(['sql', 'sets', 'contains'] as const)('where LIKE means %s', (like) => {
		const companies = [
			'Summer_Sale',
			'summer sale',
			'50% off',
			'50 euros off',
			'A [VIP]',
			'a\\b',
			'V',
		];

		it.each([
			['summer_sale', [0]],
			['50% off', [2]],
			['[vip]', [4]],
			['\\', [5]],
			['%', [2]],
			['e', [0, 1, 3]],
		])(
			'Contains %s finds what has the text, and counts only that for Limit',
			async (value, fits) => {
				const sandbox = await account.open({ leads: 7, faults: { like } });
				companies.forEach((Company, at) => sandbox.touch(at, { Company }));
				const { items, error } = await account.run({
					parameters: byColumn('Company', 'LIKE', value, { columns: ['FirstName'] }),
				});
				expect(error).toBeUndefined();
				expect(idsOf(items).sort()).toEqual(fits.map((at) => sandbox.idAt(at)).sort());
				expect(Object.keys(items[0].json)).toEqual(['ProspectID', 'FirstName']);
				const limited = await account.run({
					parameters: byColumn('Company', 'LIKE', value, { returnAll: false, limit: 1 }),
				});
				expect(limited.items).toHaveLength(1);
				expect(idsOf(items)).toContain(idsOf(limited.items)[0]);
			},
		);
	});

	it('a moment stands for its second, whose parts LeadSquared stores', async () => {
		const sandbox = await account.open({ leads: 600 });
		const { ModifiedOn } = sandbox.lead(5, ['ModifiedOn'])!;
		const value = `${ModifiedOn!.slice(0, 19).replace(' ', 'T')}Z`;
		const equal = await account.run({ parameters: byColumn('ModifiedOn', 'equals', value) });
		expect(idsOf(equal.items)).toEqual([sandbox.idAt(5)]);
		const other = await account.run({ parameters: byColumn('ModifiedOn', '<>', value) });
		expect(other.items).toHaveLength(599);
	});

	it.each(['honoured', 'ignored'] as const)(
		'a day stands for its moments, in the zone of the workflow, with sorting %s',
		async (sorting) => {
			const sandbox = await account.open({ leads: 2500, faults: { sorting } });
			// Many leads come after the day, so that not all are read.
			const all = range(2500).map((at) => sandbox.lead(at, ['ModifiedOn'])!.ModifiedOn!);
			const day = all.sort()[20].slice(0, 10);
			const isOf = (lead: Record<string, string | null>) => lead.ModifiedOn!.startsWith(day);
			const after = `${day} 23:59:59.999`;
			for (const [operator, fits] of [
				['=', isOf],
				['<>', (lead) => !isOf(lead)],
				['>', (lead) => lead.ModifiedOn! > after],
				['>=', (lead) => lead.ModifiedOn! >= day],
				['<', (lead) => lead.ModifiedOn! < day],
				['<=', (lead) => lead.ModifiedOn! <= after],
			] as Array<[string, Parameters<typeof fitting>[0]]>) {
				const wanted = fitting(fits, 2500).map((at) => sandbox.idAt(at));
				const parameters = (more: object = {}) => byColumn('ModifiedOn', operator, day, more);
				const { items, hints } = await inUtc(parameters());
				expect(idsOf(items).sort()).toEqual(wanted.sort());
				expect(items[0].json).not.toHaveProperty('ModifiedOn');
				expect(hints.filter(({ type }) => type === 'warning')).toEqual([]);
				const limit = Math.ceil(wanted.length / 2);
				const some = await inUtc(parameters({ returnAll: false, limit }));
				expect(some.items).toHaveLength(limit);
				// Jest would compare each with each.
				const known = new Set<unknown>(wanted);
				expect(idsOf(some.items).filter((id) => !known.has(id))).toEqual([]);
			}
		},
	);

	it.each([200, 1000])('reads on where pages are clamped to %d', async (searchPageCap) => {
		const sandbox = await account.open({ leads: 5000, faults: { searchPageCap } });
		const { items } = await account.run({ parameters: byColumn('Score', '>=', '-100000') });
		const wanted = fitting(({ Score }) => Score !== null, 5000);
		expect(idsOf(items).sort()).toEqual(wanted.map((at) => sandbox.idAt(at)).sort());
		expect(sandbox.stats.calls).toBeLessThanOrEqual(2 + 1.25 * (wanted.length / searchPageCap + 1));
	});

	it.each([
		[
			'a word for a number',
			['Score', '>', 'many'],
			"'Value' does not fit the column Lead Score: many",
		],
		[
			'a word for a date',
			['ModifiedOn', '>', 'May'],
			"'Value' does not fit the column Modified On: May",
		],
		['a list', ['ProspectStage', '=', ['a', 'b']], "'Value' is a list or an object"],
		['nothing', ['ProspectStage', '=', ''], "'Value' is empty: no input item has a value"],
		[
			'a misspelled choice',
			['Lead Stage', '=', 'Custmer'],
			`'Lead Stage' (ProspectStage) has no value "Custmer"`,
		],
		[
			"an owner's name",
			['Owner', '<>', 'Nemo Nautilus'],
			"'Value' does not fit the column Owner: Nemo Nautilus",
		],
		[
			'a misspelled column',
			['Leed Stage', '=', 'Customer'],
			'LeadSquared has no column Leed Stage',
		],
		['an operator that there is not', ['ProspectStage', 'IN', 'a'], '\'Operator\' cannot be "IN"'],
	])('reports %s before leads are asked for', async (_, [column, operator, value], message) => {
		await account.open();
		const { error } = await account.run({
			parameters: byColumn(
				column as string,
				`={{ ${JSON.stringify(operator)} }}`,
				`={{ ${JSON.stringify(value)} }}`,
			),
		});
		expect(error?.message).toContain(message);
		expect(paths()['Leads.Get']).toBeUndefined();
	});

	it('reports each of several values that do not fit, before leads are asked for', async () => {
		await account.open();
		const { error } = await account.run({
			input: ['Customer', 'Custmer', 'Custmer'].map((stage) => ({ stage })),
			parameters: byColumn('ProspectStage', '=', '={{ $json.stage }}'),
		});
		expect(error?.message).toBe('2 of 3 input items cannot be used');
		expect(error?.description).toMatch(/^Item 1: .*<br>Item 2: /);
		expect(paths()['Leads.Get']).toBeUndefined();
	});

	it('a misspelled value or column gets a suggestion', async () => {
		await account.open();
		const descriptionOf = async (column: string, value: string) => {
			const { error } = await account.run({ parameters: byColumn(column, 'equals', value) });
			return (error as unknown as { description: string }).description;
		};
		expect(await descriptionOf('Lead Stage', 'Custmer')).toMatch(
			/^Did you mean Customer\? Choose one of its values: Prospect, Contacted, .*\. Set 'Operator'/,
		);
		expect(await descriptionOf('Leed Stage', 'Customer')).toMatch(
			/^Did you mean ProspectStage \(Lead Stage\)\?/,
		);
	});

	it.each([
		['LIKE', 'ProspectStage', 'Custommer', 'Lead Stage', 'Customer'],
		['equals', 'mx_Batch', '20255', 'Batch', '2025'],
	])(
		'a drop-down in which %s finds nothing gets a suggestion',
		async (operator, column, value, label, meant) => {
			await account.open();
			const { items, hints } = await account.run({ parameters: byColumn(column, operator, value) });
			expect(items).toEqual([]);
			expect(hints[0].message).toContain(
				`'${label}' (${column}) has no value "${value}". Did you mean ${meant}? Choose`,
			);
		},
	);

	it('the values of a column of several choices are checked one by one', async () => {
		const sandbox = await account.open({ leads: 20 });
		sandbox.touch(3, { mx_Interests: 'Art;Law' });
		const ask = async (value: string) =>
			await account.run({ parameters: byColumn('Interests', 'equals', value) });
		expect(idsOf((await ask('art; Law')).items)).toEqual([sandbox.idAt(3)]);
		expect((await ask('Art;Music')).hints).toHaveLength(1);
		expect((await ask('Art;Lau')).error?.message).toContain('has no value "Art;Lau"');
	});

	it('takes a choice in any case, and asks for it as the account spells it', async () => {
		await account.open({ leads: 600 });
		const { items } = await account.run({
			parameters: byColumn('ProspectStage', 'equals', ' customer '),
		});
		const wanted = fitting((lead) => lead.ProspectStage === 'Customer', 600);
		expect(items).toHaveLength(wanted.length);
	});

	it('skips input items without a value, and says so', async () => {
		await account.open({ leads: 600 });
		const { items, hints } = await account.run({
			input: [{ stage: 'Customer' }, { stage: '' }, {}, { stage: null }],
			parameters: byColumn('ProspectStage', 'equals', '={{ $json.stage }}'),
		});
		expect(new Set(itemsOf(items))).toEqual(new Set([0]));
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^\d+ leads, \d calls, .* 3 input items have no value and were skipped: item 1, item 2, item 3\.$/,
			),
		]);
	});

	it('reports that no lead matches, and how to find a phone number', async () => {
		await account.open();
		const number = byColumn('Phone', 'equals', '98 76 54 32 10');
		const { items, hints } = await account.run({ parameters: number });
		expect(items).toEqual([]);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringMatching(/^No lead has the phone number in this form\. .*Get with By Phone/),
			expect.stringMatching(/^0 leads, 2 calls, /),
		]);
	});

	it('names a column that LeadSquared does not know', async () => {
		await account.open();
		const { error } = await account.run({ parameters: byColumn('mx_Bogus', '=', 'x') });
		expect(error?.message).toContain('LeadSquared does not accept the request');
		expect(error?.description).toContain("Unknown column 'mx_Bogus'");
	});
});

describe('several input items', () => {
	it('are queries of their own, each linked to its leads', async () => {
		const sandbox = await account.open({ leads: 600 });
		const stages = ['Customer', 'Prospect', 'Customer'];
		const { items } = await account.run({
			input: stages.map((stage) => ({ stage })),
			parameters: getMany({
				filterBy: 'column',
				column: 'ProspectStage',
				operator: '=',
				value: '={{ $json.stage }}',
			}),
		});
		const of = (stage: string) =>
			range(600).filter((at) => sandbox.lead(at, ['ProspectStage'])!.ProspectStage === stage)
				.length;
		const counts = stages.map((_, item) => itemsOf(items).filter((each) => each === item).length);
		expect(counts).toEqual(stages.map(of));
		expect(itemsOf(items)).toEqual([...itemsOf(items)].sort());
		// Those that ask the same share their calls, and no object.
		const customers = items.filter(({ json }) => json.ProspectStage === 'Customer');
		expect(new Set(customers.map(({ json }) => json)).size).toBe(customers.length);
	});

	it('that cannot be used are error items, and the others continue', async () => {
		await account.open();
		const { items } = await account.run({
			input: [{ from: '2000-01-01' }, { from: 'soon' }, { from: null }],
			parameters: getMany({ modifiedAfter: '={{ $json.from }}', returnAll: false, limit: 2 }),
			onError: 'continueRegularOutput',
		});
		const { good, failed } = sorted(items);
		expect(itemsOf(good)).toEqual([0, 0]);
		expect(itemsOf(failed)).toEqual([1, 2]);
	});

	it('that fail are error items, and the others continue', async () => {
		const sandbox = await account.open();
		const unknown = 'ffffffff-0000-4000-8000-000000000001';
		const known = await listId('Customers');
		const { items } = await account.run({
			input: [{ list: unknown }, { list: known }],
			parameters: getMany({
				filterBy: 'list',
				listId: { __rl: true, mode: 'id', value: '={{ $json.list }}' },
			}),
			onError: 'continueRegularOutput',
		});
		const { good, failed } = sorted(items);
		expect(new Set(itemsOf(good))).toEqual(new Set([1]));
		expect(failed.map(({ json }) => json.error)).toEqual([
			`LeadSquared has no list with the ID ${unknown} [item 0]`,
		]);
		expect(good).toHaveLength(
			range(3000).filter((at) => sandbox.lead(at, ['ProspectStage'])!.ProspectStage === 'Customer')
				.length,
		);
	});

	it('with the same query are reported in a hint', async () => {
		await account.open();
		const { items, hints } = await account.run({
			input: [{}, {}, {}],
			parameters: getMany({ ...ALL, returnAll: false, limit: 2 }),
		});
		expect(items).toHaveLength(6);
		expect(account.sandbox.stats.calls).toBe(1);
		expect(hints[0].message).toMatch(/^3 input items each ask for the same leads/);
	});

	it('fail as one where nothing answers, and do not wait for each other', async () => {
		await account.open({ faults: { firstCallsFail: 1e6 } });
		const { items, elapsedMs } = await account.run({
			input: range(200).map((at) => ({ at })),
			parameters: getMany({
				filterBy: 'column',
				column: 'FirstName',
				value: '=name {{ $json.at }}',
				options: { maxWaitSeconds: 60 },
			}),
			onError: 'continueRegularOutput',
		});
		expect(sorted(items).failed).toHaveLength(200);
		expect(elapsedMs).toBeLessThan(240_000);
	});
});

describe('the output', () => {
	it('has the same form as for the other operations', async () => {
		const sandbox = await account.open({ leads: 20 });
		const { items } = await account.run({
			input: [{ row: 1 }],
			parameters: getMany({
				...ALL,
				columns: ['Score', 'First Name'],
				options: {
					convertTypes: true,
					fieldNames: 'displayName',
					addLeadUrl: true,
					includeInputFields: true,
				},
			}),
		});
		const [{ json }] = items;
		const lead = sandbox.lead(String(json.ProspectID))!;
		expect(json).toEqual({
			row: 1,
			ProspectID: lead.ProspectID,
			LeadURL: expect.stringContaining(lead.ProspectID!),
			'Lead Score': lead.Score === null ? null : Number(lead.Score),
			'First Name': lead.FirstName,
		});
	});

	it.each<[string, object]>([
		['that changed', ALL],
		[
			'with a value',
			{ filterBy: 'column', column: 'CreatedOn', operator: '>', value: '2000-01-01' },
		],
	])('those %s come without an ID, where LeadSquared sends none, each once', async (_, filter) => {
		const sandbox = await account.open({
			leads: 300,
			faults: {
				idColumn: 'none',
				listPageCap: 100,
				listPageCapStyle: 'silent',
				searchPageCap: 100,
			},
		});
		const { items, hints, elapsedMs } = await account.run({
			parameters: getMany({ ...filter, columns: ['EmailAddress'] }),
		});
		const names = (list: unknown[]) => list.map(String).sort();
		expect(names(items.map(({ json }) => json.EmailAddress))).toEqual(
			names(range(300).map((at) => sandbox.lead(at, ['EmailAddress'])!.EmailAddress)),
		);
		expect(items[0].json.ProspectID).toBeNull();
		expect(hints[0].message).toContain('sent 300 leads without ProspectID');
		expect(elapsedMs).toBeLessThan(10_000);
	});

	it('is not repeated beyond what n8n can keep', async () => {
		await account.open({ leads: 3000 });
		const { error } = await account.run({
			input: [{ text: 'x'.repeat(100_000) }],
			parameters: getMany({ ...ALL, options: { includeInputFields: true } }),
		});
		expect(error?.message).toBe(
			"'Include Input Fields' would repeat more than 250 MB of input fields",
		);
	});

	it('reports columns that the account does not have', async () => {
		await account.open({ leads: 20, faults: { badColumns: 'refuse' } });
		const { items, hints } = await account.run({
			parameters: getMany({ ...ALL, columns: ['FirstName', 'mx_Bogus'] }),
		});
		expect(items).toHaveLength(20);
		expect(hints.map(({ message }) => message).join()).toContain(
			'LeadSquared does not know the column mx_Bogus',
		);
	});
});
