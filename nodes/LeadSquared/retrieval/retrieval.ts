import { ID_COLUMN, type Lead } from '../api/lead';
import { idKey } from '../api/leadId';
import type { Failed, Outcome } from '../transport/outcome';
import { ChunkSize } from './chunkSize';
import { Rejections } from './rejections';

/** The ids that one input item asked for, each once. */
export interface Asked {
	item: number;
	ids: string[];
}

/** One answer of Leads/Retrieve/ByIds. */
export interface LeadsPage {
	rows: Lead[];
	recordCount?: number;
}

/** One call to make. */
export interface LeadsRequest {
	ids: string[];
	/** How many leads the page may hold. */
	pageSize: number;
	/** Starts at 1. Only answers without ids are read beyond the first page. */
	page: number;
	/** Ask for `ProspectID` alone, to find out whether the columns are at fault. */
	idColumnOnly: boolean;
	/** Hand a passing fault back soon, so that something else can be tried. */
	impatient: boolean;
	/** Faults since the last success, for the backoff. */
	faultsBefore: number;
}

/** Why there is no lead for an id. `scope` tells what is at fault: this id, the columns, or the request as a whole. */
export type Unfetched = { kind: 'notFound' } | Failure;

export interface Failure {
	kind: 'failed';
	failure: Failed;
	scope: 'id' | 'columns' | 'request';
}

/** Leads that came without an id, and the ids that they were asked with. */
export interface Nameless {
	leads: Lead[];
	ids: string[];
}

/** A set of ids on its way: what is asked together, and what is known of it. */
export interface Batch {
	ids: string[];
	/** How many answers have left these ids out. */
	timesMissed: number;
	/** How many of the last answers counted leads, but held none. */
	contradictions?: number;
	/** Where answers carry no id: the input item that these ids belong to. */
	item?: number;
	/** Where answers carry no id: the page to read, and what the pages before brought. */
	page?: { index: number; taken: number; last: string };
	/** Rejected as the only id of its request. */
	rejectedAlone?: boolean;
	/** Asked to find out what is at fault: a lead that nobody has, or without the columns. */
	probe?: 'nobody' | 'columns';
	trial?: boolean;
}

// An answer that counts leads and holds none proves nothing; so often it is asked again.
const MAX_CONTRADICTIONS = 5;
const CALLS_PER_PIECE = 10;

/**
 * Decides what to ask next and what the answers mean, until for every id it is known whether there
 * is a lead. It makes no call itself: `next` hands out requests, any number of which may be under
 * way at once, and `settle` takes what they came to.
 *
 * Nothing undocumented is relied on, neither order nor completeness nor `RecordCount`: leads are
 * matched by id, and ids that an answer left out are asked once more (docs/behaviour.md).
 */
export class Retrieval {
	/** The leads found, by `idKey`. */
	readonly leads = new Map<string, Lead>();
	/** The ids without a lead, by `idKey`. */
	readonly unfetched = new Map<string, Unfetched>();
	/** Leads that came without an id, by the input item that asked for them. */
	readonly nameless = new Map<number, Nameless>();

	private readonly wanted = new Set<string>();
	private readonly size: ChunkSize;
	private readonly underWay = new Map<LeadsRequest, Batch>();
	private queue: Batch[] = [];
	/** Ids that an answer left out, waiting to be asked once more, many in one call. */
	private missed: Batch[] = [];
	private mostRows = 0;
	/** The answers carry no ids, so every input item's ids are asked in requests of their own. */
	private byItem = false;

	/** Since when there was nothing but faults. Meanwhile one call at a time is made. */
	private troubledSince?: number;
	private faults = 0;

	private readonly rejections = new Rejections({
		first: (batch) => this.queue.unshift(batch),
		fail: (ids, failure) => this.fail(ids, failure, 'id'),
	});
	private failure?: Failure & { id: string };

