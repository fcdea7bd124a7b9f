import { readCreatedId } from '../../api/notes';
import { createTask, type NewTask } from '../../api/tasks';
import { InvalidInput } from '../../base/invalidInput';
import { leadKey, name as nameReader, required, text } from '../../input/parameters';
import { DATE_FORMAT_OPTION, dateFormatReader } from '../../input/moments';
import { optionalMoment } from '../../input/periods';
import { numberIn, passthrough } from '../../input/readers';
import { taskTypeReader } from '../../run/taskTypes';
import { ownerReader } from '../../run/users';
import { perItem } from '../perItem';
import { writeOptions } from '../properties';
import { resolveLead } from '../resolve';
import {
	description,
	dueDate,
	endDate,
	lead,
	name,
	newOwner,
	newType,
	reminderMinutes,
} from './properties';

const ENDS_BEFORE_DUE = new InvalidInput(
	"'End Date' is earlier than 'Due Date'",
	"Check both, and the workflow's time zone. In LeadSquared, an appointment begins at its due date.",
);

export const create = perItem({
	value: 'create',
	name: 'Create',
	action: 'Create a task',
	description: 'Create a task for a user, about a lead or on its own',
	properties: [
		name,
		newType,
		lead,
		dueDate,
		endDate,
		newOwner,
		description,
		writeOptions(DATE_FORMAT_OPTION, reminderMinutes),
	],
	parameters: {
		name: required(text(name.displayName)),
		taskType: required(nameReader(newType.displayName)),
		lead: leadKey(lead.displayName),
		dueDate: passthrough(dueDate.displayName),
		endDate: passthrough(endDate.displayName),
		owner: nameReader(newOwner.displayName),
		description: text(description.displayName),
	},
	options: {
		dateFormat: dateFormatReader,
		reminderMinutes: numberIn(reminderMinutes.displayName, { min: 0, whole: true }, undefined),
	},
	async resolve(run, jobs) {
		const { client, context } = run;
		const zone = context.getTimezone();
		const findType = await taskTypeReader(context, client);
		const findOwner = await ownerReader(
			run,
			jobs.map(({ item, values: { owner } }) => ({ item, owner })),
		);
		const withLead = await resolveLead(run, jobs);
		return (job): NewTask => {
			const { dateFormat, reminderMinutes: reminder, ...task } = withLead(job);
			const dates = { zone, format: dateFormat };
			const due = optionalMoment(dueDate.displayName, task.dueDate, dates);
			const end = optionalMoment(endDate.displayName, task.endDate, dates);
			if (due !== undefined && end !== undefined && end < due) throw ENDS_BEFORE_DUE;
			const type = findType(task.taskType).name;
			return {
				...task,
				due,
				end,
				type,
				owner: findOwner({ item: job.item, owner: task.owner }),
				reminder,
			};
		};
	},
	request: createTask,
	read: readCreatedId,
	writes: true,
	// A second try could create the task twice.
	isRepeatable: false,
	item: (id, { lead: leadOf }) => ({ TaskId: id, ProspectID: leadOf || null }),
	unit: 'task',
	done: 'created',
});
