import type { IDataObject } from 'n8n-workflow';
import { NOTES_PER_PAGE, notesRequest, readNotes } from '../../api/notes';
import { leadId, required } from '../../input/parameters';
import { paged } from '../paged';
import { lead, options } from '../properties';

export const getMany = paged({
	value: 'getMany',
	name: 'Get Many',
	action: 'Get many notes',
	description: 'Get the notes of a lead, the newest first',
	properties: [lead, options()],
	parameters: { lead: required(leadId('Lead')) },
	request: ({ lead: id }, paging) => notesRequest(id, paging),
	read: readNotes,
	pageSize: NOTES_PER_PAGE,
	idName: 'NoteId',
	item: (note) => note as IDataObject,
	unit: 'note',
});
