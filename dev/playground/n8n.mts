/**
 * A real n8n on this machine: made in a folder of its own, given the packed node as n8n gives
 * itself a community package, run by its command line or as a server, and driven over REST.
 * `npm start`, the end-to-end tests and the benchmarks stand on it.
 *
 * It expects the repository as working directory (npm scripts have it).
 */
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Agent, fetch } from 'undici';

const execute = promisify(execFile);

const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 250;
const LOG_TAIL_CHARACTERS = 4000;

/** The login of a playground n8n. It guards nothing: that n8n listens on loopback only. */
export const OWNER = { email: 'demo@example.com', password: 'Playground1' };

/** Types by which workflows name the node once it is installed as a community package. */
export const NODE_TYPE = 'n8n-nodes-leadsquared-crm.leadSquared';
export const TRIGGER_TYPE = 'n8n-nodes-leadsquared-crm.leadSquaredTrigger';
export const CREDENTIAL_TYPE = 'leadSquaredApi';

/** An n8n's own folder, and the environment that makes n8n use it. */
export interface Home {
	folder: string;
	env: Record<string, string | undefined>;
}

/** A running process of n8n: the server, or a worker of queue mode. */
export interface N8nServer {
	url: string;
	pid: number;
	logFile: string;
	/** Settles when the process ends, by `stop` or otherwise. */
	ended: Promise<void>;
	/** Ends n8n and all that it started. May be called twice. */
	stop(): Promise<void>;
}

export type Request = <T>(method: string, path: string, body?: unknown) => Promise<T>;

export interface WorkflowNode {
	name: string;
	type: string;
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string; name: string }>;
	[more: string]: unknown;
}

export interface Workflow {
	id?: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	[more: string]: unknown;
}

