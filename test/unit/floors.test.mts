/** The node's floors: no arrow up, none sideways, no circle; and docs/how-it-works.md shows them. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { faultsOf, picture } from './floors.mts';
import type { Files } from './imports.mts';

const DOCS = 'docs/how-it-works.md';

const paths = globSync('{nodes,credentials}/**/*.ts').map((path) => path.replaceAll('\\', '/'));
const files = Object.fromEntries(paths.sort().map((path) => [path, readFileSync(path, 'utf8')]));

/** Files of a node, by paths below `nodes/LeadSquared/`. */
function node(texts: Files): Files {
	return Object.fromEntries(
		Object.entries(texts).map(([path, text]) => [`nodes/LeadSquared/${path}`, text]),
	);
}

/** A file in each place, which imports nothing. */
const HOUSE = node({
	'LeadSquared.node.ts': '',
	'LeadSquaredTrigger.node.ts': '',
	'actions/index.ts': '',
	'actions/operation.ts': '',
	'actions/activity/index.ts': '',
	'actions/activity/create.operation.ts': '',
	'actions/lead/index.ts': '',
	'actions/lead/get.operation.ts': '',
	'actions/lead/properties.ts': '',
	'actions/lead/getByIds/getByIds.operation.ts': '',
	'actions/lead/getByIds/plan.ts': '',
	'trigger/poll.ts': '',
	'methods/lists.ts': '',
	'run/errors.ts': '',
	'fetch/queue.ts': '',
	'fetch/types.ts': '',
	'api/lead.ts': '',
	'transport/client.ts': '',
	'base/clock.ts': '',
	'transport/limiter/limiter.ts': '',
});

/** The faults if a file of the package has this text. */
const faultsWith = (texts: Files) => faultsOf({ ...HOUSE, ...node(texts) });

describe('the node', () => {
	it('keeps to its floors', () => {
		expect(paths.length).toBeGreaterThan(20);
		expect(faultsOf(files)).toEqual([]);
	});

	it(`is drawn in ${DOCS} as it is (UPDATE_DOCS=1 draws it again)`, () => {
		const drawn = `\`\`\`mermaid\n${picture(files)}\n\`\`\``;
		const [start, end] = ['<!-- floors -->\n\n', '\n\n<!-- end of floors -->'];
		const text = readFileSync(DOCS, 'utf8');
		const [before, rest] = text.split(start);
		const [inDocs, after] = rest.split(end);
		if (process.env.UPDATE_DOCS) writeFileSync(DOCS, before + start + drawn + end + after);
		else expect(inDocs).toBe(drawn);
	});
});

describe('may be imported:', () => {
	it.each([
		['a floor below', 'LeadSquared.node.ts', './actions'],
		['the lowest floor from the highest', 'LeadSquared.node.ts', './base/clock'],
		['the own folder', 'fetch/queue.ts', './types'],
		['a folder in the own one', 'transport/client.ts', './limiter/limiter'],
		[
			'a floor below the folder that the own one is in',
			'transport/limiter/limiter.ts',
			'../../base/clock',
		],
		[
			"what the resource's operations share",
			'actions/lead/getByIds/getByIds.operation.ts',
			'../properties',
		],
		['a part of the own operation', 'actions/lead/getByIds/getByIds.operation.ts', './plan'],
		[
			'the type of all operations',
			'actions/lead/getByIds/getByIds.operation.ts',
			'../../operation',
		],
		['an operation by its registry', 'actions/lead/index.ts', './getByIds/getByIds.operation'],
		['a registry by the one above', 'actions/index.ts', './lead'],
		['a package', 'actions/lead/getByIds/plan.ts', 'n8n-workflow'],
		['what is built in', 'transport/limiter/limiter.ts', 'node:crypto'],
	])('%s', (_, from, specifier) => {
		expect(faultsWith({ [from]: `import { x } from '${specifier}';` })).toEqual([]);
	});
});

describe('a fault says where the thing belongs:', () => {
	it.each([
		[
			'fetch/queue.ts',
			'../run/errors',
			'fetch/queue.ts imports run/errors.ts, a floor above: what fetch needs belongs in fetch, api, transport or base',
		],
		[
			'transport/client.ts',
			'../api/lead',
			'transport/client.ts imports api/lead.ts, a floor above: what transport needs belongs in transport or base',
		],
		[
			'methods/lists.ts',
			'../LeadSquared.node',
			'methods/lists.ts imports LeadSquared.node.ts, a floor above: what methods needs belongs in methods, run, input, columns, fetch, api, transport or base',
		],
		[
			'methods/lists.ts',
			'../actions',
			'methods/lists.ts imports actions/index.ts, which is on the same floor: what both need belongs in run, input, columns, fetch, api, transport or base',
		],
		[
			'trigger/poll.ts',
			'../methods/lists',
			'trigger/poll.ts imports methods/lists.ts, which is on the same floor: what both need belongs in run, input, columns, fetch, api, transport or base',
		],
		[
			'actions/lead/get.operation.ts',
			'./getByIds/plan',
			'actions/lead/get.operation.ts imports actions/lead/getByIds/plan.ts, of another operation: what two operations need belongs in the folder of their resource, run, input, columns, fetch, api, transport or base',
		],
		[
			'actions/lead/getByIds/plan.ts',
			'../../activity/create.operation',
			'actions/lead/getByIds/plan.ts imports actions/activity/create.operation.ts, of another operation: what two operations need belongs in the folder of their resource, run, input, columns, fetch, api, transport or base',
		],
		[
			'actions/lead/index.ts',
			'../activity/create.operation',
			'actions/lead/index.ts imports actions/activity/create.operation.ts, of another operation: what two operations need belongs in the folder of their resource, run, input, columns, fetch, api, transport or base',
		],
		[
			'actions/operation.ts',
			'./lead/get.operation',
			'actions/operation.ts imports actions/lead/get.operation.ts, of another operation: what two operations need belongs in the folder of their resource, run, input, columns, fetch, api, transport or base',
		],
	])('%s imports %s', (from, specifier, fault) => {
		expect(faultsWith({ [from]: `import { x } from '${specifier}';` })).toEqual([fault]);
		expect(faultsWith({ [from]: `import type { X } from '${specifier}';` })).toEqual([fault]);
	});

	it.each(['helpers/x.ts', 'constants.ts'])('%s is on no floor', (path) => {
		expect(faultsWith({ [path]: '' })).toEqual([
			`${path} is on no floor: it belongs in one of actions, trigger, methods, run, input, columns, fetch, api, transport or base`,
		]);
	});

	it('a credential imports a node', () => {
		const credential = {
			'credentials/A.credentials.ts': "import '../nodes/LeadSquared/LeadSquared.node';",
		};
		expect(faultsOf({ ...HOUSE, ...credential })).toEqual([
			expect.stringContaining('which is on the same floor: what both need belongs in actions,'),
		]);
	});
});

