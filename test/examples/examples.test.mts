/** Every workflow of examples/ in a real n8n, as a person would import and run it. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NodeHelpers } from 'n8n-workflow';
import type { INode, INodeTypeDescription } from 'n8n-workflow';

import { GET_LEADS, TRIGGER, sandboxCredential } from '../../dev/playground/example.mts';
import {
	CREDENTIAL_TYPE,
	createHome,
	importByCli,
	installPackage,
	packProject,
	runWorkflow,
	saveCredential,
	setActive,
	signIn,
	startServer,
} from '../../dev/playground/n8n.mts';
import type {
	Execution,
	Home,
	N8nServer,
	Request,
	Workflow,
	WorkflowNode,
} from '../../dev/playground/n8n.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';
import { startForeignServices } from './foreignServices.mts';
import type { ForeignServices } from './foreignServices.mts';

jest.setTimeout(300_000);

const FILES = readdirSync('examples').filter((name) => name.endsWith('.json'));
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const WITHOUT_ADDRESS = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const SECRET_HEADER = 'x-webhook-secret';
const COLUMNS = ['FirstName', 'LastName', 'EmailAddress', 'Phone', 'ProspectStage'];

const sandbox = createSandbox({ leads: 100_000, limit: { calls: 100, seconds: 1 } });
const folder = mkdtempSync(join(tmpdir(), 'leadsquared-examples-'));
const filesFolder = join(folder, 'files');
const closers: Array<() => unknown> = [];
let sandboxUrl: string;
let foreign: ForeignServices;
let home: Home;
let server: N8nServer;
let request: Request;
let nodeTypes: INodeTypeDescription[];
/** A credential for each type that the examples need, by type. */
const credentials: Record<string, { id: string; name: string }> = {};

beforeAll(async () => {
	sandboxUrl = await sandbox.listen();
	closers.push(() => sandbox.close());
	foreign = await startForeignServices(folder);
	closers.push(foreign.close);
	mkdirSync(filesFolder);
	home = await createHome(folder, {
		...foreign.env,
		N8N_RESTRICT_FILE_ACCESS_TO: filesFolder,
		// As on a small machine. Were many-leads.json one workflow without a loop, n8n would end for want
		// of memory.
		NODE_OPTIONS: '--max-old-space-size=512',
	});
	await installPackage(home, await packProject('.', folder));
	await importByCli(home, { workflows: FILES.map((file) => ({ id: file, ...example(file) })) });

	server = await startServer(home);
	closers.push(server.stop);
	request = await signIn(server);
	// n8n writes the node types for its editor to this file when it starts.
	const types = readFileSync(join(folder, '.cache/n8n/public/types/nodes.json'), 'utf8');
	nodeTypes = JSON.parse(types) as INodeTypeDescription[];

	const accounts = {
		[CREDENTIAL_TYPE]: sandboxCredential(sandbox, sandboxUrl).data,
		googleSheetsOAuth2Api: {
			clientId: 'client',
			clientSecret: 'secret',
			oauthTokenData: { access_token: 'token', token_type: 'Bearer' },
		},
		hubspotAppToken: { appToken: 'token' },
		slackApi: { accessToken: 'token' },
		httpHeaderAuth: { name: SECRET_HEADER, value: 'secret' },
		openAiApi: { apiKey: 'key' },
	};
	for (const [type, data] of Object.entries(accounts)) {
		credentials[type] = {
			id: await saveCredential(request, { name: type, type, data }),
			name: type,
		};
	}
});

afterAll(async () => {
	for (const close of closers.reverse()) await close();
	rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
	sandbox.reset();
	foreign.messages.length = 0;
});

const example = (file: string) =>
	JSON.parse(readFileSync(join('examples', file), 'utf8')) as Workflow;

const typeOf = (node: WorkflowNode) =>
	nodeTypes.find(
		({ name, version }) =>
			name === node.type && [version].flat().includes(Number(node.typeVersion)),
	);

