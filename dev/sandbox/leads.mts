import { errorAnswer, jsonAnswer } from './answers.mts';
import type { Answer } from './answers.mts';
import type { Faults } from './faults.mts';
import { COLUMNS } from './metadata.mts';
import { DOCUMENTED } from './population.mts';
import type { Population } from './population.mts';
import { draw, happens, shuffled } from './random.mts';

/** A well-formed request for leads by ids. */
export interface LeadsRequest {
	/** As asked: any case, perhaps repeated. */
	ids: string[];
	columns: string[];
	pageIndex: number;
	pageSize: number;
}

/** What the account knows when it answers. */
export interface Account {
	population: Population;
	faults: Faults;
	seed: number;
	/** The indices of the leads that have been left out once ({@link Faults.forgetful}). */
	forgotten: Set<number>;
	/** The number of the call, from 1. */
	call: number;
}

const MAX_PAGE_SIZE = 10_000;
const DEFAULT_PAGE_SIZE = 1000;

/**
 * Reads the body of a ByIds call: the request, or the refusal of a body that is not as documented
 * (400 for what is not the documented JSON, an MX envelope for a mandatory parameter that lacks).
 */
export function readLeadsRequest(contentType: string, body: string): LeadsRequest | Answer {
	const malformed = errorAnswer(
		400,
		undefined,
		'Request body contains malformed or unexpected JSON',
	);
	if (!/^application\/json\b/i.test(contentType)) return malformed;
	let json;
	try {
		json = JSON.parse(body);
	} catch {
		return malformed;
	}
	const { SearchParameters, Columns, Paging } = Object(json);
	const ids = SearchParameters?.LeadIds ?? [];
	const csv = Columns?.Include_CSV ?? '';
	const pageIndex = Number(Paging?.PageIndex ?? 1);
	const pageSize = Number(Paging?.PageSize ?? DEFAULT_PAGE_SIZE);
	const isExpected =
		Array.isArray(ids) &&
		ids.every((id) => typeof id === 'string') &&
		typeof csv === 'string' &&
		Number.isInteger(pageIndex) &&
		Number.isInteger(pageSize);
	if (!isExpected) return malformed;

	const columns = csv.split(',').map((name) => name.trim());
	const distinct = [...new Set(columns)].filter(Boolean);
	if (ids.length === 0) return mandatory('LeadIds');
	if (distinct.length === 0) return mandatory('Include_CSV');
	if (pageIndex < 1) return invalid('PageIndex can not be less than 1');
	if (pageSize < 1) return invalid('PageSize can not be less than 1');
	return { ids, columns: distinct, pageIndex, pageSize };
}

function mandatory(name: string): Answer {
	return errorAnswer(500, 'MXMandatoryAttributeMissingException', `'${name}' is mandatory`);
}

function invalid(message: string): Answer {
	return errorAnswer(500, 'MXInvalidInputException', `Invalid Input! Parameter Name: ${message}`);
}

/** Answers a ByIds call; `rows` is the number of rows in the answer. */
export function answerLeads(
	request: LeadsRequest,
	account: Account,
): { answer: Answer; rows: number } {
	const refusal = refuse(request, account);
	if (refusal) return { answer: refusal, rows: 0 };

	const { faults } = account;
	const found = findLeads(request, account);
	const list = faults.extraRowsTakeSlots ? withExtraRows(found, account) : found;
	const paged = pageOf(list, request, faults);
	const page = faults.extraRowsTakeSlots ? paged : withExtraRows(paged, account);
	const writeRow = rowWriter(request.columns, account);
	const body = writeBody(
		page.map(writeRow),
		{
			total: page.length === 0 ? 0 : list.length,
			page: page.length,
			asked: request.ids.length,
			account: account.population.size,
		},
		faults,
	);
	return { answer: jsonAnswer(body), rows: page.length };
}

// ---- Refusals

