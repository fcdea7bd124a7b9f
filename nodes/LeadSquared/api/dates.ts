/**
 * Writes a moment as LeadSquared accepts it in requests: `YYYY-MM-DD HH:MM:SS`, UTC
 * (https://apidocs.leadsquared.com/overview/).
 *
 * @param ms since 1970
 */
export const toApiMoment = (ms: number): string =>
	new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** A moment as LeadSquared sends it, `2018-03-06 06:55:46.000`, UTC. */
export const API_MOMENT = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{1,3})$/;

const US_MOMENT = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) ([AP])M$/i;

/**
 * Turns a moment as some calls send it, `5/21/2019 7:01:30 AM` (a sample of a generated OpenAPI
 * description), into the usual form, `2019-05-21 07:01:30.000`. Any other value stays as it is.
 */
export function usualMoment<T>(value: T): T | string {
	const parts = typeof value === 'string' ? US_MOMENT.exec(value) : null;
	if (!parts) return value;
	const [month, day, year, hour, minute, second] = parts.slice(1, 7).map(Number);
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 1 || hour > 12) return value;
	const hours = (hour % 12) + (/p/i.test(parts[7]) ? 12 : 0);
	const two = (number: number) => String(number).padStart(2, '0');
	const time = [hours, minute, second].map(two).join(':');
	return `${year}-${two(month)}-${two(day)} ${time}.000`;
}

const SENT_MOMENT = /^\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d{1,9})?Z?\s*$/;

/** Reads a moment in any form that LeadSquared sends. @returns ms since 1970; undefined if it is not one */
export function readApiMoment(value: unknown): number | undefined {
	const text = String(value);
	const [, day, time, fraction = ''] =
		SENT_MOMENT.exec(text) ?? SENT_MOMENT.exec(usualMoment(text)) ?? [];
	const ms = day === undefined ? NaN : Date.parse(`${day}T${time}${fraction.slice(0, 4)}Z`);
	return Number.isNaN(ms) ? undefined : ms;
}

// .NET's DateTime.MinValue: LeadSquared sends it where there is no date, such as for an open task's completion.
const NO_MOMENT = /^0001-01-01/;

/**
 * Rewrites the moments of a record, such as `CreatedOn` and `DueDate`, in ISO 8601, so that n8n reads them as
 * UTC. One that stands for none becomes null.
 */
export function withIsoMoments(record: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(record).map(([name, value]) => {
			if (!/(?:On|Date)$/i.test(name) || typeof value !== 'string') return [name, value];
			if (NO_MOMENT.test(value)) return [name, null];
			const ms = readApiMoment(value);
			return [name, ms === undefined ? value : new Date(ms).toISOString()];
		}),
	);
}
