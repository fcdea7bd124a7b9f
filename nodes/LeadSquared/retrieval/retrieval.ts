import type { Lead } from '../api/lead';
import type { LeadsPage } from '../api/leads';
import type { Failed, Outcome } from '../transport/outcome';
import { msBeforeRetry } from '../transport/retry';
import { ChunkQueue } from './chunkQueue';
import { ChunkSize } from './chunkSize';
import { Diagnosis, type Step } from './diagnosis';
import { Fates } from './fates';
import { MAX_TIMES_EMPTY, WithoutId } from './leadsWithoutId';
import { LeftOut } from './leftOut';
import { type Match, matchPage } from './matchPage';
import { Outage } from './outage';
import {
	type Asked,
	type Chunk,
	cutInHalves,
	type FaultScope,
	type LeadsRequest,
	newChunk,
	type Progress,
	type Results,
} from './types';
import { unknownColumns } from './unknownColumns';

export interface RetrievalOptions {
	/** Schema names to ask for, `ProspectID` first. */
	columns: string[];
	/** How many ids to ask in one call, 1 to 10,000. */
	leadsPerRequest: number;
	/** How long, in ms, one chunk may go on failing in passing. */
	maxWaitMs: number;
	/** Gives a row its form. */
	readLead: (row: Lead) => Lead;
}

// How many passing faults in a row a chunk is given before it is asked in halves: the second may
// be chance, too. Of a time-out one is enough, since a smaller request is what helps against it.
const FAULTS_BEFORE_CUT = 2;
const CALLS_PER_PIECE = 10;

/**
 * Decides what to ask next and what the answers mean, until for every id it is known whether there
 * is a lead. It makes no call itself and knows no clock: `next` hands out requests, any number of
 * which may be under way at once, and `handle` takes what they came to.
 *
 * Nothing undocumented is relied on, neither order nor completeness nor `RecordCount`: leads are
 * matched by id, and ids that an answer left out are asked once more (docs/behaviour.md).
 */
export class Retrieval {
	private readonly fates: Fates;
	private readonly unknownColumns: string[] = [];
	private readonly underWay = new Map<LeadsRequest, Chunk>();
	private readonly queue = new ChunkQueue();
	private readonly leftOut = new LeftOut();
	private columns: string[];
	private largestPage = 0;
	private answers = 0;

	private readonly size: ChunkSize;
	private readonly outage = new Outage();
	private readonly diagnosis = new Diagnosis();
	private readonly withoutId: WithoutId;

	/** @param asked every input item's ids, as `idKey`; an id may occur in several */
	constructor(
		asked: Asked[],
		private readonly options: RetrievalOptions,
	) {
		this.size = new ChunkSize(options.leadsPerRequest);
		this.columns = options.columns;
		this.withoutId = new WithoutId(asked);
		this.fates = new Fates(asked);
		// In pieces, since what is left of a chunk is copied for every call that takes a part of it.
		const piece = CALLS_PER_PIECE * options.leadsPerRequest;
		const ids = [...this.fates.wanted];
		for (let at = 0; at < ids.length; at += piece) {
			this.queue.askLast([newChunk(ids.slice(at, at + piece))]);
		}
	}

	get results(): Results {
		const { leads, notFetched, unasked, wanted, firstFailure } = this.fates;
		return {
			leads,
			notFetched,
			withoutId: this.withoutId.results,
			unasked,
			unknownColumns: this.unknownColumns,
			distinctIds: wanted.size,
			firstFailure,
		};
	}

	get progress(): Progress {
		const { leads, notFetched, wanted } = this.fates;
		return { known: leads.size + notFetched.size + this.withoutId.countIds(), all: wanted.size };
	}

	/** When the next request may be made, in ms; undefined if none waits for its time. */
	get nextAt(): number | undefined {
		if (this.queue.isEmpty || this.mustWaitForAnswer || this.diagnosis.verdict) return undefined;
		return this.outage.isSuspected ? this.outage.notBefore : this.queue.firstAt;
	}

	/**
	 * The next request, or undefined if there is none now. With none under way and no `nextAt`, the
	 * retrieval is over.
	 *
	 * @param now ms, on the clock of `handle`
	 */
	next(now: number): LeadsRequest | undefined {
		if (this.mustWaitForAnswer || now < this.outage.notBefore) return undefined;
		const chunk = this.take(now);
		if (!chunk) return undefined;
		const request: LeadsRequest = {
			ids: chunk.ids,
			columns: chunk.diagnosis ? this.columns.slice(0, 1) : this.columns,
			// What was left out may have been pushed off its page by rows that nobody asked for.
			pageSize: Math.max(chunk.ids.length, chunk.timesLeftOut > 0 ? this.size.current : 1),
			page: chunk.pages?.next ?? 1,
		};
		this.underWay.set(request, chunk);
		return request;
	}

