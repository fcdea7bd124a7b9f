import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const NAME = 'n8n-nodes-leadsquared-crm';

/** The package as installed: unpacked, with n8n-workflow and nothing else. */
let installed: string;
let temporary: string;
let packed: string[];
let packedBytes: number;

beforeAll(() => {
	temporary = mkdtempSync(join(tmpdir(), 'leadsquared-package-'));
	const report = execFileSync(
		'npm',
		['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', temporary],
		{ cwd: ROOT, encoding: 'utf8' },
	);
	// npm 11 answers with a list, later ones with an object by package name.
	const [{ filename, files, size }] = Object.values(JSON.parse(report) as object) as Array<{
		filename: string;
		files: Array<{ path: string }>;
		size: number;
	}>;
	packedBytes = size;
	packed = files.map(({ path }) => path).sort();
	execFileSync('tar', ['-xzf', filename], { cwd: temporary });
	installed = join(temporary, 'package');
	mkdirSync(join(temporary, 'node_modules'));
	symlinkSync(
		join(ROOT, 'node_modules/n8n-workflow'),
		join(temporary, 'node_modules/n8n-workflow'),
		'junction',
	);
}, 60_000);

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe('the tarball', () => {
	test('holds the build, the manifest, README and LICENSE, and nothing else', () => {
		const besides = packed.filter((path) => !path.startsWith('dist/'));
		expect(besides).toEqual(['LICENSE', 'README.md', 'package.json']);
		const built = packed.filter((path) => path.startsWith('dist/'));
		expect(built.filter((path) => !/^dist\/(nodes|credentials)\//.test(path))).toEqual([]);
		expect(built.filter((path) => !/(\.js|\.svg|\.node\.json)$/.test(path))).toEqual([]);
		expect(built.filter((path) => /test|sandbox|bench/i.test(path.split('/').pop()!))).toEqual([]);
	});

	test('is smaller than 180 kB', () => {
		expect(packedBytes).toBeLessThan(180_000);
	});

	test('needs n8n-workflow and nothing else', () => {
		const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
		expect(manifest).toMatchObject({ name: NAME, license: 'MIT' });
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
		expect(manifest.dependencies).toBeUndefined();
		expect(manifest.keywords).toContain('n8n-community-node-package');
		const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
		expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
		const modules = packed
			.filter((path) => path.endsWith('.js'))
			.flatMap((path) => [
				...readFileSync(join(installed, path), 'utf8').matchAll(/require\("([^"]+)"\)/g),
			])
			.map(([, name]) => name)
			.filter((name) => !name.startsWith('.'));
		expect([...new Set(modules)].sort()).toEqual(['n8n-workflow', 'node:crypto']);
	});
});

describe('n8n', () => {
	let loaded: Loaded;

	beforeAll(() => {
		loaded = loadAsN8n(installed);
	}, 60_000);

	test('knows the node and its credential', () => {
		expect(loaded.known).toEqual({
			nodes: {
				leadSquared: {
					className: 'LeadSquared',
					sourcePath: 'dist/nodes/LeadSquared/LeadSquared.node.js',
				},
				leadSquaredTrigger: {
					className: 'LeadSquaredTrigger',
					sourcePath: 'dist/nodes/LeadSquared/LeadSquaredTrigger.node.js',
				},
			},
			credentials: {
				leadSquaredApi: {
					className: 'LeadSquaredApi',
					sourcePath: 'dist/credentials/LeadSquaredApi.credentials.js',
					supportedNodes: ['leadSquared', 'leadSquaredTrigger'],
				},
			},
		});
		expect(loaded.node).toMatchObject({
			displayName: 'LeadSquared',
			version: [1],
			usableAsTool: true,
			__loadOptionsMethods: [
				'getFilterColumns',
				'getLeadColumns',
				'getMatchColumns',
				'getOpportunityColumns',
			],
		});
	});

	test('knows the trigger, with its own poll times and no others', () => {
		expect(loaded.trigger).toMatchObject({
			displayName: 'LeadSquared Trigger',
			version: [1],
			polling: true,
			group: ['trigger'],
			inputs: [],
			__loadOptionsMethods: ['getLeadColumns'],
		});
		const names = ({ properties }: { properties: Array<{ name: string }> }) =>
			properties.map(({ name }) => name);
		expect(names(loaded.trigger)).toEqual([
			'pollTimes',
			'event',
			'activityType',
			'columns',
			'options',
		]);
		expect(names(loaded.node)).not.toContain('pollTimes');
		expect(loaded.trigger.codex).toMatchObject({ categories: ['Sales'] });
		expect(loaded.trigger.iconUrl).toEqual(loaded.node.iconUrl);
	});

	test('finds the icons of both', () => {
		const icons = `icons/${NAME}/dist/nodes/LeadSquared`;
		const iconUrl = { light: `${icons}/leadsquared.svg`, dark: `${icons}/leadsquared.dark.svg` };
		expect(loaded.node.iconUrl).toEqual(iconUrl);
		expect(loaded.credential.iconUrl).toEqual(iconUrl);
		for (const url of Object.values(iconUrl)) {
			expect(existsSync(join(installed, url.replace(`icons/${NAME}/`, '')))).toBe(true);
		}
	});

	test('puts the node among those for sales, and finds it by other names', () => {
		expect(loaded.node.codex.categories).toEqual(['Sales']);
		expect(loaded.node.codex.alias).toEqual(expect.arrayContaining(['CRM', 'Lead ID']));
	});

	test('leads to places of the README that are there', () => {
		const headings = readFileSync('README.md', 'utf8').match(/^#+ .*/gm) ?? [];
		const places = headings.map((heading) => heading.replace(/^#+ /, '').toLowerCase());
		for (const { codex } of [loaded.node, loaded.trigger]) {
			const { primaryDocumentation, credentialDocumentation } = codex.resources;
			for (const [{ url }, ...others] of [primaryDocumentation, credentialDocumentation]) {
				expect(others).toEqual([]);
				expect(url).toMatch(/^https:.*#/);
				expect(places).toContain(url.split('#')[1].replaceAll('-', ' '));
			}
		}
	});
});

interface LoadedNode extends Record<string, unknown> {
	properties: Array<{ name: string }>;
	codex: {
		categories: string[];
		alias: string[];
		resources: Record<'primaryDocumentation' | 'credentialDocumentation', Array<{ url: string }>>;
	};
}

interface Loaded {
	known: { nodes: object; credentials: object };
	node: LoadedNode;
	trigger: LoadedNode;
	credential: Record<string, unknown>;
}

/** Runs in a separate process, because n8n-core loads nodes differently under test. */
function loadAsN8n(directory: string): Loaded {
	const script = `
		const { PackageDirectoryLoader } = require('n8n-core');
		const loader = new PackageDirectoryLoader(${JSON.stringify(directory)});
		loader.loadAll().then(() => {
			const { known, types } = loader;
			const [node, trigger] = types.nodes;
			const loaded = { known, node, trigger, credential: types.credentials[0] };
			process.stdout.write(JSON.stringify(loaded));
		});`;
	const env = { ...process.env, NODE_ENV: 'production', N8N_USER_FOLDER: temporary };
	const output = execFileSync(process.execPath, ['-e', script], {
		cwd: ROOT,
		encoding: 'utf8',
		env: { ...env, N8N_LOG_LEVEL: 'silent', JEST_WORKER_ID: undefined },
	});
	return JSON.parse(output) as Loaded;
}
