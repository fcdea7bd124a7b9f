/** n8n's rules for what people read (docs/ux-guidelines.md); docs/troubleshooting.md has every error. */
import { readFileSync } from 'node:fs';
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';
import { LeadSquaredApi } from '../../credentials/LeadSquaredApi.credentials';
import { LeadSquared } from '../../nodes/LeadSquared/LeadSquared.node';
import { LeadSquaredTrigger } from '../../nodes/LeadSquared/LeadSquaredTrigger.node';
import { apiError } from '../../nodes/LeadSquared/run/messages';
import { findOperation } from '../../nodes/LeadSquared/actions';
import { poll } from '../../nodes/LeadSquared/trigger/poll';
import { CLOCK_IS_BEHIND, INCOMPLETE_LIST } from '../../nodes/LeadSquared/trigger/messages';
import { apiBaseUrl, readCredentials } from '../../nodes/LeadSquared/transport/credentials';
import type { Failed, Fault, FaultKind } from '../../nodes/LeadSquared/transport/outcome';
import { createSandbox, type Sandbox } from '../../dev/sandbox/server.mts';
import { freshCredentials, NODE, pollContext, runOperation } from './fakeContext.mts';

type PollOptions = NonNullable<Parameters<typeof pollContext>[2]>;

const { description: node } = new LeadSquared();
const { description: trigger } = new LeadSquaredTrigger();
const credential = new LeadSquaredApi();
const troubleshooting = readFileSync('docs/troubleshooting.md', 'utf8');
const codex = JSON.parse(readFileSync('nodes/LeadSquared/LeadSquared.node.json', 'utf8')) as {
	categories: string[];
	alias: string[];
};

type Choice = INodeProperties | INodePropertyOptions | INodePropertyCollection;
const isChoice = (entry: Choice): entry is INodePropertyOptions => 'value' in entry;

/** All parameters and fields, those within collections too. */
const parameters = [...node.properties, ...trigger.properties, ...credential.properties].flatMap(
	withInner,
);
const choices = parameters.flatMap(({ options = [] }) => options.filter(isChoice));
const labels = [
	node.displayName,
	trigger.displayName,
	credential.displayName,
	...parameters.map(({ displayName }) => displayName),
	...choices.map(({ name }) => name),
];
const texts = [...parameters, ...choices].flatMap((entry) =>
	[entry.description, 'hint' in entry ? entry.hint : undefined].filter(
		(text) => text !== undefined,
	),
);

function withInner(parameter: INodeProperties): INodeProperties[] {
	const inner = (parameter.options ?? []).filter((entry) => 'type' in entry);
	return [parameter, ...inner.flatMap(withInner)];
}

// Words that Title Case leaves small; hosts and code are spelled as they are.
const SMALL = /^(a|an|and|as|at|by|for|from|in|of|on|or|per|the|to|with)$/;

test.each(labels)('the label is in Title Case: %s', (label) => {
	const words = label.replace(/\(\S+\.\S+\)/, '').match(/[\w-]+/g)!;
	for (const [at, word] of words.entries()) {
		expect(at > 0 && SMALL.test(word) ? 'A' : word).toMatch(/^[A-Z0-9]/);
	}
});

test.each(texts)(
	'the text begins with a capital, and a single sentence has no full stop: %s',
	(text) => {
		expect(text).toMatch(/^[A-Z]/);
		const sentences = text.replace(/<[^>]*>/g, '').split(/(?<=\.)(?<!e\.g\.)\s+(?=[A-Z])/);
		expect(text.endsWith('.')).toBe(sentences.length > 1);
	},
);

const lists = parameters.filter(({ name }) => name === 'operation' || name === 'event');
const actions = lists.flatMap(({ options = [] }) => (options as Choice[]).filter(isChoice));

test.each(actions)('the action is in sentence case: $action', ({ action }) => {
	expect(action).toMatch(/^[A-Z][a-z]*(,?( [a-z]+| IDs?| API))*$/);
});

test.each(parameters.filter(({ type }) => type === 'boolean'))(
	'a boolean says whether: $displayName',
	({ description }) => expect(description).toMatch(/^Whether /),
);

test.each(parameters.filter(({ placeholder }) => placeholder))(
	'a placeholder is an example: $displayName',
	({ type, placeholder }) =>
		expect(placeholder).toMatch(type === 'collection' ? /^Add option$/ : /^e\.g\. /),
);

