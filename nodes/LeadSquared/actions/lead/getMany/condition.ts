import { MAX_FOUND_PER_PAGE, readMatches, searchLeads, type Condition } from '../../../api/search';
import { readList, type ListOptions, type ReadList } from '../../../fetch/pages';
import type { Client } from '../../../transport/client';
import type { Column } from '../../../api/metadata';
import { toApiMoment } from '../../../api/dates';
import { isDocumented, nameOfUserIn, STANDARD_COLUMNS } from '../../../api/standardColumns';
import { choiceAdvice, findChoice, readUserId, USER_ID_ADVICE } from '../../../columns/choices';
import { ambiguousLabel, didYouMean, labelReader } from '../../../columns/labels';
import { dateAdvice, type Dates, readColumnDate, readMoment } from '../../../input/moments';
import { yesNo } from '../../../input/readers';
import { InvalidInput } from '../../../base/invalidInput';
import { shorten } from '../../../base/text';
import type { Filter } from './parameters';

/**
 * Makes the condition: the column by its schema name, the value in the form that its type needs. A value in
 * another form would silently find nothing.
 *
 * @param metadata the account's columns; if they are empty, only the standard ones have a type
 * @param zone the workflow's, for dates without a zone
 * @throws InvalidInput for a misspelled column, a label that several columns have, and a value that the
 * column cannot have
 */
export function makeCondition(
	{ column: name, operator, value, dateFormat: format }: Filter & { by: 'column' },
	metadata: Column[],
	zone: string,
): Condition {
	const columns = metadata.length > 0 ? metadata : STANDARD_COLUMNS;
	const { names, doubts } = labelReader(columns)([name]);
	const ambiguous = doubts.find(({ isAmbiguous }) => isAmbiguous);
	if (ambiguous) throw ambiguousLabel(ambiguous);
	const column = names[0];
	const known = columns.find(({ schemaName }) => schemaName.toLowerCase() === column.toLowerCase());
	const meant = known || isDocumented(column) ? undefined : didYouMean([name], metadata);
	if (meant) {
		throw new InvalidInput(
			`LeadSquared has no column ${name}`,
			`${meant} Choose the column from the list, or enter its label or schema name.`,
		);
	}
	if (operator === 'LIKE') return { column, operator, value: toPattern(comparedText(value)) };
	const isEquality = operator === '=' || operator === '<>';
	const text = known && isEquality ? equalText(value, known) : undefined;
	return { column, operator, value: text ?? comparedValue(value, known, { zone, format }) };
}

/** Whether a condition asks for one phone number. */
export const isForPhone = ({ column, operator }: Condition, metadata: Column[]): boolean =>
	operator === '=' &&
	(metadata.length > 0 ? metadata : STANDARD_COLUMNS).some(
		({ schemaName, dataType }) => schemaName === column && /^phone$/i.test(dataType),
	);

/**
 * The text for a column that can equal certain values only: the choices of a drop-down, and the IDs of
 * users. Undefined for any other column.
 *
 * @throws InvalidInput for a value that no lead can have
 */
function equalText(value: unknown, column: Column): string | undefined {
	const { schemaName, displayName, choices } = column;
	if (nameOfUserIn(schemaName)) {
		const id = readUserId(comparedText(value));
		if (id === undefined) throw misfit(value, column, USER_ID_ADVICE);
		return id;
	}
	if (!choices || /multi/i.test(column.dataType)) return undefined;
	const text = comparedText(value);
	const choice = findChoice(text, column);
	if (choice !== undefined) return choice;
	throw new InvalidInput(
		`'${displayName}' (${schemaName}) has no value "${shorten(text)}"`,
		`${choiceAdvice(text, choices)} Set 'Operator' to Contains to find leads with a value that is no longer in the list.`,
	);
}

// A value is a part of the text, unless it is a pattern already.
const toPattern = (text: string): string => (/[%_]/.test(text) ? text : `%${text}%`);

/** The text in a pattern that {@link toPattern} made; undefined for any other condition. */
export const searchedText = ({ operator, value }: Condition): string | undefined =>
	operator === 'LIKE' ? /^%([^%_]*)%$/.exec(value)?.[1] : undefined;

function comparedValue(value: unknown, column: Column | undefined, dates: Dates): string {
	switch (column?.dataType.toLowerCase()) {
		case 'boolean': {
			// Filters take 1 and 0, although columns are read and written as true and false (public reports).
			const isTrue = yesNo(column.schemaName).read(value);
			if (isTrue === undefined) throw misfit(value, column, 'Enter true or false.');
			return isTrue ? '1' : '0';
		}
		case 'number': {
			const text = comparedText(value);
			if (!/^[+-]?\d+(\.\d+)?$/.test(text)) {
				throw misfit(value, column, 'Enter a number without separators or units.');
			}
			return text;
		}
		case 'date':
		case 'datetime': {
			const date = readColumnDate(value, column, dates);
			if (date === undefined) throw misfit(value, column, dateAdvice(value, dates.format, column));
			return date;
		}
		default:
			return comparedText(value);
	}
}

function comparedText(value: unknown): string {
	if (typeof value === 'object' && value !== null) {
		const ms = readMoment(value, 'UTC');
		if (ms !== undefined) return toApiMoment(ms);
		throw new InvalidInput(
			"'Value' is a list or an object",
			'Enter text or a number: LeadSquared compares a column with one value. A Split Out node turns a list into items.',
		);
	}
	return String(value).trim();
}

const misfit = (value: unknown, { displayName }: Column, advice: string): InvalidInput =>
	new InvalidInput(
		`'Value' does not fit the column ${displayName}: ${String(value).slice(0, 60)}`,
		advice,
	);

/** Reads the leads that fit a condition. */
export async function readMatching(
	client: Client,
	condition: Condition,
	options: ListOptions,
): Promise<ReadList> {
	const readAll = async (asked: Condition) =>
		await readList(
			client,
			{
				request: searchLeads.bind(undefined, asked),
				read: readMatches,
				pageSize: MAX_FOUND_PER_PAGE,
			},
			options,
		);
	const list = await readAll(condition);
	const text = searchedText(condition);
	const isEmpty = list.leads.length + list.unidentified.length === 0 && !list.failure;
	// It is not documented that LIKE treats % as SQL does: % may be an ordinary character.
	return isEmpty && text ? await readAll({ ...condition, value: text }) : list;
}
