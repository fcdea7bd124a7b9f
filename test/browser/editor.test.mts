/**
 * What a person does first, in the editor of a real n8n. The steps build on each other, and also
 * take the pictures of the documentation (`SCREENSHOTS=docs/images npm run test:browser`), or others to
 * look at in dark colours (`COLOURS=dark`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator } from 'playwright-core';

import {
	OWNER,
	createHome,
	endedExecutions,
	freePort,
	installPackage,
	packProject,
	saveCredential,
	saveWorkflow,
	setActive,
	signIn,
	startServer,
} from '../../dev/playground/n8n.mts';
import type { Request } from '../../dev/playground/n8n.mts';
import {
	GET_LEADS,
	exampleWorkflow,
	sandboxCredential,
	serveLeadIds,
} from '../../dev/playground/example.mts';
import { createSandbox } from '../../dev/sandbox/server.mts';
import { Editor } from './editor.mts';

jest.setTimeout(300_000);

const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';
const COLUMNS = 'Column Names or IDs';
const DEFAULT_COLUMNS = ['First Name', 'Last Name', 'Email', 'Phone Number', 'Lead Stage'];
const CREATE_OR_UPDATE = 'Create or update a lead';
/** The fields of a new mapper. */
const MAPPED = [
	'Email (using to match)',
	'First Name',
	'Last Name',
	'Phone Number',
	'Company',
	'Lead Stage',
	'Lead Source',
];
/** n8n's text for a list that it could not get. */
const NO_LIST = 'Error fetching options';
/** Where the pictures go; where nothing says so, none are taken. */
const picturesFolder = process.env.SCREENSHOTS;

const sandbox = createSandbox({
	leads: 20_000,
	latencyMs: 100,
	faults: { documentedLeads: false },
});
/** Of leads with a value in each column that is chosen here. */
const ids = sandbox
	.ids(1000)
	.filter((id) => sandbox.lead(id)?.ProspectStage && sandbox.lead(id)?.mx_City)
	.slice(0, 4);
const folder = mkdtempSync(join(tmpdir(), 'leadsquared-browser-'));
const closers: Array<() => unknown> = [() => rmSync(folder, { recursive: true, force: true })];
let sandboxUrl: string;
let leadIds: Awaited<ReturnType<typeof serveLeadIds>>;
let request: Request;
let editor: Editor;

beforeAll(async () => {
	sandboxUrl = await sandbox.listen(await freePort(8400));
	closers.push(() => sandbox.close());
	const home = await createHome(folder);
	await installPackage(home, await packProject('.', folder));
	const server = await startServer(home);
	closers.push(server.stop);
	request = await signIn(server);
	leadIds = await serveLeadIds(sandbox, await freePort(8401));
	closers.push(() => leadIds.close());
	editor = await Editor.open(server.url, process.env.COLOURS as 'dark' | undefined);
	closers.push(() => editor.close());
});

afterAll(async () => {
	for (const close of closers.reverse()) await close();
});

let failed: string | undefined;

/** A test that is not reached where one before it failed, and leaves a picture where it fails. */
function step(name: string, does: () => Promise<void>): void {
	test(name, async () => {
		if (failed) throw new Error(`Not reached: "${failed}" failed`);
		try {
			await does();
		} catch (error) {
			failed = name;
			const file = join(mkdtempSync(join(tmpdir(), 'leadsquared-failed-')), 'screen.png');
			await editor.picture(file);
			throw new Error(`The screen when it failed: ${file}`, { cause: error });
		}
	});
}

async function picture(name: string, part: Locator, last?: Locator): Promise<void> {
	if (picturesFolder) await editor.picture(resolve(picturesFolder, `${name}.png`), part, last);
}

/** Adds a node as on a slow server: n8n asks for its lists, then chooses its credential, then gets them. */
async function addSlowNode(action: string): Promise<void> {
	await editor.newSavedWorkflow();
	await editor.slowDown();
	await editor.searchNode('leadsquared');
	await editor.addNode('LeadSquared', action);
	await editor.showsCredential();
	await editor.speedUp();
}

