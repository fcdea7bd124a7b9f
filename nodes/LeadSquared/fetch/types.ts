import type { Lead } from '../api/lead';
import type { Failed } from '../transport/outcome';

/** The ids that one input item asked for, each once, as `idKey`. */
export interface Asked {
	item: number;
	ids: string[];
}

/** One call to make. */
export interface LeadsRequest {
	ids: string[];
	/** Schema names, `ProspectID` first. */
	columns: string[];
	/** How many leads the page may hold. */
	pageSize: number;
	/** Starts at 1. Only answers without ids are read beyond the first page. */
	page: number;
}

/** What is at fault: this id, the chosen columns, or the request as a whole. */
export type FaultScope = 'id' | 'columns' | 'request';

/** Why there is no lead for an id. */
export type NotFetched =
	| { kind: 'notFound' }
	| { kind: 'failed'; failure: Failed; scope: FaultScope };

/** The first thing that went wrong for good: for which id, and which input item asked for it. */
export interface FirstFailure {
	id: string;
	item: number;
	failure: Failed;
	scope: FaultScope;
}

/** Leads that came without an id, and the ids that they were asked with. */
export interface LeadsWithoutId {
	leads: Lead[];
	ids: string[];
}

/** What is known of the ids asked for, each by its `idKey`. */
export interface Results {
	leads: Map<string, Lead>;
	notFetched: Map<string, NotFetched>;
	/** By input item. */
	withoutId: Map<number, LeadsWithoutId>;
	/** The ids of leads that came though nobody asked for them, as `idKey`. */
	unasked: Set<string>;
	/** Columns that LeadSquared said it does not know; they were asked for no more. */
	unknownColumns: string[];
	/** How many distinct ids were asked for. */
	distinctIds: number;
	firstFailure?: FirstFailure;
}

/** Ids that are asked together, and what is known of them as a whole. */
export interface Chunk {
	ids: string[];
	/** How many answers have left these ids out. */
	timesLeftOut: number;
	/** How many leads the page held that left these ids out. */
	leadsBeside: number;
	/** How many of the last answers counted leads, but held none. */
	timesEmptyDespiteCount: number;
	/** Passing faults since it was cut to this length. */
	faults: number;
	/** Since when it has met nothing but passing faults, in ms. */
	failingSince?: number;
	/** How many requests of the run had been answered when it, or what it was cut from, first failed. */
	answersBefore?: number;
	/** When it may be asked again, in ms. */
	notBefore: number;
	/** It was cut from a chunk that kept failing. */
	wasCut?: boolean;
	/** Where answers carry no id: the input item that these ids belong to. */
	item?: number;
	/** Where answers carry no id: the page to read next, and what the pages before brought. */
	pages?: { next: number; leads: Lead[]; lastContent: string };
	/** Rejected as the only id of its request. */
	rejectedAlone?: boolean;
	/** Asks more ids than calls usually do, to find out whether the account takes so many. */
	isTrial?: boolean;
	/** A late trial whose ids other calls ask: nobody waits for it. */
	isAskedElsewhere?: boolean;
	/** Asked to find out what is at fault: an id that nobody has, or an id without the columns. */
	diagnosis?: 'unknownId' | 'idColumnOnly';
}

export const newChunk = (ids: string[]): Chunk => ({
	ids,
	timesLeftOut: 0,
	leadsBeside: 0,
	timesEmptyDespiteCount: 0,
	faults: 0,
	notBefore: 0,
});

/** Two halves, or nothing to cut. What is known of the chunk holds for each. */
export function cutInHalves(chunk: Chunk): Chunk[] {
	const { ids } = chunk;
	if (ids.length < 2) return [chunk];
	const middle = ids.length >> 1;
	return [ids.slice(0, middle), ids.slice(middle)].map((half) => ({ ...chunk, ids: half }));
}
