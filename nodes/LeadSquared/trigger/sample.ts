import { type INodeExecutionData, type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import type { Column } from '../api/metadata';
import { isDocumented } from '../api/standardColumns';
import { unknownColumns } from '../fetch/rejections';
import { apiError } from '../run/messages';
import { didYouMean } from '../columns/labels';
import { accountColumns } from '../columns/accountColumns';
import type { Client } from '../transport/client';
import { InvalidInput } from '../base/invalidInput';
import { type Columns, readColumns } from './columns';
import { EVENTS, stampsReader } from './events';
import { itemsOf } from './items';
import { newestLeads } from './newest';
import type { TriggerRequest } from './parameters';

// Enough to see what leads look like, and few enough to run the rest of the workflow with.
const SHOWN = 5;
const LOOKED_AT = 50;
// A person waits.
export const SAMPLE_MAX_WAIT_MS = 20_000;

/**
 * What 'Fetch Test Event' gives: the latest leads that the event has happened to, so that the rest of
 * the workflow can be built. What is remembered stays as it is.
 *
 * @throws NodeApiError or NodeOperationError for what LeadSquared does not give, and InvalidInput for
 * columns that it does not know
 */
export async function sampleLeads(
	context: IPollFunctions,
	client: Client,
	request: TriggerRequest,
): Promise<INodeExecutionData[]> {
	const node = context.getNode();
	const columns = await readColumns(client, request);
	if (columns.kind !== 'ok') throw apiError(node, columns);
	const event = EVENTS[request.event];
	const stampsOf = stampsReader(columns.value.asked);
	const outcome = await newestLeads(client, {
		columns: columns.value.asked,
		by: event.column,
		timeOf: (lead) => event.at(stampsOf(lead)),
		enough: SHOWN,
		rows: LOOKED_AT,
	});
	if (outcome.kind !== 'ok') {
		const unknown = unknownColumns(outcome.fault, columns.value.asked);
		if (unknown.length === 0) throw apiError(node, outcome);
		throw await unknownColumn(client, columns.value, unknown);
	}
	const { leads, absentColumns } = outcome.value;
	const doubtful = absentColumns.filter((name) => !isDocumented(name));
	if (doubtful.length > 0) await stopIfUnknown(client, columns.value, doubtful);
	if (leads.length === 0) {
		throw new NodeOperationError(node, 'LeadSquared has no lead yet that this happened to', {
			description: `Choose another event, or do in LeadSquared what this one says ('${event.name}': ${event.description.toLowerCase()}). Then fetch the test event again.`,
		});
	}
	const oldestFirst = [...leads].reverse();
	const allCame = { unknown: [], absent: [] };
	return await itemsOf(context, client, oldestFirst, request, columns.value, allCame);
}

/** LeadSquared may leave a column out without a word, also one that the account has. */
async function stopIfUnknown(client: Client, columns: Columns, names: string[]): Promise<void> {
	const metadata = await listOf(client, columns);
	const known = new Set(metadata.map(({ schemaName }) => schemaName.toLowerCase()));
	const unknown = names.filter((name) => !known.has(name.toLowerCase()));
	if (metadata.length > 0 && unknown.length > 0)
		throw await unknownColumn(client, columns, unknown);
}

/** Here is a person who can mend it; a poll goes on without the column, and says so in the log. */
async function unknownColumn(
	client: Client,
	columns: Columns,
	names: string[],
): Promise<InvalidInput> {
	const meant = didYouMean(names, await listOf(client, columns));
	return new InvalidInput(
		`LeadSquared does not know the column ${names.join(', ')}`,
		`${meant ? `${meant} ` : ''}Check 'Column Names or IDs' and 'Additional Columns'.`,
	);
}

async function listOf(client: Client, { metadata }: Columns): Promise<Column[]> {
	if (metadata.length > 0) return metadata;
	const listed = await accountColumns(client.with({ maxWaitMs: 0 }));
	return listed.kind === 'ok' ? listed.value : [];
}
