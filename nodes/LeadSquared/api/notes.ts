import type { ApiRequest } from '../transport/client';
import { isSuccess, withoutEnvelope } from '../transport/outcome';

/** Create a Note: `CreateNote` of LeadManagement.svc (LeadSquared's public Postman workspace). */
export const createNote = (lead: string, note: string): ApiRequest => ({
	method: 'POST',
	path: '/LeadManagement.svc/CreateNote',
	body: { RelatedProspectId: lead, Note: note },
});

/**
 * The ID of what a call created, of `{"Status":"Success","Message":{"Id":"…"}}`; null for a success that
 * names none; undefined if the body is no such answer.
 */
export function readCreatedId(body: unknown): string | null | undefined {
	const { Id: id } = Object(withoutEnvelope(body) ?? {}) as { Id?: unknown };
	if (typeof id === 'string' && id !== '') return id;
	return isSuccess(body) ? null : undefined;
}