test.each(parameters.filter(({ options = [] }) => options.length > 1))(
	'the list is sorted, with Custom at its end: $displayName',
	({ options }) => {
		const names = options!.map((entry) =>
			'displayName' in entry ? entry.displayName : entry.name,
		);
		const sorted = names
			.filter((name) => name !== 'Custom')
			.sort((a, b) => a.localeCompare(b, 'en'));
		expect(names).toEqual([...sorted, ...names.filter((name) => name === 'Custom')]);
	},
);

test('there are no notices', () => {
	expect(parameters.filter(({ type }) => type === 'notice')).toEqual([]);
});

test('resource and operation come first, and are never expressions', () => {
	const [first, second] = node.properties;
	expect(first).toMatchObject({ name: 'resource', noDataExpression: true });
	expect(second).toMatchObject({ name: 'operation', noDataExpression: true });
});

test('the node is found under Sales, and has a subtitle', () => {
	expect(codex.categories).toEqual(['Sales']);
	expect(codex.alias).toEqual(
		expect.arrayContaining(['LSQ', 'CRM', 'Prospect ID', 'Sales', 'Contact', 'Create Lead']),
	);
	const evaluate = new Function(
		'$parameter',
		`return ${node.subtitle!.replace(/^=\{\{(.*)\}\}$/, '$1')}`,
	) as (parameters: object) => unknown;
	expect(evaluate({ resource: 'lead', operation: 'getByIds' })).toBe('Get Leads by IDs');
});

test("n8n's node panel shows the trigger's events, and its text for both", () => {
	const [event] = trigger.properties;
	expect(event).toMatchObject({ displayName: 'Event', name: 'event' });
	expect(`${node.name}Trigger`).toBe(trigger.name);
	expect(trigger.description).toMatch(
		/^Get and write leads, activities and tasks in LeadSquared, and start workflows/,
	);
	const names = (event.options as INodePropertyOptions[]).map(({ value, name }) => [value, name]);
	const evaluate = new Function(
		'$parameter',
		`return ${trigger.subtitle!.replace(/^=\{\{(.*)\}\}$/, '$1')}`,
	) as (given: object) => unknown;
	expect(names.map(([value]) => [value, evaluate({ event: value })])).toEqual(names);
});

test('node and credential have the same two icons, one for light and one for dark', () => {
	const icon = node.icon as { light: string; dark: string };
	const drawn = Object.values(icon).map((file) =>
		readFileSync(file.replace('file:', 'nodes/LeadSquared/'), 'utf8'),
	);
	expect(new Set(drawn).size).toBe(2);
	for (const svg of drawn) expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 (\d+) \1"/);
	expect(credential.icon).toEqual({
		light: icon.light.replace('file:', 'file:../nodes/LeadSquared/'),
		dark: icon.dark.replace('file:', 'file:../nodes/LeadSquared/'),
	});
});

