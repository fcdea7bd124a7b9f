import type { Account } from '../account.mts';
import { isAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { LISTED_NAMES } from '../metadata.mts';
import { refuseColumns, rowWriter, writeAnswer } from '../rows.mts';
import {
	countsOf,
	existingLeads,
	ofType,
	pageOf,
	readDate,
	readSorting,
	readType,
	refusePageSize,
	sorted,
} from './found.mts';
import type { Cap, Sorting } from './found.mts';
import { invalid, malformed, readSearch, refusePaging } from './request.mts';
import type { Paging } from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';

interface ModifiedRequest extends Paging {
	from: string;
	to: string;
	/** All if there are none. */
	columns: string[];
	sorting: unknown;
	type: string;
}

/**
 * Get Leads by Date Range: https://apidocs.leadsquared.com/get-leads-by-date-range. The bounds and
 * what counts as a change are those of public reports (operations (a)).
 */
export const recentlyModified: Service<ModifiedRequest> = {
	name: 'Leads.RecentlyModified',
	method: 'POST',
	read,
	answer,
};

function read(call: ServiceCall): ModifiedRequest | Answer {
	const search = readSearch(call);
	if (!search) return malformed();
	const { parameter, columns, sorting, paging, json } = search;
	const { FromDate: from, ToDate: to } = parameter;
	if (typeof from !== 'string' || typeof to !== 'string') {
		return invalid('You have not passed Parameter.');
	}
	return refusePaging(paging) ?? { from, to, columns, sorting, type: readType(json), ...paging };
}

function answer(request: ModifiedRequest, account: Account): Served {
	const { faults } = account;
	const cap: Cap = { rows: faults.listPageCap, style: faults.listPageCapStyle };
	const from = readDate(request.from, faults);
	const to = readDate(request.to, faults);
	const sorting = readSorting(request.sorting, faults);
	const refusal =
		(from === undefined && invalid('FromDate')) ||
		(to === undefined && invalid('ToDate')) ||
		refusePageSize(request, cap, faults) ||
		refuseColumns(request.columns, account) ||
		(isAnswer(sorting) && sorting);
	if (refusal) return { answer: refusal, rows: 0 };

	const key = `modified ${from} ${to} ${request.type}`;
	const found = account.remembered(key, () =>
		ofType(modifiedBetween(from!, to!, account), request.type, account),
	);
	const list = sorted(found, sorting as Sorting | undefined, key, account);
	const page = pageOf(list, request, cap);
	const columns = request.columns.length > 0 ? request.columns : LISTED_NAMES;
	const writeRow = rowWriter(columns, list.length, account, {
		form: faults.listRows,
		echoes: faults.modifiedEchoes,
	});
	return {
		answer: writeAnswer(page.map(writeRow), countsOf(list, page, account), faults),
		rows: page.length,
	};
}

function modifiedBetween(from: number, to: number, account: Account): number[] {
	const { changes, faults } = account;
	const end = { inclusive: to, exclusive: to - 1, 'whole-second': to + 999 }[faults.toDate];
	return existingLeads(account).filter((index) => {
		const moment = changes.moment(faults.modifiedMeans, index, faults);
		return moment >= from && moment <= end;
	});
}
