/** A lead id as LeadSquared writes it: a GUID, 8-4-4-4-12 hexadecimal digits. */
export const LEAD_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What two spellings of the same lead id share: LeadSquared's ids are GUIDs, so case means nothing. */
export const idKey = (id: string): string => id.toLowerCase();
