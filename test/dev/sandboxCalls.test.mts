/** The calls of the sandbox other than ByIds and metadata, which sandbox.test.mts tests. */
import type { Faults, Lead, Sandbox, SandboxAnswer } from '../../dev/sandbox/server.mts';
import * as sandboxes from './callSandbox.mts';
import { createClock, open, START, upTo } from './callSandbox.mts';

const PREFIX = '/v2/LeadManagement.svc/';

type Property = { Attribute: string; Value: string | null; Fields?: null };
type Wrapped = { LeadPropertyList: Property[] };

const call = async (sandbox: Sandbox, name: string, body?: object) =>
	await sandboxes.call(sandbox, `LeadManagement.svc/${name}`, body);
const json = async (sandbox: Sandbox, name: string, body?: object) =>
	await sandboxes.json(sandbox, `LeadManagement.svc/${name}`, body);

function flat({ LeadPropertyList: list }: Wrapped): Lead {
	return Object.fromEntries(list.map(({ Attribute, Value }) => [Attribute, Value]));
}

interface Window {
	from?: string;
	to?: string;
	columns?: string;
	page?: number;
	size?: number;
	sort?: string;
	direction?: string;
}

function modifiedBody(window: Window) {
	const { from = '2000-01-01 00:00:00', to = '2030-01-01 00:00:00', columns, sort } = window;
	return {
		Parameter: { FromDate: from, ToDate: to },
		...(columns !== undefined && { Columns: { Include_CSV: columns } }),
		Paging: { PageIndex: window.page ?? 1, PageSize: window.size ?? 5000 },
		...(sort && { Sorting: { ColumnName: sort, Direction: window.direction ?? '0' } }),
	};
}

const MODIFIED = 'Leads.RecentlyModified';

describe('Leads.RecentlyModified', () => {
	const ask = (sandbox: Sandbox, window: Window) => json(sandbox, MODIFIED, modifiedBody(window));

	test('has wrapped rows, with what is echoed, and the total whatever the page', async () => {
		const sandbox = open();
		const answer = await ask(sandbox, { columns: 'ProspectID,FirstName', size: 2 });
		expect(answer).toEqual({
			RecordCount: 300,
			Leads: [0, 1].map((index) => ({
				LeadPropertyList: [
					{ Attribute: 'ProspectID', Value: sandbox.idAt(index), Fields: null },
					{ Attribute: 'FirstName', Value: sandbox.lead(index)!.FirstName, Fields: null },
					{ Attribute: 'CanUpdate', Value: 'true', Fields: null },
					{ Attribute: 'Total', Value: '300', Fields: null },
				],
			})),
		});
		expect(await ask(sandbox, { page: 151, size: 2 })).toEqual({ RecordCount: 0 });
	});

	test('gives all columns if none are asked for', async () => {
		const [row] = (await ask(open(), { size: 1 })).Leads;
		expect(row.LeadPropertyList.length).toBeGreaterThan(170);
	});

	test('counts activities as changes, by moments whose parts of a second are hidden', async () => {
		const sandbox = open();
		const people = upTo(300).map((index) => sandbox.lead(index)!);
		const active = people.filter((lead) => lead.LeadLastModifiedOn !== lead.ModifiedOn);
		expect(active.length / people.length).toBeGreaterThan(0.1);
		const { LeadLastModifiedOn: last, ModifiedOn: modified } = active[0];
		const second = last!.slice(0, 19);
		const next = new Date(Date.parse(`${second}Z`) + 1000)
			.toISOString()
			.slice(0, 19)
			.replace('T', ' ');
		const count = async (faults: Partial<Faults>, window: Window) => {
			Object.assign(sandbox.faults, faults);
			return (await ask(sandbox, window)).RecordCount;
		};
		expect(await count({}, { from: second, to: second })).toBe(0);
		expect(await count({}, { from: second, to: next })).toBe(1);
		expect(await count({ toDate: 'whole-second' }, { from: second, to: second })).toBe(1);
		const day = { from: modified!.slice(0, 19), to: modified!.slice(0, 19) };
		expect(await count({ modifiedMeans: 'ModifiedOn' }, day)).toBe(1);
		expect(await count({ modifiedMeans: 'LeadLastModifiedOn' }, day)).toBe(0);
	});

	test('a burst is one second in which many change; toDate and zone as switched', async () => {
		const sandbox = open({ burst: { at: '2024-05-01 10:00:00', leads: 120 } });
		const second = '2024-05-01 10:00:00';
		const window = { from: second, to: '2024-05-01 10:00:01' };
		expect((await ask(sandbox, window)).RecordCount).toBe(120);
		const exact = await ask(sandbox, { from: second, to: second });
		expect(exact.RecordCount).toBeLessThan(5);
		expect(sandbox.lead(5)!.CreatedOn).toBe(`${second}.000`);
		sandbox.faults.requestZoneMinutes = 330;
		expect((await ask(sandbox, window)).RecordCount).toBe(0);
		const local = { from: '2024-05-01 15:30:00', to: '2024-05-01 15:30:01' };
		expect((await ask(sandbox, local)).RecordCount).toBe(120);
	});

	test('sorts, and ties are unstable if so switched, but not by ProspectID', async () => {
		const faults = { burst: { at: '2024-05-01 10:00:00', leads: 200 } };
		const sandbox = open({ ...faults, ties: 'unstable' });
		const idsOf = async (sort: string, direction = '0') =>
			(await ask(sandbox, { columns: 'ProspectID', sort, direction })).Leads.map(
				(lead: Wrapped) => flat(lead).ProspectID,
			);
		const byId = await idsOf('ProspectID');
		expect(byId).toEqual([...byId].sort());
		expect(await idsOf('ProspectID', '1')).toEqual([...byId].reverse());
		expect(await idsOf('ProspectStage')).not.toEqual(await idsOf('ProspectStage'));
		sandbox.faults.ties = 'stable';
		expect(await idsOf('ProspectStage')).toEqual(await idsOf('ProspectStage'));
		const auto = await ask(sandbox, {
			columns: 'ProspectAutoId',
			sort: 'ProspectAutoId',
			direction: '1',
			size: 1,
		});
		expect(flat(auto.Leads[0]).ProspectAutoId).toBe('1300');
	});

	test.each<[object, number, string, string]>([
		[
			modifiedBody({ size: 5001 }),
			500,
			'MXMandatoryFieldMissingException',
			'can not be larger than 5000.',
		],
		[{ Query: {} }, 500, 'MXInvalidInputException', 'You have not passed Parameter.'],
		[modifiedBody({ from: '1 May 2024' }), 500, 'MXInvalidInputException', 'FromDate'],
		[modifiedBody({ sort: 'mx_Nope' }), 500, 'MXEntityDetailsNotFoundException', "'mx_Nope'"],
		[modifiedBody({ page: 0 }), 500, 'MXInvalidInputException', 'PageIndex'],
		[{ Parameter: {}, Columns: { Include_CSV: 7 } }, 400, '', 'malformed'],
	])('refuses %j', async (body, status, type, message) => {
		const answer = await call(open(), MODIFIED, body);
		const { ExceptionType = '', ExceptionMessage } = JSON.parse(answer.body);
		expect([answer.status, ExceptionType]).toEqual([status, type]);
		expect(ExceptionMessage).toContain(message);
	});

	test('listPageCap can be silent, and rows flat', async () => {
		const sandbox = open({ listPageCap: 100, listPageCapStyle: 'silent', listRows: 'flat' });
		const { RecordCount, Leads } = await ask(sandbox, { columns: 'ProspectID', page: 3 });
		expect([RecordCount, Leads.length]).toEqual([300, 100]);
		expect(Leads[0]).toEqual({ ProspectID: sandbox.idAt(200), CanUpdate: 'true', Total: '300' });
	});

	test('shares the switches of ByIds: counts, empty answers, ids, columns, order', async () => {
		const sandbox = open({ recordCount: 'absent', emptyForm: 'list', idForm: 'braces' });
		const first = await ask(sandbox, { columns: 'ProspectID', size: 1 });
		expect(first).not.toHaveProperty('RecordCount');
		expect(flat(first.Leads[0]).ProspectID).toBe(`{${sandbox.idAt(0)}}`);
		expect(await ask(sandbox, { from: '2029-01-01' })).toEqual({ Leads: [] });
		Object.assign(sandbox.faults, { order: 'shuffled', badColumns: 'refuse', existEvery: 2 });
		const twice = [await ask(sandbox, {}), await ask(sandbox, {})];
		expect(twice[0].Leads).toHaveLength(150);
		expect(twice[0]).not.toEqual(twice[1]);
		expect(await ask(sandbox, { columns: 'mx_A' })).toMatchObject({ Status: 'Error' });
	});
});

