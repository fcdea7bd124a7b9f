/**
 * The node as a tool of an AI Agent, in n8n's own engine. There are two ways: agents up to version 2
 * call the tool themselves, later ones ask the engine to run its node.
 */
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	INodeType,
} from 'n8n-workflow';
import { LeadSquared } from '../../nodes/LeadSquared/LeadSquared.node.ts';
import { createSandbox, type Sandbox } from '../../dev/sandbox/server.mts';
import type { Task } from '../../dev/sandbox/tasks.mts';
import {
	CREDENTIAL_TYPE,
	NODE_TYPE,
	runWorkflow,
	standIn,
	START,
	virtualTime,
	type VirtualTime,
} from './harness.mts';

const AGENT = 'AI Agent';
const TOOL = 'Look up leads';
const TOOL_TYPE = `${NODE_TYPE}Tool`;
const AGENT_TYPE = '@n8n/n8n-nodes-langchain.agent';
const UNKNOWN_ID = 'ffffffff-0000-4000-8000-000000000001';
/** The expression that n8n's editor writes if the model fills in a parameter. */
const IDS_FROM_MODEL =
	"={{ /*n8n-auto-generated-fromAI-override*/ $fromAI('Lead_IDs', ``, 'string') }}";

let time: VirtualTime;
let sandbox: Sandbox;
let url: string;

beforeEach(async () => {
	time = virtualTime();
	sandbox = createSandbox({ clock: time.clock, latencyMs: 300 });
	url = await sandbox.listen();
});
afterEach(async () => {
	await sandbox.close();
	time.restore();
});

/** The tool that n8n makes of a node with `usableAsTool` (2.41.1: dist/tool-generation/ai-tools.js). */
function leadSquaredTool(): INodeType {
	const node = new LeadSquared();
	expect(node.description.usableAsTool).toBe(true);
	Object.assign(node.description, { inputs: [], outputs: ['ai_tool'], usableAsTool: undefined });
	return node;
}

function agent(
	execute: (
		context: IExecuteFunctions,
		response?: EngineResponse,
	) => Promise<INodeExecutionData[][] | EngineRequest>,
): INodeType {
	const node = standIn(async () => []);
	node.description.inputs = ['main', 'ai_tool'];
	node.execute = async function (response) {
		return await execute(this, response);
	};
	return node;
}

/** The tool as LangChain has it. */
interface Tool {
	name: string;
	description: string;
	schema: { shape: Record<string, { _def: { typeName: string } }> };
	invoke(args: object): Promise<string>;
}

const toolFor = async (context: IExecuteFunctions): Promise<Tool> => {
	const [tool] = (await context.getInputConnectionData('ai_tool', 0)) as Tool[];
	return tool;
};

const output = (json: object) => [[{ json } as INodeExecutionData]];

/** Both kinds of agents. Each returns what its model gets after it has called the tool. */
const AGENTS: Record<string, (args: object) => INodeType> = {
	'called by the agent': (args) =>
		agent(async (context) => {
			const tool = await toolFor(context);
			const answer = await tool.invoke(args).catch((error: Error) => error.message);
			return output({ answer });
		}),
	'run by the engine': (args) =>
		agent(async (_context, response) => {
			const [done] = response?.actionResponses ?? [];
			if (!done) {
				const action = {
					actionType: 'ExecutionNodeAction',
					type: 'ai_tool',
					id: 'call_1',
				} as const;
				return {
					actions: [{ ...action, nodeName: TOOL, input: { ...args }, metadata: {} }],
					metadata: {},
				};
			}
			const items = done.data.data?.ai_tool?.[0] ?? [];
			return output({ answer: JSON.stringify(items.map(({ json }) => json)) });
		}),
};

async function runAgent(node: INodeType, parameters: INodeParameters = {}): Promise<IDataObject> {
	const { accessKey, secretKey } = sandbox;
	const result = await runWorkflow(
		{
			nodes: [
				{ name: START, type: 'n8n-nodes-base.manualTrigger' },
				{ name: AGENT, type: AGENT_TYPE },
				{
					name: TOOL,
					type: TOOL_TYPE,
					parameters: { leadIds: IDS_FROM_MODEL, ...parameters },
					credentials: { [CREDENTIAL_TYPE]: { id: '1', name: 'LeadSquared account' } },
				},
			],
			connections: {
				[START]: { main: [[{ node: AGENT, type: 'main', index: 0 }]] },
				[TOOL]: { ai_tool: [[{ node: AGENT, type: 'ai_tool', index: 0 }]] },
			},
		},
		{
			url,
			credentials: { accessKey, secretKey },
			types: { nodes: { [AGENT_TYPE]: node, [TOOL_TYPE]: leadSquaredTool() } },
		},
	);
	expect(result.error).toBeUndefined();
	return result.items(AGENT)[0].json;
}