/** The playground's workflow, with a credential of its own. */
async function example(): Promise<ReturnType<typeof exampleWorkflow>> {
	const credential = sandboxCredential(sandbox, sandboxUrl);
	const id = await saveCredential(request, credential);
	return exampleWorkflow(leadIds.url, { id, name: credential.name });
}

step('finds the node in the node panel, and adds it', async () => {
	await editor.signIn(OWNER);
	await editor.newWorkflow();

	const found = await editor.searchNode('leadsquared');
	expect(found).toEqual(['LeadSquared']);

	await editor.addNode('LeadSquared', 'Get leads by IDs');
	await editor.shows(editor.parameters, 'Lead IDs');
	expect(await editor.picked(COLUMNS)).toEqual(DEFAULT_COLUMNS);
	await editor.never(NO_LIST);
});

step('says what is wrong with a wrong key', async () => {
	await editor.openNewCredential('LeadSquared');
	await editor.choose('Region', 'Custom');
	await editor.type('API Host', `${sandboxUrl}/v2/`);
	await editor.type('Access Key', sandbox.accessKey);
	await editor.type('Secret Key', 'NotTheSecretKey');

	await editor.saveCredential();

	await editor.shows(editor.credential, 'Couldn’t connect with these settings');
	await editor.openDetails();
	await editor.shows(editor.credential, 'it does not accept the keys');
	await editor.shows(editor.credential, "check 'Access Key', 'Secret Key' and 'Region'");
});

step('says that keys belong to one region', async () => {
	sandbox.faults.wrongRegion = 'api-in21.leadsquared.com';
	await editor.type('Secret Key', sandbox.secretKey);

	await editor.saveCredential();

	await editor.shows(editor.credential, 'Couldn’t connect with these settings');
	await editor.shows(editor.credential, 'Keys are valid on the API host of their own region only');
});

step('connects with the right key and region', async () => {
	sandbox.reset();
	await editor.type('API Host', sandboxUrl);

	await editor.saveCredential();
	await editor.openCredential();

	await editor.shows(editor.credential, 'Connection tested successfully');
	await picture(
		'credential',
		editor.credential,
		editor.credential.getByTestId('parameter-input-secretKey'),
	);
	await editor.closeCredential();
});

step('picks columns by their label', async () => {
	// At the first look, without a credential, and with one: never an error, and never a gesture.
	expect(await editor.picked(COLUMNS)).toEqual(DEFAULT_COLUMNS);

	await editor.typeAndReload('Lead IDs', [...ids, UNKNOWN_ID].join('\n'));
	const choices = await editor.searchList(COLUMNS, 'city');

	expect(choices).toEqual([
		['City (mx_Billing_City)', 'mx_Billing_City (Text)'],
		['City (mx_City)', 'mx_City (Text)'],
	]);
	await editor.pick('City (mx_City)');
	expect(await editor.picked(COLUMNS)).toEqual([...DEFAULT_COLUMNS, 'City (mx_City)']);
});

step('shows the leads, and a hint for the ids that the account does not have', async () => {
	await editor.execute();

	await editor.shows(editor.output, '4 items');
	await editor.shows(editor.output, `1 lead was not found and was skipped: ${UNKNOWN_ID}`);
	const [head, ...rows] = await editor.table();
	expect(head.slice(0, 3)).toEqual(['ProspectID', 'FirstName', 'LastName']);
	expect(head).toContain('mx_City');
	expect(rows.map(([id]) => id)).toEqual(ids);
	await picture('output', editor.output, editor.output.locator('table'));
});

step('asks whether another column was meant, where one is misspelled', async () => {
	await editor.addOption('Additional Columns');
	await editor.type('Additional Columns', 'mx_Countryy');
	await editor.execute();
	await editor.shows(editor.output, 'Did you mean mx_Country (Country)?');

	await editor.type('Additional Columns', 'Country');
	await editor.execute();
	await editor.hides(editor.output, 'Did you mean');
	const [head] = await editor.table();
	expect(head).toContain('mx_Country');
});

