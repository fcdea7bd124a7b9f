// Everything that needs no real n8n, with the coverage: for `npm run test:all` and .ci/run.
process.env.THOROUGH ??= '1';

const FOLDERS = ['test/unit', 'test/dev', 'test/engine', 'test/simulation', 'test/package'];

/** @type {import('jest').Config} */
module.exports = {
	...require('./jest.config.js'),
	testMatch: FOLDERS.map((folder) => `<rootDir>/${folder}/**/*.test.mts`),
	collectCoverage: true,
	collectCoverageFrom: ['nodes/**/*.ts', 'credentials/**/*.ts'],
	coverageReporters: ['text'],
	coverageThreshold: { global: { lines: 95, branches: 95 } },
};
