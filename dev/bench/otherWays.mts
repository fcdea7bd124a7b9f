/** Compares the node with other ways to get leads: in n8n, by its own cost, and by number of ids. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { serveLeadIds } from '../playground/example.mts';
import { createHome, installPackage, packProject } from '../playground/n8n.mts';
import type { Home } from '../playground/n8n.mts';
import { createSandbox } from '../sandbox/server.mts';
import type { SandboxOptions } from '../sandbox/server.mts';
import type { Result, Task } from './alone.mts';
import { measureInN8n } from './inN8n.mts';
import type { Measured, Server } from './inN8n.mts';
import { listingWay, PAGE_WAYS, WAYS } from './workflows.mts';
import type { Way } from './workflows.mts';

const LIMIT = { calls: 25, seconds: 5 };
const LATENCY_MS = 300;
// Public reports say that most accounts cut larger pages silently.
const USUAL_ACCOUNT = { faults: { pageCap: 1000 } };
const PAGE_IDS = 100_000;
const PAGE_ACCOUNTS: Array<[string, NonNullable<SandboxOptions['faults']>]> = [
	['1,000, more is cut', { pageCap: 1000 }],
	['1,000, more is refused', { pageCap: 1000, pageCapStyle: 'error' }],
	['5,000, more is cut', { pageCap: 5000 }],
	['10,000', {}],
	['10,000, 0.08 ms for each lead', { valueMs: 0.004 }],
	['3,000, no answer to more', { heavy: { above: 3000, how: 'timeout' } }],
];
const COST_IDS = 100_000;
// CPU time does not depend on waits, so they may be short.
const COST_LIMIT = { calls: 25, seconds: 1 };
const GROWTH_IDS = [1000, 10_000, 100_000, 1_000_000];
const REFERENCE_IDS = 10_000;
// As fast as the server can answer on one core.
const GROWTH_LIMIT = { calls: 25, seconds: 0.5 };
const BARS = { cpu: 1.3, memory: 1.25, growth: 1.2 };
const MAX_HEAP_MB = 8192;

const execute = promisify(execFile);
const number = (value: number) => Math.round(value).toLocaleString('en');
const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`;
const megabytes = (value: number) => `${number(value)} MB`;
const times = (value: number) => `${value.toFixed(2)} ×`;
const microseconds = (ms: number) => `${(ms * 1000).toFixed(1)} µs`;
const kilobytes = (mb: number) => `${(mb * 1024).toFixed(2)} kB`;
const way = (by: Task['by']) => (by.startsWith('LeadSquared') ? by : `bare loop on ${by}`);
const say = (text: string) => console.error(text);

function markdown(head: string[], rows: string[][]): string {
	const align = head.map((_, column) => (column === 0 ? '---' : '---:'));
	return [head, align, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function median(measured: Result[], of: 'cpuMs' | 'peakMb' | 'heldMb'): number {
	const values = measured.map((result) => result[of]).sort((a, b) => a - b);
	return values[Math.floor(values.length / 2)];
}

async function withServer<T>(
	options: SandboxOptions,
	use: (server: Server) => Promise<T>,
): Promise<T> {
	const sandbox = createSandbox(options);
	const url = await sandbox.listen();
	const leadIds = await serveLeadIds(sandbox, 0);
	try {
		return await use({ sandbox, url, idsUrl: leadIds.url.replace(/\?.*/, '') });
	} finally {
		leadIds.close();
		await sandbox.close();
	}
}

