import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

let copy: string;

beforeEach(() => {
	copy = mkdtempSync(join(tmpdir(), 'leadsquared-scanned-'));
	for (const part of ['package.json', 'README.md', 'LICENSE', 'nodes', 'credentials', 'dist']) {
		cpSync(join(ROOT, part), join(copy, part), { recursive: true });
	}
});

afterEach(() => rmSync(copy, { recursive: true, force: true }));

function change(file: string, how: (text: string) => string): void {
	const text = readFileSync(join(copy, file), 'utf8');
	const changed = how(text);
	expect(changed).not.toBe(text);
	writeFileSync(join(copy, file), changed);
}

/** The outcome of each of the four scans, and what follows it. */
function scan(): Record<string, string> {
	const { stdout, stderr, status } = spawnSync(process.execPath, ['test/package/scan.mts', copy], {
		cwd: ROOT,
		encoding: 'utf8',
		// The rules behave differently under test.
		env: { ...process.env, NODE_ENV: undefined },
	});
	expect({ stderr, status }).toEqual({ stderr: '', status: stdout.includes('FAILED') ? 1 : 0 });
	const outcomes = stdout.split(/^(?=\w+, rules )/m).map((text) => {
		const [, what, outcome] = /^(.+?): (\w+[^]*)/.exec(text)!;
		return [what, outcome.trim()];
	});
	return Object.fromEntries(outcomes);
}

test("n8n's scanner passes the package: its source and what is packed, by its rules and the newest", () => {
	expect(scan()).toEqual({
		'source, rules 0.29.0': 'passed',
		'packed, rules 0.29.0': 'passed',
		'source, rules 0.32.0': 'passed',
		'packed, rules 0.32.0': 'passed',
	});
});

test('it notices what is forbidden, though a comment switches the rule off', () => {
	const off = '\n// eslint-disable-next-line\n';
	change(
		'nodes/LeadSquared/input/leadIds/findLeadIds.ts',
		(text) => `${text}${off}setTimeout(() => {}, 1);\n`,
	);
	change(
		'dist/nodes/LeadSquared/input/leadIds/findLeadIds.js',
		(text) => `${text}${off}process.exit();\n`,
	);
	change('nodes/LeadSquared/actions/lead/getByIds.ts', (text) =>
		text.replace("displayName: 'Lead IDs'", "displayName: 'lead Ids'"),
	);
	// Forbidden since 0.30.0 or later.
	change('nodes/LeadSquared/LeadSquared.node.ts', (text) =>
		text.replace('inputs: [NodeConnectionTypes.Main]', '$& as never'),
	);

	const outcomes = scan();

	const newer = 'no-unsafe-connection-type-cast';
	for (const rules of ['0.29.0', '0.32.0']) {
		expect(outcomes[`source, rules ${rules}`]).toMatch(/FAILED[^]*'setTimeout'/);
		expect(outcomes[`source, rules ${rules}`]).toContain('node-param-display-name-miscased');
		expect(outcomes[`packed, rules ${rules}`]).toMatch(/FAILED[^]*'process'/);
	}
	expect(outcomes['source, rules 0.29.0']).not.toContain(newer);
	expect(outcomes['source, rules 0.32.0']).toContain(newer);
});
