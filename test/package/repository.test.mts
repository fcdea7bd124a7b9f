/** The repository as a newcomer sees it: small at the root, documented, without dead links. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
	scripts: Record<string, string>;
};

/** The tracked entries of the root; without git, those that are not ignored. */
function rootEntries(): string[] {
	const git = spawnSync('git', ['-c', 'safe.directory=*', 'ls-files'], { encoding: 'utf8' });
	if (git.status === 0) return [...new Set(git.stdout.trim().split('\n').map(topOf))];
	const ignored = readFileSync('.gitignore', 'utf8').split('\n').map(topOf);
	return readdirSync('.').filter((name) => !ignored.includes(name) && !name.endsWith('.tgz'));
}

function topOf(path: string): string {
	return path.split('/')[0];
}

test('the root has at most 20 entries', () => {
	const entries = rootEntries();
	expect(entries).toContain('package.json');
	expect(entries.slice(20)).toEqual([]);
});

test('there are at most 16 scripts, and CONTRIBUTING describes each', () => {
	const names = Object.keys(scripts);
	expect(names.slice(16)).toEqual([]);
	const contributing = readFileSync('CONTRIBUTING.md', 'utf8');
	const isDescribed = (name: string) =>
		new RegExp(`\\bnpm (run )?${name}\\b(?![:-])`).test(contributing);
	expect(names.filter((name) => name !== 'prepublishOnly' && !isDescribed(name))).toEqual([]);
});

test('what is published has been built', () => {
	expect(scripts.prepublishOnly).toMatch(/npm run (--silent )?build$/);
});

test('.ci/run runs each suite', () => {
	const ran = ['.ci/run', 'test/all.config.js']
		.map((file) => readFileSync(file, 'utf8'))
		.join('\n');
	const suites = ran.match(/\btest\/\w+(?=[\s'/]|$)/gm);
	const folders = readdirSync('test', { withFileTypes: true }).filter((each) => each.isDirectory());
	expect(new Set(suites)).toEqual(new Set(folders.map(({ name }) => `test/${name}`)));
});

describe('the documentation', () => {
	const pages = globSync(['*.md', 'docs/*.md', 'examples/*.md']);
	const all = (pattern: RegExp) =>
		pages.flatMap((page) =>
			[...readFileSync(page, 'utf8').matchAll(pattern)].map(([, found]) => ({ page, found })),
		);

	test('links to files that are there', () => {
		const links = all(/(?<=\]\(|src=")(?!\w+:)([^)#"]+)/g);
		expect(links.length).toBeGreaterThan(30);
		const isDead = ({ page, found }: { page: string; found: string }) =>
			!existsSync(join(dirname(page), found));
		expect(links.filter(isDead)).toEqual([]);
	});

	test('names scripts that are there', () => {
		const names = all(/\bnpm run (?:--silent )?([\w:-]+)/g);
		expect(names.length).toBeGreaterThan(20);
		expect(names.filter(({ found }) => !(found in scripts))).toEqual([]);
	});
});
