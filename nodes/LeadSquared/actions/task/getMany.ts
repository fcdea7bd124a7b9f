import type { IDataObject } from 'n8n-workflow';
import { readTasks, TASKS_PER_PAGE, type TasksQuery, tasksRequest } from '../../api/tasks';
import { InvalidInput } from '../../base/invalidInput';
import { DATE_FORMAT_OPTION, dateFormatReader } from '../../input/moments';
import { name, required } from '../../input/parameters';
import { optionalEnd, optionalMoment } from '../../input/periods';
import { oneOf, passthrough } from '../../input/readers';
import { taskTypeReader } from '../../run/taskTypes';
import { ownerReader } from '../../run/users';
import { paged } from '../paged';
import { options } from '../properties';
import { dueAfter, dueBefore, status, wantedOwner, wantedType } from './properties';

const ENDS_BEFORE_START = new InvalidInput(
	"'Due After' is later than 'Due Before'",
	"No task can match. Check both, and the workflow's time zone.",
);

export const getMany = paged({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many tasks',
	description: 'Get the open or completed tasks of a user, in the order in which they are due',
	properties: [wantedOwner, wantedType, status, dueAfter, dueBefore, options(DATE_FORMAT_OPTION)],
	parameters: {
		owner: required(name(wantedOwner.displayName)),
		taskType: name(wantedType.displayName),
		status: oneOf<TasksQuery['status']>(
			status.displayName,
			{ open: 'Open', completed: 'Completed' },
			'open',
		),
		dueAfter: passthrough(dueAfter.displayName),
		dueBefore: passthrough(dueBefore.displayName),
	},
	options: { dateFormat: dateFormatReader },
	async resolve(run, jobs) {
		const { client, context } = run;
		const zone = context.getTimezone();
		const hasType = jobs.some(({ values }) => values.taskType !== '');
		const findType = hasType ? await taskTypeReader(context, client) : undefined;
		const findOwner = await ownerReader(
			run,
			jobs.map(({ item, values: { owner } }) => ({ item, owner })),
		);
		return ({ item, values: { owner, taskType, dateFormat, ...others } }): TasksQuery => {
			const dates = { zone, format: dateFormat };
			const dueFrom = optionalMoment(dueAfter.displayName, others.dueAfter, dates);
			const dueTo = optionalEnd(dueBefore.displayName, others.dueBefore, dates);
			if (dueFrom !== undefined && dueTo !== undefined && dueTo < dueFrom) {
				throw ENDS_BEFORE_START;
			}
			const type = taskType === '' ? undefined : findType?.(taskType).id;
			return { owner: findOwner({ item, owner }), type, status: others.status, dueFrom, dueTo };
		};
	},
	request: tasksRequest,
	read: readTasks,
	pageSize: TASKS_PER_PAGE,
	idName: 'TaskId',
	item: (task) => task as IDataObject,
	unit: 'task',
});
