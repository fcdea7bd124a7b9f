/** Pages that hang together: there is no gap between them. */
export interface Part {
	/** It holds the first row of all. */
	hasStart: boolean;
	/** It holds the last row of all. */
	hasEnd: boolean;
	/** The place behind its last row. */
	reach: number;
	/** How many pages in a row that were to go on from it did not hold its end. */
	missed: number;
}

/**
 * What is known of a list that is read in pages, while rows come and go.
 *
 * A page is a stretch of the list at one moment. Two pages that share a row leave no gap between them,
 * whatever has moved meanwhile: every row that was there the whole time and belongs between their ends
 * is on one of them. So a list has been read from its first row to its last when the pages that hold
 * them hang together. All that it takes is that rows keep their order, which the rows that pages share
 * tell as well.
 */
export class Parts {
	private readonly parts = new Set<Part>();
	/** By row: the page that it was last seen on, and its place there. */
	private readonly seen = new Map<string, { part: Part; page: number; at: number }>();
	private pages = 0;
	private isOrdered = true;
	/** Parts that were put into another. */
	private readonly into = new Map<Part, Part>();

	/** Whether the list has been read from its first row to its last. */
	get isWhole(): boolean {
		return this.isOrdered && [...this.parts].some(({ hasStart, hasEnd }) => hasStart && hasEnd);
	}

	/** Those that a page behind their end is wanted of, from the first to the last. */
	get open(): Part[] {
		const inOrder = [...this.parts].sort((one, other) => one.reach - other.reach);
		return inOrder.filter(({ hasEnd }) => !hasEnd);
	}

	/** The one that the list ends with, as far as is known. */
	get last(): Part | undefined {
		return [...this.parts].filter(({ hasEnd }) => hasEnd).sort((a, b) => b.reach - a.reach)[0];
	}

	/** The one that reaches the furthest. */
	get furthest(): Part | undefined {
		return [...this.parts].sort((one, other) => other.reach - one.reach)[0];
	}

	/** How far pages have been read. */
	get reach(): number {
		return this.furthest?.reach ?? 0;
	}

	/** @param keys of the rows of a page @param isLast whether the list ends with it */
	add(paging: Paging, keys: string[], { rows, isLast }: { rows: number; isLast: boolean }): Part {
		let part: Part = {
			hasStart: startOf(paging) === 0,
			hasEnd: isLast,
			reach: startOf(paging) + rows,
			missed: 0,
		};
		this.parts.add(part);
		const page = ++this.pages;
		/** By page, the place of the last row that this one shares with it. */
		const shared = new Map<number, number>();
		for (const key of keys) {
			const before = this.seen.get(key);
			if (!before) continue;
			if (before.at < (shared.get(before.page) ?? 0)) this.isOrdered = false;
			shared.set(before.page, before.at);
			part = this.join(this.find(before.part), part);
		}
		for (const [at, key] of keys.entries()) this.seen.set(key, { part, page, at });
		return part;
	}

	/** Puts two parts together. */
	join(part: Part, other: Part): Part {
		if (part === other) return part;
		part.hasStart ||= other.hasStart;
		part.hasEnd ||= other.hasEnd;
		part.reach = Math.max(part.reach, other.reach);
		this.parts.delete(other);
		this.into.set(other, part);
		return part;
	}

	/** The part that a part has become. */
	find(part: Part): Part {
		let found = part;
		for (let next = this.into.get(found); next; next = this.into.get(found)) found = next;
		return found;
	}
}

/** A page to ask for. Pages of one size lie edge to edge: page 1 begins at place 0. */
export interface Paging {
	/** From 1. */
	page: number;
	pageSize: number;
}

/** The place of a page's first row. */
export const startOf = ({ page, pageSize }: Paging): number => (page - 1) * pageSize;

/** The place behind its last row, if it is full. */
export const endOf = ({ page, pageSize }: Paging): number => page * pageSize;

/**
 * The page that begins at a place or before it, and reaches the furthest. As the place of a page is a
 * multiple of its size, it is the size that is chosen.
 *
 * @param place from 0
 * @param most rows that a page may hold, at least 1
 * @param enough a place that need not be passed: of the pages that reach it, the smallest is taken
 */
export function pageFrom(place: number, most: number, enough = Infinity): Paging {
	const reachOf = (paging: Paging) => Math.min(endOf(paging), enough);
	let best: Paging = { page: Math.floor(place / most) + 1, pageSize: most };
	for (let pageSize = most - 1; 2 * pageSize >= most; pageSize--) {
		const paging = { page: Math.floor(place / pageSize) + 1, pageSize };
		const gain = reachOf(paging) - reachOf(best);
		if (gain > 0 || (gain === 0 && reachOf(best) === enough)) best = paging;
	}
	return best;
}

/**
 * The largest page that begins at a place exactly.
 *
 * @param place from 0
 * @param most rows that a page may hold, at least 1
 */
export function pageAt(place: number, most: number): Paging {
	let pageSize = most;
	while (place % pageSize !== 0) pageSize--;
	return { page: place / pageSize + 1, pageSize };
}

/** How many rows neighbouring pages of this size have in common, if nothing changes meanwhile. */
export const overlapOf = (pageSize: number): number => Math.ceil(pageSize / 100);
