import type { TypeField } from '../../../nodes/LeadSquared/api/activityTypes';
import { activityShape } from '../../../nodes/LeadSquared/columns/activityShape';

const field = (schemaName: string, displayName: string, dataType = 'String'): TypeField => ({
	schemaName,
	displayName,
	dataType,
	isDay: false,
	isMandatory: false,
});
const TYPES = [
	{
		code: 201,
		name: 'Meeting',
		fields: [field('mx_Custom_2', 'Duration', 'Number'), field('ActivityEvent_Note', 'Notes')],
	},
	{ code: 202, name: 'Demo', fields: [field('mx_Custom_2', 'Rating', 'String')] },
];
const activity = (code: number, more: object = {}) => ({
	ActivityId: 'a',
	ProspectID: 'l',
	ActivityEvent: code,
	CreatedOn: '2026-05-01 04:30:00',
	...more,
});

it('the same schema name is another field in another type', () => {
	const shape = activityShape({ convertTypes: true, fieldNames: 'displayName' }, TYPES);
	expect(shape(activity(201, { mx_Custom_2: '30' }))).toEqual({
		ActivityId: 'a',
		ProspectID: 'l',
		ActivityEvent: 201,
		ActivityEventName: 'Meeting',
		Notes: null,
		CreatedOn: '2026-05-01T04:30:00.000Z',
		ModifiedOn: null,
		Duration: 30,
	});
	expect(shape(activity(202, { mx_Custom_2: '30' }))).toMatchObject({ Rating: '30' });
});

it('an activity of an unknown type keeps its fields and their names', () => {
	const shape = activityShape({ convertTypes: true, fieldNames: 'displayName' }, TYPES);
	expect(shape(activity(3002, { mx_Custom_2: '30' }))).toMatchObject({
		ActivityEventName: null,
		mx_Custom_2: '30',
		CreatedOn: '2026-05-01T04:30:00.000Z',
	});
});

it('without types, activities stay as they are', () => {
	const given = activity(201);
	const shape = activityShape({ convertTypes: false, fieldNames: 'schemaName' }, undefined);
	expect(shape(given)).toEqual(given);
});
