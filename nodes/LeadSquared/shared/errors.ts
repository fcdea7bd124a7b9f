import {
	NodeApiError,
	NodeError,
	NodeOperationError,
	type INode,
	type JsonObject,
} from 'n8n-workflow';
import { InvalidInput } from '../transport/invalidInput';
import type { Failed, FaultKind } from '../transport/outcome';

/** What a failure concerns: an id, the chosen columns, or the request as a whole. */
export type Concern = { id: string } | 'columns' | 'request';

/** What happened, and what to do about it, for each way a call can fail. */
const WORDS: Record<FaultKind, { message: string; advice: string }> = {
	rateLimited: {
		message: "LeadSquared kept rejecting calls: the account's rate limit is used up",
		advice:
			"Other programs seem to use up the account's calls. Run the workflow again later, lower 'Rate Limit: Calls' in the credential, or raise 'Max Wait (Seconds)'.",
	},
	quotaUsedUp: {
		message: "The account's API calls for the day are used up",
		advice:
			'Run the workflow again tomorrow, or raise the allowance in LeadSquared under Settings > Manage Subscription.',
	},
	transient: {
		message: 'LeadSquared was not available',
		advice:
			"Run the workflow again later. If it happens with many leads only, lower 'Leads per Request'; to keep trying for longer, raise 'Max Wait (Seconds)'.",
	},
	tooLarge: {
		message: 'LeadSquared rejects even a request for one lead as too large',
		advice: 'Choose fewer columns.',
	},
	invalidRequest: {
		message: 'LeadSquared does not accept the request',
		advice: "Look at LeadSquared's message, then check the columns and IDs.",
	},
	notFound: {
		message: 'LeadSquared does not have this lead',
		advice: 'Check the lead ID. The lead may have been deleted or merged.',
	},
	unauthorized: {
		message: 'LeadSquared does not accept the keys',
		advice:
			"Check 'Access Key', 'Secret Key' and 'Region' in the LeadSquared credential: keys are valid on the host of their own region only. LeadSquared shows keys and host under My Profile > Settings > API and Webhooks.",
	},
	noEndpoint: {
		message: 'There is no LeadSquared API at this host',
		advice: "Check 'Region' or 'API Host' in the LeadSquared credential.",
	},
	unreachable: {
		message: 'n8n cannot connect to LeadSquared',
		advice:
			"Check 'API Host' in the LeadSquared credential, and whether a proxy, firewall or certificate stands between n8n and LeadSquared.",
	},
};

// "The correct API host will be mentioned in the error message":
// https://apidocs.leadsquared.com/portal-api/; no whole message is documented.
const API_HOST = /\bapi[\w-]*\.leadsquared\.com\b/i;

/**
 * The n8n error for a failed call: what happened, LeadSquared's own words, what to do.
 *
 * @param fetched how many leads had been fetched, to be told where the whole node stops
 */
export function apiError(
	node: INode,
	failed: Failed,
	concern: Concern = 'request',
	options: { itemIndex?: number; fetched?: number; ids?: string[] } = {},
): NodeApiError {
	const { status } = failed.fault;
	let { message } = WORDS[failed.kind];
	let advice = advise(failed);
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
			`It concerns ${ids.length.toLocaleString('en-US')} lead IDs of this item, the first is ${ids[0]}.`,
		ids.length === 1 && `It concerns the lead ID ${ids[0]}.`,
		fetched !== undefined && `${fetched.toLocaleString('en-US')} leads had been fetched.`,
	];
	return new NodeApiError(node, { message } as JsonObject, {
		message,
		description: description.filter(Boolean).join(' '),
		httpCode: status === undefined ? undefined : String(status),
		itemIndex: options.itemIndex,
	});
}

/** What happened, in LeadSquared's own words, and what to do: for a place that shows one text. */
export function adviceFor(failed: Failed): string {
	return `${WORDS[failed.kind].message}. ${quote(failed)} ${advise(failed)}`;
}

function advise({ kind, fault }: Failed): string {
	const [host] = (kind === 'unauthorized' && API_HOST.exec(fault.message)) || [];
	return host
		? `These keys belong to another region: set 'Region' in the LeadSquared credential to the one with ${host} or, if none has it, to 'Custom'.`
		: WORDS[kind].advice;
}

/** The message with the input item that it is about, as n8n's own nodes name it. */
export function atItem(message: string, itemIndex?: number): string {
	return itemIndex === undefined ? message : `${message} [item ${itemIndex}]`;
}

function quote({ fault: { status, type, message } }: Failed): string {
	const source = [type, status && `HTTP ${status}`].filter(Boolean).join(', ');
	const who = status === undefined ? 'The network' : 'LeadSquared';
	return `${who} says: "${message}"${source ? ` (${source})` : ''}.`;
}

/** The n8n error for input that cannot be used. */
export function inputError(
	node: INode,
	fault: InvalidInput,
	itemIndex?: number,
): NodeOperationError {
	const { message, description } = fault;
	return new NodeOperationError(node, atItem(message, itemIndex), { description, itemIndex });
}

/** Any error as one of n8n's. */
export function asNodeError(node: INode, error: unknown): NodeError {
	if (error instanceof NodeError) return error;
	if (error instanceof InvalidInput) return inputError(node, error);
	return new NodeOperationError(node, error as Error);
}
