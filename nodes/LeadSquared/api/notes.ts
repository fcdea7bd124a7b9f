import type { ApiRequest } from '../transport/client';
import { isSuccess, withoutEnvelope } from '../transport/outcome';
import { withIsoMoments } from './dates';
import { listIn, readRows } from './rows';

/** Create a Note: `CreateNote` of LeadManagement.svc (LeadSquared's public Postman workspace). */
export const createNote = (lead: string, note: string): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/CreateNote',
	body: { RelatedProspectId: lead, Note: note },
});

/**
 * Reads the ID of a created record from `{"Status":"Success","Message":{"Id":"…"}}`; returns null for a
 * success without an ID, and undefined if the body is not such an answer.
 */
export function readCreatedId(body: unknown): string | null | undefined {
	const { Id: id } = Object(withoutEnvelope(body) ?? {}) as { Id?: unknown };
	if (typeof id === 'string' && id !== '') return id;
	return isSuccess(body) ? null : undefined;
}

/** The page size of LeadSquared's sample. A maximum is not documented. */
export const NOTES_PER_PAGE = 200;

/**
 * Get a Lead's Notes: `RetrieveNote` of LeadManagement.svc (LeadSquared's public Postman workspace). The
 * newest come first, so that a note that is added meanwhile moves none out of sight.
 */
export const notesRequest = (
	lead: string,
	{ page, pageSize }: { page: number; pageSize: number },
): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/RetrieveNote',
	body: {
		Parameter: { RelatedId: lead },
		Paging: { PageIndex: page, PageSize: pageSize },
		Sorting: { ColumnName: 'CreatedOn', Direction: '1' },
	},
});

/** A note: `NoteId` and `ProspectID`, as a created note has them, then what LeadSquared sends. */
export type Note = Record<string, unknown> & { NoteId: string; ProspectID: unknown };

/** Reads the notes of an answer; returns undefined if the body is not an answer of this call. */
export function readNotes(body: unknown): Note[] | undefined {
	return readRows(listIn(body), ({ ProspectNoteId, RelatedProspectId, ...others }) =>
		typeof ProspectNoteId === 'string' && ProspectNoteId !== ''
			? {
					NoteId: ProspectNoteId,
					ProspectID: RelatedProspectId ?? null,
					...withIsoMoments(others),
				}
			: undefined,
	);
}
