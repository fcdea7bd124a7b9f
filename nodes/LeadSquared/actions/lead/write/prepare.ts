import type { Column } from '../../../api/metadata';
import { accountColumns } from '../../../columns/accountColumns';
import { nodeOf } from '../../../input/node';
import { type ItemError, unusableInput } from '../../../run/itemErrors';
import { apiError, asNodeError, NO_COLUMNS_SEEN } from '../../../run/messages';
import type { Run } from '../../../run/run';
import { fetchUsers } from '../../../run/users';
import type { Client } from '../../../transport/client';
import type { FaultKind } from '../../../transport/outcome';
import { ignoredHint, NUMBERS_NOT_LOOKED_UP, readingHints } from './messages';
import type { Mapping, WriteKind, WriteRequest } from './parameters';
import { asStored } from './phones';
import { rowMaker, type UnorderedRow } from './rows';

/** The rows of the input items that can be used. */
interface PreparedRows {
	rows: UnorderedRow[];
	/** The account's columns. */
	columns: Column[];
	/** Hints about fields and values that are not written as they are given. */
	hints: Array<string | undefined>;
}

/**
 * Makes the rows of input items: values in the form of their columns, users by their IDs, and phone numbers to
 * match on as LeadSquared has them. It only reads.
 *
 * @param errors gets the errors of the items that cannot be used
 * @throws NodeError if the account's columns, users or numbers cannot be read, and for items that cannot be
 * used, if the node stops at them
 */
export async function prepareRows(
	{ context }: Run,
	client: Client,
	requests: WriteRequest[],
	{ mapping, kind, stopAtFailure }: { mapping: Mapping; kind: WriteKind; stopAtFailure: boolean },
	errors: ItemError[],
): Promise<PreparedRows> {
	const node = nodeOf(context);
	const columns = await accountColumns(client, { withChoices: true });
	if (columns.kind !== 'ok') throw apiError(node, columns);
	// Without types, dates and choices would be written unread.
	if (columns.value.length === 0) throw NO_COLUMNS_SEEN;
	const maker = rowMaker(mapping, columns.value, context.getTimezone(), kind);
	const findUser = maker.needsUsers(requests) ? await fetchUsers(client) : undefined;
	let rows: UnorderedRow[] = [];
	for (const request of requests) {
		if (request.fault) continue;
		try {
			rows.push(maker.row(request, findUser));
		} catch (fault) {
			errors.push({ item: request.item, error: asNodeError(node, fault, request.item) });
		}
	}
	if (errors.length > 0 && stopAtFailure) throw unusableInput(context, errors, true);
	const hints = [ignoredHint(maker.ignored, columns.value), ...readingHints(maker.readings)];
	for (const column of new Set(rows.map(({ searchBy }) => searchBy))) {
		if (column === undefined || !maker.isPhone(column)) continue;
		const stored = await asStored(client, rows, column);
		rows = stored.rows;
		if (!stored.failure) continue;
		if (!REFUSALS.includes(stored.failure.kind)) throw apiError(node, stored.failure);
		hints.push(NUMBERS_NOT_LOOKED_UP);
	}
	return { rows, columns: columns.value, hints };
}

/** The failures of an account that does not search by a column. */
const REFUSALS: FaultKind[] = ['invalidRequest', 'noEndpoint'];
