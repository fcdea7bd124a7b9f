import type { Step } from './engine';
import type { Patience, Trouble } from './patience';
import type { CallSize } from './size';

/** One call to make. */
export interface LeadsRequest {
	ids: string[];
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** The maximum number of leads on the page. */
	pageSize: number;
}

/** IDs to request together. */
export interface Chunk {
	ids: string[];
	why: Why;
	/** Its transient errors so far, or those of the chunk that it was split from. */
	trouble?: Trouble;
}

/** The reason for requesting the IDs of a chunk. */
type Why =
	/** For the first time. */
	| { kind: 'fresh' }
	/** IDs requested for the first time, more than usual, to see whether the account takes them. */
	| { kind: 'trial' }
	| Recheck
	/** To find the cause of a rejection: with the ID column alone, an ID that no lead has or one that was rejected. */
	| { kind: 'probe'; of: 'unknownId' | 'rejectedId' };

/** Requested again, because answers left these IDs out. */
export interface Recheck {
	kind: 'recheck';
	/** The number of pages that left these IDs out, except those that were empty although LeadSquared counted leads. */
	timesMissing: number;
	/** The number of leads on the last page that left these IDs out. */
	leadsReturned: number;
	/** The number of latest pages that were empty although LeadSquared counted leads. */
	timesEmpty: number;
}

export const FRESH: Why = { kind: 'fresh' };

/** Two halves, or the chunk itself if it cannot be split. */
export function splitInHalf(chunk: Chunk): Chunk[] {
	const { ids } = chunk;
	if (ids.length < 2) return [chunk];
	const middle = ids.length >> 1;
	return [ids.slice(0, middle), ids.slice(middle)].map((half) => ({ ...chunk, ids: half }));
}

/** The IDs that have not been fetched yet: decides which to request next, and when. */
export class Pending {
	/** IDs that have not been requested yet, from `at` on. */
	private fresh: string[];
	private at = 0;
	/** Chunks before the fresh IDs, and chunks after them. */
	private readonly first: Chunk[] = [];
	private readonly last: Chunk[] = [];
	private readonly missing: Missing;
	private readonly inFlight = new Map<LeadsRequest, Chunk>();
	private trial?: { request: LeadsRequest; endsAt?: number };

	/**
	 * @param ids each once
	 * @param columns schema names to request, `ProspectID` first
	 */
	constructor(
		ids: string[],
		public columns: string[],
		private readonly size: CallSize,
		private readonly patience: Patience,
	) {
		this.fresh = ids;
		this.missing = new Missing(size);
		if (size.trial > 0)
			this.first.push({ ids: this.takeFresh(size.trial), why: { kind: 'trial' } });
	}

	/** Whether nothing waits to be requested. */
	get isEmpty(): boolean {
		return this.countFresh() + this.first.length + this.last.length === 0 && this.missing.isEmpty;
	}

	get hasInFlight(): boolean {
		return this.inFlight.size > 0;
	}

	/** The next request, or the time to wait for one. @param now ms */
	next(now: number): Step<LeadsRequest> {
		if (this.trial) {
			// The engine takes the next request when the trial has its slot, not earlier.
			this.trial.endsAt ??= now + this.size.trialMs;
			if (now < this.trial.endsAt) return { waitUntil: this.trial.endsAt };
			this.giveUpTrial(this.trial.request);
		}
		if (this.mustWaitForAnswer) return { waitUntil: Infinity };
		if (now < this.patience.nextAt) return { waitUntil: this.patience.nextAt };
		const chunk = this.take(now);
		if (!chunk) return { waitUntil: this.dueAt };
		const { ids, why } = chunk;
		const request: LeadsRequest = {
			ids,
			columns: why.kind === 'probe' ? this.columns.slice(0, 1) : this.columns,
			// Unrequested rows may have pushed a missing lead off its page.
			pageSize: Math.max(ids.length, why.kind === 'recheck' ? this.size.current : 1),
		};
		this.inFlight.set(request, chunk);
		if (why.kind === 'trial') this.trial = { request };
		return { ask: request };
	}

	/**
	 * Ends a request.
	 *
	 * @returns its chunk, or undefined if it came too late and other requests have its IDs
	 */
	done(request: LeadsRequest): Chunk | undefined {
		const chunk = this.inFlight.get(request);
		this.inFlight.delete(request);
		if (request === this.trial?.request) this.trial = undefined;
		return chunk;
	}

	/** Requests chunks before the fresh IDs, in the order of these calls. */
	requestFirst(chunks: Chunk[]): void {
		this.first.push(...chunks);
	}

	/** Requests chunks after everything else, so that other answers show what is at fault. */
	requestLast(chunks: Chunk[]): void {
		this.last.push(...chunks);
	}

	/** Requests IDs as if for the first time. */
	requestAnew(ids: string[]): void {
		this.fresh = [...ids, ...this.takeFresh(Infinity)];
		this.at = 0;
	}

	/** Requests IDs again that a page left out, together with others. */
	recheck(ids: string[], why: Recheck): void {
		this.missing.add({ ids, why });
	}

	/** Takes all chunks that wait. */
	takeAll(): Chunk[] {
		const fresh = { ids: this.takeFresh(Infinity), why: FRESH };
		return [...this.first.splice(0), fresh, ...this.last.splice(0), ...this.missing.takeAll()];
	}

