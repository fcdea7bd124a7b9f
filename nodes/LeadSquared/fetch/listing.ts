import { ID_COLUMN, type Lead, LeadsPage } from '../api/leads';
import { idKey } from '../api/leadId';
import type { Failed, Outcome } from '../transport/outcome';
import { ChunkSize } from './size';
import type { Progress } from '../transport/client';
import type { Engine, Step } from './engine';
import { Patience, type Trouble } from './patience';
import {
	endOf,
	overlapOf,
	pageAt,
	pageFrom,
	type Paging,
	startOf,
	type Part,
	Parts,
} from './coverage';
import { unknownColumns } from './rejections';

/** One page to ask for. */
export interface PageRequest extends Paging {
	/** Schema names, `ProspectID` first. */
	columns: string[];
}

export interface ListingOptions {
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** How many leads are enough; undefined for all. */
	wanted?: number;
	/** The most rows that a page may be asked to hold. */
	pageSize: number;
	/** How long, in ms, nothing but faults may come. */
	maxWaitMs: number;
	/** Gives a row its form. */
	readLead: (row: Lead) => Lead;
	/**
	 * Whether `RecordCount` was seen to count more than the rows of its page. One that never does may
	 * count these only.
	 */
	counts: { all: boolean };
}

/** What a list came to. */
export interface Listed {
	/** Each once, in the order of the list. */
	leads: Lead[];
	/** Those without an id, as they came. */
	unidentified: Lead[];
	unknownColumns: string[];
	/** What ended it early. */
	failure?: Failed;
	/** Whether it was read from its first row to its last, without a gap. */
	isWhole: boolean;
	/** Whether it took more than one page. */
	hasPages: boolean;
	/** The least that LeadSquared counted meanwhile, if it counts. */
	count?: number;
}

// How often an answer may count leads and hold none.
const MOST_EMPTY = 3;
// A list of which more answers than so many for each of its pages, and some, bring nothing new is not
// going to be read to its end: pages that do not turn, rows in another order each time.
const MOST_BARREN = { times: 3, more: 20 };
/**
 * How many pages to ask side by side after so many, where the length of the list is not known. The
 * first few calls decide how soon the limit lets out the last; what is asked in vain stays a small part
 * of a long list, and a call or two of a short one.
 */
const atOnceAfter = (pages: number): number =>
	pages < 3 ? 2 : Math.max(4, 1 + Math.floor(pages / 8));

/** What a page is asked for. */
interface Page {
	paging: Paging;
	/** The part that it is to go on from; undefined for one that is asked ahead. */
	part?: Part;
	/** It begins where the part ends. */
	isAdjacent?: boolean;
}

/**
 * Reads a list page by page, sorted by a column in which no two leads are equal, while leads come and
 * go. Neighbouring pages overlap by a few rows. Where two share none, leads may have slipped through
 * between them, and a page is asked that holds the end of one and the beginning of the other (parts.ts).
 *
 * A page that is short of its size is the last one only if a page has held as many rows as it was
 * asked for: LeadSquared clamps sizes without a word. `RecordCount` tells how many pages to ask side by
 * side, and spares the look behind the last one; where it is absent or wrong, nothing else changes.
 */
export class Listing implements Engine<PageRequest, LeadsPage> {
	private readonly leads = new Map<string, { lead: Lead; place: number }>();
	private readonly unidentified: Lead[] = [];
	private readonly parts = new Parts();
	private readonly underWay = new Map<PageRequest, Page>();
	private columns: string[];
	private readonly unknownColumns: string[] = [];
	/** How many rows to ask for in a page, and the most that one has held. */
	private readonly size: ChunkSize;
	private largest = 0;
	/** How many pages have come. */
	private answers = 0;
	private timesEmpty = 0;
	/** How many of them brought nothing new. */
	private barren = 0;
	/** How often the overlap has been doubled, since rows moved further than it reaches. */
	private doublings = 0;
	/** No row was found from this place on. */
	private endsBy = Infinity;
	/** What answers counted: the last one, and the least of all. */
	private count?: number;
	private leastCount = Infinity;
	private hasLookedAgain = false;
	private readonly patience: Patience;
	private trouble?: Trouble;
	private notBefore = 0;
	private failure?: Failed;
	private isOver = false;

	constructor(private readonly options: ListingOptions) {
		this.columns = options.columns;
		this.size = new ChunkSize(Math.min(options.pageSize, options.wanted ?? Infinity));
		this.patience = new Patience(options.maxWaitMs);
	}

	get result(): Listed {
		const { unidentified, failure, leastCount } = this;
		const inOrder = [...this.leads.values()].sort((one, other) => one.place - other.place);
		return {
			leads: inOrder.map(({ lead }) => lead),
			unidentified,
			unknownColumns: this.unknownColumns,
			failure,
			isWhole: this.isWhole,
			hasPages: this.found > this.largest,
			...(leastCount < Infinity && { count: leastCount }),
		};
	}

	get progress(): Progress {
		const { wanted = Infinity } = this.options;
		const all = Math.min(wanted, Math.max(this.count ?? Infinity, this.found));
		return { known: this.found, all };
	}