step('says what is wrong with an invalid id, and what to do', async () => {
	await editor.type('Lead IDs', `${sandbox.idAt(0)}, 12345`);

	await editor.execute();

	await editor.shows(editor.output, "'Lead IDs' contains a value that is not a lead ID: 12345");
	await editor.shows(editor.output, 'A lead ID looks like');
});

step(
	'shows the list of columns in a second node, which has the credential from the start',
	async () => {
		await editor.closeNode();
		await editor.newWorkflow();
		await editor.searchNode('leadsquared');
		await editor.addNode('LeadSquared', 'Get leads by IDs');

		expect(await editor.picked(COLUMNS)).toEqual(DEFAULT_COLUMNS);
		await editor.typeAndReload('Lead IDs', ids[0]);
		expect(await editor.searchList(COLUMNS, 'billing')).toContainEqual([
			'City (mx_Billing_City)',
			'mx_Billing_City (Text)',
		]);
		await editor.never(NO_LIST);
	},
);

step('shows it in the node that an AI agent has as a tool, too', async () => {
	const { nodes } = await example();
	const node = nodes.find(({ name }) => name === GET_LEADS)!;
	const tool = { ...node, type: `${node.type}Tool`, parameters: {} };
	const workflow = { name: 'A tool', nodes: [tool], connections: {}, settings: {} };
	await editor.openWorkflow(await saveWorkflow(request, workflow));
	await editor.openNode(GET_LEADS);

	await editor.shows(editor.parameters, 'Lead IDs');
	expect(await editor.picked(COLUMNS)).toEqual(DEFAULT_COLUMNS);
	expect(await editor.searchList(COLUMNS, 'billing')).toContainEqual([
		'City (mx_Billing_City)',
		'mx_Billing_City (Text)',
	]);
	await editor.never(NO_LIST);
});

for (const action of ['Get leads by IDs', 'Get a lead', 'Get many leads']) {
	step(`says how to get the account’s own columns in a new node: ${action}`, async () => {
		await addSlowNode(action);
		const [hint, ...chosen] = await editor.openList(COLUMNS);
		expect(hint).toEqual([
			"Your Account's Columns Are Missing",
			'To see all columns, choose a credential, then close this node and open it again',
		]);
		expect(chosen.map(([name]) => name)).toEqual(DEFAULT_COLUMNS);

		await editor.closeList();
		await editor.closeNode();
		await editor.openNode(action);
		expect(await editor.searchList(COLUMNS, 'billing')).toEqual([
			['City (mx_Billing_City)', 'mx_Billing_City (Text)'],
		]);
		await editor.never(NO_LIST);
		await editor.closeList();
	});
}

step('has the account’s own columns to filter by', async () => {
	await editor.choose('Filter By', 'Column');
	await editor.choose('Column Name or ID', 'City (mx_Billing_City)');
	await editor.never(NO_LIST);
});

step('maps the account’s own columns in a new node, with the choices of a drop-down', async () => {
	await addSlowNode(CREATE_OR_UPDATE);
	await editor.shows(editor.parameters, "Your account's columns are missing");
	await editor.retry();

	expect(await editor.mappedLabels()).toEqual(MAPPED);
	await editor.chooseMapped('Lead Stage', 'Customer');
	await editor.addMapped('City (mx_Billing_City)');
	await editor.typeMapped('City (mx_Billing_City)', 'Pune');
	await editor.never(NO_LIST);

	// n8n asks twice, and with values, where the operation changes.
	await editor.choose('Operation', 'Get Many');
	await editor.choose('Operation', 'Create or Update');
	expect(await editor.mappedLabels()).toEqual(MAPPED);
});

