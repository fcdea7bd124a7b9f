import { readCreatedId } from '../../../nodes/LeadSquared/api/notes';

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
