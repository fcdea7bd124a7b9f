import {
	completeTask,
	createTask,
	readCompleted,
	readTasks,
	readTaskTypes,
	tasksRequest,
} from '../../../nodes/LeadSquared/api/tasks';

const TASK = { name: 'Call', type: 'Phone Call', lead: '', owner: '', description: '' };

it('a task is sent without what LeadSquared has a default for', () => {
	expect(createTask(TASK).body).toEqual({
		Name: 'Call',
		TaskType: { Name: 'Phone Call' },
		RelatedEntity: 0,
		RelatedEntityId: '',
	});
	const due = Date.parse('2026-05-01T10:00:00.900Z');
	expect(
		createTask({ ...TASK, lead: 'l', owner: 'o', description: 'd', due, end: due, reminder: 0 })
			.body,
	).toMatchObject({
		RelatedEntity: 1,
		RelatedEntityId: 'l',
		OwnerId: 'o',
		Description: 'd',
		DueDate: '2026-05-01 10:00:00',
		EndDate: '2026-05-01 10:00:00',
		Reminder: 0,
		NotifyBy: '1100',
	});
});

it('pages of tasks skip the rows before them', () => {
	const query = { owner: 'o', status: 'completed', dueFrom: 0 } as const;
	expect(tasksRequest(query, { page: 3, pageSize: 200 }).body).toEqual({
		Parameter: {
			LookupName: 'OwnerId',
			LookupValue: 'o',
			StatusCode: 1,
			FromDate: '1970-01-01 00:00:00',
		},
		Sorting: { ColumnName: 'Duedate', Direction: '0' },
		Paging: { Offset: 400, RowCount: 200 },
	});
});

it('a task is completed by its ID', () => {
	expect(completeTask('t')).toMatchObject({ method: 'GET', qs: { id: 't' } });
	expect(readCompleted({ Status: 'Success', Message: { AffectedRows: 1 } })).toBe(true);
	expect(readCompleted({ Status: 'success' })).toBe(true);
	for (const body of [null, {}, [], 'text']) expect(readCompleted(body)).toBeUndefined();
});

it('tasks have their IDs first, as created ones, and ISO dates', () => {
	const about = { RelatedEntityId: 'x', CompletedOn: '0001-01-01 00:00:00.000' };
	const rows = [
		{ Name: 'A', ...about, UserTaskId: 'a', RelatedEntity: 1 },
		{ ...about, UserTaskId: 'b', RelatedEntity: '1' },
		{ ...about, UserTaskId: 'c', RelatedEntity: 5 },
		{ Name: 'no ID' },
	];
	const tasks = readTasks({ RecordCount: 3, List: rows })!;
	expect(tasks.map(({ TaskId, ProspectID }) => [TaskId, ProspectID])).toEqual([
		['a', 'x'],
		['b', 'x'],
		['c', null],
	]);
	expect(Object.keys(tasks[0]).slice(0, 2)).toEqual(['TaskId', 'ProspectID']);
	expect(tasks[0].CompletedOn).toBeNull();
	expect(readTasks({ RecordCount: 0, List: [] })).toEqual([]);
	for (const body of [null, {}, 'text', { List: [{}] }]) expect(readTasks(body)).toBeUndefined();
});

it('types of tasks have an ID and a name', () => {
	const rows = [{ Id: 'a', Name: ' Meeting ' }, { Id: 'b', Name: '' }, { Name: 'no ID' }];
	expect(readTaskTypes(rows)).toEqual([{ id: 'a', name: 'Meeting' }]);
	expect(readTaskTypes([])).toEqual([]);
	expect(readTaskTypes({})).toBeUndefined();
});
