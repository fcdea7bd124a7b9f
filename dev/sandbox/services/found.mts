import { isNth } from '../account.mts';
import type { Account } from '../account.mts';
import { errorAnswer, grouped } from '../answers.mts';
import type { Answer } from '../answers.mts';
import type { Faults } from '../faults.mts';
import { COLUMNS, isDay, LEAD_TYPE, LEAD_TYPES } from '../metadata.mts';
import { DOCUMENTED } from '../population.mts';
import { draw, shuffled } from '../random.mts';
import { isId, knownColumn } from '../rows.mts';
import type { Paging } from './request.mts';

/** The leads that searches may find, by index. */
export function existingLeads({ changes, population, faults }: Account): number[] {
	const { existEvery, mergedEvery, mergedIds, documentedLeads } = faults;
	const all: number[] = [];
	// The bare leads of the API page have not enough to be found by.
	for (let index = documentedLeads ? 0 : -DOCUMENTED.length; index < population.size; index++) {
		if (index >= 0 && existEvery !== null && !isNth(index, existEvery)) continue;
		if (changes.isHidden(index) || isNth(index, mergedEvery)) continue;
		if (mergedIds.length > 0 && mergedIds.includes(population.idAt(index))) continue;
		all.push(index);
	}
	return all;
}

/** The leads of one object type, where the account has types. */
export function ofType(leads: number[], type: string, { changes, faults }: Account): number[] {
	if (faults.secondTypeEvery === null) return leads;
	const types = changes.values(LEAD_TYPE, faults)!;
	return leads.filter((index) => types(index) === JSON.stringify(type));
}

/** The object type that the body of a call asks for. */
export function readType(json: unknown): string {
	const { Attribute, Value } = Object(json) as Record<string, unknown>;
	return Attribute === LEAD_TYPE ? String(Value) : LEAD_TYPES[0];
}

// ---- Values, to compare

const TYPES = new Map(
	COLUMNS.map((column) => [column.schemaName, isDay(column) ? 'Date' : column.dataType]),
);

export type Kind = 'number' | 'date' | 'boolean' | 'text';

export function kindOf(schemaName: string): Kind {
	switch (TYPES.get(schemaName)) {
		case 'Number':
			return 'number';
		case 'Date':
		case 'DateTime':
			return 'date';
		case 'Boolean':
			return 'boolean';
		default:
			return 'text';
	}
}

/** UTC ms of `YYYY-MM-DD`, perhaps with `HH:MM:SS`; undefined if it is not such a date. */
export function readDate(text: string, { requestZoneMinutes }: Faults): number | undefined {
	const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.\d{1,3})?)?$/.exec(text.trim());
	if (!match) return undefined;
	const ms = Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`);
	return Number.isNaN(ms) ? undefined : ms - requestZoneMinutes * 60_000;
}

const MOMENTS = ['CreatedOn', 'ModifiedOn', 'LeadLastModifiedOn'] as const;

/** A value as it is compared: null, a number (dates are ms), or text in lower case. */
export function comparable(
	schemaName: string,
	{ changes, faults, population }: Account,
): (index: number) => number | string | null {
	const moment = MOMENTS.find((name) => name === schemaName);
	if (moment) return (index) => changes.moment(moment, index, faults);
	if (schemaName === 'ProspectAutoId') return (index) => index + 1001;
	if (isId(schemaName)) return (index) => population.idAt(index);
	const kind = kindOf(schemaName);
	const values = changes.values(schemaName, faults)!;
	return (index) => {
		const value = JSON.parse(values(index)) as string | null;
		if (value === null) return null;
		if (kind === 'number' || kind === 'boolean') return Number(value);
		return kind === 'date' ? Date.parse(`${value.replace(' ', 'T')}Z`) : value.toLowerCase();
	};
}

// ---- Order and pages

export interface Sorting {
	column: string;
	descending: boolean;
}

/** Reads `Sorting` from a body; returns an Answer if leads cannot be sorted that way. */
export function readSorting(sorting: unknown, faults: Faults): Sorting | undefined | Answer {
	const { ColumnName, Direction } = Object(sorting ?? {}) as Record<string, unknown>;
	if (typeof ColumnName !== 'string' || ColumnName === '') return undefined;
	const column = isId(ColumnName) ? 'ProspectID' : knownColumn(ColumnName, faults);
	return column === undefined
		? unknownColumn(ColumnName, 'order clause')
		: { column, descending: String(Direction) === '1' };
}

export function unknownColumn(name: string, clause: string): Answer {
	const message = `Unknown column '${name}' in '${clause}'`;
	return errorAnswer(500, 'MXEntityDetailsNotFoundException', message);
}

/** Sorts leads; `key` identifies the leads, so that they are sorted only once. */
export function sorted(
	found: number[],
	sorting: Sorting | undefined,
	key: string,
	account: Account,
): number[] {
	const { faults, seed, call } = account;
	if (!sorting || faults.sorting === 'ignored') {
		switch (faults.order) {
			case 'shuffled':
				return shuffled(found, draw(seed ^ 0x0f, call));
			case 'reversed':
				return [...found].reverse();
			default:
				return found;
		}
	}
	const sort = () => {
		const value = comparable(sorting.column, account);
		const keyed = found.map((index) => ({ index, value: value(index) }));
		const tie =
			faults.ties === 'stable'
				? (a: number, b: number) => a - b
				: (a: number, b: number) => draw(seed ^ call, a) - draw(seed ^ call, b);
		keyed.sort((a, b) => {
			const order = compare(a.value, b.value);
			if (order !== 0) return sorting.descending ? -order : order;
			return tie(a.index, b.index);
		});
		return keyed.map(({ index }) => index);
	};
	if (faults.ties === 'unstable') return sort();
	return account.remembered(`${key} by ${JSON.stringify(sorting)}`, sort);
}

/** Null comes first, as in SQL. */
export function compare(a: number | string | null, b: number | string | null): number {
	if (a === b) return 0;
	if (a === null) return -1;
	if (b === null) return 1;
	return a < b ? -1 : 1;
}

/** The cap of a call, and what it is above it. */
export interface Cap {
	rows: number;
	style: 'error' | 'silent';
}

export function refusePageSize(
	{ pageSize }: Paging,
	{ rows, style }: Cap,
	faults: Faults,
): Answer | undefined {
	if (style === 'silent' || pageSize <= rows) return undefined;
	const message = `Page size can not be larger than ${grouped(rows, faults)}.`;
	return errorAnswer(500, 'MXMandatoryFieldMissingException', message);
}

export function pageOf<T>(list: T[], { pageIndex, pageSize }: Paging, { rows }: Cap): T[] {
	const size = Math.min(pageSize, rows);
	return list.slice((pageIndex - 1) * size, pageIndex * size);
}

/** The counts of an answer: past the end the count is 0. */
export function countsOf(list: number[], page: number[], { population }: Account) {
	const total = page.length === 0 ? 0 : list.length;
	return { total, page: page.length, asked: total, account: population.size };
}
