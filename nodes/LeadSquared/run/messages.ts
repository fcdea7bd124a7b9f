import {
	NodeApiError,
	NodeError,
	NodeOperationError,
	type Failure,
	type INode,
	type JsonObject,
} from 'n8n-workflow';
import { InvalidInput } from '../base/invalidInput';
import type { FaultScope } from '../fetch/results';
import { type Failed, type FaultKind, type Fault, asHostFault } from '../transport/outcome';
import { count, pluralOf } from '../base/text';
import { REGIONS } from '../transport/credentials';

// n8n's names of causes, which it reads since 2.39. Older versions ignore them.
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

function toN8nFailure({ kind, retryAfterMs }: Failed): Failure | undefined {
	const cause = CAUSES[kind];
	if (cause === undefined) return undefined;
	return cause === 'rate-limited' || cause === 'temporarily-unavailable'
		? { cause, retryAfterMs }
		: { cause };
}

/**
 * The n8n error for a failed call: what happened, LeadSquared's message, and what to do.
 *
 * @param options ids: the affected lead IDs; fetched: the number of leads fetched, if the whole node stops;
 * canAskLess: whether the user can set the number of leads per call; unit: the word for a record, if it is not a
 * lead; isRetried: whether the call is retried during Max Wait
 */
export function apiError(
	node: INode,
	outcome: Failed,
	scope: FaultScope = 'request',
	options: {
		itemIndex?: number;
		fetched?: number;
		ids?: string[];
		canAskLess?: boolean;
		unit?: string;
		isRetried?: boolean;
	} = {},
): NodeApiError {
	// After too few tries to be certain, the host is still the most likely cause.
	const failed = outcome.fromUnknownHost ? asHostFault(outcome) : outcome;
	const { status } = failed.fault;
	let { message, advice } = wordsFor(failed);
	const { isRetried = true } = options;
	const more = isRetried && adviceForRun(failed, options.canAskLess, options.unit);
	advice = [advice, more].filter(Boolean).join(' ');
	// Wrong keys and wrong hosts affect all leads, not particular ones.
	const isAboutAll = ['unauthorized', 'noEndpoint', 'unreachable', 'quotaUsedUp'].includes(
		failed.kind,
	);
	const { fetched, unit = 'lead' } = options;
	const ids = (!isAboutAll && options.ids) || [];
	if (scope === 'columns') {
		message = 'LeadSquared does not accept the chosen columns';
		advice = "Check the schema names in 'Column Names or IDs' and 'Additional Columns'.";
	} else if (scope === 'id' && failed.kind === 'invalidRequest') {
		message = atItem(`LeadSquared does not accept the ${unit} ID ${ids[0]}`, options.itemIndex);
		advice = 'Remove the ID, or check it in LeadSquared.';
	} else if (scope === 'id') {
		message = atItem(`${message}: ${unit} ID ${ids[0]}`, options.itemIndex);
	}
	const description = [
		quote(failed),
		advice,
		ids.length > 1 &&
			`This affects ${count(ids.length)} ${unit} IDs of this item, starting with ${ids[0]}.`,
		ids.length === 1 && scope !== 'id' && `This affects the ${unit} ID ${ids[0]}.`,
		fetched !== undefined && fetchedBefore(fetched, unit),
	];
	const error = new NodeApiError(node, { message } as JsonObject, {
		message,
		description: description.filter(Boolean).join(' '),
		httpCode: status === undefined ? undefined : String(status),
		itemIndex: options.itemIndex,
		failure: toN8nFailure(failed),
	});
	return withData(error, failed);
}

/** The data of an error for the workflow that handles it. */
export interface ErrorData {
	/** LeadSquared's exception type, or else the kind of the failure. */
	errorCode: string;
	/** Whether the same input may succeed later, and running it again does no harm. */
	retryable: boolean;
}

/** Adds its data to an error. */
export function withData<E extends NodeError>(
	error: E,
	failed: Failed,
	retryable = isTemporary(failed),
): E {
	const { kind, fault } = failed;
	const data: ErrorData = { errorCode: fault.type ?? kind, retryable };
	Object.assign(error.context, data);
	return error;
}

const isTemporary = ({ kind, isRepeated, wasTransient }: Failed): boolean =>
	wasTransient === true ||
	(['rateLimited', 'quotaUsedUp', 'transient'].includes(kind) && !isRepeated);

/** The data of an error. Without any, the input is at fault. */
export function dataOf({ context }: NodeError): ErrorData {
	const { errorCode = 'invalidRequest', retryable = false } = context as Partial<ErrorData>;
	return { errorCode, retryable };
}

const fetchedBefore = (records: number, unit: string): string =>
	records === 1
		? `1 ${unit} was fetched before the error.`
		: `${records === 0 ? 'No' : count(records)} ${pluralOf(unit)} were fetched before the error.`;

/** Adds the input item to a message, as n8n's own nodes do. */
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

