/** The packed node in a real n8n: by n8n's command line, by its server, and by `npm start`. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
	CALL_COUNT,
	GET_LEADS,
	LEAD_COUNT,
	TRIGGER,
	exampleWorkflow,
	sandboxCredential,
	serveLeadIds,
} from '../../dev/playground/example.mts';
import {
	NODE_TYPE,
	createHome,
	executeByCli,
	importByCli,
	inputIndex,
	installPackage,
	packProject,
	runWorkflow,
	saveCredential,
	saveWorkflow,
	signIn,
	startServer,
} from '../../dev/playground/n8n.mts';
import type {
	Credential,
	Execution,
	Home,
	N8nServer,
	Request,
	Workflow,
} from '../../dev/playground/n8n.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';

jest.setTimeout(300_000);

const WRONG_KEYS = { accessKey: 'u$rWrongAccessKey8e1c', secretKey: 'WrongSecretKey5b7d' };
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

const sandbox = createSandbox({ leads: 20_000, latencyMs: 50 });
const folder = mkdtempSync(join(tmpdir(), 'leadsquared-e2e-'));
const closers: Array<() => unknown> = [];
let home: Home;
let credential: Credential;
let wrongCredential: Credential;
let workflow: Workflow;

beforeAll(async () => {
	const url = await sandbox.listen();
	const leadIds = await serveLeadIds(sandbox, 0);
	closers.push(() => sandbox.close(), leadIds.close);

	home = await createHome(folder);
	await installPackage(home, await packProject('.', folder));

	credential = { id: 'rightCredential1', ...sandboxCredential(sandbox, url) };
	wrongCredential = {
		...credential,
		id: 'wrongCredential1',
		name: 'wrong',
		data: { ...credential.data, ...WRONG_KEYS },
	};
	workflow = { ...exampleWorkflow(leadIds.url, named(credential)), id: 'exampleWorkflow1' };
});

afterAll(async () => {
	for (const close of closers.reverse()) await close();
	rmSync(folder, { recursive: true, force: true });
});

const named = ({ id, name }: Credential) => ({ id: id as string, name });

/** The workflow with another name, and other parameters or another credential in its LeadSquared node. */
function variant(name: string, change: Record<string, unknown>, parameters = {}): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.type === NODE_TYPE
			? { ...node, ...change, parameters: { ...node.parameters, ...parameters } }
			: node,
	);
	return { ...workflow, id: name.padEnd(16, '0'), name, nodes };
}

function expectAllLeads(execution: Execution): void {
	expect(execution.error).toBeUndefined();
	const { items } = execution.nodes[GET_LEADS];
	expect(items).toHaveLength(LEAD_COUNT);
	expect(items.map(({ json }) => json.ProspectID)).toEqual(sandbox.ids(LEAD_COUNT));
	expect(items.every((item, index) => inputIndex(item) === index)).toBe(true);
}

/** All files that this n8n has written, as one text; bytes that are not text stay searchable. */
function everythingOnDisk(): string {
	const files = readdirSync(join(folder, '.n8n'), { recursive: true, encoding: 'utf8' })
		.filter((file) => !file.startsWith('nodes'))
		.map((file) => join(folder, '.n8n', file))
		.filter((file) => statSync(file).isFile());
	return files.map((file) => readFileSync(file, 'latin1')).join('\n');
}

describe("n8n's command line", () => {
	test('fetches 10,500 leads in 12 calls, in order and linked to their input items', async () => {
		sandbox.reset();
		await importByCli(home, { credentials: [credential], workflows: [workflow] });

		const execution = await executeByCli(home, workflow.id as string);

		expectAllLeads(execution);
		expect(sandbox.stats).toMatchObject({ calls: CALL_COUNT, refused: 0 });
	});

	test('reports the message of LeadSquared about wrong keys, and writes the keys nowhere', async () => {
		sandbox.reset();
		const wrong = variant('wrongKeys', {
			credentials: { leadSquaredApi: named(wrongCredential) },
		});
		await importByCli(home, { credentials: [wrongCredential], workflows: [wrong] });

		const { error, output } = await executeByCli(home, wrong.id as string);

		expect(`${error?.message} ${error?.description}`).toContain('Invalid Access Details provided');
		const onDisk = everythingOnDisk();
		expect(onDisk).toContain('Invalid Access Details provided');
		for (const key of [...Object.values(WRONG_KEYS), sandbox.accessKey, sandbox.secretKey]) {
			expect(output).not.toContain(key);
			expect(onDisk).not.toContain(key);
		}
	});
});

