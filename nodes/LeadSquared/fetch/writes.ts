import { ID_COLUMN } from '../api/leads';
import {
	ID_SPELLINGS,
	type IdSpelling,
	isDuplicate,
	isNoLead,
	isSearchByRejected,
	type RowToWrite,
	type WriteCall,
} from '../api/leadWrites';
import { matchRows, type RowResult } from '../api/rowResults';
import type { Progress } from '../transport/client';
import {
	type Failed,
	type Fault,
	mayBeExecuted,
	type Outcome,
	wasNotSent,
} from '../transport/outcome';
import type { Engine, Step } from './engine';
import { Order, type Ordered } from './order';
import { Patience, type Trouble } from './patience';

/** A row to write. */
export type Row<R extends RowToWrite = RowToWrite> = R &
	Ordered & {
		item: number;
		/** Whether the account's automations run for the lead. */
		triggersAutomations: boolean;
		/**
		 * How the row is sent once more if no lead was found by the first column, or another lead has one of its
		 * unique values.
		 */
		second?: R;
	};

/** The result of a row. */
export type RowStatus =
	/** `isCreated` is undefined if an earlier try may have created it. */
	| { kind: 'written'; id?: string; isCreated?: boolean; isUpdated: boolean }
	/** LeadSquared rejected it. `owner` has one of its unique values, if it is known. */
	| { kind: 'rejected'; failure: Failed; owner?: { column: string; id?: string } }
	/** It was not written, for a reason other than the row. */
	| { kind: 'failed'; failure: Failed }
	/** A call failed that may have written it. */
	| { kind: 'notKnown'; failure: Failed };

/** Whether a row was written, or may have been. */
export const mayBeWritten = ({ kind }: RowStatus): boolean =>
	kind === 'written' || kind === 'notKnown';

/** Rows of one call. */
export interface Batch<R extends RowToWrite = RowToWrite> {
	rows: Array<Row<R>>;
	/** The rows as they are sent. */
	contents: R[];
	triggersAutomations: boolean;
	idSpelling: IdSpelling;
}

/** The number of times that a row is sent alone if the answers have no result for it. */
const MAX_WITHOUT_RESULT = 3;
/** If this many rows are rejected one by one and none is accepted, the rows are not the reason. */
const MAX_REJECTED = 8;

/**
 * Decides which rows to write next and what the answers mean. It makes no calls and has no clock.
 *
 * If a failure leaves open whether a row was written, the row is sent again only if that does no harm:
 * if it is found by a column, because the second call finds the lead that the first one wrote. A batch
 * that LeadSquared rejects is split until only the rows at fault are left. A row that can also be found by a
 * second column is sent once more if the first one does not find its lead.
 */
export class Writes<R extends RowToWrite = RowToWrite> implements Engine<Batch<R>, RowResult[]> {
	/** The failure that prevents everything else from being written. */
	failure?: Failed;
	/** The spelling of SearchBy for the lead ID that rows are sent with. */
	idSpelling: IdSpelling;
	private hasOtherSpelling = true;
	private readonly settled = new Map<Row<R>, RowStatus>();
	private readonly order: Order<Row<R>>;
	private readonly inFlight = new Set<Batch<R>>();
	private readonly troubles = new Map<Row<R>, Trouble>();
	/** Rows that may have been written by a call that failed, and its failure. */
	private readonly maybeWritten = new Map<Row<R>, Failed>();
	/** The maximum size of a batch with this row, if larger ones failed. */
	private readonly limits = new Map<Row<R>, number>();
	private readonly withoutResult = new Map<Row<R>, number>();
	/** Rows that are found by their second column. */
	private readonly onSecond = new Set<Row<R>>();
	private readonly patience: Patience;
	/** When the next batch may be sent, in ms. */
	private nextAt = 0;
	private accepted = 0;
	private rejectedAlone = 0;
	private hasFailed = false;

	/**
	 * @param options call: what writes them; maxWaitMs: how long a row may keep failing with transient
	 * errors; stopAtFailure: whether the first row that is not written ends it, after the batches in flight;
	 * idSpelling: the one to try first
	 */
	constructor(
		private readonly rows: ReadonlyArray<Row<R>>,
		private readonly options: {
			call: Pick<WriteCall<R>, 'maxRows' | 'takesSeveralOfOne' | 'groupOf'>;
			maxWaitMs: number;
			stopAtFailure: boolean;
			idSpelling?: IdSpelling;
		},
	) {
		this.idSpelling = options.idSpelling ?? ID_SPELLINGS[0];
		this.order = new Order(rows);
		this.patience = new Patience(options.maxWaitMs);
	}

	get progress(): Progress {
		return { known: this.settled.size, all: this.rows.length };
	}

	get isDone(): boolean {
		return this.inFlight.size === 0 && (this.isOver || this.settled.size === this.rows.length);
	}

