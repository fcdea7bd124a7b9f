/** LeadSquared Trigger in a real n8n, in real time: 20,000 changes, with a restart in between. */
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

const workflowWith = (credential: { id: string; name: string }) => ({
	name: 'When a lead changes',
	nodes: [
		{
			id: 'trigger',
			name: TRIGGER,
			type: TRIGGER_TYPE,
			typeVersion: 1,
			position: [0, 0],
			parameters: {
				pollTimes: { item: [{ mode: 'everyMinute' }] },
				event: 'leadUpdated',
				columns: ['ModifiedOn'],
				options: { convertTypes: false },
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

/** The items: the lead and the time of its change. */
const changesIn = (executions: Execution[]) =>
	executions
		.flatMap(({ nodes }) => nodes.Then?.items ?? [])
		.map(({ json }) => `${String(json.ProspectID)} ${String(json.ModifiedOn)}`);

const second = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}.000`;

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
	const workflow = await saveWorkflow(request, workflowWith({ id, name: credential.name }));
	await setActive(request, workflow, true);
	// After the second of the activation.
	await sleep(2000);

	const beganAt = Date.now();
	sandbox.play([{ over: OVER_MS, change: CHANGES }]);
	const executions: Array<Execution & { id: string }> = [];
	const known = new Set<string>();
	const look = async () => {
		for (const execution of await endedExecutions(request, workflow, known)) {
			known.add(execution.id);
			executions.push(execution);
		}
		return changesIn(executions);
	};
	let isRestarted = false;
	let came = await look();
	while (came.length < CHANGES && Date.now() - beganAt < PATIENCE_MS) {
		await sleep(2000);
		came = await look();
		if (isRestarted || came.length === 0 || Date.now() - beganAt < OVER_MS / 2) continue;
		isRestarted = true;
		await server.stop();
		server = await startServer(home);
		request = await signIn(server);
	}
	const tookMs = Date.now() - beganAt;
	expect(isRestarted).toBe(true);
	expect(executions.filter(({ error }) => error)).toEqual([]);
	const wanted = sandbox.history.map(({ id: lead, stamp }) => `${lead} ${second(stamp)}`);
	expect(came).toHaveLength(CHANGES);
	expect([...came].sort()).toEqual([...wanted].sort());
	expect(sandbox.stats.refused).toBe(0);

	// Later polls return nothing twice.
	await sleep(70_000);
	expect(await look()).toHaveLength(CHANGES);
	await setActive(request, workflow, false);
	return `${name}: ${executions.length} executions, ${sandbox.stats.calls} calls, ${Math.round(tookMs / 1000)} s`;
}

test(
	'gives 20,000 changes of two minutes once, with a restart in the middle, in both of its engines',
	async () => {
		const results = await Promise.all([
			runThrough('static-data', {}),
			runThrough('durable-cursors', DURABLE),
		]);
		if (process.env.SHOW) console.log(results.join('\n'));
	},
	PATIENCE_MS + 300_000,
);
