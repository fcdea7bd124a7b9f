import { type Paging, startOf } from './paging';

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