describe('an error', () => {
	const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
	const KINDS: Record<FaultKind, true> = {
		rateLimited: true,
		quotaUsedUp: true,
		transient: true,
		tooLarge: true,
		invalidRequest: true,
		notFound: true,
		unauthorized: true,
		noEndpoint: true,
		unreachable: true,
	};
	const failed = (kind: FaultKind, fault: Partial<Fault> = {}): Failed => ({
		kind,
		fault: { from: 'leadSquared', message: 'Their words', ...fault },
	});
	const hostOf = (customUrl: string) => () => apiBaseUrl({ region: 'custom', customUrl });
	const sandbox = createSandbox({ leads: 1 });
	const run = (parameters: object) => async () =>
		await runOperation({
			sandbox,
			parameters: { columns: ['FirstName'], options: {}, ...parameters },
		});

	const people = createSandbox({ leads: 50 });
	const runOf = (operation: string) => (parameters: object) => async () =>
		await runOperation({
			sandbox: people,
			operation,
			parameters: { columns: ['FirstName'], options: { notFound: 'error' }, ...parameters },
		});
	const get = (lead: object) => runOf('get')({ lead: { __rl: true, ...lead } });
	const many = (parameters: object) =>
		runOf('getMany')({ modifiedAfter: '2026-01-01', options: {}, ...parameters });

	const add =
		(parameters: object, faults = {}) =>
		async () => {
			const account = createSandbox({ leads: 9, faults });
			const { items } = await runOperation({
				sandbox: account,
				resource: 'api',
				operation: 'call',
				parameters: {
					path: '/LeadManagement.svc/Lists.Get',
					query: { searchText: 'Empty List' },
					options: {},
				},
			});
			const [{ ListId: listId }] = items[0].json.data as Array<{ ListId: string }>;
			await runOperation({
				sandbox: account,
				resource: 'list',
				operation: 'addLeads',
				parameters: { listId, options: {}, ...parameters },
			});
		};
	const task = (operation: string, parameters: object) => async () =>
		await runOperation({
			sandbox: people,
			resource: 'task',
			operation,
			parameters: { name: 'Call', taskType: 'Meeting', owner: 'owner1@example.com', ...parameters },
		});
	const opportunities = (parameters: object) => async () =>
		await runOperation({
			sandbox: people,
			resource: 'opportunity',
			parameters: { opportunityType: '12000', columns: ['Status'], options: {}, ...parameters },
		});

	/** The trigger polls as often as it takes, and then once more. */
	const polling =
		(
			{ leads = 0, faults = {}, ...options }: PollOptions & { leads?: number; faults?: object },
			happens: (account: Sandbox) => void = () => {},
		) =>
		async () => {
			const account = createSandbox({ leads, limit: null });
			const parameters = { columns: ['FirstName', 'mx_Nope'] };
			const remembered = { node: {}, global: {} };
			const credentials = freshCredentials(account);
			const again = async () =>
				await poll(pollContext(account, parameters, { remembered, credentials, ...options }));
			if (options.mode !== 'manual' && options.budgetMs === undefined) await again();
			happens(account);
			Object.assign(account.faults, faults);
			await again();
			await again();
		};

	const write =
		(json: object, fields: object = {}, faults = {}) =>
		async () =>
			await runOperation({
				sandbox: createSandbox({ leads: 9, faults }),
				operation: 'upsert',
				parameters: {
					fields: { mappingMode: 'autoMapInputData', ...fields },
					options: { maxWaitSeconds: 0 },
				},
				perItem: [json as never],
			});
	const mapped = (values: object) =>
		write({}, { mappingMode: 'defineBelow', value: values, schema: [] });
	const EmailAddress = 'ada@example.com';

	const errors: Array<() => unknown> = [
		write({ FirstName: 'Ada' }),
		write({ EmailAddress, Revenue: 'many' }),
		write({ EmailAddress, mx_City: 'Pune' }, {}, { lockedColumns: ['mx_City'] }),
		write({ EmailAddress }, {}, { lostResults: 1 }),
		mapped({ EmailAddress, CreatedOn: '2026-01-01' }),
		mapped({ EmailAddress, mx_Nope: 'x' }),
		write({ EmailAddress, City: 'Pune' }),
		write(
			{ ProspectID: ID.replace('0', '1'), FirstName: 'Ada' },
			{ matchingColumns: ['ProspectID'] },
		),
		async () =>
			await runOperation({
				sandbox: people,
				operation: 'upsert',
				parameters: {
					fields: { mappingMode: 'autoMapInputData' },
					options: { withoutMatch: 'create' },
				},
				perItem: [{ nothing: 1 } as never],
			}),
		polling({ mode: 'manual' }),
		polling({ mode: 'manual', leads: 9, faults: { badColumns: 'refuse' } }),
		polling({ budgetMs: 0, leads: 9 }),
		polling({ faults: { missingColumns: ['CreatedOn'] } }, (account) => account.create(1)),
		() => {
			throw INCOMPLETE_LIST;
		},
		() => {
			throw CLOCK_IS_BEHIND;
		},
		...Object.keys(KINDS).map((kind) => () => {
			throw apiError(NODE, failed(kind as FaultKind));
		}),
		...(
			[
				['unreachable', { from: 'proxy' }],
				['unreachable', { from: 'network', message: 'getaddrinfo ENOTFOUND x' }],
				['unreachable', { from: 'network', message: 'write EPROTO' }],
				['unreachable', { from: 'network', message: 'self-signed certificate' }],
				['unreachable', { from: 'n8n' }],
				['transient', { from: 'other' }],
				['unauthorized', { type: 'MXInactiveUserException' }],
				['unauthorized', { message: 'You do not have permission' }],
			] as Array<[FaultKind, Partial<Fault>]>
		).map(([kind, fault]) => () => {
			throw apiError(NODE, failed(kind, fault));
		}),
		() => readCredentials({ accessKey: null, secretKey: 'x' }),
		() => readCredentials({ accessKey: 'x', secretKey: 'x\u00e9' }),
		() => {
			throw apiError(NODE, failed('invalidRequest'), 'columns');
		},
		() => {
			throw apiError(NODE, failed('invalidRequest'), 'id', { ids: [ID], itemIndex: 0 });
		},
		hostOf(''),
		hostOf('http://'),
		hostOf('http://api.leadsquared.com'),
		run({ leadIds: '' }),
		run({ leadIds: '12345' }),
		run({ leadIds: 'some 12345' }),
		run({ leadIds: '[object Object] ' }),
		async () =>
			await runOperation({
				sandbox,
				parameters: { columns: ['FirstName'] },
				perItem: [{ leadIds: 'foo' }, { leadIds: sandbox.idAt(0) }, { leadIds: 'bar' }],
			}),
		run({ leadIds: sandbox.ids(3, 1), options: { notFound: 'error' } }),
		async () =>
			await runOperation({
				sandbox,
				parameters: { columns: ['FirstName'] },
				perItem: Array<object>(1001).fill({ leadIds: sandbox.ids(1000) }) as never,
			}),
		async () =>
			await runOperation({
				sandbox,
				parameters: { columns: ['FirstName'], options: { includeInputFields: true } },
				perItem: [{ leadIds: sandbox.ids(300), text: 'x'.repeat(1_000_000) }],
			}),
		run({ leadIds: sandbox.idAt(0), options: { notFound: 'maybe' } }),
		run({ leadIds: sandbox.idAt(0), options: 5 }),
		run({ leadIds: sandbox.idAt(0), columns: [{}] }),
		() => findOperation('lead', 'dance'),
		() => findOperation('dance', 'get'),
		run({ leadIds: sandbox.idAt(0), columns: [] }),
		run({ leadIds: sandbox.idAt(0), columns: ['City'] }),
		run({ leadIds: sandbox.idAt(1), options: { notFound: 'error' } }),
		() => {
			throw apiError(NODE, { ...failed('noEndpoint'), endpointMissing: true });
		},
		get({ mode: 'id', value: null }),
		get({ mode: 'id', value: [ID, ID.replace('0', '1')] }),
		get({ mode: 'id', value: 'Ann' }),
		get({ mode: 'email', value: 'Ann' }),
		get({ mode: 'phone', value: 'Ann' }),
		get({ mode: 'list', value: 'a' }),
		get({ mode: 'email', value: 'nobody@example.com' }),
		get({ mode: 'phone', value: '00000000' }),
		get({ mode: 'list', value: 'no such lead' }),
		async () =>
			await runOperation({
				sandbox: people,
				resource: 'activity',
				operation: 'getMany',
				parameters: { modifiedAfter: '2026-01-01' },
			}),
		async () =>
			await runOperation({
				sandbox: people,
				resource: 'activity',
				operation: 'getMany',
				parameters: { filterBy: 'lead' },
			}),
		opportunities({ opportunityIds: '' }),
		opportunities({ opportunityIds: 'Ringo' }),
		opportunities({ opportunityIds: 'Ringo, 12345' }),
		opportunities({ opportunityIds: { ProspectID: ID } }),
		opportunities({ opportunityIds: ID, opportunityType: '' }),
		many({ modifiedAfter: '' }),
		many({ modifiedAfter: 'soon' }),
		many({ modifiedAfter: '2026-01-01', modifiedBefore: 'soon' }),
		many({ modifiedAfter: '2026-01-02', modifiedBefore: '2026-01-01' }),
		many({ filterBy: 'list', listId: '' }),
		many({ filterBy: 'list', listId: [ID, ID.replace('0', '1')] }),
		many({ filterBy: 'list', listId: { a: 1 } }),
		many({ filterBy: 'list', listId: 'No Such List' }),
		many({ filterBy: 'list', listId: 'Open Day' }),
		many({ filterBy: 'list', listId: ID }),
		many({ filterBy: 'list', listId: ID, options: { leadType: 'OT_1' } }),
		many({ options: { leadType: 'Student' } }),
		many({ filterBy: 'column', column: '' }),
		many({ filterBy: 'column', column: 'Score', value: '' }),
		many({ filterBy: 'column', column: 'FirstName', value: [1, 2] }),
		many({ filterBy: 'column', column: 'Score', value: 'x' }),
		many({ filterBy: 'column', column: 'Owner', value: 'No Such User' }),
		many({ filterBy: 'column', column: 'Lead Stage', value: 'Custmer' }),
		many({ filterBy: 'column', column: 'Leed Stage', value: 'Customer' }),
		run({ leadIds: 'asha@example.com' }),
		run({ leadIds: 'asha@example.com, ravi@example.com' }),
		run({ leadIds: '+91 98765 43210' }),
		run({ leadIds: '9876543210, 9876543211' }),
		many({ filterBy: 'dance' }),
		task('create', { name: '' }),
		task('create', { taskType: 'Meting' }),
		task('create', { owner: 'No Such User' }),
		task('create', { dueDate: 'soon' }),
		task('create', { dueDate: '2026-05-02', endDate: '2026-05-01' }),
		task('complete', { taskId: '' }),
		task('complete', { taskId: ID }),
		add({ leadIds: '' }),
		add({ leadIds: ID.replace('0', '1') }),
		add({ leadIds: ID, listId: ID }),
		add({ leadIds: [ID.replace('0', '1'), ID.replace('0', '2')] }),
		add({ leadIds: ID.replace('0', '1') }, { missingCalls: ['Leads/Retrieve/BySearchParameter'] }),
		task('getMany', { owner: '' }),
		task('getMany', { dueAfter: '2026-05-02', dueBefore: '2026-05-01' }),
	];
	const raised = errors.map(async (raise) => {
		try {
			await raise();
		} catch (error) {
			return error as { message: string; description: string };
		}
		throw new Error('Nothing went wrong');
	});

	test('says what happened and the way out, and is in troubleshooting', async () => {
		for (const { message, description } of await Promise.all(raised)) {
			// What differs from case to case is an ellipsis in the documents.
			const documented = message
				.replace(/ \[item \d+\]$/, '')
				.replace(/ \(it is .*\)$/, '')
				.replace(/: (?!no input|text outside).*$/, (rest) =>
					rest.startsWith(': the account') ? rest : ': …',
				)
				.replace(/[\da-f]{8}-[\da-f-]+$/, '…')
				.replace(/(address|phone number|the name) .*$/, '$1 …')
				.replace(/leads fit '.*'/, "leads fit '…'")
				.replace(/contains \d+/, 'contains …')
				.replace(/column [^:]+: …/, 'column …: …')
				.replace(/^'[\w ]+' cannot be .*/, "'…' cannot be …")
				.replace(/^'(Lead IDs|Name|Owner|Task ID)' is empty$/, "'…' is empty")
				.replace(/the lead [\da-f-]+ (is in|to)/, 'the lead … $1')
				.replace(/that \d+ leads are/, 'that … leads are')
				.replace(/^'Due Date' is not a date/, "'…' is not a date")
				.replace(/\b\d+ (values|email addresses|phone numbers)/, '… $1')
				.replace(/^'.+' \(\w+\) has no value ".+"/, `'…' (…) has no value "…"`)
				.replace(/(has no column) (?!.* to write).+/, '$1 …')
				.replace(/^\d+ of \d+ input/, '… of … input')
				.replace(/^\d+ leads/, '… leads')
				.replace(/(know|send) the column \w+/, '$1 the column …')
				.replace(/^'.*' \(\w+\) (does not accept|is read-only).*/, (_, what) =>
					what === 'is read-only' ? "'…' is read-only" : "'…' does not accept …",
				)
				.replace(/^The match column .* has/, 'The match column … has')
				.replace(/no column \w+ to/, 'no column … to')
				.replace(/The option '.*' cannot be .*/, "The option '…' cannot be …")
				.replace(/operation '.*' of '.*'/, "operation '…' of '…'")
				.replace(/label .*$/, 'label …')
				.replace(/resource '.*'/, "resource '…'");
			expect(troubleshooting).toContain(`### ${documented}\n`);
			expect(message).not.toMatch(/\b(error|problem|failure|mistake)\b/i);
			expect(message).toMatch(/[^.]$/);
			expect(description).toMatch(
				/\b(Activate|Ask|Check|Choose|Enter|Give|Look|Open|Remove|Run|Set|Try|Turn|Update|Use)\b|^Allowed: \S|\bmay be\b.*[^ ]$/,
			);
		}
	});
});
