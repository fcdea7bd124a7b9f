// A call for an eighth of the leads costs as much of the rate limit as one for all.
const SMALL = 8;

/**
 * How many ids to ask in one call. It starts with what the user set, shrinks to what the server can
 * take, and grows back one trial at a time, since a server that fails for a minute looks like one
 * that cannot take much.
 */
export class ChunkSize {
	/** What works, as far as is known. */
	private size: number;
	/** What is worth trying. */
	private ceiling: number;
	private trying = false;

	constructor(leadsPerRequest: number) {
		this.size = this.ceiling = leadsPerRequest;
	}

	/** How many ids the next call may ask. */
	get current(): number {
		return this.size;
	}

	/** So much smaller than what may work that a trial is worth waiting for. */
	get isSmall(): boolean {
		return this.size * SMALL <= this.ceiling;
	}

	/** A larger size to try once, if none is being tried. Its outcome has to be told with `trial`. */
	startTrial(): number | undefined {
		if (this.trying || this.size >= this.ceiling) return undefined;
		this.trying = true;
		return Math.min(this.ceiling, this.size * 2);
	}

	/** What a trial with so many ids came to. A trial that failed is not repeated. */
	trial(length: number, succeeded: boolean): void {
		this.trying = false;
		if (succeeded) this.size = Math.max(this.size, Math.min(length, this.ceiling));
		else this.ceiling = this.size;
	}

	/** A call with so many ids kept failing. */
	halve(length: number): void {
		this.size = Math.max(1, Math.min(this.size, Math.ceil(length / 2)));
	}

	/** The server takes no more than this. */
	cap(most: number): void {
		this.ceiling = Math.max(1, Math.min(this.ceiling, most));
		this.size = Math.min(this.size, this.ceiling);
	}
}
