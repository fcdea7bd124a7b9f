import nock from 'nock';
import type { INodeParameters, NodeError } from 'n8n-workflow';
import { listSearch, loadOptions, runNode, virtualTime, type VirtualTime } from './harness.mts';
import { PollingN8n } from './polling.mts';

const REGION = 'api-in21.leadsquared.com';
const HOST = `https://${REGION}`;
const PATH = '/v2/LeadManagement.svc/Leads/Retrieve/ByIds';
const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const ANSWER = { RecordCount: 1, Leads: [{ ProspectID: ID, FirstName: 'Ringo' }] };
// Another account for each test, since the account's limiter outlives them.
let keys = { accessKey: '', secretKey: 'not-to-be-seen' };
let accounts = 0;

let time: VirtualTime;
beforeEach(() => {
	time = virtualTime();
	keys = { ...keys, accessKey: `u$r0123456789-${++accounts}` };
});
afterEach(() => {
	nock.cleanAll();
	time.restore();
});
afterAll(() => nock.restore());

const run = async (region = REGION) =>
	await runNode({
		credentials: { region, ...keys },
		parameters: { leadIds: ID, columns: ['FirstName'], options: { maxWaitSeconds: 20 } },
	});

const envelope = (ExceptionType: string, ExceptionMessage: string) => ({
	Status: 'Error',
	ExceptionType,
	ExceptionMessage,
});

it('sends the documented request, with the keys in headers and not in the address', async () => {
	const scope = nock(HOST, {
		reqheaders: {
			'x-lsq-accesskey': keys.accessKey,
			'x-lsq-secretkey': keys.secretKey,
			'content-type': /application\/json/,
		},
	})
		.post(PATH, {
			SearchParameters: { LeadIds: [ID] },
			Columns: { Include_CSV: 'ProspectID,FirstName' },
			Paging: { PageIndex: 1, PageSize: 1 },
		})
		.reply(200, ANSWER);
	const { items } = await run();
	expect(items).toEqual([
		{ json: { ProspectID: ID, FirstName: 'Ringo' }, pairedItem: { item: 0 } },
	]);
	expect(scope.isDone()).toBe(true);
});

const NOT_FOUND = '<html><body>Not found</body></html>';

type Rejection = [
	status: number,
	body: string | object,
	calls: number,
	message: string,
	description: string,
];

// Each with the number of calls that it takes to be sure.
it.each<Rejection>([
	[
		401,
		envelope('MXInvalidAccessDetailsException', 'Invalid Access Details provided.'),
		1,
		'does not accept the keys',
		'Region',
	],
	[403, 'Forbidden', 1, 'does not accept the keys', 'Access Key'],
	[404, NOT_FOUND, 1, 'not available in your LeadSquared account', "LeadSquared's support"],
	[
		400,
		envelope('', 'The message body is malformed'),
		2,
		'LeadSquared does not accept',
		'message body is malformed',
	],
	[
		500,
		envelope('MXInvalidInputException', 'Invalid Input!'),
		2,
		'LeadSquared does not accept',
		'MXInvalidInputException',
	],
	[
		200,
		envelope('MXInvalidInputException', 'Invalid Input!'),
		2,
		'LeadSquared does not accept',
		'Invalid Input!',
	],
	[302, '', 1, 'no LeadSquared API', 'Region'],
])(
	'%i becomes an error that says what happened, in whose words, and what to do',
	async (...rejection) => {
		nock(HOST).post(PATH).reply(200, ANSWER);
		await run();
		await expectError(REGION, ...rejection);
	},
);

it('404 of a host that has never answered means that there is no LeadSquared', async () => {
	const region = 'api-us11.leadsquared.com';
	await expectError(region, 404, NOT_FOUND, 1, 'no LeadSquared API', 'API Host');
});

