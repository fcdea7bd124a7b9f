/** Notes and users in the sandbox. */
import type { Faults, Sandbox } from '../../dev/sandbox/server.mts';
import { call, createClock, json, open, START, upTo } from './callSandbox.mts';

const CREATE = 'LeadManagement.svc/CreateNote';
const RETRIEVE = 'LeadManagement.svc/RetrieveNote';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const write = async (sandbox: Sandbox, lead: string, note: string, more = {}) =>
	await json(sandbox, CREATE, { RelatedProspectId: lead, Note: note, ...more });
const read = async (sandbox: Sandbox, lead: string, more = {}) =>
	await json(sandbox, RETRIEVE, { Parameter: { RelatedId: lead }, ...more });
const textsOf = ({ List }: { List: Array<{ Note: string }> }) => List.map(({ Note }) => Note);

describe('CreateNote', () => {
	test('writes a note that RetrieveNote returns, after those of the past', async () => {
		const sandbox = open();
		const lead = sandbox.idAt(3);
		const before = await read(sandbox, lead);
		expect([before.RecordCount, before.List.length]).toEqual([2, 2]);
		const attachment = { AttachmentName: 'https://files.example.com/t/plan.pdf' };
		const answer = await write(sandbox, lead.toUpperCase(), 'Called.', attachment);
		expect(answer).toEqual({ Status: 'Success', Message: { Id: expect.any(String) } });
		const written = {
			ProspectNoteId: answer.Message.Id,
			RelatedProspectId: lead,
			Note: 'Called.',
			AttachmentName: 'plan.pdf',
			AttachmentURL: attachment.AttachmentName,
			CreatedOn: '2026-01-01 00:00:00.000',
		};
		const after = await read(sandbox, lead);
		expect(after).toEqual({
			List: [...before.List, expect.objectContaining(written)],
			RecordCount: 3,
		});
		expect((await read(sandbox, sandbox.idAt(4))).RecordCount).toBe(2);
		expect(sandbox.records.notes).toEqual([after.List[2]]);
		expect(sandbox.stats.written).toMatchObject({ notes: 1 });
		sandbox.reset();
		expect([sandbox.records.notes, sandbox.stats.written.notes]).toEqual([[], 0]);
	});

	test('the same call twice makes two notes', async () => {
		const sandbox = open({ notesPerLead: 0 });
		const ids = [
			await write(sandbox, sandbox.idAt(0), 'Once?'),
			await write(sandbox, sandbox.idAt(0), 'Once?'),
		];
		expect(ids[0].Message.Id).not.toBe(ids[1].Message.Id);
		expect(textsOf(await read(sandbox, sandbox.idAt(0)))).toEqual(['Once?', 'Once?']);
	});

	test('a lead that was created now has no notes of the past', async () => {
		const sandbox = open();
		const [lead] = sandbox.create();
		await write(sandbox, lead, 'New.');
		expect(textsOf(await read(sandbox, lead))).toEqual(['New.']);
	});

	test.each<[object, number, string | undefined, string]>([
		[
			{ RelatedProspectId: UNKNOWN, Note: 'x' },
			500,
			'MXInvalidEntityReferenceException',
			'Lead not found',
		],
		[{ Note: 'x' }, 500, 'MXMandatoryAttributeMissingException', 'RelatedProspectId'],
		[{ RelatedProspectId: UNKNOWN }, 500, 'MXMandatoryAttributeMissingException', 'Note'],
		[
			{ RelatedProspectId: UNKNOWN, Note: ' ' },
			500,
			'MXMandatoryAttributeMissingException',
			'Note',
		],
		[{ RelatedProspectId: UNKNOWN, Note: 7 }, 400, undefined, 'malformed'],
	])('refuses %j and writes nothing', async (body, status, type, message) => {
		const sandbox = open();
		const answer = await call(sandbox, CREATE, body);
		const { ExceptionType, ExceptionMessage } = JSON.parse(answer.body);
		expect([answer.status, ExceptionType]).toEqual([status, type]);
		expect(ExceptionMessage).toContain(message);
		expect(sandbox.stats.written.notes).toBe(0);
	});

	test('is executed although its answer is lost, and not where another host answers', async () => {
		const sandbox = open({ transient: { every: 1, kinds: ['reset', '503', 'cut-json'] } });
		const lead = sandbox.idAt(0);
		await expect(write(sandbox, lead, 'Lost.')).rejects.toThrow('reset');
		expect((await call(sandbox, CREATE, { RelatedProspectId: lead, Note: 'x' })).status).toBe(503);
		await expect(write(sandbox, lead, 'Cut.')).rejects.toThrow('JSON');
		expect(sandbox.stats.written.notes).toBe(3);
		Object.assign(sandbox.faults, { transient: null, between: 'firewall-503' });
		expect((await call(sandbox, CREATE, { RelatedProspectId: lead, Note: 'x' })).status).toBe(503);
		expect(sandbox.stats.written.notes).toBe(3);
	});

	test('is limited like other calls', async () => {
		const sandbox = open({}, { limit: { calls: 1, seconds: 5 } });
		await write(sandbox, sandbox.idAt(0), 'First.');
		expect(
			(await call(sandbox, CREATE, { RelatedProspectId: sandbox.idAt(0), Note: 'x' })).status,
		).toBe(429);
		expect(sandbox.stats.written.notes).toBe(1);
	});
});

