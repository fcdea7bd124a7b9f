import { isMasked } from '../../../api/leads';
import type { Column } from '../../../api/metadata';
import { readApiMoment, toApiMoment } from '../../../api/dates';
import type { Condition, Operator } from '../../../api/search';
import { isDocumented, nameOfUserIn, STANDARD_COLUMNS } from '../../../api/standardColumns';
import { choiceAdvice, findChoice } from '../../../columns/choices';
import { readUserId, userById, type UserFinder } from '../../../columns/users';
import { ambiguousLabel, didYouMean, labelReader } from '../../../columns/labels';
import { dateAdvice, type Dates, readColumnDate, readMoment } from '../../../input/moments';
import { endOfDay, hasNoTime } from '../../../input/periods';
import { yesNo } from '../../../input/readers';
import { InvalidInput } from '../../../base/invalidInput';
import { shorten } from '../../../base/text';
import type { Filter } from './parameters';

/** A condition for LeadSquared, with what it takes to find the right leads by it. */
export interface CheckedCondition extends Condition {
	/**
	 * Whether to keep a lead with this value in the column. Absent if LeadSquared finds no others than it
	 * should.
	 */
	keeps?: (value: unknown) => boolean;
	/** The end of the period that a moment has to be in, in ms since 1970. LeadSquared only knows its start. */
	until?: number;
	/** The object type of the leads, if it is not the account's default. */
	leadType?: string;
	/** The text to find within the column. */
	text?: string;
}

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
	findUser: UserFinder = userById('Enter the ID of a user.'),
): CheckedCondition {
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
	if (operator === 'LIKE') return contains(column, comparedText(value));
	const dates = { zone, format };
	if (known && isForMoments(known)) {
		const moment = readMoment(value, zone, format);
		if (moment === undefined) throw misfit(value, known, dateAdvice(value, format, known));
		return compareMoment(column, operator, { value, moment }, dates);
	}
	const isEquality = operator === '=' || operator === '<>';
	const text = known && isEquality ? equalText(value, known, findUser) : undefined;
	return { column, operator, value: text ?? comparedValue(value, known, dates) };
}

/** Whether some filter compares a user by name or email address, so that it needs the account's users. */
export function namesUser(filters: Filter[], metadata: Column[]): boolean {
	const readLabels = labelReader(metadata.length > 0 ? metadata : STANDARD_COLUMNS);
	return filters.some((filter) => {
		if (filter.by !== 'column' || !['=', '<>'].includes(filter.operator)) return false;
		const { column, value } = filter;
		const isText = typeof value === 'string' && value.trim() !== '';
		return (
			isText &&
			readUserId(value.trim()) === undefined &&
			nameOfUserIn(readLabels([column]).names[0]) !== undefined
		);
	});
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
function equalText(value: unknown, column: Column, findUser: UserFinder): string | undefined {
	const { schemaName, displayName, choices } = column;
	if (nameOfUserIn(schemaName)) {
		const user = findUser(comparedText(value));
		if ('id' in user) return user.id;
		throw misfit(value, column, user.advice);
	}
	if (!choices) return undefined;
	const text = comparedText(value);
	const texts = column.isMultiple ? text.split(';') : [text];
	const parts = texts.map((part) => findChoice(part, column));
	if (parts.every((part) => part !== undefined)) return parts.join(';');
	throw new InvalidInput(
		`'${displayName}' (${schemaName}) has no value "${shorten(text)}"`,
		`${choiceAdvice(text, choices)} Set 'Operator' to Contains to find leads with a value that is no longer in the list.`,
	);
}

/** The advice for a search that found nothing, if the searched text is in no value of a drop-down. */
export function unlistedAdvice(
	{ column: name, operator, value, text = value }: CheckedCondition,
	metadata: Column[],
): string | undefined {
	const column = metadata.find(({ schemaName }) => schemaName === name);
	const isSearch = operator === '=' || operator === 'LIKE';
	if (!column?.choices || !isSearch) return undefined;
	const parts = column.isMultiple ? text.split(';') : [text];
	const isListed = (part: string) =>
		column.choices!.some((choice) => choice.toLowerCase().includes(part.toLowerCase()));
	if (parts.every(isListed)) return undefined;
	return `'${column.displayName}' (${name}) has no value "${shorten(text)}". ${choiceAdvice(text, column.choices)}`;
}

// LIKE gives these a meaning of their own, in one database or the other.
const WILDCARDS = /[%_[\]\\^]/;

/** LeadSquared finds any text where the searched one has wildcards, so that leads without it are left out here. */
function contains(column: string, text: string): CheckedCondition {
	const value = `%${text.split(WILDCARDS).join('%')}%`;
	const condition: CheckedCondition = { column, operator: 'LIKE', value, text };
	if (!WILDCARDS.test(text)) return condition;
	const searched = text.toLowerCase();
	return {
		...condition,
		keeps: (own) =>
			isMasked(own) ||
			String(own ?? '')
				.toLowerCase()
				.includes(searched),
	};
}

const isForMoments = ({ dataType, isDay }: Column): boolean =>
	/^date(time)?$/i.test(dataType) && !isDay;

const SECOND_MS = 1000;

/**
 * Compares a column of moments. A day stands for all its moments, in the workflow's zone: they equal it, and
 * what is greater comes after its end. LeadSquared stores parts of a second, so that a moment stands for its
 * second.
 */
function compareMoment(
	column: string,
	operator: Operator,
	{ value, moment }: { value: unknown; moment: number },
	dates: Dates,
): CheckedCondition {
	const start = Math.floor(moment / SECOND_MS) * SECOND_MS;
	const dayEnd = endOfDay(value, dates);
	const end = dayEnd ?? start + SECOND_MS;
	const isIn = (own: unknown): boolean => {
		const ms = readApiMoment(own);
		return ms !== undefined && ms >= start && ms < end;
	};
	const from = toApiMoment(start);
	if (operator === '=') return { column, operator: '>=', value: from, keeps: isIn, until: end };
	if (operator === '<>') return { column, operator, value: from, keeps: (own) => !isIn(own) };
	if (dayEnd !== undefined && hasNoTime(value)) {
		if (operator === '>') return { column, operator: '>=', value: toApiMoment(dayEnd) };
		if (operator === '<=') return { column, operator: '<', value: toApiMoment(dayEnd) };
	}
	return { column, operator, value: from };
}

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
