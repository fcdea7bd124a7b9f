/** Activities, opportunities, tasks and static lists in the sandbox. */
import type { Faults, Sandbox } from '../../dev/sandbox/server.mts';
import { call, createClock, json, open, START, upTo } from './callSandbox.mts';

const SERVICE = 'ProspectActivity.svc';
const CREATE = `${SERVICE}/Create`;
const BY_LEAD_ID = `${SERVICE}/Bulk/CustomActivity/Add/ByLeadId`;
const BY_FIELD = `${SERVICE}/Bulk/CustomActivity/Add/ByLeadField`;
const BY_EVENT = `${SERVICE}/CustomActivity/RetrieveByActivityEvent`;
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const meeting = (lead: string, more = {}) => ({
	RelatedProspectId: lead,
	ActivityEvent: 201,
	ActivityNote: 'Met.',
	Fields: [{ SchemaName: 'mx_Custom_2', Value: '30' }],
	...more,
});
const ofLead = async (sandbox: Sandbox, index: number, body: object = {}) =>
	await json(sandbox, `${SERVICE}/Retrieve?leadId=${sandbox.idAt(index)}`, body);
const byEvent = async (sandbox: Sandbox, more: object = {}, paging: object = {}) =>
	await json(sandbox, BY_EVENT, {
		Parameter: {
			ActivityEvent: 201,
			FromDate: '2000-01-01',
			ToDate: '2040-01-01',
			IncludeCustomFields: 1,
			...more,
		},
		Paging: { PageIndex: 1, PageSize: 1000, ...paging },
	});

test('ActivityTypes.Get: types with their fields, whose names mean different things', async () => {
	const types = await json(open(), `${SERVICE}/ActivityTypes.Get`);
	const [first, second] = [201, 202].map((code) =>
		types.find(({ ActivityEvent }: { ActivityEvent: number }) => ActivityEvent === code),
	);
	const named = ({ Fields }: { Fields: Array<Record<string, unknown>> }) =>
		Fields.find(({ SchemaName }) => SchemaName === 'mx_Custom_1')!;
	expect(first).toMatchObject({ ActivityEventName: 'Meeting', EventType: 2 });
	expect([named(first).DisplayName, named(second).DisplayName]).toEqual(['Purpose', 'Product']);
	expect(JSON.parse(named(first).OptionSet as string)).toContainEqual({
		Value: 'Follow up',
		Text: '',
	});
	expect(types.some(({ ActivityEvent: code }: { ActivityEvent: number }) => code >= 12_000)).toBe(
		false,
	);
});