/**
 * Imports an example as the editor does, with what a person then fills in: credentials, and what
 * `choices` replaces what the example says.
 * @returns its id
 */
async function imported(
	file: string,
	{ pinData, choices = {} }: { pinData?: unknown; choices?: Record<string, string> } = {},
): Promise<string> {
	let text = readFileSync(join('examples', file), 'utf8');
	for (const [said, chosen] of Object.entries(choices)) text = text.replaceAll(said, chosen);
	const workflow = { ...(JSON.parse(text) as Workflow), pinData, id: undefined };
	for (const node of workflow.nodes) {
		const types = typeOf(node)?.credentials ?? [];
		const type = types.map(({ name }) => name).find((name) => name in credentials);
		if (type) node.credentials = { [type]: credentials[type] };
	}
	return (await request<Workflow>('POST', '/workflows', workflow)).id as string;
}

async function run(workflowId: string, trigger = TRIGGER): Promise<Execution> {
	const execution = await runWorkflow(request, workflowId, trigger);
	expect(execution.error).toBeUndefined();
	expect(execution.status).toBe('success');
	return execution;
}

/** A list of the account's by its name, and how many leads it has. */
async function listOf(name: string): Promise<{ id: string; leads: number }> {
	const url = `${sandboxUrl}/v2/LeadManagement.svc/Lists.Get?searchText=${name}`;
	const { accessKey, secretKey } = sandbox;
	const headers = { 'x-LSQ-AccessKey': accessKey, 'x-LSQ-SecretKey': secretKey };
	const lists = (await (await fetch(url, { headers })).json()) as Array<Record<string, unknown>>;
	return { id: String(lists[0].ListId), leads: Number(lists[0].MemberCount) };
}

const chosen = (id: string) => {
	const lead = sandbox.lead(id) as Record<string, string | null>;
	return Object.fromEntries(['ProspectID', ...COLUMNS].map((column) => [column, lead[column]]));
};

/** The item of the option Include. */
const included = (id: string) => {
	const { ProspectID, ...columns } = chosen(id);
	return { ProspectID, found: true, ...columns };
};
const notFound = (id: string) => ({
	ProspectID: id,
	found: false,
	...Object.fromEntries(COLUMNS.map((column) => [column, null])),
});

