/** Runs each workflow in its own n8n, the real one of the playground, and measures it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';

import { sandboxCredential } from '../playground/example.mts';
import { saveCredential, saveWorkflow, signIn, startServer } from '../playground/n8n.mts';
import type { Credential, Home, N8nServer, Request } from '../playground/n8n.mts';
import type { Sandbox } from '../sandbox/server.mts';
import { measure } from './usage.mts';
import type { Usage } from './usage.mts';
import { customAuthCredential, isComplete, workflowOf } from './workflows.mts';
import type { Way } from './workflows.mts';

/** The LeadSquared server, and the address that returns its lead ids. */
export interface Server {
	sandbox: Sandbox;
	url: string;
	/** Answers `?count=n` with `{"ProspectID": [id, …]}`. */
	idsUrl: string;
}

export interface Measured extends Usage {
	wallMs: number;
	calls: number;
	refused: number;
	/** The output, if it is not all leads. */
	failure?: string;
}

const WARM_UP_IDS = 100;
const POLL_MS = 200;
const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });

/**
 * Starts n8n, saves and publishes the workflow, runs it once on a few ids so that all code is loaded,
 * waits until the rate limit is free, and runs it again.
 * @param home a home with the packed node that saves no executions
 */
export async function measureInN8n(
	home: Home,
	way: Way,
	ids: number,
	{ sandbox, url, idsUrl }: Server,
): Promise<Measured> {
	const n8n = await startServer(home);
	try {
		const request = await signIn(n8n);
		const keys = sandboxCredential(sandbox, url);
		const path = way.name.replace(/\W+/g, '-');
		const id = await saveWorkflow(
			request,
			workflowOf(way, path, {
				apiUrl: url,
				idsUrl,
				leadSquared: await saved(request, keys),
				customAuth: await saved(request, customAuthCredential(keys)),
			}),
		);
		await publish(request, id);
		// n8n registers the webhook some time after it says so.
		while ((await run(n8n, path, WARM_UP_IDS)).includes('is not registered')) await sleep(POLL_MS);
		for (let runs = 0; runs < (way.runsBefore ?? 0); runs++) await run(n8n, path, ids);
		await sleep(sandbox.limit!.seconds * 1000 + 500);
		sandbox.reset();

		const end = measure(n8n.pid);
		const start = performance.now();
		const answer = await run(n8n, path, ids);
		const wallMs = performance.now() - start;
		const { calls, refused } = sandbox.stats;
		const failure = isComplete(answer, ids) ? undefined : answer;
		return { ...end(), wallMs, calls, refused, failure };
	} finally {
		await n8n.stop();
	}
}

async function saved(request: Request, credential: Credential) {
	return { id: await saveCredential(request, credential), name: credential.name };
}

async function publish(request: Request, id: string): Promise<void> {
	const { versionId } = await request<{ versionId: string }>('GET', `/workflows/${id}`);
	const version = { versionId, name: 'Benchmark', description: '' };
	await request('POST', `/workflows/${id}/activate`, version);
}

async function run({ url }: N8nServer, path: string, ids: number): Promise<string> {
	const address = `${url}/webhook/${path}?count=${ids}`;
	const response = await fetch(address, { method: 'POST', dispatcher: agent });
	return await response.text();
}
