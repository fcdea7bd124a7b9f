import { completeTask, readCompleted } from '../../api/tasks';
import { recordId, required } from '../../input/parameters';
import { perItem } from '../perItem';
import { writeOptions } from '../properties';
import { taskId } from './properties';

export const complete = perItem({
	value: 'complete',
	name: 'Complete',
	action: 'Complete a task',
	description: 'Mark a task as complete',
	properties: [taskId, writeOptions()],
	parameters: { taskId: required(recordId(taskId.displayName)) },
	request: ({ taskId: id }) => completeTask(id),
	read: readCompleted,
	writes: true,
	// A task that is complete stays complete.
	isRepeatable: true,
	item: (_completed, { taskId: id }) => ({ TaskId: id, status: 'completed' }),
	unit: 'task',
	done: 'completed',
});
