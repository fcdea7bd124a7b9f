/**
 * n8n's queue mode for real: Redis, Postgres, a main process and two workers. The workers share no memory,
 * only the account, and have to find their shares of its rate limit by its refusals.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import {
	GET_LEADS,
	LEAD_IDS,
	TRIGGER,
	exampleWorkflow,
	sandboxCredential,
	serveLeadIds,
} from '../../dev/playground/example.mts';
import {
	createHome,
	installPackage,
	packProject,
	runWorkflow,
	saveCredential,
	saveWorkflow,
	signIn,
	startServer,
	startWorker,
} from '../../dev/playground/n8n.mts';
import type { Execution, Home, N8nServer, Request, Workflow } from '../../dev/playground/n8n.mts';
import { startPostgres, startRedis } from '../../dev/playground/services.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';

jest.setTimeout(600_000);

const EXECUTIONS = 8;
const LEADS_EACH = 50_000;
const CALLS = (EXECUTIONS * LEADS_EACH) / 1000;
const LIMIT = { calls: 25, seconds: 5 };
const LATENCY_MS = 300;
const FLOOR_MS = LIMIT.seconds * 1000 * Math.floor((CALLS - 1) / LIMIT.calls) + LATENCY_MS;
const POLL_MS = 250;

const COUNT = 'Count';
const FETCH = 'Fetch';

const sandbox = createSandbox({
	leads: EXECUTIONS * LEADS_EACH,
	limit: LIMIT,
	latencyMs: LATENCY_MS,
});
const folder = mkdtempSync(join(tmpdir(), 'leadsquared-queue-'));
const closers: Array<() => unknown> = [];

let workers: N8nServer[];
let executions: Execution[];
let executionsByWorker: number[];
let totalMs: number;

beforeAll(async () => {
	const sandboxUrl = await sandbox.listen();
	const leadIds = await serveLeadIds(sandbox, 0);
	closers.push(() => sandbox.close(), leadIds.close);

	const request = await startQueueMode();
	const credential = sandboxCredential(sandbox, sandboxUrl);
	const named = { id: await saveCredential(request, credential), name: credential.name };
	const fetching = await saveWorkflow(request, fetchAndCount(leadIds.url, named));
	let start = 0;
	const runAll = async (count: number): Promise<Execution[]> => {
		const ids: string[] = [];
		for (let index = 0; index < EXECUTIONS; index++) {
			const input = { from: index * LEADS_EACH, count };
			ids.push(await saveWorkflow(request, calling(fetching, `Execution ${index + 1}`, input)));
		}
		start = Date.now();
		return await Promise.all(
			ids.map(async (id) => await runWorkflow(request, id, TRIGGER, { pollMs: POLL_MS })),
		);
	};

	// As workers that have been at work before: n8n loads nodes when they are first used. Then a
	// window passes, so that these calls count no more.
	await runAll(1000);
	await sleep(2 * LIMIT.seconds * 1000);
	sandbox.reset();
	const before = workers.map(executionsOf);

	executions = await runAll(LEADS_EACH);
	totalMs = Date.now() - start;
	executionsByWorker = workers.map((worker, index) => executionsOf(worker) - before[index]);
	console.log(
		`${CALLS} calls by ${workers.length} workers: ${(totalMs / 1000).toFixed(1)} s, ` +
			`${(totalMs / FLOOR_MS).toFixed(2)} × the floor; ${sandbox.stats.refused} refused; ` +
			`most in any window: ${sandbox.stats.mostInAnyWindow}; ` +
			`executions by worker: ${executionsByWorker.join(', ')}`,
	);
});

afterAll(async () => {
	for (const close of closers.reverse()) await close();
	rmSync(folder, { recursive: true, force: true });
});

/** Each process of n8n in a home of its own, as on machines of their own. */
async function startQueueMode(): Promise<Request> {
	const redis = await startRedis();
	closers.push(redis.stop);
	const postgres = await startPostgres();
	closers.push(postgres.stop);
	const env = {
		...redis.env,
		...postgres.env,
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		NODE_OPTIONS: '--max-old-space-size=3000',
	};
	const tarball = await packProject('.', folder);
	const home = async (name: string): Promise<Home> => {
		const made = await createHome(join(folder, name), env);
		await installPackage(made, tarball);
		return made;
	};
	// The main process makes the database; only then may the workers open it.
	const main = await startServer(await home('main'));
	closers.push(main.stop);
	const request = await signIn(main);
	workers = await Promise.all(
		['worker-1', 'worker-2'].map(async (name) => {
			const worker = await startWorker(await home(name), { concurrency: 10 });
			closers.push(worker.stop);
			return worker;
		}),
	);
	return request;
}