	/** Takes what a request came to. */
	handle(request: LeadsRequest, outcome: Outcome<LeadsPage>, now: number): void {
		const chunk = this.underWay.get(request)!;
		this.underWay.delete(request);
		if (outcome.kind !== 'transient') {
			this.outage.onAnswer();
			this.answers++;
		}
		if (outcome.kind === 'ok') this.onPage(chunk, outcome.value);
		else if (outcome.kind === 'transient') this.onTransientFault(chunk, outcome, now);
		else if (outcome.kind === 'tooLarge') this.onTooLarge(chunk, request.pageSize, outcome);
		else if (outcome.kind === 'invalidRequest') this.onRejected(chunk, request, outcome);
		else if (outcome.kind === 'notFound') this.onNotFound(chunk);
		// Neither waiting nor other ids help against anything else: nothing more is asked.
		else this.failTheRest(outcome, 'request', chunk);
		this.inquire();
	}

	// ── what to ask next ────────────────────────────────────────────────────────────────────────

	/** In an outage, and where a larger call is worth trying first, one call at a time is made. */
	private get mustWaitForAnswer(): boolean {
		return this.underWay.size > 0 && (this.outage.isSuspected || this.size.isFarBelowCeiling);
	}

	/** Takes as many ids as one call may ask from the first chunk whose time has come. */
	private take(now: number): Chunk | undefined {
		if (this.diagnosis.verdict) return undefined;
		if (this.queue.firstAt > now) this.askLeftOutAgain();
		if (this.outage.isSuspected) return this.queue.takeCanary(() => this.size.current);
		const largest = Math.max(0, ...[...this.underWay.values()].map(({ ids }) => ids.length));
		return this.queue.takeDue(now, () => this.size.next(largest));
	}

	private askLeftOutAgain(): void {
		const mayGrow = this.underWay.size > 0;
		const isFull = (leads: number) => this.isFull(leads);
		this.queue.askFirst(this.leftOut.take(this.size.current, { mayGrow, isFull }));
	}

	/** Follows the diagnosis, once nothing else is to be asked or waited for. */
	private inquire(): void {
		if (this.underWay.size > 0) return;
		const { diagnosis } = this;
		if (!diagnosis.verdict && this.queue.isEmpty && diagnosis.isPending) {
			this.follow(diagnosis.inquire());
		}
		if (diagnosis.verdict) this.failTheRest(diagnosis.verdict.failure, diagnosis.verdict.scope);
	}

	private follow({ ask = [], failed }: Step): void {
		this.queue.askFirst(ask);
		if (failed) this.fates.markFailed(failed.ids, failed.failure, 'id');
	}

	// ── what an answer means ────────────────────────────────────────────────────────────────────

	private onPage(chunk: Chunk, page: LeadsPage): void {
		this.follow(this.diagnosis.onAccepted(chunk));
		if (chunk.diagnosis) return;
		this.size.onAccepted(chunk.ids.length);

		const match = matchPage(chunk.ids, page.rows.map(this.options.readLead));
		this.largestPage = Math.max(this.largestPage, match.found.size + match.withoutId.length);
		for (const [id, lead] of match.found) this.fates.keep(id, lead);
		const leftOut = match.leftOut.filter((id) => !this.fates.leads.has(id));
		if (leftOut.length === 0) return;
		if (match.withoutId.length > 0 || chunk.pages) {
			this.onLeadsWithoutId({ ...chunk, ids: leftOut }, match.withoutId, page);
		} else this.onLeftOut(chunk, leftOut, page, match);
	}

	/** The answer left ids out: either that is proof enough, or they are asked once more. */
	private onLeftOut(chunk: Chunk, ids: string[], page: LeadsPage, match: Match): void {
		const leadsBeside = match.found.size;
		// Leads that nobody asked for, such as those that others were merged into, may fill a capped page.
		const tellsOfOthersOnly =
			match.others > 0 && leadsBeside < chunk.ids.length && this.isFull(leadsBeside);
		const foundOthers = ids.length < chunk.ids.length || tellsOfOthersOnly;
		const timesLeftOut = chunk.timesLeftOut + 1;
		const isEmptyDespiteCount = page.rows.length === 0 && (page.recordCount ?? 0) > 0;
		const timesEmptyDespiteCount = isEmptyDespiteCount ? chunk.timesEmptyDespiteCount + 1 : 0;
		const isCredible = isEmptyDespiteCount
			? timesEmptyDespiteCount >= MAX_TIMES_EMPTY
			: timesLeftOut > 1;
		if (isCredible && !foundOthers) return this.fates.markNotFound(ids);
		// Leads that one answer left out and the next one brought: answers may be capped, without a
		// word, to what the largest page so far held, if the one that left them out was as full as that.
		// One flaky answer must not decide for the whole run, so each piece of evidence lowers the size
		// by half at most.
		if (foundOthers && timesLeftOut > 1 && this.isFull(chunk.leadsBeside)) {
			this.size.cap(Math.max(this.largestPage, Math.ceil(this.size.current / 2)));
		}
		const { item } = chunk;
		this.leftOut.add({
			...newChunk(ids),
			timesLeftOut,
			leadsBeside,
			timesEmptyDespiteCount,
			item,
		});
	}

	/** Whether a page may have had no room for more. */
	private isFull(leads: number): boolean {
		return leads > 0 && leads >= this.largestPage;
	}

