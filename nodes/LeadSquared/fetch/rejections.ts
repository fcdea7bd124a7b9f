import type { Failed, Fault } from '../transport/outcome';
import { splitInHalf, type Chunk } from './pending';

// A well-formed lead ID that no account has.
const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

/** Facts about the requests that LeadSquared rejects. */
interface Facts {
	/** A request with the chosen columns was accepted. */
	columnsAccepted: boolean;
	/** A request for the ID column alone was accepted. */
	idColumnAccepted: boolean;
	/** The last ID of the rejected chunks was requested alone. */
	lastIdAsked: boolean;
}

/** A rejected chunk that waits until the reason is known. */
interface Rejected {
	chunk: Chunk;
	/** It was rejected as the only ID of its request. */
	wasAlone: boolean;
}

/** The next question about the rejected chunks; `of` is the index of one of them. */
type Question =
	| { ask: 'idColumnOnly' | 'lastIdAlone'; of: number }
	/** Only single IDs can be at fault: split the rejected chunks. */
	| 'isolate'
	| 'requestIsAtFault';

/** The consequences of a rejection or an answer. */
export interface Consequence {
	/** Chunks to request before everything else. */
	ask?: Chunk[];
	/** IDs that LeadSquared rejects on their own, and its message. */
	failed?: { ids: string[]; failure: Failed };
}

/** Decides what to find out next, once every answer to the last question has arrived. */
export function nextQuestion(facts: Facts, rejected: Rejected[]): Question {
	const alone = rejected.findIndex(({ wasAlone }) => wasAlone);
	const several = rejected.findIndex(({ wasAlone }) => !wasAlone);
	if (facts.idColumnAccepted) {
		return alone >= 0 ? { ask: 'idColumnOnly', of: alone } : 'isolate';
	}
	return several >= 0 && !facts.lastIdAsked
		? { ask: 'lastIdAlone', of: several }
		: 'requestIsAtFault';
}

/**
 * Finds out why LeadSquared rejects a request: because of an ID, the columns, or the request itself.
 * After a request with the chosen columns was accepted, only IDs can be at fault, and a rejected chunk
 * is split until only the IDs at fault are left.
 *
 * Before that, the rejected chunks wait for three calls: one ID alone, an ID that no lead has (without
 * the columns), and, depending on their answers, one ID without the columns or another ID alone.
 */
export class Diagnosis {
	/** The cause in every request, if it is known. */
	verdict?: { failure: Failed; scope: 'columns' | 'request' };

	private readonly facts: Facts = {
		columnsAccepted: false,
		idColumnAccepted: false,
		lastIdAsked: false,
	};
	/** An ID was rejected with and without the columns: for that ID they are not at fault. */
	private columnsCleared = false;
	private hasBegun = false;
	/** Chunks that were rejected before the reason was known, and the last rejection. */
	private readonly rejected: Rejected[] = [];
	private rejection?: Failed;

	/** Whether chunks wait for the answer to a question. */
	get isPending(): boolean {
		return this.rejected.length > 0;
	}

	/** Takes the chunks that wait. */
	takeAll(): Chunk[] {
		return this.rejected.splice(0).map(({ chunk }) => chunk);
	}

	/** LeadSquared has rejected a chunk. */
	onRejected(chunk: Chunk, failure: Failed): Consequence {
		this.rejection = failure;
		if (chunk.why.kind === 'probe') {
			// Rejected with and without the columns, while another ID is accepted: it is the ID.
			return chunk.why.of === 'rejectedId' ? this.clearColumns(chunk, failure) : {};
		}
		const { columnsAccepted, idColumnAccepted } = this.facts;
		if (columnsAccepted || (idColumnAccepted && this.columnsCleared)) {
			return this.isolate(chunk, failure);
		}
		this.rejected.push({ chunk, wasAlone: chunk.ids.length === 1 });
		if (this.hasBegun) return {};
		this.hasBegun = true;
		const unknownId: Chunk = { ids: [UNKNOWN_ID], why: { kind: 'probe', of: 'unknownId' } };
		const alone = chunk.ids.length > 1 ? [this.takeOneId(this.rejected.length - 1, 0)] : [];
		return { ask: [...alone, unknownId] };
	}