describe('n8n-workflow stays above:', () => {
	it.each([
		['base/clock.ts', "import { sleep } from 'n8n-workflow';"],
		['base/clock.ts', "import { sleep as wait } from 'n8n-workflow';"],
		['transport/client.ts', "import type { IExecuteFunctions } from 'n8n-workflow';"],
		['input/leads.ts', "import { deepCopy } from 'n8n-workflow';"],
		['run/errors.ts', "import { NodeApiError } from 'n8n-workflow';"],
	])('%s may have %s', (path, text) => expect(faultsWith({ [path]: text })).toEqual([]));

	it.each([
		['api/lead.ts', "import type { IDataObject } from 'n8n-workflow';", 'IDataObject'],
		['api/lead.ts', "type X = import('n8n-workflow').IDataObject;", '*'],
		['fetch/queue.ts', "import { sleep } from 'n8n-workflow';", 'sleep'],
		['fetch/queue.ts', "const n8n = await import('n8n-workflow');", '*'],
		['fetch/queue.ts', "const n8n = require('n8n-workflow');", '*'],
		['fetch/queue.ts', "import 'n8n-workflow';", '*'],
		['transport/limiter/limiter.ts', "import { sleep } from 'n8n-workflow';", 'sleep'],
		[
			'base/clock.ts',
			"import { sleep, jsonParse, type A } from 'n8n-workflow';",
			'jsonParse and A',
		],
		['transport/client.ts', "import { NodeApiError as E } from 'n8n-workflow';", 'NodeApiError'],
		['transport/client.ts', "import * as n8n from 'n8n-workflow';", '*'],
		['transport/client.ts', "import n8n = require('n8n-workflow');", '*'],
		['transport/client.ts', "export { sleep } from 'n8n-workflow';", '*'],
	])('%s may not have %s', (path, text, names) => {
		expect(faultsWith({ [path]: text })).toEqual([
			`${path} imports ${names} from n8n-workflow: what touches n8n belongs in input, run or above (base/clock.ts has \`sleep\`, and transport/client.ts types)`,
		]);
	});
});

describe('a circle', () => {
	const circleOf = (...names: string[]) =>
		`${names.map((name) => `fetch/${name}.ts`).join(' → ')} is a circle: what they need of each other belongs in a file below them`;

	it('is reported once, also if it consists of types only', () => {
		const faults = faultsWith({
			'fetch/queue.ts': "import { x } from './types';",
			'fetch/types.ts': "import type { X } from './queue';",
		});
		expect(faults).toEqual([circleOf('queue', 'types', 'queue')]);
	});

	it('is reported by its shortest way, though it is entered from elsewhere', () => {
		const faults = faultsWith({
			'fetch/a.ts': "import './b';",
			'fetch/b.ts': "import './c'; import './d';",
			'fetch/c.ts': "import './d';",
			'fetch/d.ts': "import './b';",
		});
		expect(faults).toEqual([circleOf('b', 'd', 'b')]);
	});

	it('may be of one file', () => {
		expect(faultsWith({ 'fetch/a.ts': "export * from './a';" })).toEqual([circleOf('a', 'a')]);
	});
});

it('an import of what is not there does not pass', () => {
	expect(() => faultsWith({ 'api/lead.ts': "import './nothing';" })).toThrow('./nothing');
});

describe('the picture', () => {
	it('has a box for each floor with an arrow, from top to bottom', () => {
		const drawn = picture({
			...HOUSE,
			...node({
				'LeadSquared.node.ts': "import './methods/lists'; import './actions';",
				'api/lead.ts': "import type { X } from '../transport/client';",
			}),
		});
		expect(drawn).toBe(`flowchart TD
    node-files["<b>node files</b><br>entry points for n8n"]
    actions["<b>actions</b><br>the operations"]
    methods["<b>methods</b><br>lists and tests for the editor"]
    api["<b>api</b><br>LeadSquared’s endpoints"]
    transport["<b>transport</b><br>one call"]
    node-files --> actions
    node-files --> methods
    api --> transport`);
	});

	it('leaves out the arrows that others imply, and shows those that run up', () => {
		const drawn = picture({
			...HOUSE,
			...node({
				'methods/lists.ts': "import '../run/errors'; import '../api/lead';",
				'run/errors.ts': "import '../fetch/queue'; import '../methods/lists';",
				'fetch/queue.ts': "import '../api/lead';",
			}),
		});
		expect(drawn.split('\n').filter((line) => line.includes('-->'))).toEqual([
			'    methods --> run',
			'    run --> methods',
			'    run --> fetch',
			'    fetch --> api',
		]);
	});
});