/**
 * The example as a sub-workflow that fetches leads and returns how many came. Nothing else
 * of its executions is kept: n8n would write all leads to its database.
 */
function fetchAndCount(idsUrl: string, credential: { id: string; name: string }): Workflow {
	const { nodes } = exampleWorkflow(idsUrl, credential);
	const [leadIds, getLeads] = [LEAD_IDS, GET_LEADS].map(
		(name) => nodes.find((node) => node.name === name)!,
	);
	// In calls of 1,000, so that the workers meet at the limit.
	getLeads.parameters.options = { leadsPerRequest: 1000 };
	const url = new URL(idsUrl);
	leadIds.parameters.url = `=${url.origin}${url.pathname}?count={{ $json.count }}&from={{ $json.from }}`;
	const trigger = {
		name: 'When called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
	const count = {
		name: COUNT,
		type: 'n8n-nodes-base.summarize',
		typeVersion: 1.1,
		position: [880, 0],
		parameters: {
			fieldsToSummarize: {
				values: [
					{ aggregation: 'count', field: 'ProspectID' },
					{ aggregation: 'countUnique', field: 'ProspectID' },
				],
			},
		},
	};
	return {
		...chain('Fetch leads', [trigger, leadIds, getLeads, count]),
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveManualExecutions: false,
		},
	};
}

/** A workflow that calls the sub-workflow for the lead ids of one execution. */
function calling(
	workflowId: string,
	name: string,
	input: { from: number; count: number },
): Workflow {
	const trigger = {
		name: TRIGGER,
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const wanted = {
		name: 'Wanted',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		position: [220, 0],
		parameters: {
			mode: 'raw',
			jsonOutput: JSON.stringify(input),
			options: {},
		},
	};
	const fetching = {
		name: FETCH,
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.1,
		position: [440, 0],
		parameters: { workflowId: { __rl: true, mode: 'id', value: workflowId }, options: {} },
	};
	return chain(name, [trigger, wanted, fetching]);
}

/** A workflow of nodes in a row. */
function chain(name: string, nodes: Workflow['nodes']): Workflow {
	const connections = nodes
		.slice(1)
		.map((node, index) => [
			nodes[index].name,
			{ main: [[{ node: node.name, type: 'main', index: 0 }]] },
		]);
	return {
		name,
		nodes: nodes.map((node, index) => ({ id: `node${index}`, ...node })),
		connections: Object.fromEntries(connections) as Workflow['connections'],
		settings: { executionOrder: 'v1' },
	};
}

/** The number of executions that a worker has run, by its log. */
function executionsOf({ logFile }: N8nServer): number {
	return readFileSync(logFile, 'utf8').match(/Worker started execution/g)?.length ?? 0;
}

test('every execution completes with its own 50,000 leads', () => {
	for (const execution of executions) {
		expect(execution.error).toBeUndefined();
		expect(execution.status).toBe('success');
		expect(execution.nodes[FETCH].items.map(({ json }) => json)).toEqual([
			{ count_ProspectID: LEADS_EACH, unique_count_ProspectID: LEADS_EACH },
		]);
	}
	expect(sandbox.stats.leadsServed).toBe(EXECUTIONS * LEADS_EACH);
	expect(sandbox.stats.calls - sandbox.stats.refused).toBe(CALLS);
});

test('both workers take part', () => {
	expect(Math.min(...executionsByWorker)).toBeGreaterThan(0);
	expect(executionsByWorker.reduce((sum, count) => sum + count)).toBe(EXECUTIONS);
});

// How long it takes is printed, and judged in docs/queue-mode.md: what else the machine does decides too
// much of it.
test('at most 12 % of the calls are refused', () => {
	expect(sandbox.stats.refused / sandbox.stats.calls).toBeLessThanOrEqual(0.12);
});
