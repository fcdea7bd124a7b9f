import type { IExecuteFunctions, INodeExecutionData, NodeError } from 'n8n-workflow';
import type { Column } from '../../api/metadata';
import type { Progress } from '../../retrieval/types';
import type { Client } from '../../transport/client';
import { asNodeError } from '../errors';
import { fieldsOfErrorItem } from '../inputFields';
import { count } from '../inWords';
import { progressReporter } from '../progress';
import { fetchWebAddress } from '../webAddress';
import { withClient } from '../withClient';
import {
	columnsForHints,
	type ColumnsThatDidNotCome,
	readMetadata,
	withSchemaNames,
} from './accountColumns';
import { commonHints } from './hints';
import { type ItemError, oneError, withErrorItems } from './itemErrors';
import { LeadItems } from './leadItems';
import type { LeadRequest } from './leadRequest';
import { logLine, receipt, type Tally } from './receipt';

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
