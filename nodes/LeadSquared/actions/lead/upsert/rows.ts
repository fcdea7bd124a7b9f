import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Column } from '../../../api/metadata';
import {
	DEFAULT_MATCH,
	IDENTIFIERS,
	isReadOnly,
	isWritable,
	nameOfUserIn,
} from '../../../api/standardColumns';
import { ID_COLUMN, isMasked } from '../../../api/leads';
import { canonicalId, idKey } from '../../../api/leadId';
import { firstFew, isBlankValue, shorten, showValue } from '../../../base/text';
import { API_MOMENT } from '../../../api/dates';
import { type DateFormat, dateFormatReader } from '../../../input/moments';
import {
	itemParameter,
	maxWaitReader,
	oneOf,
	onlyOne,
	readOptions,
	yesNo,
} from '../../../input/readers';
import { didYouMean, type Doubt, labelReader } from '../../../columns/labels';
import { readUserId, type UserFinder } from '../../../columns/users';
import { parseObject } from '../../../input/looseJson';
import { findLeadIds } from '../../../input/leadIds/findLeadIds';
import { InvalidInput } from '../../../base/invalidInput';
import { columnLabel, doesNotAccept, formatValue, isEmptyValue } from './values';
import type { Row } from '../../../fetch/writes';
import { WRITE_OPTIONS } from '../../properties';

/** The options of Create or Update. */
interface UpsertOptions {
	dateFormat: DateFormat;
	emptyValues: 'keep' | 'clear';
	triggerAutomations: boolean;
	withoutMatch: 'error' | 'create';
	maxWaitSeconds: number;
}

const READERS = {
	...WRITE_OPTIONS,
	dateFormat: dateFormatReader,
	emptyValues: oneOf<UpsertOptions['emptyValues']>(
		'Empty Values',
		{ keep: 'Keep', clear: 'Clear' },
		'keep',
	),
	triggerAutomations: yesNo('Trigger Automations'),
	withoutMatch: oneOf<UpsertOptions['withoutMatch']>(
		'Without a Match Value',
		{ error: 'Throw Error', create: 'Create' },
		'error',
	),
	maxWaitSeconds: maxWaitReader,
};

/** The unread values of one input item, by column as it names them. */
export interface UpsertRequest {
	item: number;
	values: IDataObject;
	/** The names of the item's fields. */
	fields: string[];
	options: UpsertOptions;
	/** The reason why this item cannot be used. */
	fault?: Error;
}

/** The settings of the mapper, which are the same for all input items. */
export interface Mapping {
	isAutomatic: boolean;
	/** The column that leads are found by. */
	match: string;
}

/** @throws InvalidInput if an expression returns something else */
export function readMapping(context: IExecuteFunctions): Mapping {
	const mappingMode = readPart(context, 'mappingMode');
	const [match] = [readPart(context, 'matchingColumns')].flat();
	const isAutomatic = mappingMode === 'autoMapInputData';
	if (!isAutomatic && mappingMode !== null && mappingMode !== 'defineBelow') {
		throw new InvalidInput(
			`'Fields' has no mapping mode ${showValue(mappingMode)}`,
			'Let the expression return defineBelow or autoMapInputData.',
		);
	}
	return {
		isAutomatic,
		match: typeof match === 'string' && match.trim() !== '' ? match.trim() : DEFAULT_MATCH,
	};
}

/** Reads the parameters of every input item. It makes no call. An item that cannot be used has a `fault`. */
export function readRequests(
	context: IExecuteFunctions,
	{ isAutomatic }: Mapping,
): UpsertRequest[] {
	const optionsAt = itemParameter(context, 'options', (value) => readOptions(value, READERS));
	const items = context.getInputData();
	const valuesAt = isAutomatic ? (item: number) => items[item].json : mappedValues(context);
	return items.map(({ json }, item) => {
		const fields = Object.keys(json);
		try {
			return { item, fields, options: optionsAt(item), values: valuesAt(item) };
		} catch (error) {
			const options = readOptions({}, READERS);
			return { item, fields, options, values: {}, fault: error as Error };
		}
	});
}

/**
 * Reads a part of the mapper, which may be an expression, without n8n's own conversion. That turns a blank
 * number into 0, and reads times without a zone in the zone of the workflow that ran before. n8n does not
 * evaluate a mapper that is one expression as a whole.
 */
function readPart(
	context: IExecuteFunctions,
	part: 'mappingMode' | 'matchingColumns' | 'value' | 'schema',
	item = 0,
): unknown {
	const { fields } = context.getNode().parameters;
	if (typeof fields === 'string') {
		const mapper = asObject(context.evaluateExpression(fields, item));
		if (typeof mapper !== 'object' || mapper === null) throw notAMapper(mapper);
		return (mapper as Record<string, unknown>)[part] ?? null;
	}
	return asObject(context.getNodeParameter(`fields.${part}`, item, null, { skipValidation: true }));
}