describe('leads change', () => {
	const MOMENT = '2026-01-01 00:00:00';

	test('when a test says so: fields, an activity, a new lead; reset takes it back', async () => {
		const clock = createClock();
		const sandbox = open({}, { clock });
		const before = sandbox.lead(3)!;
		sandbox.touch(3, { mx_City: 'Agra', LastName: null });
		sandbox.touch(sandbox.idAt(4));
		clock.set(START + 1500);
		const [created] = sandbox.create();
		expect(sandbox.lead(3)).toEqual({
			...before,
			mx_City: 'Agra',
			LastName: null,
			ModifiedOn: `${MOMENT}.000`,
			LeadLastModifiedOn: `${MOMENT}.000`,
		});
		expect(sandbox.lead(4)).toMatchObject({ LeadLastModifiedOn: `${MOMENT}.000` });
		expect(sandbox.lead(4)!.ModifiedOn).not.toBe(`${MOMENT}.000`);
		expect(sandbox.lead(created)).toMatchObject({
			ProspectAutoId: '1301',
			CreatedOn: '2026-01-01 00:00:01.000',
		});
		const window = { from: MOMENT, to: '2026-01-01 00:00:02', columns: 'ProspectID' };
		const { Leads } = await json(sandbox, MODIFIED, modifiedBody(window));
		expect(Leads.map((lead: Wrapped) => flat(lead).ProspectID)).toEqual([
			sandbox.idAt(3),
			sandbox.idAt(4),
			created,
		]);
		expect(() => sandbox.touch('unknown')).toThrow('unknown');
		sandbox.reset();
		expect(sandbox.lead(3)).toEqual(before);
		expect(sandbox.lead(created)).toBeUndefined();
	});

	test('a new lead has what was written, and the defaults of LeadSquared', () => {
		const sandbox = open({}, { clock: createClock() });
		const [created] = sandbox.create();
		const {
			ProspectID,
			ProspectAutoId,
			FirstName,
			LastName,
			EmailAddress,
			Phone,
			OwnerId,
			CreatedBy,
			ModifiedBy,
			...others
		} = sandbox.lead(created)!;
		expect([ProspectID, ProspectAutoId]).toEqual([created, '1301']);
		for (const written of [FirstName, LastName, EmailAddress, Phone]) expect(written).toMatch(/\S/);
		expect(OwnerId).toMatch(/^[0-9a-f-]{36}$/);
		expect([CreatedBy, ModifiedBy]).toEqual([OwnerId, OwnerId]);
		const filled = Object.entries(others).filter(([, value]) => value !== null);
		expect(Object.fromEntries(filled)).toEqual({
			CreatedOn: `${MOMENT}.000`,
			ModifiedOn: `${MOMENT}.000`,
			LeadLastModifiedOn: `${MOMENT}.000`,
			OwnerIdName: expect.any(String),
			OwnerIdEmailAddress: 'owner1@example.com',
			CreatedByName: others.OwnerIdName,
			ModifiedByName: others.OwnerIdName,
			ProspectStage: 'Prospect',
			Score: '0',
			IsLead: '1',
			LeadType: 'OT_0',
			...{ DoNotEmail: '0', DoNotCall: '0', DoNotTrack: '0' },
			...{ IsStarredLead: '0', IsTaggedLead: '0' },
		});
	});

	test('what is written comes back in the form of other values', () => {
		const sandbox = open();
		sandbox.touch(3, {
			mx_Newsletter: 'true',
			DoNotCall: 'False',
			mx_Date_of_Birth: '1990-12-31',
			mx_Loan_Next_Call: '2026-05-01 04:30:00',
			FirstName: 'true',
		});
		expect(sandbox.lead(3)).toMatchObject({
			mx_Newsletter: '1',
			DoNotCall: '0',
			mx_Date_of_Birth: '1990-12-31 00:00:00.000',
			mx_Loan_Next_Call: '2026-05-01 04:30:00.000',
			FirstName: 'true',
		});
	});

	test('when another process says so', async () => {
		const sandbox = open();
		const control = async (name: string, body: object) => {
			const request = { method: 'POST', url: `/_sandbox/${name}`, body: JSON.stringify(body) };
			return (await sandbox.handle(request)) as SandboxAnswer;
		};
		const change = { lead: sandbox.idAt(0), values: { mx_City: 'Agra' } };
		const changed = JSON.parse((await control('touch', change)).body) as Lead;
		expect(sandbox.lead(0)).toMatchObject({ ...changed, mx_City: 'Agra' });
		const created = JSON.parse((await control('create', { count: 2 })).body) as Lead[];
		expect(created.map(({ ProspectID }) => ProspectID)).toEqual(sandbox.ids(2, 300));
		for (const lead of created) expect(sandbox.lead(lead.ProspectID!)).toMatchObject(lead);
		expect(await control('touch', { lead: 'unknown' })).toMatchObject({ status: 400 });
	});

	const shown = async (sandbox: Sandbox): Promise<Lead[]> => {
		const window = { from: '2025-12-31 00:00:00', columns: 'ProspectID,LeadLastModifiedOn' };
		const { Leads = [] } = await json(sandbox, MODIFIED, modifiedBody({ ...window, size: 500 }));
		return Leads.map((lead: Wrapped) => flat(lead));
	};

	test('stamps come from a clock that may be ahead or behind', async () => {
		const sandbox = open({ clockMinutes: -10 });
		sandbox.touch(3);
		expect(sandbox.lead(3)).toMatchObject({ LeadLastModifiedOn: '2025-12-31 23:50:00.000' });
		sandbox.faults.clockMinutes = 1.5;
		sandbox.touch(3);
		expect(sandbox.lead(3)).toMatchObject({ LeadLastModifiedOn: '2026-01-01 00:01:30.000' });
	});

	test('lagSeconds: answers show them later, those of one lead in their order', async () => {
		const clock = createClock();
		const sandbox = open({ lagSeconds: 100 }, { clock });
		const created = sandbox.create(5);
		for (const city of ['Agra', 'Pune', 'Goa']) sandbox.touch(created[0], { mx_City: city });
		const seen: number[] = [];
		const cities: Array<string | null | undefined> = [];
		for (const seconds of upTo(12)) {
			clock.set(START + seconds * 10_000);
			seen.push((await shown(sandbox)).length);
			cities.push(sandbox.lead(created[0])!.mx_City);
		}
		expect(seen[0]).toBe(0);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(new Set(seen).size).toBeGreaterThan(2);
		expect(seen.at(-1)).toBe(5);
		const order = [...new Set(cities)].filter((city) => ['Agra', 'Pune', 'Goa'].includes(city!));
		expect(['Agra Pune Goa', 'Agra Goa', 'Pune Goa', 'Goa']).toContain(order.join(' '));
		const ids = (await shown(sandbox)).map(({ ProspectID }) => ProspectID);
		expect(ids.sort()).toEqual([...created].sort());
		const first = (await shown(sandbox)).find(({ ProspectID }) => ProspectID === created[0])!;
		expect(first.LeadLastModifiedOn).toBe(`${MOMENT}.000`);
	});

	test('play: as a script says, by the clock; history lists what has happened', async () => {
		const clock = createClock();
		const sandbox = open({}, { clock });
		sandbox.play([
			{ at: 10_000, over: 50_000, change: 5, from: 298 },
			{ at: 20_000, create: 3 },
			{ activity: 1, from: 7 },
		]);
		expect(sandbox.history).toEqual([{ id: sandbox.idAt(7), kind: 'activity', stamp: START }]);
		clock.set(START + 25_000);
		expect(await shown(sandbox)).toHaveLength(6);
		expect(sandbox.history.map(({ kind }) => kind)).toEqual([
			'activity',
			'change',
			'change',
			'create',
			'create',
			'create',
		]);
		clock.set(START + 3600_000);
		expect(sandbox.history).toHaveLength(9);
		// What is created meanwhile is of the account as well.
		expect(sandbox.history.slice(1, 3).map(({ id }) => id)).toEqual(sandbox.ids(2, 298));
		expect(sandbox.history.slice(6).map(({ id, stamp }) => [id, stamp])).toEqual([
			[sandbox.idAt(300), START + 30_000],
			[sandbox.idAt(301), START + 40_000],
			[sandbox.idAt(302), START + 50_000],
		]);
		expect(() => sandbox.play([{ at: 5 }])).toThrow('A step is like');
		sandbox.reset();
		expect(sandbox.history).toEqual([]);
	});

	test('play and history are there for other processes, too', async () => {
		const sandbox = open();
		const control = async (method: string, name: string, body = '') =>
			(await sandbox.handle({ method, url: `/_sandbox/${name}`, body })) as SandboxAnswer;
		expect(await control('POST', 'play', '[{"create":2}]')).toMatchObject({ status: 200 });
		expect(JSON.parse((await control('GET', 'history')).body)).toHaveLength(2);
		expect(await control('POST', 'play', '[{}]')).toMatchObject({ status: 400 });
	});

	test('changesPerCall: while one reads, and so out of the pages that one turns', async () => {
		const sandbox = open({ changesPerCall: 30 });
		const seen = new Set<string>();
		for (const page of upTo(3)) {
			const window = { to: '2025-12-31 00:00:00', columns: 'ProspectID', sort: 'ProspectID' };
			const { Leads } = await json(
				sandbox,
				MODIFIED,
				modifiedBody({ ...window, page: page + 1, size: 100 }),
			);
			for (const lead of Leads) seen.add(flat(lead).ProspectID!);
		}
		expect(seen.size).toBeLessThan(290);
		const { RecordCount } = await json(sandbox, MODIFIED, modifiedBody({}));
		expect(RecordCount).toBe(300);
	});
});