export interface Credential {
	id?: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

export interface Item {
	json: Record<string, unknown>;
	pairedItem?: number | { item: number } | Array<{ item: number }>;
	error?: unknown;
}

/** The result of one node in an execution. */
export interface NodeRun {
	items: Item[];
	hints: Array<{ message: string }>;
	/** Milliseconds from start to end of the node. */
	ms: number;
	error?: { message: string; description?: string | null };
}

export interface Execution {
	status: string;
	error?: { message: string; description?: string | null };
	nodes: Record<string, NodeRun>;
}

const nodeBinary = () => resolve('dev/playground/node_modules/node/bin/node');
const n8nBinary = () => resolve('dev/playground/node_modules/n8n/bin/n8n');

/** The preferred port of loopback, or any free one if it is taken. */
export async function freePort(preferred = 0): Promise<number> {
	const server = createServer();
	try {
		return await new Promise<number>((done, fail) => {
			server.once('error', fail);
			server.listen(preferred, '127.0.0.1', () => {
				done((server.address() as { port: number }).port);
			});
		});
	} catch (error) {
		if (preferred !== 0) return await freePort();
		throw error;
	} finally {
		server.close();
	}
}

/**
 * Makes (or finds again) the home of an n8n that asks nothing of the internet and of the person
 * in front of it.
 */
export async function createHome(folder: string, env: Record<string, string> = {}): Promise<Home> {
	if (!existsSync(n8nBinary())) {
		throw new Error('n8n is not installed. Run `node dev/setup.mjs . dev/playground` first.');
	}
	await mkdir(join(folder, '.n8n', 'nodes'), { recursive: true });
	const inherited = Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !/^(N8N_|DB_|EXECUTIONS_|QUEUE_)/.test(name)),
	);
	const binFolder = resolve('dev/playground/node_modules/.bin');
	return {
		folder,
		env: {
			...inherited,
			PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}`,
			NODE_ENV: 'production',
			NODE_OPTIONS: undefined,
			N8N_USER_FOLDER: folder,
			N8N_ENCRYPTION_KEY: 'the key of a playground',
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_HOST: '127.0.0.1',
			N8N_SECURE_COOKIE: 'false',
			N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_DYNAMIC_BANNERS_ENABLED: 'false',
			N8N_VERIFIED_PACKAGES_ENABLED: 'false',
			N8N_LOG_LEVEL: 'info',
			...env,
		},
	};
}

/**
 * Packs the project as npm would publish it.
 * @returns the tarball's path, in the folder given
 */
export async function packProject(project: string, destination: string): Promise<string> {
	await mkdir(destination, { recursive: true });
	const { stdout } = await execute(
		'npm',
		['pack', '--json', '--ignore-scripts', '--pack-destination', destination],
		{ cwd: project, shell: process.platform === 'win32' },
	);
	// npm 11 answers with a list, later ones with an object by package name.
	const answer = JSON.parse(stdout) as object;
	const [packed] = Object.values(answer) as Array<{ filename: string }>;
	return join(destination, packed.filename);
}

/**
 * Installs a tarball as n8n's own community packages service does (its `downloadPackage`): unpacked
 * into `nodes/node_modules/<name>`, without the dependencies that only its developers need, and
 * entered in the ledger `nodes/package.json`.
 * @returns the package's name
 */
export async function installPackage(home: Home, tarball: string): Promise<string> {
	const nodesFolder = join(home.folder, '.n8n', 'nodes');
	const unpacked = join(nodesFolder, 'unpacked');
	await rm(unpacked, { recursive: true, force: true });
	await mkdir(unpacked, { recursive: true });
	await execute('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);

	const manifestFile = join(unpacked, 'package.json');
	const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Record<string, unknown>;
	const { name, version } = manifest as { name: string; version: string };
	if (Object.keys(manifest.dependencies ?? {}).length > 0) {
		throw new Error(`${name} has runtime dependencies; a verified community node has none.`);
	}
	for (const key of ['devDependencies', 'peerDependencies', 'optionalDependencies']) {
		delete manifest[key];
	}
	await writeFile(manifestFile, JSON.stringify(manifest, null, 2));

	const target = join(nodesFolder, 'node_modules', name);
	await rm(target, { recursive: true, force: true });
	await cp(unpacked, target, { recursive: true });
	await rm(unpacked, { recursive: true });
	await writeFile(
		join(nodesFolder, 'package.json'),
		JSON.stringify(
			{ name: 'installed-nodes', private: true, dependencies: { [name]: version } },
			null,
			2,
		),
	);
	return name;
}

/**
 * Runs one command of n8n's command line, e.g. `import:workflow --input=w.json`.
 *
 * It prints into files: n8n exits without waiting for what it printed, and a pipe loses what was not
 * read by then.
 * @returns its exit code and all that it printed; a failing command does not throw
 */
export async function runCli(
	home: Home,
	args: string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
	const env = { ...home.env, N8N_RUNNERS_BROKER_PORT: String(await freePort()) };
	const folder = await mkdtemp(join(home.folder, 'cli-'));
	const stdout = await open(join(folder, 'stdout'), 'w+');
	const stderr = await open(join(folder, 'stderr'), 'w+');
	try {
		const code = await new Promise<number>((done, fail) => {
			const stdio: StdioOptions = ['ignore', stdout.fd, stderr.fd];
			spawn(nodeBinary(), [n8nBinary(), ...args], { env, cwd: home.folder, stdio })
				.once('error', fail)
				.once('close', (exitCode) => done(exitCode ?? 1));
		});
		const printed = async (name: string) => await readFile(join(folder, name), 'utf8');
		return { code, stdout: await printed('stdout'), stderr: await printed('stderr') };
	} finally {
		await stdout.close();
		await stderr.close();
		await rm(folder, { recursive: true });
	}
}

/** Runs a command that has to succeed; otherwise the error says what n8n printed last. */
async function runCliOrThrow(home: Home, args: string[]): Promise<void> {
	const { code, stdout, stderr } = await runCli(home, args);
	if (code !== 0) {
		const tail = `${stdout}\n${stderr}`.slice(-LOG_TAIL_CHARACTERS);
		throw new Error(`n8n ${args[0]} ended with exit code ${code}:\n${tail}`);
	}
}

/** Imports credentials and workflows (each with an `id`) by n8n's command line. */
export async function importByCli(
	home: Home,
	{ credentials = [], workflows = [] }: { credentials?: Credential[]; workflows?: Workflow[] },
): Promise<void> {
	const batches = { 'import:credentials': credentials, 'import:workflow': workflows };
	for (const [command, entries] of Object.entries(batches)) {
		if (entries.length === 0) continue;
		const file = join(home.folder, 'import.json');
		await writeFile(file, JSON.stringify(entries));
		try {
			await runCliOrThrow(home, [command, `--input=${file}`]);
		} finally {
			await rm(file, { force: true });
		}
	}
}

/** Executes a workflow by n8n's command line, in a process of its own. */
export async function executeByCli(
	home: Home,
	workflowId: string,
): Promise<Execution & { output: string }> {
	const { stdout, stderr } = await runCli(home, ['execute', `--id=${workflowId}`, '--rawOutput']);
	return { ...readExecution(firstJsonObject(stdout)), output: stdout + stderr };
}

/** The one JSON object that `n8n execute` prints among lines of its log. */
function firstJsonObject(output: string): RawExecution {
	const match = /^\{\n[\s\S]*?^\}$/m.exec(output);
	if (!match) {
		throw new Error(`n8n printed no result:\n${output.slice(-LOG_TAIL_CHARACTERS)}`);
	}
	return JSON.parse(match[0]) as RawExecution;
}

/**
 * Starts an n8n server on loopback and waits until it answers.
 * @throws if it ends early or is not ready within three minutes, with the end of its log
 */
export async function startServer(
	home: Home,
	{ port = 0 }: { port?: number } = {},
): Promise<N8nServer> {
	const listenPort = await freePort(port);
	const url = `http://127.0.0.1:${listenPort}`;
	return await startProcess(home, {
		url,
		args: ['start'],
		env: { N8N_PORT: String(listenPort), N8N_EDITOR_BASE_URL: url },
		readyPaths: ['/healthz/readiness', '/rest/settings'],
	});
}

