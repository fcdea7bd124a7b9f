import type { INodeExecutionData } from 'n8n-workflow';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../dev/sandbox/server.mts';
import {
	listSearch,
	loadOptions,
	resourceMapping,
	runNode,
	runWorkflow,
	testCredential,
	virtualTime,
	type VirtualTime,
} from './harness.mts';

type RunOptions = Parameters<typeof runNode>[0];
type WorkflowJson = Parameters<typeof runWorkflow>[0];

/** An account for each test of a file, in virtual time, and the ways in which n8n reaches it. */
export interface TestAccount {
	readonly time: VirtualTime;
	readonly sandbox: Sandbox;
	readonly url: string;
	/** Starts the account that a test talks to. */
	open(options?: SandboxOptions): Promise<Sandbox>;
	/** The credential's data, with the right keys. */
	credentials(changes?: object): Record<string, string>;
	/** Runs the node; `credentials` is laid over the right ones. */
	run(options: RunOptions): ReturnType<typeof runNode>;
	runWorkflow(json: WorkflowJson, options?: object): ReturnType<typeof runWorkflow>;
	/** Opens the list of columns. */
	picker(changes?: object): ReturnType<typeof loadOptions>;
	/** Opens the list of a resource locator, or the next part of it. */
	search(method: string, filter?: string, token?: string): ReturnType<typeof listSearch>;
	/** Opens the list of a resource mapper. */
	mapper(method: string, changes?: object): ReturnType<typeof resourceMapping>;
	/** Tests the credential. */
	test(changes?: object): ReturnType<typeof testCredential>;
	/**
	 * An API host that no call has been made to, below the account's own: who answers there is no
	 * LeadSquared, unless a switch says that another server answers.
	 */
	newHost(): string;
}

/** Call it once, at the top of a test file. @param options of its virtual time */
export function testAccount(options?: Parameters<typeof virtualTime>[0]): TestAccount {
	let time: VirtualTime;
	let sandbox: Sandbox | undefined;
	let url: string;
	let hosts = 0;
	beforeEach(() => (time = virtualTime(options)));
	afterEach(async () => {
		await sandbox?.close();
		sandbox = undefined;
		time.restore();
	});
	const account: TestAccount = {
		get time() {
			return time;
		},
		get sandbox() {
			return sandbox!;
		},
		get url() {
			return url;
		},
		async open(options = {}) {
			await sandbox?.close();
			sandbox = createSandbox({ leads: 3000, clock: time.clock, latencyMs: 300, ...options });
			url = await sandbox.listen();
			return sandbox;
		},
		credentials: (changes = {}) => ({
			region: 'custom',
			customUrl: url,
			accessKey: sandbox!.accessKey,
			secretKey: sandbox!.secretKey,
			...changes,
		}),
		run: async (options) =>
			await runNode({
				url,
				...options,
				credentials:
					typeof options.credentials === 'function'
						? options.credentials
						: account.credentials(options.credentials),
			}),
		runWorkflow: async (json, options = {}) =>
			await runWorkflow(json, { url, credentials: account.credentials(), ...options }),
		picker: async (changes) =>
			await loadOptions('getLeadColumns', { url, credentials: account.credentials(changes) }),
		search: async (method, filter, token) =>
			await listSearch(method, { url, credentials: account.credentials(), filter, token }),
		mapper: async (method, changes) =>
			await resourceMapping(method, { url, credentials: account.credentials(), ...changes }),
		test: async (changes) =>
			await testCredential({ url, credentials: account.credentials(changes) }),
		newHost: () => `${url}/host-${++hosts}`,
	};
	return account;
}

/** The node's settings, without the ids. */
export const getByIds = (parameters: object = {}) => ({
	resource: 'lead',
	operation: 'getByIds',
	leadIds: '={{ $json.id }}',
	columns: ['FirstName'],
	...parameters,
});

/** The input items that items are linked to. */
export const itemsOf = (items: INodeExecutionData[]): number[] =>
	items.map(({ pairedItem }) => (pairedItem as { item: number }).item);

/** Error items, and the others. */
export function sorted(items: INodeExecutionData[]) {
	const isError = ({ json }: INodeExecutionData) => typeof json.error === 'string';
	return { failed: items.filter(isError), good: items.filter((item) => !isError(item)) };
}
