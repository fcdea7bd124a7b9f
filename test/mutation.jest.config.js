/** @type {import('jest').Config} For mutation testing: the quick tests of the modules that are mutated. */
module.exports = {
	...require('./jest.config.js'),
	setupFiles: ['<rootDir>/test/fixedSeed.cjs'],
	testMatch: ['<rootDir>/test/unit/{actions,api,retrieval,shared,transport}/**/*.test.mts'],
};
