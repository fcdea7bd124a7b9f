import { allActivities, seconds, STAGE_CHANGE } from '../activities.mts';
import type { Activity } from '../activities.mts';
import type { Account } from '../account.mts';
import { errorAnswer, jsonAnswer } from '../answers.mts';
import type { Faults } from '../faults.mts';
import { draw, shuffled } from '../random.mts';
import { nameOfUser } from '../users.mts';
import { compare, pageOf, readDate, unknownColumn } from './found.mts';
import { invalid, malformed, mandatory, readJson, readPaging, refusePaging } from './request.mts';
import type { Paging } from './request.mts';
import type { Service } from './service.mts';

interface ByEventRequest extends Paging {
	event: number;
	from: string;
	to: string;
	withoutEmpty: boolean;
	withCustomFields: boolean;
	/** The column, and whether it is descending. */
	sorting?: { name: string; descending: boolean };
}

const DEFAULT_PAGE_SIZE = 25;

/** Values that activities are sorted by. */
const SORTED: Record<string, (activity: Activity) => number | string> = {
	ProspectActivityId: ({ id }) => id,
	CreatedOn: ({ created }) => created,
	ModifiedOn: ({ modified }) => modified,
};

/** Get Activities by Activity Event: by the time of their last change (facts A2). */
export const activitiesByEvent: Service<ByEventRequest> = {
	of: 'ProspectActivity.svc',
	name: 'CustomActivity/RetrieveByActivityEvent',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const { Parameter, Paging, Sorting } = Object(json);
		const parameter = Object(Parameter) as Record<string, unknown>;
		const { ActivityEvent, FromDate: from, ToDate: to } = parameter;
		const { RemoveEmptyValue, IncludeCustomFields } = parameter;
		const paging = readPaging(Paging, DEFAULT_PAGE_SIZE);
		if (!paging) return malformed();
		if (ActivityEvent === undefined) return mandatory('ActivityEvent');
		const event = Number(ActivityEvent);
		if (!Number.isInteger(event)) return malformed();
		if (typeof from !== 'string' || typeof to !== 'string') return mandatory('FromDate, ToDate');
		const { ColumnName, Direction } = Object(Sorting) as Record<string, unknown>;
		const sorting = { name: String(ColumnName), descending: String(Direction) === '1' };
		return (
			refusePaging(paging) ?? {
				event,
				from,
				to,
				withoutEmpty: RemoveEmptyValue === true || Number(RemoveEmptyValue) === 1,
				withCustomFields: Number(IncludeCustomFields) === 1,
				...(ColumnName !== undefined && { sorting }),
				...paging,
			}
		);
	},
	answer(request, account) {
		const { faults } = account;
		const { event, sorting, pageSize } = request;
		const [from, to] = [request.from, request.to].map((text) => readDate(text, faults));
		const isUnknown = event === STAGE_CHANGE.code && faults.stageChangesByType === 'refused';
		const refusal = isUnknown
			? errorAnswer(500, 'MXInvalidActivityException', 'Invalid activity event.')
			: pageSize > faults.activityPageCap
				? invalid(`PageSize can not be more than ${faults.activityPageCap}`)
				: from === undefined || to === undefined
					? invalid(from === undefined ? 'FromDate' : 'ToDate')
					: sorting && !Object.hasOwn(SORTED, sorting.name)
						? unknownColumn(sorting.name, 'order clause')
						: undefined;
		if (refusal) return { answer: refusal, rows: 0 };

		const all = allActivities(account);
		const isEmpty = event === STAGE_CHANGE.code && faults.stageChangesByType === 'empty';
		const makeList = () => {
			const found = all.filter(
				({ code, modified }) => code === event && modified >= from! && modified <= to!,
			);
			return inOrder(isEmpty ? [] : found, sorting, account);
		};
		// A long list takes long to sort, for each of its pages.
		const isFixed = account.edits.size === 0 && !isShuffled(sorting, faults);
		const key = JSON.stringify(['activities', all.length, event, from, to, sorting]);
		const list = isFixed ? account.remembered(key, makeList) : makeList();
		const page = pageOf(list, request, { rows: faults.activityPageCap, style: 'error' });
		const rows = page.map((activity) => rowOf(activity, request, account));
		const body = { RecordCount: list.length, List: rows };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: rows.length };
	},
};

const isShuffled = (sorting: ByEventRequest['sorting'], faults: Faults) =>
	sorting && faults.sorting !== 'ignored'
		? faults.ties === 'unstable'
		: faults.order === 'shuffled';

function inOrder(
	found: Activity[],
	sorting: ByEventRequest['sorting'],
	{ faults, seed, call }: Account,
): Activity[] {
	const start = isShuffled(sorting, faults) ? shuffled(found, draw(seed ^ 0x0f, call)) : found;
	if (!sorting || faults.sorting === 'ignored') return start;
	const value = SORTED[sorting.name];
	const sign = sorting.descending ? -1 : 1;
	return [...start].sort((one, other) => sign * compare(value(one), value(other)));
}

function rowOf(
	activity: Activity,
	{ withoutEmpty, withCustomFields }: ByEventRequest,
	{ population, faults }: Account,
): object {
	const { createdBy } = activity;
	const isSent = (name: string) =>
		withCustomFields || faults.customFields === 'unasked' || !name.startsWith('mx_');
	const fields = Object.entries(activity.fields).filter(([name]) => isSent(name));
	const row = {
		ProspectActivityId: activity.id,
		RelatedProspectId: activity.lead,
		ActivityEvent: String(activity.code),
		ActivityEvent_Note: activity.note,
		CreatedOn: seconds(activity.created),
		ModifiedOn: seconds(activity.modified),
		CreatedBy: population.userId(createdBy),
		CreatedByName: JSON.parse(`"${nameOfUser(createdBy).join(' ')}"`) as string,
		...Object.fromEntries(fields),
	};
	if (!withoutEmpty) return row;
	return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
