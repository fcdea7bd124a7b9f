/** `npx node dev/trace/cli.mts`: see {@link HELP}. */
import { parseArgs } from 'node:util';
import { findHandedOn } from './callbacks.mts';
import { runJobs } from './jobs.mts';
import { loadNodes, type Call } from './tracer.mts';

const HELP = `Traces the data through nodes/, and counts. One lead runs through three jobs, with the sandbox and a
stub of n8n.

npx node dev/trace/cli.mts [options]
  --way                    also lists the files of each job in the order of entry, with their arrivals
  --callbacks              also lists callbacks that are passed on unchanged more than once
  --nodes FOLDER           counts the nodes/ of another checkout
  --help

file       a file with a function of the job. Constants and loading do not count
call       from a function to one in another file: a function, method, getter, constructor or callback.
           A callback belongs to the file that contains its code
arrival    a call into a file, or the return to it from a call
re-entry   an arrival in a file that was entered before
crossing   a call into another folder, or the return from it. Folders are those directly below
           nodes/LeadSquared, with their contents

Continuing after an await is not an arrival: the end of the awaited call is the return.
`;

const { values } = parseArgs({
	options: {
		nodes: { type: 'string', default: 'nodes' },
		way: { type: 'boolean' },
		callbacks: { type: 'boolean' },
		help: { type: 'boolean' },
	},
});

async function main(): Promise<void> {
	if (values.help) return console.log(HELP);
	const { node, trigger } = loadNodes(values.nodes);
	const jobs = [...(await runJobs(node, trigger))].map(([job, calls]) => ({
		job,
		...count(calls),
	}));
	console.table(
		Object.fromEntries(
			jobs.map(({ job, arrivals, calls, reEntries, crossings }) => [
				job,
				{ files: arrivals.size, calls, 're-entries': reEntries, crossings },
			]),
		),
	);
	if (values.way) jobs.forEach(printWay);
	if (values.callbacks) printCallbacks();
}

function printWay({ job, arrivals }: { job: string; arrivals: Map<string, number> }): void {
	console.log(`\n${job}:`);
	for (const [file, times] of arrivals) console.log(`${String(times).padStart(4)} ${file}`);
}

function printCallbacks(): void {
	const { times, ways } = findHandedOn(values.nodes);
	console.log(`\nCallbacks are passed on unchanged ${times} times; more than once in a row:`);
	for (const way of ways) console.log(`  ${way}`);
	if (ways.length === 0) console.log('  none');
}

function count(all: Call[]) {
	/** By file, in the order of entry. */
	const arrivals = new Map<string, number>();
	const arrive = (file: string) => arrivals.set(file, (arrivals.get(file) ?? 0) + 1);
	for (const { to } of all) arrive(to);
	const calls = all.filter(({ from }) => from !== undefined) as Array<Required<Call>>;
	for (const { from } of calls) arrive(from);
	const crossing = calls.filter(({ from, to }) => folderOf(from) !== folderOf(to));
	const reEntries = all.length + calls.length - arrivals.size;
	return { arrivals, calls: calls.length, reEntries, crossings: 2 * crossing.length };
}

const folderOf = (file: string) => /^(.*?)[\\/]/.exec(file)?.[1];

main().catch((error: Error) => {
	console.error(error);
	process.exitCode = 1;
});
