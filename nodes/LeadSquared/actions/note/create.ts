import { createNote, readCreatedId } from '../../api/notes';
import { leadId, required, text } from '../../input/parameters';
import { perItem } from '../perItem';
import { lead, options } from '../properties';
import { note } from './properties';

export const create = perItem({
	value: 'create',
	name: 'Create',
	action: 'Create a note',
	description: 'Add a note to a lead',
	properties: [lead, note, options()],
	parameters: { lead: required(leadId('Lead')), note: required(text('Note')) },
	request: ({ lead: id, note: content }) => createNote(id, content),
	read: readCreatedId,
	// A second try could add the note twice.
	isRepeatable: false,
	item: (id, { lead: leadOf }) => ({ NoteId: id, ProspectID: leadOf }),
	unit: 'note',
	done: 'created',
});
