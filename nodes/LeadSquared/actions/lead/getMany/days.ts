import { type Dates, readColumnDate, readMoment } from '../../../input/moments';

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
