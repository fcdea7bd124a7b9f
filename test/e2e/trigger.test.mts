/** LeadSquared Trigger in a real n8n, in real time: 20,000 changes and 5,000 phone calls, with a restart in between. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxCredential } from '../../dev/playground/example.mts';
import {
	createHome,
	endedExecutions,
	type Execution,
	installPackage,
	type N8nServer,
	packProject,
	type Request,
	saveCredential,
	saveWorkflow,
	setActive,
	signIn,
	startServer,
	TRIGGER_TYPE,
} from '../../dev/playground/n8n.mts';
import { createSandbox, type Sandbox } from '../../dev/sandbox/server.mts';

const CHANGES = 20_000;
const CALLS = 5000;
const OVER_MS = 120_000;
/** n8n polls every minute; changes that cannot be remembered wait for three. */
const PATIENCE_MS = 12 * 60_000;
const TRIGGER = 'LeadSquared Trigger';

const DURABLE = {
	N8N_SCHEDULER_ENABLED: 'true',
	N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
	N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
};

const folder = mkdtempSync(join(tmpdir(), 'leadsquared-trigger-'));
const closers: Array<() => unknown> = [];
let tarball: string;

beforeAll(async () => {
	tarball = await packProject('.', folder);
});

afterAll(async () => {
	for (const close of closers.reverse()) await close();
	rmSync(folder, { recursive: true, force: true });
});

const workflowWith = (credential: { id: string; name: string }, parameters: object) => ({
	name: JSON.stringify(parameters),
	nodes: [
		{
			id: 'trigger',
			name: TRIGGER,
			type: TRIGGER_TYPE,
			typeVersion: 1,
			position: [0, 0],
			parameters: {
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				options: { convertTypes: false },
				...parameters,
			},
			credentials: { leadSquaredApi: credential },
		},
		{
			id: 'then',
			name: 'Then',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [220, 0],
			parameters: {},
		},
	],
	connections: { [TRIGGER]: { main: [[{ node: 'Then', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
});

/** The phone calls of the second minute may have begun in the first, and the last ones are edited. */
const SCRIPT = [
	{ over: OVER_MS, change: CHANGES },
	{ over: OVER_MS / 2, log: CALLS / 2 },
	{ at: OVER_MS / 2, over: OVER_MS / 2, log: CALLS / 2, back: OVER_MS / 2 },
	{ at: OVER_MS, over: OVER_MS, edit: 1000, from: CALLS - 1000 },
];

type Item = NonNullable<Execution['nodes'][string]['items']>[number]['json'];

/** The lead and the time of its change. */
const changeOf = (item: Item) => `${String(item.ProspectID)} ${String(item.ModifiedOn)}`;
/** The activity and its lead. */
const callOf = (item: Item) =>
	`${String(item.ActivityId)} ${String((item.Lead as Item | undefined)?.ProspectID)}`;

const second = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}.000`;

interface Workflow {
	id: string;
	/** A name for an item, the same for the same event. */
	nameOf: (item: Item) => string;
	came: string[];
}

async function runThrough(name: string, env: Record<string, string>): Promise<string> {
	const sandbox: Sandbox = createSandbox({
		leads: CHANGES,
		latencyMs: 300,
		faults: { lagSeconds: 20, clockMinutes: -3 },
	});
	const url = await sandbox.listen();
	closers.push(() => sandbox.close());
	const home = await createHome(join(folder, name), env);
	await installPackage(home, tarball);
	let server: N8nServer = await startServer(home);
	closers.push(async () => await server.stop());
	let request: Request = await signIn(server);
	const credential = sandboxCredential(sandbox, url);
	const id = await saveCredential(request, credential);
	const workflows: Workflow[] = [];
	for (const { parameters, nameOf } of [
		{ parameters: { event: 'leadUpdated', columns: ['ModifiedOn'] }, nameOf: changeOf },
		{
			parameters: { event: 'activityCreated', activityType: '22', columns: ['FirstName'] },
			nameOf: callOf,
		},
	]) {
		const workflow = workflowWith({ id, name: credential.name }, parameters);
		workflows.push({ id: await saveWorkflow(request, workflow), nameOf, came: [] });
		await setActive(request, workflows.at(-1)!.id, true);
	}
	// After the second of the activation.
	await sleep(2000);

	const beganAt = Date.now();
	sandbox.play(SCRIPT);
	const known = new Set<string>();
	/** Adds what came since, and returns the number of all items. */
	const look = async () => {
		for (const workflow of workflows) {
			for (const execution of await endedExecutions(request, workflow.id, known)) {
				known.add(execution.id);
				expect(execution.error).toBeUndefined();
				const items = execution.nodes.Then?.items ?? [];
				workflow.came.push(...items.map(({ json }) => workflow.nameOf(json)));
			}
		}
		return workflows.reduce((count, { came }) => count + came.length, 0);
	};
	let isRestarted = false;
	let count = await look();
	while (count < CHANGES + CALLS && Date.now() - beganAt < PATIENCE_MS) {
		await sleep(2000);
		count = await look();
		if (isRestarted || count === 0 || Date.now() - beganAt < OVER_MS / 2) continue;
		isRestarted = true;
		await server.stop();
		server = await startServer(home);
		request = await signIn(server);
	}
	const tookMs = Date.now() - beganAt;
	expect(isRestarted).toBe(true);
	const changed = sandbox.history.filter(({ kind }) => kind === 'change');
	const [changes, calls] = workflows;
	expect(changes.came).toHaveLength(CHANGES);
	expect([...changes.came].sort()).toEqual(
		changed.map(({ id: lead, stamp }) => `${lead} ${second(stamp)}`).sort(),
	);
	expect([...calls.came].sort()).toEqual(
		sandbox.records.activities.map(({ id: activity, lead }) => `${activity} ${lead}`).sort(),
	);
	expect(sandbox.stats.refused).toBe(0);

	// Later polls return nothing twice.
	await sleep(70_000);
	expect(await look()).toBe(CHANGES + CALLS);
	for (const workflow of workflows) await setActive(request, workflow.id, false);
	return `${name}: ${known.size} executions, ${sandbox.stats.calls} calls, ${Math.round(tookMs / 1000)} s`;
}

test(
	'gives 20,000 changes and 5,000 phone calls of two minutes once, with a restart in the middle, in both of its engines',
	async () => {
		const results = await Promise.all([
			runThrough('static-data', {}),
			runThrough('durable-cursors', DURABLE),
		]);
		if (process.env.SHOW) console.log(results.join('\n'));
	},
	PATIENCE_MS + 300_000,
);
