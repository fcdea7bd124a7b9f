import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const NODE = 'nodes/LeadSquared';
/** In percent. Below it, the run fails. */
const LOWEST_SCORE = 85;

/**
 * Modules that make decisions without n8n or the network, and the unit tests with which they are
 * mutated. Each group runs separately, so that a mutant waits only for its own tests.
 */
const GROUPS = [
	{
		mutate: 'api/{envelope,lead,leads,lists,lookups,metadata,moment,standardColumns,users}.ts',
		tests: 'api/{envelope,fields,lead,leads,lists,lookups,metadata,standardColumns,users}',
	},
	{
		mutate: '{api/leadId,base/{invalidInput,text},input/leadIds/*,input/looseJson}.ts',
		tests: '{base/{looseJson,text},input/leadIds/!(anything)}',
	},
	{ mutate: 'columns/*.ts', tests: 'columns/*' },
	{ mutate: 'input/moments.ts', tests: 'input/moments' },
	{ mutate: 'input/columnNames.ts', tests: 'input/columnNames' },
	{ mutate: 'input/readers.ts', tests: 'input/{options,fieldExpression}' },
	{ mutate: 'actions/lead/getMany/condition.ts', tests: 'actions/getMany/condition' },
	{ mutate: 'run/{leadsById,report}.ts', tests: '{actions,run}/**/*' },
	{
		mutate: 'transport/{credentials,redact,retry}.ts',
		tests: 'transport/{credentials,redact,retry}',
	},
	{ mutate: 'transport/outcome.ts', tests: 'transport/outcome' },
	{
		mutate: 'transport/limiter/{latency,limiter,limits,share}.ts',
		tests: 'transport/{limiter,limits,share}',
	},
	{ mutate: 'fetch/*.ts', tests: 'fetch/*' },
];

/**
 * Changes files, one place at a time, and runs tests with each change.
 *
 * @param {string[]} files
 * @param {string} tests
 * @returns {Promise<import('@stryker-mutator/api/core').MutantResult[]>}
 */
async function mutate(files, tests) {
	const stryker = new Stryker({
		mutate: files,
		testRunner: 'jest',
		jest: {
			configFile: 'test/jest.config.js',
			config: {
				setupFiles: ['<rootDir>/dev/mutation/fixedSeed.cjs'],
				testMatch: [`<rootDir>/test/unit/${tests}.test.mts`],
			},
			enableFindRelatedTests: false,
		},
		coverageAnalysis: 'perTest',
		plugins: ['@stryker-mutator/jest-runner'],
		reporters: ['clear-text', 'progress-append-only'],
		clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
		concurrency: 2,
		// The tests of a mutant take milliseconds. A mutant that never ends is stopped after this time.
		timeoutMS: 2000,
		tempDirName: '.stryker-tmp',
		cleanTempDir: 'always',
		// Not needed for these tests. The playground contains a whole n8n, so the copy stays small.
		ignorePatterns: [
			'dev/playground',
			'dev/bench',
			'.matrix',
			'dist',
			'examples',
			'docs',
			'test/e2e',
		],
	});
	return await stryker.runMutationTest();
}

/**
 * The percentage of mutants that made a test fail, or never end.
 *
 * @param {import('@stryker-mutator/api/core').MutantResult[]} results
 */
function scoreOf(results) {
	const valid = results.filter(({ status }) => !['CompileError', 'RuntimeError'].includes(status));
	const found = valid.filter(({ status }) => ['Killed', 'Timeout'].includes(status));
	return (100 * found.length) / valid.length;
}

/**
 * The numbers of a file, or of all files, as a line of a Markdown table.
 *
 * @param {string} name
 * @param {import('@stryker-mutator/api/core').MutantResult[]} results
 */
function line(name, results) {
	const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
	const score = `${scoreOf(results).toFixed(1)} %`;
	const numbers = [
		count('Killed'),
		count('Timeout'),
		count('Survived'),
		count('NoCoverage'),
		count('CompileError', 'RuntimeError'),
	];
	return `| ${[name, score, ...numbers].join(' | ')} |`;
}

const wanted = process.argv.slice(2);
/** @type {import('@stryker-mutator/api/core').MutantResult[]} */
const results = [];
for (const group of GROUPS) {
	const files = globSync(`${NODE}/${group.mutate}`);
	const chosen = wanted.length > 0 ? files.filter((file) => wanted.includes(file)) : files;
	if (chosen.length > 0) results.push(...(await mutate(chosen, group.tests)));
}
if (results.length === 0) throw new Error(`Nothing is mutated in ${wanted.join(', ')}`);
const byFile = Object.groupBy(results, ({ fileName }) => relative(NODE, fileName));
console.log('| module | score | killed | timed out | survived | not reached | not valid |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const [name, ofFile = []] of Object.entries(byFile)) console.log(line(name, ofFile));
console.log(line('**all**', results));
if (scoreOf(results) < LOWEST_SCORE) process.exitCode = 1;
