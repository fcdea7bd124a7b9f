import type { Account } from '../account.mts';
import { allActivities, isOpportunity } from '../activities.mts';
import { errorAnswer, jsonAnswer } from '../answers.mts';
import type { Answer } from '../answers.mts';
import { guid } from '../population.mts';
import { TASK_TYPES } from '../tasks.mts';
import type { Task } from '../tasks.mts';
import { nameOfUser } from '../users.mts';
import { dateTime } from '../values.mts';
import { readDate } from './found.mts';
import { lowerCased } from './lists.mts';
import { leadById, userByEmail, userById } from './newActivity.mts';
import { invalid, malformed, mandatory, readJson } from './request.mts';
import type { Served, Service } from './service.mts';

const typeId = (at: number, { seed }: Account) => guid(at, seed ^ 0x7a5);

/** Get List of Task Types: https://apidocs.leadsquared.com/get-list-of-task-types-2/ */
export const taskTypes: Service<object> = {
	of: 'Task.svc',
	name: 'RetrieveTaskType',
	method: 'GET',
	read: () => ({}),
	answer(_request, account) {
		const types = TASK_TYPES.map(({ name, category }, at) => ({
			Id: typeId(at, account),
			Name: name,
			Category: category,
			Color: '#F8BBD0',
			ColumnConfiguration: [],
		}));
		return { answer: jsonAnswer(JSON.stringify(types)), rows: 0 };
	},
};

interface NewTask {
	name: string;
	type: string;
	body: Record<string, unknown>;
}

/** Create a Task (facts A4). The same call twice creates two. */
export const createTask: Service<NewTask> = {
	of: 'Task.svc',
	name: 'Create',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const body = Object(json) as Record<string, unknown>;
		const { Name: name, TaskType } = body;
		const { Name: type } = Object(TaskType) as Record<string, unknown>;
		if (!isTextOrAbsent(name) || !isTextOrAbsent(type)) return malformed();
		if (!name) return mandatory('Name');
		return type ? { name, type, body } : mandatory('TaskType');
	},
	answer(request, account) {
		const task = toTask(request, account);
		if ('status' in task) return { answer: task, rows: 0 };
		account.add('tasks', task);
		const body = { Status: 'Success', Message: { Id: task.id, AutoId: task.autoId } };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: 1 };
	},
};

function toTask({ name, type, body }: NewTask, account: Account): Task | Answer {
	const { faults, records, seed, stamp } = account;
	if (!TASK_TYPES.some((each) => each.name === type)) return invalid('TaskType');
	const { RelatedEntity = 0, RelatedEntityId: relatedId = '', OwnerId, OwnerEmailAddress } = body;
	const relatedEntity = Number(RelatedEntity);
	const related = refuseRelated(relatedEntity, String(relatedId), account);
	if (related) return related;
	const [due, end] = [body.DueDate, body.EndDate].map((date) =>
		date === undefined || date === '' ? stamp : readDate(String(date), faults),
	);
	if (due === undefined) return invalidDate('DueDate');
	if (end === undefined) return invalidDate('EndDate');
	const owner = ownerOf(OwnerId, OwnerEmailAddress, account);
	if (owner === undefined) return invalid('OwnerId');
	const number = records.tasks.length;
	return {
		id: guid(number, seed ^ 0x7a6),
		autoId: 1001 + number,
		name,
		description: String(body.Description ?? ''),
		type,
		relatedEntity: relatedEntity as Task['relatedEntity'],
		relatedId: String(relatedId),
		due,
		end,
		reminder: Number(body.Reminder ?? 0),
		notifyBy: String(body.NotifyBy ?? '1000'),
		owner,
		created: stamp,
	};
}

function refuseRelated(entity: number, id: string, account: Account): Answer | undefined {
	switch (entity) {
		case 0:
			return undefined;
		case 1: {
			const index = leadById(id, account);
			return typeof index === 'number' ? undefined : errorAnswer(500, index.type, index.message);
		}
		case 5: {
			const isThere = allActivities(account).some((each) => isOpportunity(each) && each.id === id);
			return isThere
				? undefined
				: errorAnswer(500, 'MXUnknownProspectActivityException', 'Opportunity does not exist.');
		}
		default:
			return invalid('RelatedEntity');
	}
}

function ownerOf(id: unknown, email: unknown, account: Account): number | undefined {
	if (id !== undefined && id !== '') return userById(String(id), account);
	return email === undefined || email === '' ? 0 : userByEmail(String(email), account);
}

const invalidDate = (name: string) =>
	errorAnswer(500, 'MXInvalidDataTypeException', `${name} is not a valid DateTime`);

