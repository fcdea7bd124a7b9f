import type { Lead } from '../api/lead';
import { type Asked, type Chunk, cutInHalves, type LeadsWithoutId } from './types';

// How often a page is asked for again that counts leads and holds none.
export const MAX_TIMES_EMPTY = 5;

/**
 * Leads that come without `ProspectID`, as in LeadSquared's own example. To which id such a lead
 * belongs is never guessed: from the first one on, each request asks for the ids of one input item
 * only, and the leads belong to that item. What is missing may be on the next page.
 */
export class WithoutId {
	/** What has come, by input item. */
	readonly results = new Map<number, LeadsWithoutId>();
	/** Answers carry no ids, so each request asks for one input item. */
	isByItem = false;

	/** @param asked every input item's ids; an id may occur in several */
	constructor(private readonly asked: Asked[]) {}

	/** The same ids in chunks that belong to one input item each. */
	splitByItem(chunks: Chunk[]): Chunk[] {
		return chunks.flatMap((chunk) => {
			if (chunk.item !== undefined || chunk.diagnosis) return [chunk];
			return [...this.itemsOf(chunk.ids)].map(([item, ids]) => ({ ...chunk, ids, item }));
		});
	}

	/**
	 * Takes the leads of a page.
	 *
	 * @param chunk with the ids that no lead of the page names
	 * @param answer recordCount: as LeadSquared told it; isFull: whether the page may have had no room
	 * for more
	 * @returns what to ask next
	 */
	onPage(
		chunk: Chunk,
		leads: Lead[],
		{ recordCount = 0, isFull }: { recordCount?: number; isFull: boolean },
	): Chunk[] {
		if (chunk.item === undefined) {
			const own = this.splitByItem([chunk]);
			if (own.length > 1) return own;
			[chunk] = own;
		}
		const before = chunk.pages ?? { next: 1, leads: [], lastContent: '' };
		if (leads.length === 0 && recordCount > 0) {
			const timesEmptyDespiteCount = chunk.timesEmptyDespiteCount + 1;
			if (timesEmptyDespiteCount < MAX_TIMES_EMPTY) return [{ ...chunk, timesEmptyDespiteCount }];
		}
		// A server that does not know pages sends the same leads again.
		const lastContent = JSON.stringify(leads.map((lead) => JSON.stringify(lead)).sort());
		const isRepeated = lastContent === before.lastContent;
		const taken = isRepeated ? before.leads : [...before.leads, ...leads];
		// What a page could not hold, and the next one does not bring, comes where fewer ids are asked.
		const mayLack = taken.length < chunk.ids.length && (isFull || recordCount > taken.length);
		if (isRepeated && mayLack) return this.restart(chunk);
		const pages = { next: before.next + 1, leads: taken, lastContent };
		if (isRepeated || leads.length === 0 || taken.length >= chunk.ids.length) {
			this.keep(chunk, taken, chunk.ids);
			return [];
		}
		return [{ ...chunk, timesEmptyDespiteCount: 0, pages }];
	}

	/**
	 * A later page cannot be had: its pages begin anew, of fewer ids, which fit on fewer pages. The
	 * chunk is never cut with its pages, since nobody knows which of its ids the leads so far have.
	 */
	restart(chunk: Chunk): Chunk[] {
		return cutInHalves({ ...chunk, pages: undefined, timesEmptyDespiteCount: 0, faults: 0 });
	}

	/** A chunk fails for good: the leads of its pages so far are not lost. */
	onFailed(chunk: Chunk): void {
		if (chunk.pages) this.keep(chunk, chunk.pages.leads, []);
	}

	/** How many distinct ids are accounted for. */
	countIds(): number {
		const ids = new Set<string>();
		for (const result of this.results.values()) for (const id of result.ids) ids.add(id);
		return ids.size;
	}

	private keep({ item }: Chunk, leads: Lead[], ids: string[]): void {
		const result = this.results.get(item!) ?? { leads: [], ids: [] };
		this.results.set(item!, result);
		for (const lead of leads) result.leads.push(lead);
		for (const id of ids) result.ids.push(id);
	}

	private itemsOf(ids: string[]): Map<number, string[]> {
		const among = new Set(ids);
		const items = new Map<number, string[]>();
		for (const { item, ids: all } of this.asked) {
			const own = all.filter((id) => among.has(id));
			if (own.length > 0) items.set(item, own);
		}
		return items;
	}
}
