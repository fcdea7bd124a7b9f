import { withIsoMoments } from '../../../nodes/LeadSquared/api/dates';

it('moments of a record are in ISO 8601, and other values unchanged', () => {
	const same = { Note: '2026-05-01 10:20:30.000', Update: 5, ClosedOn: 'soon', DoneOn: null };
	expect(
		withIsoMoments({
			...same,
			CreatedOn: '2026-05-01 10:20:30.000',
			DueDate: '5/21/2019 7:01:30 PM',
			CompletedOn: '0001-01-01 00:00:00.000',
		}),
	).toEqual({
		...same,
		CreatedOn: '2026-05-01T10:20:30.000Z',
		DueDate: '2019-05-21T19:01:30.000Z',
		CompletedOn: null,
	});
});