async function expectError(
	region: string,
	...[status, body, calls, message, description]: Rejection
) {
	let count = 0;
	nock(`https://${region}`)
		.post(PATH)
		.times(10)
		.reply(() => {
			count++;
			return [status, body];
		});
	const { error, run: execution } = await run(region);
	expect(error?.message).toContain(message);
	expect(error?.description).toContain(description);
	expect(error).toMatchObject({ name: 'NodeApiError', httpCode: String(status) });
	expect(count).toBe(calls);
	const everything = JSON.stringify(execution);
	for (const key of Object.values(keys)) expect(everything).not.toContain(key);
}

it.each([
	[
		429,
		envelope(
			'MXAPIRateLimitExceededException',
			'API calls exceeded the limit of 25 in 5 second(s)',
		),
		'rate limit',
	],
	[500, 'Internal Server Error', 'was not available'],
])('%i is tried again until the time for it is spent', async (status, body, message) => {
	let count = 0;
	nock(HOST)
		.persist()
		.post(PATH)
		.reply(() => {
			count++;
			return [status, body];
		});
	const { error, elapsedMs } = await run();
	expect(error?.message).toContain(message);
	expect(count).toBeGreaterThan(3);
	expect(elapsedMs).toBeGreaterThanOrEqual(20_000);
	expect(elapsedMs).toBeLessThan(30_000);
});

it('waits as long as Retry-After says, in seconds or until a date', async () => {
	nock(HOST).post(PATH).reply(503, '', { 'Retry-After': '7' });
	nock(HOST)
		.post(PATH)
		.reply(429, '', { 'Retry-After': new Date(Date.now() + 15_000).toUTCString() });
	nock(HOST).post(PATH).reply(200, ANSWER);
	const { items, elapsedMs } = await run();
	expect(items).toHaveLength(1);
	expect(elapsedMs).toBeGreaterThanOrEqual(14_000);
	expect(elapsedMs).toBeLessThan(17_000);
});

it.each(['ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'])(
	'%s is tried again',
	async (code) => {
		nock(HOST)
			.post(PATH)
			.replyWithError(Object.assign(new Error(code), { code }));
		nock(HOST).post(PATH).reply(200, ANSWER);
		expect((await run()).items).toHaveLength(1);
	},
);

it('an error that is not transient fails at once', async () => {
	const code = 'CERT_HAS_EXPIRED';
	nock(HOST)
		.post(PATH)
		.replyWithError(Object.assign(new Error('certificate has expired'), { code }));
	const { error, elapsedMs } = await run();
	expect(error?.message).toBe("n8n does not trust the host's certificate");
	expect(error?.description).toContain('certificate has expired');
	expect(elapsedMs).toBeLessThan(1000);
});

