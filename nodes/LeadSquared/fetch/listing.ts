import type { Lead, LeadsPage } from '../api/leads';
import { idKey } from '../api/leadId';
import type { Failed, Outcome } from '../transport/outcome';
import { ChunkSize } from './size';
import type { Progress } from '../transport/client';
import type { Engine, Step } from './engine';
import { Patience, type Trouble } from './patience';
import { Coverage, pageFrom, type Paging, type PlannedPage, startOf } from './coverage';
import { unknownColumns } from './rejections';

/** One page to request. */
export interface PageRequest extends Paging {
	/** Schema names, the ID first. */
	columns: string[];
}

export interface ListingOptions {
	/** Schema names, the ID first. */
	columns: string[];
	/** The number of leads to read; undefined for all. */
	wanted?: number;
	/** The maximum number of rows that LeadSquared returns in a page. */
	pageSize: number;
	/** The time, in ms, for which calls may keep failing with transient errors. */
	maxWaitMs: number;
	/** Converts a row to its final form. */
	readLead: (row: Lead) => Lead;
	/** Whether `RecordCount` was seen to count more than the rows of its page. If not, it may count only these. */
	counts: { all: boolean };
	/** For a list that is read in parts. */
	part?: Part;
}

/** A part of a list, to read. */
export interface Part {
	/** The place where it begins. */
	begin?: number;
	/** The most rows that a page was seen to hold. */
	largest?: number;
	/** The place up to which pages are requested ahead. */
	goal(): number;
	/**
	 * Called after each page; returns whether that is enough.
	 *
	 * @param state isCountedMore: LeadSquared counts more leads than were read; hasGap: a page that was
	 * requested ahead has come before another one
	 */
	isEnough(state: { isCountedMore: boolean; hasGap: boolean }): boolean;
}

/** A part of a list as it was read. */
interface PartRead {
	/** The leads that no gap separates from where it begins, in the order of the list. */
	connected: Array<{ lead: Lead; place: number }>;
	/** The most rows that a page has held. */
	largest: number;
	/** The most rows that a page may hold, as far as is known. */
	pageSize: number;
}

/** A list as it was read. */
export interface Listed {
	/** Each once, in the order of the list. */
	leads: Lead[];
	/** Leads without an ID, in the order received. */
	unidentified: Lead[];
	unknownColumns: string[];
	/** The failure that ended reading early. */
	failure?: Failed;
	/** Whether it was read from its first row to its last, without a gap. */
	isWhole: boolean;
	/** Whether it took more than one page. */
	hasPages: boolean;
	/** If a part was to be read: how far that went. */
	part?: PartRead;
	/** The lowest number of leads that LeadSquared counted meanwhile, if it counts. */
	count?: number;
}

// Tries for an answer that counts leads but contains none.
const MAX_TIMES_EMPTY = 3;
// Reading ends after `times` × pages + `more` answers without a new lead: the server ignores paging, or
// reorders rows on every call.
const MAX_ANSWERS_WITHOUT_NEW = { times: 3, more: 20 };
/**
 * The number of pages to request in parallel after a number of pages, if the list's length is unknown.
 * The first few calls decide when the limit allows the last one. Useless calls are a small part of a
 * long list, and one or two calls of a short one.
 */
const atOnceAfter = (pages: number): number =>
	pages < 3 ? 2 : Math.max(4, 1 + Math.floor(pages / 8));

/**
 * Reads a list page by page, sorted by a column with unique values, while leads come and go.
 * Neighboring pages overlap by a few rows. If two pages share no row, leads may have slipped through
 * between them, and another page closes the gap (coverage.ts).
 *
 * A page with fewer rows than requested is the last one only if a page has held as many: LeadSquared
 * clamps sizes silently. `RecordCount` shows how many pages to request in parallel, and saves the call
 * after the last one. If it is absent or wrong, nothing else changes.
 */
