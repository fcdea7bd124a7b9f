import type { Account } from './account.mts';
import { emptyAnswer, errorAnswer, grouped, jsonAnswer } from './answers.mts';
import type { Answer } from './answers.mts';
import type { Faults } from './faults.mts';
import { COLUMNS, isDay, LEAD_TYPE } from './metadata.mts';
import { DOCUMENTED } from './population.mts';

const NAMES = new Set(COLUMNS.map(({ schemaName }) => schemaName));
const LOWER_NAMES = new Map(
	COLUMNS.map(({ schemaName }) => [schemaName.toLowerCase(), schemaName]),
);
const NUMBERS = new Set(
	COLUMNS.filter(({ dataType }) => dataType === 'Number').map(({ schemaName }) => schemaName),
);
const DATES = new Set(
	COLUMNS.filter(({ dataType }) => /^Date/.test(dataType)).map(({ schemaName }) => schemaName),
);
const ISO = /(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)\.\d{3}/;
const TEXT_AREAS = new Set(
	COLUMNS.filter(({ rendering }) => rendering === 'TextArea').map(({ schemaName }) => schemaName),
);
const DAYS = new Set(COLUMNS.filter(isDay).map(({ schemaName }) => schemaName));

export function isId(name: string): boolean {
	return name.toLowerCase() === 'prospectid';
}

/** The schema name of a column as it was asked for, if the account has it. */
export function knownColumn(name: string, faults: Faults): string | undefined {
	if (name === LEAD_TYPE && faults.secondTypeEvery === null) return undefined;
	if (NAMES.has(name) || Object.hasOwn(faults.columnValues, name)) return name;
	return faults.columnCase === 'ignored' ? LOWER_NAMES.get(name.toLowerCase()) : undefined;
}

/** `5/21/2019 7:01:30 AM` in place of a date as it usually comes. */
export function usDate(text: string): string {
	return text.replace(ISO, toUsDate);
}

function toUsDate(_: string, ...parts: string[]): string {
	const [year, month, day, hour] = parts.slice(0, 4).map(Number);
	const [minute, second] = parts.slice(4, 6);
	return `${month}/${day}/${year} ${hour % 12 || 12}:${minute}:${second} ${hour < 12 ? 'AM' : 'PM'}`;
}

type Cell = { name: string; value: (index: number) => string };

/** The text before, between and after the cells of a row. */
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

/** The settings that differ from call to call. */
export interface RowOptions {
	form?: Faults['rows'];
	dates?: 'us' | 'iso';
	/** Unrequested data. */
	echoes?: readonly string[];
	/** Whether one lead is looked up ({@link Faults.maskedIn}). */
	isLookUp?: boolean;
}

/**
 * Makes the writer of rows with these columns: it writes JSON text directly, which is several
 * times as fast as building objects.
 */
export function rowWriter(
	asked: string[],
	total: number,
	account: Account,
	{ form = account.faults.rows, dates = 'iso', echoes = [], isLookUp = false }: RowOptions = {},
): (index: number) => string {
	const { faults } = account;
	const masked = new Set(faults.maskedIn === 'all' || isLookUp ? faults.maskedColumns : []);
	const hidden = new Set(faults.missingColumns);
	const empty = new Set(faults.nullColumns);
	const cells = new Map<string, Cell['value']>();
	for (const name of [...asked, ...echoes, ...faults.extraColumns]) {
		const cell = isId(name) ? idCell(account) : columnCell(name, total, account, echoes);
		if (!cell || hidden.has(cell.name)) continue;
		if (masked.has(cell.name)) {
			const { value } = cell;
			cell.value = (index) => mask(value(index));
		}
		if (dates === 'us' && DATES.has(cell.name)) {
			const { value } = cell;
			cell.value = (index) => usDate(value(index));
		}
		const shown = faults.lowerCaseColumns ? cell.name.toLowerCase() : cell.name;
		if (!cells.has(shown)) cells.set(shown, empty.has(cell.name) ? () => 'null' : cell.value);
	}
	const write = cellWriter(cells, form);
	return (index) => {
		if (index >= 0 || !faults.documentedLeads) return write(index);
		return cellWriter(documentedCells(index, asked), form)(index);
	};
}

function cellWriter(
	cells: Map<string, Cell['value']>,
	form: Faults['rows'],
): (index: number) => string {
	const { open, before, after, close } = FORMS[form];
	const names = [...cells.keys()].map((name, at) => (at === 0 ? '' : ',') + before(name));
	const values = [...cells.values()];
	return (index) => {
		let row = open;
		for (let at = 0; at < names.length; at++) row += names[at] + values[at](index) + after;
		return row + close;
	};
}

/** The documented leads have only the values that the API page shows. */
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
	{ changes, faults }: Account,
	echoes: readonly string[],
): Cell | undefined {
	const name = knownColumn(asked, faults);
	if (name === undefined) {
		// Members that are not columns of the account: object types (section 4, Versions), and
		// those that other calls are known to echo (operations (a)).
		const echoed: Record<string, string> = { Total: `"${total}"`, CanUpdate: '"true"' };
		const value = Object.hasOwn(echoed, asked) ? echoed[asked] : '"OT_0"';
		const comes = echoes.includes(asked) || faults.extraColumns.includes(asked);
		return comes ? { name: asked, value: () => value } : undefined;
	}
	if (Object.hasOwn(faults.columnValues, name)) {
		const value = JSON.stringify(faults.columnValues[name]);
		return { name, value: () => value };
	}
	const value = changes.values(name, faults)!;
	if (faults.jsonNumbers && NUMBERS.has(name)) {
		return { name, value: (index) => value(index).replaceAll('"', '') };
	}
	if (faults.dayForm === 'day' && DAYS.has(name)) {
		return { name, value: (index) => value(index).replace(' 00:00:00.000', '') };
	}
	if (faults.lineBreaks === 'token' && TEXT_AREAS.has(name)) {
		return { name, value: (index) => withTokens(value(index)) };
	}
	return { name, value };
}

/** All but the last two characters become an x. */
function mask(json: string): string {
	const value = JSON.parse(json) as string | null;
	return JSON.stringify(value && value.slice(0, -2).replace(/./gs, 'x') + value.slice(-2));
}

const TOKEN = '{mxnewline}';

function withTokens(json: string): string {
	const value = JSON.parse(json) as string | null;
	return JSON.stringify(value && value.replace(/\r?\n/g, TOKEN));
}

/** A written value as it is stored ({@link Faults.lineBreaks}). */
export function withoutTokens(name: string, value: string, { lineBreaks }: Faults): string {
	return lineBreaks === 'token' && TEXT_AREAS.has(name) ? value.replaceAll(TOKEN, '\n') : value;
}

export function writeAnswer(
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

/** The refusal of a requested column, if any. */
export function refuseColumns(columns: string[], { faults }: Account): Answer | undefined {
	const denied = columns.filter((name) => faults.deniedColumns.includes(name));
	if (denied.length > 0) {
		const message = `You do not have permission to view these fields: ${denied.join(', ')}`;
		return errorAnswer(401, 'MXUnAuthorizedAccessException', message);
	}
	if (faults.badColumns === 'omit') return undefined;
	const bad = columns
		.filter((name) => !isId(name) && !knownColumn(name, faults))
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
