import type { IExecuteFunctions } from 'n8n-workflow';
import { type Operator, OPERATORS } from '../../../api/search';
import { isBlankValue, showValue } from '../../../base/text';
import { parseColumnNames } from '../../../input/columnNames';
import { itemParameter, readLocator, oneOf, onlyOne, readParameter } from '../../../input/readers';
import { findLeadIds } from '../../../input/leadIds/findLeadIds';
import {
	type LeadRequest,
	leadTypeReader,
	readLeadSettings,
	makeRequests,
} from '../../../input/leadSettings';
import { type DateFormat, dateFormatReader } from '../../../input/moments';
import { readPeriod } from '../../../input/periods';
import { limitReader, returnAllReader } from '../../properties';
import { InvalidInput } from '../../../base/invalidInput';

/** The filter for the leads that an input item wants. */
export type Filter =
	/** Changed within a time span: ms since 1970, whole seconds. Without `to` it has no end. */
	| { by: 'modified'; from: number; to?: number; leadType?: string }
	/** The ID of a list, or its name. */
	| { by: 'list'; list: string; isName?: boolean }
	/** The column and the value as they were given; no value if the item has none. */
	| {
			by: 'column';
			column: string;
			operator: Operator;
			value: unknown;
			dateFormat: DateFormat;
			leadType?: string;
	  };

/** The query of one input item. */
export interface QueryRequest extends LeadRequest {
	filter: Filter;
	/** The maximum number of leads; undefined for all. */
	wanted?: number;
}

const FILTER_BY = oneOf<Filter['by']>(
	'Filter By',
	{ modified: 'Modified', list: 'List', column: 'Column' },
	'modified',
);
/** The value of an operator in a parameter. n8n takes a value that begins with `=` for an expression. */
export const operatorValue = (operator: Operator): string =>
	operator === '=' ? 'equals' : operator;

const OPERATOR = oneOf<Operator>(
	'Operator',
	Object.fromEntries(OPERATORS.map((operator) => [operator, operatorValue(operator)])) as Record<
		Operator,
		string
	>,
	'=',
);

// Stands in a request with a fault, which is never made.
const NO_FILTER: Filter = { by: 'list', list: '' };

/** Reads the parameters of every input item. It makes no call. An item that cannot be used has a `fault`. */
export function readRequests(context: IExecuteFunctions): QueryRequest[] {
	const raw = (name: string) => itemParameter(context, name, (value) => value);
	const filterByAt = raw('filterBy');
	const modifiedAfterAt = raw('modifiedAfter');
	const modifiedBeforeAt = raw('modifiedBefore');
	const listAt = raw('listId');
	const columnAt = raw('column');
	const operatorAt = raw('operator');
	const valueAt = raw('value');
	const returnAllAt = raw('returnAll');
	const limitAt = raw('limit');
	const zone = context.getTimezone();

	const filterAt = (item: number, dateFormat: DateFormat): Filter => {
		const by = readParameter(filterByAt(item), FILTER_BY);
		if (by === 'modified') {
			const dates = { zone, format: dateFormat };
			return { by, ...readPeriod(modifiedAfterAt(item), modifiedBeforeAt(item), dates) };
		}
		if (by === 'list') return readListFilter(listAt(item));
		const [column] = parseColumnNames(columnAt(item), 'Column Name or ID');
		if (column === undefined) {
			throw new InvalidInput("'Column Name or ID' is empty", 'Choose the column to filter by.');
		}
		const operator = readParameter(operatorAt(item), OPERATOR);
		return { by, column, operator, value: readValue(valueAt(item)), dateFormat };
	};
	const nothing: { filter: Filter; wanted?: number } = { filter: NO_FILTER };
	const settings = readLeadSettings(context, {
		dateFormat: dateFormatReader,
		leadType: leadTypeReader,
	});
	return makeRequests(settings, nothing, (item, { dateFormat, leadType }) => {
		const filter = withLeadType(filterAt(item, dateFormat), leadType);
		const isAll = readParameter(returnAllAt(item), returnAllReader);
		return { filter, wanted: isAll ? undefined : readParameter(limitAt(item), limitReader) };
	});
}

function withLeadType(filter: Filter, leadType: string | undefined): Filter {
	if (leadType === undefined) return filter;
	if (filter.by !== 'list') return { ...filter, leadType };
	throw new InvalidInput(
		"The option 'Lead Type' cannot be used with a list",
		'LeadSquared returns the members of a list whatever their type is. Remove the option.',
	);
}

function readListFilter(parameter: unknown): Filter {
	const value = onlyOne(readLocator(parameter).value);
	if (isBlankValue(value)) {
		throw new InvalidInput("'List' is empty", 'Choose a list, or enter its name or ID.');
	}
	const { ids } = findLeadIds(value);
	if (ids.length > 1) {
		throw new InvalidInput(`'List' contains ${ids.length} IDs`, 'Choose one list.');
	}
	if (ids.length === 1) return { by: 'list', list: ids[0] };
	// AI models and sheets name lists by their names.
	if (typeof value === 'string') return { by: 'list', list: value.trim(), isName: true };
	throw new InvalidInput(
		`'List' contains a value that is not the ID of a list: ${showValue(value)}`,
		'Choose one list. The ID of a list looks like 0acb9356-bcd1-4128-b63a-97f52cb8cc3c: it is in the URL of the list in LeadSquared.',
	);
}

function readValue(given: unknown): unknown {
	const value = onlyOne(given);
	return value === null || (typeof value === 'string' && value.trim() === '') ? undefined : value;
}

/** Whether a request has no value to compare a column with. */
export const isBlank = ({ filter }: QueryRequest): boolean =>
	filter.by === 'column' && filter.value === undefined;

export const NO_VALUE = new InvalidInput(
	"'Value' is empty: no input item has a value",
	'Enter the value to compare the column with, or check the expression. LeadSquared cannot search for leads that have no value in a column.',
);