	get isDone(): boolean {
		return this.isOver || this.failure !== undefined || this.isEnough || this.isComplete;
	}

	next(now: number): Step<PageRequest> {
		if (now < this.notBefore) {
			return { waitUntil: this.underWay.size > 0 ? Infinity : this.notBefore };
		}
		const isAlone = this.answers === 0 || this.patience.isOpen;
		const page = isAlone && this.underWay.size > 0 ? undefined : (this.ahead() ?? this.onwards());
		if (!page) return { waitUntil: Infinity };
		const ask: PageRequest = { ...page.paging, columns: this.columns };
		this.underWay.set(ask, page);
		return { ask };
	}

	handle(request: PageRequest, outcome: Outcome<LeadsPage>, now: number): void {
		const step = this.underWay.get(request)!;
		this.underWay.delete(request);
		if (outcome.kind === 'ok') {
			this.trouble = undefined;
			this.patience.onAnswer();
			this.size.onAccepted(request.pageSize);
			this.onPage(request, outcome.value, step);
		} else this.onFailed(request, outcome, now);
	}

	// ── what to ask next ────────────────────────────────────────────────────────────────────────

	private get pageSize(): number {
		return this.size.next(
			Math.max(0, ...[...this.underWay.keys()].map(({ pageSize }) => pageSize)),
		);
	}

	private get found(): number {
		return this.leads.size + this.unidentified.length;
	}

	private get isEnough(): boolean {
		return this.found >= (this.options.wanted ?? Infinity);
	}

	private get isComplete(): boolean {
		return this.isWhole && (!this.options.counts.all || this.found >= this.leastCount);
	}

	private get isWhole(): boolean {
		if (this.failure || this.answers === 0) return false;
		// One answer is one moment: where it holds as many as it counts, that is all.
		const isAllInOne = this.options.counts.all && this.answers === 1 && this.found === this.count;
		return isAllInOne || this.parts.isWhole;
	}

	/** The next of the pages that are asked side by side, as far as the list is known to go. */
	private ahead(): Page | undefined {
		if (this.answers === 0) return { paging: { page: 1, pageSize: this.pageSize } };
		const { furthest, isWhole } = this.parts;
		if (isWhole || furthest?.hasEnd) return undefined;
		const reach = furthest?.reach ?? 0;
		const asked = Math.max(reach, ...[...this.underWay.keys()].map(endOf));
		const wanted = Math.min(this.options.wanted ?? Infinity, this.endsBy);
		// A page that has room for one more tells that there is none.
		const length = this.options.counts.all ? (this.count ?? 0) + 1 : Infinity;
		const goal = Math.min(wanted, length);
		if (asked >= goal || (length === Infinity && !this.mayGuess)) return undefined;
		// Pages that do not overlap are asked one after the other.
		const { isAdjacent, ...paging } = this.pageBehind(asked, goal);
		if (isAdjacent) return undefined;
		return { paging, part: asked === reach ? furthest : undefined };
	}

	/** Whether one more page may be asked where it is not known how far the list goes. */
	private get mayGuess(): boolean {
		const pages = this.parts.reach / this.pageSize;
		// A first page that is short is all, as a rule.
		const isShort = pages <= 1 && this.largest < this.options.pageSize;
		return this.underWay.size < (isShort ? 1 : atOnceAfter(pages));
	}

	/**
	 * A page that begins a little before a place, and ends behind it. Where pages have no room to
	 * overlap, or rows have no id to tell them by, it begins at the place.
	 */
	private pageBehind(place: number, enough?: number): Paging & { isAdjacent?: boolean } {
		const { pageSize } = this;
		const most = this.unidentified.length > 0 ? 0 : Math.min(pageSize - 1, place);
		const overlap = Math.min(
			overlapOf(pageSize) * 2 ** this.doublings,
			Math.ceil(pageSize / 2),
			most,
		);
		// Not every place has a page: a little further back, or else a little less.
		for (let more = 0; more < most; more++) {
			for (const back of [overlap + more, overlap - more]) {
				if (back < 1 || back > most) continue;
				const paging = pageFrom(place - back, pageSize, enough);
				if (endOf(paging) > place) return paging;
			}
		}
		return { ...pageAt(place, pageSize), isAdjacent: true };
	}

	/** A page that goes on from a part whose end is not that of the list. */
	private onwards(): Page | undefined {
		const asked = new Set(
			[...this.underWay.values()].map(({ part }) => part && this.parts.find(part)),
		);
		// A page without a part may yet close the gap.
		if (asked.has(undefined)) return undefined;
		const part = this.parts.open.find((each) => !asked.has(each)) ?? this.again(asked);
		if (!part) {
			this.isOver = this.underWay.size === 0;
			return undefined;
		}
		const end = Math.min(part.reach, this.endsBy);
		if (part.missed === 0) {
			const { isAdjacent, ...paging } = this.pageBehind(end);
			return { paging, part, isAdjacent };
		}
		// Its rows have moved, nobody knows how far: a page further back finds them.
		const back = Math.min(end, this.pageSize * 2 ** (part.missed - 2));
		return { paging: pageFrom(end - Math.ceil(back), this.pageSize), part };
	}