step('gets the leads of a list, which is found by its name', async () => {
	await editor.newWorkflow();
	await editor.searchNode('leadsquared');
	await editor.addNode('LeadSquared', 'Get many leads');
	await editor.shows(editor.parameters, 'Modified After');

	await editor.choose('Filter By', 'List');
	expect(await editor.searchLocator('List', 'newsl')).toEqual([
		expect.stringMatching(/^Newsletter \(static, [\d,]+ leads\)$/),
	]);
	await editor.pickLocated('Newsletter');
	await editor.execute();

	await editor.shows(editor.output, '50 items');
	await editor.never(NO_LIST);
});

step('gets the leads with a value in a column, and those that changed', async () => {
	await editor.choose('Filter By', 'Column');
	await editor.choose('Column Name or ID', 'Lead Stage');
	await editor.type('Value', 'Customer');
	await editor.execute();
	const customers = sandbox
		.ids(20_000)
		.filter((id) => sandbox.lead(id, ['ProspectStage'])!.ProspectStage === 'Customer');
	await editor.shows(editor.output, customers.sort()[0]);

	sandbox.touch(5);
	await editor.choose('Filter By', 'Modified');
	await editor.execute();
	await editor.shows(editor.output, sandbox.idAt(5));
	await editor.shows(editor.output, '1 item');
});

step('gets one lead, found as one types, or by its email address', async () => {
	await editor.closeNode();
	await editor.newWorkflow();
	await editor.searchNode('leadsquared');
	await editor.addNode('LeadSquared', 'Get a lead');
	const { EmailAddress, FirstName, ProspectID } = sandbox.lead(ids[0])!;

	const [found] = await editor.searchLocator('Lead', EmailAddress!);
	expect(found).toContain(FirstName);
	await editor.pickLocated(EmailAddress!);
	await editor.execute();
	await editor.shows(editor.output, '1 item');
	expect((await editor.table())[1][0]).toBe(ProspectID);

	await editor.chooseMode('Lead', 'By Email');
	await editor.type('Lead', 'nobody@example.com');
	await editor.execute();
	await editor.shows(editor.output, '1 lead was not found and was skipped: nobody@example.com');
	await editor.never(NO_LIST);
});

step('creates a lead by the mapper, and updates it', async () => {
	await editor.closeNode();
	await editor.newWorkflow();
	await editor.searchNode('leadsquared');
	await editor.addNode('LeadSquared', CREATE_OR_UPDATE);
	await editor.shows(editor.parameters, 'Column to Match On');
	await editor.shows(editor.parameters, 'First Name');
	await editor.never(NO_LIST);
	await editor.typeMapped('Email', 'ada@example.com');
	await editor.typeMapped('First Name', 'Ada');
	await picture('mapper', editor.parameters);

	await editor.execute();
	await editor.shows(editor.output, 'created');
	const at = sandbox.history.length - 1;
	expect(sandbox.history[at].values).toEqual({ EmailAddress: 'ada@example.com', FirstName: 'Ada' });

	await editor.typeMapped('First Name', 'Augusta');
	await editor.execute();
	await editor.shows(editor.output, 'updated');
	expect(sandbox.history[at + 1]).toMatchObject({
		id: sandbox.history[at].id,
		values: { FirstName: 'Augusta' },
	});
});

step('previews what writing would change, and finds a lead by a second column', async () => {
	const before = sandbox.history.length;
	await editor.addOption('Preview');
	await editor.toggle('Preview');
	await editor.typeMapped('First Name', 'Ida');
	await editor.execute();
	await editor.shows(
		editor.output,
		'Preview, nothing was written: 1 lead: 0 to create, 1 to update',
	);
	await editor.shows(editor.output, 'Augusta');
	expect(sandbox.history).toHaveLength(before);
	await picture('preview', editor.output);

	const { Phone, EmailAddress } = sandbox.lead(ids[1], ['Phone', 'EmailAddress'])!;
	await editor.addOption('Second Column to Match On Name or ID');
	await editor.choose('Second Column to Match On Name or ID', 'Phone Number');
	await editor.typeMapped('Email', 'new.address@example.com');
	await editor.typeMapped('Phone Number', Phone!);
	await editor.execute();
	await editor.shows(editor.output, ids[1]);
	expect(sandbox.history).toHaveLength(before);

	await editor.toggle('Preview');
	await editor.execute();
	await editor.shows(editor.output, 'updated');
	expect(sandbox.lead(ids[1], ['FirstName', 'EmailAddress'])).toEqual({
		FirstName: 'Ida',
		EmailAddress,
	});
});