describe('ProspectActivity.svc/Create', () => {
	test('writes an activity that the other calls return; its lead has been active', async () => {
		const sandbox = open();
		const lead = sandbox.idAt(3);
		const before = (await ofLead(sandbox, 3)).RecordCount;
		const { Status, Message } = await json(sandbox, CREATE, meeting(lead));
		expect([Status, Message.RelatedId]).toEqual(['Success', lead]);
		const { RecordCount, ProspectActivities } = await ofLead(sandbox, 3);
		expect(RecordCount).toBe(before + 1);
		expect(ProspectActivities[0]).toMatchObject({
			Id: Message.Id,
			EventCode: 201,
			EventName: 'Meeting',
			CreatedOn: '2026-01-01 00:00:00',
			Fields: [{ Key: 'mx_Custom_2', Value: '30' }],
		});
		const { List } = await byEvent(sandbox, { FromDate: '2026-01-01' });
		expect(List).toEqual([
			expect.objectContaining({
				ProspectActivityId: Message.Id,
				RelatedProspectId: lead,
				ActivityEvent: '201',
				ActivityEvent_Note: 'Met.',
				mx_Custom_2: '30',
				mx_Custom_4: null,
			}),
		]);
		expect(sandbox.lead(3)!.LeadLastModifiedOn).toBe('2026-01-01 00:00:00.000');
		expect(sandbox.stats.written.activities).toBe(1);
		await json(sandbox, CREATE, meeting(lead));
		expect(sandbox.records.activities).toHaveLength(2);
	});

	test('takes a time and an owner of its own, and any option if the call says so', async () => {
		const sandbox = open();
		const Fields = [{ SchemaName: 'mx_Custom_1', Value: 'Other' }];
		const more = {
			ActivityDateTime: '2025-12-24 18:00:00',
			ActivityOwnerEmail: 'owner3@example.com',
		};
		const body = meeting(sandbox.idAt(0), { ...more, Fields });
		expect((await call(sandbox, CREATE, body)).status).toBe(500);
		await json(sandbox, CREATE, { ...body, ValidateDropDownOptions: true });
		const [activity] = sandbox.records.activities;
		expect(activity).toMatchObject({ created: Date.UTC(2025, 11, 24, 18), modified: START });
		const users = await json(sandbox, 'UserManagement.svc/Users.Get');
		expect(activity.fields.Owner).toBe(users[2].ID);
	});

	test.each<[object, number, string | undefined, string]>([
		[{ RelatedProspectId: UNKNOWN }, 500, 'MXInvalidEntityReferenceException', 'Lead not found'],
		[{ RelatedProspectId: 'x' }, 500, 'MXInvalidInputException', 'LeadId is invalid.'],
		[{ ActivityEvent: undefined }, 400, undefined, 'malformed'],
		[{ ActivityEvent: '201' }, 400, undefined, 'malformed'],
		[{ ActivityEvent: 999 }, 500, 'MXInvalidActivityException', 'Invalid activity event.'],
		[
			{ ActivityEvent: 202, Fields: [] },
			500,
			'MXInvalidActivityFieldsException',
			'Mandatory fields',
		],
		[
			{ Fields: [{ SchemaName: 'mx_Custom_2', Value: 'long' }] },
			500,
			'MXInvalidActivityFieldsException',
			"Field value of 'mx_Custom_2' is invalid. Data type should be 'Number'.",
		],
		[
			{ Fields: [{ SchemaName: 'mx_Nope', Value: 'x' }] },
			500,
			'MXInvalidActivityFieldsException',
			'mx_Nope',
		],
		[
			{ RelatedOpportunityId: UNKNOWN },
			500,
			'MXInvalidActivityFieldsException',
			'Related Opportunity',
		],
		[{ ActivityDateTime: 'soon' }, 500, 'MXInvalidActivityFieldsException', 'ActivityDateTime'],
	])('refuses %j and writes nothing', async (more, status, type, message) => {
		const sandbox = open();
		const answer = await call(sandbox, CREATE, meeting(sandbox.idAt(0), more));
		const { ExceptionType, ExceptionMessage } = JSON.parse(answer.body);
		expect([answer.status, ExceptionType]).toEqual([status, type]);
		expect(ExceptionMessage).toContain(message);
		expect(sandbox.stats.written.activities).toBe(0);
	});
});

describe('activities in bulk', () => {
	test('have a result for each row, in order, by lead ID or by a unique column', async () => {
		const sandbox = open();
		const rows = [meeting(sandbox.idAt(0)), meeting(UNKNOWN), meeting(sandbox.idAt(0))];
		const { Response } = await json(sandbox, BY_LEAD_ID, rows);
		expect(Response).toEqual([
			{ RowNumber: 1, ProspectActivityId: expect.any(String), ActivityCreated: true },
			expect.objectContaining({
				RowNumber: 2,
				ActivityCreated: false,
				ExceptionMessage: 'Lead not found',
			}),
			{ RowNumber: 3, ProspectActivityId: expect.any(String), ActivityCreated: true },
		]);
		const { EmailAddress } = sandbox.lead(5)!;
		const { RelatedProspectId: _, ...rest } = meeting('');
		const byField = [{ ...rest, SearchByValue: EmailAddress }];
		await json(sandbox, `${BY_FIELD}?searchBy=EmailAddress`, byField);
		expect(sandbox.records.activities.map(({ lead }) => lead)).toEqual(
			[0, 0, 5].map((index) => sandbox.idAt(index)),
		);
		expect((await call(sandbox, `${BY_FIELD}?searchBy=FirstName`, byField)).status).toBe(500);
	});

	test('share the switches on results, breaks, rows and the bulk limit', async () => {
		const sandbox = open({ rowNumbers: 'from-0', resultOrder: 'reversed', lostResults: 3 });
		const rows = (count: number) => upTo(count).map(() => meeting(sandbox.idAt(0)));
		const { Response } = await json(sandbox, BY_LEAD_ID, rows(4));
		expect(Response.map(({ RowNumber }: { RowNumber: number }) => RowNumber)).toEqual([3, 1, 0]);
		expect((await call(sandbox, BY_LEAD_ID, rows(26))).status).toBe(500);
		sandbox.faults.writeBreaks = { every: 1, rows: 2, kind: '503' };
		expect((await call(sandbox, BY_LEAD_ID, rows(3))).status).toBe(503);
		expect(sandbox.stats.written.activities).toBe(6);
		sandbox.faults.bulkLimit = { calls: 1, seconds: 5 };
		expect((await call(sandbox, BY_LEAD_ID, rows(1))).status).toBe(429);
	});
});