describe('lists', () => {
	const NAMES = ['Starred Leads', 'All Leads', 'Prospects', 'Opportunities', 'Customers'];
	type Listed = { ListId: string; ListName: string; ListType: string; MemberCount?: number };
	const all = async (sandbox: Sandbox): Promise<Listed[]> => [
		...(await json(sandbox, 'Lists.Get')),
		...(await json(sandbox, 'Lists.Get?PageIndex=2')),
	];
	const listNamed = async (sandbox: Sandbox, name: string) =>
		(await all(sandbox)).find(({ ListName }) => ListName === name)!;
	const members = (sandbox: Sandbox, list: string, more: object = {}) =>
		json(sandbox, 'Leads/Retrieve/BySearchParameter', {
			SearchParameters: { ListId: list, RetrieveBehaviour: '0' },
			Columns: { Include_CSV: 'FirstName,ModifiedOn' },
			Paging: { PageIndex: 1, PageSize: 1000 },
			...more,
		});

	test('are paged, filtered by type, and found by a part of their name', async () => {
		const sandbox = open();
		const first = await json(sandbox, 'Lists.Get');
		expect(first).toHaveLength(10);
		expect(first.slice(0, 5).map(({ ListName }: Listed) => ListName)).toEqual(NAMES);
		expect(first[1]).toEqual({
			ListId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
			ListName: 'All Leads',
			ListDescription: 'All leads you have access to',
			ListType: 'dynamic',
			MemberCount: 300,
		});
		expect(await json(sandbox, 'Lists.Get?pageIndex=3')).toEqual([]);
		const found = await json(sandbox, 'Lists.Get?searchText=OPEN');
		expect(found.map(({ ListName }: Listed) => ListName)).toEqual(['Open Day', 'Open Day']);
		expect(found[0].ListId).not.toBe(found[1].ListId);
		const dynamic = await json(sandbox, 'Lists.Get?listType=1&searchText=o');
		expect(dynamic.every(({ ListType }: Listed) => ListType === 'dynamic')).toBe(true);
		expect(await call(sandbox, 'Lists.Get?listType=9')).toMatchObject({ status: 500 });
		expect((await all(open({}, { seed: 2 })))[0].ListId).not.toBe(first[0].ListId);
	});

	test('give their ids, to a cap, and their members, as many as they count', async () => {
		const sandbox = open();
		for (const { ListId, MemberCount } of await all(sandbox)) {
			const { ProspectId, RecordsRetrieved } = await json(
				sandbox,
				`List.GetLeads?listId=${ListId}`,
			);
			expect([ProspectId.length, RecordsRetrieved]).toEqual([MemberCount, MemberCount]);
			const { RecordCount } = await members(sandbox, ListId);
			expect(RecordCount).toBe(MemberCount);
		}
		const { ListId } = await listNamed(sandbox, 'All Leads');
		sandbox.faults.listIdsCap = 100;
		const capped = await json(sandbox, `List.GetLeads?listId=${ListId}`);
		expect(capped.ProspectId).toEqual(sandbox.ids(100));
		sandbox.faults.memberCount = 'absent';
		expect((await all(sandbox))[0]).not.toHaveProperty('MemberCount');
		sandbox.faults.memberCount = 'stale';
		expect((await listNamed(sandbox, 'All Leads')).MemberCount).toBe(240);
	});

	test('members come with unrequested data, and dates of another form', async () => {
		const sandbox = open();
		sandbox.touch(0, { ModifiedBy: 'x' });
		const { ListId } = await listNamed(sandbox, 'All Leads');
		const { RecordCount, RecordsRetrieved, Leads } = await members(sandbox, ListId, {
			Paging: { PageIndex: 1, PageSize: 2 },
		});
		expect([RecordCount, RecordsRetrieved, Leads.length]).toEqual([300, 2, 2]);
		const row = flat(Leads[0]);
		expect(Object.keys(row)).toEqual([
			'FirstName',
			'ModifiedOn',
			'ProspectID',
			'OwnerId',
			'CreatedOn',
			'IsStarredLead',
			'IsTaggedLead',
			'CanUpdate',
			'Total',
		]);
		expect(row).toMatchObject({ ModifiedOn: '1/1/2026 12:00:00 AM', Total: '300' });
		sandbox.faults.memberDates = 'iso';
		const plain = flat((await members(sandbox, ListId)).Leads[0]);
		expect(plain.ModifiedOn).toBe('2026-01-01 00:00:00.000');
		const empty = await listNamed(sandbox, 'Empty List');
		expect(await members(sandbox, empty.ListId)).toEqual({ RecordsRetrieved: 0, RecordCount: 0 });
	});

	test('of stages follow the leads', async () => {
		const sandbox = open();
		const { ListId, MemberCount } = await listNamed(sandbox, 'Customers');
		const { ProspectId } = await json(sandbox, `List.GetLeads?listId=${ListId}`);
		for (const id of ProspectId) expect(sandbox.lead(id)!.ProspectStage).toBe('Customer');
		sandbox.touch(ProspectId[0], { ProspectStage: 'Prospect' });
		expect((await listNamed(sandbox, 'Customers')).MemberCount).toBe(MemberCount! - 1);
	});

	test('that do not exist are refused, or empty; missingCalls are 404', async () => {
		const sandbox = open();
		const unknown = '00000000-0000-4000-8000-000000000000';
		const type = 'MXInvalidEntityReferenceException';
		expect(await json(sandbox, `List.GetLeads?listId=${unknown}`)).toMatchObject({
			ExceptionType: type,
		});
		expect(await members(sandbox, unknown)).toMatchObject({ ExceptionType: type });
		expect(await json(sandbox, 'List.GetLeads')).toMatchObject({ Status: 'Error' });
		expect(await members(sandbox, '')).toMatchObject({ Status: 'Error' });
		const odd = { SearchParameters: { ListId: unknown, RetrieveBehavior: '7' } };
		expect(await members(sandbox, '', odd)).toMatchObject({ Status: 'Error' });
		Object.assign(sandbox.faults, { unknownList: 'empty', missingCalls: ['Lists.Get'] });
		expect(await json(sandbox, `List.GetLeads?listId=${unknown}`)).toEqual({
			ProspectId: [],
			RecordsRetrieved: 0,
		});
		expect(await call(sandbox, 'Lists.Get')).toMatchObject({ status: 404 });
	});
});

