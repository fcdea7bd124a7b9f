import type { Column } from '../../../api/metadata';
import { IDENTIFIERS, isReadOnly, isWritable, nameOfUserIn } from '../../../api/standardColumns';
import { ID_COLUMN, isMasked } from '../../../api/leads';
import { canonicalId, idKey } from '../../../api/leadId';
import { API_MOMENT } from '../../../api/dates';
import { firstFew, isBlankValue, shorten } from '../../../base/text';
import { InvalidInput } from '../../../base/invalidInput';
import { findLeadIds } from '../../../input/leadIds/findLeadIds';
import { onlyOne } from '../../../input/readers';
import { didYouMean, type Doubt, labelReader } from '../../../columns/labels';
import { readUserId, type UserFinder } from '../../../columns/users';
import type { Row } from '../../../fetch/writes';
import { type Mapping, SECOND_MATCH, type WriteKind, type WriteRequest } from './parameters';
import { columnLabel, doesNotAccept, formatValue, isEmptyValue } from '../../values';

/** A row before it is known which others may be the same lead. */
export type UnorderedRow = Omit<Row, 'keys'>;

/** Makes rows from input items. */
export interface RowMaker {
	/** Whether a value may be the name or the email address of a user. */
	needsUsers(requests: readonly WriteRequest[]): boolean;
	/**
	 * @param findUser finds the account's users, if they are needed
	 * @throws InvalidInput for values that cannot be written
	 */
	row(request: WriteRequest, findUser?: UserFinder): UnorderedRow;
	readonly ignored: Ignored;
	readonly readings: Readings;
	/** Whether a column holds phone numbers. */
	isPhone(column: string): boolean;
}

/** Fields that are not written, if columns are mapped automatically. */
export interface Ignored {
	/** They are not named after a column. */
	unknown: Set<string>;
	/** LeadSquared sets the column. */
	readOnly: Set<string>;
	/** Another field of the same item, which is used, is named after the same column. */
	twice: Set<string>;
}

/** Values that were read as something else than they look like. */
export interface Readings {
	/** Words for nothing, such as `#N/A`: their number, and some of them. */
	noValue: Reading;
	/** Values that LeadSquared has masked, which are not written. */
	masked: Reading;
	/** Times without a zone that were read in UTC, because LeadSquared writes times so. */
	utc: Reading;
}

export interface Reading {
	count: number;
	examples: Set<string>;
}

const MAX_EXAMPLES = 3;

const newReadings = (): Readings => {
	const none = () => ({ count: 0, examples: new Set<string>() });
	return { noValue: none(), masked: none(), utc: none() };
};

function note(reading: Reading, value: unknown): void {
	reading.count++;
	if (reading.examples.size < MAX_EXAMPLES) reading.examples.add(shorten(String(value).trim()));
}

/** The number that n8n adds to each row of a Google sheet. It is never meant for LeadSquared. */
const ROW_NUMBER = 'row_number';

/**
 * @param fields the account's columns
 * @param zone the workflow's
 */