	/**
	 * The result of each row, if the run ended now. Rows that were never executed share the failure that ended
	 * it, if there is one. For those in flight, or to be sent again because they may have been written,
	 * the result is not known.
	 */
	get results(): Map<Row<R>, RowStatus> {
		const results = new Map(this.settled);
		const { failure } = this;
		const inFlight = new Set([...this.inFlight].flatMap(({ rows }) => rows));
		const rest = this.rows.filter((row) => !results.has(row));
		const isOpen = (row: Row<R>) => inFlight.has(row) || this.maybeWritten.has(row);
		for (const row of rest) {
			if (failure && !isOpen(row)) results.set(row, { kind: 'failed', failure });
		}
		for (const row of rest.filter(isOpen)) {
			const cause = this.maybeWritten.get(row) ?? NO_ANSWER;
			results.set(row, { kind: 'notKnown', failure: cause });
		}
		return results;
	}

	/** The row as it was last sent. */
	contentOf(row: Row<R>): R {
		return this.onSecond.has(row) ? row.second! : row;
	}

	next(now: number): Step<Batch<R>> {
		const ask = this.takeBatch(now);
		if (ask) return { ask };
		return { waitUntil: this.inFlight.size > 0 ? Infinity : this.nextAt };
	}

	private takeBatch(now: number): Batch<R> | undefined {
		if (this.isOver || now < this.nextAt) return undefined;
		if (this.patience.isOpen && this.inFlight.size > 0) return undefined;
		const rows: Array<Row<R>> = [];
		const { maxRows, takesSeveralOfOne } = this.options.call;
		let max = maxRows;
		/** Adds a row, unless the batch is full or does not fit. A row that may fail its batch goes into a small one. */
		const add = (row: Row<R>): boolean => {
			const own = this.limits.get(row) ?? maxRows;
			const [first = row] = rows;
			if (!this.fitTogether(row, first) || rows.length >= Math.min(max, own)) return false;
			max = Math.min(max, own);
			rows.push(row);
			return true;
		};
		for (const row of this.order.ready) {
			if (rows.length >= max) break;
			let next: Row<R> | undefined = row;
			while (next && add(next)) next = takesSeveralOfOne && this.order.after(next);
		}
		if (rows.length === 0) return undefined;
		this.order.take(rows);
		const { triggersAutomations } = rows[0];
		const contents = rows.map((row) => this.contentOf(row));
		const batch = { rows, contents, triggersAutomations, idSpelling: this.idSpelling };
		this.inFlight.add(batch);
		return batch;
	}

	/** Whether two rows can be in one call. */
	private fitTogether(a: Row<R>, b: Row<R>): boolean {
		if (a.triggersAutomations !== b.triggersAutomations) return false;
		const { groupOf } = this.options.call;
		return groupOf?.(this.contentOf(a)) === groupOf?.(this.contentOf(b));
	}

	handle(batch: Batch<R>, outcome: Outcome<RowResult[]>, now: number): void {
		this.inFlight.delete(batch);
		if (outcome.kind === 'ok') this.onAnswer(batch, outcome.value, now);
		else this.onFailed(batch, outcome, now);
	}

	private get isOver(): boolean {
		return this.failure !== undefined || (this.options.stopAtFailure && this.hasFailed);
	}

	private settle(row: Row<R>, status: RowStatus): void {
		this.settled.set(row, status);
		if (status.kind !== 'written') this.hasFailed = true;
		this.order.done(row);
	}

	private onAnswer(batch: Batch<R>, results: RowResult[], now: number): void {
		const { rows } = batch;
		this.patience.onAnswer();
		const known = matchRows(results, rows.length);
		for (const [place, row] of rows.entries()) {
			const result = known.get(place);
			if (!result) this.onNoResult(row, rows.length, now);
			else if (result.fault) {
				const fault: Fault = { from: 'leadSquared', ...result.fault };
				if (this.contentOf(row).searchBy === ID_COLUMN && this.respells(batch, fault.message)) {
					this.order.putBack(row);
				} else this.reject(row, { kind: isNoLead(fault) ? 'notFound' : 'invalidRequest', fault });
			} else {
				this.accepted++;
				const isCreated =
					result.isCreated || !this.maybeWritten.get(row) ? result.isCreated : undefined;
				const { id, isUpdated } = result;
				this.settle(row, { kind: 'written', id, isCreated, isUpdated });
			}
		}
	}

	/** Retries the row in a different batch, then alone a few times. */
	private onNoResult(row: Row<R>, rows: number, now: number): void {
		this.limits.set(row, Math.ceil(rows / 2));
		const times = (this.withoutResult.get(row) ?? 0) + (rows === 1 ? 1 : 0);
		this.withoutResult.set(row, times);
		if (times < MAX_WITHOUT_RESULT) this.onUnknown(row, NO_RESULT, now);
		else this.settle(row, { kind: 'notKnown', failure: NO_RESULT });
	}

	private onFailed(batch: Batch<R>, failure: Failed, now: number): void {
		switch (failure.kind) {
			case 'transient':
				return this.onTransientError(batch, failure, now);
			case 'tooLarge':
			case 'invalidRequest':
			case 'notFound':
				return this.onRejected(batch, failure);
			default: {
				const atFault = this.rowsNamed(batch, failure.fault);
				if (failure.kind === 'unauthorized' && atFault.length > 0) {
					return this.rejectThese(batch, atFault, failure);
				}
				this.failure ??= failure;
				for (const row of batch.rows) {
					if (mayBeExecuted(failure)) this.mayBeWritten(row, failure);
					this.order.putBack(row);
				}
			}
		}
	}

