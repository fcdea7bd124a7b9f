/**
 * Gets leads once without the rest of n8n, in a separate process, and prints the cost: `node
 * --expose-gc dev/bench/alone.mts <Task as JSON>`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { fetch } from 'undici';

import '../builtNode.mts';
import { bareLoop, undiciPost } from './bareLoop.mts';
import type { Account, Post } from './bareLoop.mts';
import { measure } from './usage.mts';
import type { Usage } from './usage.mts';
import { LEAD_SQUARED_PARAMETERS } from './workflows.mts';

export interface Task {
	by: 'undici' | 'n8n’s HTTP helper' | 'LeadSquared' | 'LeadSquared, an item for each id';
	account: Account;
	/** Answers with `{"ProspectID": [id, …]}`. */
	idsUrl: string;
	/** Waits take no time, because the limiter's clock jumps. The server must not count calls then. */
	virtualTime?: boolean;
}

export interface Result extends Usage {
	wallMs: number;
	/** The heap that the returned items occupy. */
	heldMb: number;
	failure?: string;
}

const WARM_UPS = 3;
const WARM_UP_IDS = 1000;

async function main(task: Task): Promise<void> {
	// Loaded for every way, so that all begin with the same memory.
	const inEngine = await loadEngine(task);
	const getLeads = async (ids: string[]): Promise<unknown[]> =>
		task.by === 'undici'
			? await bareLoop(task.account, ids, undiciPost(task.account))
			: await inEngine(ids);
	const answer = await fetch(task.idsUrl);
	const { ProspectID: ids } = (await answer.json()) as { ProspectID: string[] };

	// The measured run should find compiled code, as in an n8n that has run for a while.
	for (let run = 0; run < WARM_UPS; run++) await getLeads(ids.slice(0, WARM_UP_IDS));
	const { url, limit } = task.account;
	await sleep(task.virtualTime ? 0 : limit.seconds * 1000 + 500);
	await fetch(`${url}/_sandbox/reset`, { method: 'POST' });
	const heapBefore = heapMb();

	const end = measure(process.pid);
	const start = performance.now();
	const items = await getLeads(ids);
	const wallMs = performance.now() - start;
	const usage = { ...end(), heldMb: heapMb() - heapBefore };
	const failure = items.length === ids.length ? undefined : `${items.length} leads`;
	console.log(JSON.stringify({ ...usage, wallMs, failure } satisfies Result));
	// n8n's engine leaves timers behind.
	process.exit();
}

function heapMb(): number {
	global.gc!();
	return process.memoryUsage().heapUsed / 2 ** 20;
}

/** @returns a function that gets leads by the task's node, as it is published, in n8n's engine */
async function loadEngine({ by, account, virtualTime }: Task) {
	const { CREDENTIAL_TYPE, NODE_TYPE, runNode, standIn } = await import(
		'../../test/engine/harness.mts'
	);
	const { LeadSquaredApi } = await import('../../credentials/LeadSquaredApi.credentials.ts');
	const { LeadSquared } = await import('../../nodes/LeadSquared/LeadSquared.node.ts');
	const { clock } = await import('../../nodes/LeadSquared/base/clock.ts');
	if (virtualTime) makeVirtual(clock);

	const bareNode = standIn(async function () {
		const post: Post = async (url, body) =>
			await this.helpers.httpRequestWithAuthentication.call(this, CREDENTIAL_TYPE, {
				method: 'POST',
				url,
				body,
				json: true,
			});
		const ids = this.getInputData()[0].json.ProspectID as string[];
		return [await bareLoop(account, ids, post)];
	});
	const node = new LeadSquared();
	bareNode.description.credentials = node.description.credentials;

	const { url, accessKey, secretKey, limit } = account;
	const options = {
		types: {
			nodes: { [NODE_TYPE]: by === 'n8n’s HTTP helper' ? bareNode : node },
			credentials: { [CREDENTIAL_TYPE]: new LeadSquaredApi() },
		},
		credentials: {
			region: 'custom',
			customUrl: url,
			accessKey,
			secretKey,
			rateLimitCalls: limit.calls,
			rateLimitSeconds: limit.seconds,
		},
		parameters: LEAD_SQUARED_PARAMETERS,
	};
	return async (ids: string[]) => {
		const input =
			by === 'LeadSquared, an item for each id'
				? ids.map((id) => ({ ProspectID: id }))
				: [{ ProspectID: ids }];
		const { items, error } = await runNode({ ...options, input });
		if (error) throw error;
		return items;
	};
}

function makeVirtual(clock: { now(): number; sleep(ms: number): Promise<void> }): void {
	let skippedMs = 0;
	clock.now = () => Date.now() + skippedMs;
	clock.sleep = async (ms) => {
		skippedMs += ms;
	};
}

void main(JSON.parse(process.argv[2]) as Task);