const lead = (id: string) => {
	const { ProspectID, FirstName, LastName, EmailAddress, Phone, ProspectStage } = sandbox.lead(id)!;
	return { ProspectID, found: true, FirstName, LastName, EmailAddress, Phone, ProspectStage };
};

const NO_LEAD_DATA = {
	found: false,
	FirstName: null,
	LastName: null,
	EmailAddress: null,
	Phone: null,
	ProspectStage: null,
};

it('describes the tool to the model, and requests lead IDs as text', async () => {
	const node = agent(async (context) => {
		const { name, description, schema } = await toolFor(context);
		const parameters = Object.entries(schema.shape).map(([key, { _def }]) => [key, _def.typeName]);
		return output({ name, description, parameters });
	});

	expect(await runAgent(node)).toEqual({
		name: 'Look_up_leads',
		description: 'Get leads by IDs in LeadSquared',
		parameters: [['Lead_IDs', 'ZodString']],
	});
});

const UPSERT = (email: string) => ({
	operation: 'upsert',
	leadIds: '',
	fields: {
		mappingMode: 'defineBelow',
		value: { EmailAddress: email, FirstName: "={{ $fromAI('First_Name', ``, 'string') }}" },
		matchingColumns: ['EmailAddress'],
		schema: [],
	},
});
const EMAIL_FROM_MODEL = "={{ $fromAI('Email', ``, 'string') }}";

it('informs the model that Create or Update creates and updates leads', async () => {
	const node = agent(async (context) => {
		const { description, schema } = await toolFor(context);
		return output({ description, parameters: Object.keys(schema.shape).sort() });
	});

	expect(await runAgent(node, UPSERT(EMAIL_FROM_MODEL))).toEqual({
		description: 'Create or update a lead in LeadSquared',
		parameters: ['Email', 'First_Name'],
	});
});

const fromModel = (name: string) => `={{ $fromAI('${name}', \`\`, 'string') }}`;
const located = (name: string, mode = 'list') => ({ __rl: true, mode, value: fromModel(name) });
const operation = (resource: string, name: string, parameters: INodeParameters) => ({
	...{ resource, operation: name, leadIds: '', returnAll: true, options: {} },
	...parameters,
});
const ANN = 'ann@example.com';
/** An opportunity of Ann. Records have the same IDs in every sandbox. */
const OPPORTUNITY = createSandbox().activities.find(({ code }) => code === 12_000)!;
/** The static list 'Summer Webinar'. */
const LIST = 'dee3e96b-9760-cf4b-2337-58d5dbd49cd1';
const TASK = {
	id: '11111111-0000-4000-8000-000000000001',
	name: 'Call back',
	type: 'Phone Call',
	relatedEntity: 0,
	due: 0,
	end: 0,
	created: 0,
	owner: 1,
} as Task;

