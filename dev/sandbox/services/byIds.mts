import { isNth, lookUp } from '../account.mts';
import type { Account } from '../account.mts';
import { errorAnswer, grouped, pageAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import type { Faults, Trouble } from '../faults.mts';
import { draw, happens, shuffled } from '../random.mts';
import { refuseColumns, rowWriter, writeAnswer } from '../rows.mts';
import { ofType } from './found.mts';
import {
	invalid,
	malformed,
	mandatory,
	readColumns,
	readJson,
	readPaging,
	refusePaging,
} from './request.mts';
import type { Served, Service, ServiceCall } from './service.mts';

/** A well-formed request for leads by ids. */
interface ByIdsRequest {
	/** As asked: any case, perhaps repeated. */
	ids: string[];
	columns: string[];
	pageIndex: number;
	pageSize: number;
}

const MAX_PAGE_SIZE = 10_000;

/** Get Leads in Bulk by Ids: https://apidocs.leadsquared.com/get-leads-in-bulk-by-ids/ */
export const byIds: Service<ByIdsRequest> = {
	name: 'Leads/Retrieve/ByIds',
	method: 'POST',
	read: readByIds,
	answer: answerByIds,
};

/**
 * Reads the body of a ByIds call: the request, or the refusal of a body that is not as documented
 * (400 for what is not the documented JSON, an MX envelope for a mandatory parameter that lacks).
 */
function readByIds(call: ServiceCall): ByIdsRequest | Answer {
	const json = readJson(call);
	if (json === undefined) return malformed();
	const { SearchParameters, Columns, Paging } = Object(json);
	const ids: unknown = SearchParameters?.LeadIds ?? [];
	const columns = readColumns(Columns?.Include_CSV ?? '');
	const paging = readPaging(Paging);
	const areIds = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
	if (!areIds || !columns || !paging) return malformed();
	if (ids.length === 0) return mandatory('LeadIds');
	if (columns.length === 0) return mandatory('Include_CSV');
	return refusePaging(paging) ?? { ids, columns, ...paging };
}

function answerByIds(request: ByIdsRequest, account: Account): Served {
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

function refuse(request: ByIdsRequest, account: Account): Answer | Trouble | undefined {
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

/** The leads to give, by index, of all pages, in the order of {@link Faults.order}. */
function findLeads(request: ByIdsRequest, account: Account): number[] {
	const { faults, seed, call } = account;
	const asked = request.ids.slice(0, faults.idCap).flatMap((id) => {
		const lower = id.toLowerCase();
		if (faults.upperCaseIds === 'omit' && lower !== id) return [];
		return lookUp(lower, account) ?? [];
	});
	const ofTypes = faults.typesByIds === 'all' ? asked : ofType(asked, faults.typesByIds, account);
	const distinct = faults.repeatedIds === 'once' ? [...new Set(ofTypes)] : ofTypes;
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

function pageOf(list: number[], { pageIndex, pageSize }: ByIdsRequest, faults: Faults): number[] {
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
