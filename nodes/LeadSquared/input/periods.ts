import { InvalidInput } from '../base/invalidInput';
import { isBlankValue, showValue } from '../base/text';
import { dateAdvice, type Dates, readColumnDate, readMoment } from './moments';
import { onlyOne } from './readers';

const DAY_MS = 86_400_000;

/** The end of the day that begins at a moment, in the workflow's zone, in ms; undefined if none does. */
export function endOfDay(value: unknown, dates: Dates): number | undefined {
	const { zone, format } = dates;
	const day = readColumnDate(value, { isDay: true }, dates);
	if (day === undefined || readMoment(day, zone) !== readMoment(value, zone, format)) {
		return undefined;
	}
	const next = new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
	return readMoment(next, zone);
}

/** Whether a date is written without a time. */
export const hasNoTime = (value: unknown): boolean =>
	typeof value === 'string' && !value.includes(':');

/** A period of time: ms since 1970, whole seconds, both ends included. Without `to` it has no end. */
export interface Period {
	from: number;
	to?: number;
}

/**
 * Reads 'Modified After' and 'Modified Before'.
 *
 * @throws InvalidInput for a value that is not a date, an empty start, and an end before the start
 */
export function readPeriod(after: unknown, before: unknown, dates: Dates): Period {
	if (isBlankValue(after)) {
		throw new InvalidInput(
			"'Modified After' is empty",
			'Enter the start of the period, such as {{ $now.minus({ days: 1 }) }}.',
		);
	}
	// LeadSquared takes whole seconds. Both are cut, so that consecutive runs leave no gap.
	const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;
	const from = wholeSecond(requireMoment('Modified After', after, dates));
	if (isBlankValue(before)) return { from };
	const start = requireMoment('Modified Before', before, dates);
	const end = hasNoTime(onlyOne(before)) ? endOfDay(onlyOne(before), dates) : undefined;
	if (end === undefined ? start < from : end <= from) {
		throw new InvalidInput(
			"'Modified After' is later than 'Modified Before'",
			"Nothing can match. Check both, and the workflow's time zone.",
		);
	}
	return { from, to: wholeSecond(end ?? start) };
}

/**
 * Reads a parameter that may be blank, in ms. @throws InvalidInput for a value that is not a date
 */
export const optionalMoment = (label: string, given: unknown, dates: Dates): number | undefined =>
	isBlankValue(given) ? undefined : requireMoment(label, given, dates);

/** The same for the end of a period: a day without a time ends with its last second. */
export function optionalEnd(label: string, given: unknown, dates: Dates): number | undefined {
	const moment = optionalMoment(label, given, dates);
	const end = hasNoTime(onlyOne(given)) ? endOfDay(onlyOne(given), dates) : undefined;
	return end === undefined ? moment : end - 1000;
}

function requireMoment(label: string, given: unknown, { zone, format }: Dates): number {
	const value = onlyOne(given);
	const ms = readMoment(value, zone, format);
	if (ms !== undefined) return ms;
	throw new InvalidInput(
		`'${label}' is not a date: ${showValue(value)}`,
		`${dateAdvice(value, format, { isDay: false })} Without a time zone, the workflow's time zone is used.`,
	);
}
