/**
 * What n8n's queue mode needs besides n8n: a Redis and a Postgres, each on a free port of loopback,
 * and nothing of them stays.
 */
import { execFile, spawn } from 'node:child_process';
import type { SpawnOptions } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { freePort } from './n8n.mts';

const execute = promisify(execFile);

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
// Debian keeps the programs of Postgres out of PATH, in a folder for each version.
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

export interface Service {
	/** The environment by which n8n finds it. */
	env: Record<string, string>;
	stop(): Promise<void>;
}

/**
 * Starts a Redis and waits until it answers.
 * @throws if `redis-server` is not installed, or does not answer within half a minute
 */
export async function startRedis(): Promise<Service> {
	const program = find('redis-server', 'redis-server');
	const port = await freePort();
	const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
	const stop = await start(program, args, async () => {
		const answer = await ask(port, 'PING\r\n');
		return answer.startsWith('+PONG');
	});
	return {
		env: { QUEUE_BULL_REDIS_HOST: '127.0.0.1', QUEUE_BULL_REDIS_PORT: String(port) },
		stop,
	};
}

/**
 * Makes an empty Postgres in a folder of its own, starts it and waits until it answers.
 * @throws if Postgres is not installed, or does not answer within half a minute
 */
export async function startPostgres(): Promise<Service> {
	const [initdb, postgres, isReady] = ['initdb', 'postgres', 'pg_isready'].map((name) =>
		find(name, 'postgresql'),
	);
	const user = 'n8n';
	const folder = await mkdtemp(join(tmpdir(), 'playground-postgres-'));
	const remove = () => rm(folder, { recursive: true, force: true });
	try {
		const as = await unprivileged();
		if (as) await chown(folder, as.uid, as.gid);
		const options = { cwd: folder, ...as };
		const data = join(folder, 'data');
		await execute(
			initdb,
			['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
			options,
		);

		const port = String(await freePort());
		// Without a socket file (-k), and without waiting for the disk (-F): it is thrown away anyway.
		const stop = await start(
			postgres,
			['-D', data, '-h', '127.0.0.1', '-p', port, '-k', '', '-F'],
			() => succeeds(isReady, ['-q', '-h', '127.0.0.1', '-p', port, '-U', user, '-d', 'postgres']),
			options,
		);
		return {
			env: {
				DB_TYPE: 'postgresdb',
				DB_POSTGRESDB_HOST: '127.0.0.1',
				DB_POSTGRESDB_PORT: port,
				DB_POSTGRESDB_USER: user,
				DB_POSTGRESDB_DATABASE: 'postgres',
			},
			stop: async () => {
				await stop();
				await remove();
			},
		};
	} catch (error) {
		await remove();
		throw error;
	}
}

/** The path of a program. @throws with the Debian package to install if there is none */
function find(program: string, debianPackage: string): string {
	const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS).sort() : [];
	const folders = [
		...(process.env.PATH ?? '').split(delimiter),
		...versions.reverse().map((version) => join(POSTGRES_VERSIONS, version, 'bin')),
	];
	const found = folders.map((folder) => join(folder, program)).find(existsSync);
	if (found) return found;
	throw new Error(`${program} is not installed. Debian: apt-get install ${debianPackage}`);
}

/** Postgres refuses to run as root; then it runs as the user that its package makes. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const [uid, gid] = await Promise.all(
		['-u', '-g'].map(async (flag) => Number((await execute('id', [flag, 'postgres'])).stdout)),
	);
	return { uid, gid };
}

/** Starts a program and waits until it answers. @returns what ends it */
async function start(
	program: string,
	args: string[],
	answers: () => Promise<boolean>,
	options: SpawnOptions = {},
): Promise<() => Promise<void>> {
	const child = spawn(program, args, { ...options, stdio: 'ignore' });
	let hasEnded = false;
	const ended = new Promise<void>((done) => {
		for (const event of ['exit', 'error']) child.once(event, () => done());
	}).then(() => {
		hasEnded = true;
	});
	const endAtExit = () => child.kill('SIGKILL');
	process.once('exit', endAtExit);
	const stop = async () => {
		// To Postgres and Redis this means: stop at once, even with open connections.
		child.kill('SIGINT');
		await ended;
		process.removeListener('exit', endAtExit);
	};

	const deadline = Date.now() + START_TIMEOUT_MS;
	while (!(await answers())) {
		if (hasEnded || Date.now() > deadline) {
			await stop();
			throw new Error(`${program} did not answer within ${START_TIMEOUT_MS / 1000} s`);
		}
		await sleep(POLL_MS);
	}
	return stop;
}

async function succeeds(program: string, args: string[]): Promise<boolean> {
	return await execute(program, args).then(
		() => true,
		() => false,
	);
}

/** Sends a line to a port. @returns the beginning of the answer, empty if there is none */
async function ask(port: number, line: string): Promise<string> {
	const socket = connect(port, '127.0.0.1');
	try {
		return await new Promise<string>((done) => {
			socket.once('error', () => done(''));
			socket.once('data', (data) => done(data.toString()));
			socket.setTimeout(1000, () => done(''));
			socket.write(line);
		});
	} finally {
		socket.destroy();
	}
}