describe('Leads.Get', () => {
	const ask = (
		sandbox: Sandbox,
		condition: [name: string, operator: string, value: string] | undefined,
		more: object = {},
	) =>
		json(sandbox, 'Leads.Get', {
			Parameter: condition && {
				LookupName: condition[0],
				SqlOperator: condition[1],
				LookupValue: condition[2],
			},
			Columns: { Include_CSV: 'ProspectID' },
			...more,
		});
	const indicesOf = async (sandbox: Sandbox, ...condition: [string, string, string]) => {
		const ids = sandbox.ids(300);
		const rows = await ask(sandbox, condition);
		return rows.map(({ ProspectID }: { ProspectID: string }) => ids.indexOf(ProspectID));
	};
	const matching = (sandbox: Sandbox, fits: (lead: Lead) => boolean) =>
		upTo(300).filter((index) => fits(sandbox.lead(index)!));

	test('is a bare list of flat leads, with unrequested data', async () => {
		const sandbox = open();
		const [row] = await ask(sandbox, ['FirstName', '=', sandbox.lead(0)!.FirstName!]);
		expect(Object.keys(row)).toEqual([
			'ProspectID',
			'IsStarredLead',
			'IsTaggedLead',
			'CanUpdate',
			'OwnerId',
			'ProspectAutoId',
			'CreatedOn',
		]);
		const other = await ask(sandbox, undefined, { Columns: { Include_CSV: 'FirstName' } });
		expect(other[0]).not.toHaveProperty('ProspectID');
	});

	test('compares text, numbers, dates and booleans by what they are', async () => {
		const sandbox = open();
		const where = (...condition: [string, string, string]) => indicesOf(sandbox, ...condition);
		const people = (fits: (lead: Lead) => boolean) => matching(sandbox, fits);
		expect(await where('ProspectStage', '=', 'CUSTOMER')).toEqual(
			people(({ ProspectStage }) => ProspectStage === 'Customer'),
		);
		expect(await where('ProspectStage', '<>', 'Customer')).toEqual(
			people(({ ProspectStage }) => ProspectStage !== null && ProspectStage !== 'Customer'),
		);
		expect(await where('Score', '>', '99')).toEqual(people(({ Score }) => Number(Score ?? 0) > 99));
		expect(await where('Score', '<=', '5')).toEqual(
			people(({ Score }) => Score !== null && Number(Score) <= 5),
		);
		expect(await where('CreatedOn', '>=', '2022-01-01')).toEqual(
			people(({ CreatedOn }) => CreatedOn! >= '2022'),
		);
		const { ModifiedOn, mx_Date_of_Birth: born } = sandbox.lead(7)!;
		expect(await where('ModifiedOn', '=', ModifiedOn!.slice(0, 19))).toEqual([]);
		expect(await where('mx_Date_of_Birth', '=', born!.slice(0, 10))).toContain(7);
		expect(await where('DoNotCall', '=', '1')).toEqual(
			people(({ DoNotCall }) => DoNotCall === '1'),
		);
		expect(await where('mx_City', 'IN', "Pune, 'Chennai'")).toEqual(
			people(({ mx_City }) => mx_City === 'Pune' || mx_City === 'Chennai'),
		);
		expect(await where('ProspectAutoId', '=', '1004')).toEqual([3]);
		expect(await where('ProspectID', '=', sandbox.idAt(9))).toEqual([9]);
	});

	test('LIKE is that of SQL, or means contains', async () => {
		const sandbox = open();
		const startsWithMu = matching(sandbox, ({ mx_City }) => Boolean(mx_City?.startsWith('Mu')));
		expect(await indicesOf(sandbox, 'mx_City', 'LIKE', 'mu%')).toEqual(startsWithMu);
		expect(await indicesOf(sandbox, 'mx_City', 'LIKE', 'umba')).toEqual([]);
		sandbox.faults.like = 'contains';
		expect(await indicesOf(sandbox, 'mx_City', 'LIKE', 'umba')).toEqual(
			matching(sandbox, ({ mx_City }) => mx_City === 'Mumbai'),
		);
	});

	test('ignores any other wrapper, and gives nothing for an invalid value', async () => {
		const sandbox = open();
		const other = { Query: { FilterBy: 'ProspectStage', Value: 'Customer' } };
		expect(await ask(sandbox, undefined, other)).toHaveLength(300);
		expect(await json(sandbox, 'Leads.Get', { Parameter: {} })).toHaveLength(300);
		expect(await ask(sandbox, ['Score', '=', 'many'])).toEqual([]);
		expect(await ask(sandbox, ['CreatedOn', '>', 'yesterday'])).toEqual([]);
	});

	test.each<[[string, string, string], object, string, string]>([
		[
			['mx_A', '=', '1'],
			{},
			'MXEntityDetailsNotFoundException',
			"Unknown column 'mx_A' in 'where clause'",
		],
		[['Score', '!=', '1'], {}, 'MXInvalidEntityException', "only '=','LIKE','>'"],
		[['DoNotCall', '=', 'true'], {}, 'MXInvalidDataTypeException', 'DoNotCall'],
		[
			['Score', '=', '1'],
			{ Columns: { Include_CSV: 'Phone,mx_B' } },
			'MXEntityDetailsNotFoundException',
			"Unknown column 'mx_B' in 'field list'",
		],
	])('refuses %j %j', async (condition, more, type, message) => {
		expect(await ask(open(), condition, more)).toMatchObject({
			ExceptionType: type,
			ExceptionMessage: expect.stringContaining(message),
		});
	});

	test('is paged by 1,000 at most, clamped or refused', async () => {
		const sandbox = open({}, { leads: 2500 });
		const page = (index: number, size: number) => ({
			Paging: { PageIndex: index, PageSize: size },
			Sorting: { ColumnName: 'ProspectID', Direction: '0' },
		});
		expect(await ask(sandbox, undefined, page(1, 2000))).toHaveLength(1000);
		expect(await ask(sandbox, undefined, page(3, 1000))).toHaveLength(500);
		expect(await ask(sandbox, undefined, page(4, 1000))).toEqual([]);
		sandbox.faults.searchPageCapStyle = 'error';
		expect(await ask(sandbox, undefined, page(1, 1001))).toMatchObject({ Status: 'Error' });
	});
});

