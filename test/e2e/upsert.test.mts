/**
 * Large amounts in a real n8n, in real time: as fast as the limits allow. Create or Update writes 10,000 rows, a
 * tenth of them duplicates; then activities are added, and activities and opportunities read.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxCredential } from '../../dev/playground/example.mts';
import {
	createHome,
	installPackage,
	NODE_TYPE,
	packProject,
	type Request,
	runWorkflow,
	saveCredential,
	saveWorkflow,
	signIn,
	startServer,
} from '../../dev/playground/n8n.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';

const ROWS = 10_000;
const OLD = 6000;
const TRIGGER = 'When clicking ‘Execute workflow’';
const WRITE = 'Create or Update';
const PATH = '/v2/LeadManagement.svc/Lead/Bulk/CreateOrUpdate';
/** Rows with a new address and the number of a lead. They are sent twice. */
const DUPLICATES = ROWS / 10;
const CALLS = (ROWS + DUPLICATES) / 25;
/** 440 calls, 10 in any 5 seconds. */
const FLOOR_MS = (CALLS / 10 - 1) * 5000;

// The limit of the larger plan: FLOOR_MS counts on it.
const FAULTS = {
	documentedLeads: false,
	bulkLimit: { calls: 10, seconds: 5 },
	uniqueColumns: ['EmailAddress', 'Phone'],
};
const sandbox = createSandbox({ leads: OLD + DUPLICATES, latencyMs: 300, faults: FAULTS });
/** The account that is read: 50,000 meetings, and 10,000 opportunities of each type. */
const archive = createSandbox({
	leads: 21_750,
	latencyMs: 300,
	faults: { documentedLeads: false, activities: 200_000, opportunities: 20_000 },
});
const folder = mkdtempSync(join(tmpdir(), 'leadsquared-upsert-'));
const closers: Array<() => unknown> = [];
let url: string;
let request: Request;
let credential: { id: string; name: string };
let archiveCredential: typeof credential;

beforeAll(async () => {
	url = await sandbox.listen();
	const archiveUrl = await archive.listen();
	closers.push(
		() => sandbox.close(),
		() => archive.close(),
	);
	const home = await createHome(folder);
	await installPackage(home, await packProject('.', folder));
	const server = await startServer(home);
	closers.push(server.stop);
	request = await signIn(server);
	const save = async (data: ReturnType<typeof sandboxCredential>) => ({
		id: await saveCredential(request, data),
		name: data.name,
	});
	credential = await save(sandboxCredential(sandbox, url));
	// A credential of the same name would be overwritten.
	archiveCredential = await save({ ...sandboxCredential(archive, archiveUrl), name: 'Archive' });
}, 120_000);

afterAll(async () => {
	for (const close of closers.reverse()) await close();
	rmSync(folder, { recursive: true, force: true });
});

const to = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });

/** A workflow that passes rows to a node. @returns its id */
async function workflowWith(
	rows: object[],
	node: { type: string; typeVersion: number; parameters: Record<string, unknown> },
	leadSquaredApi = credential,
) {
	return await saveWorkflow(request, {
		name: 'Write many',
		nodes: [
			{
				id: 'start',
				name: TRIGGER,
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {},
			},
			{
				id: 'rows',
				name: 'Rows',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				position: [220, 0],
				parameters: { jsCode: `return ${JSON.stringify(rows)}.map((json) => ({ json }));` },
			},
			{
				...{ id: 'write', name: WRITE, position: [440, 0] as [number, number] },
				...node,
				credentials: { leadSquaredApi },
			},
		],
		connections: { [TRIGGER]: to('Rows'), Rows: to(WRITE) },
		settings: { executionOrder: 'v1' },
	});
}

const upsert = {
	type: NODE_TYPE,
	typeVersion: 1,
	parameters: {
		resource: 'lead',
		operation: 'upsert',
		fields: { mappingMode: 'autoMapInputData', value: {}, matchingColumns: ['EmailAddress'] },
		options: {},
	},
};

const phoneOf = (at: number) => `+91-70${String(10_000_000 + at)}`;