	/**
	 * @param asked every input item's ids; an id may occur in several
	 * @param options leadsPerRequest: how many ids to ask in one call, 1 to 10,000; maxWaitMs: how
	 * long there may be nothing but faults; readLead: gives a row its form; now: the time in ms
	 */
	constructor(
		private readonly asked: Asked[],
		private readonly options: {
			leadsPerRequest: number;
			maxWaitMs: number;
			readLead: (row: Lead) => Lead;
			now: () => number;
		},
	) {
		this.size = new ChunkSize(options.leadsPerRequest);
		for (const { ids } of asked) for (const id of ids) this.wanted.add(idKey(id));
		// In pieces, since what is left of a batch is copied for every call that takes a part of it.
		const piece = CALLS_PER_PIECE * options.leadsPerRequest;
		const ids = [...this.wanted];
		for (let at = 0; at < ids.length; at += piece)
			this.queue.push({ ids: ids.slice(at, at + piece), timesMissed: 0 });
	}

	/** The first thing that went wrong for good, if anything did. */
	get firstFailure(): (Failure & { id: string }) | undefined {
		return this.failure;
	}

	/** How many distinct ids are asked for, and of how many the fate is known. */
	get progress(): { known: number; all: number } {
		const nameless = new Set<string>();
		for (const { ids } of this.nameless.values()) for (const id of ids) nameless.add(id);
		return {
			known: this.leads.size + this.unfetched.size + nameless.size,
			all: this.wanted.size,
		};
	}

	/** The next request, or undefined if there is none now. With none under way, the retrieval is over. */
	next(): LeadsRequest | undefined {
		const careful = this.troubledSince !== undefined || this.size.isSmall;
		if (careful && this.underWay.size > 0) return undefined;
		const batch = this.take();
		if (!batch) return undefined;
		const inquiring = batch.probe !== undefined && this.rejections.pending;
		const alone = this.queue.length === 0 && this.missed.length === 0 && !inquiring;
		const request: LeadsRequest = {
			ids: batch.ids,
			// What was missed may have been pushed off its page by rows that nobody asked for.
			pageSize: Math.max(batch.ids.length, batch.timesMissed > 0 ? this.size.current : 1),
			page: batch.page?.index ?? 1,
			idColumnOnly: batch.probe !== undefined,
			impatient: batch.ids.length > 1 || (this.troubledSince !== undefined && !alone),
			faultsBefore: this.faults,
		};
		this.underWay.set(request, batch);
		return request;
	}

	/** Takes what a request came to. */
	settle(request: LeadsRequest, outcome: Outcome<LeadsPage>): void {
		const batch = this.underWay.get(request)!;
		this.underWay.delete(request);
		if (outcome.kind === 'ok') this.succeed(batch, outcome.value);
		else if (outcome.kind === 'transient') this.falter(batch, request.impatient, outcome);
		else if (outcome.kind === 'rejected') {
			if (batch.trial) this.size.trial(batch.ids.length, true);
			this.rejections.add(batch, outcome);
		} else if (outcome.kind === 'tooLarge' && request.pageSize > 1) {
			this.shrink(batch, request.pageSize, outcome.cap);
		}
		// Neither waiting nor other ids help against anything else: nothing more is asked.
		else this.giveUp(outcome, 'request', batch);
		if (this.underWay.size > 0) return;
		const { rejections } = this;
		if (!rejections.verdict && this.queue.length === 0 && rejections.pending) rejections.inquire();
		if (rejections.verdict) this.giveUp(rejections.verdict.failure, rejections.verdict.scope);
	}

	// ── what to ask next ────────────────────────────────────────────────────────────────────────

	/** Takes as many ids as one call may ask from the front of the queue. */
	private take(): Batch | undefined {
		if (this.rejections.verdict) return undefined;
		if (this.queue.length === 0) this.askMissedAgain();
		const batch = this.queue[0];
		if (!batch) return undefined;
		const size = this.size.current;
		if (batch.probe || batch.page || batch.ids.length <= size) return this.queue.shift();
		const larger = this.troubledSince === undefined ? this.size.startTrial() : undefined;
		const part = { ...batch, ids: batch.ids.slice(0, larger ?? size), trial: larger !== undefined };
		if (part.ids.length === batch.ids.length) this.queue.shift();
		else this.queue[0] = { ...batch, ids: batch.ids.slice(part.ids.length) };
		return part;
	}

