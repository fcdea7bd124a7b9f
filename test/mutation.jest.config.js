const MODULES = 'ids,columns,values,account,chunkSize,retrieval,outcome,limiter,share'.split(',');

/** @type {import('jest').Config} For mutation testing: the quick tests of the modules that are mutated. */
module.exports = {
	...require('./jest.config.js'),
	rootDir: '..',
	setupFiles: ['<rootDir>/test/fixedSeed.cjs'],
	testMatch: MODULES.map((name) => `<rootDir>/test/unit/${name}.test.mts`),
};
