import type { IExecuteFunctions } from 'n8n-workflow';
import { InvalidInput } from '../base/invalidInput';
import type { LeadKey } from '../input/leadKeys';
import { nodeOf } from '../input/node';
import type { Client } from '../transport/client';
import { idOfRow, keyName, lookUpAll, noLeadHas, sharedKeyHints } from './leadFinder';
import { apiError } from './messages';
import { addHint } from './report';

/** An input item, and the lead that it names, if any. */
interface Asked {
	item: number;
	key: LeadKey | null;
}

/**
 * Makes the function that finds the ID of a lead, for calls that take only IDs. It returns an empty text for an
 * input item that names no lead. Leads that are not given by ID are looked up, each key once. The function
 * throws InvalidInput or NodeApiError for a lead that was not found.
 *
 * @throws NodeApiError if a lookup fails and the node stops at a failure, and the cancel signal's reason
 */
export async function leadIdReader(
	{ client, context }: { client: Client; context: IExecuteFunctions },
	all: Asked[],
): Promise<(asked: Asked) => string> {
	const node = nodeOf(context);
	const lookups = await lookUpAll(client, all);
	for (const { requests, result } of client.stopAtFailure ? lookups : []) {
		if (result?.kind !== 'failed') continue;
		throw apiError(node, result.failure, 'request', { itemIndex: requests[0].item });
	}
	for (const hint of sharedKeyHints(lookups)) addHint(context, hint, 'warning');
	const results = new Map(lookups.map(({ key, result }) => [keyName(key), result]));
	return ({ item, key }) => {
		if (!key || key.by === 'id') return key?.text ?? '';
		const result = results.get(keyName(key));
		if (result?.kind === 'failed') {
			throw apiError(node, result.failure, 'request', { itemIndex: item });
		}
		const id = result?.kind === 'found' ? idOfRow(result.row) : undefined;
		if (id !== undefined) return id;
		throw new InvalidInput(noLeadHas(key), NO_LEAD);
	};
}

const NO_LEAD =
	'Check it. The lead may have been deleted or merged, or the user of the keys may not see it.';
