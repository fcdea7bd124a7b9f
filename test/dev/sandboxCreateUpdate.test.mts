/** The calls that only create leads, and only update them. */
import type { Faults, Sandbox } from '../../dev/sandbox/server.mts';
import { call, json, open, upTo } from './callSandbox.mts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

type Row = Record<string, string | null>;
const toAttributes = (row: Row) =>
	Object.entries(row).map(([Attribute, Value]) => ({ Attribute, Value }));

describe('Lead/Bulk/Create', () => {
	const CREATE = 'LeadManagement.svc/Lead/Bulk/Create';
	const create = async (sandbox: Sandbox, ...rows: Row[]) =>
		await json(sandbox, CREATE, rows.map(toAttributes));
	const ada = (more: Row = {}): Row => ({ EmailAddress: 'ada@example.com', ...more });

	/** The exception of one row, or what happened to its lead. */
	async function resultOf(sandbox: Sandbox, row: Row): Promise<string> {
		const [result] = await create(sandbox, row);
		if (result.ExceptionType) return `${result.ExceptionType}: ${result.ErrorMessage}`;
		return result.LeadCreated ? 'created' : 'nothing';
	}

	test('creates leads, and reports each row; what is written is there for other calls', async () => {
		const sandbox = open();
		expect(await create(sandbox, ada(), { LastName: 'No Address' })).toEqual([
			{
				RowNumber: 1,
				LeadId: sandbox.idAt(300),
				LeadCreated: true,
				EmailAddress: 'ada@example.com',
			},
			{ RowNumber: 2, LeadId: sandbox.idAt(301), LeadCreated: true, EmailAddress: null },
		]);
		expect(sandbox.history).toMatchObject([
			{ id: sandbox.idAt(300), kind: 'create', values: ada(), automations: false },
			{ id: sandbox.idAt(301), kind: 'create', values: { LastName: 'No Address' } },
		]);
		const path = 'LeadManagement.svc/Leads.GetByEmailaddress?emailaddress=ada@example.com';
		expect(await json(sandbox, path)).toMatchObject([{ ProspectID: sandbox.idAt(300) }]);
	});

	test('runs automations if it is asked to', async () => {
		const sandbox = open();
		await json(sandbox, `${CREATE}?postUpdatedLead=true`, [toAttributes(ada())]);
		expect(sandbox.history).toMatchObject([{ automations: true }]);
	});

	test.each([
		['EmailAddress', 'Email'],
		['Phone', 'Phone Number'],
		['Mobile', 'Mobile Number'],
	])('never updates: %s of a lead is a duplicate', async (name, label) => {
		const sandbox = open();
		sandbox.touch(3, { [name]: 'taken@example.com' });
		const before = sandbox.history.length;
		const taken = { LastName: 'L', [name]: 'taken@example.com' };
		expect(await create(sandbox, taken, ada())).toEqual([
			{
				RowNumber: 1,
				LeadId: null,
				LeadCreated: false,
				EmailAddress: name === 'EmailAddress' ? 'taken@example.com' : null,
				ExceptionType: 'MXDuplicateEntryException',
				ErrorMessage: `A Lead with same ${label} already exists.`,
			},
			expect.objectContaining({ LeadCreated: true }),
		]);
		expect(sandbox.history).toHaveLength(before + 1);
	});

	test('of two rows with one address, creates the first', async () => {
		const sandbox = open();
		const [first, second] = await create(sandbox, ada(), ada({ LastName: 'Again' }));
		expect(first.LeadCreated).toBe(true);
		expect(second).toMatchObject({ ExceptionType: 'MXDuplicateEntryException', LeadId: null });
		expect(sandbox.history).toHaveLength(1);
	});

	const unknown = (name: string) =>
		`MXUnknownAttributeException: Attribute(s) does not exist - ${name}`;

	test.each<[Partial<Faults>, Row, string]>([
		[{}, { SearchBy: 'EmailAddress' }, unknown('SearchBy')],
		[{}, { __UseUserDefinedGuid__: 'true' }, unknown('__UseUserDefinedGuid__')],
		[{}, { Nope: 'x' }, unknown('Nope')],
		[{}, { ProspectID: UNKNOWN }, 'MXInvalidEntityException: ProspectID is locked'],
		[{ strayIds: 'ignored' }, { ProspectID: UNKNOWN }, 'created'],
		[
			{ lockedColumns: ['mx_State'] },
			{ mx_State: 'x' },
			'MXInvalidEntityException: mx_State is locked',
		],
		[{}, { Revenue: '1,0' }, 'MXInvalidDataTypeException: Revenue is not a valid Number'],
		[
			{ mandatoryColumns: ['LastName'] },
			{},
			'MXMandatoryFieldMissingException: LastName is mandatory',
		],
		[{}, { EmailAddress: null }, "MXInvalidDataTypeException: You're missing lead details."],
	])('%j: a row with %j: %s', async (faults, more, result) => {
		expect(await resultOf(open(faults), ada(more))).toBe(result);
	});

	test.each<[Partial<Faults>, (sandbox: Sandbox) => Row, string]>([
		[{ badRows: 'call' }, () => ({ Nope: 'x' }), 'MXUnknownAttributeException'],
		[
			{ duplicates: 'call' },
			(sandbox) => ({ Phone: sandbox.lead(3)!.Phone }),
			'MXDuplicateEntryException',
		],
	])('%j: refuses the whole call', async (faults, bad, type) => {
		const sandbox = open(faults);
		const { status, body } = await call(sandbox, CREATE, [ada(), bad(sandbox)].map(toAttributes));
		expect([status, JSON.parse(body).ExceptionType]).toEqual([500, type]);
		expect(sandbox.history).toEqual([]);
	});

	test('takes 50 rows', async () => {
		const sandbox = open();
		const rows = upTo(51).map((at) => ({ EmailAddress: `${at}@example.com` }));
		expect((await create(sandbox, ...rows)).ExceptionMessage).toBe(
			'Maximum of 50 leads are allowed',
		);
		expect(await create(sandbox, ...rows.slice(1))).toHaveLength(50);
		sandbox.faults.createCap = 10;
		expect((await create(sandbox, ...rows.slice(0, 11))).Status).toBe('Error');
	});

	test('counts against the limit of bulk writes, and can lose or reverse results', async () => {
		const sandbox = open({
			bulkLimit: { calls: 1, seconds: 5 },
			lostResults: 3,
			resultOrder: 'reversed',
		});
		const rows = upTo(3).map((at) => ({ EmailAddress: `${at}@example.com` }));
		const numbers = (await create(sandbox, ...rows)).map((row: Row) => row.RowNumber);
		expect(numbers).toEqual([2, 1]);
		expect((await call(sandbox, CREATE, [toAttributes(ada())])).status).toBe(429);
	});

	test.each([{}, [], [{}], [[{ Attribute: 1 }]], [[{ Attribute: 'FirstName', Value: 1 }]]])(
		'refuses a body that is not a list of rows: %j',
		async (body) => {
			expect((await call(open(), CREATE, body)).status).toBe(400);
		},
	);
});

