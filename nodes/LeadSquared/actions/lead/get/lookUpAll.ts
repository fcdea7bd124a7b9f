import { inTurn } from '../../../shared/inTurn';
import { Failing } from '../../../shared/leads/failing';
import type { Progress } from '../../../retrieval/types';
import type { Client } from '../../../transport/client';
import { type LookedUp, LookUps } from './lookUps';
import type { Key, LeadKeyRequest } from './parameters';

/** What one or more input items look up alike. */
export interface KeyLookUp {
	key: Key;
	requests: LeadKeyRequest[];
	/** None where the run ended before. */
	result?: LookedUp;
}

/** Look-ups by what they ask. */
export type KeyLookUps = Map<string, KeyLookUp>;

/** What two keys share that mean the same. */
export const nameOf = ({ by, text }: Key): string => `${by} ${text.toLowerCase()}`;

/**
 * Looks up what is not asked for by id, several side by side, each key once.
 *
 * @throws the cancel signal's reason if the execution is cancelled
 */
export async function lookUpAll(
	client: Client,
	requests: LeadKeyRequest[],
	{ stopAtFailure, onProgress }: { stopAtFailure: boolean; onProgress: (sum: Progress) => void },
): Promise<KeyLookUps> {
	const all: KeyLookUps = new Map();
	const lookUps = new LookUps(client);
	for (const request of requests) {
		const { key } = request;
		if (!key || key.by === 'id') continue;
		const known = all.get(nameOf(key)) ?? { key, requests: [] };
		all.set(nameOf(key), known);
		known.requests.push(request);
	}
	const failing = new Failing();
	let done = 0;
	let isOver = false;
	const pace = { atOnce: client.callsAtOnce, isOver: () => isOver };
	await inTurn(all.values(), pace, async (one) => {
		one.result = await resultOf(one);
		onProgress({ known: ++done, all: all.size });
		if (!stopAtFailure || !('failure' in one.result)) return;
		isOver = true;
		client.stop();
	});
	return all;

	async function resultOf({ key, requests: [{ options }] }: KeyLookUp): Promise<LookedUp> {
		if (failing.everywhere) return { failure: failing.everywhere };
		const before = failing.answered;
		const result = await lookUps.lookUp(key, options.maxWaitMs);
		if ('failure' in result) failing.onFailed(result.failure, before);
		else failing.onAnswer();
		return result;
	}
}
