import { ID_COLUMN, type Lead } from '../api/lead';
import type { Failed } from '../transport/outcome';
import type { Asked, FaultScope, FirstFailure, NotFetched } from './types';
import { idKey } from '../api/leadId';

/** What became of each id that was asked for: its lead, or why there is none. */
export class Fates {
	readonly leads = new Map<string, Lead>();
	readonly notFetched = new Map<string, NotFetched>();
	/** The ids of leads that came though nobody asked for them. */
	readonly unasked = new Set<string>();
	firstFailure?: FirstFailure;

	/** Each id once. */
	readonly wanted = new Set<string>();

	/** @param asked every input item's ids, as `idKey`; an id may occur in several */
	constructor(private readonly asked: Asked[]) {
		for (const { ids } of asked) for (const id of ids) this.wanted.add(id);
	}

	/** A lead came. A later one of the same id changes nothing. */
	keep(id: string, lead: Lead): void {
		if (!this.wanted.has(id)) this.unasked.add(id);
		else if (!this.leads.has(id)) {
			this.leads.set(id, lead);
			this.notFetched.delete(id);
		}
	}

	markNotFound(ids: string[]): void {
		for (const id of ids) if (this.isOpen(id)) this.notFetched.set(id, { kind: 'notFound' });
	}

	markFailed(ids: string[], failure: Failed, scope: FaultScope): void {
		for (const id of ids) {
			if (!this.isOpen(id)) continue;
			this.firstFailure ??= { id, item: this.itemOf(id), failure, scope };
			this.notFetched.set(id, { kind: 'failed', failure, scope });
		}
	}

	/** Whether it was asked for, and no lead has come. */
	private isOpen(id: string): boolean {
		return this.wanted.has(id) && !this.leads.has(id);
	}

	private itemOf(id: string): number {
		return this.asked.find(({ ids }) => ids.includes(id))!.item;
	}
}

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