describe('activities are read', () => {
	test('of a lead, 25 without paging; Offset means pages, or rows', async () => {
		const sandbox = open({ activities: 0 });
		const rows = upTo(25).map(() => meeting(sandbox.idAt(0)));
		await json(sandbox, BY_LEAD_ID, rows);
		await json(sandbox, BY_LEAD_ID, rows);
		const opportunities = (await ofLead(sandbox, 0, { Parameter: { ActivityEvent: 12_000 } }))
			.RecordCount;
		const read = async (Paging?: object) =>
			await ofLead(sandbox, 0, { Parameter: { ActivityEvent: 201 }, ...(Paging && { Paging }) });
		expect((await read()).ProspectActivities).toHaveLength(25);
		expect((await ofLead(sandbox, 0)).RecordCount).toBeGreaterThanOrEqual(50 + opportunities);
		const ids = async (Offset: string, RowCount: string) =>
			(await read({ Offset, RowCount })).ProspectActivities.map(({ Id }: { Id: string }) => Id);
		const all = await ids('0', '50');
		expect(await ids('1', '20')).toEqual(all.slice(20, 40));
		sandbox.faults.activityOffset = 'rows';
		expect(await ids('1', '20')).toEqual(all.slice(1, 21));
	});

	test('of a type, by the time of their change, in pages of at most 1,000', async () => {
		const sandbox = open({ activities: 6000 });
		const whole = await byEvent(sandbox);
		expect([whole.RecordCount, whole.List.length]).toEqual([1500, 1000]);
		const pages = [whole, await byEvent(sandbox, {}, { PageIndex: 2 })];
		const ids = pages.flatMap(({ List }) =>
			List.map((row: Record<string, string>) => row.ProspectActivityId),
		);
		expect(new Set(ids).size).toBe(1500);
		const second = whole.List[0].ModifiedOn;
		const { List } = await byEvent(sandbox, { FromDate: second, ToDate: second });
		expect(List.map((row: Record<string, string>) => row.ModifiedOn)).toContain(second);
		expect(await byEvent(sandbox, {}, { PageSize: 1001 })).toMatchObject({ Status: 'Error' });
		expect(await byEvent(sandbox, { ActivityEvent: undefined })).toMatchObject({ Status: 'Error' });
		expect(
			Object.values((await byEvent(sandbox, { RemoveEmptyValue: true })).List[3]),
		).not.toContain(null);
	});

	test('sends custom fields if asked for them, or unasked if so switched', async () => {
		const hasThem = async (sandbox: Sandbox, more: object) =>
			'mx_Custom_2' in (await byEvent(sandbox, more)).List[0];
		expect(await hasThem(open(), {})).toBe(true);
		expect(await hasThem(open(), { IncludeCustomFields: undefined })).toBe(false);
		const unasked = open({ customFields: 'unasked' });
		expect(await hasThem(unasked, { IncludeCustomFields: undefined })).toBe(true);
	});

	test('sorted, and ties are unstable if so switched; edits move them', async () => {
		const clock = createClock();
		const sandbox = open({ activities: 0 }, { clock });
		await json(
			sandbox,
			BY_LEAD_ID,
			upTo(25).map(() => meeting(sandbox.idAt(0))),
		);
		const ids = async (ColumnName: string) =>
			(
				await json(sandbox, BY_EVENT, {
					Parameter: { ActivityEvent: 201, FromDate: '2000-01-01', ToDate: '2040-01-01' },
					Sorting: { ColumnName, Direction: 0 },
				})
			).List.map((row: Record<string, string>) => row.ProspectActivityId);
		const byId = await ids('ProspectActivityId');
		expect(byId).toEqual([...byId].sort());
		sandbox.faults.ties = 'unstable';
		expect(await ids('ModifiedOn')).not.toEqual(await ids('ModifiedOn'));
		expect(await ids('ProspectActivityId')).toEqual(byId);
		clock.set(START + 60_000);
		Object.assign(sandbox.faults, { opportunities: 0, editsPerCall: 1 });
		const { RecordCount } = await byEvent(sandbox, { FromDate: '2026-01-01 00:01:00' });
		expect(RecordCount).toBe(1);
	});
});

