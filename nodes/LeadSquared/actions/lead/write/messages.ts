import { type INode, type JsonObject, NodeApiError, type NodeError } from 'n8n-workflow';
import { ID_COLUMN } from '../../../api/leads';
import type { Column } from '../../../api/metadata';
import { didYouMean } from '../../../columns/labels';
import { apiError, atItem, quote, withData } from '../../../run/messages';
import { count, firstFew, plural } from '../../../base/text';
import type { Failed, Fault } from '../../../transport/outcome';
import type { RowStatus } from '../../../fetch/writes';
import {
	isDuplicate,
	isNoLead,
	isSearchByRejected,
	type RowToWrite,
} from '../../../api/leadWrites';
import type { Prediction, Reason } from './prediction';
import { SECOND_MATCH, type WriteKind } from './parameters';
import type { Ignored, Reading, Readings } from './rows';

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

export function countResults(results: Iterable<RowStatus>, failed: number): WriteTally {
	const tally = { ...emptyTally(), failed };
	for (const result of results) {
		if (result.kind === 'written') tally[statusOf(result)]++;
		else if (result.kind === 'notKnown') tally.notKnown++;
		else tally.failed++;
	}
	return tally;
}

type NotWritten = Exclude<RowStatus, { kind: 'written' }>;

/** A row that was not written. */
interface RowAtFault {
	item: number;
	kind: WriteKind;
	/** The row as it was last sent. */
	content: RowToWrite;
	/** Whether the second column to match on was tried. */
	triedSecond: boolean;
}

/**
 * The error for a row that was not written, or may not have been written.
 *
 * @param soFar the results of the run, for the error if the whole node stops
 */
export function writeError(
	node: INode,
	row: RowAtFault,
	result: NotWritten,
	soFar?: WriteTally,
): NodeError {
	const { item, content } = row;
	const { failure, kind } = result;
	if (kind === 'failed') {
		const error = apiError(node, failure, 'request', { itemIndex: item });
		error.description = [error.description, NOT_WRITTEN, describeProgress(soFar)]
			.filter(Boolean)
			.join(' ');
		return error;
	}
	const { message, advice } = wordsFor(row, result);
	const { from, status } = failure.fault;
	const said = from === 'n8n' ? '' : quote(failure);
	const error = new NodeApiError(node, { message } as JsonObject, {
		message: atItem(message, item),
		description: [said, advice, describeProgress(soFar)].filter(Boolean).join(' '),
		httpCode: status === undefined ? undefined : String(status),
		itemIndex: item,
	});
	// A second try finds the lead that the first one may have written.
	const isRetryable = kind === 'notKnown' && content.searchBy !== undefined;
	return withData(error, failure, isRetryable);
}

function wordsFor(row: RowAtFault, result: NotWritten): { message: string; advice: string } {
	const { values, searchBy } = row.content;
	const { kind, failure } = result;
	const value = searchBy === undefined ? undefined : values.get(searchBy);
	if (kind === 'notKnown') {
		const by = value === undefined ? '' : ` by its ${searchBy} ${value}`;
		return {
			message: 'It is not known whether this lead was written',
			advice: `Look for it in LeadSquared${by}, and run this item again if it is not there.`,
		};
	}
	if (isSearchByRejected(failure.fault.message) && searchBy !== undefined) {
		return {
			message: `LeadSquared does not find leads by ${searchBy}`,
			advice: `Choose another '${row.triedSecond ? SECOND_MATCH : 'Column to Match On'}'${searchBy === ID_COLUMN ? ', and leave the ID empty' : ''}.`,
		};
	}
	// Create or Update finds a lead by any other value, or creates it.
	const needsLead = row.kind === 'update' || searchBy === ID_COLUMN;
	if (isNoLead(failure.fault) && needsLead && value !== undefined) {
		return noLeadWords(row.kind, searchBy!, value);
	}
	const named = columnsNamedIn(failure, [...values.keys()]);
	if (isDuplicate(failure.fault)) {
		const owner = kind === 'rejected' ? result.owner : undefined;
		const labelled = LABELS.find(([label]) => label.test(failure.fault.message))?.[1];
		const [column = labelled] = owner ? [owner.column] : named.filter((name) => name !== searchBy);
		const unique =
			column && values.has(column) ? `${column} ${values.get(column)}` : 'unique value';
		const which = owner?.id ? `It is the lead ${owner.id}. ` : '';
		return {
			message: `Another lead already has the ${unique}`,
			advice: `${which}This item was not written. ${duplicateAdvice(row, column ?? 'the column with that value')}`,
		};
	}
	if (NO_DETAILS.test(failure.fault.message)) {
		return {
			message: 'A new lead needs a name, an email address or a phone number',
			advice: 'Add one of them, or check the value that should have found an existing lead.',
		};
	}
	return {
		message: 'LeadSquared does not accept this lead',
		advice: `Check ${named.length > 0 ? `the value of ${firstFew(named)}` : 'the values of this item'}.`,
	};
}

