// node dev/readyToPublish.mjs
//
// Fails while package.json of the current folder has something to fill in before the release. It runs
// on any Node, before anything is installed.
import { readFileSync } from 'node:fs';

const unfilled = readFileSync('package.json', 'utf8')
	.split('\n')
	.filter((line) => line.includes('FILL_IN'));

if (unfilled.length > 0) {
	console.error(`package.json is not ready to be published. Replace FILL_IN in these lines:

${unfilled.join('\n')}

with the author's email address and the GitHub account that owns the repository, then commit. See
CONTRIBUTING.md > Release.`);
	process.exit(1);
}