describe("n8n's server", () => {
	let server: N8nServer;
	let request: Request;

	beforeAll(async () => {
		server = await startServer(home);
		closers.push(server.stop);
		request = await signIn(server);
		credential.id = await saveCredential(request, { ...credential, id: undefined, name: 'served' });
		credential.name = 'served';
	});

	beforeEach(() => sandbox.reset());

	async function run(wanted: Workflow): Promise<Execution> {
		const id = await saveWorkflow(request, { ...wanted, id: undefined });
		return await runWorkflow(request, id, TRIGGER);
	}

	/** n8n's requests to the node while a person edits it. */
	async function askNode<T>(path: string, body: Record<string, unknown>): Promise<T> {
		return await request<T>('POST', `/dynamic-node-parameters/${path}`, {
			path: 'parameters.columns',
			nodeTypeAndVersion: { name: NODE_TYPE, version: 1 },
			currentNodeParameters: { resource: 'lead', operation: 'getByIds' },
			credentials: { leadSquaredApi: named(credential) },
			...body,
		});
	}

	async function testCredential(tested: Credential): Promise<{ status: string; message: string }> {
		return await request('POST', '/credentials/test', { credentials: tested });
	}

	test('runs the example', async () => {
		const execution = await run(
			variant('served', { credentials: { leadSquaredApi: named(credential) } }),
		);

		expect(execution.status).toBe('success');
		expectAllLeads(execution);
		expect(sandbox.stats).toMatchObject({ calls: CALL_COUNT, refused: 0 });
	});

	test('shows a hint on the output pane for ids that the account does not have', async () => {
		const execution = await run(
			variant(
				'missing',
				{ credentials: { leadSquaredApi: named(credential) }, executeOnce: true },
				{ leadIds: `${sandbox.idAt(7)}, ${UNKNOWN_ID}` },
			),
		);

		const { items, hints } = execution.nodes[GET_LEADS];
		expect(items.map(({ json }) => json.ProspectID)).toEqual([sandbox.idAt(7)]);
		expect(hints).toMatchObject([{ type: 'info' }]);
		expect(hints[0].message).toContain(`1 lead was not found and was skipped: ${UNKNOWN_ID}`);
	});

	test("fills the column picker from the account's columns", async () => {
		const entries = await askNode<Array<{ name: string; value: string }>>('options', {
			methodName: 'getLeadColumns',
		});

		expect(entries[0].value).toBe('*');
		expect(entries.map(({ value }) => value)).toEqual(
			expect.arrayContaining(['FirstName', 'EmailAddress', 'ProspectStage']),
		);
	});

	describe('leads by their properties', () => {
		const ask = async (parameters: object, input: object[] = [{}]) => {
			const node = {
				id: 'lead-squared',
				name: GET_LEADS,
				type: NODE_TYPE,
				typeVersion: 1,
				position: [440, 0],
				parameters: { resource: 'lead', columns: ['FirstName', 'ProspectStage'], ...parameters },
				credentials: { leadSquaredApi: named(credential) },
			};
			const code = {
				id: 'input',
				name: 'Input',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				position: [220, 0],
				parameters: { jsCode: `return ${JSON.stringify(input.map((json) => ({ json })))};` },
			};
			const trigger = workflow.nodes.find(({ name }) => name === TRIGGER)!;
			const to = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });
			return await run({
				name: 'Leads by what they are',
				nodes: [trigger, code, node],
				connections: { [TRIGGER]: to('Input'), Input: to(GET_LEADS) },
				settings: { executionOrder: 'v1' },
			} as Workflow);
		};
		const idsOf = ({ error, nodes }: Execution) => {
			expect(error).toBeUndefined();
			return nodes[GET_LEADS].items.map(({ json }) => String(json.ProspectID));
		};
		const search = async (methodName: string, filter?: string) =>
			await askNode<{ results: Array<{ name: string; value: string }> }>(
				'resource-locator-results',
				{ methodName, path: 'parameters.listId', filter },
			);

		test('gets the changed leads: all, once, with a receipt', async () => {
			const changed = { operation: 'getMany', modifiedAfter: '2000-01-01T00:00:00Z' };
			const execution = await ask({ ...changed, returnAll: true });
			expect(idsOf(execution).sort()).toEqual(sandbox.ids(20_000).sort());
			// The list of columns may be known from the test before.
			const { calls, byPath, refused } = sandbox.stats;
			const forColumns = byPath['/v2/LeadManagement.svc/LeadsMetaData.Get'] ?? 0;
			expect([calls - forColumns, refused]).toEqual([5, 0]);
			expect(execution.nodes[GET_LEADS].hints[0].message).toMatch(/^20,000 leads, [56] calls/);
			expect(idsOf(await ask({ ...changed, returnAll: false }))).toHaveLength(50);
		});

		test('gets the members of a list that is found by its name', async () => {
			const [{ value }] = (await search('searchLists', 'customers')).results;
			const listId = { __rl: true, mode: 'list', value };
			const list = { operation: 'getMany', filterBy: 'list', listId, returnAll: true };
			const members = sandbox
				.ids(20_000)
				.filter((id) => sandbox.lead(id, ['ProspectStage'])!.ProspectStage === 'Customer');
			expect(idsOf(await ask(list)).sort()).toEqual(members.sort());
		});

		test('gets the leads with a value in a column, for each input item', async () => {
			const execution = await ask(
				{
					operation: 'getMany',
					filterBy: 'column',
					column: 'EmailAddress',
					operator: '=',
					value: '={{ $json.email }}',
					returnAll: true,
				},
				[5, 6].map((at) => ({ email: sandbox.lead(at)!.EmailAddress })),
			);
			expect(idsOf(execution)).toEqual(sandbox.ids(2, 5));
			expect(execution.nodes[GET_LEADS].items.map(inputIndex)).toEqual([0, 1]);
		});

		test('gets one lead for each input item, by ID, email address, phone number or name', async () => {
			const get = (mode: string) => ({
				operation: 'get',
				lead: { __rl: true, mode, value: '={{ $json.value }}' },
			});
			const input = (column: string) =>
				[7, 8].map((at) => ({ value: sandbox.lead(at, [column])![column] }));
			const wanted = sandbox.ids(2, 7);
			expect(idsOf(await ask(get('id'), input('ProspectID')))).toEqual(wanted);
			expect(idsOf(await ask(get('email'), input('EmailAddress')))).toEqual(wanted);
			expect(idsOf(await ask(get('phone'), input('Phone')))).toEqual(wanted);
			const [found] = (await search('searchLeads', sandbox.lead(7)!.EmailAddress!)).results;
			expect(found.value).toBe(wanted[0]);
		});

		test('offers the columns that leads can be searched by', async () => {
			const entries = await askNode<Array<{ value: string }>>('options', {
				methodName: 'getFilterColumns',
				path: 'parameters.column',
			});
			const values = entries.map(({ value }) => value);
			expect(values).toEqual(expect.arrayContaining(['ProspectStage', 'CreatedOn']));
			expect(values).not.toContain('*');
		});

		test('other calls go by HTTP Request with the same credential', async () => {
			const request = {
				id: 'request',
				name: GET_LEADS,
				type: 'n8n-nodes-base.httpRequest',
				typeVersion: 4.2,
				position: [440, 0],
				parameters: {
					url: `${credential.data.customUrl}/v2/LeadManagement.svc/Lists.Get?searchText=Newsletter`,
					authentication: 'predefinedCredentialType',
					nodeCredentialType: 'leadSquaredApi',
					options: {},
				},
				credentials: { leadSquaredApi: named(credential) },
			};
			const trigger = workflow.nodes.find(({ name }) => name === TRIGGER)!;
			const execution = await run({
				name: 'Another call',
				nodes: [trigger, request],
				connections: { [TRIGGER]: { main: [[{ node: GET_LEADS, type: 'main', index: 0 }]] } },
				settings: { executionOrder: 'v1' },
			} as Workflow);
			expect(execution.error).toBeUndefined();
			expect(execution.nodes[GET_LEADS].items[0].json.ListName).toBe('Newsletter');
		});
	});

	test('tests the credential', async () => {
		expect(await testCredential(credential)).toMatchObject({ status: 'OK' });

		const refused = await testCredential({
			...credential,
			data: { ...credential.data, ...WRONG_KEYS },
		});
		expect(refused.status).toBe('Error');
		expect(refused.message).toContain('does not accept the keys');
	});

	test('leaves no process behind when it is stopped', async () => {
		await server.stop();
		await server.ended;
		await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
	});
});

test('npm start -- --once prints 10,500 leads in 12 calls and ends with exit code 0', async () => {
	const child = spawn(
		process.execPath,
		['dev/playground/start.mts', '--once', '--folder', join(folder, 'start')],
		{ stdio: ['ignore', 'pipe', 'pipe'] },
	);
	closers.push(() => child.kill());
	let output = '';
	child.stdout.on('data', (chunk) => (output += chunk));
	child.stderr.on('data', (chunk) => (output += chunk));
	const code = await new Promise((done) => child.once('close', done));

	expect(output).toContain('10,500 leads in 12 calls');
	expect(code).toBe(0);
});
