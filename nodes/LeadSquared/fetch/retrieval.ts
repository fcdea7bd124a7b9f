import type { Lead, LeadsPage } from '../api/leads';
import type { Progress } from '../transport/client';
import type { Failed, Outcome } from '../transport/outcome';
import type { Engine, Step } from './engine';
import { Patience, type Trouble } from './patience';
import { type Chunk, splitInHalf, type LeadsRequest, Pending, type Recheck } from './pending';
import { type Consequence, Diagnosis, unknownColumns } from './rejections';
import {
	type Asked,
	type FaultScope,
	type Match,
	matchPage,
	MAX_TIMES_EMPTY,
	Results,
} from './results';
import { type Account, CallSize } from './size';

interface RetrievalOptions {
	/** Schema names, the ID first. */
	columns: string[];
	/** The number of IDs to request in one call, 1 to 10,000. */
	leadsPerRequest: number;
	/** Set if the account may take more. */
	account?: Account;
	/** The time, in ms, for which a chunk may keep failing with transient errors. */
	maxWaitMs: number;
	/** Whether the first ID that fails permanently ends the retrieval. */
	stopAtFailure: boolean;
	/** Converts a row to its final form. */
	readLead: (row: Lead) => Lead;
}

// Transient errors in a row before a chunk is split in half: the first may be chance.
const ERRORS_BEFORE_CUT = 2;

const NEVER_MISSING: Recheck = {
	kind: 'recheck',
	timesMissing: 0,
	leadsReturned: 0,
	timesEmpty: 0,
};

/**
 * Decides what to request next and what the answers mean, until it is known for every ID whether there
 * is a lead. It makes no calls and has no clock: `next` returns requests, which may all be in flight at
 * the same time, and `handle` takes their outcomes.
 *
 * It relies on nothing undocumented, neither on order nor completeness nor `RecordCount`: leads are
 * matched by ID, and IDs that an answer left out are requested once more (docs/behaviour.md).
 */
export class Retrieval implements Engine<LeadsRequest, LeadsPage> {
	readonly results: Results;
	/** IDs whose leads were sent without an ID; unidentified.ts reads them. */
	readonly unidentified = new Set<string>();
	private readonly patience: Patience;
	private readonly size: CallSize;
	private readonly pending: Pending;
	private readonly diagnosis = new Diagnosis();

	/** @param asked the IDs of every input item; an ID may occur in several */
	constructor(
		asked: Asked[],
		private readonly options: RetrievalOptions,
	) {
		const { columns, leadsPerRequest, account, maxWaitMs } = options;
		this.results = new Results(asked);
		const ids = [...this.results.wanted];
		this.patience = new Patience(maxWaitMs);
		this.size = new CallSize(
			leadsPerRequest,
			{ ids: ids.length, columns: columns.length },
			account,
		);
		this.pending = new Pending(ids, columns, this.size, this.patience);
	}

	get progress(): Progress {
		return { known: this.results.countKnown(), all: this.results.wanted.size };
	}

	get isDone(): boolean {
		if (this.options.stopAtFailure && this.results.firstFailure) return true;
		const { pending, diagnosis } = this;
		return !pending.hasInFlight && (pending.isEmpty || diagnosis.verdict !== undefined);
	}

	next(now: number): Step<LeadsRequest> {
		return this.diagnosis.verdict ? { waitUntil: Infinity } : this.pending.next(now);
	}

	handle(request: LeadsRequest, outcome: Outcome<LeadsPage>, now: number): void {
		const chunk = this.pending.done(request);
		if (!chunk) return;
		if (outcome.kind !== 'transient') this.patience.onAnswer();
		if (outcome.kind === 'ok') this.onPage(chunk, outcome.value);
		else if (this.isForSize(chunk, request, outcome)) this.onTooMany(chunk, outcome, now);
		else this.onFailed(chunk, request, outcome, now);
		if (this.unidentified.size > 0) this.setAside(this.takeRest());
		else if (!this.pending.hasInFlight) this.inquire();
	}

	/** Continues the diagnosis if nothing else is in flight. */
	private inquire(): void {
		const { diagnosis } = this;
		if (!diagnosis.verdict && this.pending.isEmpty && diagnosis.isPending) {
			this.follow(diagnosis.inquire());
		}
		if (diagnosis.verdict) this.failTheRest(diagnosis.verdict.failure, diagnosis.verdict.scope);
	}

