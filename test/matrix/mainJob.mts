/**
 * The node's main job in one version of n8n, in a process that {@link file://./matrix.mts} starts:
 * `mainJob.mts <folder with n8n-core and n8n-workflow> <unpacked package>`. It sends a
 * {@link Verdict}. The harness of test/engine does the work; here it stands on that n8n.
 */
import assert from 'node:assert/strict';
import { createRequire, registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { createSandbox, type Sandbox } from '../../dev/sandbox/server.mts';
import type { KnownTypes, RunOptions } from '../engine/harness.mts';

/** The steps that succeeded in a version of n8n, and the reason if one failed. */
export interface Verdict {
	loads: boolean;
	runs: boolean;
	why?: string;
}

const [n8nFolder, packageFolder] = process.argv.slice(2).map((folder) => resolve(folder));
const manifest = resolve(n8nFolder, 'package.json');
const requireFromN8n = createRequire(manifest);

// What the harness imports of n8n comes from the folder: as a CommonJS module, the only kind that
// Node can load of n8n-workflow, whose names Node does not always find by reading it.
const HARNESS = pathToFileURL(resolve('test/engine')).href;
registerHooks({
	resolve(specifier, context, next) {
		const asked = context.parentURL?.startsWith(HARNESS) && /^(n8n-|@n8n\/)/.test(specifier);
		if (!asked) return next(specifier, context);
		const names = Object.keys(requireFromN8n(specifier) as object).join();
		const source = `
			import { createRequire } from 'node:module';
			export const { ${names} } = createRequire(${JSON.stringify(manifest)})('${specifier}');`;
		const url = `data:text/javascript,${encodeURIComponent(source)}`;
		return { url, format: 'module', shortCircuit: true };
	},
});

const LEAD_COUNT = 4500;
const CHUNKS = 5;
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const COLUMNS = ['FirstName', 'mx_City'];

const verdict: Verdict = { loads: false, runs: false };
let doing = '';

/** Says what comes next, in case that it is the last thing. */
function begin(what: string): void {
	doing = what;
	process.send!({ ...verdict, why: `${doing}: its process ended or was stopped` });
}

/** Loads the package as n8n does. */
async function load(): Promise<KnownTypes> {
	const { PackageDirectoryLoader } = requireFromN8n('n8n-core') as typeof import('n8n-core');
	const loader = new PackageDirectoryLoader(packageFolder);
	await loader.loadAll();
	const names = ['leadSquared', 'leadSquaredTrigger'];
	assert.deepEqual(Object.keys(loader.known.nodes), names);
	return {
		nodes: Object.fromEntries(
			names.map((name) => [`${loader.packageName}.${name}`, loader.getNode(name).type as never]),
		),
		credentials: { leadSquaredApi: loader.getCredential('leadSquaredApi').type },
	};
}

async function run(types: KnownTypes): Promise<void> {
	const { runNode, loadOptions, testCredential } = await import('../engine/harness.mts');
	const sandbox = createSandbox({ leads: LEAD_COUNT });
	const { accessKey, secretKey } = sandbox;
	const wrongKeys = { accessKey, secretKey: 'WrongSecretKey' };
	const surroundings = {
		url: await sandbox.listen(),
		types,
		credentials: { accessKey, secretKey },
	};
	const parameters = { leadIds: '={{ $json.id }}', columns: COLUMNS };
	const getLeads = (ids: string[], options: RunOptions = {}) =>
		runNode({ ...surroundings, parameters, input: ids.map((id) => ({ id })), ...options });
	const ids = sandbox.ids(LEAD_COUNT);

	begin('getting leads');
	const all = await getLeads([...ids, UNKNOWN_ID]);
	assert.equal(all.error, undefined);
	assert.deepEqual(
		all.items,
		ids.map((id, item) => {
			const lead = sandbox.lead(id)!;
			const columns = Object.fromEntries(COLUMNS.map((name) => [name, lead[name]]));
			return { json: { ProspectID: id, ...columns }, pairedItem: { item } };
		}),
	);
	assert.equal(all.hints.length, 1);
	assert.match(all.hints[0].message, new RegExp(`1 lead was not found.*${UNKNOWN_ID}`));
	assert.equal(sandbox.stats.refused, 0);
	// An id that is left out of an answer with leads is asked for once more.
	assert.equal(sandbox.stats.calls, CHUNKS + 1);

	begin('sending what failed to the error output');
	const continues = await getLeads([ids[0], 'nonsense'], { onError: 'continueErrorOutput' });
	assert.deepEqual(continues.items, all.items.slice(0, 1));
	const [{ json, pairedItem }] = continues.errorItems;
	assert.match(String(json.error), /'Lead IDs' contains a value that is not a lead ID: nonsense/);
	assert.match(String(json.message), /A lead ID looks like/);
	assert.deepEqual({ id: json.id, pairedItem }, { id: 'nonsense', pairedItem: { item: 1 } });

	begin('reporting wrong keys');
	const { error } = await getLeads([ids[0]], { credentials: wrongKeys });
	assert.match(error!.message, /LeadSquared does not accept the keys/);
	assert.match(error!.description!, /Invalid Access Details provided/);

	begin('creating and updating leads');
	const rows = [
		{ mail: 'ada@example.com', error: 'of the input' },
		{ mail: sandbox.lead(0)!.EmailAddress },
		{ mail: 'nonsense' },
	];
	const write = async (options: RunOptions) =>
		await runNode({
			...surroundings,
			parameters: {
				...{ resource: 'lead', operation: 'upsert' },
				fields: {
					mappingMode: 'defineBelow',
					value: { EmailAddress: '={{ $json.mail }}', FirstName: 'Ada', mx_Newsletter: false },
					matchingColumns: ['EmailAddress'],
					schema: [{ id: 'mx_Newsletter', type: 'boolean', removed: true }],
				},
			} as never,
			input: rows,
			...options,
		});
	const written = await write({ onError: 'continueErrorOutput' });
	assert.equal(written.error, undefined);
	assert.deepEqual(
		written.items.map(({ json }) => [json.mail, json.status]),
		[
			[rows[0].mail, 'created'],
			[rows[1].mail, 'updated'],
		],
	);
	assert.deepEqual(
		written.errorItems.map(({ json }) => [json.mail, typeof json.error]),
		[['nonsense', 'string']],
	);
	assert.deepEqual(sandbox.history[0].values, {
		EmailAddress: 'ada@example.com',
		FirstName: 'Ada',
	});

	begin('writing once under Retry On Fail');
	const before = sandbox.stats.calls;
	const onError = 'continueRegularOutput' as const;
	const again = await write({ onError, retryOnFail: true });
	assert.deepEqual(
		again.items.map(({ json }) => json.status),
		['unchanged', 'unchanged', 'failed'],
	);
	assert.ok(sandbox.stats.calls - before <= 2);
	const notes = await runNode({
		...surroundings,
		parameters: {
			...{ resource: 'note', operation: 'create', note: 'Hello' },
			lead: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		} as never,
		input: [...ids.slice(0, 3), UNKNOWN_ID, ...ids.slice(3, 40)].map((id) => ({ id })),
		retryOnFail: true,
	});
	// The number of the first run.
	assert.ok(notes.error!.description!.includes(`${sandbox.stats.written.notes} notes created`));

	begin('filling the list of columns');
	const entries = await loadOptions('getLeadColumns', surroundings);
	assert.ok(entries.some(({ value }) => value === 'mx_City'));

	begin('testing the credential');
	assert.equal((await testCredential(surroundings)).status, 'OK');
	const rejected = await testCredential({ ...surroundings, credentials: wrongKeys });
	assert.equal(rejected.status, 'Error');

	begin('polling');
	await pollOnce(sandbox, types, { ...surroundings.credentials, customUrl: surroundings.url });

	begin('ending a wait when the execution is cancelled');
	const slow = createSandbox({ leads: LEAD_COUNT });
	const cancel = new AbortController();
	const cancelled = getLeads(ids, {
		url: await slow.listen(),
		// The second chunk has to wait for an hour.
		credentials: { accessKey, secretKey, rateLimitCalls: 1, rateLimitSeconds: 3600 },
		signal: cancel.signal,
	});
	while (slow.stats.leadsServed === 0) await sleep(20);
	cancel.abort();
	assert.match((await cancelled).error!.message, /cancel/i);
	assert.equal(slow.stats.calls, 1);
}

/** The trigger begins, gives what was created since, and gives it once. */
async function pollOnce(
	sandbox: Sandbox,
	types: KnownTypes,
	credentials: Record<string, string>,
): Promise<void> {
	const { additionalDataOf, MemoryCredentials, nodeTypesOf, TRIGGER_TYPE } = await import(
		'../engine/engine.mts'
	);
	const { PollContext } = requireFromN8n('n8n-core') as typeof import('n8n-core');
	const { Workflow } = requireFromN8n('n8n-workflow') as typeof import('n8n-workflow');
	const node = {
		id: 'trigger',
		name: 'LeadSquared Trigger',
		type: TRIGGER_TYPE,
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters: { event: 'leadCreated', columns: COLUMNS },
		credentials: { leadSquaredApi: { id: '1', name: 'LeadSquared account' } },
	};
	const workflow = new Workflow({
		id: 'matrix',
		nodes: [node],
		connections: {},
		active: true,
		nodeTypes: nodeTypesOf(types.nodes!),
	});
	const helper = new MemoryCredentials(types.credentials!, { region: 'custom', ...credentials });
	const poll = async () => {
		const data = additionalDataOf(helper, { mode: 'trigger', workflow, messages: [] });
		const named = workflow.nodes[node.name];
		const context = new PollContext(workflow, named, data, 'trigger', 'activate');
		return await types.nodes![TRIGGER_TYPE].poll!.call(context);
	};
	assert.equal(await poll(), null);
	await sleep(1100);
	const [id] = sandbox.create(1);
	const lead = sandbox.lead(id, COLUMNS)!;
	assert.deepEqual(await poll(), [[{ json: { ProspectID: id, ...lead } }]]);
	assert.equal(await poll(), null);
}

async function main(): Promise<void> {
	try {
		begin('loading the package');
		const types = await load();
		verdict.loads = true;
		await run(types);
		verdict.runs = true;
	} catch (error) {
		verdict.why = `${doing}: ${(error as Error).message}`;
	}
	// It does not end on its own: the sandboxes listen, and n8n's sleep before 2.34 cannot be cancelled.
	process.send!(verdict, () => process.exit());
}

void main();
