import type { INodeProperties } from 'n8n-workflow';
import { lead as anyLead, owner as anyOwner } from '../properties';

const type: INodeProperties = {
	displayName: 'Task Type',
	name: 'taskType',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchTaskTypes', searchable: true },
		},
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. Meeting' },
	],
};

export const name: INodeProperties = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. Call back about the offer',
	description: 'The name of the task',
};

export const newType: INodeProperties = {
	...type,
	required: true,
	description: 'The type of the task, as it is set up in LeadSquared',
};

export const wantedType: INodeProperties = {
	...type,
	description: 'The type of the tasks to get. Leave empty for all types.',
};

export const lead: INodeProperties = {
	displayName: 'Lead',
	name: 'lead',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The lead that the task is about. Leave empty for a task that is about no lead.',
	modes: anyLead.modes,
};

export const dueDate: INodeProperties = {
	displayName: 'Due Date',
	name: 'dueDate',
	type: 'dateTime',
	default: '',
	description:
		'When the task is due, or an appointment begins. Without a time zone, the time zone of the workflow is used. Leave empty for the current day.',
};

export const endDate: INodeProperties = {
	displayName: 'End Date',
	name: 'endDate',
	type: 'dateTime',
	default: '',
	description:
		'When an appointment ends. Leave empty for the duration that is set up for the task type.',
};

export const newOwner: INodeProperties = {
	...anyOwner,
	description:
		'The user who has to do the task. An expression may also return a full name. Leave empty for the user of the keys.',
};

export const wantedOwner: INodeProperties = {
	...anyOwner,
	required: true,
	description: 'The user whose tasks to get. An expression may also return a full name.',
};

export const description: INodeProperties = {
	displayName: 'Description',
	name: 'description',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	description: 'What the task is about',
};

export const reminderMinutes: INodeProperties = {
	displayName: 'Reminder (Minutes)',
	name: 'reminderMinutes',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 30,
	description: 'How many minutes before the due date LeadSquared reminds the owner by email',
};

export const taskId: INodeProperties = {
	displayName: 'Task ID',
	name: 'taskId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 0acb9356-bcd1-4128-b63a-97f52cb8cc3c',
	description: 'The ID of the task, which Create and Get Many return as TaskId',
};

export const status: INodeProperties = {
	displayName: 'Status',
	name: 'status',
	type: 'options',
	default: 'open',
	description: 'Which tasks to get',
	options: [
		{ name: 'Completed', value: 'completed' },
		{ name: 'Open', value: 'open' },
	],
};

export const dueAfter: INodeProperties = {
	displayName: 'Due After',
	name: 'dueAfter',
	type: 'dateTime',
	default: '',
	description:
		'Get tasks that are due at or after this time. Without a time zone, the time zone of the workflow is used. Leave empty for no limit.',
};

export const dueBefore: INodeProperties = {
	displayName: 'Due Before',
	name: 'dueBefore',
	type: 'dateTime',
	default: '',
	description:
		'Get tasks that are due at or before this time. A day without a time includes the whole day. Leave empty for no limit.',
};
