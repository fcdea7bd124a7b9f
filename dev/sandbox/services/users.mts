import type { Account } from '../account.mts';
import { errorAnswer, grouped, jsonAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { userAt } from '../users.mts';
import type { User } from '../users.mts';
import { compare, pageOf } from './found.mts';
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
import type { Service } from './service.mts';

function allUsers({ faults, population, seed }: Account): User[] {
	return Array.from({ length: faults.users }, (_, at) => userAt(at, seed, population.userId));
}

/** Get Users: https://apidocs.leadsquared.com/get-users. All users in one answer. */
export const users: Service<object> = {
	of: 'UserManagement.svc',
	name: 'Users.Get',
	method: 'GET',
	read: () => ({}),
	answer(_request, account) {
		const rows = allUsers(account).map(({ isActive, groups, ...user }) => {
			const status = isActive ? 0 : 1;
			return {
				ID: user.id,
				FirstName: user.firstName,
				LastName: user.lastName,
				EmailAddress: user.email,
				Role: user.role,
				StatusCode: account.faults.userStatus === 'text' ? String(status) : status,
				...(groups.length > 0 && { MemberOfGroups: groups }),
				Tag: null,
				IsPhoneCallAgent: false,
			};
		});
		return { answer: jsonAnswer(JSON.stringify(rows)), rows: rows.length };
	},
};

type Attributes = Record<string, string | null>;

function attributesOf(user: User, all: User[]): Attributes {
	const manager = user.manager === undefined ? undefined : all[user.manager];
	return {
		UserId: user.id,
		FirstName: user.firstName,
		LastName: user.lastName,
		EmailAddress: user.email,
		Role: user.role,
		StatusCode: user.isActive ? '0' : '1',
		AssociatedPhoneNumbers: user.phone,
		PhoneMain: user.phone,
		TeamId: user.teamId,
		Team: null,
		ManagerUserId: manager?.id ?? null,
		ManagerName: manager ? `${manager.firstName} ${manager.lastName}` : null,
		Groups: user.groups.join(',') || null,
	};
}

/** ManagerName comes with ManagerUserId; requesting it by name is an error (facts A6, live). */
const ATTRIBUTES = [
	'UserId',
	'FirstName',
	'LastName',
	'EmailAddress',
	'Role',
	'StatusCode',
	'AssociatedPhoneNumbers',
	'PhoneMain',
	'TeamId',
	'Team',
	'ManagerUserId',
	'Groups',
];

interface Condition {
	LookupName: string;
	Operator: string;
	LookupValue: string;
	/** The operator before the next condition; the same within a group. */
	ConditionOperator: string | null;
}

interface Group {
	Condition: Condition[];
	GroupOperator: string | null;
}

interface UserSearch extends Paging {
	columns: string[];
	groups?: Group[];
	sorting: Array<{ ColumnName: string; Direction: unknown }>;
}

/** User Advanced Search: https://apidocs.leadsquared.com/user-advanced-search/. */
export const userSearch: Service<UserSearch> = {
	of: 'UserManagement.svc',
	name: 'User/AdvancedSearch',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const { Columns, GroupConditions: groups, Sorting: sorting = [], Paging } = Object(json);
		const columns = readColumns(Columns?.Include_CSV ?? '');
		const paging = readPaging(Paging);
		const areGroups = groups === undefined || (Array.isArray(groups) && groups.every(isGroup));
		if (!columns || !paging || !areGroups || !Array.isArray(sorting)) return malformed();
		if (columns.length === 0) return mandatory('Include_CSV');
		return refusePaging(paging) ?? { columns, groups, sorting, ...paging };
	},
	answer(request, account) {
		const { faults } = account;
		const { columns, groups, sorting } = request;
		const refusal = refuse(request, account);
		if (refusal) return { answer: refusal, rows: 0 };

		const all = allUsers(account);
		const found = all
			.map((user) => attributesOf(user, all))
			.filter((user) => !groups || joined(groups, 'GroupOperator', (group) => fits(group, user)));
		for (const { ColumnName, Direction } of [...sorting].reverse()) {
			const sign = String(Direction) === '1' ? -1 : 1;
			const name = attributeOf(ColumnName);
			found.sort((one, other) => sign * compare(one[name], other[name]));
		}
		const page = pageOf(found, request, { rows: faults.userPageCap, style: 'error' });
		const asked = new Set(columns.includes('*') ? ATTRIBUTES : columns.map(attributeOf));
		if (asked.has('ManagerUserId')) asked.add('ManagerName');
		const rows = page.map((user) =>
			Object.fromEntries(
				Object.entries(user).map(([name, value]) => [name, asked.has(name) ? value : null]),
			),
		);
		return { answer: jsonAnswer(JSON.stringify({ Users: rows })), rows: rows.length };
	},
};

function isGroup(value: unknown): value is Group {
	const { Condition: conditions } = Object(value) as Partial<Group>;
	return Array.isArray(conditions) && conditions.length > 0;
}

/** The page spells UserID, answers have UserId. */
function attributeOf(name: string): string {
	return name === 'UserID' ? 'UserId' : name;
}

function refuse(
	{ columns, groups, sorting, pageSize }: UserSearch,
	{ faults }: Account,
): Answer | undefined {
	if (pageSize > faults.userPageCap) {
		const message = `PageSize can't be greater than ${grouped(faults.userPageCap, faults)}`;
		return errorAnswer(500, 'MXInvalidInputException', message);
	}
	if (!groups && faults.userConditions === 'required') return mandatory('GroupConditions');
	const conditions = (groups ?? []).flatMap(({ Condition: each }) => each);
	const names = [
		...columns.filter((name) => name !== '*'),
		...conditions.map(({ LookupName }) => LookupName),
		...sorting.map(({ ColumnName }) => ColumnName),
	];
	if (names.some((name) => !ATTRIBUTES.includes(attributeOf(name)))) {
		const message = 'User search has some invalid Attributes';
		return errorAnswer(500, 'MXInvalidInputException', message);
	}
	const isKnown = ({ Operator }: Condition) => Operator === 'eq' || Operator === 'lik';
	return conditions.every(isKnown) ? undefined : invalid('Operator');
}

function fits({ Condition: conditions }: Group, user: Attributes): boolean {
	return joined(conditions, 'ConditionOperator', ({ LookupName, Operator, LookupValue }) => {
		const own = (user[attributeOf(LookupName)] ?? '').toLowerCase();
		const wanted = String(LookupValue).toLowerCase();
		return Operator === 'eq' ? own === wanted : own.includes(wanted);
	});
}

/** Whether one or all of several conditions are met; the first says which. */
function joined<Name extends string, T extends Record<Name, string | null>>(
	each: T[],
	operator: Name,
	holds: (one: T) => boolean,
): boolean {
	return each[0]?.[operator] === 'OR' ? each.some(holds) : each.every(holds);
}
