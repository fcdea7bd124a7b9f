import { readActivities } from '../../../nodes/LeadSquared/api/activities';
import {
	readActivityTypes,
	readOpportunityFields,
	readOpportunityTypes,
} from '../../../nodes/LeadSquared/api/activityTypes';

const CREATED = { CreatedOn: '2026-05-01 04:30:00' };

describe('activities', () => {
	it('of a lead and of a type have one form', () => {
		const ofLead = {
			Id: 'a',
			EventCode: 201,
			EventName: 'Meeting',
			RelatedProspectId: 'l',
			...CREATED,
			Data: [
				{ Key: 'NotableEventDescription', Value: 'Met.' },
				{ Key: 'Status', Value: 'Active' },
			],
			Fields: [{ Key: 'mx_Custom_1', Value: 'x' }, null, { Value: 'no key' }],
		};
		const ofType = {
			ProspectActivityId: 'a',
			RelatedProspectId: 'l',
			ActivityEvent: '201',
			ActivityEvent_Note: 'Met.',
			...CREATED,
			Status: 'Active',
			mx_Custom_1: 'x',
		};
		const one = {
			ActivityId: 'a',
			ProspectID: 'l',
			ActivityEvent: 201,
			ActivityEventName: 'Meeting',
			ActivityEvent_Note: 'Met.',
			...CREATED,
			Status: 'Active',
			mx_Custom_1: 'x',
		};
		expect(readActivities({ RecordCount: 7, ProspectActivities: [ofLead] })).toEqual({
			rows: [one],
			recordCount: 7,
		});
		expect(readActivities({ RecordCount: '7', List: [ofType] })).toEqual({
			rows: [{ ...one, ActivityEventName: null }],
			recordCount: 7,
		});
	});

	it.each([{ RecordCount: 0 }, { RecordCount: 0, List: null }, { ProspectActivities: [] }])(
		'none: %j',
		(body) => expect(readActivities(body)).toMatchObject({ rows: [] }),
	);

	it.each([null, [], 'text', {}, { List: 'x' }, { List: [5] }])('no answer: %j', (body) =>
		expect(readActivities(body)).toBeUndefined(),
	);
});

describe('types', () => {
	const field = {
		SchemaName: 'mx_Custom_1',
		DisplayName: ' Purpose ',
		DataType: 'Dropdown',
		IsMandatory: true,
		OptionSet: '[{"Value":"First visit","Text":""},{"Value":"Follow up"},{}]',
		IncludeOthersOption: true,
		IsMultiSelectDropdown: true,
		MaxFieldLength: 200,
	};
	const read = {
		schemaName: 'mx_Custom_1',
		displayName: 'Purpose',
		dataType: 'Dropdown',
		isDay: false,
		isMandatory: true,
		choices: ['First visit', 'Follow up'],
		takesOtherValues: true,
		isMultiple: true,
		maxLength: 200,
	};

	it('of activities come with their fields', () => {
		const type = { ActivityEvent: 201, ActivityEventName: 'Meeting', Fields: [field, {}] };
		expect(readActivityTypes([type, { ActivityEvent: 'x' }, { ActivityEvent: '202' }])).toEqual([
			{ code: 201, name: 'Meeting', fields: [read] },
			{ code: 202, name: '202', fields: [] },
		]);
	});

	it('of opportunities come with their codes', () => {
		expect(readOpportunityTypes([{ EventCode: 12000, Name: 'Admission' }])).toEqual([
			{ code: 12000, name: 'Admission' },
		]);
		expect(readOpportunityFields({ EventCode: 12000, Fields: [field] })).toEqual([read]);
	});

	it('options in an unknown form are no options', () => {
		for (const OptionSet of ['', 'x', '{}', null, 5]) {
			const [type] = readActivityTypes([{ ActivityEvent: 1, Fields: [{ ...field, OptionSet }] }])!;
			expect(type.fields[0].choices).toBeUndefined();
		}
	});

	it.each([null, 'text', { a: 1 }, [5]])('no answer: %j', (body) => {
		expect(readActivityTypes(body)).toBeUndefined();
		expect(readOpportunityTypes(body)).toBeUndefined();
		expect(readOpportunityFields(body)).toBeUndefined();
	});
});
