/** The example workflow of examples/, fitted to the sandbox. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';

import type { Sandbox } from '../sandbox/server.mts';
import { CREDENTIAL_TYPE, NODE_TYPE } from './n8n.mts';
import type { Credential, Workflow } from './n8n.mts';

export const TRIGGER = 'When clicking ‘Execute workflow’';
export const LEAD_IDS = 'Lead IDs';
export const GET_LEADS = 'Get Leads by IDs';

const NOTE = 'About';
const ABOUT = `## One item per lead
**Lead IDs** requests 10,500 lead IDs from another system, **One Item per Lead ID** makes an item of each, and **Get Leads by IDs** gets the leads in 12 calls: 11 for the leads, one for the types of their columns.

Select **Execute workflow**, then open **Get Leads by IDs** and try other columns and options. The terminal shows the address of a page with more to try: leads, lists, and buttons that start the trigger.`;

/** The leads that the playground's run requests, and its calls: 1,000 leads in each, and one for the columns. */
export const LEAD_COUNT = 10_500;
export const CALL_COUNT = 12;

/** A credential for the sandbox at an address. */
export function sandboxCredential(sandbox: Sandbox, url: string): Credential {
	return {
		name: 'LeadSquared sandbox',
		type: CREDENTIAL_TYPE,
		data: {
			region: 'custom',
			customUrl: url,
			accessKey: sandbox.accessKey,
			secretKey: sandbox.secretKey,
			rateLimitCalls: sandbox.limit?.calls ?? 25,
			rateLimitSeconds: sandbox.limit?.seconds ?? 5,
		},
	};
}

/**
 * The example with a credential, and with lead IDs from a URL instead of its own few.
 * @param idsUrl answers with `{"ProspectID": [id, …]}`
 */
export function exampleWorkflow(
	idsUrl: string,
	credential: { id: string; name: string },
): Workflow {
	const text = readFileSync(resolve('examples/get-leads-by-ids.json'), 'utf8');
	const workflow = JSON.parse(text) as Workflow;
	for (const node of workflow.nodes) {
		if (node.name === NOTE) node.parameters = { ...node.parameters, content: ABOUT, height: 180 };
		if (node.name === LEAD_IDS) {
			node.type = 'n8n-nodes-base.httpRequest';
			node.typeVersion = 4.2;
			node.parameters = { url: idsUrl, options: {} };
		}
		if (node.type === NODE_TYPE) node.credentials = { [CREDENTIAL_TYPE]: credential };
	}
	return workflow;
}

/**
 * Another system, which has the IDs of the sandbox's leads: `GET /lead-ids?count=n&from=index`.
 * @param port a free one
 */
export async function serveLeadIds(
	sandbox: Sandbox,
	port: number,
): Promise<{ url: string; close(): void }> {
	const server = createServer((request, response) => {
		const url = new URL(request.url ?? '/', 'http://localhost');
		const count = Number(url.searchParams.get('count') ?? LEAD_COUNT);
		const from = Number(url.searchParams.get('from') ?? 0);
		const isWhole = [count, from].every((number) => Number.isInteger(number) && number >= 0);
		if (url.pathname !== '/lead-ids' || !isWhole) {
			response.writeHead(404).end('Ask for /lead-ids?count=<how many>&from=<first index>');
			return;
		}
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ ProspectID: sandbox.ids(count, from) }));
	});
	await new Promise<void>((done, fail) => {
		server.once('error', fail);
		server.listen(port, '127.0.0.1', done);
	});
	const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url: `${address}/lead-ids?count=${LEAD_COUNT}`,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}
