/** The CPU time and memory of a process and its descendants, read from Linux's `/proc`. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';

/** `getconf CLK_TCK`, which is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Process {
	pid: number;
	parent: number;
	cpuMs: number;
}

function processes(): Process[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((name) => {
			try {
				const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
				// The name, in parentheses, may hold blanks; after it come state and parent.
				const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
				const ticks = Number(fields[11]) + Number(fields[12]);
				return [
					{
						pid: Number(name),
						parent: Number(fields[1]),
						cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
					},
				];
			} catch {
				return [];
			}
		});
}

function treeOf(root: number): Process[] {
	const all = processes();
	const tree = all.filter(({ pid }) => pid === root);
	for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
	return tree;
}

function memoryMb(pid: number, field: 'VmRSS' | 'VmHWM'): number {
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]) / 1024;
}

/** The use of a process and its descendants over a time. */
export interface Usage {
	/** User and system. */
	cpuMs: number;
	/** The growth of their peak memory over what they held at the beginning. */
	peakMb: number;
}

/**
 * Begins to measure a process and its descendants.
 * @returns a function that ends it
 */
export function measure(pid: number): () => Usage {
	const before = new Map(
		treeOf(pid).map((process) => {
			// Sets VmHWM back to the memory held now.
			writeFileSync(`/proc/${process.pid}/clear_refs`, '5');
			return [process.pid, { cpuMs: process.cpuMs, heldMb: memoryMb(process.pid, 'VmRSS') }];
		}),
	);
	return () => {
		const usage = { cpuMs: 0, peakMb: 0 };
		for (const { pid: each, cpuMs } of treeOf(pid)) {
			const { cpuMs: cpuBefore, heldMb } = before.get(each) ?? { cpuMs: 0, heldMb: 0 };
			usage.cpuMs += cpuMs - cpuBefore;
			usage.peakMb += memoryMb(each, 'VmHWM') - heldMb;
		}
		return usage;
	};
}