/**
 * Starts a worker of queue mode, and waits until it takes executions. Its home has to name the
 * database, the Redis and the encryption key that the server's home names.
 * @param concurrency the number of concurrent executions
 * @throws as {@link startServer} does
 */
export async function startWorker(
	home: Home,
	{ concurrency = 10 }: { concurrency?: number } = {},
): Promise<N8nServer> {
	const port = String(await freePort());
	return await startProcess(home, {
		url: `http://127.0.0.1:${port}`,
		args: ['worker', `--concurrency=${concurrency}`],
		env: {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: port,
			N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
		},
		readyPaths: ['/healthz/readiness'],
	});
}

interface ProcessOptions {
	url: string;
	args: string[];
	env: Record<string, string>;
	/** It is ready once all of these answer. */
	readyPaths: string[];
}

async function startProcess(
	home: Home,
	{ url, args, env, readyPaths }: ProcessOptions,
): Promise<N8nServer> {
	const logFile = join(home.folder, 'n8n.log');
	const log = createWriteStream(logFile);
	const child = spawn(nodeBinary(), [n8nBinary(), ...args], {
		cwd: home.folder,
		env: { ...home.env, ...env, N8N_RUNNERS_BROKER_PORT: String(await freePort()) },
		// A process group of its own: Ctrl-C reaches this program, which then ends the whole group.
		detached: process.platform !== 'win32',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const ended = new Promise<void>((done) => {
		child.once('exit', () => done());
		child.once('error', () => done());
	});
	const endAtExit = () => signal(child, 'SIGKILL');
	process.once('exit', endAtExit);

	const stop = async () => {
		signal(child, 'SIGTERM');
		await Promise.race([ended, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
		signal(child, 'SIGKILL');
		process.removeListener('exit', endAtExit);
		log.end();
	};
	try {
		await ready(
			child,
			readyPaths.map((path) => url + path),
		);
	} catch (error) {
		await stop();
		const tail = readFileSync(logFile, 'utf8').slice(-LOG_TAIL_CHARACTERS);
		throw new Error(`${(error as Error).message}. The end of ${logFile}:\n${tail}`);
	}
	return { url, pid: child.pid!, logFile, ended, stop };
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Sends a signal to a process and all that it started. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
	try {
		if (process.platform === 'win32' || child.pid === undefined) child.kill(name);
		else process.kill(-child.pid, name);
	} catch {
		// The group has ended.
	}
}

async function ready(child: ChildProcess, urls: string[]): Promise<void> {
	let failure: Error | undefined;
	child.once('error', (error) => (failure = error));
	const deadline = Date.now() + START_TIMEOUT_MS;
	while (Date.now() < deadline) {
		if (failure) throw failure;
		if (hasEnded(child)) throw new Error(`n8n ended with exit code ${child.exitCode}`);
		const answered = await Promise.all(urls.map(answers));
		if (answered.every(Boolean)) return;
		await sleep(POLL_MS);
	}
	throw new Error(`n8n was not ready within ${START_TIMEOUT_MS / 1000} s`);
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(url);
		const text = await response.text();
		// While n8n starts, it answers other addresses with a page that says so.
		return response.ok && text.startsWith('{');
	} catch {
		return false;
	}
}

// A connection of its own for each request: n8n closes idle ones while it is busy with an execution,
// and a request on such a one fails without an answer.
const connections = new Agent({ pipelining: 0 });

/** Logs in as the owner, whom it makes if n8n is new. */
export async function signIn(server: N8nServer): Promise<Request> {
	let cookie = '';
	const request: Request = async <T,>(method: string, path: string, body?: unknown) => {
		const response = await fetch(`${server.url}/rest${path}`, {
			method,
			headers: { 'content-type': 'application/json', cookie, 'browser-id': 'playground' },
			body: body === undefined ? undefined : JSON.stringify(body),
			dispatcher: connections,
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`n8n answered ${method} ${path} with ${response.status}: ${text}`);
		}
		const session = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		if (session) cookie = session.split(';')[0];
		return (JSON.parse(text) as { data: T }).data;
	};
	const settings = await request<{ userManagement: { showSetupOnFirstLoad: boolean } }>(
		'GET',
		'/settings',
	);
	if (settings.userManagement.showSetupOnFirstLoad) {
		await request('POST', '/owner/setup', { ...OWNER, firstName: 'Demo', lastName: 'Owner' });
	}
	await request('POST', '/login', {
		emailOrLdapLoginId: OWNER.email,
		password: OWNER.password,
	});
	return request;
}

/**
 * Makes the credential, or updates the one of the same name and type.
 * @returns its id
 */
export async function saveCredential(request: Request, credential: Credential): Promise<string> {
	const all = await request<Credential[]>('GET', '/credentials');
	const same = all.find(({ name, type }) => name === credential.name && type === credential.type);
	const saved = same
		? await request<Credential>('PATCH', `/credentials/${same.id}`, credential)
		: await request<Credential>('POST', '/credentials', credential);
	return saved.id as string;
}

/** @returns the id of the workflow of that name, undefined if there is none */
export async function findWorkflow(request: Request, name: string): Promise<string | undefined> {
	const all = await request<Workflow[]>('GET', '/workflows');
	return all.find((workflow) => workflow.name === name)?.id;
}

/**
 * Makes the workflow, or overwrites the one of the same name.
 * @returns its id
 */
export async function saveWorkflow(request: Request, workflow: Workflow): Promise<string> {
	const id = await findWorkflow(request, workflow.name);
	const saved = id
		? await request<Workflow>('PATCH', `/workflows/${id}?forceSave=true`, workflow)
		: await request<Workflow>('POST', '/workflows', workflow);
	return saved.id as string;
}

/**
 * Runs a saved workflow from its trigger, as a click on Execute Workflow does, to its end.
 * @param pollMs how often n8n is asked whether it has ended
 */
export async function runWorkflow(
	request: Request,
	workflowId: string,
	triggerName: string,
	{ pollMs = POLL_MS }: { pollMs?: number } = {},
): Promise<Execution> {
	const { executionId } = await request<{ executionId: string }>(
		'POST',
		`/workflows/${workflowId}/run`,
		{ triggerToStartFrom: { name: triggerName } },
	);
	for (;;) {
		const state = await request<{ status: string; finished: boolean; data: string }>(
			'GET',
			`/executions/${executionId}`,
		);
		if (!isUnderWay(state.status)) {
			return readExecution({ status: state.status, data: unflatten(state.data) });
		}
		await sleep(pollMs);
	}
}

/** Activates a saved workflow as it is now, or ends that. @throws what its trigger throws */
export async function setActive(
	request: Request,
	workflowId: string,
	isActive: boolean,
): Promise<void> {
	const { versionId } = await request<{ versionId: string }>('GET', `/workflows/${workflowId}`);
	const path = `/workflows/${workflowId}/${isActive ? 'activate' : 'deactivate'}`;
	await request('POST', path, isActive ? { versionId } : {});
}

/**
 * The executions of a workflow that have ended, oldest first.
 * @param known ids of those that are not asked for again
 */
export async function endedExecutions(
	request: Request,
	workflowId: string,
	known: ReadonlySet<string> = new Set(),
): Promise<Array<Execution & { id: string }>> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId }));
	const { results } = await request<{ results: Array<{ id: string; status: string }> }>(
		'GET',
		`/executions?filter=${filter}&limit=100`,
	);
	const ended = results.filter(({ id, status }) => !known.has(id) && !isUnderWay(status));
	const executions: Array<Execution & { id: string }> = [];
	for (const { id } of ended.sort((one, other) => Number(one.id) - Number(other.id))) {
		const { status, data } = await request<{ status: string; data: string }>(
			'GET',
			`/executions/${id}`,
		);
		executions.push({ id, ...readExecution({ status, data: unflatten(data) }) });
	}
	return executions;
}

