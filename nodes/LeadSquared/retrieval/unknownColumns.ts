import type { Fault } from '../transport/outcome';

// Seen where LeadSquared rejects a column (public code, and a generated OpenAPI description): "Attribute(s)
// does not exist - mx_Old", "Unknown column 'mx_Old' in 'field list'".
const UNKNOWN = /does not exist|unknown (column|attribute|field)|MXUnknownAttribute/i;

/**
 * The columns that a rejection says LeadSquared does not know, out of those that were asked for.
 *
 * @param columns schema names, `ProspectID` first; that one is never among the result
 */
export function unknownColumns({ type = '', message }: Fault, columns: string[]): string[] {
	if (!UNKNOWN.test(message) && !UNKNOWN.test(type)) return [];
	const words = new Set(message.toLowerCase().match(/[\w.]+/g));
	return columns.slice(1).filter((column) => words.has(column.toLowerCase()));
}
