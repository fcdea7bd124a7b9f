const { default: tsJest } = require('ts-jest');

// TypeScript keeps ES modules in .mts files, whatever its options; jest needs CommonJS. So it gets
// another name.
const asTs = (path) => path.replace(/\.mts$/, '.ts');

/** ts-jest, for .ts and .mts alike. */
module.exports = {
	createTransformer(options) {
		const inner = tsJest.createTransformer(options);
		return {
			process: (source, path, config) => inner.process(source, asTs(path), config),
			getCacheKey: (source, path, config) => inner.getCacheKey(source, asTs(path), config),
		};
	},
};