describe('RetrieveNote', () => {
	test('pages and sorts by the time of creation; one note by its ID', async () => {
		const clock = createClock();
		const sandbox = open({ notesPerLead: 0, notesPageCap: 3 }, { clock });
		const lead = sandbox.idAt(0);
		for (const at of upTo(5)) {
			clock.set(START + at * 1000);
			await write(sandbox, lead, `${at}`);
		}
		const page = (PageIndex: number, PageSize: number, Direction = '0') => ({
			Paging: { PageIndex, PageSize },
			Sorting: { ColumnName: 'CreatedOn', Direction },
		});
		expect(textsOf(await read(sandbox, lead, page(2, 2)))).toEqual(['2', '3']);
		expect(textsOf(await read(sandbox, lead, page(1, 2, '1')))).toEqual(['4', '3']);
		expect(await read(sandbox, lead, page(4, 2))).toEqual({ List: [], RecordCount: 5 });
		expect(textsOf(await read(sandbox, lead, page(1, 200)))).toEqual(['0', '1', '2']);
		sandbox.faults.notesPageCapStyle = 'error';
		expect(await read(sandbox, lead, page(1, 4))).toMatchObject({ Status: 'Error' });
		sandbox.faults.notesPageCapStyle = 'silent';
		const Id = sandbox.records.notes[1].ProspectNoteId;
		const one = await json(sandbox, RETRIEVE, { Parameter: { RelatedId: lead, Id } });
		expect(textsOf(one)).toEqual(['1']);
	});

	test('refuses a lead that does not exist, or has no notes for it', async () => {
		const sandbox = open();
		expect(await read(sandbox, UNKNOWN)).toMatchObject({
			ExceptionType: 'MXInvalidEntityReferenceException',
			ExceptionMessage: 'Lead not found',
		});
		sandbox.faults.notesOfUnknownLead = 'empty';
		expect(await read(sandbox, UNKNOWN)).toEqual({ List: [], RecordCount: 0 });
		expect((await call(sandbox, RETRIEVE, { Parameter: {} })).status).toBe(500);
		expect((await call(sandbox, RETRIEVE, { Parameter: { RelatedId: 7 } })).status).toBe(400);
	});
});

const USERS = 'UserManagement.svc/Users.Get';
const SEARCH = 'UserManagement.svc/User/AdvancedSearch';
const existingLeads = [
	{
		Condition: [
			{ LookupName: 'EmailAddress', Operator: 'lik', LookupValue: '@', ConditionOperator: null },
		],
		GroupOperator: null,
	},
];
const search = async (sandbox: Sandbox, columns: string, more = {}) =>
	await json(sandbox, SEARCH, {
		Columns: { Include_CSV: columns },
		GroupConditions: existingLeads,
		Paging: { PageIndex: 1, PageSize: 1000 },
		...more,
	});