step('maps columns for leads that are only created, or only updated', async () => {
	await editor.newWorkflow();
	await editor.searchNode('leadsquared');
	await editor.addNode('LeadSquared', 'Create a lead');
	await editor.shows(editor.parameters, 'First Name');
	await editor.hides(editor.parameters, 'Column to Match On');
	await editor.typeMapped('Email', 'only.created@example.com');
	await editor.execute();
	await editor.shows(editor.output, 'created');
	await editor.execute();
	await editor.shows(editor.output, 'Another lead already has the EmailAddress');

	await editor.choose('Operation', 'Update');
	await editor.shows(editor.parameters, 'Column to Match On');
	await editor.never(NO_LIST);
});

/** A sheet as people in India keep it: 60 rows, one lead twice, a day that does not exist, a broken address. */
function indianSheet() {
	const phone = (at: number) => {
		const digits = `98561${10_000 + at}`;
		return [`+91-${digits}`, digits, `+91 ${digits.slice(0, 5)} ${digits.slice(5)}`][at % 3];
	};
	const rows = Array.from({ length: 60 }, (_, at) => ({
		row_number: at + 2,
		'First Name': `Asha ${at}`,
		Email: `asha${at}@example.com`,
		'Phone Number': phone(at),
		'Date of Birth': `${String((at % 28) + 1).padStart(2, '0')}/12/1990`,
	}));
	rows[7]['Date of Birth'] = '31/02/1990';
	rows[18].Email = 'broken@';
	rows[48].Email = rows[1].Email.toUpperCase();
	return rows;
}