	/** The whole list has been read, and LeadSquared counts more: its end is looked at once more. */
	private again(asked: Set<unknown>): Part | undefined {
		if (this.hasLookedAgain || asked.size > 0) return undefined;
		this.hasLookedAgain = true;
		const last = this.parts.last;
		if (last) last.hasEnd = false;
		return last;
	}

	// ── what an answer means ────────────────────────────────────────────────────────────────────

	private onPage(request: PageRequest, { rows, recordCount }: LeadsPage, step: Page): void {
		const isFirst = this.answers === 0;
		const start = startOf(request);
		if (rows.length === 0 && isFirst && (recordCount ?? 0) > 0) {
			if (++this.timesEmpty < MOST_EMPTY) return;
		}
		this.answers++;
		this.onCount(rows.length, recordCount);
		const keys: string[] = [];
		const before = this.leads.size;
		for (const [at, row] of rows.entries()) {
			const lead = this.options.readLead(row);
			const id = lead[ID_COLUMN];
			const key = typeof id === 'string' ? idKey(id) : '';
			if (key === '') this.unidentified.push(lead);
			else {
				keys.push(key);
				// What comes later is newer.
				const place = this.leads.get(key)?.place ?? start + at;
				this.leads.set(key, { lead, place });
			}
		}
		this.largest = Math.max(this.largest, rows.length);
		// A page that is short may be clamped: what is larger would not begin where it should.
		const mayBeClamped = rows.length < request.pageSize && request.pageSize > this.largest;
		if (mayBeClamped && rows.length > 0) this.size.cap(rows.length);
		const added = this.addPage(request, keys, rows.length, isFirst);
		this.onStep(step, added, start + rows.length);
		this.barren = this.leads.size > before ? this.barren : this.barren + 1;
		const pages = Math.ceil(this.leads.size / Math.max(1, this.largest));
		if (this.barren > MOST_BARREN.times * pages + MOST_BARREN.more) this.isOver = true;
	}

	private addPage(
		request: PageRequest,
		keys: string[],
		rows: number,
		isFirst: boolean,
	): Part | undefined {
		const { pageSize } = request;
		const start = startOf(request);
		if (rows === 0) this.endsBy = Math.min(this.endsBy, start);
		else if (start + rows > this.endsBy) this.endsBy = Infinity;
		if (rows === 0 && !isFirst) return undefined;
		// An answer with more rows than were asked for knows no pages.
		const isLast = rows === 0 || rows > pageSize || (rows < pageSize && pageSize <= this.largest);
		return this.parts.add(request, keys, { rows, isLast });
	}

	/** A page that was to go on from a part has come. */
	private onStep({ part: before, isAdjacent }: Page, added: Part | undefined, end: number): void {
		if (!before) return;
		const part = this.parts.find(before);
		if (part === added) {
			// It has been found again, and goes on from there.
			if (part.missed > 0) part.reach = end;
			part.missed = 0;
			return;
		}
		if (isAdjacent) {
			if (added) this.parts.join(part, added);
			else part.hasEnd = true;
			return;
		}
		part.missed++;
		this.doublings++;
	}

	/** Past the end there is a count of 0. */
	private onCount(rows: number, count?: number): void {
		if (count === undefined || (rows === 0 && this.found > 0)) return;
		if (count > rows) this.options.counts.all = true;
		this.count = count;
		this.leastCount = Math.min(this.leastCount, count);
	}

	private onFailed(request: PageRequest, failure: Failed, now: number): void {
		switch (failure.kind) {
			case 'transient':
				return this.onTransientError(request, failure, now);
			case 'tooLarge':
				return this.onTooLarge(request, failure);
			case 'invalidRequest':
				return this.onRejected(request, failure);
			default:
				this.failure ??= failure;
		}
	}

	private onTransientError({ pageSize }: PageRequest, failure: Failed, now: number): void {
		const { patience, size } = this;
		patience.onError(failure, now);
		const trouble = patience.retry(this.trouble, failure, now);
		if (trouble === 'giveUp') {
			this.failure ??= failure;
			return;
		}
		this.notBefore = Math.max(patience.nextAt, now + (failure.retryAfterMs ?? 0));
		// A smaller page may be answered in time.
		if (failure.timedOut || trouble.errors > 1) size.onFault(pageSize);
		if (patience.isOpen) size.doubt();
		this.trouble = trouble;
	}

	private onTooLarge({ pageSize }: PageRequest, failure: Failed): void {
		if (pageSize === 1) this.failure ??= failure;
		const { cap = pageSize } = failure;
		this.size.cap(cap < pageSize ? cap : Math.ceil(pageSize / 2));
	}

	private onRejected({ columns }: PageRequest, failure: Failed): void {
		const unknown = unknownColumns(failure.fault, columns);
		if (unknown.length === 0) this.failure ??= failure;
		for (const column of unknown) {
			if (this.columns.includes(column)) this.unknownColumns.push(column);
		}
		this.columns = this.columns.filter((column) => !unknown.includes(column));
	}
}
