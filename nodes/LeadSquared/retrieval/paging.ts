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