	/** LeadSquared has accepted a chunk. */
	onAccepted(chunk: Chunk): Consequence {
		if (chunk.why.kind === 'probe') {
			if (chunk.why.of === 'rejectedId') return this.blameColumns(chunk);
			this.facts.idColumnAccepted = true;
		} else if (!this.facts.columnsAccepted) {
			this.facts.columnsAccepted = true;
			this.verdict = undefined;
			return this.release();
		}
		return {};
	}

	/** Takes the next step with the rejected chunks, if nothing else is left to do. */
	inquire(): Consequence {
		const question = nextQuestion(this.facts, this.rejected);
		if (question === 'isolate') return this.release();
		if (question === 'requestIsAtFault') {
			this.verdict = { failure: this.rejection!, scope: 'request' };
			return {};
		}
		if (question.ask === 'idColumnOnly') {
			const [{ chunk }] = this.rejected.splice(question.of, 1);
			return { ask: [toProbe(chunk)] };
		}
		this.facts.lastIdAsked = true;
		const { ids } = this.rejected[question.of].chunk;
		return { ask: [this.takeOneId(question.of, ids.length - 1)] };
	}

	/** Takes one ID out of a rejected chunk, to be requested alone. */
	private takeOneId(place: number, index: number): Chunk {
		const { chunk } = this.rejected[place];
		const rest = { ...chunk, ids: chunk.ids.filter((_, at) => at !== index) };
		const stillRejected = rest.ids.length > 0 ? [{ chunk: rest, wasAlone: false }] : [];
		this.rejected.splice(place, 1, ...stillRejected);
		return { ...chunk, ids: [chunk.ids[index]] };
	}

	/** An ID was rejected with the columns, and accepted without them. */
	private blameColumns(chunk: Chunk): Consequence {
		const failure = this.rejection!;
		if (this.facts.columnsAccepted) return { failed: { ids: chunk.ids, failure } };
		this.verdict = { failure, scope: 'columns' };
		this.rejected.push({ chunk, wasAlone: true });
		return {};
	}

	private clearColumns({ ids }: Chunk, failure: Failed): Consequence {
		this.columnsCleared = true;
		return { ...this.release(), failed: { ids, failure } };
	}

	/** The chunks were rejected because of their IDs. */
	private release(): Consequence {
		const ask: Chunk[] = [];
		const failed: string[] = [];
		for (const { chunk, wasAlone } of this.rejected.splice(0)) {
			// The rest of the chunk, without the ID that was taken out, has not been requested yet.
			const wasAsked = chunk.ids.length > 1 || wasAlone;
			const next = wasAsked ? this.isolate(chunk, this.rejection!) : { ask: [chunk] };
			ask.unshift(...(next.ask ?? []));
			for (const id of next.failed?.ids ?? []) failed.push(id);
		}
		return { ask, failed: { ids: failed, failure: this.rejection! } };
	}

	/** Splits a rejected chunk until only the IDs at fault are left. */
	private isolate(chunk: Chunk, failure: Failed): Consequence {
		if (chunk.ids.length > 1) return { ask: splitInHalf(chunk) };
		if (this.facts.columnsAccepted) return { failed: { ids: chunk.ids, failure } };
		// Nothing has been accepted with these columns so far.
		return { ask: [toProbe(chunk)] };
	}
}

/** The same ID, requested without the columns. */
const toProbe = ({ ids }: Chunk): Chunk => ({ ids, why: { kind: 'probe', of: 'rejectedId' } });

// Seen when LeadSquared rejects a column (public code, and a generated OpenAPI description): "Attribute(s)
// does not exist - mx_Old", "Unknown column 'mx_Old' in 'field list'".
const UNKNOWN = /does not exist|unknown (column|attribute|field)|MXUnknownAttribute/i;

/**
 * The requested columns that LeadSquared does not know, according to a rejection.
 *
 * @param columns schema names, `ProspectID` first, which is never in the result
 */
export function unknownColumns({ type = '', message }: Fault, columns: string[]): string[] {
	if (!UNKNOWN.test(message) && !UNKNOWN.test(type)) return [];
	const words = new Set(message.toLowerCase().match(/[\w.]+/g));
	return columns.slice(1).filter((column) => words.has(column.toLowerCase()));
}
