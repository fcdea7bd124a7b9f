import {
	deepCopy,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type NodeError,
} from 'n8n-workflow';
import { clock } from '../base/clock';
import { asHtml, count } from '../base/text';
import { yesNo } from '../input/readers';
import { createClient, type Client, type ClientOptions, type Context } from '../transport/client';
import { apiBaseUrl, readCredentials } from '../transport/credentials';
import { borrowAccount } from '../transport/limiter/accounts';
import { asNodeError } from './messages';
import { logLine, progressReporter } from './report';

const CANCELED = 'The execution was canceled';

/**
 * The error of a canceled execution. n8n distinguishes it from a failed one by its message.
 *
 * @param description what was done before
 */
export const canceled = (context: IExecuteFunctions, description?: string): NodeOperationError =>
	new NodeOperationError(context.getNode(), CANCELED, { description });

/**
 * Runs an operation under the node's On Error setting. If the node continues, an error that the operation
 * throws becomes an error item for each input item, because n8n would otherwise pass the input items on as
 * if they were the output.
 *
 * @throws NodeApiError or NodeOperationError if the node stops, and if the execution is canceled
 */
export async function underOnError(
	context: IExecuteFunctions,
	execute: (run: Run) => Promise<INodeExecutionData[]>,
): Promise<INodeExecutionData[]> {
	const run = new Run(context);
	try {
		return await execute(run);
	} catch (error) {
		if (context.getExecutionCancelSignal()?.aborted) {
			const isCanceled = error instanceof NodeOperationError && error.message === CANCELED;
			throw isCanceled ? error : canceled(context);
		}
		const failure = asNodeError(context.getNode(), error);
		context.logger.warn(logLine(context, failure.message));
		if (!context.continueOnFail()) throw forEditor(context, failure);
		return context.getInputData().map((_, item) => run.errorItem(item, failure));
	} finally {
		run.close();
	}
}

/** One execution of the node: its input, and a connection to the account once an operation needs it. */
export class Run {
	private connection?: Connection;
	private failedFields?: IDataObject;

	constructor(readonly context: IExecuteFunctions) {}

	/**
	 * Declares that the operation writes. Its output items have the input fields unless the user turns that off.
	 *
	 * @param failedFields the result fields of an item that was not written, so that all items have the same fields
	 */
	writes(failedFields?: IDataObject): void {
		this.failedFields = failedFields ?? {};
	}

	/** Whether the operation writes. */
	get isWriting(): boolean {
		return this.failedFields !== undefined;
	}

	/** Whether the first failure ends the execution. */
	get stopAtFailure(): boolean {
		return !this.context.continueOnFail();
	}

	/**
	 * Connects to the account, until `close`.
	 *
	 * @param maxWaitMs the time, in ms, for which calls that are refused or fail are retried
	 * @param unit what progress counts, such as `lead IDs`
	 * @throws InvalidInput if the credential cannot be used
	 */
	async open(maxWaitMs: number, unit: string): Promise<Client> {
		const { context, stopAtFailure } = this;
		const onProgress = progressReporter(context, clock, unit);
		this.connection = await connect(context, { maxWaitMs, stopAtFailure, onProgress });
		return this.connection.client;
	}

	close(): void {
		this.connection?.close();
	}

	/**
	 * The item for an input item that was written. Fields of the result replace input fields of the same name.
	 *
	 * If error items are in the same output, the item has `error` and `message` as they do. Otherwise it has no
	 * `error`, not even the input's: under Retry On Fail, n8n treats an `error` in the first item as a failure
	 * (n8n 2.20 and older, even a null), and would write everything again.
	 */
	writtenItem(item: number, result: IDataObject): INodeExecutionData {
		const { context, stopAtFailure } = this;
		const { onError, retryOnFail } = context.getNode();
		const areWanted = wantsInputFields(context, item, true);
		const input = areWanted ? copyFields(context.getInputData()[item].json) : {};
		delete input.error;
		const json: IDataObject = { ...input, ...result };
		const isAmongErrors = !stopAtFailure && onError !== 'continueErrorOutput' && !retryOnFail;
		if (isAmongErrors) Object.assign(json, { error: null, message: json.message ?? null });
		return { json, pairedItem: { item } };
	}

	/** The item for an input item that failed, with its input fields if the user wants them. */
	errorItem(item: number, error: NodeError): INodeExecutionData {
		const { context, isWriting, failedFields } = this;
		const areWanted = wantsInputFields(context, item, isWriting);
		const fields = fieldsOfErrorItem(context, item, areWanted, failedFields);
		return errorItem(context, item, error, fields);
	}
}

