import { activitiesByEvent } from './activitiesByEvent.mts';
import { activitiesByLeadField, activitiesByLeadId } from './activitiesInBulk.mts';
import { activitiesOfLead } from './activitiesOfLead.mts';
import { activityTypes } from './activityTypes.mts';
import { addToList } from './addToList.mts';
import { byIds } from './byIds.mts';
import { columns } from './columns.mts';
import { createActivity } from './createActivity.mts';
import { createLeads } from './createLeads.mts';
import { listIds, listMembers, lists } from './lists.mts';
import { byEmail, byId, byPhone, quickSearch } from './lookups.mts';
import { createNote, notes } from './notes.mts';
import {
	opportunitiesById,
	opportunitiesOfLead,
	opportunityFields,
	opportunityTypes,
} from './opportunities.mts';
import { recentlyModified } from './recentlyModified.mts';
import { search } from './search.mts';
import { completeTask, createTask, tasks, taskTypes } from './tasks.mts';
import { updateLeads } from './updateLeads.mts';
import { upsert } from './upsert.mts';
import { user } from './user.mts';
import { users, userSearch } from './users.mts';
import type { Service } from './service.mts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each has its own kind of request
const ALL: ReadonlyArray<Service<any>> = [
	activitiesByEvent,
	activitiesByLeadField,
	activitiesByLeadId,
	activitiesOfLead,
	activityTypes,
	addToList,
	byIds,
	byEmail,
	byId,
	byPhone,
	columns,
	completeTask,
	createActivity,
	createLeads,
	createNote,
	createTask,
	listIds,
	listMembers,
	lists,
	notes,
	opportunitiesById,
	opportunitiesOfLead,
	opportunityFields,
	opportunityTypes,
	quickSearch,
	recentlyModified,
	search,
	tasks,
	taskTypes,
	updateLeads,
	upsert,
	user,
	users,
	userSearch,
];

const BY_PATH = new Map(
	ALL.map((service) => [`/v2/${service.of ?? 'LeadManagement.svc'}/${service.name}`, service]),
);

/** The name after LeadManagement.svc/, or a name with its service. */
export const SERVICE_NAMES: string[] = ALL.map(({ of, name }) => (of ? `${of}/${name}` : name));

/** The service at a path. */
export function serviceAt(path: string): Service<unknown> | undefined {
	return BY_PATH.get(path);
}