export function rowMaker(
	{ isAutomatic, match }: Mapping,
	fields: readonly Column[],
	zone: string,
	kind: WriteKind = 'upsert',
): RowMaker {
	const ignored: Ignored = { unknown: new Set(), readOnly: new Set(), twice: new Set() };
	const readings = newReadings();
	const byName = new Map(fields.map((field) => [field.schemaName.toLowerCase(), field]));
	const readLabels = labelReader(fields);
	const labelOf = (column: string) => columnLabel(column, byName.get(column.toLowerCase()));
	const columns = new Map<string, string | undefined>();
	const ambiguous = new Map<string, Doubt>();
	/** The schema name of a column by its schema name or label; undefined if there is none. */
	const findColumn = (name: string): string | undefined => {
		if (!columns.has(name)) columns.set(name, findSchemaName(name));
		return columns.get(name);
	};
	const findSchemaName = (name: string): string | undefined => {
		const known = byName.get(name.toLowerCase())?.schemaName;
		if (known !== undefined) return known;
		const { names, doubts } = readLabels([name]);
		const [doubt] = doubts;
		if (doubt?.isAmbiguous) ambiguous.set(name, doubt);
		return doubt ? undefined : byName.get(names[0].toLowerCase())?.schemaName;
	};
	const matchColumn = match === undefined ? undefined : (findColumn(match) ?? match);
	const matchFault =
		matchColumn && unfitToMatch(matchColumn, byName.get(matchColumn.toLowerCase()));
	const secondColumnOf = (name: string): string | undefined => {
		if (name.trim() === '' || matchColumn === undefined) return undefined;
		const column = findColumn(name.trim()) ?? name.trim();
		const doubt = ambiguous.get(name.trim());
		if (doubt) throw ambiguousField(doubt);
		const fault = unfitToMatch(column, byName.get(column.toLowerCase()), SECOND_MATCH);
		if (fault) throw fault;
		return column === matchColumn || column === ID_COLUMN ? undefined : column;
	};

	const namesUser = ([name, value]: [string, unknown]) =>
		nameOfUserIn(findColumn(name) ?? '') !== undefined &&
		!isBlankValue(onlyOne(value)) &&
		readUserId(String(onlyOne(value)).trim()) === undefined;

	const row = (
		{ item, values, fields: given, options }: WriteRequest,
		findUser?: UserFinder,
	): UnorderedRow => {
		if (matchFault) throw matchFault;
		const secondColumn = secondColumnOf(options.secondMatch);
		const identifies = (column: string) =>
			[matchColumn, secondColumn, ...IDENTIFIERS].includes(column);
		const written = new Map<string, string>();
		const usedFor = new Map<string, string>();
		const dates = { format: options.dateFormat, zone };
		// Schema names come first, because they are more certain than labels.
		const isSchemaName = (name: string) => byName.has(name.toLowerCase());
		const entries = Object.entries(values);
		const inOrder = [
			...entries.filter(([name]) => isSchemaName(name)),
			...entries.filter(([name]) => !isSchemaName(name)),
		];
		for (const [name, value] of inOrder) {
			const column = findColumn(name);
			if (column === undefined) {
				const doubt = ambiguous.get(name);
				if (!isEmptyValue(value)) {
					// Otherwise the value would be lost, because no one sees the hint of a scheduled run.
					if (doubt) throw ambiguousField(doubt);
					if (!isAutomatic) throw unknownColumn(name, fields);
				}
				if (!doubt && name !== ROW_NUMBER) ignored.unknown.add(name);
				continue;
			}
			const field = byName.get(column.toLowerCase());
			const isSet = field ? !isWritable(field) : isReadOnly(column);
			// LeadSquared chooses the ID of a lead that it creates.
			if (isSet || (column === ID_COLUMN && matchColumn === undefined)) {
				if (!isAutomatic && !isEmptyValue(value)) throw readOnlyColumn(labelOf(column));
				ignored.readOnly.add(name);
				continue;
			}
			const used = usedFor.get(column);
			if (used !== undefined) {
				if (!isEmptyValue(value, field)) ignored.twice.add(`${name} (${used} is used)`);
				continue;
			}
			const single = onlyOne(value);
			if (isMasked(single)) {
				if (column === matchColumn) throw doesNotAccept(labelOf(column), single, MASKED_MATCH);
				note(readings.masked, single);
				continue;
			}
			// Otherwise all rows with N/A in a column that leads are found by would be the same lead.
			if (isEmptyValue(value, field) || (identifies(column) && isBlankValue(single))) {
				const isWord = ['string', 'number'].includes(typeof single) && String(single).trim() !== '';
				if (isWord) note(readings.noValue, single);
				const isCleared = ![matchColumn, ID_COLUMN].includes(column);
				const clears = options.emptyValues === 'clear' && isCleared;
				if (clears && !written.has(column)) written.set(column, '');
				continue;
			}
			if (isDate(field) && isApiMoment(single)) note(readings.utc, single);
			const text =
				column === ID_COLUMN ? readId(value) : formatValue(value, column, field, dates, findUser);
			if (text === undefined) throw notAnId(labelOf(column), value);
			written.set(column, text);
			usedFor.set(column, name);
		}
		const triggersAutomations = options.triggerAutomations;
		if (matchColumn === undefined) {
			if (written.size === 0) throw NOTHING_TO_WRITE;
			return { item, values: written, triggersAutomations };
		}
		// A row that says which lead it is must not create another one.
		const searchBy = [ID_COLUMN, matchColumn, secondColumn].find(
			(column) => column !== undefined && written.has(column),
		);
		if (searchBy === undefined && (kind === 'update' || options.withoutMatch === 'error')) {
			throw noMatchValue(labelOf(matchColumn), given, kind);
		}
		if (written.size === 0) throw NOTHING_TO_WRITE;
		const made = { item, values: written, searchBy, triggersAutomations };
		if (searchBy !== matchColumn || !secondColumn || !written.has(secondColumn)) return made;
		const others = new Map(written);
		if (!options.overwriteFirstMatch) others.delete(matchColumn);
		return { ...made, second: { values: others, searchBy: secondColumn } };
	};
	const isPhone = (column: string) =>
		/^phone$/i.test(byName.get(column.toLowerCase())?.dataType ?? '');
	const needsUsers = (requests: readonly WriteRequest[]) =>
		requests.some(({ values }) => Object.entries(values).some(namesUser));
	return { needsUsers, row, ignored, readings, isPhone };
}

