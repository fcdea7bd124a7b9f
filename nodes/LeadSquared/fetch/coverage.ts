/** Pages without a gap between them. */
interface Segment {
	/** It contains the first row of the list. */
	hasStart: boolean;
	/** It contains the last row of the list. */
	hasEnd: boolean;
	/** The place after its last row. */
	end: number;
	/** The number of pages in a row that should have continued it but did not contain its end. */
	gapRetries: number;
}

/** A page to request. */
export interface PlannedPage {
	paging: Paging;
	/** The segment that it should continue; undefined for a page that is requested ahead. */
	segment?: Segment;
	/** It begins where the segment ends. */
	isAdjacent?: boolean;
}

/** The values that decide which page comes next. */
interface Plan {
	/** Rows in a page. */
	pageSize: number;
	/** Whether pages can share rows: rows without an ID cannot be distinguished. */
	canOverlap: boolean;
	inFlight: PlannedPage[];
}

/**
 * Tracks a list that is read in pages while rows come and go, and decides which page comes next.
 *
 * A page is a part of the list at one moment. Two pages that share a row leave no gap between them,
 * whatever has moved meanwhile: every row that was there the whole time and belongs between their ends
 * is on one of them. So a list has been read from its first row to its last when the pages that contain
 * them are connected. The only condition is that rows keep their order, which shared rows show too.
 */
export class Coverage {
	private readonly segments = new Set<Segment>();
	/** By row: the page on which it was last seen, and its place there. */
	private readonly seen = new Map<string, { segment: Segment; page: number; at: number }>();
	private pages = 0;
	private isOrdered = true;
	/** Segments that were merged into another. */
	private readonly mergedInto = new Map<Segment, Segment>();
	/** The number of times that the overlap was doubled because rows had moved further than it. */
	private doublings = 0;
	/** The first place at which no row was found. */
	private emptyFrom = Infinity;
	private hasRechecked = false;

	/** @param begin the place where reading begins: what lies before it is known */
	constructor(private readonly begin = 0) {}

	/** Whether the list has been read from its beginning to its last row. */
	get isWhole(): boolean {
		return this.isOrdered && this.inOrder.some(({ hasStart, hasEnd }) => hasStart && hasEnd);
	}

	/** Whether there is a gap between the pages that were read. */
	get hasGap(): boolean {
		return this.segments.size > 1;
	}

	/** Whether a row has been read, and all rows between the beginning and it. */
	isConnected(key: string): boolean {
		const seen = this.seen.get(key);
		return this.isOrdered && seen !== undefined && this.find(seen.segment).hasStart;
	}

	/** The place up to which pages have been read. */
	get end(): number {
		return this.inOrder.at(-1)?.end ?? 0;
	}

	/** The next of the pages that are requested in parallel. @param goal a place that need not be passed */
	nextAhead(goal: number, plan: Plan): PlannedPage | undefined {
		const furthest = this.inOrder.at(-1);
		if (this.isWhole || furthest?.hasEnd) return undefined;
		const enough = Math.min(goal, this.emptyFrom);
		const asked = Math.max(this.end, ...plan.inFlight.map(({ paging }) => endOf(paging)));
		if (asked >= enough) return undefined;
		const page = this.pageBehind(asked, plan, enough);
		// Pages that do not overlap are requested one after the other.
		if (page.isAdjacent) return undefined;
		return asked === this.end ? { ...page, segment: furthest } : page;
	}

	/** A page that continues a segment whose end is not that of the list, or rechecks the list's end. */
	nextAfterGap(plan: Plan): PlannedPage | undefined {
		const continued = new Set(plan.inFlight.map(({ segment }) => segment && this.find(segment)));
		// A page that was requested ahead may yet close the gap.
		if (continued.has(undefined)) return undefined;
		const open = this.inOrder.find((each) => !each.hasEnd && !continued.has(each));
		const segment = open ?? (continued.size === 0 ? this.recheckEnd() : undefined);
		if (!segment) return undefined;
		const end = Math.min(segment.end, this.emptyFrom);
		const { gapRetries } = segment;
		if (gapRetries === 0) return { ...this.pageBehind(end, plan), segment };
		// Its rows have moved by an unknown distance: a page further back finds them.
		const back = Math.min(end, plan.pageSize * 2 ** (gapRetries - 2));
		return { paging: pageFrom(end - Math.ceil(back), plan.pageSize), segment };
	}

