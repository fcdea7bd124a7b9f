import type { IDataObject, IExecuteFunctions, INodeExecutionData, NodeError } from 'n8n-workflow';
import { idKey } from '../../../api/leadId';
import { ID_COLUMN } from '../../../api/leads';
import type { RowToWrite } from '../../../api/leadWrites';
import type { RowStatus } from '../../../fetch/writes';
import { nodeOf } from '../../../input/node';
import { type ItemError, itemName } from '../../../run/itemErrors';
import { itemsInPlace } from '../../../run/items';
import type { Run } from '../../../run/run';
import { rejectionFor, statusOf, writeError, type WriteTally } from './messages';
import type { WriteKind } from './parameters';
import type { Prediction } from './prediction';
import type { UnorderedRow } from './rows';

/** The form of the output items. */
export interface ItemForm {
	kind: WriteKind;
	isPreview: boolean;
	/** Whether rows may be found by a second column, so that items say by which one they were. */
	hasSecond: boolean;
}

/** The result of a row, and the row as it was last sent. */
export interface Result {
	row: UnorderedRow;
	content: RowToWrite;
	status: RowStatus;
	/** The column that the lead was found by, if it was looked up before. */
	foundBy?: string;
}

/** The result fields of an item that failed. */
export function failedFields({ isPreview, hasSecond }: ItemForm): IDataObject {
	const own = isPreview ? { would: 'fail', changes: null } : { created: null, status: 'failed' };
	return { [ID_COLUMN]: null, ...own, ...(hasSecond && { matchedBy: null }) };
}

/** The result of a row that is not sent because its prediction says enough. */
export function resultOf(row: UnorderedRow, prediction: Prediction): Result | undefined {
	const { content } = prediction;
	if (prediction.would === 'fail') {
		return { row, content, status: rejectionFor(prediction.reason) };
	}
	const { id, foundBy } = prediction;
	// If the lead does not exist yet, an earlier row is to create it, and may fail.
	if (prediction.would !== 'unchanged' || id === undefined) return undefined;
	const status: RowStatus = { kind: 'written', id, isCreated: false, isUpdated: false };
	return { row, content, status, foundBy };
}

/** The output items of rows that were written, or were to be. */
export function writtenItems(
	run: Run,
	results: Result[],
	errors: ItemError[],
	{ kind, hasSecond }: ItemForm,
): INodeExecutionData[] {
	const items = errorItems(run, errors);
	for (const result of results) {
		const { row, content, status, foundBy = content.searchBy ?? null } = result;
		if (status.kind !== 'written') {
			items.set(row.item, run.errorItem(row.item, errorOf(run.context, result, kind)));
			continue;
		}
		const { id = null, isCreated = null } = status;
		const matchedBy = isCreated ? null : foundBy;
		const json = { [ID_COLUMN]: id, created: isCreated, status: statusOf(status) };
		items.set(row.item, run.writtenItem(row.item, { ...json, ...(hasSecond && { matchedBy }) }));
	}
	return itemsInPlace(run.context, items);
}

/** The output items of a preview. */
export function previewItems(
	run: Run,
	predictions: Map<UnorderedRow, Prediction>,
	errors: ItemError[],
	{ kind, hasSecond }: ItemForm,
): INodeExecutionData[] {
	const items = errorItems(run, errors);
	for (const [row, prediction] of predictions) {
		const { content, would } = prediction;
		if (would === 'fail') {
			const result = { row, content, status: rejectionFor(prediction.reason) };
			items.set(row.item, run.errorItem(row.item, errorOf(run.context, result, kind)));
			continue;
		}
		const { id = null, foundBy: matchedBy = null, changes } = prediction;
		const json = { [ID_COLUMN]: id, would, changes: changes as IDataObject };
		items.set(row.item, run.writtenItem(row.item, { ...json, ...(hasSecond && { matchedBy }) }));
	}
	return itemsInPlace(run.context, items);
}

function errorItems(run: Run, errors: ItemError[]): Map<number, INodeExecutionData> {
	return new Map(errors.map(({ item, error }) => [item, run.errorItem(item, error)]));
}

/**
 * The error of a row that was not written, or may not have been.
 *
 * @param soFar the results of the run, for the error if the whole node stops
 */
export function errorOf(
	context: IExecuteFunctions,
	{ row: { item, second }, content, status }: Result,
	kind: WriteKind,
	soFar?: WriteTally,
): NodeError {
	const failed = status as Exclude<RowStatus, { kind: 'written' }>;
	const triedSecond = second !== undefined && content.searchBy === second.searchBy;
	return writeError(nodeOf(context), { item, kind, content, triedSecond }, failed, soFar);
}

/** The names of the input items of each lead that has several. */
export function itemsOfSameLeads(context: IExecuteFunctions, results: Result[]): string[][] {
	const items = new Map<string, number[]>();
	for (const { row, status } of results) {
		if (status.kind !== 'written' || status.id === undefined) continue;
		const key = idKey(status.id);
		const same = items.get(key);
		if (same) same.push(row.item);
		else items.set(key, [row.item]);
	}
	return [...items.values()]
		.filter(({ length }) => length > 1)
		.map((those) => those.sort((a, b) => a - b).map((item) => itemName(context, item)));
}
