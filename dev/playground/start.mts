/** `npm start`: see {@link HELP}. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { createSandbox } from '../sandbox/server.mts';
import type { Sandbox } from '../sandbox/server.mts';
import {
	CALL_COUNT,
	GET_LEADS,
	LEAD_COUNT,
	TRIGGER,
	exampleWorkflow,
	sandboxCredential,
	serveLeadIds,
} from './example.mts';
import {
	OWNER,
	createHome,
	findWorkflow,
	freePort,
	inputIndex,
	installPackage,
	packProject,
	runWorkflow,
	saveCredential,
	saveWorkflow,
	signIn,
	startServer,
} from './n8n.mts';
import type { Execution, Home, Request } from './n8n.mts';
import { table } from './table.mts';

const HELP = `npm start [-- options]

Starts a real n8n with the LeadSquared node, and a simulated LeadSquared (the sandbox), both on
this machine only. Runs the example workflow with ${LEAD_COUNT.toLocaleString('en')} lead IDs, prints the first leads,
and keeps n8n running until you press Ctrl+C.

  --once             stop after the run; exit code 0 only if all leads were returned
  --folder <path>    n8n's data folder (.playground); delete it to start over
  --help             show this text
`;

const N8N_PORT = 5678;
const SANDBOX_PORT = 8400;
const LEAD_IDS_PORT = 8401;
const PROGRESS_EVERY_MS = 10_000;
const SHOWN_ROWS = 5;
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const SOURCES = ['nodes', 'credentials', 'gulpfile.js', 'tsconfig.json', 'package.json'];
const PACKED = ['dist', 'package.json', 'README.md', 'LICENSE'];

/** Work of the last start that the next one can skip. */
interface State {
	packed?: string;
	workflow?: string;
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Prints a step when it starts, every ten seconds while it runs, and how long it took. */
async function step<T>(doing: string, work: () => Promise<T>): Promise<T> {
	const start = Date.now();
	console.log(`${doing} …`);
	const progress = setInterval(() => {
		console.log(`  … ${Math.round((Date.now() - start) / 1000)} s`);
	}, PROGRESS_EVERY_MS);
	try {
		const result = await work();
		console.log(`  done in ${seconds(Date.now() - start)}`);
		return result;
	} finally {
		clearInterval(progress);
	}
}

/** All files and folders at and below some paths; a path that does not exist has none. */
function below(paths: string[]): string[] {
	return paths.filter(existsSync).flatMap((path) => {
		if (!statSync(path).isDirectory()) return [path];
		const children = readdirSync(path).sort();
		return [path, ...below(children.map((child) => join(path, child)))];
	});
}

function newest(paths: string[]): number {
	return below(paths).reduce((latest, path) => Math.max(latest, statSync(path).mtimeMs), 0);
}

function hash(...parts: Array<string | Buffer>): string {
	const sum = createHash('sha256');
	for (const part of parts) sum.update(part).update('\0');
	return sum.digest('hex');
}

function fingerprint(paths: string[]): string {
	const files = below(paths).filter((path) => statSync(path).isFile());
	return hash(...files.flatMap((file) => [relative('.', file), readFileSync(file)]));
}

/** Runs an npm script; its output is shown only if it fails. */
async function npmRun(script: string): Promise<void> {
	const child = spawn('npm', ['run', '--silent', script], {
		shell: process.platform === 'win32',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	child.stdout.on('data', (chunk) => (output += chunk));
	child.stderr.on('data', (chunk) => (output += chunk));
	const code = await new Promise<number | null>((done, fail) => {
		child.once('error', fail);
		child.once('close', done);
	});
	if (code !== 0) throw new Error(`\`npm run ${script}\` failed:\n${output}`);
}

/** Two n8n must not share a folder: a file in it names the process that uses it. */
function claim(folder: string): void {
	const mark = join(folder, 'running');
	const other = existsSync(mark) ? Number(readFileSync(mark, 'utf8')) : 0;
	if (other !== process.pid && isAlive(other)) {
		throw new Error(
			`A playground is already running in ${folder} (process ${other}). Stop it with Ctrl+C, ` +
				`or use another folder: npm start -- --folder <path>. ` +
				`If it is not running, delete the file ${mark}.`,
		);
	}
	writeFileSync(mark, String(process.pid));
	process.once('exit', () => rmSync(mark, { force: true }));
}

function isAlive(pid: number): boolean {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch {
		return false;
	}
}

function readState(file: string): State {
	try {
		return JSON.parse(readFileSync(file, 'utf8')) as State;
	} catch {
		return {};
	}
}

async function buildAndInstall(home: Home, state: State): Promise<void> {
	if (newest(['dist']) < newest(SOURCES)) {
		await step('Building the node', () => npmRun('build'));
	}
	const packed = fingerprint(PACKED);
	if (state.packed === packed && existsSync(join(home.folder, '.n8n/nodes/node_modules'))) return;
	await step('Installing the packed node into n8n', async () => {
		await installPackage(home, await packProject('.', home.folder));
	});
	state.packed = packed;
}

/** Saves the credential, and the workflow unless this start's version is there already. */
async function prepareWorkflow(
	request: Request,
	{ sandbox, sandboxUrl, idsUrl, state }: Account & { state: State },
): Promise<string> {
	const credential = sandboxCredential(sandbox, sandboxUrl);
	const id = await saveCredential(request, credential);
	const workflow = exampleWorkflow(idsUrl, { id, name: credential.name });
	const wanted = hash(JSON.stringify(workflow));
	// Keeps a person's changes, unless the example or an address has changed.
	const present = await findWorkflow(request, workflow.name);
	if (present && state.workflow === wanted) return present;
	state.workflow = wanted;
	return await saveWorkflow(request, workflow);
}

interface Account {
	sandbox: Sandbox;
	sandboxUrl: string;
	idsUrl: string;
}

/** Prints the result of a run. @returns whether it has every lead, once and in its place */
function report(execution: Execution, sandbox: Sandbox, calls: number): boolean {
	const run = execution.nodes[GET_LEADS];
	if (execution.status !== 'success' || !run) {
		const { message, description } = execution.error ?? run?.error ?? { message: 'no message' };
		console.error(`\nThe run ended with status ${execution.status}: ${message}`);
		if (description) console.error(description);
		return false;
	}
	const ids = sandbox.ids(LEAD_COUNT);
	const distinct = new Set(run.items.map(({ json }) => json.ProspectID)).size;
	const inPlace = run.items.filter(
		(item, index) => inputIndex(item) === index && item.json.ProspectID === ids[index],
	).length;
	const number = (value: number) => value.toLocaleString('en');

	console.log(`
${number(run.items.length)} leads in ${number(calls)} calls, ${seconds(run.ms)}
  ${number(distinct)} distinct, ${number(inPlace)} in the order asked and linked to their input item
`);
	console.log(table(run.items.slice(0, SHOWN_ROWS).map(({ json }) => json)));
	console.log(`… ${number(Math.max(0, run.items.length - SHOWN_ROWS))} more\n`);
	for (const { message } of run.hints) console.log(`Hint on the output pane: ${message}\n`);

	const complete = [run.items.length, distinct, inPlace].every((n) => n === LEAD_COUNT);
	if (!complete || calls !== CALL_COUNT) {
		console.error(
			`Expected ${number(LEAD_COUNT)} leads, each once and linked, in ${CALL_COUNT} calls.`,
		);
	}
	return complete && calls === CALL_COUNT;
}

/** @returns the exit code */
async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			once: { type: 'boolean', default: false },
			folder: { type: 'string', default: '.playground' },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		console.log(HELP);
		return 0;
	}
	const folder = resolve(values.folder);
	await mkdir(folder, { recursive: true });
	claim(folder);
	const stateFile = join(folder, 'state.json');
	const state = readState(stateFile);
	const home = await createHome(folder);
	await buildAndInstall(home, state);

	const sandbox = createSandbox({
		leads: 20_000,
		limit: { calls: 25, seconds: 5 },
		latencyMs: 100,
		// For people, leads that come with IDs, and changes of stage by type.
		faults: { documentedLeads: false, stageChangesByType: 'answered' },
	});
	// For the example of a report on stages.
	sandbox.play([{ change: 50 }]);
	const sandboxUrl = await sandbox.listen(await freePort(SANDBOX_PORT));
	const leadIds = await serveLeadIds(sandbox, await freePort(LEAD_IDS_PORT));
	const server = await step('Starting n8n', () => startServer(home, { port: N8N_PORT }));
	atEnd = async () => {
		await server.stop();
		leadIds.close();
		await sandbox.close();
	};

	const account = { sandbox, sandboxUrl, idsUrl: leadIds.url };
	const request = await signIn(server);
	const workflowId = await prepareWorkflow(request, { ...account, state });
	writeFileSync(stateFile, JSON.stringify(state));

	const before = sandbox.stats.calls;
	const execution = await step(
		`Running the example workflow on ${LEAD_COUNT.toLocaleString('en')} lead IDs`,
		() => runWorkflow(request, workflowId, TRIGGER),
	);
	const complete = report(execution, sandbox, sandbox.stats.calls - before);
	if (values.once) return complete ? 0 : 1;

	console.log(`n8n runs:  ${server.url}/workflow/${workflowId}
Log in:    ${OWNER.email}   ${OWNER.password}
Log:       ${relative('.', server.logFile)}

The simulated LeadSquared:  ${sandboxUrl}
  This page has everything below, and email addresses, phone numbers, lists and owners to try.
  To try LeadSquared Trigger, publish a workflow with it, then select Create a lead on this page.

For a credential of your own:
  Region        Custom
  API Host      ${sandboxUrl}
  Access Key    ${sandbox.accessKey}
  Secret Key    ${sandbox.secretKey}

Lead IDs to try:
${sandbox
	.ids(SHOWN_ROWS)
	.map((id) => `  ${id}`)
	.join('\n')}
  ${UNKNOWN_ID}   (no lead has this ID)

Press Ctrl+C to stop both.
`);
	isIdle = true;
	await server.ended;
	throw new Error(`n8n stopped unexpectedly. See its log, ${server.logFile}`);
}

let atEnd = async () => {};
let isIdle = false;
let ending = false;

async function finish(code: number): Promise<void> {
	if (ending) return;
	ending = true;
	await atEnd();
	process.exit(code);
}

function interrupted(signal: NodeJS.Signals): void {
	// Pressed again: everything ends at once, n8n included.
	if (ending) process.exit(130);
	console.log('\nStopping n8n and the sandbox …');
	void finish(isIdle ? 0 : signal === 'SIGINT' ? 130 : 143);
}

process.chdir(resolve(process.argv[1], '../../..'));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupted);
main().then(finish, async (error: Error) => {
	if (ending) return;
	console.error(`\n${error.message}`);
	await finish(1);
});