const isDate = (field?: Column): boolean => /^(date|datetime)$/i.test(field?.dataType ?? '');

const isApiMoment = (value: unknown): boolean =>
	typeof value === 'string' && API_MOMENT.test(value.trim());

/** Reads the lead ID in a value: alone, in braces, or in the address of a lead. */
function readId(value: unknown): string | undefined {
	const { ids } = findLeadIds(value);
	return ids.length === 1 ? canonicalId(ids[0]) : undefined;
}

/**
 * Adds to each row the keys that it shares with rows that may be the same lead. Two rows can be the same lead
 * only by a column that one of them is found by: rows with their own address and the number of one switchboard
 * are different leads.
 */
export function withKeys(rows: readonly UnorderedRow[]): Row[] {
	const found = new Set(
		rows.flatMap(({ searchBy, second }) =>
			[searchBy ?? IDENTIFIERS, second?.searchBy ?? []].flat(),
		),
	);
	return rows.map((row) => ({
		...row,
		keys: [...found].flatMap((column) => {
			const value = row.values.get(column);
			return value ? [leadKey(column, value)] : [];
		}),
	}));
}

function leadKey(column: string, value: string): string {
	// The same number may be in either column, in many spellings.
	if (column === 'Phone' || column === 'Mobile') {
		return `number ${value.replace(/\D/g, '').slice(-10) || value}`;
	}
	return `${column} ${column === 'ProspectID' ? idKey(value) : value.trim().toLowerCase()}`;
}

const MASKED_MATCH =
	"LeadSquared has masked this value, because its user may not see it. Choose another 'Column to Match On', or read the leads with the keys of a user who may see it.";

const NOTHING_TO_WRITE = new InvalidInput(
	'There is nothing to write',
	"Choose the columns to write in 'Values to Send', or map them automatically from input fields that are named after columns.",
);

const noMatchValue = (label: string, fields: string[], kind: WriteKind): InvalidInput =>
	new InvalidInput(
		`The match column ${label} has no value`,
		`Enter one, ${kind === 'update' ? "or choose another 'Column to Match On'" : "choose another 'Column to Match On', or set the option 'Without a Match Value' to Create, which can create a duplicate"}. The item has ${fields.length > 0 ? `the fields ${firstFew(fields, ', ', 10)}` : 'no fields'}.`,
	);

/** The error if leads cannot be found by the column to match on. */
function unfitToMatch(
	column: string,
	field: Column | undefined,
	parameter = 'Column to Match On',
): InvalidInput | undefined {
	if (IDENTIFIERS.includes(column) || field?.isUnique) return undefined;
	const label = columnLabel(column, field);
	const [message, why] = field
		? [`Leads cannot be matched on ${label}`, 'Several leads can have the same value in it.']
		: [
				`LeadSquared has no column ${label} to match on`,
				'It was deleted, or your keys cannot see it.',
			];
	return new InvalidInput(
		message,
		`${why} Choose another '${parameter}': the email address, a phone number, the lead ID, or a column with unique values.`,
	);
}

const notAnId = (label: string, value: unknown): InvalidInput =>
	doesNotAccept(
		label,
		value,
		"Enter one lead ID, such as 0acb9356-bcd1-4128-b63a-97f52cb8cc3c, or leave it empty and choose another 'Column to Match On'.",
	);

const ambiguousField = ({ name, couldBe }: Doubt): InvalidInput =>
	new InvalidInput(
		`Several columns have the label ${name}`,
		`Choose the right one: rename the field to ${couldBe.map(({ schemaName }) => schemaName).join(' or ')}.`,
	);

const readOnlyColumn = (label: string): InvalidInput =>
	new InvalidInput(
		`${label} is read-only`,
		"LeadSquared sets it. Remove it from 'Values to Send'.",
	);

function unknownColumn(name: string, fields: readonly Column[]): InvalidInput {
	const meant = didYouMean([name], fields);
	return new InvalidInput(
		`LeadSquared has no column ${name} to write`,
		`${meant ? `${meant} ` : ''}Remove it from 'Values to Send', or refresh the list of columns there.`,
	);
}