	private follow({ ask = [], failed }: Consequence): void {
		this.pending.requestFirst(ask);
		if (failed) this.results.markFailed(failed.ids, failed.failure, 'id');
	}

	// ── answers ─────────────────────────────────────────────────────────────────────────────────

	private onPage(chunk: Chunk, page: LeadsPage): void {
		this.follow(this.diagnosis.onAccepted(chunk));
		const { ids, why } = chunk;
		if (why.kind === 'probe') return;
		const { columns, readLead } = this.options;
		const match = matchPage(ids, page.rows.map(readLead), columns[0]);
		for (const [id, lead] of match.found) this.results.keep(id, lead);
		const leads = match.found.size + match.unidentified.length;
		if (why.kind === 'trial') this.size.onTrial(leads);
		else this.size.onPage(ids.length, leads);
		const missing = match.missing.filter((id) => !this.results.leads.has(id));
		if (missing.length === 0) return;
		if (match.unidentified.length > 0) this.setAside([{ ids: missing, why }]);
		// The trial was cut. That is no evidence against the IDs that it left out.
		else if (why.kind === 'trial') this.pending.requestAnew(missing);
		else this.onMissing(chunk, missing, page, match);
	}

	/** A page left IDs out. They are requested once more, unless this proves that there are no leads. */
	private onMissing(chunk: Chunk, ids: string[], page: LeadsPage, match: Match): void {
		const { pending, size } = this;
		const before = chunk.why.kind === 'recheck' ? chunk.why : NEVER_MISSING;
		const leadsReturned = match.found.size;
		// Unrequested leads, such as those that others were merged into, may fill a capped page.
		const hasOthersOnly =
			match.others > 0 && leadsReturned < chunk.ids.length && size.isFull(leadsReturned);
		const foundOthers = ids.length < chunk.ids.length || hasOthersOnly;
		const isEmptyDespiteCount = page.rows.length === 0 && (page.recordCount ?? 0) > 0;
		const timesEmpty = isEmptyDespiteCount ? before.timesEmpty + 1 : 0;
		// A page that contradicts its own count is not one of the two that prove a lead missing.
		const timesMissing = isEmptyDespiteCount ? before.timesMissing : before.timesMissing + 1;
		const isCredible = isEmptyDespiteCount ? timesEmpty >= MAX_TIMES_EMPTY : timesMissing > 1;
		if (isCredible && !foundOthers) return this.results.markNotFound(ids);
		// One page left these leads out and the next one returned them. If the first was as full as the
		// largest page so far, pages may be cut to that size without notice. One unreliable page must
		// not decide for the whole run, so each halves the size at most.
		if (foundOthers && timesMissing > 1 && size.isFull(before.leadsReturned)) {
			size.cap(Math.max(size.largestPage, Math.ceil(size.current / 2)));
		}
		pending.recheck(ids, { kind: 'recheck', timesMissing, leadsReturned, timesEmpty });
	}

	/** Leaves these IDs to unidentified.ts. */
	private setAside(chunks: Chunk[]): void {
		for (const { ids } of chunks) {
			for (const id of ids) if (this.results.isOpen(id)) this.unidentified.add(id);
		}
	}

	// ── failures ────────────────────────────────────────────────────────────────────────────────

	/** Whether a call may have failed because it requested more IDs than usual. */
	private isForSize({ ids, why }: Chunk, { columns }: LeadsRequest, failure: Failed): boolean {
		if (why.kind === 'probe' || !this.size.isLarger(ids.length)) return false;
		if (failure.kind === 'transient') return why.kind === 'trial';
		if (failure.kind === 'invalidRequest')
			return unknownColumns(failure.fault, columns).length === 0;
		return failure.kind === 'tooLarge' || failure.kind === 'notFound';
	}

	/** Calls of the usual size request the same IDs, and show whether something else is at fault. */
	private onTooMany({ ids, why }: Chunk, failure: Failed, now: number): void {
		const isForSize = failure.kind === 'tooLarge' || failure.timedOut === true;
		this.size.onLargerFailed(ids.length, isForSize, failure.cap);
		if (failure.kind === 'transient') this.patience.onError(failure, now);
		if (why.kind === 'trial') this.pending.requestAnew(ids);
		else this.pending.requestFirst([{ ids, why }]);
	}

