import type { Faults } from '../sandbox/faults.mts';

/** A lead as it came, flattened. */
export type Row = Record<string, unknown>;

/**
 * An answer of Leads/Retrieve/ByIds, as this check reads it: it distinguishes forms that the node's own
 * reader treats as equal.
 */
export interface LeadsReply {
	rows: Row[];
	recordCount?: number;
	countIsText: boolean;
	/** The form of an answer without leads. */
	empty: Faults['emptyForm'];
	rowForm: Faults['rows'];
	envelope: Faults['successEnvelope'];
}

/** Undefined if the text cannot be such an answer. */
export function readReply(status: number, text: string): LeadsReply | undefined {
	const nothing: LeadsReply = {
		rows: [],
		countIsText: false,
		empty: 'countOnly',
		rowForm: 'flat',
		envelope: 'none',
	};
	if (status === 204) return { ...nothing, empty: '204' };
	const body = parse(text);
	if (Array.isArray(body)) {
		return body.length === 0 ? { ...nothing, empty: 'bare-list' } : undefined;
	}
	if (typeof body !== 'object' || body === null) return undefined;
	const { Leads: leads, RecordCount: count, Status, ExceptionType: type } = body as Row;
	const isEnvelope = Status === 'Success' && 'ExceptionType' in body;
	if (leads === undefined && count === undefined && !isEnvelope) {
		return Object.keys(body).length === 0 ? nothing : undefined;
	}
	if (leads !== undefined && leads !== null && !Array.isArray(leads)) return undefined;
	const rows = ((leads ?? []) as unknown[]).filter(isRow);
	const recordCount =
		count === null || count === '' ? NaN : Number(String(count).replace(/[, ]/g, ''));
	return {
		rows: rows.map(flat),
		recordCount: Number.isFinite(recordCount) ? recordCount : undefined,
		countIsText: typeof count === 'string',
		empty: leads === undefined ? 'countOnly' : leads === null ? 'null' : 'list',
		rowForm: rows[0] ? formOf(rows[0]) : 'flat',
		envelope: !isEnvelope ? 'none' : type === null ? 'nulls' : 'empty-texts',
	};
}

const LISTS = ['Leads', 'List', 'Response', 'ProspectActivities'];

/** The rows of any other answer, flat: it is a list, or holds one. Undefined if there is none. */
export function rowsOf(parsed: unknown): Row[] | undefined {
	const body = Object(parsed ?? {}) as Row;
	const list = Array.isArray(parsed) ? parsed : LISTS.map((name) => body[name]).find(Array.isArray);
	const isEmpty = 'RecordCount' in body;
	return Array.isArray(list) ? list.filter(isRow).map(flat) : isEmpty ? [] : undefined;
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		return undefined;
	}
}

function isRow(row: unknown): row is Row {
	return typeof row === 'object' && row !== null && !Array.isArray(row);
}

function propertiesOf({ LeadPropertyList: list }: Row): Row[] | undefined {
	return Array.isArray(list) ? list.filter(isRow) : undefined;
}

function flat(row: Row): Row {
	const properties = propertiesOf(row);
	return properties
		? Object.fromEntries(properties.map(({ Attribute, Value }) => [String(Attribute), Value]))
		: row;
}

function formOf(row: Row): Faults['rows'] {
	const properties = propertiesOf(row);
	if (!properties) return 'flat';
	return properties.some((property) => 'Fields' in property) ? 'properties-fields' : 'properties';
}

// ---- Ids in rows

export function idColumnOf(row: Row): string | undefined {
	return Object.keys(row).find((name) => /^prospectid$/i.test(name));
}

/** The id of a row in its original spelling. */
export function spelledIdOf(row: Row): string | undefined {
	const name = idColumnOf(row);
	const id = name === undefined ? undefined : row[name];
	return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The ids of rows: lower case, with hyphens, without braces or blanks. */
export function idsOf(rows: Row[]): string[] {
	return rows.flatMap((row) => {
		const spelled = spelledIdOf(row)?.toLowerCase();
		const digits = spelled?.replace(/[^0-9a-f]/g, '');
		if (digits?.length !== 32) return spelled ?? [];
		return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
	});
}

/** The form of an id, apart from its case; undefined if it is another. */
export function idFormOf(id: string): Faults['idForm'] | undefined {
	const guid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
	const forms: Array<[Faults['idForm'], string]> = [
		['plain', guid],
		['braces', `\\{${guid}\\}`],
		['parentheses', `\\(${guid}\\)`],
		['no-hyphens', '[0-9a-f]{32}'],
		['blanks', `\\s+${guid}\\s*|\\s*${guid}\\s+`],
	];
	return forms.find(([, pattern]) => new RegExp(`^(${pattern})$`, 'i').test(id))?.[0];
}

export function typeOf(value: unknown): string {
	if (value === null) return 'null';
	if (Array.isArray(value)) return 'list';
	return typeof value === 'string' ? 'text' : typeof value;
}