describe('lookups of one lead', () => {
	const idsOf = (rows: Lead[]) => rows.map(({ ProspectID }) => ProspectID);

	test('by e-mail address, whatever its case; another parameter finds no lead', async () => {
		const sandbox = open();
		const { EmailAddress } = sandbox.lead(8)!;
		const path = 'Leads.GetByEmailaddress?emailaddress=';
		const rows = await json(sandbox, path + encodeURIComponent(EmailAddress!.toUpperCase()));
		expect(rows).toEqual([
			expect.objectContaining({ ProspectID: sandbox.idAt(8), CanUpdate: 'true' }),
		]);
		expect(rows[0]).toMatchObject({ OwnerIdName: sandbox.lead(8)!.OwnerIdName });
		expect(Object.keys(rows[0]).length).toBeGreaterThan(150);
		expect((await call(sandbox, `Leads.GetByEmailaddress?email=${EmailAddress}`)).body).toBe('[]');
		sandbox.touch(8, { EmailAddress: 'new@example.com' });
		expect(idsOf(await json(sandbox, `${path}new@example.com`))).toEqual([sandbox.idAt(8)]);
		Object.assign(sandbox.faults, { nobodyForm: 'blank', wholeAnswers: false });
		expect(await call(sandbox, path + EmailAddress)).toMatchObject({ status: 200, body: '' });
		const [short] = await json(sandbox, `${path}new@example.com`);
		expect(Object.keys(short).some((name) => name.startsWith('mx_'))).toBe(false);
	});

	test('by phone number, of Phone and Mobile, in the forms that are switched', async () => {
		const sandbox = open();
		const { Phone, Mobile } = sandbox.lead(6)!;
		const found = async (phone: string) =>
			idsOf(await json(sandbox, `RetrieveLeadByPhoneNumber?phone=${encodeURIComponent(phone)}`));
		const id = sandbox.idAt(6);
		const [country, national] = Phone!.split('-');
		for (const form of [national, country + national, (country + national).slice(1)]) {
			expect(await found(form)).toEqual([id]);
		}
		expect(await found(Mobile!.split('-')[1])).toEqual([id]);
		expect(await found(Phone!)).toEqual([]);
		expect(await found(`+7${national}`)).toEqual([]);
		sandbox.faults.phoneForms = 'stored';
		expect([await found(Phone!), await found(national)]).toEqual([[id], []]);
		sandbox.faults.phoneForms = 'any';
		expect([
			await found(Phone!),
			await found(`${national.slice(0, 5)} ${national.slice(5)}`),
		]).toEqual([[id], [id]]);
		expect(await call(sandbox, 'RetrieveLeadByPhoneNumber')).toMatchObject({ status: 500 });
	});

	test('several with a number: the one of the latest activity, or change, or all', async () => {
		const clock = createClock();
		const sandbox = open({}, { clock });
		const [a, b] = sandbox.ids(2);
		sandbox.touch(a, { Phone: '+91-9000000001' });
		clock.set(START + 1000);
		sandbox.touch(b, { Phone: '+91-9000000001' });
		clock.set(START + 2000);
		sandbox.touch(a);
		const found = async () =>
			idsOf(await json(sandbox, 'RetrieveLeadByPhoneNumber?phone=9000000001'));
		expect(await found()).toEqual([a]);
		sandbox.faults.phoneMatches = 'latest-modified';
		expect(await found()).toEqual([b]);
		sandbox.faults.phoneMatches = 'all';
		expect(await found()).toEqual([a, b]);
	});

	test('by words: in any of a few columns, and to a cap', async () => {
		const sandbox = open();
		const { FirstName, LastName, EmailAddress } = sandbox.lead(4)!;
		const found = async (key: string) =>
			idsOf(await json(sandbox, `Leads.GetByQuickSearch?key=${encodeURIComponent(key)}`));
		expect(await found(`${FirstName} ${LastName}`.toUpperCase())).toEqual([sandbox.idAt(4)]);
		expect(await found(EmailAddress!)).toEqual([sandbox.idAt(4)]);
		expect(await found('example.com')).toEqual(sandbox.ids(10));
		sandbox.faults.quickSearchCap = 3;
		expect(await found('india')).toHaveLength(3);
		expect(await found('no such lead')).toEqual([]);
		expect(await call(sandbox, 'Leads.GetByQuickSearch')).toMatchObject({ status: 500 });
	});

	test('by id', async () => {
		const sandbox = open({ documentedLeads: false });
		expect(idsOf(await json(sandbox, `Leads.GetById?id=${sandbox.idAt(2)}`))).toEqual([
			sandbox.idAt(2),
		]);
		expect(await json(sandbox, 'Leads.GetById?id=00000000-0000-4000-8000-000000000000')).toEqual(
			[],
		);
		expect(await call(sandbox, 'Leads.GetById')).toMatchObject({ status: 500 });
		const ringo = await json(sandbox, 'Leads.GetByQuickSearch?key=ringo%20starr');
		expect(idsOf(ringo)).toEqual(sandbox.ids(1, -3));
	});
});