/** One run of `alone.mts`. */
async function measureAlone(
	by: Task['by'],
	ids: number,
	{ sandbox, url, idsUrl }: Server,
	options: Pick<Task['account'], 'limit'> & { latencyMs?: number; virtualTime?: boolean },
): Promise<Measured & Result> {
	// The calls of the previous run no longer count.
	sandbox.reset();
	const { accessKey, secretKey } = sandbox;
	const task: Task = {
		by,
		account: { url, accessKey, secretKey, limit: options.limit, latencyMs: options.latencyMs ?? 0 },
		idsUrl: `${idsUrl}?count=${ids}`,
		virtualTime: options.virtualTime,
	};
	const { stdout } = await execute(process.execPath, [
		'--expose-gc',
		`--max-old-space-size=${MAX_HEAP_MB}`,
		'dev/bench/alone.mts',
		JSON.stringify(task),
	]);
	const { calls, refused } = sandbox.stats;
	const measured = { ...(JSON.parse(stdout) as Result), calls, refused };
	say(`  ${by}, ${number(ids)} ids: ${seconds(measured.cpuMs)} CPU, ${megabytes(measured.peakMb)}`);
	return measured;
}

/** A home of n8n with the packed node that saves no executions. */
async function withHome<T>(use: (home: Home) => Promise<T>): Promise<T> {
	const folder = mkdtempSync(join(tmpdir(), 'leadsquared-bench-'));
	try {
		const home = await createHome(folder, { EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none' });
		await installPackage(home, await packProject('.', folder));
		return await use(home);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Whole workflows in a real n8n, at the documented rate limit and 300 ms latency. */
async function inN8n(sizes: number[], only: string): Promise<string> {
	return await withHome(async (home) => {
		const account = {
			...USUAL_ACCOUNT,
			leads: Math.max(...sizes),
			limit: LIMIT,
			latencyMs: LATENCY_MS,
		};
		return await withServer(account, async (server) => {
			const rows: string[][] = [];
			const add = (ids: number, name: string, { failure, ...measured }: Measured) => {
				const { calls, refused, wallMs, cpuMs, peakMb } = measured;
				const what = failure === undefined ? name : `${name}: **failed**`;
				const cells = [number(calls), seconds(wallMs), number(refused), seconds(cpuMs)];
				rows.push([number(ids), what, ...cells, megabytes(peakMb)]);
				say(`  ${rows.at(-1)!.join(' | ')}`);
				if (failure !== undefined) say(`    ${failure.slice(0, 500)}`);
			};
			for (const ids of sizes) {
				for (const way of WAYS) {
					if (!way.name.includes(only) || ids > (way.mostIds ?? Infinity)) continue;
					add(ids, way.name, await measureInN8n(home, way, ids, server));
				}
				if (!'bare loop on undici'.includes(only)) continue;
				const bare = await measureAlone('undici', ids, server, {
					limit: LIMIT,
					latencyMs: LATENCY_MS,
				});
				add(ids, 'bare loop on undici', bare);
			}
			const head = ['ids', 'way', 'calls', 'wall time', 'refused', 'CPU time', 'peak memory'];
			return markdown(head, rows);
		});
	});
}

/** Accounts that take more or less in a call, in a real n8n. */
async function pages(only: string): Promise<string> {
	return await withHome(async (home) => {
		const rows: string[][] = [];
		for (const [takes, faults] of PAGE_ACCOUNTS) {
			if (!takes.includes(only)) continue;
			const account = { leads: PAGE_IDS, limit: LIMIT, latencyMs: LATENCY_MS, faults };
			await withServer(account, async (server) => {
				for (const way of PAGE_WAYS) {
					const measured = await measureInN8n(home, way, PAGE_IDS, server);
					const { calls, refused, wallMs, peakMb, failure } = measured;
					const name = failure === undefined ? way.name : `${way.name}: **failed**`;
					const cells = [number(calls), seconds(wallMs), number(refused), megabytes(peakMb)];
					rows.push([takes, name, ...cells]);
					say(`  ${rows.at(-1)!.join(' | ')}`);
				}
			});
		}
		const head = ['account takes', 'way', 'calls', 'wall time', 'refused', 'peak memory'];
		return markdown(head, rows);
	});
}

/** Requests by a property of the leads: the way, how many match, and how many come in a call. */
type Listing = (server: Server) => Promise<[way: Way, leads: number, perCall: number]>;

const LISTINGS: Record<string, { leads: number; listing: Listing }> = {
	Modified: {
		leads: 100_000,
		listing: async () => [
			listingWay('Modified', { modifiedAfter: '2000-01-01T00:00:00Z' }),
			100_000,
			5000,
		],
	},
	List: {
		leads: 100_000,
		async listing(server) {
			const { id, leads } = await listOf(server, 'Newsletter');
			const listId = { __rl: true, mode: 'id', value: id };
			return [listingWay('List', { filterBy: 'list', listId }), leads, 5000];
		},
	},
	Column: {
		leads: 240_000,
		async listing({ sandbox }) {
			const value = 'Prospect';
			const stageOf = (index: number) => sandbox.lead(index, ['ProspectStage'])!.ProspectStage;
			let leads = 0;
			for (let index = 0; index < 240_000; index++) if (stageOf(index) === value) leads++;
			const condition = { column: 'ProspectStage', operator: '=', value };
			return [listingWay('Column', { filterBy: 'column', ...condition }), leads, 1000];
		},
	},
};

/** Requests by properties of leads, in a real n8n. */
async function lists(only: string): Promise<string> {
	return await withHome(async (home) => {
		const rows: string[][] = [];
		for (const [name, { leads, listing }] of Object.entries(LISTINGS)) {
			if (!name.includes(only)) continue;
			await withServer({ leads, limit: LIMIT, latencyMs: LATENCY_MS }, async (server) => {
				const [way, fitting, perCall] = await listing(server);
				const measured = await measureInN8n(home, way, fitting, server);
				const { calls, refused, wallMs, cpuMs, peakMb, failure } = measured;
				rows.push([
					failure === undefined ? name : `${name}: **failed**`,
					...[fitting, calls, Math.ceil(fitting / perCall)].map(number),
					seconds(wallMs),
					number(refused),
					seconds(cpuMs),
					megabytes(peakMb),
				]);
				say(`  ${rows.at(-1)!.join(' | ')}`);
				if (failure !== undefined) say(`    ${failure.slice(0, 500)}`);
			});
		}
		const counts = ['leads', 'calls', 'at least', 'wall time', 'refused'];
		return markdown(['filter', ...counts, 'CPU time', 'peak memory'], rows);
	});
}

/** Finds a list of the account by name, and its number of leads. */
async function listOf({ url, sandbox }: Server, name: string) {
	const { accessKey, secretKey } = sandbox;
	const headers = { 'x-LSQ-AccessKey': accessKey, 'x-LSQ-SecretKey': secretKey };
	const answer = await fetch(`${url}/v2/LeadManagement.svc/Lists.Get?searchText=${name}`, {
		headers,
	});
	const [{ ListId, MemberCount }] = (await answer.json()) as Array<Record<string, unknown>>;
	return { id: String(ListId), leads: Number(MemberCount) };
}

/** The node's own cost compared with the bare loop's, in separate processes that take turns. */
async function cost(repeat: number): Promise<string> {
	return await withServer({ ...USUAL_ACCOUNT, leads: COST_IDS, limit: null }, async (server) => {
		const ways: Array<Task['by']> = [
			'undici',
			'n8n’s HTTP helper',
			'LeadSquared',
			'LeadSquared, an item for each id',
		];
		const measured = new Map(ways.map((by) => [by, [] as Result[]]));
		for (let run = 0; run < repeat; run++) {
			for (const [by, all] of measured) {
				all.push(await measureAlone(by, COST_IDS, server, { limit: COST_LIMIT }));
			}
		}
		const [floor] = measured.values();
		const rows = [...measured].map(([by, all]) => {
			const [cpu, peak] = [median(all, 'cpuMs'), median(all, 'peakMb')];
			return [
				way(by),
				microseconds(cpu / COST_IDS),
				times(cpu / median(floor, 'cpuMs')),
				megabytes(peak),
				times(peak / median(floor, 'peakMb')),
			];
		});
		const head = ['way', 'CPU time per lead', 'of the floor', 'peak memory', 'of the floor'];
		const bars = `Bars: CPU time ${times(BARS.cpu)}, peak memory ${times(BARS.memory)}.`;
		return `${markdown(head, rows)}\n\n${bars}`;
	});
}

/** Whether more ids cost more per lead, in n8n's engine, waits in virtual time. */
async function growth(repeat: number): Promise<string> {
	const account = { ...USUAL_ACCOUNT, leads: Math.max(...GROWTH_IDS), limit: null };
	return await withServer(account, async (server) => {
		const rows: string[][] = [];
		const ways: Array<Task['by']> = ['LeadSquared, an item for each id', 'LeadSquared', 'undici'];
		for (const by of ways) {
			const options =
				by === 'undici' ? { limit: GROWTH_LIMIT } : { limit: LIMIT, virtualTime: true };
			let reference: Record<'cpuMs' | 'heldMb', number> | undefined;
			for (const ids of GROWTH_IDS) {
				const all: Result[] = [];
				// A million ids take minutes, and are far above the noise.
				for (let run = 0; run < (ids < 1_000_000 ? repeat : 1); run++) {
					all.push(await measureAlone(by, ids, server, options));
				}
				const perLead = (of: 'cpuMs' | 'heldMb' | 'peakMb') => median(all, of) / ids;
				const [cpuMs, heldMb] = [perLead('cpuMs'), perLead('heldMb')];
				if (ids === REFERENCE_IDS) reference = { cpuMs, heldMb };
				rows.push([
					way(by),
					number(ids),
					microseconds(cpuMs),
					reference ? times(cpuMs / reference.cpuMs) : '',
					kilobytes(heldMb),
					reference ? times(heldMb / reference.heldMb) : '',
					kilobytes(perLead('peakMb')),
				]);
			}
		}
		const of = `of that for ${number(REFERENCE_IDS)}`;
		const head = ['way', 'ids', 'CPU time per lead', of, 'memory held', of, 'peak memory'];
		return `${markdown(head, rows)}\n\nBar: ${times(BARS.growth)}.`;
	});
}

function machine(): string {
	const { version } = JSON.parse(
		readFileSync('dev/playground/node_modules/n8n/package.json', 'utf8'),
	) as { version: string };
	const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
	return `Machine: ${cpus()[0].model}, ${availableParallelism()} cores, ${memory}, Linux ${release()}; Node.js ${process.version}, n8n ${version}.`;
}

export async function run(args: string[]): Promise<void> {
	const { values } = parseArgs({
		args,
		options: {
			part: { type: 'string', default: 'n8n,pages,lists,cost,growth' },
			ids: { type: 'string', default: '1000,10000,100000' },
			way: { type: 'string', default: '' },
			account: { type: 'string', default: '' },
			repeat: { type: 'string', default: '5' },
		},
	});
	const repeat = Number(values.repeat);
	const parts: Record<string, { title: string; run: () => Promise<string> }> = {
		n8n: {
			title: 'Workflows in n8n',
			run: () => inN8n(values.ids.split(',').map(Number), values.way),
		},
		pages: { title: 'Accounts that take more or less in a call', run: () => pages(values.account) },
		lists: { title: 'Leads by what they are', run: () => lists(values.way) },
		cost: { title: 'The node’s own cost', run: () => cost(repeat) },
		growth: { title: 'Growth', run: () => growth(repeat) },
	};
	const report: string[] = [];
	for (const name of values.part.split(',')) {
		const { title, run } = parts[name];
		say(title);
		report.push(`## ${title}\n\n${await run()}`);
	}
	console.log(`\n${report.join('\n\n')}\n\n${machine()}`);
}
