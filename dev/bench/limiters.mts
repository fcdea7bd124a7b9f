import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
	JITTERS_MS,
	measureAll,
	resultCells,
	row,
	serverCells,
	SERVERS,
	type Measured,
} from '../simulation/comparison.mts';
import { ours, type MakeThrottle } from '../simulation/oneClient.mts';
import { bottleneckReservoir, pThrottleStrict } from '../simulation/peers.mts';

const LIMITERS: Record<string, MakeThrottle> = {
	'this node': ours,
	'p-throttle, strict': pThrottleStrict,
	'Bottleneck, reservoir': bottleneckReservoir,
};
const DOCS = 'docs/rate-limit-internals.md';
const MARKERS = /(<!-- npm run bench -- limiters -->\n\n).*(\n\n<!-- end -->)/s;

/** Compares the node's rate limiter with its peers in virtual time, as Markdown. */
export async function run(args: string[]): Promise<void> {
	const { values } = parseArgs({ args, options: { all: { type: 'boolean' } } });
	if (values.all) await printTable(['limit', 'latency'], one);
	else await writeDocs(await printTable([], median));
}

/** Measures all limiters, and prints each row as soon as it is known. @returns the table */
async function printTable(
	columns: string[],
	toRows: (measured: Measured[][]) => string[][],
): Promise<string> {
	const lines: string[] = [];
	const print = (cells: string[]) => {
		lines.push(row(cells));
		console.log(lines.at(-1));
	};
	const results = Object.keys(LIMITERS).flatMap((name) => [`${name}: refused`, '× floor']);
	const head = ['the server counts by', 'delays vary by', ...columns, ...results];
	print(head);
	print(head.map(() => '---'));
	for (const [name, server] of Object.entries(SERVERS)) {
		for (const jitterMs of JITTERS_MS) {
			const measured: Measured[][] = [];
			for (const limiter of Object.values(LIMITERS)) {
				measured.push(await measureAll(limiter, server, jitterMs));
			}
			for (const cells of toRows(measured)) print([...serverCells(name, jitterMs), ...cells]);
		}
	}
	return lines.join('\n');
}

function median(measured: Measured[][]): string[][] {
	return [measured.flatMap(resultCells)];
}

function one(measured: Measured[][]): string[][] {
	return measured[0].map(({ limit, latencyMs }, index) => [
		`${limit.calls}`,
		`${latencyMs} ms`,
		...measured.flatMap((results) => resultCells([results[index]])),
	]);
}

async function writeDocs(table: string): Promise<void> {
	const docs = await readFile(DOCS, 'utf8');
	if (!MARKERS.test(docs))
		throw new Error('docs/rate-limit-internals.md has no place for the table');
	await writeFile(DOCS, docs.replace(MARKERS, `$1${table}$2`));
}