/**
 * The name of an input item for people: the row of its sheet, or else n8n's number, which counts from 0.
 */
export function itemName(context: IExecuteFunctions, item: number): string {
	return rowName(context, item) ?? `item ${item}`;
}

function rowName(context: IExecuteFunctions, item: number): string | undefined {
	const row = context.getInputData()[item]?.json.row_number;
	return Number.isInteger(row) ? `row ${String(row)}` : undefined;
}

/** The message of an error of one input item, with the row of the sheet in place of n8n's number. */
function messageNamingRow(context: IExecuteFunctions, error: NodeError): string {
	const { message } = error;
	const { itemIndex } = error.context;
	const row = typeof itemIndex === 'number' ? rowName(context, itemIndex) : undefined;
	return row === undefined ? message : `${withoutItem(message)} [${row}]`;
}

/** Prepares an error that the node stops for: it names the row of the sheet, and has its description as HTML. */
function forEditor(context: IExecuteFunctions, error: NodeError): NodeError {
	if (error.description) error.description = asHtml(error.description);
	const message = messageNamingRow(context, error);
	if (message === error.message) return error;
	error.message = message;
	// n8n's editor would add its own number of the item.
	delete error.context.itemIndex;
	return error;
}

/**
 * The item for an input item that failed. Since it has no property `error` outside `json`, n8n adds the
 * input's fields on the error output. n8n 2.20 and older put only items with exactly these keys there.
 *
 * @param fields further fields of the item
 */
export function errorItem(
	context: IExecuteFunctions,
	item: number,
	error: NodeError,
	fields: IDataObject = {},
): INodeExecutionData {
	const message = messageNamingRow(context, error);
	const { description } = error;
	const report = description ? { error: message, message: description } : { error: message };
	return { json: { ...fields, ...report }, pairedItem: { item } };
}

/** A connection to an account, until it is closed. */
export interface Connection {
	client: Client;
	/** Ends the client's waits and calls. */
	close(): void;
}

/**
 * Connects to the account of the node's credential. Its waits and calls end when the execution is canceled,
 * and with `close`.
 *
 * @throws InvalidInput if the credential's host or keys cannot be used, and n8n's error if it cannot provide
 * the credential
 */
export async function connect(context: Context, options: ClientOptions): Promise<Connection> {
	const cancel =
		'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
	const credentials = readCredentials(await context.getCredentials('leadSquaredApi'));
	const baseUrl = apiBaseUrl(credentials);
	const credentialId = context.getNode().credentials?.leadSquaredApi?.id ?? undefined;
	const { account, release } = borrowAccount({ credentials, baseUrl, credentialId });
	const stopping = new AbortController();
	const onCancel = () => stopping.abort(cancel?.reason);
	if (cancel?.aborted) onCancel();
	cancel?.addEventListener('abort', onCancel, { once: true });
	return {
		client: createClient(context, credentials, baseUrl, account, stopping, options),
		close() {
			cancel?.removeEventListener('abort', onCancel);
			stopping.abort();
			release();
		},
	};
}

/** The error of an input item. */
export interface ItemError {
	item: number;
	error: NodeError;
}

/** The number of errors to list. A few are enough to see what is wrong. */
const MAX_SHOWN = 5;

/**
 * Combines errors into the one that stops the node, so that a sheet can be corrected all at once: one line
 * for each, with its own advice. Advice that all errors share is shown once. An error that is the same for
 * every item, such as an invalid option, is reported once, for the first item.
 *
 * @param title makes the message from the number of errors
 * @param ending the last line
 */
export function combineErrors(
	context: IExecuteFunctions,
	errors: ItemError[],
	title: (count: number) => string,
	ending?: string,
): NodeError {
	const [{ error: first }] = inItemOrder(errors);
	const isSame = ({ error }: ItemError) =>
		withoutItem(error.message) === withoutItem(first.message);
	if (!errors.every(isSame)) return listErrors(context, errors, title, ending);
	if (ending) first.description = [first.description, ending].filter(Boolean).join(' ');
	return first;
}

function listErrors(
	...[context, errors, title, ending]: Parameters<typeof combineErrors>
): NodeError {
	const inOrder = inItemOrder(errors);
	const [{ error: first }] = inOrder;
	// One of each kind comes before more of the same: a wrong date format would hide all other faults.
	const kinds = new Set<unknown>();
	const firsts = inOrder.filter(({ error }) => kinds.size < kinds.add(error.description).size);
	const shown = inItemOrder([...new Set([...firsts, ...inOrder])].slice(0, MAX_SHOWN));
	const isShared = errors.every(({ error }) => error.description === first.description);
	const lines = shown.map(({ item, error }) => {
		const name = itemName(context, item);
		const line = `${name[0].toUpperCase()}${name.slice(1)}: ${withoutItem(error.message)}.`;
		return isShared ? line : [line, error.description].filter(Boolean).join(' ');
	});
	const more = errors.length - shown.length;
	const rest = [more > 0 && `And ${count(more)} more.`, isShared && first.description, ending];
	return new NodeOperationError(context.getNode(), title(errors.length), {
		description: [...lines, ...rest].filter(Boolean).join('\n'),
		failure: { cause: 'configuration-invalid' },
	});
}

