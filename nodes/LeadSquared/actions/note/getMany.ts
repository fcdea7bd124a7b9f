import type { IDataObject } from 'n8n-workflow';
import { NOTES_PER_PAGE, notesRequest, readNotes } from '../../api/notes';
import { leadKey, required } from '../../input/parameters';
import { paged } from '../paged';
import { lead, options } from '../properties';
import { resolveLead } from '../resolve';

export const getMany = paged({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many notes',
	description: 'Get the notes of a lead, the newest first',
	properties: [lead, options()],
	parameters: { lead: required(leadKey(lead.displayName)) },
	resolve: async (run, jobs) => await resolveLead(run, jobs),
	request: ({ lead: id }, paging) => notesRequest(id, paging),
	read: readNotes,
	pageSize: NOTES_PER_PAGE,
	idName: 'NoteId',
	item: (note) => note as IDataObject,
	unit: 'note',
});