describe('an answer in another form', () => {
	const IDS = Array.from({ length: 3000 }, (_, at) => ID.replace(/^.{8}/, String(10_000_000 + at)));
	const METADATA = [
		{ SchemaName: 'EmailAddress', DisplayName: 'Email', DataType: 'Email' },
		{ SchemaName: 'Phone', DisplayName: 'Phone', DataType: 'Phone', IsUnique: '1' },
	];
	const locator = (mode: string, value: string) => ({ __rl: true, mode, value });
	const row = (column: string, value: string) => ({
		mappingMode: 'defineBelow',
		value: { [column]: value },
		matchingColumns: [column],
	});
	const lead = (operation: string, parameters: object) => async () =>
		await runWith({ resource: 'lead', operation, ...parameters });
	const credentials = () => ({ region: REGION, ...keys });
	const thrown = async (action: Promise<unknown>): Promise<NodeError> =>
		await time.run(
			action.then(
				() => Promise.reject(new Error('No error')),
				(error: NodeError) => error,
			),
		);
	const runWith = async (parameters: object) => {
		const options = { maxWaitSeconds: 300 };
		const { error } = await runNode({
			credentials: credentials(),
			parameters: { ...parameters, options } as INodeParameters,
		});
		return error as NodeError;
	};
	const trigger = () =>
		new PollingN8n({
			parameters: { event: 'leadUpdated', columns: ['FirstName'] },
			credentials: { ...credentials(), rateLimitCalls: 25, rateLimitSeconds: 5 },
		});
	const TIME = '2025-12-31 00:00:00';
	const times = { CreatedOn: TIME, ModifiedOn: TIME, ProspectActivityDate_Max: TIME };
	const PLACES: Record<string, () => Promise<NodeError>> = {
		'Get Leads by IDs': lead('getByIds', { leadIds: IDS.join(), columns: ['FirstName'] }),
		'Get, by address': lead('get', { lead: locator('email', 'ada@example.com') }),
		'Get, by number': lead('get', { lead: locator('phone', '+919876543210') }),
		'Get, from list': lead('get', { lead: locator('list', 'Ada Lovelace') }),
		'Get Many, modified': lead('getMany', {
			filterBy: 'modified',
			modifiedAfter: '2026-01-01',
			returnAll: true,
		}),
		'Get Many, the last modified': lead('getMany', {
			filterBy: 'modified',
			modifiedAfter: '2026-01-01',
			limit: 5,
		}),
		'Get Many, by list': lead('getMany', {
			filterBy: 'list',
			listId: locator('id', ID),
			returnAll: true,
		}),
		'Get Many, by column': lead('getMany', {
			filterBy: 'column',
			column: 'EmailAddress',
			operator: '=',
			value: 'ada@example.com',
			returnAll: true,
		}),
		'Create or Update': lead('upsert', { fields: row('EmailAddress', 'ada@example.com') }),
		'Create or Update, by number': lead('upsert', { fields: row('Phone', '+919876543210') }),
		'Create a note': async () =>
			await runWith({ resource: 'note', operation: 'create', lead: ID, note: 'x' }),
		users: async () => await runWith({ resource: 'user', operation: 'getMany', returnAll: true }),
		'the list of lists': async () =>
			await thrown(listSearch('searchLists', { credentials: credentials() })),
		'the list of leads': async () =>
			await thrown(listSearch('searchLeads', { credentials: credentials(), filter: 'Ada' })),
		'the first poll': async () => await thrown(trigger().activate()),
		'a later poll': async () => {
			await time.run(active!.tick());
			return active!.errors[0] as NodeError;
		},
	};
	let active: PollingN8n | undefined;
	const beginPolling = async () => {
		nock(HOST)
			.persist()
			.post(/RecentlyModified/)
			.reply(200, { RecordCount: 1, Leads: [{ ProspectID: ID, ...times }] });
		active = trigger();
		await time.run(active.activate());
		nock.cleanAll();
		await time.run(time.clock.sleep(60_000));
	};

	let nth = 0;
	const FORMS: Record<string, () => [number, string]> = {
		'an unknown member': () => [200, JSON.stringify({ Payload: { Rows: 3 } })],
		'changing values': () => [
			200,
			JSON.stringify({ requestId: String(++nth), at: new Date(nth).toISOString() }),
		],
		'a text': () => [200, '"done"'],
		'a number': () => [200, '17'],
		null: () => [200, 'null'],
		'an unknown error': () => [200, JSON.stringify({ error: { code: 42, text: 'No' } })],
		'a message': () => [200, JSON.stringify({ Message: 'An error has occurred.' })],
		'another status': () => [200, JSON.stringify({ Status: 'Failed', Reason: 'No' })],
		'JSON within JSON': () => [200, JSON.stringify(JSON.stringify({ odd: 1 }))],
		'a byte order mark': () => [200, `\uFEFF${JSON.stringify({ odd: 1 })}`],
		'another HTTP status': () => [201, JSON.stringify({ odd: 1 })],
		'rows that are texts': () => [200, JSON.stringify({ Leads: ['a', 'b'], RecordCount: 2 })],
		'rows in an object': () => [200, JSON.stringify({ Leads: { a: 1 }, RecordCount: 1 })],
		'the keys': () => [200, JSON.stringify({ asked: { headers: keys } })],
	};
	// An answer without content means that there is no such lead.
	const IS_NOTHING = /^(Get, |the list of leads)/;

	it.each(
		Object.keys(PLACES).flatMap((place) =>
			Object.keys(FORMS)
				.filter((form) => form !== 'null' || !IS_NOTHING.test(place))
				.map((form) => [place, form]),
		),
	)('%s: %s is reported within 20 seconds, with what came', async (place, form) => {
		if (place === 'a later poll') await beginPolling();
		nock(HOST)
			.persist()
			.get(/LeadsMetaData/)
			.reply(200, METADATA);
		let calls = 0;
		for (const method of ['GET', 'POST']) {
			nock(HOST)
				.persist()
				.intercept(/./, method)
				.reply(() => {
					calls++;
					return FORMS[form]();
				});
		}
		const beganAt = time.clock.now();
		const error = await PLACES[place]();
		expect(time.clock.now() - beganAt).toBeLessThan(20_000);
		expect(calls).toBeLessThan(10);
		const about = /answers in a form that this node does not know|It is not known whether/;
		expect(error.message).toMatch(about);
		const words = `${error.message} ${error.description}`;
		if (place !== 'the first poll') expect(words).toContain('The answer was not understood: ');
		for (const key of Object.values(keys)) expect(words).not.toContain(key);
		expect(words.length).toBeLessThan(1000);
	});

	const leadsOf = (ids: string[], count = ids.length) => ({
		RecordCount: count,
		Leads: ids.map((ProspectID) => ({ ProspectID, FirstName: 'Ringo' })),
	});
	const idsIn = (body: nock.Body) =>
		(body as { SearchParameters: { LeadIds: string[] } }).SearchParameters.LeadIds;

	it.each<[string, object, object[] | undefined, (body: nock.Body) => object]>([
		[
			'Get Leads by IDs',
			{ operation: 'getByIds', leadIds: IDS.join(), columns: ['FirstName'] },
			undefined,
			(body) => leadsOf(idsIn(body)),
		],
		[
			'Get Many',
			{ operation: 'getMany', modifiedAfter: '2025-01-01', returnAll: true },
			undefined,
			() => leadsOf(IDS.slice(0, 1000), IDS.length),
		],
		[
			'Create or Update',
			{ operation: 'upsert', fields: row('EmailAddress', '={{ $json.address }}') },
			Array.from({ length: 200 }, (_, at) => ({ address: `ada${at}@example.com` })),
			(body) =>
				(body as unknown as object[]).map((_, at) => ({ RowNumber: at + 1, LeadId: IDS[at] })),
		],
	])('%s: is also reported after a good answer', async (_, parameters, input, good) => {
		nock(HOST)
			.persist()
			.get(/LeadsMetaData/)
			.reply(200, METADATA);
		let calls = 0;
		nock(HOST)
			.persist()
			.post(/./)
			.reply((_path, body) => [200, ++calls === 1 ? good(body) : { odd: calls }]);
		const beganAt = time.clock.now();
		const { error } = await runNode({
			credentials: credentials(),
			input,
			parameters: {
				resource: 'lead',
				...parameters,
				options: { maxWaitSeconds: 300 },
			} as INodeParameters,
		});
		expect(time.clock.now() - beganAt).toBeLessThan(20_000);
		expect(`${error?.message} ${error?.description}`).toContain('not understood: {"odd":');
	});

	it('fails only the lead that gets it, if others come', async () => {
		const [first, odd] = IDS;
		nock(HOST)
			.persist()
			.post(PATH)
			.reply((_path, body) => {
				const ids = idsIn(body);
				return [200, ids.includes(odd) ? { odd: 1 } : leadsOf(ids)];
			});
		const { items } = await runNode({
			credentials: credentials(),
			onError: 'continueRegularOutput',
			input: [first, ...IDS.slice(2, 1500), odd].map((id) => ({ id })),
			parameters: {
				leadIds: '={{ $json.id }}',
				columns: ['FirstName'],
				options: { leadsPerRequest: 100, maxWaitSeconds: 300 },
			},
		});
		const failed = items.filter(({ json }) => json.error !== undefined);
		expect(items).toHaveLength(1500);
		expect(failed).toHaveLength(1);
		expect(failed[0].json.error).toContain(odd);
	});

	it('is no list without leads, and no poll counts it as one', async () => {
		await beginPolling();
		const n8n = active!;
		const before = JSON.stringify(n8n.remembered);
		nock(HOST)
			.persist()
			.post(/./)
			.reply(200, { RecordCount: 1, Leads: [ID] });
		await time.run(n8n.tick());
		expect(n8n.errors).toHaveLength(1);
		expect(JSON.stringify(n8n.remembered)).toBe(before);
	});

	it('fails one execution, however many polls it takes', async () => {
		await beginPolling();
		nock(HOST).persist().post(/./).reply(200, { Payload: 1 });
		for (let polls = 0; polls < 12; polls++) {
			await time.run(active!.tick());
			await time.run(time.clock.sleep(5 * 60_000));
		}
		expect(active!.errors).toHaveLength(1);
	});

	it('is said to be one, too, where the call is not repeated', async () => {
		nock(HOST)
			.post(/CreateNote/)
			.reply(200, { Payload: 1 });
		const error = await PLACES['Create a note']();
		expect(error.message).toContain('answers in a form that this node does not know');
		expect(error.description).not.toContain('Max Wait');
		expect(error.description).toContain('LeadSquared may have executed the call');
	});

	describe('is understood where its meaning is plain:', () => {
		const lists = async () =>
			(await time.run(listSearch('searchLists', { credentials: credentials() }))).results;
		const users = async () => {
			const parameters = { resource: 'user', operation: 'getMany', returnAll: true };
			const { items } = await runNode({ credentials: credentials(), parameters });
			return items.map(({ json }) => json.ID);
		};
		const columns = async () =>
			(await time.run(loadOptions('getFilterColumns', { credentials: credentials() })))
				.map(({ value }) => value)
				.filter((name) => name === 'mx_City');
		const written = async () => {
			nock(HOST)
				.get(/LeadsMetaData/)
				.reply(200, METADATA);
			const fields = row('EmailAddress', 'ada@example.com');
			const parameters = { resource: 'lead', operation: 'upsert', fields } as INodeParameters;
			const { items } = await runNode({ credentials: credentials(), parameters });
			return items.map(({ json }) => json.ProspectID);
		};
		const note = async () => {
			const parameters = { resource: 'note', operation: 'create', lead: ID, note: 'x' };
			const { items } = await runNode({ credentials: credentials(), parameters });
			return items.map(({ json }) => json.NoteId);
		};
		const LIST = [{ name: 'VIP (3 leads)', value: 'a' }];
		const WRITTEN = { RowNumber: 1, LeadId: ID, LeadCreated: true, LeadUpdated: false };
		it.each<[string, () => Promise<unknown>, unknown, unknown]>([
			[
				'lists in an object',
				lists,
				{ Lists: [{ ListId: 'a', ListName: 'VIP' }] },
				[{ name: 'VIP', value: 'a' }],
			],
			['lists in other cases', lists, [{ listId: 'a', listname: 'VIP', memberCount: 3 }], LIST],
			['no lists', lists, { RecordCount: 0, Lists: [] }, []],
			['users in an object', users, { Users: [{ ID: 'u' }], Total: 1 }, ['u']],
			['users in other cases', users, { users: [{ userid: 'u' }] }, ['u']],
			['columns in an object', columns, { Fields: [{ SchemaName: 'mx_City' }] }, ['mx_City']],
			['columns in other cases', columns, [{ schemaName: 'mx_City' }], ['mx_City']],
			['results in an object', written, { Results: [WRITTEN] }, [ID]],
			[
				'results in other cases',
				written,
				[{ rownumber: 1, leadid: ID, leadcreated: 'True' }],
				[ID],
			],
			['a single result', written, WRITTEN, [ID]],
			['a note in other cases', note, { status: 'success', message: { id: 'n' } }, ['n']],
		])('%s', async (_, ask, body, expected) => {
			nock(HOST)
				.persist()
				.intercept(/./, ask === written || ask === note ? 'POST' : 'GET')
				.reply(200, JSON.stringify(body));
			expect(await ask()).toEqual(expected);
		});
	});

	it.each([
		['other cases', { leads: [{ prospectid: ID, FIRSTNAME: 'Ringo' }], recordcount: 1 }],
		['another name of the list', { Records: [{ ProspectID: ID, FirstName: 'Ringo' }] }],
		['another name in another case', { records: [{ prospectid: ID, firstname: 'Ringo' }] }],
		['the list alone', [{ ProspectID: ID, FirstName: 'Ringo' }]],
		[
			'a list of properties in other cases',
			[
				{
					leadPropertyList: [
						{ attribute: 'ProspectID', value: ID },
						{ attribute: 'FirstName', value: 'Ringo' },
					],
				},
			],
		],
		['an envelope', { status: 'SUCCESS', message: ANSWER }],
		[
			'properties in other cases',
			{
				LEADS: [
					{
						leadpropertylist: [
							{ attribute: 'ProspectID', value: ID },
							{ attribute: 'FirstName', value: 'Ringo' },
						],
					},
				],
			},
		],
		['JSON within JSON', JSON.stringify(ANSWER)],
	])('is understood where its meaning is plain: %s', async (_, body) => {
		nock(HOST).post(PATH).reply(200, JSON.stringify(body));
		const { items } = await run();
		expect(items.map(({ json }) => json)).toEqual([{ ProspectID: ID, FirstName: 'Ringo' }]);
	});

	it('an error is one whatever the case of its members', async () => {
		nock(HOST).persist().post(PATH).reply(200, {
			status: 'Error',
			exceptiontype: 'MXInvalidInputException',
			exceptionmessage: 'No',
		});
		const { error } = await run();
		expect(error!.description).toContain('LeadSquared says: "No"');
	});
});

