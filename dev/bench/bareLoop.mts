/**
 * The minimum that returns the same items: chunks of 1,000 ids, as many calls at once as a window of
 * the rate limit allows, one item for each lead, in the order of the ids. It retries nothing, and
 * checks nothing but the status.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

import { COLUMNS, IDS_PER_CALL } from './workflows.mts';

export interface Account {
	url: string;
	accessKey: string;
	secretKey: string;
	limit: { calls: number; seconds: number };
	latencyMs: number;
}

interface Answer {
	Leads: Array<Record<string, string | null>>;
}

/** Makes one call. */
export type Post = (url: string, body: object) => Promise<Answer>;

/**
 * Gets leads. Its limiter is ideal: it is alone, and knows how the server counts and how long it
 * takes from counting a call to answering it.
 * @returns one item for each lead
 */
export async function bareLoop({ url, limit, latencyMs }: Account, ids: string[], post: Post) {
	const getChunk = async (chunk: string[]) => {
		const { Leads } = await post(`${url}/v2/LeadManagement.svc/Leads/Retrieve/ByIds`, {
			SearchParameters: { LeadIds: chunk },
			Columns: { Include_CSV: COLUMNS.join(',') },
			Paging: { PageIndex: 1, PageSize: chunk.length },
		});
		const byId = new Map(Leads.map((lead) => [lead.ProspectID, lead]));
		return chunk.map((id) => ({ json: byId.get(id)!, pairedItem: { item: 0 } }));
	};
	const windowMs = limit.seconds * 1000 - latencyMs;
	const chunks: Array<ReturnType<typeof getChunk>> = [];
	for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
		const chunk = ids.slice(at, at + IDS_PER_CALL);
		// Undefined while there are fewer.
		const windowAgo = chunks[chunks.length - limit.calls];
		const free = windowAgo?.then(async () => await sleep(windowMs));
		chunks.push(free?.then(async () => await getChunk(chunk)) ?? getChunk(chunk));
	}
	return (await Promise.all(chunks)).flat();
}

/** Makes calls with undici: a pool of connections that stay open. */
export function undiciPost({ accessKey, secretKey, limit }: Account): Post {
	const dispatcher = new Agent({ connections: limit.calls });
	const headers = {
		'content-type': 'application/json',
		'x-LSQ-AccessKey': accessKey,
		'x-LSQ-SecretKey': secretKey,
	};
	return async (url, body) => {
		const answer = await request(url, {
			method: 'POST',
			headers,
			body: JSON.stringify(body),
			dispatcher,
		});
		if (answer.statusCode !== 200) throw new Error(`Status ${answer.statusCode}`);
		return (await answer.body.json()) as Answer;
	};
}
