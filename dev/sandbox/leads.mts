import { emptyAnswer, errorAnswer, grouped, jsonAnswer, pageAnswer } from './answers.mts';
import type { Answer } from './answers.mts';
import type { Faults, Trouble } from './faults.mts';
import { COLUMNS, isDay } from './metadata.mts';
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
	/** The indices of the leads that have been left out once ({@link Faults.forgetful} and others). */
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

/** An answer, the number of rows in it, and what is to become of it ({@link Faults.poisonForm}). */
export interface Served {
	answer: Answer;
	rows: number;
	trouble?: Trouble;
}

/** Answers a ByIds call. */
export function answerLeads(request: LeadsRequest, account: Account): Served {
	const refusal = refuse(request, account);
	if (refusal && typeof refusal === 'object') return { answer: refusal, rows: 0 };

	const { faults } = account;
	const found = findLeads(request, account);
	const list = faults.extraRowsTakeSlots ? withExtraRows(found, account) : found;
	const paged = pageOf(list, request, faults);
	const page = faults.extraRowsTakeSlots ? paged : withExtraRows(paged, account);
	const counts = {
		total: page.length === 0 ? 0 : list.length,
		page: page.length,
		asked: request.ids.length,
		account: account.population.size,
	};
	const writeRow = rowWriter(request.columns, counts.total, account);
	const answer = writeAnswer(page.map(writeRow), counts, faults);
	return { answer, rows: page.length, trouble: refusal };
}

// ---- Refusals

function refuse(request: LeadsRequest, account: Account): Answer | Trouble | undefined {
	const { faults } = account;
	if (faults.requestFault) {
		return errorAnswer(500, faults.requestFault, 'The request could not be processed.');
	}
	if (request.ids.length > faults.idCap && faults.idCapStyle === 'error') {
		return invalid(`LeadIds can not be more than ${grouped(faults.idCap, faults)}`);
	}
	const capped = faults.pageCapStyle.startsWith('error') ? faults.pageCap : null;
	const cap = capped ?? MAX_PAGE_SIZE;
	if (request.pageSize > cap) {
		return faults.pageCapStyle === 'error-larger'
			? errorAnswer(
					500,
					'MXMandatoryFieldMissingException',
					`Page size can not be larger than ${grouped(cap, faults)}.`,
				)
			: invalid(`PageSize can not be more than ${grouped(cap, faults)}`);
	}
	if (request.pageIndex > 1 && faults.laterPages !== 'served') {
		return faults.laterPages === 'refused' ? invalid('PageIndex') : pageAnswer(413);
	}
	return refuseColumns(request.columns, account) ?? refuseIds(request.ids, account);
}

function refuseColumns(columns: string[], { population, faults }: Account): Answer | undefined {
	const denied = columns.filter((name) => faults.deniedColumns.includes(name));
	if (denied.length > 0) {
		const message = `You do not have permission to view these fields: ${denied.join(', ')}`;
		return errorAnswer(401, 'MXUnAuthorizedAccessException', message);
	}
	if (faults.badColumns === 'omit') return undefined;
	const bad = columns
		.filter((name) => !isId(name) && !knownAs(name, population, faults))
		.map((name) => (faults.badColumnsNamed === 'label' ? labelOf(name) : name));
	if (bad.length === 0) return undefined;
	const { badColumns, badColumnsStatus: status } = faults;
	return badColumns === 'refuse'
		? errorAnswer(
				status,
				'MXUnknownAttributeException',
				`Attribute(s) does not exist - ${bad.join(', ')}`,
			)
		: errorAnswer(
				status,
				'MXEntityDetailsNotFoundException',
				`Unknown column '${bad[0]}' in 'field list'`,
			);
}