describe('Lead/Bulk/UpdateV2', () => {
	const UPDATE = 'LeadManagement.svc/Lead/Bulk/UpdateV2';
	const PUSH = { Options: { PushNonExistentLeadsToUnProcessedList: true } };
	const MISSING =
		'Lead does not exist in the system or You do not have permission to update the lead';
	const listOf = (rows: Row[]) => rows.map((row) => ({ Fields: toAttributes(row) }));
	const update = async (sandbox: Sandbox, rows: Row[], more: object = {}) =>
		await json(sandbox, UPDATE, { ...more, LeadPropertiesList: listOf(rows) });

	/** The reason why one row is not written, or what happened to its lead, or the refusal of the call. */
	async function resultOf(sandbox: Sandbox, row: Row, more: object = {}): Promise<string> {
		const { Details, ExceptionType, ExceptionMessage } = await update(sandbox, [row], more);
		if (!Details) return `${ExceptionType}: ${ExceptionMessage}`;
		const [failed] = [...Details.FailedLeads, ...Details.UnProcessedLeads];
		return failed ? failed.Reason : 'updated';
	}

	test('updates leads by their ID, and reports each by it, without a row number', async () => {
		const sandbox = open();
		const ids = sandbox.ids(2);
		const rows = ids.map((ProspectId) => ({ ProspectId, FirstName: 'New' }));
		const lead = (IdentifierValue: string) => ({
			Identifier: 'ProspectId',
			IdentifierValue,
			Reason: null,
		});
		expect(await update(sandbox, rows)).toEqual({
			Status: {
				TotalCount: 2,
				SuccessCount: 2,
				FailureCount: 0,
				UnProcessedCount: 0,
				Message: expect.any(String),
			},
			Details: { SuccessfulLeads: ids.map(lead), FailedLeads: [], UnProcessedLeads: [] },
		});
		expect(sandbox.lead(1)!.FirstName).toBe('New');
		expect(sandbox.history).toEqual(
			ids.map((id) =>
				expect.objectContaining({
					id,
					kind: 'change',
					values: { FirstName: 'New' },
					automations: false,
				}),
			),
		);
	});

	test('runs no automations, even if it is asked to', async () => {
		const sandbox = open();
		const body = {
			LeadPropertiesList: listOf([{ ProspectId: sandbox.idAt(3), FirstName: 'New' }]),
		};
		await json(sandbox, `${UPDATE}?postUpdatedLead=true`, body);
		expect(sandbox.history).toMatchObject([{ automations: false }]);
	});

	test('writes nothing where all values are those of the lead, and succeeds', async () => {
		const sandbox = open();
		const { FirstName } = sandbox.lead(3)!;
		expect(await resultOf(sandbox, { ProspectId: sandbox.idAt(3), FirstName })).toBe('updated');
		expect(sandbox.history).toEqual([]);
	});

	test.each([
		[{}, 'FailedLeads', { FailureCount: 1, UnProcessedCount: 0 }],
		[PUSH, 'UnProcessedLeads', { FailureCount: 0, UnProcessedCount: 1 }],
		[
			{ Options: { PushNonExistentLeadsToUnProcessedList: false } },
			'FailedLeads',
			{ FailureCount: 1 },
		],
	])('%j: never creates: a lead that does not exist is in %s', async (more, list, counts) => {
		const sandbox = open();
		const rows: Row[] = [
			{ ProspectId: UNKNOWN, LastName: 'L', EmailAddress: 'ada@example.com' },
			{ ProspectId: sandbox.idAt(3), LastName: 'L' },
		];
		const { Status, Details } = await update(sandbox, rows, more);
		expect(Status).toMatchObject({ TotalCount: 2, SuccessCount: 1, ...counts });
		expect(Details[list]).toEqual([
			{ Identifier: 'ProspectId', IdentifierValue: UNKNOWN, Reason: MISSING },
		]);
		expect(sandbox.history).toMatchObject([{ id: sandbox.idAt(3) }]);
	});

	const NOT_A_KEY = 'MXInvalidInputException: Invalid SearchBy value provided';

	test.each<[Partial<Faults>, string, string]>([
		[{}, 'ProspectId', 'updated'],
		[{}, 'ProspectID', NOT_A_KEY],
		[{ searchById: 'ProspectID' }, 'ProspectID', 'updated'],
		[{ searchById: 'both' }, 'ProspectID', 'updated'],
		[{}, 'EmailAddress', 'updated'],
		[{}, 'Phone', 'updated'],
		[{}, 'FirstName', NOT_A_KEY],
		[{ badSearchBy: 'ignored' }, 'FirstName', NOT_A_KEY],
		[{ searchByColumns: 'any' }, 'FirstName', 'updated'],
	])('%j: SearchByKey %s: %s', async (faults, SearchByKey, result) => {
		const sandbox = open(faults);
		const ProspectId = sandbox.idAt(3);
		const own: Row = { ...sandbox.lead(3)!, ProspectId, ProspectID: ProspectId };
		const row = { [SearchByKey]: own[SearchByKey], Company: 'New' };
		expect(await resultOf(sandbox, row, { SearchByKey })).toBe(result);
	});

	test('names the key and its value of leads that were found by a column', async () => {
		const sandbox = open();
		const { EmailAddress } = sandbox.lead(3)!;
		const rows: Row[] = [{ EmailAddress, Company: 'New' }, { EmailAddress: 'none@example.com' }];
		const { Details } = await update(sandbox, rows, { SearchByKey: 'EmailAddress' });
		expect(Details).toMatchObject({
			SuccessfulLeads: [{ Identifier: 'EmailAddress', IdentifierValue: EmailAddress }],
			FailedLeads: [{ Identifier: 'EmailAddress', IdentifierValue: 'none@example.com' }],
		});
	});

	test.each<[Partial<Faults>, Row, string]>([
		[{}, { ProspectID: '3' }, 'ProspectId is mandatory'],
		[{ updateIdField: 'any-case' }, { ProspectID: '3' }, 'updated'],
		[{}, {}, 'ProspectId is mandatory'],
		[{}, { ProspectId: null }, 'ProspectId is mandatory'],
	])('%j: the ID in the field %j: %s', async (faults, field, result) => {
		const sandbox = open(faults);
		const row = Object.fromEntries(
			Object.entries(field).map(([name, at]) => [name, at && sandbox.idAt(Number(at))]),
		);
		expect(await resultOf(sandbox, { ...row, FirstName: 'New' })).toBe(result);
	});

	test.each<[Partial<Faults>, string]>([
		[{}, 'ProspectID is locked'],
		[{ strayIds: 'ignored' }, 'updated'],
	])('%j: an ID in a row with another key: %s', async (faults, result) => {
		const sandbox = open(faults);
		const { EmailAddress } = sandbox.lead(3)!;
		const row = { EmailAddress, ProspectID: sandbox.idAt(3), Company: 'New' };
		expect(await resultOf(sandbox, row, { SearchByKey: 'EmailAddress' })).toBe(result);
	});

	test.each<[Partial<Faults>, Row, string]>([
		[{}, { Nope: 'x' }, 'Attribute(s) does not exist - Nope'],
		[{}, { SearchBy: 'Phone' }, 'Attribute(s) does not exist - SearchBy'],
		[{ lockedColumns: ['mx_State'] }, { mx_State: 'x' }, 'mx_State is locked'],
		[{}, { Notes: 'x' }, 'Notes is locked'],
		[{}, { Revenue: '1,0' }, 'Revenue is not a valid Number'],
		[{}, { Phone: 'taken' }, 'A Lead with same Phone Number already exists.'],
	])('%j: a row with %j fails: %s', async (faults, more, result) => {
		const sandbox = open(faults);
		sandbox.touch(7, { Phone: 'taken' });
		expect(await resultOf(sandbox, { ProspectId: sandbox.idAt(3), ...more })).toBe(result);
		expect(sandbox.history).toHaveLength(1);
	});

	test('refuses the whole call where duplicates do, unless it has no lead to write to', async () => {
		const sandbox = open({ duplicates: 'call' });
		const { Phone } = sandbox.lead(4)!;
		const row = { ProspectId: sandbox.idAt(3), Phone };
		const refusal = 'MXDuplicateEntryException: A Lead with same Phone Number already exists.';
		expect(await resultOf(sandbox, row)).toBe(refusal);
		expect(await resultOf(sandbox, { ...row, ProspectId: UNKNOWN })).toBe(MISSING);
	});

	test('takes 25 rows, and counts against the limit of bulk writes', async () => {
		const sandbox = open({ bulkLimit: { calls: 2, seconds: 5 } });
		const rows = sandbox.ids(26).map((ProspectId) => ({ ProspectId, FirstName: 'New' }));
		expect((await update(sandbox, rows)).ExceptionMessage).toBe('Maximum of 25 leads are allowed');
		expect((await update(sandbox, rows.slice(1))).Status.SuccessCount).toBe(25);
		expect((await update(sandbox, rows.slice(1))).ExceptionMessage).toContain('limit of 2 in 5');
	});

	test('can lose results, and end in the middle', async () => {
		const sandbox = open({ lostResults: 2 });
		const rows = sandbox.ids(3).map((ProspectId) => ({ ProspectId, FirstName: 'New' }));
		const { Status } = await update(sandbox, rows);
		expect(Status).toMatchObject({ TotalCount: 3, SuccessCount: 2 });
		expect(sandbox.history).toHaveLength(3);
		sandbox.faults.writeBreaks = { every: 1, rows: 1, kind: '503' };
		const body = { LeadPropertiesList: listOf(rows.map((row) => ({ ...row, FirstName: 'B' }))) };
		expect((await call(sandbox, UPDATE, body)).status).toBe(503);
		expect(sandbox.history).toHaveLength(4);
	});

	test.each([
		{},
		[],
		{ LeadPropertiesList: [] },
		{ LeadPropertiesList: {} },
		{ LeadPropertiesList: [{}] },
		{ LeadPropertiesList: [[{ Fields: [] }]] },
		{ LeadPropertiesList: [{ Fields: [{ Attribute: 'ProspectId', Value: 1 }] }] },
		{ SearchByKey: 1, LeadPropertiesList: [{ Fields: [] }] },
	])('refuses a body that is not as documented: %j', async (body) => {
		expect((await call(open(), UPDATE, body)).status).toBe(400);
	});
});
