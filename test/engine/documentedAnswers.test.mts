import nock from 'nock';
import { runNode, virtualTime, type VirtualTime } from './harness.mts';

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
	const METADATA = [{ SchemaName: 'EmailAddress', DisplayName: 'Email', DataType: 'Email' }];
	const OPERATIONS = {
		getByIds: { leadIds: IDS.join(), columns: ['FirstName'] },
		get: { lead: { __rl: true, mode: 'email', value: 'ada@example.com' }, columns: ['FirstName'] },
		getMany: { filterBy: 'modified', modifiedAfter: '2026-01-01', returnAll: true },
		upsert: {
			fields: {
				mappingMode: 'defineBelow',
				value: { EmailAddress: 'ada@example.com' },
				matchingColumns: ['EmailAddress'],
			},
		},
	};
	const secondsOf = async (parameters: object) => {
		const beganAt = time.clock.now();
		const { error } = await runNode({
			credentials: { region: REGION, ...keys },
			parameters: { resource: 'lead', ...parameters, options: { maxWaitSeconds: 300 } } as never,
		});
		return { error: error!, seconds: (time.clock.now() - beganAt) / 1000 };
	};
	let nth = 0;

	it.each(
		(Object.keys(OPERATIONS) as Array<keyof typeof OPERATIONS>).flatMap((operation) =>
			[
				() => ({ Payload: { Rows: 3 } }),
				() => ({ requestId: String(++nth), at: new Date(nth).toISOString() }),
				() => 'done',
				() => 17,
			].map((body) => [operation, body] as const),
		),
	)('%s: %s is reported within 20 seconds, with what came', async (operation, body) => {
		nock(HOST)
			.persist()
			.get(/LeadsMetaData/)
			.reply(200, METADATA);
		nock(HOST)
			.persist()
			.intercept(/./, operation === 'get' ? 'GET' : 'POST')
			.reply(() => [200, JSON.stringify(body())]);
		const { error, seconds } = await secondsOf({ operation, ...OPERATIONS[operation] });
		expect(seconds).toBeLessThan(20);
		const about = /answers in a form that this node does not know|It is not known whether/;
		expect(error.message).toMatch(about);
		expect(`${error.message} ${error.description}`).toMatch(
			/The answer was not understood: (\{"Payload":|\{"requestId":|"done"|17)/,
		);
	});

	it.each([
		['other cases', { leads: [{ prospectid: ID, FIRSTNAME: 'Ringo' }], recordcount: 1 }],
		['another name of the list', { Records: [{ ProspectID: ID, FirstName: 'Ringo' }] }],
		['the list alone', [{ ProspectID: ID, FirstName: 'Ringo' }]],
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
