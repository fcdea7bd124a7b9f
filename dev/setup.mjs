// node dev/setup.mjs [folder …] [-- command [argument …]]
//
// Makes sure that each folder has the node_modules of its package-lock.json, then runs the command. For
// a folder that has them, this takes a few milliseconds. It runs on Node 20 or later, before anything
// is installed, so it uses nothing but Node. The command, if started from an npm script, finds the Node
// 24 of this project's devDependencies first on its PATH.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve, sep } from 'node:path';

const STAMP = join('node_modules', '.installed');
const PROGRESS_EVERY_MS = 10_000;
const LOG_LINES = 40;
const NETWORK_FAULT =
	/\b(ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EPIPE|ERR_SOCKET_TIMEOUT|EINTEGRITY|E5\d\d|E429|socket hang up|network)\b/;

class CommandFailed extends Error {
	constructor(what, log) {
		super(what);
		this.log = log;
	}
}

const say = (text) => console.log(`[setup] ${text}`);
const seconds = (since) => `${Math.round((Date.now() - since) / 1000)} s`;
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** A hash of what node_modules depends on, without scripts and texts. */
function wanted(folder) {
	const { dependencies, devDependencies, overrides, allowScripts } = readJson(
		join(folder, 'package.json'),
	);
	return createHash('sha256')
		.update(readFileSync(join(folder, 'package-lock.json')))
		.update(JSON.stringify([dependencies, devDependencies, overrides, allowScripts]))
		.update(`${process.platform} ${process.arch}`)
		.digest('hex');
}

function installed(folder) {
	try {
		return readFileSync(join(folder, STAMP), 'utf8');
	} catch {
		return undefined;
	}
}

/**
 * The environment for npm: without the bin folders that an outer npm has put first on PATH, because
 * their `node` is replaced while npm runs.
 */
function environment() {
	const env = { ...process.env };
	const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
	env[name] = (env[name] ?? '')
		.split(delimiter)
		.filter((entry) => !entry.endsWith(join(sep, 'node_modules', '.bin')))
		.join(delimiter);
	return env;
}

/** Runs npm in a folder; its output is shown only if it fails. */
function npm(folder, args, doing) {
	const start = Date.now();
	let log = '';
	let downloaded = 0;
	const child = spawn('npm', [...args, '--loglevel=http', '--no-audit', '--no-fund'], {
		cwd: folder,
		env: environment(),
		shell: process.platform === 'win32',
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	const read = (chunk) => {
		log += chunk;
		downloaded += chunk.toString().match(/npm http fetch GET 200 \S+\.tgz/g)?.length ?? 0;
	};
	child.stdout.on('data', read);
	child.stderr.on('data', read);

	const progress = setInterval(() => {
		const count = downloaded > 0 ? `, ${downloaded} packages downloaded` : '';
		say(`${doing}: ${seconds(start)}${count}`);
	}, PROGRESS_EVERY_MS);

	return new Promise((done, fail) => {
		child.on('error', (error) =>
			fail(new CommandFailed(`npm could not be started: ${error.message}`, log)),
		);
		child.on('close', (code) =>
			code === 0 ? done() : fail(new CommandFailed(`npm ${args.join(' ')} failed`, log)),
		);
	}).finally(() => clearInterval(progress));
}

/**
 * Installs without running any package's scripts, then runs those of the packages that `allowScripts`
 * permits: the same with every npm, whether or not it supports `allowScripts`.
 */
async function install(folder, name) {
	await npm(folder, ['ci', '--ignore-scripts', '--include=dev'], `installing ${name}`);
	const allowed = Object.entries(readJson(join(folder, 'package.json')).allowScripts ?? {})
		.filter(([, permitted]) => permitted)
		.map(([packageName]) => packageName);
	if (allowed.length > 0) {
		await npm(
			folder,
			['rebuild', ...allowed, '--foreground-scripts'],
			`preparing ${allowed.join(', ')}`,
		);
	}
}

async function ensure(name) {
	const folder = resolve(name);
	const stamp = wanted(folder);
	if (installed(folder) === stamp) return;

	const start = Date.now();
	const title = name === '.' ? 'the packages of this project' : `the packages of ${name}`;
	say(`installing ${title} (once; it can take a few minutes)`);
	// The stamp is removed first and written last, so an interrupted installation never counts as done.
	rmSync(join(folder, STAMP), { force: true });
	try {
		await install(folder, title);
	} catch (error) {
		if (!NETWORK_FAULT.test(error.log ?? '')) throw error;
		say('the network failed; trying once more');
		await install(folder, title);
	}
	writeFileSync(join(folder, STAMP), stamp);
	say(`${title} are there after ${seconds(start)}`);
}

function explain(error) {
	const log = error.log ?? '';
	const lines = log
		.split('\n')
		.filter((line) => line.trim() !== '' && !/^npm (http|warn)\b/.test(line));
	// npm prints the reason first, a compiler last.
	if (lines.length > 2 * LOG_LINES) lines.splice(LOG_LINES, lines.length - 2 * LOG_LINES, '…');
	console.error(lines.join('\n'));
	console.error(`\n[setup] ${error.message}`);
	if (NETWORK_FAULT.test(log)) {
		console.error('[setup] npm could not reach its registry. Check the network or proxy, then');
		console.error('[setup] run the same command again.');
	} else if (/gyp ERR/.test(log)) {
		console.error('[setup] A native module had to be compiled. Install python3, make and a C++');
		console.error('[setup] compiler (Debian: apt-get install python3 make g++), then try again.');
	} else {
		console.error(
			'[setup] The lines above say why. Put it right, then run the same command again.',
		);
	}
}

if (Number(process.versions.node.split('.')[0]) < 20) {
	console.error(`[setup] This needs Node 20 or newer; this is ${process.versions.node}.`);
	process.exit(1);
}
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

/** Quotes an argument from npm for the shell: `-t "two words"`. */
function quoted(word) {
	if (/^[\w@%+=:,./-]+$/.test(word)) return word;
	return process.platform === 'win32'
		? `"${word.replaceAll('"', '\\"')}"`
		: `'${word.replaceAll("'", "'\\''")}'`;
}

/** Runs a shell command, and exits with its status. */
function run(command) {
	const child = spawn(command, { shell: true, stdio: 'inherit' });
	// Ctrl+C also reaches the command, which decides how to end.
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
		process.removeAllListeners(signal);
		process.on(signal, () => signal === 'SIGINT' || child.kill(signal));
	}
	child.on('error', (error) => {
		console.error(`[setup] ${error.message}`);
		process.exitCode = 1;
	});
	child.on('close', (code, signal) => (process.exitCode = signal ? 1 : code));
}

const [, , ...words] = process.argv;
const end = words.includes('--') ? words.indexOf('--') : words.length;
const [line = '', ...args] = words.slice(end + 1);
const command = [line, ...args.map(quoted)].join(' ');
try {
	for (const folder of words.slice(0, end)) await ensure(folder);
} catch (error) {
	explain(error);
	process.exit(1);
}
if (command !== '') run(command);