/** The operations on records other than leads: their tool, what the model sends, and what it gets. */
const OPERATIONS: Array<[description: string, INodeParameters, args: object, answer: object]> = [
	[
		'Create an activity',
		operation('activity', 'create', {
			lead: located('Lead'),
			activityType: located('Type', 'code'),
			note: fromModel('Note'),
			at: '',
			fields: { mappingMode: 'defineBelow', value: {}, matchingColumns: [] },
			options: { ownerEmail: located('Owner') },
		}),
		{ Lead: ANN, Type: '201', Note: 'Asked for a visit', Owner: 'owner2@example.com' },
		{ ActivityId: expect.any(String), ProspectID: null, status: 'created' },
	],
	[
		'Get many activities',
		operation('activity', 'getMany', {
			filterBy: 'lead',
			lead: located('Lead'),
			activityType: located('Type', 'code'),
			...{ modifiedAfter: '', modifiedBefore: '' },
		}),
		{ Lead: ANN, Type: '3002' },
		{ ActivityEvent: 3002, CurrentStage: expect.any(String) },
	],
	[
		'Get many opportunities',
		operation('opportunity', 'getMany', {
			lead: located('Lead'),
			opportunityType: located('Type', 'code'),
			columns: ['Status'],
		}),
		{ Lead: ANN, Type: '12000' },
		{ OpportunityId: expect.any(String) },
	],
	[
		'Get opportunities by IDs',
		operation('opportunity', 'getByIds', {
			opportunityIds: fromModel('IDs'),
			opportunityType: located('Type', 'code'),
			columns: ['Status'],
		}),
		{ IDs: OPPORTUNITY.id, Type: '12000' },
		{ OpportunityId: OPPORTUNITY.id, ProspectID: OPPORTUNITY.lead, found: true },
	],
	[
		'Add leads to a list',
		operation('list', 'addLeads', {
			listId: located('List', 'id'),
			leadIds: fromModel('IDs'),
		}),
		{ List: LIST, IDs: OPPORTUNITY.lead },
		{ ProspectID: OPPORTUNITY.lead, ListId: LIST, status: 'added' },
	],
	[
		'Create a note',
		operation('note', 'create', { lead: located('Lead'), note: fromModel('Note') }),
		{ Lead: ANN, Note: 'Asked for a visit' },
		{ NoteId: expect.any(String) },
	],
	[
		'Get many notes',
		operation('note', 'getMany', { lead: located('Lead') }),
		{ Lead: ANN },
		{ NoteId: expect.any(String), Note: expect.any(String) },
	],
	[
		'Create a task',
		operation('task', 'create', {
			name: fromModel('Name'),
			taskType: located('Type', 'name'),
			lead: located('Lead'),
			dueDate: fromModel('Due'),
			...{ endDate: '', description: '' },
			owner: located('Owner'),
		}),
		{
			Name: 'Call back',
			Type: 'phone call',
			Lead: ANN,
			Due: '2026-05-01',
			Owner: 'owner2@example.com',
		},
		{ TaskId: expect.any(String) },
	],
	[
		'Complete a task',
		operation('task', 'complete', { taskId: fromModel('Task') }),
		{ Task: TASK.id },
		{ TaskId: TASK.id, status: 'completed' },
	],
	[
		'Get many tasks',
		operation('task', 'getMany', {
			owner: located('Owner'),
			taskType: located('Type', 'name'),
			...{ status: 'open', dueAfter: '', dueBefore: '' },
		}),
		{ Owner: 'owner2@example.com', Type: 'phone call' },
		{ TaskId: TASK.id, Name: TASK.name },
	],
	[
		'Get many users',
		operation('user', 'getMany', { status: 'active', returnAll: false, limit: 1 }),
		{},
		{ ID: expect.any(String), EmailAddress: expect.any(String) },
	],
];

