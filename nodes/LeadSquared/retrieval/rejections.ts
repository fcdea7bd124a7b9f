import type { Failed } from '../transport/outcome';
import type { Batch } from './retrieval';

// A well-formed lead id that no account has.
const NOBODY = '00000000-0000-4000-8000-000000000000';

/** What Rejections does with batches of ids. */
export interface Asking {
	/** Asks before all else. */
	first(batch: Batch): void;
	/** These ids were rejected, each for itself. */
	fail(ids: string[], failure: Failed): void;
}

/**
 * Finds out what LeadSquared rejects a request for: an id, the columns, or something in every
 * request. Once a request with the chosen columns has been accepted, it can only be ids, and a
 * rejected batch is taken apart until the ids at fault are left.
 *
 * Before that, three calls tell, while what was rejected waits: one id alone, a lead that nobody
 * has (without the columns), and, by their answers, one id without the columns or another id alone.
 */
export class Rejections {
	/** What is at fault in every request, once that is known. */
	verdict?: { failure: Failed; scope: 'columns' | 'request' };

	/** A request with the chosen columns was accepted. */
	private proven = false;
	/** A request without the columns was accepted. */
	private sound = false;
	private columnsCleared = false;
	private inquiring = false;
	private lastTried = false;
	/** Batches that were rejected before it was known for what, and the last rejection. */
	private suspended: Batch[] = [];
	private rejection?: Failed;

	constructor(private readonly asking: Asking) {}

	/** Whether batches wait for the inquiry. */
	get pending(): boolean {
		return this.suspended.length > 0;
	}

	/** Hands over the batches that wait. */
	takeAll(): Batch[] {
		return this.suspended.splice(0);
	}

	/** LeadSquared has rejected a batch. */
	add(batch: Batch, failure: Failed): void {
		this.rejection = failure;
		if (batch.probe === 'nobody') return;
		// Rejected with and without the columns, where another id is accepted: it is the id.
		if (batch.probe === 'columns') return this.settleColumns(batch, failure);
		if (this.proven || (this.sound && this.columnsCleared)) return this.isolate(batch, failure);
		this.suspended.push({ ...batch, rejectedAlone: batch.ids.length === 1 });
		if (this.inquiring) return;
		this.inquiring = true;
		this.asking.first({ ids: [NOBODY], timesMissed: 0, probe: 'nobody' });
		if (batch.ids.length > 1) this.askAlone(this.suspended.length - 1, 0);
	}

	/** LeadSquared has accepted a batch. */
	accepted(batch: Batch): void {
		if (batch.probe === 'nobody') this.sound = true;
		else if (batch.probe === 'columns') this.settleColumns(batch);
		else if (!this.proven) {
			this.proven = true;
			this.verdict = undefined;
			this.release();
		}
	}

	/** Goes one step further with what waits, once nothing else is to be done. */
	inquire(): void {
		const alone = this.suspended.findIndex(({ rejectedAlone }) => rejectedAlone);
		const other = this.suspended.findIndex(({ rejectedAlone }) => !rejectedAlone);
		if (this.sound && alone >= 0) {
			const [batch] = this.suspended.splice(alone, 1);
			this.asking.first({ ...batch, probe: 'columns' });
		} else if (this.sound) this.release();
		else if (other >= 0 && !this.lastTried) {
			this.lastTried = true;
			this.askAlone(other, this.suspended[other].ids.length - 1);
		} else this.verdict = { failure: this.rejection!, scope: 'request' };
	}

	/** Takes one id out of a waiting batch, and asks it alone. */
	private askAlone(position: number, index: number): void {
		const batch = this.suspended[position];
		const [id, rest] = [batch.ids[index], batch.ids.filter((_, at) => at !== index)];
		this.suspended.splice(position, 1, ...(rest.length > 0 ? [{ ...batch, ids: rest }] : []));
		this.asking.first({ ...batch, ids: [id] });
	}

	/** The request without the columns was accepted, or not (`failure`), for an id that was rejected with them. */
	private settleColumns(batch: Batch, failure?: Failed): void {
		if (!failure && !this.proven) {
			this.verdict = { failure: this.rejection!, scope: 'columns' };
			this.suspended.push(batch);
		} else this.asking.fail(batch.ids, failure ?? this.rejection!);
		this.columnsCleared = true;
		if (!this.verdict) this.release();
	}

	private release(): void {
		for (const batch of this.suspended.splice(0)) {
			if (batch.ids.length > 1 || batch.rejectedAlone) this.isolate(batch, this.rejection!);
			else this.asking.first(batch);
		}
	}

	/** Takes a rejected batch apart, down to the ids at fault. */
	private isolate(batch: Batch, failure: Failed): void {
		const { ids } = batch;
		const middle = ids.length >> 1;
		if (ids.length > 1) {
			for (const half of [ids.slice(middle), ids.slice(0, middle)]) {
				this.asking.first({ ...batch, ids: half, trial: false });
			}
		} else if (this.proven) this.asking.fail(ids, failure);
		// Nothing has been accepted with these columns so far.
		else this.asking.first({ ...batch, probe: 'columns' });
	}
}
