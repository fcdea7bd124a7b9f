/**
 * Loads the node's code outside jest. Import this first: modules loaded by `await import` afterwards
 * that import the node's sources get their build (dist/), the code that is published. The sources
 * themselves would not load, because they import each other without a file extension, which only
 * CommonJS allows. In jest the same imports get the sources, for coverage.
 */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = pathToFileURL(resolve('.')).href;
const SOURCE = /^\/((?:nodes|credentials)\/.*?)(?:\.ts)?$/;

registerHooks({
	resolve(specifier, context, next) {
		// n8n-workflow's ES modules only load through a bundler: n8n's engine gets its CommonJS form.
		if (specifier === 'n8n-workflow') {
			return next(specifier, { ...context, conditions: ['node', 'require'] });
		}
		const url = URL.parse(specifier, context.parentURL)?.href ?? '';
		const [, source] = (url.startsWith(ROOT) && SOURCE.exec(url.slice(ROOT.length))) || [];
		return next(source ? `${ROOT}/dist/${source}.js` : specifier, context);
	},
});
