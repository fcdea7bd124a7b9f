import { NodeOperationError, type IExecuteFunctions, type NodeError } from 'n8n-workflow';
import { asHtml, count } from '../base/text';
import { nodeOf } from '../input/node';
import { asNodeError } from './messages';

/** The error of an input item. */
export interface ItemError {
	item: number;
	error: NodeError;
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
export function messageNamingRow(context: IExecuteFunctions, error: NodeError): string {
	const { message } = error;
	const { itemIndex } = error.context;
	const row = typeof itemIndex === 'number' ? rowName(context, itemIndex) : undefined;
	return row === undefined ? message : `${withoutItem(message)} [${row}]`;
}

/** Prepares an error that the node stops for: it names the row of the sheet, and has its description as HTML. */
export function forEditor(context: IExecuteFunctions, error: NodeError): NodeError {
	if (error.description) error.description = asHtml(error.description);
	const message = messageNamingRow(context, error);
	if (message === error.message) return error;
	error.message = message;
	// n8n's editor would add its own number of the item.
	delete error.context.itemIndex;
	return error;
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
	return new NodeOperationError(nodeOf(context), title(errors.length), {
		description: [...lines, ...rest].filter(Boolean).join('\n'),
		failure: { cause: 'configuration-invalid' },
	});
}

/** Sorts errors by their input items. */
export const inItemOrder = (errors: ItemError[]): ItemError[] =>
	[...errors].sort((a, b) => a.item - b.item);

/**
 * The errors of the input items that cannot be used.
 *
 * @throws NodeError for all of them, if the node stops at a failure
 */
export function inputErrors(
	{
		context,
		stopAtFailure,
		isWriting,
	}: { context: IExecuteFunctions; stopAtFailure: boolean; isWriting: boolean },
	requests: Array<{ item: number; fault?: Error }>,
): ItemError[] {
	const node = nodeOf(context);
	const errors = requests.flatMap(({ item, fault }) =>
		fault ? [{ item, error: asNodeError(node, fault, item) }] : [],
	);
	if (errors.length > 0 && stopAtFailure) throw unusableInput(context, errors, isWriting);
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