describe('an owner who is given by name', () => {
	const OWNER = '1a50c565-8525-11ea-a93b-0aa4c559f4ca';
	const create = async (owners: string[], onError?: 'continueRegularOutput') => {
		nock(HOST)
			.get('/v2/Task.svc/RetrieveTaskType')
			.reply(200, [{ Id: ID, Name: 'Meeting' }]);
		nock(HOST)
			.post('/v2/Task.svc/Create')
			.times(owners.length)
			.reply(200, { Status: 'Success', Message: { Id: ID, AutoId: 1 } });
		return await runNode({
			credentials: { region: REGION, ...keys },
			input: owners.map((owner) => ({ owner })),
			parameters: {
				...{ resource: 'task', operation: 'create', name: 'Call', taskType: 'Meeting' },
				owner: '={{ $json.owner }}',
				options: { maxWaitSeconds: 5 },
			},
			onError,
		});
	};
	const USERS = '/v2/UserManagement.svc/Users.Get';
	const REFUSED = envelope('MXUnAuthorizedAccessException', 'You do not have permission.');

	it.each<[string, number, string | object, string, string, boolean]>([
		['fail', 500, 'Server Error', 'LeadSquared was not available', 'transient', true],
		['are refused', 401, REFUSED, 'lacks a permission', 'MXUnAuthorizedAccessException', false],
		['are none', 200, [], 'These keys cannot see any users', 'invalidRequest', false],
	])(
		'is not blamed if the users %s, and others get their task',
		async (_, status, body, message, errorCode, retryable) => {
			nock(HOST).persist().get(USERS).reply(status, body);
			const { items } = await create(['Ada Lovelace', OWNER, ''], 'continueRegularOutput');
			expect(items.map(({ json }) => json.TaskId)).toEqual([undefined, ID, ID]);
			expect(items[0].json).toMatchObject({
				error: expect.stringContaining(message),
				message: expect.stringMatching(/are needed to find/),
				errorCode,
				retryable,
			});

			const { error } = await create(['Ada Lovelace', OWNER, 'Grace Hopper']);
			expect(error!.message).toContain(message);
			expect(nock.pendingMocks().some((mock) => mock.includes('Task.svc/Create'))).toBe(true);
		},
	);
});

