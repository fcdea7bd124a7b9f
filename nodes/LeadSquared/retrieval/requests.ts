import type { Cost } from '../transport/outcome';
import { ChunkQueue } from './chunkQueue';
import { ChunkSize } from './chunkSize';
import { type Growth, LargerPages } from './largerPages';
import { LeftOut } from './leftOut';
import { Outage } from './outage';
import { type Chunk, type LeadsRequest, newChunk } from './types';

export interface RequestOptions {
	/** Schema names to ask for, `ProspectID` first. */
	columns: string[];
	/** How many ids to ask in one call, 1 to 10,000. */
	leadsPerRequest: number;
	/** What allows calls to ask more, if they may. */
	growth?: Growth;
}

const CALLS_PER_PIECE = 10;

/** Decides what to ask next: which ids, how many of them, and whether to wait for an answer first. */
export class Requests {
	readonly queue = new ChunkQueue();
	readonly leftOut = new LeftOut();
	readonly outage = new Outage();
	readonly larger: LargerPages;
	/** Schema names to ask for: without those that LeadSquared does not know. */
	columns: string[];
	/** How many ids a call asks. */
	size: ChunkSize;
	private readonly usual: number;
	private readonly underWay = new Map<LeadsRequest, Chunk>();

	/** @param ids each once */
	constructor(ids: string[], { columns, leadsPerRequest, growth }: RequestOptions) {
		this.columns = columns;
		this.usual = leadsPerRequest;
		const job = { ids: ids.length, columns: columns.length };
		this.larger = new LargerPages(leadsPerRequest, growth, job);
		this.size = new ChunkSize(this.larger.sizeFor(ids.length));
		// In pieces, since what is left of a chunk is copied for every call that takes a part of it.
		const piece = CALLS_PER_PIECE * (growth?.most ?? leadsPerRequest);
		for (let at = 0; at < ids.length; at += piece) {
			this.queue.askLast([newChunk(ids.slice(at, at + piece))]);
		}
	}

	/** A trial brought so many leads. */
	onTrialBrought(trial: LeadsRequest, leads: number, cost: Cost | undefined, now: number): void {
		this.larger.onTrialBrought(trial, leads, cost, now);
		this.setSize(this.larger.sizeFor(this.queue.countIds()));
	}

	/** The account does not take more than usual after all. */
	onLargerWrong(): void {
		this.larger.onWrong();
		this.setSize(this.usual);
	}

	private setSize(size: number): void {
		if (size !== this.size.current) this.size = new ChunkSize(size);
	}

	/** When the next request may be made, in ms; undefined if none waits for its time. */
	get nextAt(): number | undefined {
		if (this.larger.awaitedUntil !== undefined) return this.larger.awaitedUntil;
		if (this.queue.isEmpty || this.mustWaitForAnswer) return undefined;
		return this.outage.isSuspected ? this.outage.notBefore : this.queue.firstAt;
	}

	/** Whether the answer of a call under way is needed. */
	get needsAnswer(): boolean {
		return [...this.underWay.values()].some(({ isAskedElsewhere }) => !isAskedElsewhere);
	}

	/** The next request, or undefined if there is none now. @param now ms */
	next(now: number): LeadsRequest | undefined {
		this.larger.onTime(now);
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
		if (chunk.isTrial) this.larger.onTrialSent(request, now);
		return request;
	}

	/** A request has come to something. @returns what was known of its ids */
	end(request: LeadsRequest): Chunk {
		const chunk = this.underWay.get(request)!;
		this.underWay.delete(request);
		return chunk;
	}

	/**
	 * In an outage, and where a larger call is worth trying first, one call at a time is made. Larger
	 * pages than usual come no more at once than the memory has room for.
	 */
	private get mustWaitForAnswer(): boolean {
		if (this.larger.awaitedUntil !== undefined) return true;
		if (this.size.current > this.usual) {
			const regular = [...this.underWay.values()].filter(({ isTrial }) => !isTrial);
			const asked = regular.reduce((sum, { ids }) => sum + ids.length, 0);
			if (asked > 0 && asked + this.size.current > this.larger.mostUnderWay) return true;
		}
		return this.needsAnswer && (this.outage.isSuspected || this.size.isFarBelowCeiling);
	}

	/** Takes as many ids as one call may ask from the first chunk whose time has come. */
	private take(now: number): Chunk | undefined {
		if (this.queue.firstAt > now) {
			this.queue.askFirst(this.leftOut.take(this.size.current, { mayGrow: this.needsAnswer }));
		}
		if (this.queue.isEmpty) this.askElsewhere();
		if (this.outage.isSuspected) return this.queue.takeCanary(() => this.size.current);
		const largest = Math.max(0, ...[...this.underWay.values()].map(({ ids }) => ids.length));
		let trial = 0;
		const chunk = this.queue.takeDue(now, (due) => {
			trial = this.larger.trialOf(due);
			return trial || this.size.next(largest);
		});
		return chunk && trial > 0 ? { ...chunk, isTrial: true } : chunk;
	}

	/** Nothing else is left to ask than what a late trial asks. Whichever answer comes first is taken. */
	private askElsewhere(): void {
		for (const [request, chunk] of this.underWay) {
			if (!chunk.isTrial || chunk.isAskedElsewhere) continue;
			this.underWay.set(request, { ...chunk, isAskedElsewhere: true });
			this.queue.askLast([newChunk(chunk.ids)]);
		}
	}
}
