/**
 * The node's code, instrumented to record each call from one file into another.
 *
 * Each function body runs inside {@link enter}, which keeps its file in an AsyncLocalStorage. So code
 * after an `await` and the callbacks of promises keep their caller, even while several calls are under
 * way, which a stack of files would mix up.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import type { INodeType } from 'n8n-workflow';
import ts from 'typescript';

/** A call from one file into another. n8n's own calls have no `from`. */
export interface Call {
	from?: string;
	to: string;
}

type Compiling = NodeJS.Module & { _compile(code: string, path: string): void };

const COMPILER_OPTIONS: ts.CompilerOptions = {
	target: ts.ScriptTarget.ES2022,
	module: ts.ModuleKind.CommonJS,
	esModuleInterop: true,
};

const currentFile = new AsyncLocalStorage<string>();
let calls: Call[] = [];

/** The calls that are made while `run` runs. */
export async function callsOf(run: () => Promise<unknown>): Promise<Call[]> {
	const made: Call[] = (calls = []);
	await run();
	calls = [];
	return made;
}

function enter<T>(to: string, body: () => T): T {
	const from = currentFile.getStore();
	if (from === to) return body();
	calls.push({ from, to });
	return currentFile.run(to, body);
}

/**
 * Loads the two nodes and every file that they use.
 *
 * @param folder the folder that contains `LeadSquared/`, of this checkout or another
 */
export function loadNodes(folder: string): { node: INodeType; trigger: INodeType } {
	const root = resolve(folder, 'LeadSquared');
	const require = createRequire(resolve('package.json'));
	Object.assign(globalThis, { __enter: enter });
	require.extensions['.ts'] = (module, path) => {
		// Another checkout may have no packages.
		module.paths.push(resolve('node_modules'));
		(module as Compiling)._compile(traced(readFileSync(path, 'utf8'), relative(root, path)), path);
	};
	const { LeadSquared } = require(resolve(root, 'LeadSquared.node.ts'));
	const { LeadSquaredTrigger } = require(resolve(root, 'LeadSquaredTrigger.node.ts'));
	return { node: new LeadSquared(), trigger: new LeadSquaredTrigger() };
}

/** Compiles a file and wraps the body of each function: `{ … }` becomes `{ return __enter(file, () => { … }) }`. */
function traced(source: string, file: string): string {
	const { outputText } = ts.transpileModule(source, { compilerOptions: COMPILER_OPTIONS });
	const insertions: Array<{ at: number; text: string }> = [];
	const wrap = (node: ts.Node): void => {
		if (ts.isFunctionLike(node) && 'body' in node && node.body) {
			if ('asteriskToken' in node && node.asteriskToken) {
				throw new Error(`${file} has a generator, which cannot be traced`);
			}
			const { body } = node;
			const isAsync = ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Async;
			const call = `__enter(${JSON.stringify(file)}, ${isAsync ? 'async ' : ''}() => `;
			const isBlock = ts.isBlock(body);
			insertions.push({ at: body.getStart(), text: isBlock ? `{ return ${call}` : call });
			insertions.push({ at: body.end, text: isBlock ? ') }' : ')' });
		}
		ts.forEachChild(node, wrap);
	};
	wrap(ts.createSourceFile(file, outputText, ts.ScriptTarget.ES2022, true));
	// From the end, so that positions stay valid; of two at the same position, the outer comes last.
	return insertions
		.sort((one, other) => other.at - one.at)
		.reduce((code, { at, text }) => code.slice(0, at) + text + code.slice(at), outputText);
}