/** Completes a task: a GET that writes, as public code calls it. The same call twice does no harm. */
export const completeTask: Service<{ id: string }> = {
	of: 'Task.svc',
	name: 'MarkComplete',
	method: 'GET',
	read({ query }) {
		const id = lowerCased(query).get('id');
		return id ? { id } : mandatory('id');
	},
	answer({ id }, { records, stamp }) {
		const task = records.tasks.find((each) => each.id === id.toLowerCase());
		if (!task) {
			const type = 'MXInvalidEntityReferenceException';
			return { answer: errorAnswer(500, type, 'Task not found'), rows: 0 };
		}
		task.completed ??= stamp;
		return { answer: jsonAnswer('{"Status":"Success"}'), rows: 0 };
	},
};

interface TasksRequest {
	by: 'OwnerId' | 'OwnerEmailAddress';
	owner: string;
	typeId?: string;
	from?: string;
	to?: string;
	status?: string;
	sorting: Record<string, unknown>;
	offset: number;
	rowCount: number;
}

const DEFAULT_ROWS = 25;

/** Get Tasks, of one owner: https://apidocs.leadsquared.com/retrieve-tasks/ */
export const tasks: Service<TasksRequest> = {
	of: 'Task.svc',
	name: 'Retrieve',
	method: 'POST',
	read(call) {
		const json = readJson(call);
		if (json === undefined) return malformed();
		const { Parameter, Paging, Sorting } = Object(json);
		const parameter = Object(Parameter) as Record<string, string | undefined>;
		const { LookupName: by, LookupValue: owner, TypeName, FromDate: from, ToDate: to } = parameter;
		const { Offset = 0, RowCount = DEFAULT_ROWS } = Object(Paging) as Record<string, unknown>;
		const [offset, rowCount] = [Offset, RowCount].map(Number);
		const arePaging = Number.isInteger(offset) && Number.isInteger(rowCount);
		if (!arePaging || offset < 0 || rowCount < 1) return malformed();
		if (!by || !owner) return mandatory(by ? 'LookupValue' : 'LookupName');
		if (by !== 'OwnerId' && by !== 'OwnerEmailAddress') return invalid('LookupName');
		const { StatusCode } = parameter;
		const status = StatusCode === undefined ? undefined : String(StatusCode);
		const sorting = Object(Sorting) as Record<string, unknown>;
		return { by, owner, typeId: TypeName, from, to, status, sorting, offset, rowCount };
	},
	answer(request, account): Served {
		const { faults, records } = account;
		const { by, owner, sorting } = request;
		const user = by === 'OwnerId' ? userById(owner, account) : userByEmail(owner, account);
		if (user === undefined) return { answer: invalid(by), rows: 0 };
		const bounds = [request.from, request.to].map((date) =>
			date === undefined ? null : readDate(date, faults),
		);
		if (bounds.includes(undefined)) return { answer: invalidDate('FromDate, ToDate'), rows: 0 };
		const [from, to] = [bounds[0] ?? -Infinity, bounds[1] ?? Infinity];
		const type = TASK_TYPES.find((_, at) => typeId(at, account) === request.typeId);
		const found = records.tasks.filter(
			(task) =>
				task.owner === user &&
				task.due >= from &&
				task.due <= to &&
				(request.typeId === undefined || task.type === type?.name) &&
				(request.status === undefined || request.status === statusOf(task)),
		);
		const byDueDate = /^duedate$/i.test(String(sorting.ColumnName ?? ''));
		if (byDueDate) {
			const sign = String(sorting.Direction) === '1' ? -1 : 1;
			found.sort((one, other) => sign * (one.due - other.due));
		}
		const page = found.slice(request.offset, request.offset + request.rowCount);
		const rows = page.map((task) => rowOf(task, account));
		const body = { RecordCount: found.length, List: rows };
		return { answer: jsonAnswer(JSON.stringify(body)), rows: rows.length };
	},
};

const statusOf = ({ completed }: Task) => (completed === undefined ? '0' : '1');

/** The text that stands for no date (facts A4). */
const NEVER = '0001-01-01 00:00:00.000';

function rowOf(task: Task, account: Account) {
	const at = TASK_TYPES.findIndex(({ name }) => name === task.type);
	return {
		UserTaskId: task.id,
		AutoId: task.autoId,
		Name: task.name,
		Description: task.description,
		Category: TASK_TYPES[at].category,
		TaskType: { Id: typeId(at, account), Name: task.type },
		RelatedEntity: task.relatedEntity,
		RelatedEntityId: task.relatedId,
		DueDate: dateTime(task.due),
		EndDate: dateTime(task.end),
		Reminder: task.reminder,
		NotifyBy: task.notifyBy,
		StatusCode: Number(statusOf(task)),
		OwnerId: account.population.userId(task.owner),
		OwnerName: JSON.parse(`"${nameOfUser(task.owner).join(' ')}"`) as string,
		CreatedOn: dateTime(task.created),
		CompletedOn: task.completed === undefined ? NEVER : dateTime(task.completed),
	};
}

function isTextOrAbsent(value: unknown): value is string | undefined {
	return value === undefined || typeof value === 'string';
}