function noLeadWords(kind: WriteKind, column: string, value: string) {
	const isId = column === ID_COLUMN;
	const create =
		kind === 'update'
			? 'use the operation Create or Update'
			: "set 'Column to Match On' to the email address and leave the ID empty";
	return {
		message: `LeadSquared has no lead with the ${isId ? 'ID' : column} ${value}`,
		advice: `Check the ${isId ? 'ID' : 'value'}: the lead may have been deleted or merged. To create leads, ${create}.`,
	};
}

function duplicateAdvice({ kind, triedSecond, content }: RowAtFault, column: string): string {
	if (kind === 'create') {
		return `To update that lead, use the operation Create or Update and set 'Column to Match On' to ${column}.`;
	}
	// A row with a lead ID is found by nothing else.
	if (triedSecond || content.searchBy === ID_COLUMN) return 'Correct or remove the value.';
	return `If it is the same lead, set the option '${SECOND_MATCH}' to ${column}; if not, correct or remove the value.`;
}

/** The result of a row that was not sent, because it is known that LeadSquared would reject it. */
export function rejectionFor(reason: Reason): NotWritten {
	const kind = reason.kind === 'notFound' ? 'notFound' : 'invalidRequest';
	const failure: Failed = { kind, fault: FAULTS[reason.kind] };
	return { kind: 'rejected', failure, owner: reason.kind === 'duplicate' ? reason : undefined };
}

/** The faults that LeadSquared would report. They are not quoted, since it was not called. */
const FAULTS: Record<Reason['kind'], Fault> = {
	notFound: { from: 'n8n', message: 'Lead not found' },
	duplicate: { from: 'n8n', type: 'MXDuplicateEntryException', message: 'already exists' },
	noDetails: {
		from: 'n8n',
		type: 'MXInvalidDataTypeException',
		message: "You're missing lead details.",
	},
};

// "You're missing lead details." (generated description)
const NO_DETAILS = /missing lead details/i;
const NOT_WRITTEN = 'This lead was not written.';

function columnsNamedIn({ fault: { message } }: Failed, columns: string[]): string[] {
	const words = new Set(message.toLowerCase().match(/[\w~]+/g));
	return columns.filter((column) => words.has(column.toLowerCase()));
}

const LABELS: ReadonlyArray<readonly [RegExp, string]> = [
	[/mobile/i, 'Mobile'],
	[/phone/i, 'Phone'],
	[/e-?mail/i, 'EmailAddress'],
];

/** The number of leads written when a run ended early. */
export function describeProgress(soFar?: WriteTally): string {
	if (!soFar) return '';
	const written = countWritten(soFar);
	const { notKnown } = soFar;
	return [
		written === 1
			? '1 lead was written.'
			: `${written === 0 ? 'No' : count(written)} leads were written.`,
		notKnown > 0 && `The result of ${plural(notKnown, 'lead')} is unknown.`,
	]
		.filter(Boolean)
		.join(' ');
}

