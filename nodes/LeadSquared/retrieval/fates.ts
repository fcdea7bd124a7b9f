import type { Lead } from '../api/lead';
import type { Failed } from '../transport/outcome';
import type { Asked, FaultScope, FirstFailure, NotFetched } from './types';

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
