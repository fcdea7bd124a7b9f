import { type INodeExecutionData, type IPollFunctions, NodeOperationError } from 'n8n-workflow';
import type { Column } from '../api/metadata';
import { isDocumented } from '../api/standardColumns';
import { InvalidInput } from '../base/invalidInput';
import { accountColumns } from '../columns/accountColumns';
import { didYouMean } from '../columns/labels';
import { unknownColumns } from '../fetch/rejections';
import { nodeOf } from '../input/node';
import { apiError, metadataError } from '../run/messages';
import { connect } from '../run/run';
import type { Client } from '../transport/client';
import { type Columns, readColumns } from './columns';
import { callOf } from './context';
import { EVENTS, timestampsReader } from './events';
import { toItems } from './items';
import { newestRecords } from './newest';
import { readParameters, type TriggerRequest } from './parameters';
import { checkEmptyList, listFailure } from './stages';

// Enough to see what items look like, and few enough to test the workflow with.
const SHOWN = 5;
const LOOKED_AT = 50;
// A person is waiting.
const MAX_WAIT_MS = 20_000;

/**
 * Fetches the records for 'Fetch Test Event': the latest ones with the event, so that the rest of the
 * workflow can be built. The cursor does not move.
 *
 * @throws NodeApiError or NodeOperationError if LeadSquared returns none, and InvalidInput for
 * columns that it does not know
 */
export async function sampleItems(context: IPollFunctions): Promise<INodeExecutionData[]> {
	const request = readParameters(context);
	const maxWaitMs = Math.min(request.options.maxWaitMs, MAX_WAIT_MS);
	const { client, close } = await connect(context, { maxWaitMs });
	try {
		return await fetchSample(context, client, request);
	} finally {
		close();
	}
}

async function fetchSample(
	context: IPollFunctions,
	client: Client,
	request: TriggerRequest,
): Promise<INodeExecutionData[]> {
	const node = nodeOf(context);
	const event = EVENTS[request.event];
	const read = await readColumns(client, request);
	if (read.kind !== 'ok') throw metadataError(node, read);
	const columns = read.value;
	const timestampsOf = timestampsReader(columns.asked);
	const poll = { context, client, request, columns, call: callOf(request) };
	const newest = await newestRecords(poll, {
		by: event.column,
		timeOf: (record) => event.at(timestampsOf(record)),
		enough: SHOWN,
		rows: LOOKED_AT,
	});
	if (newest.kind !== 'ok') {
		const unknown = unknownColumns(newest.fault, columns.asked);
		if (unknown.length === 0) throw listFailure(request, newest) ?? apiError(node, newest);
		throw unknownColumn(unknown, await listColumns(client, columns));
	}
	const { records, absentColumns } = newest.value;
	if (event.unit === 'lead') await stopIfUnknown(client, columns, absentColumns);
	if (records.length === 0) {
		await checkEmptyList(poll);
		throw new NodeOperationError(node, 'Nothing matches this event yet', {
			description: `Choose another event, or cause this one in LeadSquared (${event.name}: ${event.description.toLowerCase()}). Then fetch the test event again.`,
		});
	}
	return await toItems(poll, [...records].reverse());
}

/** LeadSquared may leave out a column silently, even one that the account has: its list decides. */
async function stopIfUnknown(client: Client, columns: Columns, absent: string[]): Promise<void> {
	const doubtful = absent.filter((name) => !isDocumented(name));
	if (doubtful.length === 0) return;
	const listed = await listColumns(client, columns);
	const known = new Set(listed.map(({ schemaName }) => schemaName.toLowerCase()));
	const unknown = doubtful.filter((name) => !known.has(name.toLowerCase()));
	if (listed.length > 0 && unknown.length > 0) throw unknownColumn(unknown, listed);
}

/** The error for a person, who can correct the name. A poll continues without the column, and logs it. */
function unknownColumn(names: string[], listed: Column[]): InvalidInput {
	const meant = didYouMean(names, listed);
	return new InvalidInput(
		`LeadSquared does not know the column ${names.join(', ')}`,
		`${meant ? `${meant} ` : ''}Check 'Column Names or IDs' and 'Additional Columns'.`,
	);
}

async function listColumns(client: Client, { metadata }: Columns): Promise<Column[]> {
	if (metadata.length > 0) return metadata;
	const listed = await accountColumns(client.with({ maxWaitMs: 0 }));
	return listed.kind === 'ok' ? listed.value : [];
}