test('writes 10,000 rows, 1,000 of them by their second column, within 1.1 times the minimum, none refused', async () => {
	for (let at = 0; at < OLD + DUPLICATES; at++) sandbox.touch(at, { Phone: phoneOf(at) });
	const events = sandbox.history.length;
	const isDuplicate = (at: number) => at % 10 === 0;
	const rows = Array.from({ length: ROWS }, (_, at) => ({
		EmailAddress:
			at < OLD && !isDuplicate(at)
				? sandbox.lead(at, ['EmailAddress'])!.EmailAddress!
				: `new${at}@example.com`,
		// The leads from OLD on have these numbers, and no row of their own.
		Phone: phoneOf(isDuplicate(at) ? OLD + at / 10 : at < OLD ? at : ROWS + at),
		FirstName: `Name ${at}`,
	}));
	const parameters = { ...upsert.parameters, options: { secondMatch: 'Phone' } };

	const workflow = await workflowWith(rows, { ...upsert, parameters });
	const execution = await runWorkflow(request, workflow, TRIGGER);

	expect(execution.error).toBeUndefined();
	const { items, hints, ms } = execution.nodes[WRITE];
	if (process.env.SHOW) console.log(`${ms} ms, floor ${FLOOR_MS} ms`, hints[0].message);
	expect(items.map(({ json }) => [json.status, json.matchedBy])).toEqual(
		rows.map((_, at) => {
			if (isDuplicate(at)) return ['updated', 'Phone'];
			return at < OLD ? ['updated', 'EmailAddress'] : ['created', null];
		}),
	);
	const written = items.map(({ json }) =>
		sandbox.lead(String(json.ProspectID), ['EmailAddress', 'Phone', 'FirstName']),
	);
	for (const [at, lead] of written.entries()) {
		expect(lead!.Phone).toBe(rows[at].Phone);
		if (!isDuplicate(at)) expect(lead!.EmailAddress).toBe(rows[at].EmailAddress);
		else expect(lead!.EmailAddress).not.toMatch(/^new/);
	}
	expect(sandbox.history.length - events).toBe(ROWS);
	// The last duplicates do not fill their calls.
	expect(sandbox.stats.byPath[PATH]).toBeLessThanOrEqual(CALLS + 4);
	expect(sandbox.stats.refused).toBe(0);
	expect(ms).toBeLessThan(1.1 * FLOOR_MS);
}, 400_000);

test('compared with HTTP Request, which makes a call for each item: 100 rows', async () => {
	const rows = Array.from({ length: 100 }, (_, at) => ({
		EmailAddress: `compared${at}@example.com`,
		FirstName: `Name ${at}`,
	}));
	const byHttp = await workflowWith(rows, {
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.3,
		parameters: {
			method: 'POST',
			url: `${url}${PATH}?postUpdatedLead=false`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'leadSquaredApi',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: `={{ [[
				{ Attribute: 'EmailAddress', Value: $json.EmailAddress },
				{ Attribute: 'FirstName', Value: $json.FirstName },
				{ Attribute: 'SearchBy', Value: 'EmailAddress' },
			]] }}`,
			// The limit allows 10 in 5 s. Without a margin, a call that leaves late meets the next batch.
			options: { batching: { batch: { batchSize: 10, batchInterval: 6000 } } },
		},
	});
	const measured = async (workflow: string) => {
		sandbox.reset();
		const { error, nodes } = await runWorkflow(request, workflow, TRIGGER);
		expect(error).toBeUndefined();
		expect(nodes[WRITE].items).toHaveLength(100);
		expect(sandbox.stats.refused).toBe(0);
		return { ms: nodes[WRITE].ms, calls: sandbox.stats.byPath[PATH] };
	};
	const http = await measured(byHttp);
	const ours = await measured(await workflowWith(rows, upsert));
	if (process.env.SHOW) console.log(http, ours);
	expect([http.calls, ours.calls]).toEqual([100, 4]);
	expect(ours.ms).toBeLessThan(http.ms / 10);
}, 200_000);

