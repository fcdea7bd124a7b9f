import type { IExecuteFunctions, INodeExecutionData, NodeError } from 'n8n-workflow';
import { type Column, ALL_COLUMNS } from '../api/metadata';
import { isDocumented } from '../api/standardColumns';
import type { Client } from '../transport/client';
import { InvalidInput } from '../base/invalidInput';
import { apiError, asNodeError } from './messages';
import { ambiguousLabel, labelReader, mayBeLabel } from '../columns/labels';
import { accountColumns } from '../columns/accountColumns';
import { fieldsOfErrorItem, withClient, oneError, withErrorItems, type ItemError } from './run';
import type { LeadRequest } from '../input/leadSettings';
import type { Progress } from '../fetch/types';
import { count } from '../base/text';
import {
	progressReporter,
	commonHints,
	logLine,
	receipt,
	type Tally,
	ColumnsThatDidNotCome,
} from './report';
import { fetchWebAddress } from './webAddress';
import { LeadItems } from './leadItems';

/** What an operation is given to get leads with. */
export interface Job<Request extends LeadRequest> {
	client: Client;
	/** Those that can be used, with schema names for columns. */
	requests: Request[];
	/** The account's columns; may be empty where no request needs them. */
	metadata: Column[];
	/** Whether the first failure ends all. */
	stopAtFailure: boolean;
	/** To be called after every answer, with the sum of all. */
	onProgress(progress: Progress): void;
}

/** What an operation's calls came to. */
export interface Brought {
	/** The failure that a run stops for, where it stops. */
	stopping?: NodeError;
	columns: ColumnsThatDidNotCome;
	/** What else needs a person. */
	hints: string[];
	tally: Pick<Tally, 'asked' | 'leads' | 'notFound' | 'skipped' | 'skippedIds' | 'blank' | 'unit'>;
	/** Whether a lead may come out more than once. */
	mayRepeat: boolean;
	/** Hands out the leads of all requests, in the order of the input items. */
	emit(to: LeadItems): void;
}

/**
 * What is the same for every operation that gives leads, around its calls: the requests of all input
 * items → the account's columns, where they are needed → its calls → items and hints.
 *
 * @throws NodeOperationError for input that cannot be used, before any call, NodeApiError for what
 * LeadSquared does not give; where the node's On Error setting says to continue, these become items
 */
export async function giveLeads<Request extends LeadRequest>(
	context: IExecuteFunctions,
	requests: Request[],
	{
		bring,
		isUsable = ({ fault }) => !fault,
		unit,
	}: {
		/** Makes the operation's calls. */
		bring: (job: Job<Request>) => Promise<Brought>;
		/** Whether a request with a fault has something to ask beside. */
		isUsable?: (request: Request) => boolean;
		/** What is counted while it lasts, such as `lead IDs`. */
		unit: string;
	},
): Promise<INodeExecutionData[]> {
	const goOn = context.continueOnFail();
	const errors = inputErrors(context, requests);
	if (errors.length > 0 && !goOn) throw oneError(context, errors, cannotBeUsed(requests));
	return await withClient(context, async (client) => {
		const beganAt = client.clock.now();
		const { metadata, failed } = await readMetadata(context, client, requests);
		if (failed.length > 0 && !goOn) throw failed[0].error;
		const { named, unclear } = withSchemaNames(context, requests, metadata);
		if (unclear.length > 0 && !goOn) throw oneError(context, unclear, cannotBeUsed(requests));
		for (const one of [...failed, ...unclear]) errors.push(one);
		const without = new Set([...failed, ...unclear].map(({ item }) => item));
		const brought = await bring({
			client,
			requests: named.filter((request) => isUsable(request) && !without.has(request.item)),
			metadata,
			stopAtFailure: !goOn,
			onProgress: progressReporter(context, client.clock, unit),
		});
		const stopping = goOn ? undefined : brought.stopping;
		const wanting = requests.find(({ options }) => options.addLeadUrl);
		const address =
			wanting && !stopping && brought.tally.leads > 0
				? await fetchWebAddress(client, wanting.options.maxWaitMs)
				: undefined;
		const told = commonHints(brought.columns, client.account.told, {
			address,
			// After a failure that ends the run, the client makes no more calls.
			columns: stopping
				? metadata
				: await columnsForHints(context, client, metadata, brought.columns),
		});
		for (const message of [...brought.hints, ...told]) {
			context.addExecutionHints({ message, location: 'outputPane', type: 'warning' });
		}
		const tally: Tally = {
			...brought.tally,
			traffic: client.account.traffic,
			refusedCalls: client.account.told.refusedCalls,
			seconds: (client.clock.now() - beganAt) / 1000,
		};
		context.logger.info(logLine(tally), { node: context.getNode().name });
		if (stopping) throw stopping;
		const given = new LeadItems(context, { address, mayRepeat: brought.mayRepeat });
		brought.emit(given);
		if (given.errors.length > 0 && !goOn) {
			throw oneError(context, given.errors, (those) => `${count(those)} leads were not found`);
		}
		for (const one of given.errors) errors.push(one);
		const line = receipt(tally, errors.length);
		if (line) context.addExecutionHints(line);
		const wantsFields = new Set(
			requests.filter(({ options }) => options.includeInputFields).map(({ item }) => item),
		);
		return withErrorItems(given.items, errors, (item) =>
			fieldsOfErrorItem(context, item, wantsFields.has(item)),
		);
	});
}