	private onTransientError({ rows }: Batch<R>, failure: Failed, now: number): void {
		const { patience } = this;
		patience.onError(failure, now);
		this.nextAt = Math.max(patience.nextAt, now + (failure.retryAfterMs ?? 0));
		for (const row of rows) {
			if (wasNotSent(failure)) this.tryAgain(row, failure, now);
			else this.onUnknown(row, failure, now);
		}
		if (patience.isOver(now)) this.failure ??= failure;
		// One of the rows may be the reason.
		if (!patience.isOpen) this.halve(rows);
	}

	/** The row may have been written. */
	private onUnknown(row: Row<R>, failure: Failed, now: number): void {
		if (this.contentOf(row).searchBy === undefined) {
			return this.settle(row, { kind: 'notKnown', failure });
		}
		this.mayBeWritten(row, failure);
		this.tryAgain(row, failure, now);
	}

	private mayBeWritten(row: Row<R>, failure: Failed): void {
		if (!this.maybeWritten.has(row)) this.maybeWritten.set(row, failure);
	}

	private tryAgain(row: Row<R>, failure: Failed, now: number): void {
		const trouble = this.patience.retry(this.troubles.get(row), failure, now);
		if (trouble === 'giveUp') {
			this.settle(row, { kind: this.maybeWritten.has(row) ? 'notKnown' : 'failed', failure });
			return;
		}
		this.troubles.set(row, trouble);
		this.order.putBack(row);
	}

	/** Whether a rejected batch may succeed with the other spelling of SearchBy, which is tried once. */
	private respells({ idSpelling }: Batch<R>, message: string): boolean {
		if (!isSearchByRejected(message)) return false;
		if (idSpelling === this.idSpelling && this.hasOtherSpelling) {
			this.hasOtherSpelling = false;
			this.idSpelling = ID_SPELLINGS.find((each) => each !== idSpelling)!;
		}
		return idSpelling !== this.idSpelling;
	}

	private onRejected(batch: Batch<R>, failure: Failed): void {
		const { rows } = batch;
		this.patience.onAnswer();
		const hasIds = batch.contents.some(({ searchBy }) => searchBy === ID_COLUMN);
		if (hasIds && this.respells(batch, failure.fault.message)) {
			for (const row of rows) this.order.putBack(row);
			return;
		}
		if (rows.length === 1) return this.onRejectedAlone(rows[0], failure);
		const atFault = this.rowsNamed(batch, failure.fault);
		if (atFault.length > 0) return this.rejectThese(batch, atFault, failure);
		this.halve(rows);
		for (const row of rows) this.order.putBack(row);
	}

	/** Ends a row that LeadSquared rejects, unless it can be found by its second column. */
	private reject(row: Row<R>, failure: Failed): void {
		if (!isAboutLead(failure) || !row.second || this.onSecond.has(row)) {
			return this.settle(row, { kind: 'rejected', failure });
		}
		this.onSecond.add(row);
		this.limits.delete(row);
		this.order.putBack(row);
	}

	private onRejectedAlone(row: Row<R>, failure: Failed): void {
		this.reject(row, failure);
		// A sheet may begin with leads that exist, or that do not.
		if (isAboutLead(failure)) return;
		if (++this.rejectedAlone >= MAX_REJECTED && this.accepted === 0) this.failure ??= failure;
	}

	private rejectThese({ rows }: Batch<R>, atFault: ReadonlyArray<Row<R>>, failure: Failed): void {
		for (const row of rows) {
			if (atFault.includes(row)) this.reject(row, failure);
			else this.order.putBack(row);
		}
	}

	/** The rows with a column that LeadSquared's message names. */
	private rowsNamed({ rows }: Batch<R>, { message }: Fault): Array<Row<R>> {
		if (!NAMES_COLUMNS.test(message)) return [];
		const words = new Set(message.toLowerCase().match(/[\w~]+/g));
		return rows.filter((row) =>
			[...this.contentOf(row).values.keys()].some((name) => words.has(name.toLowerCase())),
		);
	}

	private halve(rows: ReadonlyArray<Row<R>>): void {
		const half = Math.ceil(rows.length / 2);
		for (const row of rows) this.limits.set(row, half);
	}
}

/** Whether a row was rejected because of the lead that it is about, which says nothing about other rows. */
const isAboutLead = ({ fault }: Failed): boolean => isDuplicate(fault) || isNoLead(fault);

// "Attribute(s) does not exist - mx_Old", "Unknown column 'mx_Old'", "You do not have permission to Update
// these fields: mx_Old" (operations of the API as public code and a generated description have them)
const NAMES_COLUMNS = /does not exist|unknown (column|attribute|field)|these fields/i;

const NO_ANSWER: Failed = {
	kind: 'transient',
	fault: { from: 'network', message: 'The run ended before the answer came' },
};

const NO_RESULT: Failed = {
	kind: 'transient',
	fault: { from: 'leadSquared', message: 'The answer has no result for this row' },
};
