import { ID_COLUMN, type Lead } from '../api/leads';
import { idKey } from '../api/leadId';
import type { Failed } from '../transport/outcome';

/** Tries for a page that counts leads but contains none. */
export const MAX_TIMES_EMPTY = 5;

/** The IDs that one input item requests, each once, as `idKey`. */
export interface Asked {
	item: number;
	ids: string[];
}

/** The cause of a failure: this ID, the chosen columns, or the request as a whole. */
export type FaultScope = 'id' | 'columns' | 'request';

/** The reason why there is no lead for an ID. */
export type NotFetched =
	| { kind: 'notFound' }
	| { kind: 'failed'; failure: Failed; scope: FaultScope };

/** The first permanent failure, with the first input item that requests its ID. */
interface FirstFailure {
	id: string;
	item: number;
	failure: Failed;
	scope: FaultScope;
}

/** Leads sent without an ID, and the IDs that they were requested by. */
export interface Unidentified {
	leads: Lead[];
	ids: string[];
}

/** The result of each ID: its lead, or the reason why there is none. IDs are as `idKey`. */
export interface Fetched {
	leads: Map<string, Lead>;
	notFetched: Map<string, NotFetched>;
	/** Leads sent without an ID, by input item. */
	unidentified: Map<number, Unidentified>;
	/** The IDs of leads that were returned although no input item requests them. */
	unasked: Set<string>;
	/** The number of distinct IDs that were requested. */
	distinctIds: number;
	/** Columns that LeadSquared does not know. */
	unknownColumns: string[];
	/** Columns that LeadSquared sent for no lead. */
	absentColumns: string[];
	firstFailure?: FirstFailure;
}

/** Collects the results of a fetch. */
export class Results implements Omit<Fetched, 'absentColumns'> {
	/** Each ID once, in the order of the input. */
	readonly wanted = new Set<string>();
	readonly leads = new Map<string, Lead>();
	readonly notFetched = new Map<string, NotFetched>();
	readonly unidentified = new Map<number, Unidentified>();
	readonly unasked = new Set<string>();
	readonly unknownColumns: string[] = [];
	readonly distinctIds: number;
	firstFailure?: FirstFailure;

	/** @param asked an ID may occur in several input items */
	constructor(readonly asked: Asked[]) {
		for (const { ids } of asked) for (const id of ids) this.wanted.add(id);
		this.distinctIds = this.wanted.size;
	}

	countKnown(): number {
		const unidentified = new Set([...this.unidentified.values()].flatMap(({ ids }) => ids));
		return this.leads.size + this.notFetched.size + unidentified.size;
	}

	/** Keeps a lead. A later one with the same ID changes nothing. */
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

	/** Whether an input item requests it, and its lead has not been returned. */
	isOpen(id: string): boolean {
		return this.wanted.has(id) && !this.leads.has(id);
	}

	private itemOf(id: string): number {
		return this.asked.find(({ ids }) => ids.includes(id))!.item;
	}
}

/** The leads of a page, by the IDs that were requested. */
export interface Match {
	/** Leads by ID: first those requested, then any other on the page. Each ID once. */
	found: Map<string, Lead>;
	/** The requested IDs that are not on the page. */
	missing: string[];
	/** Leads without an ID. */
	unidentified: Lead[];
	/** The number of leads with an ID that was not requested. */
	others: number;
}

/**
 * Matches the leads of a page to the requested IDs, by ID and never by position: neither the order nor
 * the completeness of an answer is documented.
 *
 * @param ids as `idKey`
 * @param leads in their final form
 * @param idColumn the column with their IDs, under that spelling
 */
export function matchPage(ids: string[], leads: Lead[], idColumn = ID_COLUMN): Match {
	// Matched within this page, because most leads of a run are no longer in the processor's cache.
	const found = new Map<string, Lead>();
	const unidentified: Lead[] = [];
	for (const lead of leads) {
		const id = lead[idColumn];
		const key = typeof id === 'string' ? idKey(id) : '';
		if (key === '') unidentified.push(lead);
		else if (!found.has(key)) found.set(key, lead);
	}
	const missing = ids.filter((id) => !found.has(id));
	return { found, missing, unidentified, others: found.size - (ids.length - missing.length) };
}