const asObject = (value: unknown): unknown =>
	typeof value === 'string' ? (parseObject(value) ?? value) : value;

/** Reads the values that are mapped by hand. n8n keeps fields that the user has removed, some with a value. */
function mappedValues(context: IExecuteFunctions): (item: number) => IDataObject {
	const schema = readPart(context, 'schema');
	const fields = Array.isArray(schema)
		? (schema as Array<{ id?: unknown; removed?: unknown }>)
		: [];
	const removed = new Set(fields.filter((field) => field?.removed === true).map(({ id }) => id));
	return (item) => {
		const value = readPart(context, 'value', item);
		if (typeof value === 'string') throw notValues(value);
		const values = Object(value ?? {}) as IDataObject;
		return Object.fromEntries(Object.entries(values).filter(([name]) => !removed.has(name)));
	};
}

const notAMapper = (value: unknown): InvalidInput =>
	new InvalidInput(
		`'Fields' is an expression that returns no mapper: ${showValue(value)}`,
		'Let it return an object such as { mappingMode: "autoMapInputData", matchingColumns: ["EmailAddress"] }.',
	);

const notValues = (value: string): InvalidInput =>
	new InvalidInput(
		`'Fields' has no values: ${showValue(value)}`,
		'Let the expression return an object with columns and values, such as { "FirstName": "Ann" }.',
	);

/** A row before it is known which others may be the same lead. */
export type UnorderedRow = Omit<Row, 'keys'>;

/** Makes rows from input items. */
export interface RowMaker {
	/** Whether a value may be the name or the email address of a user. */
	needsUsers(requests: readonly UpsertRequest[]): boolean;
	/**
	 * @param findUser finds the account's users, if they are needed
	 * @throws InvalidInput for values that cannot be written
	 */
	row(request: UpsertRequest, findUser?: UserFinder): UnorderedRow;
	readonly ignored: Ignored;
	readonly readings: Readings;
	/** The column to match on, if it holds phone numbers. */
	readonly phoneColumn?: string;
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
	const matchColumn = findColumn(match) ?? match;
	const matchFault = unfitToMatch(matchColumn, byName.get(matchColumn.toLowerCase()));
	const identifies = (column: string) => column === matchColumn || IDENTIFIERS.includes(column);

	const namesUser = ([name, value]: [string, unknown]) =>
		nameOfUserIn(findColumn(name) ?? '') !== undefined &&
		!isBlankValue(onlyOne(value)) &&
		readUserId(String(onlyOne(value)).trim()) === undefined;

	const row = (
		{ item, values, fields: given, options }: UpsertRequest,
		findUser?: UserFinder,
	): UnorderedRow => {
		if (matchFault) throw matchFault;
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
			if (field ? !isWritable(field) : isReadOnly(column)) {
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
		// A row that says which lead it is must not create another one.
		const searchBy = [ID_COLUMN, matchColumn].find((column) => written.has(column));
		if (searchBy === undefined && options.withoutMatch === 'error') {
			throw noMatchValue(labelOf(matchColumn), given);
		}
		if (written.size === 0) throw NOTHING_TO_WRITE;
		const triggersAutomations = options.triggerAutomations;
		return { item, values: written, searchBy, triggersAutomations };
	};
	const isPhone = /^phone$/i.test(byName.get(matchColumn.toLowerCase())?.dataType ?? '');
	const needsUsers = (requests: readonly UpsertRequest[]) =>
		requests.some(({ values }) => Object.entries(values).some(namesUser));
	return { needsUsers, row, ignored, readings, phoneColumn: isPhone ? matchColumn : undefined };
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
	const found = new Set(rows.flatMap(({ searchBy }) => searchBy ?? IDENTIFIERS));
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

const noMatchValue = (label: string, fields: string[]): InvalidInput =>
	new InvalidInput(
		`The match column ${label} has no value`,
		`Enter one, choose another 'Column to Match On', or set the option 'Without a Match Value' to Create, which can create a duplicate. The item has ${fields.length > 0 ? `the fields ${firstFew(fields, ', ', 10)}` : 'no fields'}.`,
	);

/** The error if leads cannot be found by the column to match on. */
function unfitToMatch(column: string, field: Column | undefined): InvalidInput | undefined {
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
		`${why} Choose another 'Column to Match On': the email address, a phone number, the lead ID, or a column with unique values.`,
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