	private onFailed(chunk: Chunk, request: LeadsRequest, failure: Failed, now: number): void {
		switch (failure.kind) {
			case 'transient':
				return this.onTransientError(chunk, failure, now);
			case 'tooLarge':
				return this.onTooLarge(chunk, request.pageSize, failure);
			case 'invalidRequest':
				return this.onRejected(chunk, request, failure);
			case 'notFound':
				return this.onNotFound(chunk);
			default:
				// Neither time nor other IDs help, so nothing more is requested.
				this.failTheRest(failure, 'request', chunk);
		}
	}

	/** LeadSquared says that there is no such lead. With several IDs, it does not say which. */
	private onNotFound(chunk: Chunk): void {
		if (chunk.why.kind === 'probe') this.follow(this.diagnosis.onAccepted(chunk));
		else if (chunk.ids.length === 1) this.results.markNotFound(chunk.ids);
		else this.pending.requestFirst(splitInHalf(chunk));
	}

	private onRejected(chunk: Chunk, { columns }: LeadsRequest, failure: Failed): void {
		const unknown = unknownColumns(failure.fault, columns);
		if (unknown.length === 0) return this.follow(this.diagnosis.onRejected(chunk, failure));
		const { pending, results } = this;
		results.unknownColumns.push(...unknown.filter((column) => pending.columns.includes(column)));
		pending.columns = pending.columns.filter((column) => !unknown.includes(column));
		pending.requestFirst([chunk]);
	}

	private onTooLarge(chunk: Chunk, pageSize: number, failure: Failed): void {
		const { cap = Infinity } = failure;
		const { pending, size } = this;
		if (pageSize > 1 && (cap < pageSize || !size.hasAccepted(pageSize))) {
			size.cap(cap < pageSize ? cap : Math.ceil(pageSize / 2));
			pending.requestFirst([chunk]);
		}
		// Pages of this size were accepted before, so one of these leads is too large.
		else if (chunk.ids.length > 1) pending.requestFirst(splitInHalf(chunk));
		else if (size.largestPage > 0) this.fail(chunk, failure, 'id');
		else this.failTheRest(failure, 'request', chunk);
	}

	private onTransientError(chunk: Chunk, failure: Failed, now: number): void {
		const { patience, pending, size } = this;
		patience.onError(failure, now);
		if (patience.isOver(now)) return this.failTheRest(failure, 'request', chunk);
		if (patience.isOpen) size.doubt();
		const trouble = patience.retry(chunk.trouble, failure, now);
		if (this.isToBeCut(chunk, failure, trouble)) {
			size.onFault(chunk.ids.length);
			const part = { ...chunk, trouble: patience.split(chunk.trouble, failure, now) };
			pending.requestLast(splitInHalf(part));
		} else if (trouble === 'giveUp') this.fail(chunk, failure, 'request');
		else pending.requestLast([{ ...chunk, trouble }]);
	}

	private isToBeCut({ ids, trouble }: Chunk, failure: Failed, next: Trouble | 'giveUp'): boolean {
		if (ids.length === 1 || (next === 'giveUp' && !failure.isRepeated)) return false;
		const errors = (trouble?.errors ?? 0) + 1;
		// A smaller request may be answered in time.
		return failure.timedOut === true || errors >= ERRORS_BEFORE_CUT;
	}

	private fail({ ids, trouble }: Chunk, failure: Failed, scope: FaultScope): void {
		// A lead is blamed only if other requests were answered while its own failed.
		const isIdAtFault = ids.length === 1 && trouble && this.patience.hasAnsweredSince(trouble);
		this.results.markFailed(
			ids,
			failure,
			isIdAtFault && failure.kind === 'transient' ? 'id' : scope,
		);
	}

	private failTheRest(failure: Failed, scope: FaultScope, chunk?: Chunk): void {
		const rest = this.takeRest();
		for (const each of chunk ? [chunk, ...rest] : rest) this.fail(each, failure, scope);
		this.results.markFailed([...this.unidentified], failure, scope);
		this.unidentified.clear();
	}

	private takeRest(): Chunk[] {
		return [...this.pending.takeAll(), ...this.diagnosis.takeAll()];
	}
}
