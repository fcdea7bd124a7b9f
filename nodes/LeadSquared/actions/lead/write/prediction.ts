import type { Column } from '../../../api/metadata';
import { ID_COLUMN, type Lead } from '../../../api/leads';
import type { RowToWrite } from '../../../api/leadWrites';
import { InvalidInput } from '../../../base/invalidInput';
import { firstFew } from '../../../base/text';
import { typeConverter } from '../../../columns/shape';
import type { Client } from '../../../transport/client';
import type { Failed } from '../../../transport/outcome';
import { type KnownLeads, lookUpLeads } from './lookups';
import type { WriteKind } from './parameters';
import type { UnorderedRow } from './rows';

/** The result that writing a row would have. */
export type Prediction =
	| {
			would: 'create' | 'update' | 'unchanged';
			/** The ID of the lead, if it exists before the run. */
			id?: string;
			/** The column that the lead is searched by; undefined for a new one. */
			foundBy?: string;
			/** The row as it is to be sent: only what changes an empty column, if only these are to be filled. */
			content: RowToWrite;
			/** The values that change, by column. */
			changes: Record<string, { old: unknown; new: unknown }>;
	  }
	| { would: 'fail'; content: RowToWrite; reason: Reason };

/** The reason why a row would not be written. */
export type Reason =
	| { kind: 'notFound' }
	| { kind: 'noDetails' }
	/** A lead has a unique value of the row. */
	| { kind: 'duplicate'; column: string; id?: string };

/** A row and whether it fills empty columns only. */
export interface Planned {
	row: UnorderedRow;
	onlyEmpty: boolean;
}

/**
 * Looks up the leads that rows are about, and predicts what writing the rows in their order would do. It only
 * reads. It compares unique values as they are written: LeadSquared may find a phone number in another spelling.
 *
 * @param columns the account's columns
 * @returns a prediction for each row, or the failure of a lookup
 * @throws InvalidInput if LeadSquared does not show the values that a prediction needs, and the cancel signal's
 * reason if the execution is canceled
 */
export async function predict(
	client: Client,
	planned: readonly Planned[],
	kind: WriteKind,
	columns: readonly Column[],
): Promise<Map<UnorderedRow, Prediction> | Failed> {
	const uniqueColumns = columns.filter(({ isUnique }) => isUnique).map((each) => each.schemaName);
	const wanted = new Map<string, Set<string>>();
	const searched = new Set<string>();
	const filled = new Set<string>();
	const written = new Set<string>();
	for (const { row, onlyEmpty } of planned) {
		const { values, searchBy, second } = row;
		for (const column of values.keys()) written.add(column);
		if (onlyEmpty) for (const column of values.keys()) filled.add(column);
		const keys = [searchBy ?? DEFAULT_SEARCH, second?.searchBy ?? []].flat();
		for (const column of keys) searched.add(column);
		for (const column of [...keys, ...uniqueColumns]) {
			const value = values.get(column);
			if (value) wanted.set(column, (wanted.get(column) ?? new Set()).add(value));
		}
	}
	const known = await lookUpLeads(client, wanted, [...written]);
	if ('kind' in known) return known;
	// Otherwise a lead that exists would count as missing, or a column that has a value as empty.
	const masked = [...searched].filter((column) => known.masked.has(column));
	if (masked.length > 0) throw maskedColumns(masked);
	const unseen = [...filled].filter((column) => known.absent.has(column));
	if (unseen.length > 0) throw unseenColumns(unseen);
	const convert = typeConverter([...columns]);
	const predictor = new Predictor(known, kind, uniqueColumns, [...wanted.keys()], convert);
	return new Map(planned.map(({ row, onlyEmpty }) => [row, predictor.predict(row, onlyEmpty)]));
}

const maskedColumns = (columns: string[]): InvalidInput =>
	new InvalidInput(
		`LeadSquared masks ${firstFew(columns)}, so the node cannot look up leads by it`,
		'Use the keys of a user who may see the column, or turn off the option that looks up the leads first.',
	);

const unseenColumns = (columns: string[]): InvalidInput =>
	new InvalidInput(
		`LeadSquared does not return ${firstFew(columns)}, so the node cannot see whether it is empty`,
		"Do not write the column, use the keys of a user who may see it, or set 'Overwrite' to All.",
	);

/** The columns by which LeadSquared looks for the lead of a row that does not name one. */
const DEFAULT_SEARCH = ['EmailAddress', 'Phone'];

