/**
 * `node test/package/scan.mts [<folder>]`: what n8n's scanner of community packages will say once this is
 * published. It looks at the source and at what is packed, and disregards comments that switch rules
 * off. First with the version of n8n's rules that the scanner pins, then with the newest.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packProject } from '../../dev/playground/n8n.mts';

/** The part of the scanner that we use. It has no types. */
interface Scanner {
	analyzePackage(folder: string, files: string[]): Promise<{ passed: boolean; details?: string }>;
	buildScanConfig(): Promise<Array<{ plugins: Record<string, { meta: { version: string } }> }>>;
	SOURCE_FILE_PATTERNS: string[];
}

const SCANNER: string = '@n8n/scan-community-package/scanner/scanner.mjs';
// As in the scanner's `analyzePackageByName`, which takes both from npm and GitHub.
const PACKED_FILE_PATTERNS = ['**/*.js', 'package.json'];

/** Scans a package's source and tarball, and prints what is against the rules. */
async function scan(scanner: Scanner, source: string, packed: string): Promise<boolean> {
	const [{ plugins }] = await scanner.buildScanConfig();
	const { version } = plugins['@n8n/community-nodes'].meta;
	const ofSource = await scanner.analyzePackage(source, scanner.SOURCE_FILE_PATTERNS);
	const ofPacked = await scanner.analyzePackage(packed, PACKED_FILE_PATTERNS);
	for (const [what, { passed, details }] of Object.entries({
		source: ofSource,
		packed: ofPacked,
	})) {
		console.log(`${what}, rules ${version}: ${passed ? 'passed' : 'FAILED'}`);
		if (details) console.log(details);
	}
	return ofSource.passed && ofPacked.passed;
}

/** From now on the scanner gets the rules that this repository has, instead of its own. */
function useNewestRules(): void {
	const here = pathToFileURL(resolve('package.json')).href;
	registerHooks({
		resolve(name, context, next) {
			const isRules = name === '@n8n/eslint-plugin-community-nodes';
			return next(name, isRules ? { ...context, parentURL: here } : context);
		},
	});
}

async function main(): Promise<void> {
	const source = resolve(process.argv[2] ?? '.');
	const temporary = await mkdtemp(join(tmpdir(), 'leadsquared-scan-'));
	process.env.TMPDIR = temporary; // The scanner leaves an empty folder behind.
	try {
		execFileSync('tar', ['-xzf', await packProject(source, temporary), '-C', temporary]);
		const packed = join(temporary, 'package');
		const scanner = (await import(SCANNER)) as Scanner;
		const passed = await scan(scanner, source, packed);
		useNewestRules();
		const passedNewest = await scan(scanner, source, packed);
		process.exitCode = passed && passedNewest ? 0 : 1;
	} finally {
		await rm(temporary, { recursive: true, force: true });
	}
}

void main();