function refuse(request: LeadsRequest, { population, faults }: Account): Answer | undefined {
	if (faults.requestFault) {
		return errorAnswer(500, faults.requestFault, 'The request could not be processed.');
	}
	if (request.ids.length > faults.idCap && faults.idCapStyle === 'error') {
		return invalid(`LeadIds can not be more than ${faults.idCap}`);
	}
	const capped = faults.pageCapStyle.startsWith('error') ? faults.pageCap : null;
	const cap = capped ?? MAX_PAGE_SIZE;
	if (request.pageSize > cap) {
		return faults.pageCapStyle === 'error-larger'
			? errorAnswer(
					500,
					'MXMandatoryFieldMissingException',
					`Page size can not be larger than ${cap}.`,
				)
			: invalid(`PageSize can not be more than ${cap}`);
	}
	return (
		refuseColumns(request.columns, population, faults) ?? refuseIds(request.ids, population, faults)
	);
}

function refuseColumns(
	columns: string[],
	population: Population,
	faults: Faults,
): Answer | undefined {
	if (faults.badColumns === 'omit') return undefined;
	const bad = columns.filter((name) => !isId(name) && !knownAs(name, population, faults));
	if (bad.length === 0) return undefined;
	const message = `Attribute(s) does not exist - ${bad.join(', ')}`;
	return errorAnswer(500, 'MXUnknownAttributeException', message);
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function refuseIds(ids: string[], population: Population, faults: Faults): Answer | undefined {
	const { poisonIds, poisonEvery, unknownIds, malformedIds } = faults;
	const poison = new Set(poisonIds.map((id) => id.toLowerCase()));
	const isLenient = unknownIds === 'omit' && malformedIds === 'omit';
	if (isLenient && poison.size === 0 && poisonEvery === null) return undefined;
	const isRefused = (asked: string) => {
		const id = asked.toLowerCase();
		if (malformedIds === 'refuse' && !GUID.test(id)) return true;
		const index = population.indexOf(id);
		if (index === undefined) return poison.has(id) || (unknownIds === 'refuse' && GUID.test(id));
		const isEveryNth = poisonEvery !== null && index >= 0 && (index + 1) % poisonEvery === 0;
		return isEveryNth || poison.has(id);
	};
	const refused = ids.find(isRefused);
	if (refused === undefined) return undefined;
	const message = faults.poisonNamesId
		? `Invalid Input! Parameter Name: LeadIds, value ${refused}`
		: 'Invalid Input! Parameter Name: LeadIds';
	return faults.poisonForm === '500-no-type'
		? errorAnswer(500, undefined, 'An error occurred while processing the request')
		: errorAnswer(faults.poisonForm, 'MXInvalidInputException', message);
}

// ---- Rows

/** The leads to give, by index, of all pages, in the order of {@link Faults.order}. */
function findLeads(request: LeadsRequest, account: Account): number[] {
	const { population, faults, seed, call } = account;
	const asked = request.ids.slice(0, faults.idCap).flatMap((id) => {
		const lower = id.toLowerCase();
		if (faults.upperCaseIds === 'omit' && lower !== id) return [];
		return population.indexOf(lower) ?? [];
	});
	const distinct = faults.repeatedIds === 'once' ? [...new Set(asked)] : asked;
	const found = distinct.filter((index) => !forgets(index, account));
	switch (faults.order) {
		case 'asked':
			return found;
		case 'stored':
			return found.sort((a, b) => a - b);
		case 'reversed':
			return found.sort((a, b) => b - a);
		case 'shuffled':
			return shuffled(found, draw(seed ^ 0x0f, call));
	}
}

/** Each lead is forgotten at most once. */
function forgets(index: number, { faults, seed, forgotten }: Account): boolean {
	if (!happens(faults.forgetful, draw(seed ^ 0xf0, index)) || forgotten.has(index)) return false;
	forgotten.add(index);
	return true;
}

function pageOf(list: number[], { pageIndex, pageSize }: LeadsRequest, faults: Faults): number[] {
	if (faults.paging === 'ignored') return list;
	const cap = faults.pageCapStyle.startsWith('silent') ? faults.pageCap : null;
	const size = Math.min(pageSize, cap ?? MAX_PAGE_SIZE);
	const stride = faults.pageCapStyle === 'silent-gap' ? pageSize : size;
	const start = faults.paging === 'first-page' ? 0 : (pageIndex - 1) * stride;
	return list.slice(start, start + size);
}

/** The rows with some repeated and some foreign ones among them. */
function withExtraRows(rows: number[], { population, faults, seed, call }: Account): number[] {
	const { duplicateRows, foreignRows } = faults;
	if (rows.length === 0 || (!duplicateRows && !foreignRows)) return rows;
	const result = rows.flatMap((index) =>
		happens(duplicateRows, draw(seed ^ 0xd0, index)) ? [index, index] : [index],
	);
	const asked = new Set(rows);
	for (let number = 0; number < Math.min(foreignRows, population.size - asked.size); number++) {
		let foreign = draw(seed ^ call, number) % population.size;
		while (asked.has(foreign)) foreign = (foreign + 1) % population.size;
		result.splice(draw(seed ^ 0xf1, number) % (result.length + 1), 0, foreign);
	}
	return result;
}

// ---- Writing

const LOWER_NAMES = new Map(
	COLUMNS.map(({ schemaName }) => [schemaName.toLowerCase(), schemaName]),
);
const NUMBERS = new Set(
	COLUMNS.filter(({ dataType }) => dataType === 'Number').map(({ schemaName }) => schemaName),
);

function isId(name: string): boolean {
	return name.toLowerCase() === 'prospectid';
}

/** The schema name of a column as it was asked for, if the account has it. */
function knownAs(name: string, population: Population, faults: Faults): string | undefined {
	if (population.values(name)) return name;
	return faults.columnCase === 'ignored' ? LOWER_NAMES.get(name.toLowerCase()) : undefined;
}

/**
 * Makes the writer of rows with these columns: it writes JSON text straight away, which is several
 * times as fast as building objects.
 */
function rowWriter(asked: string[], { population, faults }: Account): (index: number) => string {
	const hidden = new Set(faults.missingColumns);
	const empty = new Set(faults.nullColumns);
	const cells = new Map<string, (index: number) => string>();
	for (const name of [...asked, ...faults.extraColumns]) {
		const cell = isId(name) ? idCell(population, faults) : columnCell(name, population, faults);
		if (!cell || hidden.has(cell.name)) continue;
		const shown = faults.lowerCaseColumns ? cell.name.toLowerCase() : cell.name;
		if (!cells.has(shown)) cells.set(shown, empty.has(cell.name) ? () => 'null' : cell.value);
	}
	const names = [...cells.keys()].map(
		(name, at) => `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`,
	);
	const values = [...cells.values()];
	return (index) => {
		if (index < 0) return documentedRow(index, asked);
		if (names.length === 0) return '{}';
		let row = '';
		for (let at = 0; at < names.length; at++) row += names[at] + values[at](index);
		return row + '}';
	};
}

/** The documented leads have nothing but what the API page shows. */
function documentedRow(index: number, asked: string[]): string {
	const { lead } = DOCUMENTED[index + DOCUMENTED.length];
	return JSON.stringify(
		Object.fromEntries(asked.filter((name) => name in lead).map((name) => [name, lead[name]])),
	);
}

function idCell(population: Population, { idColumn, idCase }: Faults) {
	if (idColumn === 'none') return undefined;
	const spell = {
		lower: (id: string) => id,
		upper: (id: string) => id.toUpperCase(),
		mixed: (id: string) => id.slice(0, 18) + id.slice(18).toUpperCase(),
	}[idCase];
	return {
		name: idColumn as string,
		value: (index: number) => `"${spell(population.idAt(index))}"`,
	};
}

function columnCell(asked: string, population: Population, faults: Faults) {
	const name = knownAs(asked, population, faults);
	if (name === undefined) {
		// Object types, which only come where an account has them (section 4, Versions).
		return faults.extraColumns.includes(asked) ? { name: asked, value: () => '"OT_0"' } : undefined;
	}
	const value = population.values(name)!;
	if (!faults.jsonNumbers || !NUMBERS.has(name)) return { name, value };
	return { name, value: (index: number) => value(index).replaceAll('"', '') };
}

function writeBody(
	rows: string[],
	counts: { total: number; page: number; asked: number; account: number },
	{ recordCount, emptyForm }: Faults,
): string {
	const members: string[] = [];
	if (recordCount === 'string') members.push(`"RecordCount":"${counts.total}"`);
	else if (recordCount !== 'absent') members.push(`"RecordCount":${counts[recordCount]}`);

	if (rows.length > 0) members.push(`"Leads":[${rows.join(',')}]`);
	else if (emptyForm === 'list') members.push('"Leads":[]');
	else if (emptyForm === 'null') members.push('"Leads":null');
	return `{${members.join(',')}}`;
}