	/** Together the missed ids fill few calls; while answers are under way, more may join them. */
	private askMissedAgain(): void {
		const count = this.missed.reduce((sum, { ids }) => sum + ids.length, 0);
		if (count < this.size.current && this.underWay.size > 0) return;
		const together = new Map<string, Batch>();
		for (const batch of this.missed.splice(0)) {
			const key = `${batch.timesMissed} ${batch.contradictions} ${batch.item}`;
			const into = together.get(key);
			if (!into) together.set(key, { ...batch, ids: [...batch.ids] });
			else for (const id of batch.ids) into.ids.push(id);
		}
		this.queue = [...together.values()];
		// Full calls at once; what is over waits for the answers under way.
		const last = this.queue.at(-1);
		const over = last && this.underWay.size > 0 ? last.ids.length % this.size.current : 0;
		if (over > 0) this.missed.push({ ...last!, ids: last!.ids.splice(-over) });
		if (last?.ids.length === 0) this.queue.pop();
	}

	// ── what an answer means ────────────────────────────────────────────────────────────────────

	private succeed(batch: Batch, page: LeadsPage): void {
		this.troubledSince = undefined;
		this.faults = 0;
		if (batch.trial) this.size.trial(batch.ids.length, true);
		this.rejections.accepted(batch);
		if (batch.probe) return;
		this.mostRows = Math.max(this.mostRows, page.rows.length);

		// Matched among the leads of this answer alone: of all leads, most are out of the processor's
		// cache.
		const answered = new Map<string, Lead>();
		const nameless: Lead[] = [];
		for (const row of page.rows) {
			const lead = this.options.readLead(row);
			const id = lead[ID_COLUMN];
			const key = typeof id === 'string' ? idKey(id) : '';
			if (key === '') nameless.push(lead);
			else if (!answered.has(key)) answered.set(key, lead);
		}
		const rest: string[] = [];
		let matched = 0;
		for (const id of batch.ids) {
			const lead = answered.get(id);
			if (lead) {
				this.find(id, lead);
				matched++;
			} else if (!this.leads.has(id)) rest.push(id);
		}
		// Rows that this request did not ask for. Those that nobody asked for are left aside.
		if (answered.size > matched) {
			for (const [id, lead] of answered) if (this.wanted.has(id)) this.find(id, lead);
		}
		if (rest.length === 0) return;
		if (nameless.length > 0 || batch.page) this.takeNameless(batch, rest, nameless, page);
		else this.miss(batch, rest, page);
	}

	private find(id: string, lead: Lead): void {
		if (this.leads.has(id)) return;
		this.leads.set(id, lead);
		this.unfetched.delete(id);
	}

	/** The answer left `rest` out: either that is proof enough, or these ids are asked once more. */
	private miss(batch: Batch, rest: string[], page: LeadsPage): void {
		const foundOthers = rest.length < batch.ids.length;
		const timesMissed = batch.timesMissed + 1;
		const contradicts = page.rows.length === 0 && (page.recordCount ?? 0) > 0;
		const contradictions = contradicts ? (batch.contradictions ?? 0) + 1 : 0;
		const credible = contradicts ? contradictions >= MAX_CONTRADICTIONS : timesMissed > 1;
		const proven = credible && !foundOthers;
		if (proven) {
			for (const id of rest) this.unfetched.set(id, { kind: 'notFound' });
			return;
		}
		// Leads that one answer left out and the next one brought: answers are capped, without a word.
		// The largest one so far tells how many leads fit.
		if (foundOthers && timesMissed > 1) this.size.cap(this.mostRows);
		this.missed.push({ ids: rest, timesMissed, contradictions, item: batch.item });
	}

	// ── leads without an id ─────────────────────────────────────────────────────────────────────