test('adds 10,000 activities in 400 calls, within 1.1 times the minimum', async () => {
	sandbox.reset();
	Object.assign(sandbox.faults, FAULTS, { activities: 0, opportunities: 0 });
	const rows = Array.from({ length: ROWS }, (_, at) => ({
		lead: sandbox.idAt(at % OLD),
		note: `call ${at}`,
	}));
	const locator = (mode: string, value: string) => ({ __rl: true, mode, value });
	const workflow = await workflowWith(rows, {
		type: NODE_TYPE,
		typeVersion: 1,
		parameters: {
			resource: 'activity',
			operation: 'create',
			lead: locator('id', '={{ $json.lead }}'),
			activityType: locator('code', '201'),
			note: '={{ $json.note }}',
			fields: { mappingMode: 'defineBelow', value: {}, matchingColumns: [] },
			options: {},
		},
	});
	const execution = await runWorkflow(request, workflow, TRIGGER);
	expect(execution.error).toBeUndefined();
	const { items, ms } = execution.nodes[WRITE];
	if (process.env.SHOW) console.log(`${ms} ms`);
	expect(items.map(({ json }) => json.status)).toEqual(rows.map(() => 'created'));
	const notes = sandbox.activities.map(({ note }) => note);
	expect(new Set(notes)).toEqual(new Set(rows.map(({ note }) => note)));
	expect(notes).toHaveLength(ROWS);
	const path = '/v2/ProspectActivity.svc/Bulk/CustomActivity/Add/ByLeadId';
	expect(sandbox.stats.byPath[path]).toBe(ROWS / 25);
	expect(ms).toBeLessThan(1.1 * (ROWS / 25 / 10 - 1) * 5000);
}, 400_000);

/** Runs the node on the archive. */
async function read(rows: object[], parameters: Record<string, unknown>) {
	const node = { type: NODE_TYPE, typeVersion: 1, parameters };
	const workflow = await workflowWith(rows, node, archiveCredential);
	const { calls } = archive.stats;
	const { error, nodes } = await runWorkflow(request, workflow, TRIGGER);
	expect(error).toBeUndefined();
	const { items, ms } = nodes[WRITE];
	if (process.env.SHOW)
		console.log(`${items.length} items: ${ms} ms, ${archive.stats.calls - calls} calls`);
	return { json: items.map((item) => item.json), ms, calls: archive.stats.calls - calls };
}

test('reads 50,000 activities with the columns of their leads in 1.2 times the least calls', async () => {
	const meetings = archive.activities.filter(({ code }) => code === 201);
	const leads = new Set(meetings.map(({ lead }) => lead)).size;
	const { json, ms, calls } = await read([{}], {
		resource: 'activity',
		operation: 'getMany',
		filterBy: 'type',
		activityType: { __rl: true, mode: 'code', value: '201' },
		modifiedAfter: '2000-01-01',
		returnAll: true,
		options: { leadColumns: ['FirstName'] },
	});
	const idOf = ({ ActivityId }: (typeof json)[0]) => String(ActivityId);
	expect(json.map(idOf).sort()).toEqual(meetings.map(({ id }) => id).sort());
	const nameOf = ({ Lead }: (typeof json)[0]) => (Lead as Record<string, unknown>).FirstName;
	for (const each of json.slice(0, 1000)) {
		expect(nameOf(each)).toBe(archive.lead(String(each.ProspectID), ['FirstName'])!.FirstName);
	}
	const minimum = 50 + Math.ceil(leads / 1000);
	expect(calls).toBeLessThanOrEqual(1.2 * minimum);
	// Two windows of 5 s. On a busy machine, n8n and the sandbox need as long for 50,000 rows.
	expect(ms).toBeLessThan(2.5 * 10_000);
}, 200_000);

test('reads 10,000 opportunities by ID in 5 calls, and one for the fields of their type', async () => {
	const ids = archive.activities.filter(({ code }) => code === 12_000).map(({ id }) => id);
	const { json, calls } = await read(
		ids.map((id) => ({ id })),
		{
			resource: 'opportunity',
			operation: 'getByIds',
			opportunityType: { __rl: true, mode: 'code', value: '12000' },
			opportunityIds: '={{ $json.id }}',
			columns: ['Status'],
			options: {},
		},
	);
	expect(ids).toHaveLength(10_000);
	expect(json.map(({ OpportunityId }) => OpportunityId)).toEqual(ids);
	expect(calls).toBe(6);
}, 100_000);