// n8n treats an error item without a message as a success.
const NO_MESSAGE = 'n8n stopped the operation and gave no reason';

/** Turns anything that was thrown into one of n8n's errors, for an input item if it has one. */
export function asNodeError(node: INode, thrown: unknown, itemIndex?: number): NodeError {
	if (thrown instanceof NodeError && thrown.message) return thrown;
	if (thrown instanceof InvalidInput) return inputError(node, thrown, itemIndex);
	const error = thrown instanceof Error ? thrown : new Error(String(thrown ?? ''));
	const { message, description } = error as Error & { description?: string };
	return new NodeOperationError(node, error, {
		message: atItem(message || NO_MESSAGE, message.includes('[item') ? undefined : itemIndex),
		description,
		itemIndex,
	});
}

const WITHOUT_METADATA =
	"To continue without the list of columns, turn off 'Convert Types' and do not use 'All Columns' or 'Display Name'.";

/** The error for keys that see no columns, for an operation that cannot do without them. */
export const NO_COLUMNS_SEEN = new InvalidInput(
	'These keys cannot see any lead columns',
	'Check the permissions of their user in LeadSquared, or use the keys of another user.',
);

/** The same for an operation that reads. */
export const NO_METADATA = new InvalidInput(
	NO_COLUMNS_SEEN.message,
	`${NO_COLUMNS_SEEN.description} ${WITHOUT_METADATA}`,
);

/** The error for an account whose columns cannot be read. */
export function metadataError(node: INode, failure: Failed, itemIndex?: number): NodeError {
	const error = apiError(node, failure, 'request', { itemIndex });
	// The keys may lack permission for this call only, and the account may not have the call.
	const isOwn = /\bpermission/i.test(failure.fault.message) || failure.endpointMissing;
	if (isOwn) error.description = `${error.description} ${WITHOUT_METADATA}`;
	return error;
}

/** A message, and advice on what to do. */
interface Words {
	message: string;
	advice: string;
}

const KEYS =
	"Check 'Access Key', 'Secret Key' and 'Region' in the LeadSquared credential: keys only work in their own region. LeadSquared shows keys and host under My Profile > Settings > API and Webhooks.";
const BETWEEN =
	"Ask the person who runs your n8n or your network about a proxy, a firewall or a login page between n8n and LeadSquared, and check 'Region' or 'API Host' in the LeadSquared credential.";

const WORDS: Record<FaultKind, Words> = {
	rateLimited: {
		message: "LeadSquared kept rejecting calls: the account's rate limit is used up",
		advice:
			"Other programs seem to use up the account's calls. Try again later, or lower 'Rate Limit: Calls' in the credential.",
	},
	quotaUsedUp: {
		message: "The account's API calls for the day are used up",
		advice:
			'Try again tomorrow, or raise the allowance in LeadSquared under Settings > Manage Subscription.',
	},
	transient: { message: 'LeadSquared was not available', advice: 'Try again later.' },
	tooLarge: {
		message: 'LeadSquared rejects the request as too large',
		advice: 'Choose fewer columns, or send or request less at once.',
	},
	invalidRequest: {
		message: 'LeadSquared does not accept the request',
		advice: "Check the columns and IDs against LeadSquared's message.",
	},
	notFound: {
		message: 'LeadSquared does not have this lead',
		advice: 'Check the lead ID. The lead may have been deleted or merged.',
	},
	unauthorized: { message: 'LeadSquared does not accept the keys', advice: KEYS },
	noEndpoint: {
		message: 'There is no LeadSquared API at this host',
		advice: "Check 'Region' or 'API Host' in the LeadSquared credential.",
	},
	unreachable: {
		message: 'n8n cannot connect to LeadSquared',
		advice:
			"Check 'Region' or 'API Host' in the LeadSquared credential, and n8n's internet connection.",
	},
};

const ENDPOINT_MISSING: Words = {
	message: 'This call is not available in your LeadSquared account',
	advice: "Ask LeadSquared's support to enable it, or use another operation.",
};