const isUnderWay = (status: string): boolean =>
	['new', 'running', 'waiting', 'unknown'].includes(status);

/** n8n keeps execution data in the `flatted` format. */
function unflatten(text: string): RawExecution['data'] {
	const requireFromPlayground = createRequire(resolve('dev/playground/package.json'));
	const { parse } = requireFromPlayground('flatted') as { parse(text: string): unknown };
	return parse(text) as RawExecution['data'];
}

interface RawExecution {
	status: string;
	data: {
		resultData: {
			error?: Execution['error'];
			runData: Record<
				string,
				Array<{
					executionTime: number;
					hints?: NodeRun['hints'];
					error?: NodeRun['error'];
					data?: { main?: Array<Item[] | null> };
				}>
			>;
		};
	};
}

function readExecution({ status, data }: RawExecution): Execution {
	const { error, runData } = data.resultData;
	const nodes: Execution['nodes'] = {};
	for (const [name, runs] of Object.entries(runData)) {
		nodes[name] = {
			items: runs.flatMap((run) => run.data?.main?.[0] ?? []),
			hints: runs.flatMap((run) => run.hints ?? []),
			ms: runs.reduce((sum, run) => sum + run.executionTime, 0),
			error: runs.find((run) => run.error)?.error,
		};
	}
	return { status, error, nodes };
}

/** The index of the input item that an output item is linked to. */
export function inputIndex({ pairedItem }: Item): number | undefined {
	const [first] = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	return typeof first === 'object' ? first.item : first;
}
