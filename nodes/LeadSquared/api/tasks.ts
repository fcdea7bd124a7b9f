import type { ApiRequest } from '../transport/client';
import { isSuccess } from '../transport/outcome';
import { toApiMoment, withIsoMoments } from './dates';
import { ID_COLUMN } from './leads';
import { listIn, readRows } from './rows';

/** A task to create. Moments are in ms since 1970. */
export interface NewTask {
	name: string;
	/** The name of its type. */
	type: string;
	/** The ID of the lead that it is about; empty if it is about none. */
	lead: string;
	/** LeadSquared's default is the current day. */
	due?: number;
	/** LeadSquared's default is the duration that the type has. */
	end?: number;
	/** The ID of its owner; empty for the user of the keys. */
	owner: string;
	description: string;
	/** The minutes before it is due when LeadSquared sends its owner an email. */
	reminder?: number;
}

const ABOUT_NOTHING = 0;
const ABOUT_LEAD = 1;
const BY_EMAIL = '1100';

/** Create an Appointment or a To-Do: https://apidocs.leadsquared.com/create-task-appointment/ */
export function createTask(task: NewTask): ApiRequest {
	const { name, type, lead, due, end, owner, description, reminder } = task;
	return {
		method: 'POST',
		path: '/Task.svc/Create',
		body: {
			Name: name,
			TaskType: { Name: type },
			RelatedEntity: lead === '' ? ABOUT_NOTHING : ABOUT_LEAD,
			RelatedEntityId: lead,
			...(description !== '' && { Description: description }),
			...(due !== undefined && { DueDate: toApiMoment(due) }),
			...(end !== undefined && { EndDate: toApiMoment(end) }),
			...(owner !== '' && { OwnerId: owner }),
			...(reminder !== undefined && { Reminder: reminder, NotifyBy: BY_EMAIL }),
		},
	};
}

/** Marks a task as complete: a GET that writes, as public code calls it. */
export const completeTask = (id: string): ApiRequest => ({
	method: 'GET',
	path: '/Task.svc/MarkComplete',
	qs: { id },
});

/** Reads whether a task is complete now; returns undefined if the body does not report a success. */
export const readCompleted = (body: unknown): true | undefined =>
	isSuccess(body) ? true : undefined;

/** The tasks of an owner. Moments are in ms since 1970, whole seconds. */
export interface TasksQuery {
	/** The ID of a user. */
	owner: string;
	/** The ID of a type. */
	type?: string;
	status: 'open' | 'completed';
	dueFrom?: number;
	dueTo?: number;
}

/** The page size of LeadSquared's sample. A maximum is not documented. */
export const TASKS_PER_PAGE = 200;

const STATUS_CODES = { open: 0, completed: 1 };

/** Get Tasks, those that are due first at the top: https://apidocs.leadsquared.com/retrieve-tasks/ */
export const tasksRequest = (
	{ owner, type, status, dueFrom, dueTo }: TasksQuery,
	{ page, pageSize }: { page: number; pageSize: number },
): ApiRequest => ({
	method: 'POST',
	path: '/Task.svc/Retrieve',
	body: {
		Parameter: {
			LookupName: 'OwnerId',
			LookupValue: owner,
			StatusCode: STATUS_CODES[status],
			// It takes the ID of a type, in spite of its name.
			...(type !== undefined && { TypeName: type }),
			...(dueFrom !== undefined && { FromDate: toApiMoment(dueFrom) }),
			...(dueTo !== undefined && { ToDate: toApiMoment(dueTo) }),
		},
		Sorting: { ColumnName: 'Duedate', Direction: '0' },
		Paging: { Offset: (page - 1) * pageSize, RowCount: pageSize },
	},
});

/** A task: `TaskId` and `ProspectID`, as a created task has them, then what LeadSquared sends. */
export type Task = Record<string, unknown> & { TaskId: string; ProspectID: unknown };

/** Reads the tasks of an answer; returns undefined if the body is not an answer of this call. */
export function readTasks(body: unknown): Task[] | undefined {
	return readRows(listIn(body), ({ UserTaskId, ...others }) => {
		if (typeof UserTaskId !== 'string' || UserTaskId === '') return undefined;
		const isAboutLead = Number(others.RelatedEntity) === ABOUT_LEAD;
		return {
			TaskId: UserTaskId,
			[ID_COLUMN]: isAboutLead ? (others.RelatedEntityId ?? null) : null,
			...withIsoMoments(others),
		};
	});
}

/** A type of tasks, such as Meeting. */
export interface TaskType {
	id: string;
	name: string;
}

/** Get List of Task Types: https://apidocs.leadsquared.com/get-list-of-task-types-2/ */
export const taskTypesRequest: ApiRequest = { method: 'GET', path: '/Task.svc/RetrieveTaskType' };

/** Reads the types of an answer; returns undefined if the body is not an answer of this call. */
export function readTaskTypes(body: unknown): TaskType[] | undefined {
	return readRows(listIn(body), ({ Id: id, Name: name }) =>
		typeof id === 'string' && typeof name === 'string' && name.trim() !== ''
			? { id, name: name.trim() }
			: undefined,
	);
}
