import { readCreatedId, readNotes } from '../../../nodes/LeadSquared/api/notes';

it.each([
	[{ Status: 'Success', Message: { Id: 'a' } }, 'a'],
	[{ Id: 'a' }, 'a'],
	// The note exists. If it were reported as failed, it would be created again.
	[{ Status: 'Success', Message: { AffectedRows: 1 } }, null],
	[{ Status: 'Success', Message: 'Note created' }, null],
	[{ Status: 'Success' }, null],
	[{}, undefined],
	[null, undefined],
	[[], undefined],
	['text', undefined],
])('the ID of the created record, in %j, is %j', (body, id) =>
	expect(readCreatedId(body)).toBe(id),
);

it('notes have their IDs first, as created ones, and ISO dates', () => {
	const CreatedOn = '2026-05-01 10:20:30.400';
	const row = { Note: 'Hi', ProspectNoteId: 'n', CreatedOn, RelatedProspectId: 'p' };
	const [note] = readNotes({ List: [row, null, { Note: 'no ID' }], RecordCount: 3 })!;
	expect(note).toEqual({
		NoteId: 'n',
		ProspectID: 'p',
		Note: 'Hi',
		CreatedOn: '2026-05-01T10:20:30.400Z',
	});
	expect(Object.keys(note).slice(0, 2)).toEqual(['NoteId', 'ProspectID']);
	expect(readNotes({ List: [], RecordCount: 0 })).toEqual([]);
});

it.each([null, {}, 'text', { List: [{ Note: 'no ID' }] }])('there are no notes in %j', (body) =>
	expect(readNotes(body)).toBeUndefined(),
);
