import { createNote, readCreatedId } from '../../api/notes';
import { leadKey, required, text } from '../../input/parameters';
import { perItem } from '../perItem';
import { lead, writeOptions } from '../properties';
import { resolveLead } from '../resolve';
import { note } from './properties';

export const create = perItem({
	value: 'create',
	name: 'Create',
	action: 'Create a note',
	description: 'Add a note to a lead',
	properties: [lead, note, writeOptions()],
	parameters: { lead: required(leadKey(lead.displayName)), note: required(text('Note')) },
	resolve: async (run, jobs) => await resolveLead(run, jobs),
	request: ({ lead: id, note: content }) => createNote(id, content),
	read: readCreatedId,
	writes: true,
	// A second try could add the note twice.
	isRepeatable: false,
	item: (id, { lead: leadOf }) => ({ NoteId: id, ProspectID: leadOf }),
	unit: 'note',
	done: 'created',
});
