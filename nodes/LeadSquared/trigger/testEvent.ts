import { type INodeExecutionData, type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import { apiError } from '../shared/errors';
import { didYouMean } from '../shared/labels';
import { fetchColumns } from '../shared/leadColumns';
import { unknownColumns } from '../retrieval/unknownColumns';
import type { Client } from '../transport/client';
import { InvalidInput } from '../transport/invalidInput';
import type { Failed } from '../transport/outcome';
import { type Columns, readColumns } from './columns';
import { EVENTS, stampsReader } from './events';
import { itemsOf } from './items';
import { latestLeads } from './latest';
import type { TriggerRequest } from './parameters';

// Enough to see what leads look like, and few enough to run the rest of the workflow with.
const SHOWN = 5;
const LOOKED_AT = 50;
// A person waits.
const MAX_WAIT_MS = 20_000;

/**
 * What 'Fetch Test Event' gives: the latest leads that the event has happened to, so that the rest of
 * the workflow can be built. What is remembered stays as it is.
 *
 * @throws NodeApiError or NodeOperationError for what LeadSquared does not give, and InvalidInput for
 * columns that it does not know
 */
export async function testEvent(
	context: IPollFunctions,
	client: Client,
	request: TriggerRequest,
): Promise<INodeExecutionData[]> {
	const node = context.getNode();
	const maxWaitMs = Math.min(request.options.maxWaitMs, MAX_WAIT_MS);
	const columns = await readColumns(client, request, maxWaitMs);
	if (columns.kind !== 'ok') throw apiError(node, columns);
	const { asked } = columns.value;
	const event = EVENTS[request.event];
	const stampsOf = stampsReader(asked);
	const outcome = await latestLeads(
		client,
		{
			columns: asked,
			by: event.column,
			rows: LOOKED_AT,
			isWanted: (lead) => event.at(stampsOf(lead)) !== undefined,
		},
		maxWaitMs,
	);
	if (outcome.kind !== 'ok') {
		throw (await unknownColumn(client, columns.value, outcome)) ?? apiError(node, outcome);
	}
	const timeOf = (lead: (typeof outcome.value)[number]) => event.at(stampsOf(lead))!;
	const latest = [...outcome.value].sort((one, other) => timeOf(other) - timeOf(one));
	if (latest.length === 0) {
		throw new NodeOperationError(node, 'LeadSquared has no lead yet that this happened to', {
			description: `Do it once in LeadSquared ('${event.name}': ${event.description.toLowerCase()}), then fetch the test event again.`,
		});
	}
	const oldestFirst = latest.slice(0, SHOWN).reverse();
	const allCame = { unknown: [], absent: [] };
	return await itemsOf(context, client, oldestFirst, request, columns.value, allCame);
}

/** Here is a person who can mend it; a poll goes on without the column, and says so in the log. */
async function unknownColumn(
	client: Client,
	{ asked, metadata }: Columns,
	{ fault }: Failed,
): Promise<InvalidInput | undefined> {
	const unknown = unknownColumns(fault, asked);
	if (unknown.length === 0) return undefined;
	const listed = metadata.length > 0 ? undefined : await fetchColumns(client, 0);
	const meant = didYouMean(unknown, listed?.kind === 'ok' ? listed.value : metadata);
	return new InvalidInput(
		`LeadSquared does not know the column ${unknown.join(', ')}`,
		`${meant ? `${meant} ` : ''}Check 'Column Names or IDs' and 'Additional Columns'.`,
	);
}
