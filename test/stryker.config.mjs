/** Changes the modules that decide something, one place at a time: each change shall make a test fail. */
export default {
	mutate: [
		'nodes/LeadSquared/{api,retrieval}/*.ts',
		'nodes/LeadSquared/shared/{blank,columns,inWords,labels,leadShape,options}.ts',
		'nodes/LeadSquared/shared/leadIds/*.ts',
		'nodes/LeadSquared/actions/lead/getByIds/{hints,plan,receipt}.ts',
		'nodes/LeadSquared/transport/{account,invisible,outcome,redact,retry}.ts',
		'nodes/LeadSquared/transport/limiter/{latency,limiter,limits,share}.ts',
	],
	testRunner: 'jest',
	jest: {
		configFile: 'test/mutation.jest.config.js',
		enableFindRelatedTests: false,
	},
	coverageAnalysis: 'perTest',
	plugins: ['@stryker-mutator/jest-runner'],
	reporters: ['clear-text', 'progress'],
	clearTextReporter: { reportTests: false, logTests: false, allowColor: false },
	thresholds: { high: 95, low: 90, break: 85 },
	concurrency: 2,
	// The tests of a mutant take milliseconds; one that never ends is given this long.
	timeoutMS: 2000,
	tempDirName: '.stryker-tmp',
	cleanTempDir: 'always',
	// Not needed for these tests, and playground/ holds a whole n8n: the copy that is mutated stays small.
	ignorePatterns: [
		'dev/playground',
		'dev/bench',
		'.matrix',
		'dist',
		'examples',
		'docs',
		'test/e2e',
	],
};
