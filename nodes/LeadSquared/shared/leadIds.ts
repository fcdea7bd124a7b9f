import { idKey, LEAD_ID } from '../api/leadId';

/** What a 'Lead IDs' parameter holds: the usable ids, each once, in the order given, and the rest. */
export interface ParsedIds {
	/** 8-4-4-4-12 hexadecimal digits, as the user spelled them. */
	ids: string[];
	/** Pieces of text (or other values, as text) that are no lead id. */
	malformed: string[];
}

/**
 * Reads lead ids out of whatever a workflow hands over: text with commas, semicolons, blanks or new
 * lines between the ids, a JSON array in text, an array of ids, or objects that carry `ProspectID`.
 * Quotes and braces around an id are dropped, as spreadsheets and databases write them.
 */
export function parseIds(value: unknown): ParsedIds {
	// What most input items hold.
	if (typeof value === 'string' && LEAD_ID.test(value)) return { ids: [value], malformed: [] };
	const ids = new Map<string, string>();
	const malformed: string[] = [];
	readPieces(value, (piece) => {
		const key = idKey(piece);
		if (!LEAD_ID.test(piece)) malformed.push(piece);
		else if (!ids.has(key)) ids.set(key, piece);
	});
	return { ids: [...ids.values()], malformed };
}

function readPieces(value: unknown, take: (piece: string) => void): void {
	if (value === null || value === undefined) return;
	if (Array.isArray(value)) {
		for (const element of value) readPieces(element, take);
	} else if (typeof value === 'object') {
		const id = prospectId(value);
		if (id !== undefined) readPieces(id, take);
		else take(JSON.stringify(value));
	} else {
		readText(String(value).trim(), take);
	}
}

function readText(text: string, take: (piece: string) => void): void {
	// What most arrays hold; to look for separators takes several times as long.
	if (LEAD_ID.test(text)) return take(text);
	if (text.startsWith('[') || (text.startsWith('{') && text.includes('"'))) {
		const parsed = parseJson(text);
		if (parsed !== undefined) return readPieces(parsed, take);
	}
	for (const part of text.split(/[\s,;]+/)) {
		const piece = part.replace(/^[[{("']+|[\]})"']+$/g, '');
		if (piece !== '') take(piece);
	}
}

function prospectId(carrier: object): unknown {
	const key = Object.keys(carrier).find((name) => name.toLowerCase() === 'prospectid');
	return key === undefined ? undefined : (carrier as Record<string, unknown>)[key];
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