const cannotBeUsed = (requests: LeadRequest[]) => (those: number) =>
	`${count(those)} of ${count(requests.length)} input items cannot be used`;

function inputErrors(context: IExecuteFunctions, requests: LeadRequest[]): ItemError[] {
	const node = context.getNode();
	return requests.flatMap(({ item, fault }) =>
		fault ? [{ item, error: asNodeError(node, fault, item) }] : [],
	);
}

export const NO_METADATA = new InvalidInput(
	'LeadSquared shows no columns to these keys',
	"Give the user of the keys the right to see leads in LeadSquared, or use the keys of another user. Without 'All Columns', 'Convert Types' and 'Display Name' the node does not need the list.",
);

/** Whether the account's columns have to be known to serve an input item. */
export function needsMetadata({ columns, options }: LeadRequest): boolean {
	const { convertTypes, fieldNames } = options;
	return convertTypes || fieldNames === 'displayName' || columns.includes(ALL_COLUMNS);
}

/** The account's columns, read once, and only if an input item needs them. */
export async function readMetadata(
	context: IExecuteFunctions,
	client: Client,
	requests: LeadRequest[],
): Promise<{ metadata: Column[]; failed: ItemError[] }> {
	const inNeed = requests.filter(needsMetadata);
	const [wanting] = requests.filter(({ wantsColumnTypes }) => wantsColumnTypes);
	if (inNeed.length === 0 && !wanting && !haveLabels(requests)) return { metadata: [], failed: [] };
	// A name that may be a label is not worth a wait: LeadSquared says whether it knows it.
	const maxWaitMs = (inNeed[0] ?? wanting)?.options.maxWaitMs ?? 0;
	const outcome = await accountColumns(client, wanting ? {} : { maxAgeMs: 0 }, maxWaitMs);
	if (outcome.kind === 'ok' && outcome.value.length > 0) {
		return { metadata: outcome.value, failed: [] };
	}
	const node = context.getNode();
	// Where nobody is at the host, leads are not asked for either: it would be waited for once more.
	const failed = (outcome.kind === 'unreachable' ? requests : inNeed).map(({ item }) => ({
		item,
		error:
			outcome.kind === 'ok'
				? asNodeError(node, NO_METADATA, item)
				: apiError(node, outcome, 'request', { itemIndex: item }),
	}));
	return { metadata: [], failed };
}

/** Whether a column may be given by its label, which only the account's list tells. */
function haveLabels(requests: LeadRequest[]): boolean {
	// Items with the same columns have the same list: it is looked at once.
	return [...new Set(requests.map(({ columns }) => columns))].flat().some(mayBeLabel);
}

/** The requests with schema names for labels, and those whose labels several columns have. */
export function withSchemaNames<Request extends LeadRequest>(
	context: IExecuteFunctions,
	requests: Request[],
	metadata: Column[],
): { named: Request[]; unclear: ItemError[] } {
	if (metadata.length === 0) return { named: requests, unclear: [] };
	const read = labelReader(metadata);
	const unclear: ItemError[] = [];
	// Items with the same columns have the same list, and keep it: that is how they are put together.
	const known = new Map<string[], ReturnType<typeof read>>();
	const named = requests.map((request) => {
		const { item, columns } = request;
		const { names, doubts } = known.get(columns) ?? read(columns);
		known.set(columns, { names, doubts });
		const ambiguous = doubts.find(({ isAmbiguous }) => isAmbiguous);
		if (ambiguous) {
			unclear.push({
				item,
				error: asNodeError(context.getNode(), ambiguousLabel(ambiguous), item),
			});
		}
		return names === columns ? request : { ...request, columns: names };
	});
	return { named, unclear };
}

/** What brought leads, or did not. */
interface Came {
	leads: Map<unknown, unknown> | unknown[];
	withoutId: Map<unknown, unknown> | unknown[];
	unknownColumns: string[];
	absentColumns: string[];
}

/** Puts together what several calls came without. Of a call that brought no lead, nothing is known. */
export function columnsThatDidNotCome(results: Came[]): ColumnsThatDidNotCome {
	const unknown = new Set(results.flatMap(({ unknownColumns }) => unknownColumns));
	const sizeOf = (some: Came['leads']) => (Array.isArray(some) ? some.length : some.size);
	const withLeads = results.filter(({ leads, withoutId }) => sizeOf(leads) + sizeOf(withoutId) > 0);
	const absent = new Set(withLeads.flatMap(({ absentColumns }) => absentColumns));
	return { unknown: [...unknown], absent: [...absent].filter((name) => !unknown.has(name)) };
}

/** The account's columns for "did you mean", where a person looks and a column did not come. */
export async function columnsForHints(
	context: IExecuteFunctions,
	client: Client,
	metadata: Column[],
	{ unknown, absent }: ColumnsThatDidNotCome,
): Promise<Column[]> {
	const mayBeMisspelled = [...unknown, ...absent].some((name) => !isDocumented(name));
	if (!mayBeMisspelled || metadata.length > 0 || context.getMode() !== 'manual') return metadata;
	const outcome = await accountColumns(client, {}, 0);
	return outcome.kind === 'ok' ? outcome.value : [];
}
