import type { Account } from '../account.mts';
import { errorAnswer, isAnswer, jsonAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { LISTED_NAMES } from '../metadata.mts';
import { isId, knownColumn, refuseColumns, rowWriter } from '../rows.mts';
import {
	comparable,
	existingLeads,
	kindOf,
	ofType,
	pageOf,
	readDate,
	readSorting,
	readType,
	refusePageSize,
	sorted,
	unknownColumn,
} from './found.mts';
import type { Faults } from '../faults.mts';
import type { Cap, Sorting } from './found.mts';
import { malformed, readSearch, refusePaging } from './request.mts';
import type { Paging } from './request.mts';
import type { Service } from './service.mts';

interface SearchRequest extends Paging {
	/** Without one, all leads. */
	condition?: { name: string; value: string; operator: string };
	columns: string[];
	sorting: unknown;
	type: string;
}

const OPERATORS = ['=', 'LIKE', '>', '<', '<=', '>=', '<>', 'IN'];

/**
 * Search Leads by Criteria: https://apidocs.leadsquared.com/search-by-lead-criteria/. A condition under
 * any name other than Parameter is ignored (operations (c)).
 */
export const search: Service<SearchRequest> = {
	name: 'Leads.Get',
	method: 'POST',
	read(call) {
		const search = readSearch(call);
		if (!search) return malformed();
		const { parameter, columns, sorting, paging, json } = search;
		const { LookupName: name, LookupValue: value, SqlOperator: operator } = parameter;
		const condition =
			name === undefined
				? undefined
				: { name: String(name), value: String(value ?? ''), operator: String(operator ?? '=') };
		return refusePaging(paging) ?? { condition, columns, sorting, type: readType(json), ...paging };
	},
	answer(request, account) {
		const { faults } = account;
		const { condition } = request;
		const cap: Cap = { rows: faults.searchPageCap, style: faults.searchPageCapStyle };
		const sorting = readSorting(request.sorting, faults);
		const refusal =
			refusePageSize(request, cap, faults) ??
			refuseCondition(condition, account) ??
			refuseColumns(request.columns, account) ??
			refuseFields(request.columns, account) ??
			(isAnswer(sorting) ? sorting : undefined);
		if (refusal) return { answer: refusal, rows: 0 };

		const key = `search ${JSON.stringify(condition)} ${request.type}`;
		const found = account.remembered(key, () =>
			ofType(matching(condition, account), request.type, account),
		);
		const list = sorted(found, sorting as Sorting | undefined, key, account);
		const page = pageOf(list, request, cap);
		const columns = request.columns.length > 0 ? request.columns : LISTED_NAMES;
		const echoes = faults.searchEchoes;
		const writeRow = rowWriter(columns, list.length, account, { form: 'flat', echoes });
		return { answer: jsonAnswer(`[${page.map(writeRow).join(',')}]`), rows: page.length };
	},
};

/** Unlike ByIds, this call is documented to refuse unknown columns. */
function refuseFields(columns: string[], { faults }: Account): Answer | undefined {
	const bad = columns.find((name) => !isId(name) && !knownColumn(name, faults));
	const isEcho =
		bad !== undefined && [...faults.searchEchoes, ...faults.extraColumns].includes(bad);
	return bad === undefined || isEcho ? undefined : unknownColumn(bad, 'field list');
}

function refuseCondition(
	condition: SearchRequest['condition'],
	{ faults }: Account,
): Answer | undefined {
	if (!condition) return undefined;
	const { name, value, operator } = condition;
	const operators = OPERATORS.filter((each) => each !== 'IN' || faults.inOperator !== 'refused');
	if (!operators.includes(operator.toUpperCase())) {
		const list = operators.map((each) => `'${each}'`).join(',');
		return errorAnswer(500, 'MXInvalidEntityException', `SqlOperator: only ${list} are valid`);
	}
	const column = isId(name) ? 'ProspectID' : knownColumn(name, faults);
	if (column === undefined) return unknownColumn(name, 'where clause');
	if (kindOf(column) === 'boolean' && /^(true|false)$/i.test(value)) {
		return errorAnswer(500, 'MXInvalidDataTypeException', `Invalid value for ${name}`);
	}
	return undefined;
}

/** As in SQL: null matches no condition, and text is compared without case. */
function matching(condition: SearchRequest['condition'], account: Account): number[] {
	const all = existingLeads(account);
	if (!condition) return all;
	const { faults } = account;
	const operator = condition.operator.toUpperCase();
	const column = isId(condition.name) ? 'ProspectID' : knownColumn(condition.name, faults)!;
	const value = comparable(column, account);
	const kind = kindOf(column);

	if (operator === 'LIKE') {
		const pattern = likePattern(condition.value, faults.like);
		const text = account.changes.values(column, faults)!;
		return all.filter((index) => pattern.test(String(JSON.parse(text(index)) ?? '')));
	}
	const wanted = (
		operator === 'IN' && faults.inOperator === 'list'
			? condition.value.split(',')
			: [condition.value]
	).map((each) => {
		const text = each.trim().replace(/^'(.*)'$/, '$1');
		if (kind === 'number' || kind === 'boolean') return text === '' ? NaN : Number(text);
		return kind === 'date' ? (readDate(text, faults) ?? NaN) : text.toLowerCase();
	});
	// An invalid value returns an empty answer (operations (c)).
	if (wanted.some((each) => Number.isNaN(each))) return [];
	const [other] = wanted;
	const fits: Record<string, (own: number | string) => boolean> = {
		'=': (own) => own === other,
		'<>': (own) => own !== other,
		'>': (own) => own > other,
		'<': (own) => own < other,
		'>=': (own) => own >= other,
		'<=': (own) => own <= other,
		IN: (own) => wanted.includes(own),
	};
	return all.filter((index) => {
		const own = value(index);
		return own !== null && fits[operator](own);
	});
}

function likePattern(value: string, like: Faults['like']): RegExp {
	if (like === 'sets') {
		// The sets of SQL Server: [abc], [a-z], [^a].
		const parts = value.split(/(\[[^\]]+\])/);
		const sources = parts.map((part, at) => (at % 2 ? part : sqlPattern(part)));
		return new RegExp(`^${sources.join('')}$`, 'i');
	}
	if (like === 'sql') return new RegExp(`^${sqlPattern(value)}$`, 'i');
	return new RegExp(escapeRegExp(value), 'i');
}

const escapeRegExp = (value: string) => value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const sqlPattern = (value: string) =>
	escapeRegExp(value).replaceAll('%', '[^]*').replaceAll('_', '[^]');
