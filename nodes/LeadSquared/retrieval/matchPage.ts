import { ID_COLUMN, type Lead } from '../api/lead';
import { idKey } from '../api/leadId';

/** What one page says of the ids that were asked. */
export interface Match {
	/** Leads by id: first those asked for, then any other that the page holds. Each id once. */
	found: Map<string, Lead>;
	/** The ids that the page says nothing of. */
	leftOut: string[];
	/** Leads without an id. */
	withoutId: Lead[];
	/** How many leads have an id that was not asked. */
	others: number;
}

/**
 * Matches the leads of a page to the ids that were asked, by id and never by position: neither the
 * order nor the completeness of an answer is documented.
 *
 * @param ids as `idKey`
 * @param leads in their final form, `ProspectID` under that spelling
 */
export function matchPage(ids: string[], leads: Lead[]): Match {
	// Matched within this page: of all leads of a run, most are out of the processor's cache.
	const found = new Map<string, Lead>();
	const withoutId: Lead[] = [];
	for (const lead of leads) {
		const id = lead[ID_COLUMN];
		const key = typeof id === 'string' ? idKey(id) : '';
		if (key === '') withoutId.push(lead);
		else if (!found.has(key)) found.set(key, lead);
	}
	const leftOut = ids.filter((id) => !found.has(id));
	return { found, leftOut, withoutId, others: found.size - (ids.length - leftOut.length) };
}
