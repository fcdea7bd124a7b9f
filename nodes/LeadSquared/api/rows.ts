import { isSuccess, withoutEnvelope } from '../transport/outcome';

/**
 * Finds the list in an answer: the value itself, or the only list in an object. An answer that counts no records
 * may have no list, as `{"RecordCount":0}` of calls for leads (public code).
 */
export function listIn(body: unknown): unknown[] | undefined {
	const value = withoutEnvelope(body);
	if (Array.isArray(value)) return value;
	const members: unknown[] = Object.values(Object(value ?? {}) as object);
	const [list, ...others] = members.filter((member) => Array.isArray(member));
	if (others.length > 0) return undefined;
	const { RecordCount: count } = Object(value ?? {}) as { RecordCount?: unknown };
	if (!list && count !== null && Number(count) === 0) return [];
	// An empty list next to a text may be part of an error.
	const mayBeError = !isSuccess(value) && members.some((member) => typeof member === 'string');
	return list?.length === 0 && mayBeError ? undefined : list;
}

/** Reads the rows of a list; returns undefined if it has rows, but none that can be read. */
export function readRows<T>(
	list: readonly unknown[] | undefined,
	read: (row: Record<string, unknown>) => T | undefined,
): T[] | undefined {
	const rows = list?.flatMap((row) => {
		const value = isRow(row) ? read(row as Record<string, unknown>) : undefined;
		return value === undefined ? [] : [value];
	});
	return rows?.length === 0 && list!.length > 0 ? undefined : rows;
}

/** Whether a value may be a row of an answer. */
export function isRow(row: unknown): row is object {
	return typeof row === 'object' && row !== null && !Array.isArray(row);
}
