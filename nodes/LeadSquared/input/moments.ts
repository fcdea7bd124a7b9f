import type { INodeProperties } from 'n8n-workflow';
import { API_MOMENT, toApiMoment } from '../api/dates';
import { withoutInvisible } from '../base/text';
import { oneOf } from './readers';

/** The order of day and month in a date. ISO dates are read with every format. */
export type DateFormat = 'iso' | 'dmy' | 'mdy';

const FORMAT_NAMES: Record<DateFormat, string> = {
	dmy: 'DD/MM/YYYY',
	iso: 'ISO (YYYY-MM-DD)',
	mdy: 'MM/DD/YYYY',
};

/** The option 'Date Format', wherever an operation reads dates. */
export const DATE_FORMAT_OPTION: INodeProperties = {
	displayName: 'Date Format',
	name: 'dateFormat',
	type: 'options',
	default: 'iso',
	description:
		'How dates in your data are written. ISO dates, such as 1990-12-31, are read with every format.',
	options: [
		{
			name: FORMAT_NAMES.dmy,
			value: 'dmy',
			description: 'Day first: 31/12/1990, 31.12.1990 14:30',
		},
		{ name: FORMAT_NAMES.iso, value: 'iso', description: 'Year first: 1990-12-31' },
		{
			name: FORMAT_NAMES.mdy,
			value: 'mdy',
			description: 'Month first: 12/31/1990, 12-31-1990 2:30 PM',
		},
	],
};

export const dateFormatReader = oneOf<DateFormat>(
	DATE_FORMAT_OPTION.displayName,
	FORMAT_NAMES,
	'iso',
);

const ISO =
	/^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
// `31/12/1990`, `31-12-1990 14:30`, `31.12.1990, 2:30:15 pm`
const DAY_AND_MONTH =
	/^(\d\d?)([/.-])(\d\d?)\2(\d{4})(?:,?\s+(\d\d?):(\d\d)(?::(\d\d))?(?:\s*([ap])\.?m\.?)?)?$/i;
const TWO_DIGIT_YEAR = /^\s*\d\d?([/.-])\d\d?\1\d\d(?!\d)/;
// The number of a day in Excel and other sheets, from 1927 to 2173. The fraction is the time.
const SHEET_DAY = /^[1-9]\d{4}(\.\d+)?$/;
const SHEET_DAY_OF_1970 = 25_569;
const DAY = /^\d{4}-\d\d-\d\d/;
const DAY_MS = 86_400_000;
// 2001 in seconds, and 1973 in ms: numbers between them are seconds.
const MIN_SECONDS = 1e9;
const MIN_MS = 1e11;
// LeadSquared's form has four digits for the year.
const FIRST_YEAR = Date.parse('0001-01-01');
const END = Date.parse('+010000-01-01');

/**
 * Reads a moment in any form that workflows contain: a `DateTime` of n8n's expressions, a `Date`, a
 * number of seconds or ms since 1970, a sheet's number of a day, ISO 8601. A time without a zone is in the
 * workflow's zone, except in LeadSquared's own form, `2018-03-06 06:55:46.000`, which is UTC.
 *
 * @param zone the workflow's, such as `Asia/Kolkata`
 * @param format of dates that do not begin with the year
 * @returns ms since 1970; undefined if it is not a moment, or not within the years 1 to 9999
 */
export function readMoment(
	value: unknown,
	zone: string,
	format: DateFormat = 'iso',
): number | undefined {
	const ms = anyMoment(value, zone, format);
	return ms !== undefined && ms >= FIRST_YEAR && ms < END ? ms : undefined;
}

function anyMoment(value: unknown, zone: string, format: DateFormat): number | undefined {
	if (typeof value === 'object' && value !== null) {
		if (!(value instanceof Date) && !('toMillis' in value)) return undefined;
		const ms: unknown = typeof value.valueOf === 'function' ? value.valueOf() : undefined;
		return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined;
	}
	if (typeof value !== 'number' && typeof value !== 'string') return undefined;
	const text = asIso(value, format);
	if (/^-?\d{10,}(\.\d+)?$/.test(text)) {
		const number = Number(text);
		if (Math.abs(number) >= MIN_MS) return Math.floor(number);
		return Math.abs(number) >= MIN_SECONDS ? number * 1000 : undefined;
	}
	const parts = ISO.exec(text);
	if (!parts) return undefined;
	const [year, month, day, hour = 0, minute = 0, second = 0] = parts
		.slice(1, 7)
		.map((part) => (part === undefined ? undefined : Number(part)));
	const fraction = Number(`0.${parts[7] ?? '0'}`) * 1000;
	const wall = Date.UTC(year!, month! - 1, day, hour, minute, second) + Math.floor(fraction);
	const date = new Date(wall);
	// A year before 100 would be one of the 20th century.
	const isDay =
		date.getUTCDate() === day &&
		date.getUTCMonth() === month! - 1 &&
		date.getUTCFullYear() === year;
	if (!isDay || hour > 24 || minute > 59 || second > 59) return undefined;
	const offset = parts[8] ?? (API_MOMENT.test(text) ? 'Z' : undefined);
	return offset === undefined ? inZone(wall, zone) : wall - offsetMs(offset);
}

/**
 * Reads a day, such as `2026-05-01`: as it is written, in the zone of a `DateTime` of n8n's expressions, and
 * for a moment in UTC in the workflow's zone. Midnight in UTC stands for its day, as programs write days.
 *
 * @returns undefined if it is not a day or a moment, or its year has more than four digits
 */