/** The run in one line, for people. */
export function writeReceipt(
	tally: WriteTally,
	{ calls, seconds }: { calls: number; seconds: number },
): string {
	const { created, updated, unchanged, written, notKnown, failed } = tally;
	const parts = [
		{ of: created, what: 'created' },
		{ of: updated, what: 'updated' },
		{ of: unchanged, what: 'unchanged' },
		{ of: written, what: 'created or updated on the second try' },
	].filter(({ of }) => of > 0);
	const [first = { what: 'written' }, ...rest] = parts;
	const leads = plural(countWritten(tally), 'lead');
	const result =
		rest.length === 0
			? `${leads} ${first.what}`
			: `${leads}: ${parts.map(({ of, what }) => `${count(of)} ${what}`).join(', ')}`;
	const others = [
		failed > 0 && `${count(failed)} failed`,
		notKnown > 0 && `the result of ${count(notKnown)} is unknown`,
	].filter(Boolean);
	const cost = `${plural(calls, 'call')}, ${seconds.toFixed(1)} s`;
	return `${[`${result}, ${cost}`, ...others].join('; ')}.`;
}

/** A preview in one line, for people. */
export function previewReceipt(
	predictions: Prediction[],
	faults: number,
	{ calls, seconds }: { calls: number; seconds: number },
): string {
	const numberOf = (would: Prediction['would']) =>
		predictions.filter((prediction) => prediction.would === would).length;
	const failing = numberOf('fail') + faults;
	const parts = [
		`${count(numberOf('create'))} to create`,
		`${count(numberOf('update'))} to update`,
		`${count(numberOf('unchanged'))} unchanged`,
		failing > 0 && `${count(failing)} would fail`,
	].filter(Boolean);
	const leads = plural(predictions.length + faults, 'lead');
	return `Preview, nothing was written: ${leads}: ${parts.join(', ')}; ${plural(calls, 'call')}, ${seconds.toFixed(1)} s.`;
}

/** A hint about input fields that were not written, if columns are mapped automatically. */
export function ignoredHint(
	{ unknown, readOnly, twice }: Ignored,
	columns: readonly Column[],
): string | undefined {
	const all = unknown.size + readOnly.size + twice.size;
	if (all === 0) return undefined;
	return [
		`${plural(all, 'input field')} ${all === 1 ? 'was' : 'were'} ignored.`,
		unknown.size > 0 && `Not in LeadSquared: ${firstFew([...unknown])}.`,
		didYouMean([...unknown], columns),
		readOnly.size > 0 && `Read-only: ${firstFew([...readOnly])}.`,
		twice.size > 0 && `Several fields for one column: ${firstFew([...twice])}.`,
	]
		.filter(Boolean)
		.join(' ');
}

/** Hints about values that were read as something else than they look like. */
export function readingHints({ noValue, masked, utc }: Readings): string[] {
	const hint = ({ count: all, examples }: Reading, one: string, then: string) =>
		all > 0 ? [`${plural(all, one)} ${then.replace('…', firstFew([...examples]))}`] : [];
	return [
		...hint(noValue, 'value', 'such as … counted as empty.'),
		...hint(
			masked,
			'value',
			'such as … not written: LeadSquared has masked what its user may not see. To write such columns, use the keys of a user who may.',
		),
		...hint(
			utc,
			'time',
			'such as … read in UTC, as LeadSquared writes times. If yours are in another zone, add it, as in 2026-05-01T10:00:00+05:30.',
		),
	];
}

/** A hint if phone numbers are sent as they are given. */
export const NUMBERS_NOT_LOOKED_UP =
	'LeadSquared did not let the node look up the phone numbers to match on. A number that is not spelled as in LeadSquared may have created a second lead.';

/**
 * A hint about input items that are the same lead.
 *
 * @param groups the names of the items of each such lead
 */
export function sameLeadHint(groups: string[][]): string | undefined {
	if (groups.length === 0) return undefined;
	const items = groups.reduce((sum, { length }) => sum + length, 0);
	const are = groups.length === 1 ? 'the same lead' : `only ${count(groups.length)} leads`;
	const which = firstFew(
		groups.map((names) => firstFew(names)),
		'; ',
	);
	return `${count(items)} input items are ${are}, and the last one counts: ${which}.`;
}
