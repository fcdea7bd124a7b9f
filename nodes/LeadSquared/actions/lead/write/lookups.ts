import { idKey } from '../../../api/leadId';
import { ID_COLUMN, isMasked, type Lead, type LeadReader, leadReader } from '../../../api/leads';
import {
	MAX_FOUND_PER_PAGE,
	readMatches,
	searchAny,
	searchByValue,
	searchByValues,
} from '../../../api/search';
import { fetchLeads } from '../../../fetch/byIds';
import { forEachConcurrent } from '../../../fetch/concurrency';
import type { Client } from '../../../transport/client';
import type { Failed } from '../../../transport/outcome';
import { callWithRetry } from '../../../transport/retry';

/** Values to find leads by: those of each column. */
export type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

/** Leads by the values that they are found by. Values that a run changes are taken into account. */
export class KnownLeads {
	/** Columns with values that LeadSquared has masked. Leads are not found by these values. */
	readonly masked = new Set<string>();
	/** Columns that LeadSquared did not return. */
	readonly absent = new Set<string>();
	private readonly leads = new Map<string, Lead>();

	/**
	 * Adds a lead under its values of these columns. If several leads have a value, the first one keeps it. A lead
	 * that is known by its ID stays the same object, which a run may have changed.
	 */
	add(lead: Lead, columns: Iterable<string>): void {
		const id = lead[ID_COLUMN];
		const own = (typeof id === 'string' && this.find(ID_COLUMN, id)) || lead;
		for (const column of [ID_COLUMN, ...columns]) {
			const value = own[column] ?? null;
			if (isMasked(value)) this.masked.add(column);
			if (value === null || this.find(column, String(value))) continue;
			this.leads.set(keyOf(column, value), own);
		}
	}

	find(column: string, value: string): Lead | undefined {
		const key = keyOf(column, value);
		const lead = this.leads.get(key);
		return lead && keyOf(column, lead[column] ?? '') === key ? lead : undefined;
	}
}

const keyOf = (column: string, value: unknown): string =>
	`${column} ${column === ID_COLUMN ? idKey(String(value)) : String(value).trim().toLowerCase()}`;

const MAX_VALUES = 100;

/**
 * Looks up the leads with any of these values. It only reads. It takes one call for as many IDs as LeadSquared
 * returns at once, and one for a hundred other values, or one for each of them if the account does not find
 * several at once.
 *
 * @param columns the columns to read
 * @returns the leads, or the first failure
 * @throws the cancel signal's reason if the execution is canceled
 */
export async function lookUpLeads(
	client: Client,
	wanted: Wanted,
	columns: string[],
): Promise<KnownLeads | Failed> {
	const known = new KnownLeads();
	const read = [...new Set([ID_COLUMN, ...wanted.keys(), ...columns])];
	const add = (leads: Lead[], absentColumns: string[]) => {
		for (const lead of leads) known.add({ ...lead }, wanted.keys());
		if (leads.length > 0) for (const column of absentColumns) known.absent.add(column);
	};
	const ids = [...(wanted.get(ID_COLUMN) ?? [])].map(idKey);
	if (ids.length > 0) {
		const { leads, notFetched, absentColumns } = await fetchLeads(client, {
			asked: [{ item: 0, ids }],
			columns: read,
		});
		for (const reason of notFetched.values()) {
			if (reason.kind !== 'notFound') return reason.failure;
		}
		add([...leads.values()], absentColumns);
	}
	for (const [column, values] of wanted) {
		if (column === ID_COLUMN) continue;
		const reader = leadReader(read, { dropOthers: true });
		const outcome = await findByValues(client, column, [...values], { columns: read, reader });
		if (!Array.isArray(outcome)) return outcome;
		add(outcome, reader.absentColumns);
	}
	return known;
}

/** Finds the leads with one of these values in a column. */
async function findByValues(
	client: Client,
	column: string,
	values: string[],
	{ columns, reader }: { columns: string[]; reader: LeadReader },
): Promise<Lead[] | Failed> {
	const search = async (request: ReturnType<typeof searchAny>) => {
		const outcome = await callWithRetry(client, request, readMatches);
		if (outcome.kind === 'notFound') return [];
		return outcome.kind === 'ok' ? outcome.value.rows.map(reader.read) : outcome;
	};
	const isListable = (value: string) => !/[,'"]/.test(value);
	// It is not documented how several values are listed. If an answer also has the lead with the last value,
	// which is known to exist, LeadSquared has read the whole list.
	const some = values.length > 1 ? await search(searchAny(column, columns)) : [];
	const lead = Array.isArray(some)
		? some.find((each) => each[column] && isListable(String(each[column])))
		: undefined;
	const control = lead && String(lead[column]);
	const listable = control === undefined ? [] : values.filter(isListable);
	const lists = Array.from({ length: Math.ceil(listable.length / MAX_VALUES) }, (_, at) =>
		listable.slice(at * MAX_VALUES, (at + 1) * MAX_VALUES),
	);
	const single = control === undefined ? [...values] : values.filter((value) => !isListable(value));
	const found: Lead[] = [];
	let failure: Failed | undefined;
	let done = 0;
	const report = () => client.report(values, { known: done, all: values.length });
	await forEachConcurrent(lists, client, async (list) => {
		const leads = await search(searchByValues(column, [...list, control!], columns));
		const isWhole =
			Array.isArray(leads) &&
			leads.length < MAX_FOUND_PER_PAGE &&
			leads.some((each) => each[ID_COLUMN] === lead![ID_COLUMN]);
		if (!isWhole) return void single.push(...list);
		found.push(...leads);
		done += list.length;
		report();
	});
	await forEachConcurrent(single, client, async (value) => {
		if (failure) return;
		const leads = await search(searchByValue(column, value, columns));
		if (Array.isArray(leads)) found.push(...leads);
		else failure ??= leads;
		done++;
		report();
	});
	return failure ?? found;
}
