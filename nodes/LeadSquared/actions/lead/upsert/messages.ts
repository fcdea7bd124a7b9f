import {
	type INode,
	type JsonObject,
	NodeApiError,
	type NodeError,
	type NodeExecutionHint,
} from 'n8n-workflow';
import { apiError, atItem, quote } from '../../../run/messages';
import { count, firstFew, plural } from '../../../base/text';
import type { Failed } from '../../../transport/outcome';
import type { Row, RowStatus } from '../../../fetch/writes';

/** The number of rows with each result. */
export interface WriteTally {
	created: number;
	updated: number;
	unchanged: number;
	/** Written, but possibly created by an earlier try. */
	written: number;
	notKnown: number;
	failed: number;
}

export const emptyTally = (): WriteTally => ({
	created: 0,
	updated: 0,
	unchanged: 0,
	written: 0,
	notKnown: 0,
	failed: 0,
});

/** Counts the rows that were certainly written. */
const countWritten = ({ created, updated, unchanged, written }: WriteTally): number =>
	created + updated + unchanged + written;

/** The result of a row that was written. */
type Status = 'created' | 'updated' | 'unchanged' | 'written';

export function statusOf({ isCreated, isUpdated }: RowStatus & { kind: 'written' }): Status {
	if (isCreated === undefined) return 'written';
	if (isCreated) return 'created';
	return isUpdated ? 'updated' : 'unchanged';
}

/**
 * The error for a row that was not written, or may not have been written.
 *
 * @param soFar the results of the run, for the error if the whole node stops
 */
export function writeError(
	node: INode,
	{ item, values, searchBy }: Row,
	result: Exclude<RowStatus, { kind: 'written' }>,
	soFar?: WriteTally,
): NodeError {
	const { failure, kind } = result;
	if (kind === 'failed') {
		const error = apiError(node, failure, 'request', { itemIndex: item });
		error.description = [error.description, NOT_WRITTEN, describeProgress(soFar)]
			.filter(Boolean)
			.join(' ');
		return error;
	}
	const isRejected = kind === 'rejected';
	const named = columnsNamedIn(failure, [...values.keys()]);
	const by = searchBy === undefined ? undefined : `${searchBy} ${values.get(searchBy)}`;
	const advice = isRejected
		? `Check ${named.length > 0 ? `the value of ${firstFew(named)}` : 'the values of this item'}.`
		: `Look for it in LeadSquared${by === undefined ? '' : ` by its ${by}`}, and run this item again if it is not there.`;
	const message = isRejected
		? 'LeadSquared does not accept this lead'
		: 'It is not known whether this lead was written';
	const { status } = failure.fault;
	return new NodeApiError(node, { message } as JsonObject, {
		message: atItem(message, item),
		description: [quote(failure), advice, describeProgress(soFar)].filter(Boolean).join(' '),
		httpCode: status === undefined ? undefined : String(status),
		itemIndex: item,
	});
}

const NOT_WRITTEN = 'This lead was not written.';

function columnsNamedIn({ fault: { message } }: Failed, columns: string[]): string[] {
	const words = new Set(message.toLowerCase().match(/[\w~]+/g));
	return columns.filter((column) => words.has(column.toLowerCase()));
}

/** The number of leads written when a run ended early. */
export function describeProgress(soFar?: WriteTally): string {
	if (!soFar) return '';
	const written = countWritten(soFar);
	const { notKnown } = soFar;
	return [
		`${written === 0 ? 'No leads' : plural(written, 'lead')} had been written.`,
		notKnown > 0 && `Of ${count(notKnown)} it is not known.`,
	]
		.filter(Boolean)
		.join(' ');
}

/** The run in one line, for people. */
export function writeReceipt(tally: WriteTally, calls: number, seconds: number): NodeExecutionHint {
	const { created, updated, unchanged, written, notKnown, failed } = tally;
	const all = countWritten(tally);
	const parts = [
		created > 0 && `${count(created)} created`,
		updated > 0 && `${count(updated)} updated`,
		unchanged > 0 && `${count(unchanged)} unchanged`,
		written > 0 && `${count(written)} created or updated, at the second try`,
	].filter(Boolean);
	const what = `${plural(all, 'lead')} written${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
	const others = [
		failed > 0 && `${count(failed)} failed`,
		notKnown > 0 && `of ${count(notKnown)} it is not known whether they were written`,
	].filter(Boolean);
	const line = `${what}, ${plural(calls, 'call')}, ${seconds.toFixed(1)} s`;
	return {
		message: `${[line, ...others].join('; ')}.`,
		location: 'outputPane',
		type: notKnown > 0 ? 'warning' : 'info',
	};
}

/** A hint about fields of the input that were not written, when they are mapped automatically. */
export function ignoredHint(names: ReadonlySet<string>): string | undefined {
	if (names.size === 0) return undefined;
	return `${names.size === 1 ? 'One field' : `${count(names.size)} fields`} of the input ${names.size === 1 ? 'was' : 'were'} not written, since LeadSquared has no such column or sets it itself: ${firstFew([...names])}.`;
}