export class Listing implements Engine<PageRequest, LeadsPage> {
	private readonly leads = new Map<string, { lead: Lead; place: number }>();
	private readonly unidentified: Lead[] = [];
	private readonly coverage: Coverage;
	private readonly inFlight = new Map<PageRequest, PlannedPage>();
	private columns: string[];
	private readonly unknownColumns: string[] = [];
	/** The number of rows to request in a page. */
	private readonly size: ChunkSize;
	/** The largest number of rows that a page has held. */
	private largest = 0;
	private answers = 0;
	private timesEmpty = 0;
	private answersWithoutNew = 0;
	/** The numbers that LeadSquared counted: the last one, and the lowest. */
	private count?: number;
	private lowestCount = Infinity;
	private readonly patience: Patience;
	private trouble?: Trouble;
	/** When the next page may be requested, in ms. */
	private nextAt = 0;
	private failure?: Failed;
	private isOver = false;

	constructor(private readonly options: ListingOptions) {
		this.columns = options.columns;
		this.size = new ChunkSize(Math.min(options.pageSize, options.wanted ?? Infinity));
		this.patience = new Patience(options.maxWaitMs);
		this.coverage = new Coverage(this.begin);
		this.largest = options.part?.largest ?? 0;
	}

	get result(): Listed {
		const inOrder = [...this.leads].sort(([, a], [, b]) => a.place - b.place);
		return {
			leads: inOrder.map(([, { lead }]) => lead),
			unidentified: this.unidentified,
			unknownColumns: this.unknownColumns,
			failure: this.failure,
			isWhole: this.isWhole,
			hasPages: this.found > this.largest,
			...(this.options.part && {
				part: {
					connected: inOrder
						.filter(([key]) => this.coverage.isConnected(key))
						.map(([, one]) => one),
					largest: this.largest,
					pageSize: this.size.most,
				},
			}),
			...(this.lowestCount < Infinity && { count: this.lowestCount }),
		};
	}

	get progress(): Progress {
		const all = Math.min(this.wanted, Math.max(this.count ?? Infinity, this.found));
		return { known: this.found, all };
	}

	get isDone(): boolean {
		return this.isOver || this.failure !== undefined || this.isEnough || this.isComplete;
	}

	next(now: number): Step<PageRequest> {
		const hasInFlight = this.inFlight.size > 0;
		if (now < this.nextAt) return { waitUntil: hasInFlight ? Infinity : this.nextAt };
		const isAlone = this.answers === 0 || this.patience.isOpen;
		const page = isAlone && hasInFlight ? undefined : this.nextPage();
		if (!page) {
			this.isOver ||= !hasInFlight;
			return { waitUntil: Infinity };
		}
		const ask: PageRequest = { ...page.paging, columns: this.columns };
		this.inFlight.set(ask, page);
		return { ask };
	}

	handle(request: PageRequest, outcome: Outcome<LeadsPage>, now: number): void {
		const page = this.inFlight.get(request)!;
		this.inFlight.delete(request);
		if (outcome.kind === 'ok') {
			this.trouble = undefined;
			this.patience.onAnswer();
			this.size.onAccepted(request.pageSize);
			this.onPage(page, outcome.value);
		} else this.onFailed(request, outcome, now);
	}

	// ── requests ────────────────────────────────────────────────────────────────────────────────

	private get begin(): number {
		return this.options.part?.begin ?? 0;
	}

	private get wanted(): number {
		return this.options.wanted ?? Infinity;
	}

	private get found(): number {
		return this.leads.size + this.unidentified.length;
	}

	private get isEnough(): boolean {
		return this.found >= this.wanted;
	}

	private get isComplete(): boolean {
		const known = this.begin + this.found;
		return this.isWhole && (!this.options.counts.all || known >= this.lowestCount);
	}

	private get isWhole(): boolean {
		if (this.failure || this.answers === 0) return false;
		// One answer is one moment: if it contains as many leads as it counts, the list is complete.
		const isAllInOne = this.options.counts.all && this.answers === 1 && this.found === this.count;
		return isAllInOne || this.coverage.isWhole;
	}

