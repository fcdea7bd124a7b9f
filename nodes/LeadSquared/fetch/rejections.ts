import type { Failed, Fault } from '../transport/outcome';
import { cutInHalves, newChunk, type Chunk } from './types';

// A well-formed lead id that no account has.
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** What is known of requests that LeadSquared rejects. */
export interface Facts {
	/** A request with the chosen columns was accepted. */
	columnsAccepted: boolean;
	/** A request for the id column alone was accepted. */
	idColumnAccepted: boolean;
	/** The last id of what waits was asked alone. */
	lastIdAsked: boolean;
}

/** What to find out next about the chunks that wait; `of` is the place of one of them. */
export type Question =
	| { ask: 'idColumnOnly' | 'lastIdAlone'; of: number }
	/** It can only be single ids: take apart what waits. */
	| 'isolate'
	| 'requestIsAtFault';

/** What a rejection or an answer leads to. */
export interface Step {
	/** To be asked before all else. */
	ask?: Chunk[];
	/** Ids that are rejected each for itself, and with what words. */
	failed?: { ids: string[]; failure: Failed };
}

/** Decides what to find out next, once every answer to the last question is there. */
export function nextQuestion(facts: Facts, waiting: Chunk[]): Question {
	const alone = waiting.findIndex(({ rejectedAlone }) => rejectedAlone);
	const several = waiting.findIndex(({ rejectedAlone }) => !rejectedAlone);
	if (facts.idColumnAccepted) {
		return alone >= 0 ? { ask: 'idColumnOnly', of: alone } : 'isolate';
	}
	return several >= 0 && !facts.lastIdAsked
		? { ask: 'lastIdAlone', of: several }
		: 'requestIsAtFault';
}

/**
 * Finds out what LeadSquared rejects a request for: an id, the columns, or something in every
 * request. Once a request with the chosen columns was accepted, it can only be ids, and a rejected
 * chunk is taken apart until the ids at fault are left.
 *
 * Before that, three calls tell, while what was rejected waits: one id alone, an id that nobody has
 * (without the columns), and, by their answers, one id without the columns or another id alone.
 */
export class Diagnosis {
	/** What is at fault in every request, once that is known. */
	verdict?: { failure: Failed; scope: 'columns' | 'request' };

	private readonly facts: Facts = {
		columnsAccepted: false,
		idColumnAccepted: false,
		lastIdAsked: false,
	};
	/** An id was rejected with and without the columns: for that id they are not at fault. */
	private columnsCleared = false;
	private hasBegun = false;
	/** Chunks that were rejected before it was known for what, and the last rejection. */
	private waiting: Chunk[] = [];
	private rejection?: Failed;

	/** Whether chunks wait for the answer to a question. */
	get isPending(): boolean {
		return this.waiting.length > 0;
	}

	/** Hands over the chunks that wait. */
	takeAll(): Chunk[] {
		return this.waiting.splice(0);
	}

	/** LeadSquared has rejected a chunk. */
	onRejected(chunk: Chunk, failure: Failed): Step {
		this.rejection = failure;
		if (chunk.diagnosis === 'unknownId') return {};
		// Rejected with and without the columns, where another id is accepted: it is the id.
		if (chunk.diagnosis === 'idColumnOnly') return this.clearColumns(chunk, failure);
		const { columnsAccepted, idColumnAccepted } = this.facts;
		if (columnsAccepted || (idColumnAccepted && this.columnsCleared)) {
			return this.isolate(chunk, failure);
		}
		this.waiting.push({ ...chunk, rejectedAlone: chunk.ids.length === 1 });
		if (this.hasBegun) return {};
		this.hasBegun = true;
		const unknownId: Chunk = { ...newChunk([UNKNOWN_ID]), diagnosis: 'unknownId' };
		const alone = chunk.ids.length > 1 ? [this.askAlone(this.waiting.length - 1, 0)] : [];
		return { ask: [...alone, unknownId] };
	}

