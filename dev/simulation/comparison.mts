import { readFileSync } from 'node:fs';
import { measure, type Conditions, type MakeThrottle, type Result } from './oneClient.mts';

type Server = Pick<Conditions, 'counting' | 'edgeInBurst'>;

export interface Measured extends Conditions, Result {}

/** The servers that a limiter is measured against, by their names in the table. */
export const SERVERS: Record<string, Server> = {
	'sliding window': { counting: 'sliding' },
	'fixed windows': { counting: 'fixed' },
	'fixed windows, an edge amid the first calls': { counting: 'fixed', edgeInBurst: true },
	'token bucket': { counting: 'bucket' },
};
export const JITTERS_MS = [100, 500];

const LIMITS = [2, 10, 25, 72];
const LATENCIES_MS = [20, 300, 1000, 3000];
const SECONDS = 5;

/** Measures a limiter at every limit and latency, against one kind of server. */
export async function measureAll(
	makeThrottle: MakeThrottle,
	server: Server,
	jitterMs: number,
): Promise<Measured[]> {
	const results: Measured[] = [];
	for (const calls of LIMITS) {
		for (const latencyMs of LATENCIES_MS) {
			const conditions = { ...server, limit: { calls, seconds: SECONDS }, latencyMs, jitterMs };
			results.push({ ...conditions, ...(await measure(makeThrottle, conditions)) });
		}
	}
	return results;
}

/** The first cells of a row: the server, and by how much delays vary. */
export const serverCells = (name: string, jitterMs: number): string[] => [name, `${jitterMs} ms`];

/** The cells of one limiter in a row, median and worst: refused calls, of all calls sent, and × floor. */
export function resultCells(results: Measured[]): string[] {
	return [
		medianAndWorst(
			results.map(({ refused, accepted }) => refused / (refused + accepted)),
			percent,
		),
		medianAndWorst(
			results.map(({ overFloor }) => overFloor),
			(factor) => factor.toFixed(2),
		),
	];
}

/** The row of one kind of server and one jitter in docs/rate-limit-internals.md. */
export function documentedRow(name: string, jitterMs: number): string | undefined {
	const start = `| ${serverCells(name, jitterMs).join(' | ')} |`;
	const docs = readFileSync('docs/rate-limit-internals.md', 'utf8');
	return docs.split('\n').find((line) => line.startsWith(start));
}

/** A row of a Markdown table. */
export const row = (cells: string[]): string => `| ${cells.join(' | ')} |`;

function percent(part: number): string {
	if (part === 0) return 'none';
	return part < 0.0005 ? '< 0.1 %' : `${(part * 100).toFixed(1)} %`;
}

function medianAndWorst(values: number[], format: (value: number) => string): string {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = (sorted.length - 1) / 2;
	const median = format((sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2);
	const worst = format(sorted.at(-1)!);
	return median === worst ? worst : `${median} / ${worst}`;
}