/** A new lead has at least one of these: https://apidocs.leadsquared.com/create-leads-in-bulk/ */
const DETAILS = ['FirstName', 'LastName', 'EmailAddress', 'Phone'];

/** Predicts the results of rows, one after the other: each changes the leads that the next ones find. */
class Predictor {
	constructor(
		private readonly known: KnownLeads,
		private readonly kind: WriteKind,
		private readonly uniqueColumns: readonly string[],
		private readonly searchColumns: readonly string[],
		private readonly convert: ReturnType<typeof typeConverter>,
	) {}

	predict(row: UnorderedRow, onlyEmpty: boolean): Prediction {
		const prediction = this.predictContent(row, onlyEmpty);
		if (prediction.would !== 'fail' || !row.second) return prediction;
		// A lead found by the second column may lack the value of the first one.
		const values = onlyEmpty ? row.values : row.second.values;
		return this.predictContent({ ...row.second, values }, onlyEmpty);
	}

	private predictContent(content: RowToWrite, onlyEmpty: boolean): Prediction {
		const found = this.kind === 'create' ? undefined : this.find(content);
		const lead = found?.lead;
		const mayCreate = this.kind !== 'update' && content.searchBy !== ID_COLUMN;
		if (!lead && !mayCreate) return { would: 'fail', content, reason: { kind: 'notFound' } };
		const trimmed = onlyEmpty && found ? onlyEmptyOf(content, found) : content;
		const { values } = trimmed;
		const duplicate = this.duplicateOf(values, lead);
		if (duplicate) return { would: 'fail', content: trimmed, reason: duplicate };
		if (!lead && !DETAILS.some((column) => values.get(column))) {
			return { would: 'fail', content: trimmed, reason: { kind: 'noDetails' } };
		}
		const changes = this.changesOf(values, lead);
		const id = lead && lead[ID_COLUMN] !== null ? String(lead[ID_COLUMN]) : undefined;
		const isChanged = Object.keys(changes).length > 0;
		this.apply(values, lead);
		const would = !lead ? 'create' : isChanged ? 'update' : 'unchanged';
		return { would, id, foundBy: lead && content.searchBy, content: trimmed, changes };
	}

	/** Finds the lead that a row is about. */
	private find({ values, searchBy }: RowToWrite): Found | undefined {
		for (const column of searchBy === undefined ? DEFAULT_SEARCH : [searchBy]) {
			const value = values.get(column);
			const lead = value ? this.known.find(column, value) : undefined;
			if (lead) return { lead, column };
		}
		return undefined;
	}

	private duplicateOf(values: RowToWrite['values'], lead: Lead | undefined): Reason | undefined {
		for (const column of this.uniqueColumns) {
			const value = values.get(column);
			const owner = value ? this.known.find(column, value) : undefined;
			if (!owner || owner === lead) continue;
			const id = owner[ID_COLUMN];
			return { kind: 'duplicate', column, id: id === null ? undefined : String(id) };
		}
		return undefined;
	}

	private changesOf(values: RowToWrite['values'], lead: Lead | undefined) {
		const changes: Record<string, { old: unknown; new: unknown }> = {};
		for (const [name, value] of values) {
			if (name === ID_COLUMN) continue;
			const before = this.convert(name, lead?.[name] ?? null);
			const after = this.convert(name, value);
			if (before !== after) changes[name] = { old: before, new: after };
		}
		return changes;
	}

	private apply(values: RowToWrite['values'], lead: Lead = { [ID_COLUMN]: null }): void {
		for (const [name, value] of values) {
			if (name !== ID_COLUMN) lead[name] = value === '' ? null : value;
		}
		this.known.add(lead, this.searchColumns);
	}
}

/** A lead and the column that it was found by. */
interface Found {
	lead: Lead;
	column: string;
}

/**
 * The part of a row that fills empty columns of its lead. The lead is found by its ID, since another lead may
 * have the same value in a column. One that the run creates has no ID yet, and is found by its own value.
 */
function onlyEmptyOf({ values, searchBy }: RowToWrite, { lead, column }: Found): RowToWrite {
	const id = lead[ID_COLUMN];
	const by = id === null ? column : ID_COLUMN;
	const filled = [...values].filter(([name]) => name !== column && isBlank(lead[name]));
	return {
		values: new Map([[by, String(lead[by])], ...filled]),
		searchBy: id === null ? searchBy : ID_COLUMN,
	};
}

const isBlank = (value: unknown): boolean =>
	value === null || value === undefined || String(value).trim() === '';
