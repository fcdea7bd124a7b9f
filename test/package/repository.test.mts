/** The repository as a newcomer sees it: small at the root, documented, without dead links. */
import { spawnSync } from 'node:child_process';
import {
	existsSync,
	globSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

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

test('what is published has been checked and built', () => {
	expect(scripts.prepublishOnly).toMatch(/^node dev\/readyToPublish\.mjs && .* build$/);
	expect(readFileSync('.github/workflows/release.yml', 'utf8')).toContain(
		'node dev/readyToPublish.mjs',
	);
});

describe('before the release', () => {
	const folder = mkdtempSync(join(tmpdir(), 'leadsquared-ready-'));
	const check = (manifest: string) => {
		writeFileSync(join(folder, 'package.json'), manifest);
		const script = resolve('dev/readyToPublish.mjs');
		const { status, stderr } = spawnSync(process.execPath, [script], {
			cwd: folder,
			encoding: 'utf8',
		});
		return { status, stderr };
	};
	const manifest = readFileSync('package.json', 'utf8');

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	test('npm publish refuses until the owner and the email address are filled in', () => {
		const filled = manifest.replaceAll('FILL_IN', 'someone');
		expect(check(filled)).toEqual({ status: 0, stderr: '' });
		const repository = '"url": "git+https://github.com/FILL_IN/n8n-nodes-leadsquared-crm.git"';
		const { status, stderr } = check(filled.replace(/"url": ".*"/, repository));
		expect(status).toBe(1);
		expect(stderr).toContain(repository);
		expect(stderr).toContain('CONTRIBUTING.md > Release');
		expect(readFileSync('CONTRIBUTING.md', 'utf8')).toMatch(/## Release[^#]*`FILL_IN`/);
	});

	test('package.json alone names the repository', () => {
		const files = globSync([
			'*.md',
			'{.github,docs,examples}/**/*.{md,yml,json}',
			'{nodes,credentials}/**/*.{ts,json}',
		]);
		expect(files.length).toBeGreaterThan(50);
		const named = /github\.com\/[\w-]+\/n8n-nodes-leadsquared-crm/;
		expect(manifest).toMatch(named);
		expect(files.filter((file) => named.test(readFileSync(file, 'utf8')))).toEqual([]);
	});
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