describe('Users.Get', () => {
	test('lists all users, owners of leads among them, in one array', async () => {
		const sandbox = open();
		const users = await json(sandbox, USERS);
		expect(users).toHaveLength(45);
		expect(users[0]).toMatchObject({
			Role: 'Administrator',
			StatusCode: 0,
			IsPhoneCallAgent: false,
		});
		expect(users[7]).toMatchObject({ StatusCode: 1 });
		const { OwnerId, OwnerIdName, OwnerIdEmailAddress } = sandbox.lead(0)!;
		const owner = users.find(({ ID }: { ID: string }) => ID === OwnerId);
		expect(`${owner.FirstName} ${owner.LastName}`).toBe(OwnerIdName);
		expect(owner.EmailAddress).toBe(OwnerIdEmailAddress);
		expect(users.some((user: object) => !('MemberOfGroups' in user))).toBe(true);
	});

	test('can have many users, and StatusCode as text', async () => {
		const users = await json(open({ users: 3380, userStatus: 'text' }), USERS);
		expect(new Set(users.map(({ ID }: { ID: string }) => ID)).size).toBe(3380);
		expect(users[0].StatusCode).toBe('0');
	});

	test('obeys limits, refusals and switches like other calls', async () => {
		const sandbox = open({ missingCalls: ['Users.Get'] }, { limit: { calls: 1, seconds: 5 } });
		expect((await call(sandbox, USERS)).status).toBe(404);
		sandbox.faults.missingCalls = [];
		expect((await call(sandbox, USERS)).status).toBe(200);
		expect((await call(sandbox, USERS)).status).toBe(429);
		expect((await call(open({ access: 'no-permission' }), USERS)).status).toBe(401);
		expect((await call(open({ heavy: { above: 40, how: 504 } }), USERS)).status).toBe(504);
		expect((await call(sandbox, USERS, {})).status).toBe(405);
	});
});

describe('User/AdvancedSearch', () => {
	test('fills the columns asked for; the others are null', async () => {
		const { Users } = await search(open(), 'UserID,FirstName,StatusCode,ManagerUserId');
		expect(Users).toHaveLength(45);
		expect(Users[7]).toMatchObject({
			UserId: expect.any(String),
			StatusCode: '1',
			// It comes with ManagerUserId.
			ManagerName: expect.any(String),
			LastName: null,
			EmailAddress: null,
			Groups: null,
		});
		const { Users: whole } = await search(open(), '*');
		expect(whole[0]).toMatchObject({ LastName: expect.any(String), StatusCode: '0', Team: null });
		expect(whole.some(({ Groups }: { Groups: string }) => Groups?.includes(','))).toBe(true);
	});

	test('pages, sorts and filters', async () => {
		const sandbox = open({ users: 1200 });
		const last = await search(sandbox, 'UserId', { Paging: { PageIndex: 2, PageSize: 1000 } });
		expect(last.Users).toHaveLength(200);
		const Sorting = [{ ColumnName: 'FirstName', Direction: 1 }];
		const { Users } = await search(sandbox, 'FirstName', { Sorting });
		const names = Users.map(({ FirstName }: { FirstName: string }) => FirstName);
		expect(names).toEqual([...names].sort().reverse());
		const inactive = { LookupName: 'StatusCode', Operator: 'eq', LookupValue: '1' };
		const condition = (ConditionOperator: string | null, LookupValue: string) => ({
			LookupName: 'EmailAddress',
			Operator: 'eq',
			LookupValue,
			ConditionOperator,
		});
		const found = async (...Condition: object[]) =>
			(await search(sandbox, 'UserId', { GroupConditions: [{ Condition, GroupOperator: null }] }))
				.Users.length;
		expect(await found(inactive)).toBe(150);
		const either = [condition('OR', 'OWNER1@example.com'), condition(null, 'owner2@example.com')];
		expect(await found(...either)).toBe(2);
		expect(
			await found(condition('AND', 'owner1@example.com'), condition(null, 'owner2@example.com')),
		).toBe(0);
	});

	test.each<[Partial<Faults>, string, object, string]>([
		[
			{},
			'UserId',
			{ Paging: { PageIndex: 1, PageSize: 1001 } },
			"PageSize can't be greater than 1000",
		],
		[{}, 'UserId,ManagerName', {}, 'User search has some invalid Attributes'],
		[{}, 'TeamName', {}, 'User search has some invalid Attributes'],
		[
			{},
			'UserId',
			{ Sorting: [{ ColumnName: 'Nope' }] },
			'User search has some invalid Attributes',
		],
		[{}, 'UserId', { GroupConditions: undefined }, "'GroupConditions' is mandatory"],
		[{}, '', {}, "'Include_CSV' is mandatory"],
	])('refuses %j %s %j', async (faults, columns, more, message) => {
		const answer = await call(open(faults), SEARCH, {
			Columns: { Include_CSV: columns },
			GroupConditions: existingLeads,
			...more,
		});
		expect(answer.status).toBe(500);
		expect(JSON.parse(answer.body).ExceptionMessage).toBe(message);
	});

	test('takes a body without conditions if switched', async () => {
		const sandbox = open({ userConditions: 'optional' });
		expect((await search(sandbox, 'UserId', { GroupConditions: undefined })).Users).toHaveLength(
			45,
		);
	});
});