/** The label from which LeadSquared makes a schema name (create-custom-lead-field). */
function labelOf(name: string): string {
	return name.replace(/^mx_/, '').replaceAll('_', ' ');
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function refuseIds(ids: string[], account: Account): Answer | Trouble | undefined {
	const { faults } = account;
	const { poisonIds, poisonEvery, unknownIds, malformedIds } = faults;
	const poison = new Set(poisonIds.map((id) => id.toLowerCase()));
	const isLenient = unknownIds === 'omit' && malformedIds === 'omit';
	if (isLenient && poison.size === 0 && poisonEvery === null) return undefined;
	const isRefused = (asked: string) => {
		const id = asked.toLowerCase();
		if (malformedIds === 'refuse' && !GUID.test(id)) return true;
		const index = lookUp(id, account);
		if (index === undefined) return poison.has(id) || (unknownIds === 'refuse' && GUID.test(id));
		return isNth(index, poisonEvery) || poison.has(id);
	};
	const refused = ids.find(isRefused);
	if (refused === undefined) {
		return unknownIds === 'not-found' ? refuseUnknown(ids, account) : undefined;
	}
	const message = faults.poisonNamesId
		? `Invalid Input! Parameter Name: LeadIds, value ${refused}`
		: 'Invalid Input! Parameter Name: LeadIds';
	const form = faults.poisonForm;
	if (typeof form === 'number') return errorAnswer(form, 'MXInvalidInputException', message);
	return form === '500-no-type'
		? errorAnswer(500, undefined, 'An error occurred while processing the request')
		: form;
}

function refuseUnknown(ids: string[], account: Account): Answer | undefined {
	const unknown = ids.find(
		(id) => GUID.test(id) && lookUp(id.toLowerCase(), account) === undefined,
	);
	if (unknown === undefined) return undefined;
	const { notFoundStatus, notFoundType, poisonNamesId } = account.faults;
	const message = poisonNamesId ? `Lead not found: ${unknown}` : 'Lead not found';
	return errorAnswer(notFoundStatus, notFoundType, message);
}

// ---- Rows

/**
 * The index of the lead that is found under an id, in lower case. The lead that another has been
 * merged into stands as far behind the last as that one behind the first.
 */
function lookUp(id: string, { population, faults }: Account): number | undefined {
	const { size } = population;
	const { existEvery, mergedEvery, mergedIds } = faults;
	const isMerged = (index: number) =>
		isNth(index, mergedEvery) ||
		(mergedIds.length > 0 && mergedIds.includes(population.idAt(index)));
	const index = population.indexOf(id);
	if (index === undefined) {
		if (mergedEvery === null && mergedIds.length === 0) return undefined;
		const beyond = population.indexOf(id, 2 * size);
		return beyond !== undefined && isMerged(beyond - size) ? beyond : undefined;
	}
	if (index < 0) return index;
	if (existEvery !== null && !isNth(index, existEvery)) return undefined;
	return isMerged(index) ? size + index : index;
}

function isNth(index: number, every: number | null): boolean {
	return every !== null && index >= 0 && (index + 1) % every === 0;
}

/** The leads to give, by index, of all pages, in the order of {@link Faults.order}. */
function findLeads(request: LeadsRequest, account: Account): number[] {
	const { faults, seed, call } = account;
	const asked = request.ids.slice(0, faults.idCap).flatMap((id) => {
		const lower = id.toLowerCase();
		if (faults.upperCaseIds === 'omit' && lower !== id) return [];
		return lookUp(lower, account) ?? [];
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
function forgets(index: number, { population, faults, seed, forgotten }: Account): boolean {
	const { forgetful, forgetEvery, forgetIds } = faults;
	const isForgetful =
		happens(forgetful, draw(seed ^ 0xf0, index)) ||
		isNth(index, forgetEvery) ||
		(forgetIds.length > 0 && forgetIds.includes(population.idAt(index)));
	if (!isForgetful || forgotten.has(index)) return false;
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
const DAYS = new Set(COLUMNS.filter(isDay).map(({ schemaName }) => schemaName));

function isId(name: string): boolean {
	return name.toLowerCase() === 'prospectid';
}

/** The schema name of a column as it was asked for, if the account has it. */
function knownAs(name: string, population: Population, faults: Faults): string | undefined {
	if (population.values(name) || Object.hasOwn(faults.columnValues, name)) return name;
	return faults.columnCase === 'ignored' ? LOWER_NAMES.get(name.toLowerCase()) : undefined;
}

type Cell = { name: string; value: (index: number) => string };

/** What stands before, between and behind the cells of a row. */
const FORMS: Record<
	Faults['rows'],
	{ open: string; before: (name: string) => string; after: string; close: string }
> = {
	flat: { open: '{', before: (name) => `${JSON.stringify(name)}:`, after: '', close: '}' },
	properties: {
		open: '{"LeadPropertyList":[',
		before: (name) => `{"Attribute":${JSON.stringify(name)},"Value":`,
		after: '}',
		close: ']}',
	},
	'properties-fields': {
		open: '{"LeadPropertyList":[',
		before: (name) => `{"Attribute":${JSON.stringify(name)},"Value":`,
		after: ',"Fields":null}',
		close: ']}',
	},
};

/**
 * Makes the writer of rows with these columns: it writes JSON text straight away, which is several
 * times as fast as building objects.
 */
function rowWriter(asked: string[], total: number, account: Account): (index: number) => string {
	const { faults } = account;
	const hidden = new Set(faults.missingColumns);
	const empty = new Set(faults.nullColumns);
	const cells = new Map<string, Cell['value']>();
	for (const name of [...asked, ...faults.extraColumns]) {
		const cell = isId(name) ? idCell(account) : columnCell(name, total, account);
		if (!cell || hidden.has(cell.name)) continue;
		const shown = faults.lowerCaseColumns ? cell.name.toLowerCase() : cell.name;
		if (!cells.has(shown)) cells.set(shown, empty.has(cell.name) ? () => 'null' : cell.value);
	}
	const write = cellWriter(cells, faults);
	return (index) => {
		if (index >= 0 || !faults.documentedLeads) return write(index);
		return cellWriter(documentedCells(index, asked), faults)(index);
	};
}

function cellWriter(
	cells: Map<string, Cell['value']>,
	{ rows }: Faults,
): (index: number) => string {
	const { open, before, after, close } = FORMS[rows];
	const names = [...cells.keys()].map((name, at) => (at === 0 ? '' : ',') + before(name));
	const values = [...cells.values()];
	return (index) => {
		let row = open;
		for (let at = 0; at < names.length; at++) row += names[at] + values[at](index) + after;
		return row + close;
	};
}

/** The documented leads have nothing but what the API page shows. */
function documentedCells(index: number, asked: string[]): Map<string, Cell['value']> {
	const { lead } = DOCUMENTED[index + DOCUMENTED.length];
	const names = asked.filter((name) => Object.hasOwn(lead, name));
	return new Map(names.map((name) => [name, () => JSON.stringify(lead[name])]));
}

function idCell({ population, faults }: Account): Cell | undefined {
	const { idColumn, idCase, idForm } = faults;
	if (idColumn === 'none') return undefined;
	const cased = {
		lower: (id: string) => id,
		upper: (id: string) => id.toUpperCase(),
		mixed: (id: string) => id.slice(0, 18) + id.slice(18).toUpperCase(),
	}[idCase];
	const formed = {
		plain: (id: string) => id,
		braces: (id: string) => `{${id}}`,
		parentheses: (id: string) => `(${id})`,
		'no-hyphens': (id: string) => id.replaceAll('-', ''),
		blanks: (id: string) => ` ${id} `,
	}[idForm];
	return { name: idColumn, value: (index) => `"${formed(cased(population.idAt(index)))}"` };
}

function columnCell(
	asked: string,
	total: number,
	{ population, faults }: Account,
): Cell | undefined {
	const name = knownAs(asked, population, faults);
	if (name === undefined) {
		// What comes without being a column of the account: object types (section 4, Versions), and
		// what other calls are known to echo (operations (a)).
		const echoed: Record<string, string> = { Total: `"${total}"`, CanUpdate: '"true"' };
		const value = Object.hasOwn(echoed, asked) ? echoed[asked] : '"OT_0"';
		return faults.extraColumns.includes(asked) ? { name: asked, value: () => value } : undefined;
	}
	if (Object.hasOwn(faults.columnValues, name)) {
		const value = JSON.stringify(faults.columnValues[name]);
		return { name, value: () => value };
	}
	const value = population.values(name)!;
	if (faults.jsonNumbers && NUMBERS.has(name)) {
		return { name, value: (index) => value(index).replaceAll('"', '') };
	}
	if (faults.dayForm === 'day' && DAYS.has(name)) {
		return { name, value: (index) => value(index).replace(' 00:00:00.000', '') };
	}
	return { name, value };
}

function writeAnswer(
	rows: string[],
	counts: { total: number; page: number; asked: number; account: number },
	faults: Faults,
): Answer {
	const { recordCount, emptyForm } = faults;
	if (rows.length === 0 && emptyForm === '204') return emptyAnswer(204);
	if (rows.length === 0 && emptyForm === 'bare-list') return jsonAnswer('[]');
	const members: string[] = [];
	if (recordCount === 'string') members.push(`"RecordCount":"${grouped(counts.total, faults)}"`);
	else if (recordCount !== 'absent') members.push(`"RecordCount":${counts[recordCount]}`);

	if (rows.length > 0) members.push(`"Leads":[${rows.join(',')}]`);
	else if (emptyForm === 'list') members.push('"Leads":[]');
	else if (emptyForm === 'null') members.push('"Leads":null');
	return jsonAnswer(`{${members.join(',')}}`);
}
