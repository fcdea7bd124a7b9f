import type { Engine, Step } from './engine';
import type { Lead } from '../api/lead';
import type { LeadsPage } from '../api/leads';
import type { Cost, Failed, Outcome } from '../transport/outcome';
import type { Progress } from '../transport/client';
import { msBeforeRetry } from '../transport/retry';
import { Diagnosis, type Step as Inquiry } from './rejections';
import { Fates } from './results';
import { MAX_TIMES_EMPTY, WithoutId } from './unidentified';
import { type Match, matchPage } from './results';
import { type RequestOptions, Requests } from './pending';
import {
	type Asked,
	type Chunk,
	cutInHalves,
	type FaultScope,
	type LeadsRequest,
	newChunk,
	type Results,
} from './types';
import { unknownColumns } from './rejections';

export interface RetrievalOptions extends RequestOptions {
	/** How long, in ms, one chunk may go on failing in passing. */
	maxWaitMs: number;
	/** Whether the first ID that fails for good ends the retrieval. */
	stopAtFailure: boolean;
	/** Gives a row its form. */
	readLead: (row: Lead) => Lead;
}

// How many passing faults in a row a chunk is given before it is asked in halves: the second may
// be chance, too. Of a time-out one is enough, since a smaller request is what helps against it.
const FAULTS_BEFORE_CUT = 2;

/**
 * Decides what to ask next and what the answers mean, until for every id it is known whether there
 * is a lead. It makes no call itself and knows no clock: `next` hands out requests, any number of
 * which may be under way at once, and `handle` takes what they came to.
 *
 * Nothing undocumented is relied on, neither order nor completeness nor `RecordCount`: leads are
 * matched by id, and ids that an answer left out are asked once more (docs/behaviour.md).
 */
export class Retrieval implements Engine<LeadsRequest, LeadsPage> {
	private readonly fates: Fates;
	private readonly unknownColumns: string[] = [];
	private readonly requests: Requests;
	private answers = 0;

	private readonly diagnosis = new Diagnosis();
	private readonly withoutId: WithoutId;

