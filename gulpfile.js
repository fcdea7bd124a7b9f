const { dest, src } = require('gulp');

/** Copies what tsc does not: icons and the codex. By gulp, since the project's card asks for it. */
function assets() {
	return src('nodes/**/*.{svg,node.json}', { encoding: false }).pipe(dest('dist/nodes'));
}

exports.default = assets;