/** A saved workflow that writes the sheet, with more properties of the node that does. */
async function sheetWorkflow(more: object = {}): Promise<string> {
	const credential = sandboxCredential(sandbox, sandboxUrl);
	const id = await saveCredential(request, credential);
	const sheet = {
		id: 'sheet',
		name: 'Sheet',
		type: 'n8n-nodes-base.manualTrigger',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const write = {
		id: 'write',
		name: 'Write Leads',
		type: 'n8n-nodes-leadsquared-crm.leadSquared',
		typeVersion: 1,
		position: [220, 0],
		parameters: {
			operation: 'upsert',
			fields: { mappingMode: 'autoMapInputData', value: null, matchingColumns: ['EmailAddress'] },
		},
		credentials: { leadSquaredApi: { id, name: credential.name } },
		...more,
	};
	return await saveWorkflow(request, {
		name: 'Indian sheet',
		nodes: [sheet, write],
		connections: { Sheet: { main: [[{ node: 'Write Leads', type: 'main', index: 0 }]] } },
		pinData: { Sheet: indianSheet().map((json) => ({ json })) },
		settings: { timezone: 'Asia/Kolkata' },
	});
}

step('writes an Indian sheet of 60 rows, and says what is wrong with two of them', async () => {
	await editor.closeNode();
	const before = sandbox.history.length;
	await editor.openWorkflow(await sheetWorkflow());
	await editor.openNode('Write Leads');
	await editor.execute();
	await editor.shows(editor.output, "Set the option 'Date Format' to DD/MM/YYYY");

	await editor.addOption('Date Format');
	await editor.choose('Date Format', 'DD/MM/YYYY');
	await editor.execute();
	await editor.shows(editor.output, '2 of 60 input items cannot be used');
	await editor.shows(editor.output, "'Date of Birth' (mx_Date_of_Birth)");
	await editor.shows(editor.output, 'row 9');
	await editor.shows(editor.output, 'row 20');
	await editor.shows(editor.output, 'Nothing was written');
	await editor.hides(editor.output, '<br>');
	await picture('sheet-faults', editor.output, editor.output.getByText('Ask n8n Assistant'));
	expect(sandbox.history).toHaveLength(before);

	const parameters = {
		operation: 'upsert',
		fields: { mappingMode: 'autoMapInputData', value: null, matchingColumns: ['EmailAddress'] },
		options: { dateFormat: 'dmy' },
	};
	await editor.openWorkflow(await sheetWorkflow({ parameters, onError: 'continueRegularOutput' }));
	await editor.openNode('Write Leads');
	await editor.execute();
	await editor.shows(editor.output, '58 leads: 57 created, 1 updated');
	await editor.shows(editor.output, '2 failed');
	await editor.shows(editor.output, 'row 3, row 50');
	await editor.shows(editor.output, '60 items');
	const written = sandbox.history.slice(before);
	expect(written).toHaveLength(58);
	const first = written.find(({ values }) => values?.EmailAddress === 'asha0@example.com');
	expect(first?.values).toMatchObject({ mx_Date_of_Birth: '1990-12-01' });
	await picture('sheet', editor.output);
});

step(
	'starts a workflow automatically when a lead is created on the page of the sandbox',
	async () => {
		await editor.closeNode();
		await editor.newWorkflow();
		expect(await editor.searchNode('leadsquared')).toEqual(['LeadSquared']);
		await editor.addNode('LeadSquared', 'On lead created');
		expect(await editor.picked(COLUMNS)).toEqual([...DEFAULT_COLUMNS, 'Created On', 'Modified On']);

		await editor.fetchTestEvent();
		await editor.shows(editor.output, '5 items');
		await editor.never(NO_LIST);
		const name = 'LeadSquared Trigger';
		await picture('trigger', editor.parameters, editor.addOptionButton);
		await editor.closeNode();
		await editor.publish();
		await editor.press(sandboxUrl, 'Create a lead');
		const lead = sandbox.history.at(-1)!.id;
		// One is that of the test event.
		await editor.waitForExecutions(2, 100_000);

		const started = (await endedExecutions(request, editor.workflowId)).at(-1)!;
		expect(started.nodes[name].items.map(({ json }) => json.ProspectID)).toEqual([lead]);
		await setActive(request, editor.workflowId, false);
	},
);

step('gets the latest activities of a type that is chosen in the trigger', async () => {
	await editor.newWorkflow();
	await editor.searchNode('leadsquared');
	await editor.addNode('LeadSquared', 'On activity created');
	expect(await editor.searchLocator('Activity Type', 'meet')).toEqual(['Meeting (201)']);
	await editor.pickLocated('Meeting (201)');
	await editor.fetchTestEvent();
	await editor.shows(editor.output, '5 items');
	await editor.shows(editor.output, 'ActivityId');
	await editor.closeNode();
});

step('makes another call by HTTP Request, with the same credential', async () => {
	const credential = sandboxCredential(sandbox, sandboxUrl);
	const id = await saveCredential(request, { ...credential, name: 'For other calls' });
	const node = {
		id: 'request',
		name: 'Another Call',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		position: [0, 0] as [number, number],
		parameters: {
			url: `${sandboxUrl}/v2/LeadManagement.svc/Lists.Get?searchText=Newsletter`,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'leadSquaredApi',
			options: {},
		},
		credentials: { leadSquaredApi: { id, name: 'For other calls' } },
	};
	const workflow = { name: 'Another call', nodes: [node], connections: {}, settings: {} };
	await editor.openWorkflow(await saveWorkflow(request, workflow));
	await editor.openNode('Another Call');

	await editor.showsValue('Credential Type', 'LeadSquared API');
	await editor.execute();
	await editor.shows(editor.output, 'Newsletter');
});

step('shows on the canvas how many leads came', async () => {
	await editor.openWorkflow(await saveWorkflow(request, await example()));
	await editor.executeWorkflow('10500 items');
	await picture('canvas', editor.canvas);
});
