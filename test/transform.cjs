const { default: tsJest } = require('ts-jest');

// In a file called .mts TypeScript keeps ES modules, whatever it is told; jest wants CommonJS. So it
// is told another name.
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