	/**
	 * A page has arrived.
	 *
	 * @param keys of its rows with an ID
	 * @param page rows: their number; isFirst: it is the first page of the list; isLast: it is the last one
	 */
	add(
		{ paging, segment: before, isAdjacent }: PlannedPage,
		keys: string[],
		{ rows, isFirst, isLast }: { rows: number; isFirst: boolean; isLast: boolean },
	): void {
		const start = startOf(paging);
		if (rows === 0) this.emptyFrom = Math.min(this.emptyFrom, start);
		else if (start + rows > this.emptyFrom) this.emptyFrom = Infinity;
		const added = rows > 0 || isFirst ? this.connect(paging, keys, rows, isLast) : undefined;
		if (!before) return;
		const segment = this.find(before);
		if (segment === added) {
			// Its end was found again, at this place.
			if (segment.gapRetries > 0) segment.end = start + rows;
			segment.gapRetries = 0;
		} else if (!isAdjacent) {
			segment.gapRetries++;
			this.doublings++;
		} else if (added) this.merge(segment, added);
		else segment.hasEnd = true;
	}

	/** From the first to the last. */
	private get inOrder(): Segment[] {
		return [...this.segments].sort((a, b) => a.end - b.end);
	}

	/** Reopens the end of a list that has been read, once. */
	private recheckEnd(): Segment | undefined {
		if (this.hasRechecked) return undefined;
		this.hasRechecked = true;
		const last = this.inOrder.filter(({ hasEnd }) => hasEnd).at(-1);
		if (last) last.hasEnd = false;
		return last;
	}

	/** A page that begins a little before a place, or at the place where pages cannot overlap. */
	private pageBehind(place: number, { pageSize, canOverlap }: Plan, enough?: number): PlannedPage {
		const most = canOverlap ? Math.min(pageSize - 1, place) : 0;
		const wanted = overlapOf(pageSize) * 2 ** this.doublings;
		const overlap = Math.min(wanted, Math.ceil(pageSize / 2), most);
		// Not every place has a page: a little further back, or else a little less.
		for (let more = 0; more < most; more++) {
			for (const back of [overlap + more, overlap - more]) {
				if (back < 1 || back > most) continue;
				const paging = pageFrom(place - back, pageSize, enough);
				if (endOf(paging) > place) return { paging };
			}
		}
		return { paging: pageAt(place, pageSize), isAdjacent: true };
	}

	/** Makes a segment of a page and the segments that share a row with it. */
	private connect(paging: Paging, keys: string[], rows: number, isLast: boolean): Segment {
		const start = startOf(paging);
		let segment: Segment = {
			hasStart: start <= this.begin,
			hasEnd: isLast,
			end: start + rows,
			gapRetries: 0,
		};
		this.segments.add(segment);
		const page = ++this.pages;
		/** By page, the place of the last row that this one shares with it. */
		const shared = new Map<number, number>();
		for (const key of keys) {
			const before = this.seen.get(key);
			if (!before) continue;
			if (before.at < (shared.get(before.page) ?? 0)) this.isOrdered = false;
			shared.set(before.page, before.at);
			segment = this.merge(this.find(before.segment), segment);
		}
		for (const [at, key] of keys.entries()) this.seen.set(key, { segment, page, at });
		return segment;
	}

	private merge(segment: Segment, other: Segment): Segment {
		if (segment === other) return segment;
		segment.hasStart ||= other.hasStart;
		segment.hasEnd ||= other.hasEnd;
		segment.end = Math.max(segment.end, other.end);
		this.segments.delete(other);
		this.mergedInto.set(other, segment);
		return segment;
	}

	/** The segment that a segment was merged into, or the segment itself. */
	private find(segment: Segment): Segment {
		const other = this.mergedInto.get(segment);
		return other ? this.find(other) : segment;
	}
}

/** A page. Pages of one size lie edge to edge: page 1 begins at place 0. */
export interface Paging {
	/** From 1. */
	page: number;
	pageSize: number;
}

/** The place of a page's first row. */
export const startOf = ({ page, pageSize }: Paging): number => (page - 1) * pageSize;

/** The place after its last row, if it is full. */
export const endOf = ({ page, pageSize }: Paging): number => page * pageSize;

/**
 * The page that begins at or before a place and reaches the furthest. The place of a page is a multiple
 * of its size, so this chooses the size.
 *
 * @param place from 0
 * @param most rows that a page may hold, at least 1
 * @param enough a place that need not be passed: of the pages that reach it, this is the smallest
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

/** The number of rows that neighboring pages of this size share, if nothing changes. */
export const overlapOf = (pageSize: number): number => Math.ceil(pageSize / 100);
