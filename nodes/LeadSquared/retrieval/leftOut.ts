import type { Chunk } from './types';

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
