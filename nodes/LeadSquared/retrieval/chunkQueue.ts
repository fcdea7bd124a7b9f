import type { Chunk } from './types';

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