	/** Nameless leads belong to the ids that are left. To which one is never guessed. */
	private takeNameless(batch: Batch, rest: string[], leads: Lead[], page: LeadsPage): void {
		const owners = batch.item === undefined ? this.itemsOf(rest) : new Map([[batch.item, rest]]);
		if (!this.byItem) {
			this.byItem = true;
			this.askByItem([...this.queue.splice(0), ...this.missed.splice(0)]);
		}
		if (owners.size > 1) return this.askByItem([{ ...batch, ids: rest }]);
		const [item] = owners.keys();
		const taken = this.nameless.get(item) ?? { leads: [], ids: [] };
		this.nameless.set(item, taken);
		const before = batch.page ?? { index: 1, taken: 0, last: '' };
		if (before.index === 1) for (const id of rest) taken.ids.push(id);
		const contradicts = leads.length === 0 && (page.recordCount ?? 0) > 0;
		const contradictions = contradicts ? (batch.contradictions ?? 0) + 1 : 0;
		if (contradicts && contradictions < MAX_CONTRADICTIONS) {
			this.queue.unshift({ ...batch, item, contradictions });
			return;
		}
		// A server that does not know pages sends the same leads again.
		const content = JSON.stringify(leads.map((lead) => JSON.stringify(lead)).sort());
		if (content === before.last) return;
		for (const lead of leads) taken.leads.push(lead);
		const count = before.taken + leads.length;
		if (leads.length === 0 || count >= rest.length) return;
		// Some are missing: they do not exist, or are on the next page.
		this.queue.unshift({
			...batch,
			item,
			contradictions,
			page: { index: before.index + 1, taken: count, last: content },
		});
	}

	private askByItem(batches: Batch[]): void {
		for (const batch of batches) {
			if (batch.item !== undefined || batch.probe) this.queue.push(batch);
			else
				for (const [item, ids] of this.itemsOf(batch.ids)) this.queue.push({ ...batch, ids, item });
		}
	}

	private itemsOf(ids: string[]): Map<number, string[]> {
		const among = new Set(ids);
		const items = new Map<number, string[]>();
		for (const { item, ids: all } of this.asked) {
			const own = all.map(idKey).filter((id) => among.has(id));
			if (own.length > 0) items.set(item, own);
		}
		return items;
	}

	// ── requests that are too large, or keep failing ────────────────────────────────────────────

	private shrink(batch: Batch, pageSize: number, cap = Infinity): void {
		if (batch.trial) this.size.trial(batch.ids.length, false);
		this.size.cap(cap < pageSize ? cap : Math.ceil(pageSize / 2));
		this.queue.unshift({ ...batch, trial: false });
	}

	private falter(batch: Batch, impatient: boolean, failure: Failed): void {
		const now = this.options.now();
		this.faults++;
		this.troubledSince ??= now;
		if (batch.trial) this.size.trial(batch.ids.length, false);
		if (now - this.troubledSince >= this.options.maxWaitMs)
			return this.giveUp(failure, 'request', batch);
		if (batch.probe === 'nobody') return void (impatient && this.queue.push(batch));
		if (!impatient) return this.fail(batch.ids, failure, 'id');
		// To the end of the queue: whether other ids succeed tells what is at fault.
		if (batch.ids.length > 1) this.size.halve(batch.ids.length);
		if (this.queue.length === 0) this.askMissedAgain();
		this.queue.push({ ...batch, trial: false });
	}

	private fail(ids: string[], failure: Failed, scope: 'id' | 'columns' | 'request'): void {
		for (const id of ids) {
			if (!this.wanted.has(id) || this.leads.has(id)) continue;
			this.failure ??= { kind: 'failed', failure, scope, id };
			this.unfetched.set(id, { kind: 'failed', failure, scope });
		}
	}

	private giveUp(failure: Failed, scope: 'columns' | 'request', batch?: Batch): void {
		const left = [...this.queue.splice(0), ...this.missed.splice(0), ...this.rejections.takeAll()];
		for (const { ids } of batch ? [batch, ...left] : left) this.fail(ids, failure, scope);
	}
}