const FROM_AI = /\$fromAI\('(\w+)'/g;

it.each(OPERATIONS)('the tool: %s', async (description, parameters) => {
	const node = agent(async (context) => {
		const { description: words, schema } = await toolFor(context);
		return output({ description: words, parameters: Object.keys(schema.shape).sort() });
	});
	const names = [...JSON.stringify(parameters).matchAll(FROM_AI)].map(([, name]) => name);
	expect(await runAgent(node, parameters)).toEqual({
		description: `${description} in LeadSquared`,
		parameters: names.sort(),
	});
});

describe.each(Object.entries(AGENTS))('%s', (_way, agentWith) => {
	const answerTo = async (args: object, parameters?: INodeParameters): Promise<string> =>
		(await runAgent(agentWith(args), parameters)).answer as string;

	it.each([
		['one id', ([id]: string[]) => id],
		['commas', (ids: string[]) => ids.join(', ')],
		['new lines', (ids: string[]) => ids.join('\n')],
		['a JSON array', (ids: string[]) => JSON.stringify(ids)],
		['quotes', (ids: string[]) => ids.map((id) => `"${id}"`).join(' ')],
		['upper case', (ids: string[]) => ids.join(';').toUpperCase()],
	])('takes ids as a model writes them: %s', async (_form, write) => {
		const text = write(sandbox.ids(3));

		const leads = sandbox
			.ids(3)
			.filter((id) => text.toLowerCase().includes(id))
			.map(lead);

		expect(JSON.parse(await answerTo({ Lead_IDs: text }))).toEqual(leads);
		// One for the leads, and one for the types of their columns.
		expect(sandbox.stats.calls).toBe(2);
	});

	it('keeps the answer short by default', async () => {
		const answer = await answerTo({ Lead_IDs: sandbox.ids(10).join(',') });

		expect(answer.length).toBeLessThan(10 * 250);
	});

	it('lets the model choose the columns', async () => {
		const args = { Lead_IDs: sandbox.idAt(0), Columns: 'FirstName, mx_City' };
		const columns = "={{ $fromAI('Columns', 'Schema names, separated by commas', 'string') }}";

		const [answer] = JSON.parse(await answerTo(args, { columns })) as object[];

		expect(Object.keys(answer)).toEqual(['ProspectID', 'found', 'FirstName', 'mx_City']);
	});

	it('reports a missing lead as not found, unless the user sets another option', async () => {
		const args = { Lead_IDs: `${UNKNOWN_ID}, ${sandbox.idAt(0)}` };

		expect(JSON.parse(await answerTo(args))).toEqual([
			{ ...NO_LEAD_DATA, ProspectID: UNKNOWN_ID },
			lead(sandbox.idAt(0)),
		]);
		expect(JSON.parse(await answerTo(args, { options: { notFound: 'skip' } }))).toEqual([
			{ ...lead(sandbox.idAt(0)), found: undefined },
		]);
	});

	it('reports a missing lead also if LeadSquared answers with an error', async () => {
		sandbox.faults.unknownIds = 'not-found';
		const missing = { ...NO_LEAD_DATA, ProspectID: UNKNOWN_ID };
		expect(JSON.parse(await answerTo({ Lead_IDs: UNKNOWN_ID }))).toEqual([missing]);
		expect(JSON.parse(await answerTo({ Lead_IDs: `${sandbox.idAt(0)} ${UNKNOWN_ID}` }))).toEqual([
			lead(sandbox.idAt(0)),
			missing,
		]);
	});

	it('writes what the model says, and reports the result', async () => {
		const answer = async (Email: string) =>
			await answerTo({ Email, First_Name: 'Ada' }, UPSERT(EMAIL_FROM_MODEL));
		const [created] = JSON.parse(await answer('ada@example.com')) as IDataObject[];
		expect(created).toMatchObject({ created: true, status: 'created' });
		const { id, values } = sandbox.history.at(-1)!;
		expect([id, values]).toEqual([
			created.ProspectID,
			{ EmailAddress: 'ada@example.com', FirstName: 'Ada' },
		]);
		expect(await answer('no address')).toMatch(
			/'Email' \(EmailAddress\) does not accept \\*"no address/,
		);
		expect(await answer('')).toContain("The match column 'Email' (EmailAddress) has no value");
		expect(sandbox.history).toHaveLength(1);
	});

	it.each(OPERATIONS)('%s', async (_description, parameters, args, answer) => {
		const { lead: id } = OPPORTUNITY;
		sandbox.records.tasks.push({ ...TASK });
		sandbox.touch(id, { EmailAddress: ANN });
		for (const ProspectStage of ['Prospect', 'Customer']) sandbox.touch(id, { ProspectStage });
		const [first] = JSON.parse(await answerTo(args, parameters)) as IDataObject[];
		expect(first).toMatchObject(answer);
		if ('Lead' in args) expect([id, null]).toContain(first.ProspectID);
	});

	it.each(OPERATIONS.filter(([, , args]) => 'Lead' in args))(
		'%s: reports a lead that does not exist to the model',
		async (_description, parameters, args) => {
			const unknown = { ...args, Lead: 'no.one@example.com' };
			expect(await answerTo(unknown, parameters)).toMatch(
				/LeadSquared has no lead with the (email address|EmailAddress) no\.one@example\.com/,
			);
		},
	);

	it('reports invalid IDs to the model', async () => {
		expect(await answerTo({ Lead_IDs: 'Ringo' })).toContain(
			"'Lead IDs' contains a value that is not a lead ID: Ringo",
		);
		expect(sandbox.stats.calls).toBe(0);
	});
});