	/** @param asked every input item's ids, as `idKey`; an id may occur in several */
	constructor(
		asked: Asked[],
		private readonly options: RetrievalOptions,
	) {
		this.withoutId = new WithoutId(asked);
		this.fates = new Fates(asked);
		this.requests = new Requests([...this.fates.wanted], options);
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

	get isDone(): boolean {
		if (this.options.stopAtFailure && this.fates.firstFailure) return true;
		return (
			!this.requests.needsAnswer && (this.requests.isEmpty || this.diagnosis.verdict !== undefined)
		);
	}

	next(now: number): Step<LeadsRequest> {
		const ask = this.diagnosis.verdict ? undefined : this.requests.next(now);
		return ask ? { ask } : { waitUntil: this.requests.nextAt ?? Infinity };
	}

	/** Takes what a request came to. */
	handle(request: LeadsRequest, outcome: Outcome<LeadsPage>, now: number): void {
		const chunk = this.requests.end(request);
		if (outcome.kind !== 'transient') {
			this.requests.outage.onAnswer();
			this.answers++;
		}
		if (outcome.kind === 'ok') this.onPage(chunk, request, outcome, now);
		else if (this.isForSize(chunk, request, outcome)) {
			this.onLargerFailed(chunk, request, outcome, now);
		} else this.onFailed(chunk, request, outcome, now);
		this.inquire();
	}

	/** Follows the diagnosis, once nothing else is to be asked or waited for. */
	private inquire(): void {
		if (this.requests.needsAnswer) return;
		const { diagnosis } = this;
		if (!diagnosis.verdict && this.requests.queue.isEmpty && diagnosis.isPending) {
			this.follow(diagnosis.inquire());
		}
		if (diagnosis.verdict) this.failTheRest(diagnosis.verdict.failure, diagnosis.verdict.scope);
	}

	private follow({ ask = [], failed }: Inquiry): void {
		this.requests.queue.askFirst(ask);
		if (failed) this.fates.markFailed(failed.ids, failed.failure, 'id');
	}

	// ── what an answer means ────────────────────────────────────────────────────────────────────

	private onPage(
		chunk: Chunk,
		request: LeadsRequest,
		{ value: page, cost }: { value: LeadsPage; cost?: Cost },
		now: number,
	): void {
		this.follow(this.diagnosis.onAccepted(chunk));
		if (chunk.diagnosis) return;
		this.requests.size.onAccepted(chunk.ids.length);

		const match = matchPage(chunk.ids, page.rows.map(this.options.readLead));
		this.requests.leftOut.onPage(match.found.size + match.withoutId.length);
		for (const [id, lead] of match.found) this.fates.keep(id, lead);
		if (chunk.isTrial) {
			this.requests.onTrialBrought(request, match.found.size, cost, now);
		} else if (this.isCut(chunk, match)) this.requests.onLargerWrong();
		if (chunk.isAskedElsewhere) return this.requests.queue.drop((id) => this.fates.leads.has(id));
		const leftOut = match.leftOut.filter((id) => !this.fates.leads.has(id));
		if (leftOut.length === 0) return;
		// Where leads come without an id, those of one input item are asked, as many as usual.
		if (chunk.isTrial && match.withoutId.length > 0) {
			this.requests.queue.askFirst([newChunk(leftOut)]);
		} else if (match.withoutId.length > 0 || chunk.pages) {
			this.onLeadsWithoutId({ ...chunk, ids: leftOut }, match.withoutId, page);
		} else this.onLeftOut(chunk, leftOut, page, match);
	}

	/** The answer left ids out: either that is proof enough, or they are asked once more. */
	private onLeftOut(chunk: Chunk, ids: string[], page: LeadsPage, match: Match): void {
		const leadsBeside = match.found.size;
		// Leads that nobody asked for, such as those that others were merged into, may fill a capped page.
		const tellsOfOthersOnly =
			match.others > 0 &&
			leadsBeside < chunk.ids.length &&
			this.requests.leftOut.isFull(leadsBeside);
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
		if (foundOthers && timesLeftOut > 1 && this.requests.leftOut.isFull(chunk.leadsBeside)) {
			if (this.requests.larger.isLarger(chunk)) this.requests.larger.onWrong();
			this.requests.size.cap(
				Math.max(this.requests.leftOut.largestPage, Math.ceil(this.requests.size.current / 2)),
			);
		}
		const { item } = chunk;
		this.requests.leftOut.add({
			...newChunk(ids),
			timesLeftOut,
			// That a trial is cut says nothing of usual pages.
			leadsBeside: chunk.isTrial ? 0 : leadsBeside,
			timesEmptyDespiteCount,
			item,
		});
	}

	private onLeadsWithoutId(chunk: Chunk, leads: Lead[], page: LeadsPage): void {
		const { withoutId } = this;
		if (!withoutId.isByItem) {
			withoutId.isByItem = true;
			const waiting = [...this.requests.queue.takeAll(), ...this.requests.leftOut.takeAll()];
			this.requests.queue.askLast(withoutId.splitByItem(waiting));
		}
		const isFull = this.requests.leftOut.isFull(leads.length);
		const next = withoutId.onPage(chunk, leads, { recordCount: page.recordCount, isFull });
		this.requests.queue.askFirst(next);
	}

	// ── larger pages than usual ─────────────────────────────────────────────────────────────────

	/** Whether a larger page than usual holds less than half of what it should, and as much as a usual one. */
	private isCut(chunk: Chunk, { found }: Match): boolean {
		const { ids, timesLeftOut } = chunk;
		const isHalf = found.size >= this.options.leadsPerRequest && 2 * found.size < ids.length;
		return this.requests.larger.isLarger(chunk) && timesLeftOut === 0 && isHalf;
	}

	/** Whether what a call was refused for may be that it asks more than usual. */
	private isForSize(chunk: Chunk, { columns }: LeadsRequest, failure: Failed): boolean {
		if (!this.requests.larger.isLarger(chunk)) return false;
		const { kind, fault } = failure;
		if (kind === 'transient') return chunk.isTrial === true;
		if (kind === 'invalidRequest') return unknownColumns(fault, columns).length === 0;
		return kind === 'tooLarge' || kind === 'notFound';
	}

	/** Its ids are asked by usual calls, which tell what else may be at fault. */
	private onLargerFailed(chunk: Chunk, request: LeadsRequest, failure: Failed, now: number): void {
		if (chunk.isTrial) this.requests.larger.onTrialFailed(request, failure, now);
		else this.requests.onLargerWrong();
		if (chunk.isAskedElsewhere) return;
		const notBefore = now + (failure.retryAfterMs ?? 0);
		this.requests.queue.askFirst([{ ...chunk, isTrial: undefined, notBefore }]);
	}

	// ── what is not accepted ────────────────────────────────────────────────────────────────────

	private onFailed(chunk: Chunk, request: LeadsRequest, failure: Failed, now: number): void {
		this.requests.larger.onUsualFailed();
		if (failure.kind === 'transient') this.onTransientFault(chunk, failure, now);
		else if (failure.kind === 'tooLarge') this.onTooLarge(chunk, request.pageSize, failure);
		else if (failure.kind === 'invalidRequest') this.onRejected(chunk, request, failure);
		else if (failure.kind === 'notFound') this.onNotFound(chunk);
		// Neither waiting nor other ids help against anything else: nothing more is asked.
		else this.failTheRest(failure, 'request', chunk);
	}

	/** LeadSquared says in words that there is no such lead; of several ids it does not say which. */
	private onNotFound(chunk: Chunk): void {
		if (chunk.diagnosis) this.follow(this.diagnosis.onAccepted(chunk));
		else if (chunk.ids.length === 1) this.fates.markNotFound(chunk.ids);
		else this.requests.queue.askFirst(this.restartOrCut(chunk));
	}

	private onRejected(chunk: Chunk, request: LeadsRequest, failure: Failed): void {
		const unknown = unknownColumns(failure.fault, request.columns);
		if (unknown.length > 0) {
			if (chunk.isTrial) this.requests.larger.onTrialUndecided(request);
			return this.goOnWithout(unknown, { ...chunk, isTrial: undefined });
		}
		if (chunk.pages) this.requests.queue.askFirst(this.withoutId.restart(chunk));
		else this.follow(this.diagnosis.onRejected(chunk, failure));
	}

	private goOnWithout(unknown: string[], chunk: Chunk): void {
		for (const column of unknown)
			if (this.requests.columns.includes(column)) this.unknownColumns.push(column);
		this.requests.columns = this.requests.columns.filter((column) => !unknown.includes(column));
		this.requests.queue.askFirst([chunk]);
	}

	private onTooLarge(chunk: Chunk, pageSize: number, failure: Failed): void {
		const { cap = Infinity } = failure;
		const isNumberAtFault = cap < pageSize || !this.requests.size.hasAccepted(pageSize);
		if (isNumberAtFault && pageSize > 1) {
			this.requests.size.cap(cap < pageSize ? cap : Math.ceil(pageSize / 2));
			this.requests.queue.askFirst(chunk.pages ? this.withoutId.restart(chunk) : [chunk]);
		} else if (chunk.ids.length > 1) {
			// As many others were accepted: it is one of these leads.
			this.requests.queue.askFirst(this.restartOrCut(chunk));
		} else if (this.requests.leftOut.largestPage > 0) this.failChunk(chunk, failure, 'id');
		else this.failTheRest(failure, 'request', chunk);
	}

	private restartOrCut(chunk: Chunk): Chunk[] {
		return chunk.pages ? this.withoutId.restart(chunk) : cutInHalves(chunk);
	}

	// ── passing faults ──────────────────────────────────────────────────────────────────────────

	private onTransientFault(before: Chunk, failure: Failed, now: number): void {
		const { maxWaitMs } = this.options;
		this.requests.outage.onFault(now, maxWaitMs, failure.retryAfterMs);
		if (this.requests.outage.isSuspected) this.requests.size.doubt();
		const { failingSince = now, answersBefore = this.answers } = before;
		const chunk: Chunk = { ...before, failingSince, answersBefore, faults: before.faults + 1 };
		const policy = { maxWaitMs, mayRepeat: true };
		const pauseMs = msBeforeRetry(policy, chunk.faults, now - failingSince, failure.retryAfterMs);
		if (pauseMs === undefined) this.failChunk(chunk, failure, 'request');
		else this.askAgain(chunk, failure, now, pauseMs);
		// With a Max Wait of 0, what has not been asked yet still has its one try.
		const isOver = maxWaitMs > 0 && this.requests.outage.lastsMs(now) >= maxWaitMs;
		if (isOver) this.failTheRest(failure, 'request');
	}

	/** To the end of the queue: whether other ids are answered tells what is at fault. */
	private askAgain(chunk: Chunk, failure: Failed, now: number, pauseMs: number): void {
		const isEnough = failure.timedOut || chunk.wasCut || chunk.faults >= FAULTS_BEFORE_CUT;
		if (!isEnough || chunk.ids.length < 2) {
			this.requests.queue.askLast([{ ...chunk, notBefore: now + pauseMs }]);
			return;
		}
		if (this.requests.larger.isLarger(chunk)) this.requests.onLargerWrong();
		else this.requests.size.onFault(chunk.ids.length);
		const notBefore = now + (failure.retryAfterMs ?? 0);
		const fresh = { faults: 0, failingSince: undefined, wasCut: true, notBefore };
		this.requests.queue.askLast(this.restartOrCut({ ...chunk, ...fresh }));
	}

	private failChunk(chunk: Chunk, failure: Failed, scope: FaultScope): void {
		this.withoutId.onFailed(chunk);
		// A lead is blamed only if other requests were answered while its own failed.
		const { ids, answersBefore = Infinity } = chunk;
		const isItsOwn = ids.length === 1 && this.answers > answersBefore;
		this.fates.markFailed(ids, failure, isItsOwn && failure.kind === 'transient' ? 'id' : scope);
	}

	private failTheRest(failure: Failed, scope: FaultScope, chunk?: Chunk): void {
		const rest = [
			...this.requests.queue.takeAll(),
			...this.requests.leftOut.takeAll(),
			...this.diagnosis.takeAll(),
		];
		for (const one of chunk ? [chunk, ...rest] : rest) this.failChunk(one, failure, scope);
	}
}
