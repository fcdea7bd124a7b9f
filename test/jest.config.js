/** @type {import('jest').Config} */
module.exports = {
	rootDir: '..',
	testEnvironment: 'node',
	// Jest leaves one core free by default: of two, that is half of the machine.
	maxWorkers: 2,
	reporters: ['default', '<rootDir>/test/lastLine.cjs'],
	testMatch: ['<rootDir>/test/**/*.test.mts'],
	moduleFileExtensions: ['ts', 'mts', 'js', 'json', 'node'],
	modulePathIgnorePatterns: [
		'<rootDir>/dist',
		'<rootDir>/dev/playground/node_modules',
		'<rootDir>/.matrix',
	],
	// p-throttle comes as an ES module only, so it is transformed too.
	transformIgnorePatterns: ['/node_modules/(?!p-throttle/)'],
	// Jest looks globals up slowly in its sandbox, unless modules get them as parameters. These are never virtual.
	sandboxInjectedGlobals: [
		'Array',
		'Infinity',
		'JSON',
		'Map',
		'Math',
		'Number',
		'Object',
		'Promise',
		'Set',
		'String',
	],
	transform: {
		'/p-throttle/.+\\.js$': ['ts-jest', { tsconfig: { allowJs: true }, diagnostics: false }],
		'^.+\\.m?ts$': [
			'<rootDir>/test/transform.cjs',
			{ tsconfig: 'test/tsconfig.json', diagnostics: false },
		],
	},
	// n8n takes a tenth of a millisecond to evaluate an expression, and tests have up to 100,000 items.
	testTimeout: 120_000,
};