it('adds the other leads to a list if one of them does not exist', async () => {
	const ids = Array.from({ length: 9 }, (_, at) => ID.replace('0acb', `000${at}`));
	const [gone] = ids;
	nock(HOST)
		.persist()
		.post('/v2/LeadSegmentation.svc/AddLeadsToStaticList')
		.reply((_path, body) => {
			const { leadIds } = body as { leadIds: string[] };
			const message = "Records not associated with List where Entity Type didn't match";
			if (leadIds.includes(gone)) return [500, envelope('MXInvalidInputException', message)];
			const Message = `Successfully added ${leadIds.length} lead(s) to list`;
			return [200, { Status: 'Success', Message: { Message } }];
		});
	const { items } = await runNode({
		credentials: { region: REGION, ...keys },
		parameters: { resource: 'list', operation: 'addLeads', listId: ID, leadIds: ids.join() },
		onError: 'continueRegularOutput',
	});
	expect(items.map(({ json }) => json.status)).toEqual([undefined, ...Array(8).fill('added')]);
	expect(items[0].json.error).toContain(`does not accept the lead ID ${gone}`);
});

// "Sort by CreatedOn is not deterministic on ties" (public code, about leads): every call has another order.
describe('tasks that are due at the same moment, and change places between pages', () => {
	const OWNER = '1a50c565-8525-11ea-a93b-0aa4c559f4ca';
	const tasks = Array.from({ length: 300 }, (_, at) => ({
		UserTaskId: `${String(at).padStart(8, '0')}-1111-4000-8000-000000000000`,
		DueDate: at < 10 ? '2026-05-01 09:00:00.000' : '2026-05-01 10:00:00.000',
	}));
	const getMany = async (counted: number, sent = tasks) => {
		let calls = 0;
		nock(HOST)
			.persist()
			.post('/v2/Task.svc/Retrieve')
			.reply((_path, body) => {
				const { Offset, RowCount } = (body as { Paging: Record<string, number> }).Paging;
				const by = (80 * calls++) % (sent.length - 10);
				const [first, tied] = [sent.slice(0, 10), sent.slice(10)];
				const rows = [...first, ...tied.slice(by), ...tied.slice(0, by)];
				return [200, { RecordCount: counted, List: rows.slice(Offset, Offset + RowCount) }];
			});
		const { items, hints } = await runNode({
			credentials: { region: REGION, ...keys },
			parameters: { resource: 'task', operation: 'getMany', owner: OWNER, returnAll: true },
		});
		return { items, hints: JSON.stringify(hints), calls };
	};

	it('are all returned', async () => {
		const { items, hints } = await getMany(300);
		expect(new Set(items.map(({ json }) => json.TaskId)).size).toBe(300);
		expect(hints).not.toMatch(/missing/);
	});

	it('are reported if LeadSquared counts more than it returns', async () => {
		const { items, hints, calls } = await getMany(310);
		expect(items).toHaveLength(300);
		expect(hints).toContain('LeadSquared counts 310 tasks but returned 300');
		expect(calls).toBeLessThan(20);
	});
});

it('tasks of all types are returned if the task types fail, which only another item needs', async () => {
	nock(HOST).get('/v2/Task.svc/RetrieveTaskType').reply(500, envelope('MXException', 'No types'));
	nock(HOST)
		.persist()
		.post('/v2/Task.svc/Retrieve')
		.reply(200, { RecordCount: 1, List: [{ UserTaskId: ID }] });
	const { items } = await runNode({
		credentials: { region: REGION, ...keys },
		input: [{ type: 'Meeting' }, { type: '' }],
		parameters: {
			...{ resource: 'task', operation: 'getMany', owner: ID, returnAll: true },
			taskType: '={{ $json.type }}',
		},
		onError: 'continueRegularOutput',
	});
	const of = (input: number) => items.find(({ pairedItem }) => Object(pairedItem).item === input);
	expect(of(0)!.json).toMatchObject({ errorCode: 'MXException' });
	expect(of(1)!.json).toMatchObject({ TaskId: ID });
});