test('a call of any kind is logged, limited and refused like the others', async () => {
	const sandbox = open({}, { limit: { calls: 1, seconds: 5 } });
	await json(sandbox, MODIFIED, modifiedBody({ columns: 'ProspectID', size: 7 }));
	expect(sandbox.stats.requests[0]).toMatchObject({
		path: PREFIX + MODIFIED,
		columns: ['ProspectID'],
		pageIndex: 1,
		pageSize: 7,
		status: 200,
	});
	expect(sandbox.stats.leadsServed).toBe(7);
	expect((await call(sandbox, 'Lists.Get')).status).toBe(429);
	expect((await call(sandbox, 'Leads.Get')).status).toBe(405);
});

test('100,000 leads are found, sorted and paged in seconds', async () => {
	const sandbox = open({}, { leads: 100_000 });
	const started = performance.now();
	let rows = 0;
	for (const page of upTo(20)) {
		const window = { columns: 'ProspectID,FirstName', sort: 'ProspectID', page: page + 1 };
		rows += (await json(sandbox, MODIFIED, modifiedBody(window))).Leads.length;
	}
	expect(rows).toBe(100_000);
	expect(performance.now() - started).toBeLessThan(20_000);
});

describe('Lead/Bulk/CreateOrUpdate', () => {
	const PATH = 'Lead/Bulk/CreateOrUpdate?postUpdatedLead=false';
	const attributes = (values: Record<string, string | null>) =>
		Object.entries(values).map(([Attribute, Value]) => ({ Attribute, Value }));
	const write = async (sandbox: Sandbox, ...rows: Array<Record<string, string | null>>) =>
		await json(sandbox, PATH, rows.map(attributes));
	const SearchBy = 'EmailAddress';
	const ada = (more = {}) => ({
		EmailAddress: 'ada@example.com',
		LastName: 'Ada',
		...more,
		SearchBy,
	});

	test('creates, updates, and reports each row; what is written is there for other calls', async () => {
		const sandbox = open();
		const { EmailAddress } = sandbox.lead(3)!;
		const old = { EmailAddress, FirstName: 'Changed', SearchBy };
		const resultOf = (id: string, created: boolean, updated: boolean) => ({
			LeadId: id,
			LeadCreated: created,
			LeadUpdated: updated,
			AffectedRows: created || updated ? 1 : 0,
		});
		const id = sandbox.idAt(300);
		expect(await write(sandbox, ada(), old, ada({ LastName: 'L' }))).toEqual([
			{ RowNumber: 1, ...resultOf(id, true, false) },
			{ RowNumber: 2, ...resultOf(sandbox.idAt(3), false, true) },
			{ RowNumber: 3, ...resultOf(id, false, true) },
		]);
		expect(await write(sandbox, old)).toEqual([
			{ RowNumber: 1, ...resultOf(sandbox.idAt(3), false, false) },
		]);
		const [found] = await json(sandbox, 'Leads.GetByEmailaddress?emailaddress=ada@example.com');
		expect(found).toMatchObject({ ProspectID: id, LastName: 'L' });
		expect(sandbox.lead(3)!.FirstName).toBe('Changed');
		await write(sandbox, ada({ mx_City: 'Pune' }), ada({ mx_City: '' }));
		expect(sandbox.lead(300, ['mx_City'])).toEqual({ mx_City: null });
	});

	test('looks for the email address, then the phone number, if no column is named', async () => {
		const sandbox = open();
		const { Phone } = sandbox.lead(3)!;
		const [first, second] = await write(
			sandbox,
			{ EmailAddress: 'new@example.com', Phone },
			{ LastName: 'No Key' },
		);
		expect([first.LeadId, first.LeadUpdated]).toEqual([sandbox.idAt(3), true]);
		expect(second).toMatchObject({ LeadCreated: true });
	});

	test.each([
		[{ Nope: 'x' }, 'MXUnknownAttributeException', 'Attribute(s) does not exist - Nope'],
		[{ mx_State: 'x' }, 'MXInvalidEntityException', 'mx_State is locked'],
		[{ Revenue: '1,0' }, 'MXInvalidDataTypeException', 'Revenue is not a valid Number'],
		[
			{ Phone: 'taken' },
			'MXDuplicateEntryException',
			'A Lead with same Phone Number already exists.',
		],
		[{}, 'MXMandatoryFieldMissingException', 'LastName is mandatory'],
	])('a rejected row is reported in its result, or rejects the call: %j', async (...row) => {
		const [values, type, message] = row;
		const sandbox = open({
			lockedColumns: ['mx_State'],
			mandatoryColumns: ['LastName'],
		});
		sandbox.touch(7, { Phone: 'taken' });
		const more: Record<string, string> = type.startsWith('MXMand') ? {} : { LastName: 'L' };
		const refused = {
			RowNumber: 2,
			LeadCreated: false,
			ExceptionType: type,
			ErrorMessage: message,
		};
		const good = ada({ LastName: 'L' });
		const bad = { ...values, ...more, EmailAddress: 'b@example.com', SearchBy };
		expect(await write(sandbox, good, bad)).toEqual([
			expect.objectContaining({ LeadCreated: true }),
			expect.objectContaining(refused),
		]);
		Object.assign(sandbox.faults, { badRows: 'call', badRowsStatus: 412 });
		// A reason that depends on the rows before stays in the result.
		if (/Duplicate|Mandatory/.test(type)) return;
		const { status, body } = await call(sandbox, PATH, [good, bad].map(attributes));
		expect({ status, body: JSON.parse(body) }).toMatchObject({
			status: 412,
			body: { Status: 'Error', ExceptionType: type, ExceptionMessage: message },
		});
	});

	test('has its doubts: numbers, order, missing results, a break in the middle, a limit of its own', async () => {
		const sandbox = open({ rowNumbers: 'from-0', resultOrder: 'reversed', lostResults: 3 });
		const rows = upTo(4).map((at) => ({
			EmailAddress: `${at}@example.com`,
			LastName: 'L',
			SearchBy,
		}));
		const numbers = (answer: Array<{ RowNumber?: number }>) => answer.map((row) => row.RowNumber);
		expect(numbers(await write(sandbox, ...rows))).toEqual([3, 1, 0]);
		Object.assign(sandbox.faults, { rowNumbers: 'absent', lostResults: null });
		expect(numbers(await write(sandbox, ...rows))).toEqual(Array(4).fill(undefined));
		expect(await write(sandbox, ...Array(26).fill(ada()))).toMatchObject({ Status: 'Error' });

		const before = sandbox.history.length;
		sandbox.faults.writeBreaks = { every: 1, rows: 2, kind: '503' };
		const changed = rows.map((row) => ({ ...row, FirstName: 'Changed' }));
		expect(await call(sandbox, PATH, changed.map(attributes))).toMatchObject({ status: 503 });
		expect(sandbox.history).toHaveLength(before + 2);

		const limited = open({ bulkLimit: { calls: 1, seconds: 5 } });
		await write(limited, ada());
		expect(await call(limited, PATH, [attributes(ada())])).toMatchObject({ status: 429 });
		expect(await call(limited, 'Leads.GetByEmailaddress?emailaddress=x')).toMatchObject({
			status: 200,
		});
	});

	test.each([{}, [], [{}], [[{ Attribute: 1 }]], [[{ Attribute: 'FirstName', Value: 1 }]]])(
		'refuses a body that is not a list of rows: %j',
		async (body) => {
			const { status } = await call(open(), PATH, body);
			expect(status).not.toBe(200);
		},
	);
});
