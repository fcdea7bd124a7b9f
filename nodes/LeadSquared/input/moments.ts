import { API_MOMENT } from '../api/dates';
import { withoutInvisible } from '../base/text';

const ISO =
	/^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
// 2001 in seconds, and in ms: numbers below are neither.
const MIN_SECONDS = 1e9;
const MIN_MS = 1e12;

/**
 * Reads a moment in any form that workflows contain: a `DateTime` of n8n's expressions, a `Date`, a
 * number of seconds or ms since 1970, ISO 8601. A time without a zone is in the workflow's zone, except
 * in LeadSquared's own form, `2018-03-06 06:55:46.000`, which is UTC.
 *
 * @param zone the workflow's, such as `Asia/Kolkata`
 * @returns ms since 1970; undefined if it is not a moment
 */
export function readMoment(value: unknown, zone: string): number | undefined {
	if (typeof value === 'object' && value !== null) {
		if (!(value instanceof Date) && !('toMillis' in value)) return undefined;
		const ms: unknown = typeof value.valueOf === 'function' ? value.valueOf() : undefined;
		return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined;
	}
	if (typeof value !== 'number' && typeof value !== 'string') return undefined;
	const text = withoutInvisible(String(value)).trim();
	if (/^\d{10,14}(\.\d+)?$/.test(text)) {
		const number = Number(text);
		if (number >= MIN_MS) return number;
		return number >= MIN_SECONDS ? number * 1000 : undefined;
	}
	const parts = ISO.exec(text);
	if (!parts) return undefined;
	const [year, month, day, hour = 0, minute = 0, second = 0] = parts
		.slice(1, 7)
		.map((part) => (part === undefined ? undefined : Number(part)));
	const fraction = Number(`0.${parts[7] ?? '0'}`) * 1000;
	const wall = Date.UTC(year!, month! - 1, day, hour, minute, second) + Math.floor(fraction);
	const date = new Date(wall);
	const isDay = date.getUTCDate() === day && date.getUTCMonth() === month! - 1;
	if (!isDay || hour > 24 || minute > 59 || second > 59) return undefined;
	const offset = parts[8] ?? (API_MOMENT.test(text) ? 'Z' : undefined);
	return offset === undefined ? inZone(wall, zone) : wall - offsetMs(offset);
}

/** The day of a moment in a zone, such as `2026-05-01`. @param ms since 1970 */
export function dayIn(ms: number, zone: string): string {
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

/** Finds the moment when a zone's clocks show a time. @param wall the time, as if it were UTC */
function inZone(wall: number, zone: string): number {
	const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...UNITS });
	const wallTimeAt = (ms: number) => {
		const parts = format.formatToParts(ms);
		const [year, month, day, hour, minute, second] = Object.keys(UNITS).map((unit) =>
			Number(parts.find(({ type }) => type === unit)!.value),
		);
		const fraction = ((ms % 1000) + 1000) % 1000;
		return Date.UTC(year, month - 1, day, hour, minute, second) + fraction;
	};
	// Near a change of clocks, the second offset corrects the first.
	const first = wall - (wallTimeAt(wall) - wall);
	return first - (wallTimeAt(first) - wall);
}