// More specific messages, by the text from LeadSquared or the network. The first match is used.
const EXACT_WORDS: Array<{ kind: FaultKind; fits: (fault: Fault) => boolean; words: Words }> = [
	{
		kind: 'notFound',
		fits: ({ message }) => /\btask\b/i.test(message),
		words: {
			message: 'LeadSquared does not have this task',
			advice: 'Check the task ID. The task may have been deleted.',
		},
	},
	{
		kind: 'notFound',
		fits: ({ message }) => /\blist\b/i.test(message),
		words: {
			message: 'LeadSquared does not have this list',
			advice:
				'Check the ID of the list. The list may have been deleted, or the user of the keys may not see it.',
		},
	},
	// "Invalid activity event.", "Event Code is invalid or empty"
	{
		kind: 'invalidRequest',
		fits: ({ type = '' }) => /^MXInvalidActivityException$/i.test(type),
		words: {
			message: 'LeadSquared does not accept the type',
			advice:
				"Check 'Activity Type' or 'Opportunity Type': the type may have been deleted. Some accounts return activities of some types by lead only.",
		},
	},
	{
		kind: 'unreachable',
		fits: ({ from }) => from === 'proxy',
		words: {
			message: 'A proxy between n8n and LeadSquared requires a login',
			advice:
				"Ask the person who runs your n8n to enter the proxy's user and password in its settings (HTTPS_PROXY).",
		},
	},
	{
		kind: 'unreachable',
		fits: ({ message }) => /ENOTFOUND|EAI_\w+/.test(message),
		words: {
			message: "n8n cannot find LeadSquared's host",
			advice:
				"Check 'Region' or 'API Host' in the LeadSquared credential for typos, and n8n's internet connection.",
		},
	},
	{
		kind: 'unreachable',
		fits: ({ message }) => /EPROTO|wrong version number|ERR_SSL/i.test(message),
		words: {
			message: 'The host does not support HTTPS',
			advice: "Check 'API Host' in the LeadSquared credential.",
		},
	},
	{
		kind: 'unreachable',
		fits: ({ message }) => /cert|self.signed|issuer|ERR_TLS/i.test(message),
		words: {
			message: "n8n does not trust the host's certificate",
			advice: BETWEEN,
		},
	},
	{
		kind: 'unreachable',
		fits: ({ from }) => from === 'n8n',
		words: {
			message: 'n8n did not make the call to LeadSquared',
			advice:
				'Ask the person who runs your n8n: n8n may be set to block this host, or it failed before sending the request.',
		},
	},
	{
		kind: 'transient',
		fits: ({ from }) => from === 'other',
		words: { message: 'Something other than LeadSquared answered', advice: BETWEEN },
	},
	{
		kind: 'noEndpoint',
		fits: ({ from }) => from === 'other',
		words: { message: 'There is no LeadSquared API at this host', advice: BETWEEN },
	},
	{
		kind: 'unauthorized',
		fits: ({ type = '' }) => /MXInactiveUser/i.test(type),
		words: {
			message: 'The user of the keys is deactivated in LeadSquared',
			advice: 'Activate the user, or use the keys of another user.',
		},
	},
	{
		kind: 'unauthorized',
		fits: ({ message }) => /\bpermission/i.test(message),
		words: {
			message: 'The user of the keys lacks a permission in LeadSquared',
			advice: "Check the user's permissions in LeadSquared, or use the keys of another user.",
		},
	},
];

// "The correct API host will be mentioned in the error message":
// https://apidocs.leadsquared.com/portal-api/; no whole message is documented.
const API_HOST = /\bapi[\w-]*\.leadsquared\.com\b/i;

const UNKNOWN_FORM: Words = {
	message: 'LeadSquared answers in a form that this node does not know',
	advice: 'Update the package. If that does not help, report the answer to its authors.',
};

/** The words for a failed call, in a run or outside. */
export function wordsFor({ kind, fault, endpointMissing, notUnderstood }: Failed): Words {
	if (endpointMissing) return ENDPOINT_MISSING;
	if (notUnderstood) return UNKNOWN_FORM;
	const words =
		EXACT_WORDS.find((entry) => entry.kind === kind && entry.fits(fault))?.words ?? WORDS[kind];
	const [host] = (kind === 'unauthorized' && API_HOST.exec(fault.message)) || [];
	if (!host) return words;
	const region = REGIONS.find((each) => each.host === host.toLowerCase());
	const setting = region
		? `'Region' in the LeadSquared credential to ${region.name}`
		: `'Region' in the LeadSquared credential to Custom, and 'API Host' to https://${host}`;
	return { ...words, advice: `These keys belong to another region: set ${setting}.` };
}

/** More advice for a call that failed in a run: options of the operation that may help. */
function adviceForRun(
	{ kind, fault, notUnderstood }: Failed,
	canAskLess = false,
	unit = 'lead',
): string {
	if (notUnderstood) return '';
	if (kind === 'rateLimited') return "To keep trying for longer, raise 'Max Wait (Seconds)'.";
	if (kind !== 'transient' || fault.from === 'other') return '';
	const many = pluralOf(unit);
	const option = `${many[0].toUpperCase()}${many.slice(1)} per Request`;
	const less = `If it happens with many ${many} only, lower '${option}'; to`;
	return `${canAskLess ? less : 'To'} keep trying for longer, raise 'Max Wait (Seconds)'.`;
}

/** Quotes the message of a failure, with its source. */
export function quote({ fault: { from, status, type, message } }: Failed): string {
	const source = [type, status && `HTTP ${status}`].filter(Boolean).join(', ');
	const says = {
		leadSquared: 'LeadSquared says',
		proxy: 'The proxy says',
		other: 'The host answered',
		network: 'The network says',
		n8n: 'n8n says',
	}[from];
	return `${says}: "${message}"${source ? ` (${source})` : ''}.`;
}