describe.each(FILES)('%s', (file) => {
	const { nodes } = example(file);

	test('imports without a warning: n8n knows all that is in it, and misses nothing', () => {
		for (const someNode of nodes) {
			const type = typeOf(someNode);
			const node = someNode as unknown as INode;
			if (!type) throw new Error(`n8n does not know ${node.type}, version ${node.typeVersion}`);
			const { properties } = type;
			const parameters = NodeHelpers.getNodeParameters(
				...([properties, node.parameters, true, false, node, type] as const),
			);
			// What n8n does not know, it drops.
			expect(parameters).toMatchObject(node.parameters);
			const issues = NodeHelpers.getNodeParametersIssues(
				properties,
				{ ...node, parameters: parameters ?? {} },
				type,
			);
			expect(issues).toBeNull();
		}
	});

	test('holds a note and no credential, and has a row in the README', () => {
		expect(nodes.filter(({ credentials: chosen }) => chosen)).toEqual([]);
		expect(nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote')).toHaveLength(1);
		expect(readFileSync('examples/README.md', 'utf8')).toContain(`(${file})`);
	});
});

test("n8n's command line imports them all", async () => {
	const there = await request<Workflow[]>('GET', '/workflows');

	expect(there.map(({ name }) => name)).toEqual(
		expect.arrayContaining(FILES.map((file) => example(file).name)),
	);
});

test('get-leads-by-ids.json gives an item for each lead', async () => {
	const { nodes } = await run(await imported('get-leads-by-ids.json'));

	expect(nodes[GET_LEADS].items.map(({ json }) => json.FirstName)).toEqual([
		'Ringo',
		'John',
		'Paul',
	]);
});

test('google-sheets.json adds leads to the sheet, and updates those that are there', async () => {
	const rowOf = (id: string) => Object.values(chosen(id)).map((value) => value ?? '');
	const ids = sandbox.ids(3);
	foreign.sheets = { 'Lead IDs': [['ProspectID'], ...ids.map((id) => [id])], Leads: [] };
	const workflow = await imported('google-sheets.json');

	await run(workflow);

	const rows = [['ProspectID', ...COLUMNS], ...ids.map(rowOf)];
	expect(foreign.sheets.Leads).toEqual(rows);

	foreign.sheets.Leads[2][1] = 'changed by hand';
	foreign.sheets['Lead IDs'].push([sandbox.idAt(3)]);
	await run(workflow);

	expect(foreign.sheets.Leads).toEqual([...rows, rowOf(sandbox.idAt(3))]);
});

test('enrich-a-sheet.json adds to each row the data of its lead', async () => {
	const [first, second] = sandbox.ids(2);
	foreign.sheets = {
		Leads: [
			['Company', 'ProspectID', 'Note'],
			['Acme', first, 'call'],
			['Blank'],
			['Gone', UNKNOWN_ID],
			['Apex', second, ''],
		],
	};
	const workflow = await imported('enrich-a-sheet.json');

	await run(workflow);

	const columns = ['FirstName', 'LastName', 'EmailAddress', 'ProspectStage', 'OwnerIdName'];
	const rowOf = (company: string, note: string, id: string) => {
		const lead = sandbox.lead(id) as Record<string, string | null>;
		const url = `https://in21.leadsquared.com/LeadManagement/LeadDetails?LeadID=${id}`;
		return [company, id, note, url, ...columns.map((name) => lead[name] ?? '')];
	};
	const rows = [
		['Company', 'ProspectID', 'Note', 'LeadURL', ...columns],
		rowOf('Acme', 'call', first),
		['Blank'],
		['Gone', UNKNOWN_ID],
		rowOf('Apex', '', second),
	];
	expect(foreign.sheets.Leads).toEqual(rows);

	await run(workflow);
	expect(foreign.sheets.Leads).toEqual(rows);
});

test('list-to-sheet.json writes the leads of a list into a sheet', async () => {
	foreign.sheets = { Leads: [] };
	const { id, leads } = await listOf('Summer');
	const choices = { 'PUT-THE-ID-OF-YOUR-LIST-HERE': id };

	await run(await imported('list-to-sheet.json', { choices }));

	const [header, ...rows] = foreign.sheets.Leads;
	expect(header).toEqual(['ProspectID', ...COLUMNS]);
	expect(rows).toHaveLength(leads);
	expect(new Set(rows.map(([prospectId]) => prospectId)).size).toBe(leads);
	const [first] = rows;
	expect(first).toEqual(Object.values(chosen(first[0])).map((value) => value ?? ''));
});

test('changed-to-hubspot.json makes contacts of the leads that changed', async () => {
	foreign.contacts = {};
	const changed = sandbox.ids(3, 100);
	for (const id of changed) sandbox.touch(id);
	const [created] = sandbox.create();
	sandbox.touch(WITHOUT_ADDRESS);

	await run(await imported('changed-to-hubspot.json'), 'Schedule');

	const addresses = [...changed, created].map((id) => sandbox.lead(id)!.EmailAddress);
	expect(Object.keys(foreign.contacts).sort()).toEqual(addresses.sort());
});

test('webhook.json answers LeadSquared and others with leads', async () => {
	const id = await imported('webhook.json');
	await setActive(request, id, true);
	const url = `${server.url}/webhook/leadsquared-leads`;
	// n8n publishes a workflow some time after it has said so.
	while ((await fetch(url, { method: 'HEAD' })).status !== 200) await sleep(100);

	const call = async (body: unknown, type = 'application/json') => {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': type, [SECRET_HEADER]: 'secret' },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
		expect(response.status).toBe(200);
		return (await response.json()) as unknown;
	};
	const ids = sandbox.ids(2);
	expect((await fetch(url, { method: 'POST' })).status).toBe(403);
	expect(await call(sandbox.lead(5))).toEqual([included(sandbox.idAt(5))]);
	expect(await call(ids)).toEqual(ids.map(included));
	expect(await call(ids.join('\n'), 'text/plain')).toEqual(ids.map(included));
	expect(await call([UNKNOWN_ID])).toEqual([notFound(UNKNOWN_ID)]);
	expect(await call(['12345'])).toEqual([
		{
			error: expect.stringContaining('12345'),
			message: expect.any(String),
			errorCode: 'invalidRequest',
			retryable: false,
		},
	]);
});

test('sheet-to-leadsquared.json writes the rows of a sheet, and into each its result', async () => {
	const [old] = sandbox.ids(1, 5);
	const email = sandbox.lead(old)!.EmailAddress!;
	foreign.sheets = {
		Leads: [
			['EmailAddress', 'FirstName', 'ProspectStage'],
			[email, 'Changed'],
			['sheet@example.com', 'New', 'Customer'],
			['', 'Unmatched'],
			['stage@example.com', 'Bad', 'No such stage'],
		],
	};
	const workflow = await imported('sheet-to-leadsquared.json');

	await run(workflow);

	const [header, ...rows] = foreign.sheets.Leads;
	expect(header).toEqual([
		'EmailAddress',
		'FirstName',
		'ProspectStage',
		'ProspectID',
		'Import Result',
	]);
	const created = rows[1][3];
	expect(rows.map(([, , , id, result]) => [id, result])).toEqual([
		[old, 'updated'],
		[created, 'created'],
		[
			'',
			expect.stringMatching(/^The match column 'Email' \(EmailAddress\) has no value \[row 4\]$/),
		],
		['', expect.stringContaining(`'Lead Stage' (ProspectStage) does not accept "No such stage"`)],
	]);
	expect(chosen(old).FirstName).toBe('Changed');
	expect(chosen(created)).toMatchObject({ FirstName: 'New', ProspectStage: 'Customer' });

	await run(workflow);
	expect(foreign.sheets.Leads.slice(1, 3).map((row) => row[4])).toEqual(['unchanged', 'unchanged']);
});

test('rejected-rows.json keeps the rejected rows, and retry-rejected-rows.json writes those worth it', async () => {
	const columns = ['EmailAddress', 'FirstName', 'LastName', 'Phone'];
	const rows = ['a', 'b', 'c'].map((name) => [`${name}.retry@example.com`, name, 'Retry', '']);
	foreign.sheets = {
		Leads: [columns, ...rows, ['no address', 'd', 'Retry', '']],
		Rejected: [[...columns, 'Error', 'Error Code', 'Retry']],
	};
	const reasons = () => foreign.sheets.Rejected.slice(1).map((row) => row.slice(5));
	const invalid = ['invalidRequest', 'no'];
	sandbox.faults.dailyQuota = 0;
	await run(await imported('rejected-rows.json'));
	// If the columns are known from an earlier run, the row without an address is an error at once.
	expect(reasons().slice(0, 3)).toEqual(rows.map(() => ['MXAPIRateLimitExceededException', 'yes']));
	expect(reasons()).toHaveLength(4);

	sandbox.faults.dailyQuota = null;
	const workflow = await imported('retry-rejected-rows.json');
	await run(workflow, 'Every Hour');
	expect(reasons()).toEqual([...rows.map(() => ['', 'done']), invalid]);
	expect(sandbox.history.slice(-3).map(({ values }) => values?.FirstName)).toEqual(['a', 'b', 'c']);
	const events = sandbox.history.length;
	await run(workflow, 'Every Hour');
	expect(sandbox.history).toHaveLength(events);
});

test('calls-to-activities.json logs the calls of a sheet, and writes each result to its row', async () => {
	const email = sandbox.lead(sandbox.idAt(5))!.EmailAddress!;
	foreign.sheets = {
		Calls: [
			['Email', 'Note', 'Time'],
			[email, 'Wants a second visit', '2026-05-01T10:00:00+05:30'],
			['no.one@example.com', 'Left a message', ''],
		],
	};
	await run(await imported('calls-to-activities.json'));
	expect(foreign.sheets.Calls.slice(1).map((row) => row[3])).toEqual([
		'created',
		expect.stringContaining('LeadSquared has no lead with the EmailAddress no.one@example.com'),
	]);
	const logged = sandbox.activities.filter(({ note }) => note === 'Wants a second visit');
	expect(logged.map(({ lead, created }) => [lead, created])).toEqual([
		[sandbox.idAt(5), Date.UTC(2026, 4, 1, 4, 30)],
	]);
});

test('new-lead-task.json creates a task for the owner of a new lead', async () => {
	const { FirstName, LastName, OwnerId } = sandbox.lead(sandbox.idAt(7))!;
	const json = { ProspectID: sandbox.idAt(7), FirstName, LastName, OwnerId };
	const pinData = { 'Lead Created': [{ json }] };
	const { nodes } = await run(await imported('new-lead-task.json', { pinData }), 'Lead Created');
	const [{ json: task }] = nodes['Create Task'].items;
	expect(task.TaskId).toMatch(/^[0-9a-f-]{36}$/);
	expect(task.ProspectID).toBe(sandbox.idAt(7));
});

test('meetings-to-sheet.json copies meetings with the names of their leads', async () => {
	const columns = ['ActivityId', 'Created', 'Note', 'Lead', 'Stage'];
	foreign.sheets = { Meetings: [columns] };
	// The sandbox's activities are some years old.
	const choices = { 'days: 7': 'days: 5000' };
	const workflow = await imported('meetings-to-sheet.json', { choices });
	await run(workflow);
	const rows = foreign.sheets.Meetings.length;
	const [, first] = foreign.sheets.Meetings;
	const known = new Map(sandbox.activities.map((activity) => [activity.id, activity]));
	const { FirstName, LastName } = sandbox.lead(known.get(String(first[0]))!.lead)!;
	expect(first[3]).toBe(`${FirstName ?? ''} ${LastName ?? ''}`.trim());
	await run(workflow);
	expect(foreign.sheets.Meetings).toHaveLength(rows);
});

test('stage-report.json copies changes of stage with the names of their leads', async () => {
	sandbox.faults.stageChangesByType = 'answered';
	sandbox.touch(7, { ProspectStage: 'Customer' });
	sandbox.touch(7, { ProspectStage: 'Disqualified' });
	sandbox.touch(8, { ProspectStage: 'Opportunity' });
	foreign.sheets = { Stages: [['ActivityId', 'Changed', 'Lead', 'Stage', 'Owner']] };
	const workflow = await imported('stage-report.json');
	await run(workflow);
	const nameOf = (index: number) => {
		const { FirstName, LastName } = sandbox.lead(index)!;
		return `${FirstName ?? ''} ${LastName ?? ''}`.trim();
	};
	const rows = foreign.sheets.Stages.slice(1).map(([, , lead, stage, owner]) => [
		lead,
		stage,
		owner,
	]);
	expect(rows.sort()).toEqual(
		[
			[nameOf(7), 'Customer', sandbox.lead(7)!.OwnerIdName],
			[nameOf(7), 'Disqualified', sandbox.lead(7)!.OwnerIdName],
			[nameOf(8), 'Opportunity', sandbox.lead(8)!.OwnerIdName],
		].sort(),
	);
	await run(workflow);
	expect(foreign.sheets.Stages).toHaveLength(4);
});

test('form-to-leadsquared.json writes what comes from the form, and reports failures to Slack', async () => {
	const answer = { 'First Name': 'Ada', 'Last Name': 'Lovelace', 'Phone Number': '' };
	const when = { submittedAt: '2026-05-01T10:00:00.000+05:30', formMode: 'test' };
	const fill = async (more: object) => {
		const pinData = { Form: [{ json: { ...answer, ...when, ...more } }] };
		return await run(await imported('form-to-leadsquared.json', { pinData }), 'Form');
	};

	const { nodes } = await fill({ Email: 'ada@example.com' });
	const { ProspectID, status } = nodes['Create or Update Lead'].items[0].json;
	expect(status).toBe('created');
	expect(chosen(String(ProspectID))).toMatchObject({
		FirstName: 'Ada',
		LastName: 'Lovelace',
		EmailAddress: 'ada@example.com',
	});
	expect(foreign.messages).toEqual([]);

	await fill({ Email: 'unknown' });
	expect(foreign.messages).toHaveLength(1);
	expect(foreign.messages[0].text).toMatch(
		/^A lead from the form was not written: unknown\n'Email' \(EmailAddress\) does not accept "unknown"/,
	);
});

test('created-to-slack.json and updated-to-sheet.json start automatically, and run by hand', async () => {
	const [changed] = sandbox.ids(1, 77);
	foreign.sheets = { Leads: [] };
	const slack = await imported('created-to-slack.json');
	const sheet = await imported('updated-to-sheet.json');
	const trigger = 'LeadSquared Trigger';
	const byHand = await run(slack, trigger);
	expect(byHand.nodes[trigger].items).toHaveLength(5);
	expect(foreign.messages).toHaveLength(5);
	foreign.messages.length = 0;
	await setActive(request, slack, true);
	await setActive(request, sheet, true);
	// What is stamped with the second of the activation may be from before.
	await sleep(2000);
	const [created] = sandbox.create();
	sandbox.touch(changed, { ProspectStage: 'Customer' });
	const isThere = () => foreign.messages.length > 0 && foreign.sheets.Leads.length > 0;
	for (let waited = 0; !isThere() && waited < 100; waited++) await sleep(1000);
	await setActive(request, slack, false);
	await setActive(request, sheet, false);

	const { FirstName, LastName, EmailAddress } = chosen(created);
	expect(foreign.messages.map(({ text }) => text.split('\n').slice(0, 2).join())).toEqual([
		`New lead: ${FirstName} ${LastName}, ${EmailAddress},https://in21.leadsquared.com/LeadManagement/LeadDetails?LeadID=${created}`,
	]);
	expect(foreign.sheets.Leads).toEqual([
		['ProspectID', ...COLUMNS],
		Object.values(chosen(changed)).map((value) => value ?? ''),
	]);
});

test('each-event-once.json handles an event again only if it was not handled to the end', async () => {
	const trigger = 'LeadSquared Trigger';
	const pinData = {
		[trigger]: sandbox.ids(2).map((ProspectID) => ({
			json: { ProspectID, FirstName: ProspectID, eventId: `leadCreated ${ProspectID}` },
		})),
	};
	const [first, second] = sandbox.ids(2).map((id) => expect.stringContaining(id));
	const file = 'each-event-once.json';
	const sameTable = { '{{ $workflow.id }}': 'of-the-test' };
	// The execution ends after its first message, as if n8n had been killed there.
	const killed = { ...sameTable, '"node": "Remember Event"': '"node": "Create Table"' };
	const handle = async (choices: Record<string, string>) => {
		await run(await imported(file, { pinData, choices }), trigger);
		return foreign.messages.splice(0).map(({ text }) => text);
	};

	expect(await handle(killed)).toEqual([first]);
	expect(await handle(sameTable)).toEqual([first, second]);
	expect(await handle(sameTable)).toEqual([]);
	// A copy has a table of its own.
	expect(await handle({})).toEqual([first, second]);
});

test('hubspot.json makes a contact of each lead with an email address', async () => {
	foreign.contacts = {};
	const ids = sandbox.ids(3);
	expect(sandbox.lead(WITHOUT_ADDRESS)?.EmailAddress).toBeNull();
	foreign.leadIds = [...ids, WITHOUT_ADDRESS];

	await run(await imported('hubspot.json'), 'Schedule');

	const contacts = ids
		.map(chosen)
		.map(({ FirstName, LastName, EmailAddress, Phone }) => [
			EmailAddress,
			{ firstname: FirstName, lastname: LastName, phone: Phone },
		]);
	expect(foreign.contacts).toEqual(Object.fromEntries(contacts));
});

test('many-leads.json fetches 100,000 leads in batches', async () => {
	const ids = sandbox.ids(100_000);
	writeFileSync(join(filesFolder, 'lead-ids.csv'), ['ProspectID', ...ids].join('\n'));
	const choices = { '/home/node/.n8n-files': filesFolder };
	const batch = await imported('many-leads-batch.json', { choices });
	const workflow = await imported('many-leads.json', {
		choices: { ...choices, [example('many-leads-batch.json').id as string]: batch },
	});

	const { nodes } = await run(workflow);

	const files = nodes['Get and Save 10,000 Leads'].items.map(({ json }) => json.fileName as string);
	const saved = files.map((file) => readFileSync(file, 'utf8').trim().split('\n'));
	expect(saved.map(([header, ...lines]) => [header, lines.length])).toEqual(
		Array(10).fill([`ProspectID,${COLUMNS}`, 10_000]),
	);
	expect(saved.flatMap(([, ...lines]) => lines.map((line) => line.split(',')[0]))).toEqual(ids);
	// At most one a minute for the types of the columns.
	const { calls, byPath, refused } = sandbox.stats;
	const forColumns = byPath['/v2/LeadManagement.svc/LeadsMetaData.Get'] ?? 0;
	expect([calls - forColumns, refused]).toEqual([100, 0]);
});

test('ai-agent.json has the model find leads by email address and by phone number', async () => {
	const [first, second] = sandbox.ids(2);
	const email = sandbox.lead(first)!.EmailAddress;
	const phone = sandbox.lead(second)!.Phone!.replace('-', ' ');
	const chatInput = `Compare ${email}, nobody@example.com and ${phone}.`;
	const trigger = 'When chat message received';
	const pinData = { [trigger]: [{ json: { sessionId: '1', action: 'sendMessage', chatInput } }] };

	const { nodes } = await run(await imported('ai-agent.json', { pinData }), trigger);

	const [{ json }] = nodes['AI Agent'].items;
	const [byEmail, missing, byPhone] = (JSON.parse(String(json.output)) as string[]).flatMap(
		(output) => JSON.parse(output) as object[],
	);
	expect(byEmail).toMatchObject(included(first));
	expect(missing).toMatchObject({ ProspectID: null, found: false });
	expect(byPhone).toMatchObject(included(second));
	const tools = foreign.prompts[0].tools.map(({ name, description }) => [name, description]);
	expect(tools.sort()).toEqual([
		['Find_Lead_by_Email', 'Find a LeadSquared lead by email address'],
		['Find_Lead_by_Phone', 'Find a LeadSquared lead by phone number'],
	]);
});

test('errors-to-slack.json sends one message of all that failed', async () => {
	const { nodes } = await run(await imported('errors-to-slack.json'));

	expect(nodes[GET_LEADS].items.map(({ json }) => json.FirstName)).toEqual(['Ringo', 'John']);
	const [{ channel, text }, ...others] = foreign.messages;
	expect(others).toEqual([]);
	expect(channel).toBe('#leadsquared');
	expect(text).toContain(
		[
			'2 of the lead IDs failed:',
			`• ${UNKNOWN_ID}: LeadSquared has no lead with the ID ${UNKNOWN_ID} [item 2]`,
			"• 12345: 'Lead IDs' contains a value that is not a lead ID: 12345 [item 3]",
		].join('\n'),
	);
});
