import {
	NodeApiError,
	NodeError,
	NodeOperationError,
	type Failure,
	type INode,
	type JsonObject,
} from 'n8n-workflow';
import { asHostFault } from '../transport/hostJudge';
import { InvalidInput } from '../transport/invalidInput';
import type { Failed, FaultKind } from '../transport/outcome';
import { count } from './inWords';
import { adviceForRun, quote, wordsFor } from './words';

/** What a failure concerns: an id, the chosen columns, or the request as a whole. */
export type Concern = { id: string } | 'columns' | 'request';

// n8n's own words for why, which it reads from 2.39 on; older versions ignore them.
const CAUSES = {
	rateLimited: 'rate-limited',
	quotaUsedUp: 'quota-exhausted',
	transient: 'temporarily-unavailable',
	tooLarge: 'configuration-invalid',
	invalidRequest: 'configuration-invalid',
	notFound: undefined,
	unauthorized: 'credential-invalid',
	noEndpoint: 'configuration-invalid',
	unreachable: 'configuration-invalid',
} as const satisfies Record<FaultKind, string | undefined>;

function failureOf({ kind, retryAfterMs }: Failed): Failure | undefined {
	const cause = CAUSES[kind];
	if (cause === undefined) return undefined;
	return cause === 'rate-limited' || cause === 'temporarily-unavailable'
		? { cause, retryAfterMs }
		: { cause };
}

/**
 * The n8n error for a failed call: what happened, LeadSquared's own words, what to do.
 *
 * @param options fetched: how many leads had been fetched, to be told where the whole node stops;
 * canAskLess: whether a person may set how many leads a call asks for
 */
export function apiError(
	node: INode,
	outcome: Failed,
	concern: Concern = 'request',
	options: { itemIndex?: number; fetched?: number; ids?: string[]; canAskLess?: boolean } = {},
): NodeApiError {
	// Where it was not tried for long enough to be sure, the host is still the likeliest cause.
	const failed = outcome.strange ? asHostFault(outcome) : outcome;
	const { status } = failed.fault;
	let { message, advice } = wordsFor(failed);
	advice = [advice, adviceForRun(failed, options.canAskLess)].filter(Boolean).join(' ');
	if (concern === 'columns') {
		message = 'LeadSquared does not accept the chosen columns';
		advice = "Check the schema names in 'Column Names or IDs' and 'Additional Columns'.";
	} else if (typeof concern === 'object' && failed.kind === 'invalidRequest') {
		message = atItem(`LeadSquared does not accept the lead ID ${concern.id}`, options.itemIndex);
		advice = 'Remove the ID, or check it in LeadSquared.';
	} else if (typeof concern === 'object') {
		message = atItem(`${message}: lead ID ${concern.id}`, options.itemIndex);
	}
	const { ids = [], fetched } = options;
	const description = [
		quote(failed),
		advice,
		ids.length > 1 &&
			`It concerns ${count(ids.length)} lead IDs of this item, the first is ${ids[0]}.`,
		ids.length === 1 && `It concerns the lead ID ${ids[0]}.`,
		fetched !== undefined && `${fetched === 0 ? 'No' : count(fetched)} leads had been fetched.`,
	];
	return new NodeApiError(node, { message } as JsonObject, {
		message,
		description: description.filter(Boolean).join(' '),
		httpCode: status === undefined ? undefined : String(status),
		itemIndex: options.itemIndex,
		failure: failureOf(failed),
	});
}

/** What happened, who said what, and what to do: for a place that shows one text and is no run. */
export function oneTextFor(failed: Failed): string {
	const { message, advice } = wordsFor(failed);
	return `${message}. ${quote(failed)} ${advice}`;
}

/** The message with the input item that it is about, as n8n's own nodes name it. */
export function atItem(message: string, itemIndex?: number): string {
	return itemIndex === undefined ? message : `${message} [item ${itemIndex}]`;
}

/** The n8n error for input that cannot be used. */
export function inputError(
	node: INode,
	fault: InvalidInput,
	itemIndex?: number,
): NodeOperationError {
	const { message, description } = fault;
	return new NodeOperationError(node, atItem(message, itemIndex), {
		description,
		itemIndex,
		failure: { cause: 'configuration-invalid' },
	});
}

// n8n takes an error item without words for one that succeeded.
const NO_WORDS = 'n8n ended the operation and does not say why';

/** Anything that was thrown as one of n8n's errors, for an input item if it is about one. */
export function asNodeError(node: INode, thrown: unknown, itemIndex?: number): NodeError {
	if (thrown instanceof NodeError && thrown.message) return thrown;
	if (thrown instanceof InvalidInput) return inputError(node, thrown, itemIndex);
	const error = thrown instanceof Error ? thrown : new Error(String(thrown ?? ''));
	const { message, description } = error as Error & { description?: string };
	return new NodeOperationError(node, error, {
		message: atItem(message || NO_WORDS, message.includes('[item') ? undefined : itemIndex),
		description,
		itemIndex,
	});
}
