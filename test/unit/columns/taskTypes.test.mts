import { findTaskType } from '../../../nodes/LeadSquared/columns/taskTypes';

const ID = '0acb9356-bcd1-4128-b63a-97f52cb8cc3c';
const TYPES = [
	{ id: ID, name: 'Meeting' },
	{ id: 'b', name: 'Phone Call' },
];

it.each([
	['Meeting', 'Meeting'],
	[' phone CALL\u200b', 'Phone Call'],
	[ID.toUpperCase(), 'Meeting'],
	[`{${ID}}`, 'Meeting'],
])('%j is the type %s', (text, name) => expect(findTaskType(text, TYPES)).toMatchObject({ name }));

it.each([
	['Meting', 'Did you mean Meeting? Choose one of Meeting, Phone Call.'],
	['Visit', 'Choose one of Meeting, Phone Call.'],
])('%j is none', (text, advice) => expect(findTaskType(text, TYPES)).toEqual({ advice }));