describe('changes of stage', () => {
	const STAGE_CHANGES = { ActivityEvent: 3002 };

	test('are activities of their lead, whether a call or a person makes them', async () => {
		const clock = createClock();
		const sandbox = open({}, { clock });
		sandbox.touch(4, { ProspectStage: 'Customer' });
		sandbox.touch(4, { ProspectStage: 'Customer', mx_City: 'Pune' });
		sandbox.touch(4);
		clock.set(START + 60_000);
		await json(sandbox, 'LeadManagement.svc/Lead/Bulk/CreateOrUpdate', [
			[
				{ Attribute: 'ProspectId', Value: sandbox.idAt(4) },
				{ Attribute: 'ProspectStage', Value: 'Qualified' },
				{ Attribute: 'SearchBy', Value: 'ProspectId' },
			],
		]);
		const { RecordCount, ProspectActivities } = await ofLead(sandbox, 4, {
			Parameter: STAGE_CHANGES,
		});
		expect(RecordCount).toBe(2);
		const [{ ID: user }] = await json(sandbox, 'UserManagement.svc/Users.Get');
		expect(ProspectActivities).toMatchObject([
			{ EventCode: 3002, CreatedOn: '2026-01-01 00:01:00', RelatedProspectId: sandbox.idAt(4) },
			{ EventCode: 3002, CreatedOn: '2026-01-01 00:00:00' },
		]);
		expect(ProspectActivities.map(({ Data }: { Data: object[] }) => Data.slice(1))).toEqual(
			['Qualified', 'Customer'].map((Value) => [
				{ Key: 'CurrentStage', Value },
				{ Key: 'CreatedBy', Value: user },
			]),
		);
		expect(sandbox.stats.written.activities).toBe(0);
		sandbox.reset();
		expect((await ofLead(sandbox, 4, { Parameter: STAGE_CHANGES })).RecordCount).toBe(0);
	});

	test('of all leads are refused, or returned if so switched', async () => {
		const sandbox = open();
		sandbox.touch(4, { ProspectStage: 'Customer' });
		expect(await byEvent(sandbox, STAGE_CHANGES)).toMatchObject({
			ExceptionType: 'MXInvalidActivityException',
		});
		sandbox.faults.stageChangesByType = 'answered';
		const { List } = await byEvent(sandbox, STAGE_CHANGES);
		expect(List).toEqual([
			expect.objectContaining({
				RelatedProspectId: sandbox.idAt(4),
				ActivityEvent: '3002',
				CurrentStage: 'Customer',
			}),
		]);
	});

	test('made up: the last of a lead is the change to its present stage', async () => {
		const sandbox = open({ stageChanges: 600, stageChangesByType: 'answered' });
		expect((await byEvent(sandbox, STAGE_CHANGES)).RecordCount).toBe(600);
		const { ProspectActivities } = await ofLead(sandbox, 7, { Parameter: STAGE_CHANGES });
		const stages = ProspectActivities.map(
			({ Data }: { Data: Array<{ Value: string }> }) => Data[1].Value,
		);
		expect(stages).toHaveLength(2);
		expect(stages[0]).toBe(sandbox.lead(7)!.ProspectStage);
		expect(stages[1]).not.toBe(stages[0]);
	});

	test('cannot be written as activities', async () => {
		const sandbox = open();
		const answer = await json(sandbox, CREATE, meeting(sandbox.idAt(0), { ActivityEvent: 3002 }));
		expect(answer).toMatchObject({ ExceptionType: 'MXInvalidActivityException' });
	});
});

