import { type INode, type JsonObject, NodeApiError, type NodeError } from 'n8n-workflow';
import { ID_COLUMN } from '../../../api/leads';
import type { Column } from '../../../api/metadata';
import { didYouMean } from '../../../columns/labels';
import { apiError, atItem, quote } from '../../../run/messages';
import { count, firstFew, plural } from '../../../base/text';
import type { Failed } from '../../../transport/outcome';
import type { Row, RowStatus } from '../../../fetch/writes';
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
	const { message, advice } = wordsFor(values, searchBy, result);
	const { status } = failure.fault;
	return new NodeApiError(node, { message } as JsonObject, {
		message: atItem(message, item),
		description: [quote(failure), advice, describeProgress(soFar)].filter(Boolean).join(' '),
		httpCode: status === undefined ? undefined : String(status),
		itemIndex: item,
	});
}

function wordsFor(
	values: Row['values'],
	searchBy: string | undefined,
	{ kind, failure }: Exclude<RowStatus, { kind: 'written' }>,
): { message: string; advice: string } {
	const value = searchBy === undefined ? undefined : values.get(searchBy);
	if (kind === 'notKnown') {
		const by = value === undefined ? '' : ` by its ${searchBy} ${value}`;
		return {
			message: 'It is not known whether this lead was written',
			advice: `Look for it in LeadSquared${by}, and run this item again if it is not there.`,
		};
	}
	const { type = '', message: said } = failure.fault;
	if (searchBy === ID_COLUMN && (NO_LEAD.test(said) || /InvalidEntityReference/i.test(type))) {
		return {
			message: `LeadSquared has no lead with the ID ${value}`,
			advice:
				"Check the ID: the lead may have been deleted or merged. To create leads, set 'Column to Match On' to the email address and leave the ID empty.",
		};
	}
	const named = columnsNamedIn(failure, [...values.keys()]);
	if (/Duplicate/i.test(type) || DUPLICATE.test(said)) {
		const labelled = LABELS.find(([label]) => label.test(said))?.[1];
		const [column = labelled] = named.filter((name) => name !== searchBy);
		const unique =
			column && values.has(column) ? `${column} ${values.get(column)}` : 'unique value';
		return {
			message: `Another lead already has the ${unique}`,
			advice: `This item was not written. If it is the same lead, set 'Column to Match On' to ${column ?? 'the column with that value'}; if not, correct or remove the value.`,
		};
	}
	return {
		message: 'LeadSquared does not accept this lead',
		advice: `Check ${named.length > 0 ? `the value of ${firstFew(named)}` : 'the values of this item'}.`,
	};
}

// "Lead not found" (public code), "Lead does not exist in the system or …" (LeadSquared's document of another
// bulk call)
const NO_LEAD = /\blead\b.*\bnot (found|exist)/i;
// "A Lead with same Phone Number already exists.", "Duplicate entry '…' for key '…_EmailAddress'" (public reports)
const DUPLICATE = /already exists|duplicate entry/i;
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
export function writeReceipt(tally: WriteTally, calls: number, seconds: number): string {
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
