/** Something to write, and what it may share with others: rows that share anything keep their order. */
export interface Ordered {
	keys: readonly string[];
}

/**
 * Tells which of many rows may be written now. Rows that share a key are written one after the other, in
 * the order in which they were given, so that the last one wins, and none creates what another is
 * about to.
 */
export class Order<Row extends Ordered> {
	/** Rows in their order, by key; the first of each is the next. */
	private readonly queues = new Map<string, Row[]>();
	private readonly places = new Map<Row, number>();
	/** Those that may be written now, by place. */
	private readonly free = new Set<Row>();
	private isSorted = true;

	constructor(rows: readonly Row[]) {
		for (const [place, row] of rows.entries()) {
			this.places.set(row, place);
			for (const key of new Set(row.keys)) {
				const queue = this.queues.get(key);
				if (queue) queue.push(row);
				else this.queues.set(key, [row]);
			}
		}
		for (const row of rows) if (this.isNext(row)) this.free.add(row);
	}

	/** Those that may be written now, in their order. */
	get ready(): Iterable<Row> {
		if (!this.isSorted) {
			const inOrder = [...this.free].sort((a, b) => this.places.get(a)! - this.places.get(b)!);
			this.free.clear();
			for (const row of inOrder) this.free.add(row);
			this.isSorted = true;
		}
		return this.free;
	}

	/** These are being written: those behind them wait. */
	take(rows: readonly Row[]): void {
		for (const row of rows) this.free.delete(row);
	}

	/** A row was not written, and is to be tried again. */
	putBack(row: Row): void {
		this.free.add(row);
		this.isSorted = false;
	}

	/** What becomes of a row is known: the next ones may be written. */
	done(row: Row): void {
		this.free.delete(row);
		for (const key of new Set(row.keys)) {
			const queue = this.queues.get(key)!;
			queue.shift();
			if (queue.length === 0) this.queues.delete(key);
			else if (this.isNext(queue[0])) this.putBack(queue[0]);
		}
	}

	private isNext(row: Row): boolean {
		return row.keys.every((key) => this.queues.get(key)![0] === row);
	}
}