describe('opportunities', () => {
	const OPPORTUNITY = 'OpportunityManagement.svc';
	const byIds = async (
		sandbox: Sandbox,
		EventCode: string,
		ids: string[],
		columns = 'CreatedOn,Owner',
	) =>
		await json(sandbox, `${OPPORTUNITY}/GetOpportunitiesById`, {
			SearchParameters: [{ EventCode, ProspectActivityId: ids, Columns: { Include_CSV: columns } }],
		});
	const idsOf = (sandbox: Sandbox, wanted: number) =>
		sandbox.activities.filter(({ code }) => code === wanted).map(({ id }) => id);

	test('by IDs, of their type alone, with dates as in the United States', async () => {
		const sandbox = open();
		const ids = idsOf(sandbox, 12_000);
		expect(ids).toHaveLength(75);
		const [answer] = await byIds(sandbox, '12000', [...ids, ...idsOf(sandbox, 12_001), UNKNOWN]);
		expect([answer.EventCode, answer.RecordCount]).toEqual(['12000', 75]);
		const [first] = answer.Opportunities;
		expect(first).toMatchObject({
			ProspectActivityId: ids[0],
			EmailAddress: expect.stringMatching('@'),
		});
		expect(first.CreatedOn).toMatch(/^\d+\/\d+\/\d{4} \d+:\d\d:\d\d [AP]M$/);
		expect(first).not.toHaveProperty('Status');
	});

	test('at most 2,000; some may be left out the first time', async () => {
		const sandbox = open({ forgetOpportunityEvery: 5 });
		const ids = idsOf(sandbox, 12_000);
		const count = async () => (await byIds(sandbox, '12000', ids))[0].RecordCount;
		const first = await count();
		expect(first).toBeLessThan(75);
		expect(await count()).toBe(75);
		const many = await byIds(sandbox, '12000', Array<string>(2001).fill(UNKNOWN));
		expect(many).toMatchObject({ Status: 'Error' });
	});

	test('of a lead, whose type is needed unless switched', async () => {
		const sandbox = open();
		const { lead, code, id } = sandbox.activities.find((each) => each.code >= 12_000)!;
		const path = `${OPPORTUNITY}/GetOpportunitiesOfLead?leadId=${lead}`;
		const { List } = await json(sandbox, `${path}&opportunityType=${code}`, {});
		expect(List).toContainEqual(expect.objectContaining({ OpportunityId: id }));
		expect((await call(sandbox, path, {})).status).toBe(500);
		sandbox.faults.opportunityType = 'optional';
		expect((await json(sandbox, path, {})).RecordCount).toBeGreaterThanOrEqual(List.length);
	});

	test('have types, and these have fields', async () => {
		const types = await json(open(), `${OPPORTUNITY}/GetOpportunityTypes`);
		expect(types).toContainEqual(expect.objectContaining({ EventCode: 12_000, Name: 'Admission' }));
		const { Fields } = await json(open(), `${OPPORTUNITY}/GetOpportunityTypeMetadata?code=12000`);
		expect(Fields).toContainEqual(expect.objectContaining({ DisplayName: 'Stage' }));
		const unknown = await call(open(), `${OPPORTUNITY}/GetOpportunityTypeMetadata?code=1`);
		expect(unknown.status).toBe(500);
	});
});

describe('tasks', () => {
	const task = (sandbox: Sandbox, more = {}) => ({
		Name: 'Call back',
		RelatedEntity: 1,
		RelatedEntityId: sandbox.idAt(0),
		DueDate: '2026-02-01 10:00:00',
		OwnerEmailAddress: 'owner2@example.com',
		TaskType: { Name: 'Phone Call' },
		...more,
	});
	const ofOwner = async (sandbox: Sandbox, more = {}, LookupValue = 'owner2@example.com') =>
		await json(sandbox, 'Task.svc/Retrieve', {
			Parameter: { LookupName: 'OwnerEmailAddress', LookupValue, ...more },
			Sorting: { ColumnName: 'Duedate', Direction: '1' },
			Paging: { Offset: 0, RowCount: 200 },
		});

	test('are created, read by owner, and completed by a GET', async () => {
		const sandbox = open();
		const { Message } = await json(sandbox, 'Task.svc/Create', task(sandbox));
		await json(sandbox, 'Task.svc/Create', task(sandbox, { DueDate: '2026-03-01 10:00:00' }));
		const { RecordCount, List } = await ofOwner(sandbox, { StatusCode: 0 });
		expect(RecordCount).toBe(2);
		expect(List[1]).toMatchObject({
			UserTaskId: Message.Id,
			StatusCode: 0,
			DueDate: '2026-02-01 10:00:00.000',
			CompletedOn: '0001-01-01 00:00:00.000',
		});
		for (const _ of upTo(2)) {
			const done = await json(sandbox, `Task.svc/MarkComplete?id=${Message.Id}`);
			expect(done).toEqual({ Status: 'Success' });
		}
		expect((await ofOwner(sandbox, { StatusCode: 0 })).RecordCount).toBe(1);
		expect((await ofOwner(sandbox, { StatusCode: 1 })).List[0].CompletedOn).toBe(
			'2026-01-01 00:00:00.000',
		);
		expect((await ofOwner(sandbox, { ToDate: '2026-02-15' })).RecordCount).toBe(1);
		const types = await json(sandbox, 'Task.svc/RetrieveTaskType');
		const idOf = (name: string) => types.find(({ Name }: { Name: string }) => Name === name).Id;
		expect((await ofOwner(sandbox, { TypeName: idOf('Phone Call') })).RecordCount).toBe(2);
		expect((await ofOwner(sandbox, { TypeName: idOf('Meeting') })).RecordCount).toBe(0);
		expect((await ofOwner(sandbox, {}, 'owner3@example.com')).RecordCount).toBe(0);
		expect(sandbox.stats.written.tasks).toBe(2);
	});

	test.each<[object, string]>([
		[{ Name: '' }, "'Name' is mandatory"],
		[{ TaskType: undefined }, "'TaskType' is mandatory"],
		[{ TaskType: { Name: 'Nope' } }, 'TaskType'],
		[{ RelatedEntityId: UNKNOWN }, 'Lead not found'],
		[{ RelatedEntity: 5, RelatedEntityId: UNKNOWN }, 'Opportunity does not exist.'],
		[{ DueDate: 'soon' }, 'DueDate is not a valid DateTime'],
		[{ OwnerEmailAddress: 'nobody@example.com' }, 'OwnerId'],
	])('are refused: %j', async (more, message) => {
		const sandbox = open();
		const { status, body } = await call(sandbox, 'Task.svc/Create', task(sandbox, more));
		expect(status).toBe(500);
		expect(JSON.parse(body).ExceptionMessage).toContain(message);
		expect(sandbox.stats.written.tasks).toBe(0);
	});

	test('that do not exist cannot be completed', async () => {
		expect((await call(open(), `Task.svc/MarkComplete?id=${UNKNOWN}`)).status).toBe(500);
	});
});

