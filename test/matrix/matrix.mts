/**
 * `npm run test:matrix [-- <n8n version> …]`: the packed node in old and new n8n. For each version it
 * installs the engine (n8n-core, n8n-workflow) into `.matrix`, once, and runs ./mainJob.mts there.
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { packProject } from '../../dev/playground/n8n.mts';
import { table } from '../../dev/playground/table.mts';
import type { Verdict } from './mainJob.mts';

/**
 * The versions of n8n that the README names, with what they depend on (`npm view n8n@… dependencies`).
 * 1.99 is the oldest that runs on the Node that 2.41 needs.
 */
const VERSIONS: Record<string, Engine> = {
	'1.99.1': { 'n8n-core': '1.98.0', 'n8n-workflow': '1.96.0' },
	'2.0.0': { 'n8n-core': '2.0.0', 'n8n-workflow': '2.0.0' },
	'2.20.0': { 'n8n-core': '2.20.0', 'n8n-workflow': '2.20.0' },
	'2.41.1': { 'n8n-core': '2.41.1', 'n8n-workflow': '2.41.0' },
};

type Engine = Record<'n8n-core' | 'n8n-workflow', string>;

const CACHE = resolve('.matrix');
const JOB = resolve('test/matrix/mainJob.mts');
const JOB_TIMEOUT_MS = 120_000;
const execute = promisify(execFile);

/** @returns the folder that holds the engine */
async function install(engine: Engine): Promise<string> {
	const packages = Object.entries(engine).map(([name, version]) => `${name}@${version}`);
	const folder = join(CACHE, packages.join('_'));
	if (existsSync(folder)) return folder;
	const unfinished = `${folder}.unfinished`;
	await rm(unfinished, { recursive: true, force: true });
	await mkdir(unfinished, { recursive: true });
	await writeFile(join(unfinished, 'package.json'), '{ "private": true }');
	await execute(
		'npm',
		[
			...['install', ...packages, '--save-exact', '--ignore-scripts'],
			...['--no-audit', '--no-fund', '--loglevel=error'],
		],
		{ cwd: unfinished, shell: process.platform === 'win32' },
	);
	await rename(unfinished, folder);
	return folder;
}

/** Runs the main job in a process of its own, on the Node that runs this. */
async function runJob(n8nFolder: string, packageFolder: string, home: string): Promise<Verdict> {
	const env = { ...process.env, NODE_ENV: 'production', N8N_USER_FOLDER: home };
	const child = fork(JOB, [n8nFolder, packageFolder], { env, timeout: JOB_TIMEOUT_MS });
	let verdict: Verdict = { loads: false, runs: false, why: 'starting' };
	child.on('message', (message) => (verdict = message as Verdict));
	await once(child, 'close');
	return verdict;
}

/** Runs the tarball with an engine, as far as it gets. */
async function judge(engine: Engine, tarball: string, home: string): Promise<Verdict> {
	let folder: string;
	try {
		folder = await install(engine);
	} catch (error) {
		const { stderr, message } = error as { stderr?: string; message: string };
		return { loads: false, runs: false, why: `installing its engine: ${stderr || message}` };
	}
	// Below the engine's folder, so that the node finds the n8n-workflow that n8n-core uses.
	const unpacked = join(folder, 'unpacked');
	await rm(unpacked, { recursive: true, force: true });
	await mkdir(unpacked);
	await execute('tar', ['-xzf', tarball, '-C', unpacked]);
	return await runJob(folder, join(unpacked, 'package'), home);
}

async function main(): Promise<void> {
	const asked = process.argv.slice(2);
	const unknown = asked.find((version) => !VERSIONS[version]);
	if (unknown) throw new Error(`n8n ${unknown} is not among ${Object.keys(VERSIONS).join(', ')}`);

	const temporary = await mkdtemp(join(tmpdir(), 'leadsquared-matrix-'));
	try {
		const tarball = await packProject('.', temporary);
		const rows: Array<Record<string, string>> = [];
		const reasons: string[] = [];
		for (const n8n of asked.length > 0 ? asked : Object.keys(VERSIONS)) {
			console.log(`n8n ${n8n} …`);
			const start = Date.now();
			const { loads, runs, why } = await judge(VERSIONS[n8n], tarball, temporary);
			rows.push({
				n8n,
				...VERSIONS[n8n],
				Node: process.version,
				loads: loads ? 'yes' : 'NO',
				runs: runs ? 'yes' : 'NO',
				seconds: ((Date.now() - start) / 1000).toFixed(1),
			});
			if (why) reasons.push(`n8n ${n8n} failed while ${why}`);
		}
		console.log(['', table(rows), ...reasons, ''].join('\n'));
		console.log(`${rows.length - reasons.length} passed, ${reasons.length} failed`);
		process.exitCode = reasons.length === 0 ? 0 : 1;
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

void main();
