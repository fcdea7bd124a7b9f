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
 * them hang together. All that it takes is that rows keep their order.
 */
export class Parts {
	private readonly parts = new Set<Part>();
	/** By row. */
	private readonly partOf = new Map<string, Part>();
	/** Parts that were put into another. */
	private readonly into = new Map<Part, Part>();

	/** Whether the list has been read from its first row to its last. */
	get isWhole(): boolean {
		return [...this.parts].some(({ hasStart, hasEnd }) => hasStart && hasEnd);
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
		for (const key of keys) {
			const other = this.partOf.get(key);
			if (other) part = this.join(this.find(other), part);
		}
		for (const key of keys) this.partOf.set(key, part);
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