describe('AddLeadsToStaticList', () => {
	const ADD = 'LeadSegmentation.svc/AddLeadsToStaticList';
	const listNamed = async (sandbox: Sandbox, name: string) =>
		(await json(sandbox, `LeadManagement.svc/Lists.Get?searchText=${name}`))[0].ListId as string;
	const add = async (sandbox: Sandbox, listId: string, leadIds: string[]) =>
		await json(sandbox, ADD, { listId, leadIds });

	test('says how many were added: not those in it, nor those that do not exist', async () => {
		const sandbox = open();
		const list = await listNamed(sandbox, 'Empty%20List');
		const ids = sandbox.ids(3);
		const added = (count: number) => ({
			Status: 'Success',
			Message: { Message: `Successfully added ${count} lead(s) to list` },
		});
		expect(await add(sandbox, list, [...ids, UNKNOWN, ids[0]])).toEqual(added(3));
		expect(await add(sandbox, list, ids)).toEqual(added(0));
		const { ProspectId } = await json(sandbox, `LeadManagement.svc/List.GetLeads?listId=${list}`);
		expect(ProspectId).toEqual(ids);
		expect(sandbox.stats.written.members).toBe(3);
	});

	test('refuses a call with a lead that does not exist, if a switch says so', async () => {
		const sandbox = open({ addingUnknownLead: 'refuse' });
		const list = await listNamed(sandbox, 'Empty%20List');
		expect(await add(sandbox, list, [...sandbox.ids(2), UNKNOWN])).toMatchObject({
			ExceptionMessage: 'Lead not found',
		});
		expect(sandbox.stats.written.members).toBe(0);
	});

	test('refuses an unknown list also where it is read as an empty one', async () => {
		const sandbox = open({ unknownList: 'empty' });
		expect(await add(sandbox, UNKNOWN, sandbox.ids(1))).toMatchObject({ Status: 'Error' });
	});

	test.each<[Partial<Faults>, string]>([
		[{}, 'Customers'],
		[{}, 'All%20Leads'],
	])('refuses lists that are not static: %j %s', async (faults, name) => {
		const sandbox = open(faults);
		const answer = await add(sandbox, await listNamed(sandbox, name), sandbox.ids(1));
		expect(answer).toMatchObject({ Status: 'Error' });
	});

	test('refuses an unknown list, and no leads', async () => {
		const sandbox = open();
		expect(await add(sandbox, UNKNOWN, sandbox.ids(1))).toMatchObject({ Status: 'Error' });
		const list = await listNamed(sandbox, 'Empty%20List');
		expect(await add(sandbox, list, [])).toMatchObject({ Status: 'Error' });
	});
});