	private nextPage(): PlannedPage | undefined {
		const inFlight = [...this.inFlight.values()];
		const sizes = inFlight.map(({ paging }) => paging.pageSize);
		const pageSize = this.size.next(Math.max(0, ...sizes));
		if (this.answers === 0) return { paging: pageFrom(this.begin, pageSize) };
		const plan = { pageSize, canOverlap: this.unidentified.length === 0, inFlight };
		// A page with room for one more lead shows that there is none.
		const length = this.options.counts.all ? (this.count ?? 0) + 1 : Infinity;
		const goal = Math.min(this.wanted, length, this.options.part?.goal() ?? Infinity);
		const ahead =
			length < Infinity || this.mayGuess(pageSize)
				? this.coverage.nextAhead(goal, plan)
				: undefined;
		return ahead ?? this.coverage.nextAfterGap(plan);
	}

	/** Whether one more page may be requested although the length of the list is unknown. */
	private mayGuess(pageSize: number): boolean {
		const pages = this.coverage.end / pageSize;
		// A short first page is usually the whole list.
		const isShort = pages <= 1 && this.largest < this.options.pageSize;
		return this.inFlight.size < (isShort ? 1 : atOnceAfter(pages));
	}

	// ── answers ─────────────────────────────────────────────────────────────────────────────────

	private onPage(page: PlannedPage, { rows, recordCount }: LeadsPage): void {
		const isFirst = this.answers === 0 && this.begin === 0;
		if (rows.length === 0 && isFirst && (recordCount ?? 0) > 0) {
			if (++this.timesEmpty < MAX_TIMES_EMPTY) return;
		}
		this.answers++;
		this.onCount(rows.length, recordCount);
		const before = this.leads.size;
		const keys = this.keep(rows, startOf(page.paging));
		this.largest = Math.max(this.largest, rows.length);
		const { pageSize } = page.paging;
		const isShort = rows.length < pageSize;
		// A short page may be clamped. Then a larger one would not begin at the right row.
		if (isShort && rows.length > 0 && pageSize > this.largest) this.size.cap(rows.length);
		// A server that returns more rows than requested ignores paging.
		const isLast =
			rows.length === 0 || rows.length > pageSize || (isShort && pageSize <= this.largest);
		this.coverage.add(page, keys, { rows: rows.length, isFirst, isLast });
		if (this.leads.size === before) this.answersWithoutNew++;
		const pages = Math.ceil(this.leads.size / Math.max(1, this.largest));
		const { times, more } = MAX_ANSWERS_WITHOUT_NEW;
		if (this.answersWithoutNew > times * pages + more) this.isOver = true;
		const isCountedMore = this.options.counts.all && this.begin + this.found < (this.count ?? 0);
		const { hasGap } = this.coverage;
		this.isOver ||= this.options.part?.isEnough({ isCountedMore, hasGap }) === true;
	}

	/** Keeps the leads of a page. @returns the keys of those that have an ID */
	private keep(rows: Lead[], start: number): string[] {
		const keys: string[] = [];
		const [idColumn] = this.options.columns;
		for (const [at, row] of rows.entries()) {
			const lead = this.options.readLead(row);
			const id = lead[idColumn];
			const key = typeof id === 'string' ? idKey(id) : '';
			if (key === '') this.unidentified.push(lead);
			else {
				keys.push(key);
				// Later answers are newer.
				const place = this.leads.get(key)?.place ?? start + at;
				this.leads.set(key, { lead, place });
			}
		}
		return keys;
	}

	private onCount(rows: number, count?: number): void {
		if (count === undefined) return;
		if (count > rows) this.options.counts.all = true;
		// Past the end, calls for leads count 0.
		if (rows === 0 && this.found > 0) return;
		this.count = count;
		this.lowestCount = Math.min(this.lowestCount, count);
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
		this.nextAt = Math.max(patience.nextAt, now + (failure.retryAfterMs ?? 0));
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