	private onLeadsWithoutId(chunk: Chunk, leads: Lead[], page: LeadsPage): void {
		const { withoutId } = this;
		if (!withoutId.isByItem) {
			withoutId.isByItem = true;
			const waiting = [...this.queue.takeAll(), ...this.leftOut.takeAll()];
			this.queue.askLast(withoutId.splitByItem(waiting));
		}
		const isFull = this.isFull(leads.length);
		const next = withoutId.onPage(chunk, leads, { recordCount: page.recordCount, isFull });
		this.queue.askFirst(next);
	}

	// ── what is not accepted ────────────────────────────────────────────────────────────────────

	/** LeadSquared says in words that there is no such lead; of several ids it does not say which. */
	private onNotFound(chunk: Chunk): void {
		if (chunk.diagnosis) this.follow(this.diagnosis.onAccepted(chunk));
		else if (chunk.ids.length === 1) this.fates.markNotFound(chunk.ids);
		else this.queue.askFirst(this.restartOrCut(chunk));
	}

	private onRejected(chunk: Chunk, request: LeadsRequest, failure: Failed): void {
		const unknown = unknownColumns(failure.fault, request.columns);
		if (unknown.length > 0) return this.goOnWithout(unknown, chunk);
		if (chunk.pages) this.queue.askFirst(this.withoutId.restart(chunk));
		else this.follow(this.diagnosis.onRejected(chunk, failure));
	}

	private goOnWithout(unknown: string[], chunk: Chunk): void {
		for (const column of unknown)
			if (this.columns.includes(column)) this.unknownColumns.push(column);
		this.columns = this.columns.filter((column) => !unknown.includes(column));
		this.queue.askFirst([chunk]);
	}

	private onTooLarge(chunk: Chunk, pageSize: number, failure: Failed): void {
		const { cap = Infinity } = failure;
		const isNumberAtFault = cap < pageSize || !this.size.hasAccepted(pageSize);
		if (isNumberAtFault && pageSize > 1) {
			this.size.cap(cap < pageSize ? cap : Math.ceil(pageSize / 2));
			this.queue.askFirst(chunk.pages ? this.withoutId.restart(chunk) : [chunk]);
		} else if (chunk.ids.length > 1) {
			// As many others were accepted: it is one of these leads.
			this.queue.askFirst(this.restartOrCut(chunk));
		} else if (this.largestPage > 0) this.failChunk(chunk, failure, 'id');
		else this.failTheRest(failure, 'request', chunk);
	}

	private restartOrCut(chunk: Chunk): Chunk[] {
		return chunk.pages ? this.withoutId.restart(chunk) : cutInHalves(chunk);
	}

	// ── passing faults ──────────────────────────────────────────────────────────────────────────

	private onTransientFault(before: Chunk, failure: Failed, now: number): void {
		const { maxWaitMs } = this.options;
		this.outage.onFault(now, maxWaitMs, failure.retryAfterMs);
		if (this.outage.isSuspected) this.size.doubt();
		const { failingSince = now, answersBefore = this.answers } = before;
		const chunk: Chunk = { ...before, failingSince, answersBefore, faults: before.faults + 1 };
		const policy = { maxWaitMs, mayRepeat: true };
		const pauseMs = msBeforeRetry(policy, chunk.faults, now - failingSince, failure.retryAfterMs);
		if (pauseMs === undefined) this.failChunk(chunk, failure, 'request');
		else this.askAgain(chunk, failure, now, pauseMs);
		// With a Max Wait of 0, what has not been asked yet still has its one try.
		const isOver = maxWaitMs > 0 && this.outage.lastsMs(now) >= maxWaitMs;
		if (isOver) this.failTheRest(failure, 'request');
	}

	/** To the end of the queue: whether other ids are answered tells what is at fault. */
	private askAgain(chunk: Chunk, failure: Failed, now: number, pauseMs: number): void {
		const isEnough = failure.timedOut || chunk.wasCut || chunk.faults >= FAULTS_BEFORE_CUT;
		if (!isEnough || chunk.ids.length < 2) {
			this.queue.askLast([{ ...chunk, notBefore: now + pauseMs }]);
			return;
		}
		this.size.onFault(chunk.ids.length);
		const notBefore = now + (failure.retryAfterMs ?? 0);
		const fresh = { faults: 0, failingSince: undefined, wasCut: true, notBefore };
		this.queue.askLast(this.restartOrCut({ ...chunk, ...fresh }));
	}

	private failChunk(chunk: Chunk, failure: Failed, scope: FaultScope): void {
		this.withoutId.onFailed(chunk);
		// A lead is blamed only if other requests were answered while its own failed.
		const { ids, answersBefore = Infinity } = chunk;
		const isItsOwn = ids.length === 1 && this.answers > answersBefore;
		this.fates.markFailed(ids, failure, isItsOwn && failure.kind === 'transient' ? 'id' : scope);
	}

	private failTheRest(failure: Failed, scope: FaultScope, chunk?: Chunk): void {
		const rest = [...this.queue.takeAll(), ...this.leftOut.takeAll(), ...this.diagnosis.takeAll()];
		for (const one of chunk ? [chunk, ...rest] : rest) this.failChunk(one, failure, scope);
	}
}