	/** LeadSquared has accepted a chunk. */
	onAccepted(chunk: Chunk): Step {
		if (chunk.diagnosis === 'unknownId') this.facts.idColumnAccepted = true;
		else if (chunk.diagnosis === 'idColumnOnly') return this.blameColumns(chunk);
		else if (!this.facts.columnsAccepted) {
			this.facts.columnsAccepted = true;
			this.verdict = undefined;
			return this.release();
		}
		return {};
	}

	/** Goes one step further with what waits, once nothing else is to be done. */
	inquire(): Step {
		const question = nextQuestion(this.facts, this.waiting);
		if (question === 'isolate') return this.release();
		if (question === 'requestIsAtFault') {
			this.verdict = { failure: this.rejection!, scope: 'request' };
			return {};
		}
		if (question.ask === 'idColumnOnly') {
			const [chunk] = this.waiting.splice(question.of, 1);
			return { ask: [{ ...chunk, diagnosis: 'idColumnOnly' }] };
		}
		this.facts.lastIdAsked = true;
		return { ask: [this.askAlone(question.of, this.waiting[question.of].ids.length - 1)] };
	}

	/** Takes one id out of a waiting chunk, to be asked alone. */
	private askAlone(place: number, index: number): Chunk {
		const chunk = this.waiting[place];
		const rest = chunk.ids.filter((_, at) => at !== index);
		this.waiting.splice(place, 1, ...(rest.length > 0 ? [{ ...chunk, ids: rest }] : []));
		return { ...chunk, ids: [chunk.ids[index]] };
	}

	/** An id was rejected with the columns, and accepted without them. */
	private blameColumns(chunk: Chunk): Step {
		const failure = this.rejection!;
		if (this.facts.columnsAccepted) return { failed: { ids: chunk.ids, failure } };
		this.verdict = { failure, scope: 'columns' };
		this.waiting.push(chunk);
		return {};
	}

	private clearColumns({ ids }: Chunk, failure: Failed): Step {
		this.columnsCleared = true;
		return { ...this.release(), failed: { ids, failure } };
	}

	/** What waits was rejected for its ids. */
	private release(): Step {
		const ask: Chunk[] = [];
		const failed: string[] = [];
		for (const chunk of this.waiting.splice(0)) {
			// The rest of a chunk, of which one id was asked alone, has not been asked as it is.
			const wasAsked = chunk.ids.length > 1 || chunk.rejectedAlone;
			const step = wasAsked ? this.isolate(chunk, this.rejection!) : { ask: [chunk] };
			ask.unshift(...(step.ask ?? []));
			for (const id of step.failed?.ids ?? []) failed.push(id);
		}
		return { ask, failed: { ids: failed, failure: this.rejection! } };
	}

	/** Takes a rejected chunk apart, down to the ids at fault. */
	private isolate(chunk: Chunk, failure: Failed): Step {
		if (chunk.ids.length > 1) return { ask: cutInHalves(chunk) };
		if (this.facts.columnsAccepted) return { failed: { ids: chunk.ids, failure } };
		// Nothing has been accepted with these columns so far.
		return { ask: [{ ...chunk, diagnosis: 'idColumnOnly' }] };
	}
}

// Seen where LeadSquared rejects a column (public code, and a generated OpenAPI description): "Attribute(s)
// does not exist - mx_Old", "Unknown column 'mx_Old' in 'field list'".
const UNKNOWN = /does not exist|unknown (column|attribute|field)|MXUnknownAttribute/i;

/**
 * The columns that a rejection says LeadSquared does not know, out of those that were asked for.
 *
 * @param columns schema names, `ProspectID` first; that one is never among the result
 */
export function unknownColumns({ type = '', message }: Fault, columns: string[]): string[] {
	if (!UNKNOWN.test(message) && !UNKNOWN.test(type)) return [];
	const words = new Set(message.toLowerCase().match(/[\w.]+/g));
	return columns.slice(1).filter((column) => words.has(column.toLowerCase()));
}