const inItemOrder = (errors: ItemError[]): ItemError[] =>
	[...errors].sort((a, b) => a.item - b.item);

/**
 * The errors of the input items that cannot be used.
 *
 * @throws NodeError for all of them, if the node stops at a failure
 */
export function inputErrors(
	run: Run,
	requests: Array<{ item: number; fault?: Error }>,
): ItemError[] {
	const node = run.context.getNode();
	const errors = requests.flatMap(({ item, fault }) =>
		fault ? [{ item, error: asNodeError(node, fault, item) }] : [],
	);
	if (errors.length > 0 && run.stopAtFailure)
		throw unusableInput(run.context, errors, run.isWriting);
	return errors;
}

/**
 * Combines the errors of input items that cannot be used.
 *
 * @param isWriting whether the operation writes, and has not begun
 */
export function unusableInput(
	context: IExecuteFunctions,
	errors: ItemError[],
	isWriting = false,
): NodeError {
	const all = context.getInputData().length;
	const others = all - errors.length;
	const title = (those: number) => `${count(those)} of ${count(all)} input items cannot be used`;
	const cure =
		others > 0
			? ` To write the other ${others === 1 ? 'item' : `${count(others)} items`}, set On Error to Continue.`
			: '';
	const combine = errors.length > 1 && others > 0 ? listErrors : combineErrors;
	return combine(context, errors, title, isWriting ? `Nothing was written.${cure}` : undefined);
}

const withoutItem = (message: string): string => message.replace(/ \[item \d+\]$/, '');

/**
 * Appends the error items to the items. If the first item were an error item, n8n would treat it as an error
 * of the whole node, and run the node again under Retry On Fail.
 *
 * @param fieldsOf the fields that an error item gets from its input item
 */
export function withErrorItems(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
	errors: ItemError[],
	fieldsOf: (item: number) => IDataObject = () => ({}),
): INodeExecutionData[] {
	for (const { item, error } of inItemOrder(errors)) {
		items.push(errorItem(context, item, error, fieldsOf(item)));
	}
	return items;
}

/**
 * Puts the items in the order of their input items, if each has exactly one. n8n treats an error in the
 * first item as an error of the whole node. Under Retry On Fail, it would run the node again and write
 * everything twice, so error items come last in that case.
 */
export function itemsInPlace(
	context: IExecuteFunctions,
	items: ReadonlyMap<number, INodeExecutionData>,
): INodeExecutionData[] {
	const inPlace = [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
	const isError = ({ json }: INodeExecutionData) => typeof json.error === 'string';
	if (!context.getNode().retryOnFail || !inPlace[0] || !isError(inPlace[0])) return inPlace;
	return [...inPlace.filter((item) => !isError(item)), ...inPlace.filter(isError)];
}

const INCLUDE_INPUT_FIELDS = yesNo('Include Input Fields');

/** Copies an input item's fields, so that nothing is shared with the input. */
export function copyFields(fields: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(fields).map(([name, value]) => [
			name,
			typeof value === 'object' && value !== null ? deepCopy(value) : value,
		]),
	);
}

/**
 * The fields of an error item in addition to the error: those of its input item if they are wanted, and the
 * operation's own. On n8n's error output it has none: n8n adds the input's fields there, and n8n 2.20 and older
 * would treat an item with other fields as a success.
 */
export function fieldsOfErrorItem(
	context: IExecuteFunctions,
	item: number,
	areWanted: boolean,
	own?: IDataObject,
): IDataObject {
	if (context.getNode().onError === 'continueErrorOutput') return {};
	const input = areWanted ? copyFields(context.getInputData()[item]?.json ?? {}) : {};
	return { ...input, ...own };
}

/** Whether the node's options ask for the input item's fields; false if they cannot be read. */
function wantsInputFields(context: IExecuteFunctions, item: number, byDefault: boolean): boolean {
	try {
		const options = context.getNodeParameter('options', item, {}) as IDataObject | null;
		const asked = options?.includeInputFields;
		return asked === undefined ? byDefault : INCLUDE_INPUT_FIELDS.read(asked) === true;
	} catch {
		return false;
	}
}
