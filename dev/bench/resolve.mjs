// Lets Node load sources of the node as they are: they name each other without an ending.
import { registerHooks } from 'node:module';

registerHooks({
	resolve(specifier, context, next) {
		const isBare = /^\.{1,2}\/[^.]*$/.test(specifier) && /\.ts$/.test(context.parentURL ?? '');
		return next(isBare ? `${specifier}.ts` : specifier, context);
	},
});