	private countFresh(): number {
		return this.fresh.length - this.at;
	}

	private takeFresh(count: number): string[] {
		const ids = this.fresh.slice(this.at, this.at + count);
		this.at += ids.length;
		return ids;
	}

	/** When a chunk may be requested, in ms; Infinity if none waits. */
	private get dueAt(): number {
		let dueAt = this.countFresh() > 0 ? 0 : Infinity;
		for (const chunks of [this.first, this.last]) {
			for (const { trouble } of chunks) dueAt = Math.min(dueAt, trouble?.retryAt ?? 0);
		}
		return dueAt;
	}

	/** Lets usual calls request the IDs of a trial that takes too long. */
	private giveUpTrial(trial: LeadsRequest): void {
		this.done(trial);
		this.requestAnew(trial.ids);
		this.size.onLargerFailed(trial.ids.length, true);
	}

	private get mustWaitForAnswer(): boolean {
		if (!this.hasInFlight) return false;
		if (this.patience.isOpen || this.size.isFarBelowCeiling) return true;
		const ids = [...this.inFlight.keys()].reduce((sum, request) => sum + request.ids.length, 0);
		return !this.size.hasRoomBeside(ids);
	}

	/** Takes as many IDs as one call may hold. */
	private take(now: number): Chunk | undefined {
		if (this.dueAt > now) {
			const mayGrow = this.hasInFlight;
			this.first.push(...this.missing.take(this.size.current, { mayGrow }));
		}
		if (this.patience.isOpen) return this.takeCanary();
		const isDue = ({ trouble }: Chunk) => (trouble?.retryAt ?? 0) <= now;
		const first = this.first.findIndex(isDue);
		if (first >= 0) return this.takeFrom(this.first, first);
		if (this.countFresh() > 0) return { ids: this.takeFresh(this.nextSize), why: FRESH };
		return this.takeFrom(this.last, this.last.findIndex(isDue));
	}

	/**
	 * Takes the chunk that shows whether the server answers again: one of several IDs that has failed,
	 * because the number of IDs may be the reason; otherwise one that has not failed.
	 */
	private takeCanary(): Chunk | undefined {
		for (const chunks of [this.first, this.last]) {
			const failed = chunks.findIndex(({ ids, trouble }) => trouble && ids.length > 1);
			if (failed >= 0) return this.takeFrom(chunks, failed);
		}
		const untried = this.first.findIndex(({ trouble }) => !trouble);
		if (untried >= 0) return this.takeFrom(this.first, untried);
		if (this.countFresh() > 0) return { ids: this.takeFresh(this.nextSize), why: FRESH };
		return this.takeFrom(this.first, 0) ?? this.takeFrom(this.last, 0);
	}

	private takeFrom(chunks: Chunk[], place: number): Chunk | undefined {
		const chunk = chunks[place];
		if (!chunk) return undefined;
		const { ids, why } = chunk;
		const size = why.kind === 'trial' ? ids.length : this.nextSize;
		if (ids.length <= size) chunks.splice(place, 1);
		else chunks[place] = { ...chunk, ids: ids.slice(size) };
		return { ...chunk, ids: ids.slice(0, size) };
	}

	private get nextSize(): number {
		const lengths = [...this.inFlight.keys()].map(({ ids }) => ids.length);
		return this.size.next(Math.max(0, ...lengths));
	}
}

/** IDs that pages left out. They wait to be requested together, in few calls. */
export class Missing {
	private chunks: Array<Chunk & { why: Recheck }> = [];

	constructor(private readonly pages: Pick<CallSize, 'isFull'>) {}

	get isEmpty(): boolean {
		return this.chunks.length === 0;
	}

	add(chunk: Chunk & { why: Recheck }): void {
		this.chunks.push(chunk);
	}

	takeAll(): Array<Chunk & { why: Recheck }> {
		return this.chunks.splice(0);
	}

	/**
	 * Takes the IDs to request now: those with the same history in one chunk.
	 *
	 * @param size IDs of a full call
	 * @param options mayGrow: calls are in flight, so more IDs may come, and only full calls are taken
	 */
	take(size: number, { mayGrow }: { mayGrow: boolean }): Chunk[] {
		const count = this.chunks.reduce((sum, { ids }) => sum + ids.length, 0);
		if (count < size && mayGrow) return [];
		const merged = new Map<string, Chunk & { why: Recheck }>();
		for (const { ids, why } of this.takeAll()) {
			const { timesMissing, leadsReturned, timesEmpty } = why;
			const key = `${timesMissing} ${this.pages.isFull(leadsReturned)} ${timesEmpty}`;
			const into = merged.get(key);
			if (!into) merged.set(key, { ids: [...ids], why: { ...why } });
			else {
				into.why.leadsReturned = Math.max(into.why.leadsReturned, leadsReturned);
				for (const id of ids) into.ids.push(id);
			}
		}
		const chunks = [...merged.values()];
		const last = chunks.at(-1);
		const over = last && mayGrow ? last.ids.length % size : 0;
		if (over > 0) this.add({ ...last!, ids: last!.ids.splice(-over) });
		if (last?.ids.length === 0) chunks.pop();
		return chunks;
	}
}