function readDay(value: unknown, zone: string, format: DateFormat): string | undefined {
	const ms = readMoment(value, zone, format);
	if (ms === undefined) return undefined;
	// n8n turns dates into such text when it stores them, so both must be the same day.
	const text =
		typeof value === 'object' ? (isoText(value) ?? '') : asIso(value as string | number, format);
	const isWritten = DAY.test(text) && !isUtc(text);
	const day = isWritten ? text : dayIn(ms, ms % DAY_MS === 0 ? 'UTC' : zone);
	return DAY.exec(day)?.[0];
}

// A `Date` becomes such a text in JSON.
const isUtc = (text: string): boolean => /z$/i.test(text) || API_MOMENT.test(text);

/** The reading of dates: their format, and the workflow's zone for times without one. */
export interface Dates {
	format: DateFormat;
	zone: string;
}

/** Reads a value for a column of days or of moments, in the form that LeadSquared takes; undefined if it is neither. */
export function readColumnDate(
	value: unknown,
	{ isDay }: { isDay: boolean },
	{ format, zone }: Dates,
): string | undefined {
	if (isDay) return readDay(value, zone, format);
	const ms = readMoment(value, zone, format);
	return ms === undefined ? undefined : toApiMoment(ms);
}

/** Formats one of n8n's dates; returns undefined if it is invalid, or not a date. */
export function isoText(value: unknown): string | undefined {
	const { toISO } = Object(value) as { toISO?: unknown };
	const text: unknown = typeof toISO === 'function' ? toISO.call(value) : undefined;
	return typeof text === 'string' ? text : undefined;
}

/** The advice for a value that is not a date in this format. */
export function dateAdvice(
	value: unknown,
	format: DateFormat,
	{ isDay }: { isDay: boolean },
): string {
	const fitting = (['dmy', 'mdy'] as const).filter(
		(each) => each !== format && readMoment(value, 'UTC', each) !== undefined,
	);
	if (fitting.length > 0) {
		const names = fitting.map((each) => FORMAT_NAMES[each]).join(' or ');
		return `Set the option 'Date Format' to ${names}, or enter dates such as 1990-12-31.`;
	}
	if (typeof value === 'string' && TWO_DIGIT_YEAR.test(value)) {
		return 'Enter the year with four digits.';
	}
	return isDay
		? 'Enter a date such as 1990-12-31.'
		: 'Enter a date such as 2026-05-01, or a date and time such as 2026-05-01T10:00:00+05:30.';
}

/** Rewrites a sheet's number of a day, and a date that begins with the day or the month, in ISO 8601. */
function asIso(value: string | number, format: DateFormat): string {
	const text = withoutInvisible(String(value)).trim();
	if (SHEET_DAY.test(text)) {
		const seconds = Math.round((Number(text) - SHEET_DAY_OF_1970) * 86_400);
		return new Date(seconds * 1000).toISOString().slice(0, text.includes('.') ? 19 : 10);
	}
	const parts = format === 'iso' ? null : DAY_AND_MONTH.exec(text);
	if (!parts) return text;
	const [, first, , second, year, hour, minute, seconds = '00', half] = parts;
	const [day, month] = format === 'dmy' ? [first, second] : [second, first];
	const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
	if (hour === undefined) return date;
	const hours = half === undefined ? Number(hour) : hourOf(Number(hour), half);
	return hours === undefined
		? text
		: `${date}T${String(hours).padStart(2, '0')}:${minute}:${seconds}`;
}

/** The hour of the day; undefined if no clock of 12 hours shows it. */
function hourOf(hour: number, half: string): number | undefined {
	if (hour < 1 || hour > 12) return undefined;
	return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/** The day of a moment in a zone, such as `2026-05-01`. @param ms since 1970 */
function dayIn(ms: number, zone: string): string {
	const form = { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' } as const;
	const parts = new Intl.DateTimeFormat('en-US', form).formatToParts(ms);
	const part = (type: string) => parts.find((each) => each.type === type)!.value;
	return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

function offsetMs(offset: string): number {
	if (/z/i.test(offset)) return 0;
	const [hours, minutes] = [offset.slice(1, 3), offset.slice(3).replace(':', '') || '0'].map(
		Number,
	);
	return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

const UNITS = {
	year: 'numeric',
	month: 'numeric',
	day: 'numeric',
	hour: 'numeric',
	minute: 'numeric',
	second: 'numeric',
} as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the format of a zone's clocks. A new one takes longer than all else about a value. */
function clockFormat(zone: string): Intl.DateTimeFormat {
	let format = formats.get(zone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...UNITS });
		formats.set(zone, format);
	}
	return format;
}

/**
 * Finds the moment when a zone's clocks show a time: the first one, if they show it twice. An hour that they
 * skip is read as n8n's own dates read it: with the offset before the change.
 *
 * @param wall the time, as if it were UTC
 */
function inZone(wall: number, zone: string): number {
	const format = clockFormat(zone);
	const wallTimeAt = (ms: number) => {
		const parts = format.formatToParts(ms);
		const [year, month, day, hour, minute, second] = Object.keys(UNITS).map((unit) =>
			Number(parts.find(({ type }) => type === unit)!.value),
		);
		const fraction = ((ms % 1000) + 1000) % 1000;
		return Date.UTC(year, month - 1, day, hour, minute, second) + fraction;
	};
	const withOffsetAt = (ms: number) => wall - (wallTimeAt(ms) - ms);
	const before = withOffsetAt(wall - DAY_MS);
	if (wallTimeAt(before) === wall) return before;
	const after = withOffsetAt(wall + DAY_MS);
	return wallTimeAt(after) === wall ? after : before;
}
