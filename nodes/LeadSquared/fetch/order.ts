/** A record that may have to keep its place among others. */
export interface Ordered {
	/** Rows that share a key keep their order. */
	keys: readonly string[];
}

/**
 * Decides which rows may be written now. Rows that share a key are written one after the other, in
 * their order, so that the last one wins, and no two rows create the same record.
 */
export class Order<Row extends Ordered> {
	/** The rows that are left, by key, in their order. */
	private readonly queues = new Map<string, Row[]>();
	private readonly places = new Map<Row, number>();
	/** Rows that may be written now. */
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

	/** Rows that may be written now, in their order. */
	get ready(): Iterable<Row> {
		if (!this.isSorted) {
			const inOrder = [...this.free].sort((a, b) => this.places.get(a)! - this.places.get(b)!);
			this.free.clear();
			for (const row of inOrder) this.free.add(row);
			this.isSorted = true;
		}
		return this.free;
	}

	/** Marks rows as being written. Later rows with the same keys wait. */
	take(rows: readonly Row[]): void {
		for (const row of rows) this.free.delete(row);
	}

	/** Makes a row that was not written ready again, unless it has to wait for others of its call. */
	putBack(row: Row): void {
		if (!this.isNext(row)) return;
		this.free.add(row);
		this.isSorted = false;
	}

	/** The row that waits for this one, if it waits for no other. */
	after(row: Row): Row | undefined {
		const [key] = row.keys;
		const queue = this.queues.get(key) ?? [];
		const next = queue[queue.indexOf(row) + 1];
		return next?.keys.length === 1 ? next : undefined;
	}

	/** Ends a row, whose result is known. The next ones may be written. */
	done(row: Row): void {
		this.free.delete(row);
		for (const key of new Set(row.keys)) {
			const queue = this.queues.get(key)!;
			queue.splice(queue.indexOf(row), 1);
			if (queue.length === 0) this.queues.delete(key);
			else if (this.isNext(queue[0])) this.putBack(queue[0]);
		}
	}

	private isNext(row: Row): boolean {
		return row.keys.every((key) => this.queues.get(key)![0] === row);
	}
}
