import { newChunk, type Chunk, type LeadsRequest } from './types';
import type { Cost } from '../transport/outcome';
import { ChunkSize } from './chunkSize';
import { LargerPages, type Growth } from './largerPages';
import { Outage } from './patience';

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

	/** Whether no ID waits to be asked. */
	get isEmpty(): boolean {
		return this.queue.isEmpty && this.leftOut.isEmpty;
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

/** Chunks that wait to be asked, in order. */
export class ChunkQueue {
	private chunks: Chunk[] = [];
	/** How many of them, at the front, are to be asked before all others. */
	private urgent = 0;

	get isEmpty(): boolean {
		return this.chunks.length === 0;
	}

	/** When the first of them may be asked, in ms. */
	get firstAt(): number {
		// Not Math.min(...): a queue may be longer than a call's arguments.
		return this.chunks.reduce((first, { notBefore }) => Math.min(first, notBefore), Infinity);
	}

	/** How many ids wait. */
	countIds(): number {
		return this.chunks.reduce((sum, { ids }) => sum + ids.length, 0);
	}

	/** Before all that was not put first: who was put first earlier keeps its turn. */
	askFirst(chunks: Chunk[]): void {
		if (chunks.length === 0) return;
		const [before, behind] = [this.chunks.slice(0, this.urgent), this.chunks.slice(this.urgent)];
		this.chunks = [...before, ...chunks, ...behind];
		this.urgent += chunks.length;
	}

	askLast(chunks: Chunk[]): void {
		for (const chunk of chunks) this.chunks.push(chunk);
	}

	/** Takes ids out that need not be asked any more. */
	drop(isKnown: (id: string) => boolean): void {
		const isLeft = ({ ids }: Chunk) => ids.length > 0;
		const open = this.chunks.map((chunk) => ({
			...chunk,
			ids: chunk.ids.filter((id) => !isKnown(id)),
		}));
		this.urgent = open.slice(0, this.urgent).filter(isLeft).length;
		this.chunks = open.filter(isLeft);
	}

	takeAll(): Chunk[] {
		this.urgent = 0;
		return this.chunks.splice(0);
	}

	/**
	 * Takes a part of the first chunk whose time has come.
	 *
	 * @param sizeOf how many ids of it to take at most
	 */
	takeDue(now: number, sizeOf: (chunk: Chunk) => number): Chunk | undefined {
		return this.take(
			this.chunks.findIndex(({ notBefore }) => notBefore <= now),
			sizeOf,
		);
	}

	/**
	 * Takes a part of the chunk to find out with whether the server answers again: the first one of
	 * several ids that has failed, since it may be their number that is at fault; else one that has not.
	 */
	takeCanary(sizeOf: (chunk: Chunk) => number): Chunk | undefined {
		const hasFailed = ({ answersBefore }: Chunk) => answersBefore !== undefined;
		const several = this.chunks.findIndex((chunk) => hasFailed(chunk) && chunk.ids.length > 1);
		if (several >= 0) return this.take(several, sizeOf);
		const fresh = this.chunks.findIndex((chunk) => !hasFailed(chunk));
		return this.take(fresh >= 0 ? fresh : 0, sizeOf);
	}

	private take(place: number, sizeOf: (chunk: Chunk) => number): Chunk | undefined {
		const chunk = this.chunks[place];
		if (!chunk) return undefined;
		const size = chunk.diagnosis || chunk.pages ? chunk.ids.length : sizeOf(chunk);
		const rest = chunk.ids.slice(size);
		if (rest.length === 0) {
			this.chunks.splice(place, 1);
			if (place < this.urgent) this.urgent--;
		} else this.chunks[place] = { ...chunk, ids: rest };
		return rest.length === 0 ? chunk : { ...chunk, ids: chunk.ids.slice(0, size) };
	}
}

/** Ids that an answer left out, waiting to be asked once more: together they fill few calls. */
export class LeftOut {
	/** The most leads that a page held so far. */
	largestPage = 0;
	private chunks: Chunk[] = [];

	/** A page came that held so many leads. */
	onPage(leads: number): void {
		this.largestPage = Math.max(this.largestPage, leads);
	}

	/** Whether a page of so many leads may have had no room for more. */
	isFull(leads: number): boolean {
		return leads > 0 && leads >= this.largestPage;
	}

	get isEmpty(): boolean {
		return this.chunks.length === 0;
	}

	add(chunk: Chunk): void {
		this.chunks.push(chunk);
	}

	takeAll(): Chunk[] {
		return this.chunks.splice(0);
	}

	/**
	 * Takes what is to be asked now, ids of which the same is known in one chunk.
	 *
	 * @param size ids of a full call
	 * @param options mayGrow: answers are under way, so that more ids may join: only full calls are
	 * taken
	 */
	take(size: number, { mayGrow }: { mayGrow: boolean }): Chunk[] {
		const count = this.chunks.reduce((sum, { ids }) => sum + ids.length, 0);
		if (count < size && mayGrow) return [];
		const together = new Map<string, Chunk>();
		for (const chunk of this.takeAll()) {
			const { timesLeftOut, leadsBeside, timesEmptyDespiteCount, item } = chunk;
			const key = `${timesLeftOut} ${this.isFull(leadsBeside)} ${timesEmptyDespiteCount} ${item}`;
			const into = together.get(key);
			if (!into) together.set(key, { ...chunk, ids: [...chunk.ids] });
			else {
				into.leadsBeside = Math.max(into.leadsBeside, leadsBeside);
				for (const id of chunk.ids) into.ids.push(id);
			}
		}
		const chunks = [...together.values()];
		const last = chunks.at(-1);
		const over = last && mayGrow ? last.ids.length % size : 0;
		if (over > 0) this.add({ ...last!, ids: last!.ids.splice(-over) });
		if (last?.ids.length === 0) chunks.pop();
		return chunks;
	}
}
