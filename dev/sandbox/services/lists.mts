import type { Account } from '../account.mts';
import { errorAnswer, isAnswer, jsonAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { LISTED_NAMES } from '../metadata.mts';
import { draw, happens } from '../random.mts';
import { refuseColumns, rowWriter, writeAnswer } from '../rows.mts';
import { countsOf, existingLeads, pageOf, readSorting, refusePageSize, sorted } from './found.mts';
import type { Cap, Sorting } from './found.mts';
import {
	invalid,
	malformed,
	mandatory,
	readColumns,
	readJson,
	readPaging,
	refusePaging,
} from './request.mts';
import type { Paging } from './request.mts';
import type { Service, ServiceCall } from './service.mts';

/** A list of leads: a share of all, or those in a stage. */
interface List {
	name: string;
	description: string;
	type: 'static' | 'dynamic' | 'refreshable';
	share?: number;
	stage?: string;
	starred?: boolean;
}

const LISTS: readonly List[] = [
	{
		name: 'Starred Leads',
		description: 'List of leads which are Starred by you.',
		type: 'static',
		starred: true,
	},
	{ name: 'All Leads', description: 'All leads you have access to', type: 'dynamic', share: 1 },
	{ name: 'Prospects', description: '', type: 'dynamic', stage: 'Prospect' },
	{ name: 'Opportunities', description: 'In talks', type: 'dynamic', stage: 'Opportunity' },
	{ name: 'Customers', description: '', type: 'dynamic', stage: 'Customer' },
	{ name: 'Open Day', description: 'Visitors of the open day', type: 'static', share: 0.05 },
	{ name: 'Summer Webinar', description: '', type: 'static', share: 0.02 },
	{ name: 'Newsletter', description: 'Everybody who gets it', type: 'static', share: 0.6 },
	{ name: 'Diwali Offer', description: '', type: 'static', share: 0.3 },
	{ name: 'Call Back This Week', description: '', type: 'refreshable', share: 0.01 },
	// Names need not differ.
	{ name: 'Open Day', description: 'Of the year before', type: 'static', share: 0.04 },
	{ name: 'Empty List', description: 'A list without leads', type: 'static', share: 0 },
];

export const LIST_NAMES = [...new Set(LISTS.map(({ name }) => name))];

const TYPE_CODES = ['static', 'dynamic', 'refreshable'];

/** Made of the seed, so that they differ from account to account. */
function listId(at: number, seed: number): string {
	const hex = [0, 1, 2, 3]
		.map((part) =>
			draw(seed ^ 0x115, at * 4 + part)
				.toString(16)
				.padStart(8, '0'),
		)
		.join('');
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function membersOf(at: number, account: Account): number[] {
	const { population, records, seed } = account;
	const own = ownMembersOf(at, account);
	const added = records.members.filter(({ list }) => list === listId(at, seed));
	if (added.length === 0) return own;
	const both = new Set([...own, ...added.map(({ lead }) => population.indexOf(lead)!)]);
	return existingLeads(account).filter((index) => both.has(index));
}

/** The members of a list, without those that calls have added. */
function ownMembersOf(at: number, account: Account): number[] {
	const { share, stage, starred } = LISTS[at];
	const { changes, faults, seed } = account;
	return account.remembered(`list ${at}`, () => {
		const all = existingLeads(account);
		if (share !== undefined) {
			return all.filter(
				(index) => happens(share, draw(seed ^ (0x2000 + at), index)) || share === 1,
			);
		}
		const column = starred ? 'IsStarredLead' : 'ProspectStage';
		const wanted = JSON.stringify(starred ? '1' : stage);
		const values = changes.values(column, faults)!;
		return all.filter((index) => values(index) === wanted);
	});
}

/** Get All Lists: https://apidocs.leadsquared.com/retrieve-all-lists/ */
export const lists: Service<{ pageIndex: number; type?: string; text: string }> = {
	name: 'Lists.Get',
	method: 'GET',
	read({ query }) {
		const asked = lowerCased(query);
		const pageIndex = Number(asked.get('pageindex') ?? 1);
		if (!Number.isInteger(pageIndex) || pageIndex < 1) return invalid('PageIndex');
		const code = asked.get('listtype');
		if (code && !/^[012]$/.test(code)) return invalid('ListType');
		const text = (asked.get('searchtext') ?? '').toLowerCase();
		return { pageIndex, text, ...(code && { type: TYPE_CODES[Number(code)] }) };
	},
	answer({ pageIndex, type, text }, account) {
		const { listsPageSize, memberCount } = account.faults;
		const found = LISTS.map((list, at) => ({ ...list, at })).filter(
			(list) =>
				(type === undefined || list.type === type) && list.name.toLowerCase().includes(text),
		);
		const page = found.slice((pageIndex - 1) * listsPageSize, pageIndex * listsPageSize);
		const rows = page.map(({ at, name, description, type: listType }) => {
			const count = membersOf(at, account).length;
			return {
				ListId: listId(at, account.seed),
				ListName: name,
				ListDescription: description,
				ListType: listType,
				...(memberCount === 'true' && { MemberCount: count }),
				...(memberCount === 'stale' && { MemberCount: Math.floor(count * 0.8) }),
			};
		});
		return { answer: jsonAnswer(JSON.stringify(rows)), rows: 0 };
	},
};

/** Ids of the leads of a list (operations (b)). */
export const listIds: Service<{ list: string }> = {
	name: 'List.GetLeads',
	method: 'GET',
	read({ query }) {
		const list = lowerCased(query).get('listid');
		return list ? { list } : mandatory('listId');
	},
	answer({ list }, account) {
		const { population, faults } = account;
		const members = findMembers(list, account);
		if (!Array.isArray(members)) return { answer: members, rows: 0 };
		const ids = members.slice(0, faults.listIdsCap).map((index) => population.idAt(index));
		const body = { ProspectId: ids, RecordsRetrieved: ids.length };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: ids.length };
	},
};

interface MembersRequest extends Paging {
	list: string;
	columns: string[];
	sorting: unknown;
}

/** Get Leads in a List: https://apidocs.leadsquared.com/get-leads-in-a-list-2 */
export const listMembers: Service<MembersRequest> = {
	name: 'Leads/Retrieve/BySearchParameter',
	method: 'POST',
	read(call: ServiceCall) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const { SearchParameters, Columns, Paging: asked, Sorting: sorting } = Object(json);
		const columns = readColumns(Columns?.Include_CSV ?? '');
		const paging = readPaging(asked);
		const { ListId, RetrieveBehaviour, RetrieveBehavior } = Object(SearchParameters);
		const behaviour = RetrieveBehaviour ?? RetrieveBehavior ?? '1';
		if (!columns || !paging) return malformed();
		if (typeof ListId !== 'string' || ListId === '') return mandatory('ListId');
		if (!/^[012]$/.test(String(behaviour))) return invalid('RetrieveBehaviour');
		return refusePaging(paging) ?? { list: ListId, columns, sorting, ...paging };
	},
	answer(request, account) {
		const { faults } = account;
		const cap: Cap = { rows: faults.listPageCap, style: faults.listPageCapStyle };
		const sorting = readSorting(request.sorting, faults);
		const members = findMembers(request.list, account);
		const refusal =
			refusePageSize(request, cap, faults) ??
			refuseColumns(request.columns, account) ??
			(Array.isArray(members) ? undefined : members) ??
			(isAnswer(sorting) ? sorting : undefined);
		if (refusal) return { answer: refusal, rows: 0 };

		const key = `list ${request.list} ${account.records.members.length}`;
		const list = sorted(members as number[], sorting as Sorting | undefined, key, account);
		const page = pageOf(list, request, cap);
		const columns = request.columns.length > 0 ? request.columns : LISTED_NAMES;
		const writeRow = rowWriter(columns, list.length, account, {
			form: faults.listRows,
			dates: faults.memberDates,
			echoes: faults.memberEchoes,
		});
		const answer = writeAnswer(page.map(writeRow), countsOf(list, page, account), faults);
		const isJson = answer.body.startsWith('{');
		const retrieved = `{"RecordsRetrieved":${page.length}`;
		const rest = answer.body.slice(1);
		const body = isJson ? `${retrieved}${rest === '}' ? '' : ','}${rest}` : answer.body;
		return { answer: { ...answer, body }, rows: page.length };
	},
};

/** The members of a list, or the refusal of an id that no list has. */
export function findMembers(list: string, account: Account): number[] | Answer {
	const at = listAt(list, account);
	if (at >= 0) return membersOf(at, account);
	return account.faults.unknownList === 'empty'
		? []
		: errorAnswer(500, 'MXInvalidEntityReferenceException', 'List not found');
}

/** The type of a list; undefined if no list has the id. */
export function typeOfList(list: string, account: Account): List['type'] | undefined {
	return LISTS[listAt(list, account)]?.type;
}

function listAt(list: string, { seed }: Account): number {
	return LISTS.findIndex((_, index) => listId(index, seed) === list.toLowerCase());
}

/** Names of parameters come in either case in the documentation (section 7). */
export function lowerCased(query: URLSearchParams): URLSearchParams {
	const result = new URLSearchParams();
	for (const [name, value] of query) result.append(name.toLowerCase(), value);
	return result;
}
