import type { RateLimit } from '../account';
import type { Clock } from '../clock';
import { Share } from './share';

/** The right to start one call, taken with `RateLimiter.slot`. */
export interface Slot {
	/** May be called at the first sign of an answer: by then the call has reached the server. */
	reached(): void;
	/** Has to be called when the call has ended, unless it was refused. */
	answered(): void;
	/** Has to be called if LeadSquared refused the call for rate, with what the refusal said. */
	refused(refusal: { limit?: RateLimit; retryAfterMs?: number }): void;
}

interface Call {
	sentAt: number;
	/** When it had reached the server, at the latest. */
	reachedAt?: number;
	isPending: boolean;
	/** Within the whole limit, within a share of it, or beyond the share. */
	kind: 'whole' | 'shared' | 'probe';
}

// A call counts from when it reaches the server. How much later than the quickest one a call got
// there is not known; the time until its answer begins is an upper bound for it. It is trusted up to
// three seconds: a call that took longer than that was slow on its way back, most likely.
const MAX_LATENESS_MS = 3000;
// In the first window no more than this is taken for the time that an answer takes: n8n is busy with
// sending the first burst, and so all of it may have been late.
const FIRST_QUICKEST_MS = 300;
// What is added to every window: the quickest answer so far may itself have been on its way longer
// than the next one will be, and clocks of 5 s are not equally long everywhere.
const MARGIN_MS = 100;
// Less within a share: a call that comes too early there costs little, and what is left free between
// two calls is taken for room by the probes of others.
const SHARED_MARGIN_MS = 20;
// A server that asks for a longer pause is asked again after this one.
const MAX_PAUSE_MS = 60_000;

/**
 * Lets calls of one account out as fast as its rate limit allows, and never faster, first come first
 * served. The server's clock and way of counting are unknown: what never has more than the limit
 * within any window is right for sliding windows, fixed ones and token buckets alike.
 *
 * A refusal teaches the limit that it names, and pauses the account for as long as it asks. If no more
 * calls than the limit were sent, others must be using the account: then the limiter finds its share
 * of it (`Share`).
 */
export class RateLimiter {
	/** The limit that the credential states. */
	stated: RateLimit;
	private readonly clock: Clock;
	/** The calls that may still count, oldest first. */
	private calls: Call[] = [];
	/** When the latest calls were accepted, as many as fit into two windows. */
	private acceptedAt: number[] = [];
	private queue: Promise<void> = Promise.resolve();
	private waiting = 0;
	private pausedUntil = 0;
	/** The least time from a call to its answer. */
	private quickestMs = Infinity;
	private firstAt = Infinity;
	/** Whether a call from after the first window has been answered. */
	private isTimed = false;
	private learned?: RateLimit;
	private wasRefused = false;
	private readonly share: Share;
	private reactedAt = -Infinity;
	private learnedAt = -Infinity;

	/** @param stated the limit that the credential states */
	constructor(stated: RateLimit, clock: Clock, random: () => number = Math.random) {
		this.stated = stated;
		this.clock = clock;
		this.share = new Share(stated, random);
	}

	/** The limit in force: what the credential states, or less if LeadSquared named less. */
	get limit(): RateLimit {
		const { stated, learned } = this;
		if (!learned) return stated;
		if (isStricter(learned, stated)) return learned;
		// A longer window would let bursts out that are too much for LeadSquared's shorter one.
		const { seconds } = learned;
		if (seconds >= stated.seconds) return stated;
		return { calls: Math.max(1, Math.floor((stated.calls * seconds) / stated.seconds)), seconds };
	}

	/** The limit that LeadSquared named in its last refusal, if it named one. */
	get named(): RateLimit | undefined {
		return this.learned;
	}

	/** Whether LeadSquared rejected calls and never said what it allows. */
	get refusedWithoutReason(): boolean {
		return this.wasRefused && !this.learned;
	}

	/** Where credentials of one account state different limits, the stricter one holds for both. */
	state(limit: RateLimit): void {
		if (isStricter(limit, this.stated)) {
			this.stated = limit;
			this.share.adopt(this.limit, false);
		}
	}

	/** Whether forgetting this limiter changes nothing: no one waits, and no past call counts any more. */
	get idle(): boolean {
		const now = this.clock.now();
		this.forget(now);
		return this.waiting === 0 && this.calls.length === 0 && this.pausedUntil <= now;
	}

	/**
	 * Waits for the right to start one call. Who asks first is served first.
	 *
	 * @throws the signal's reason as soon as it is aborted; the place in the queue is given up
	 */
	async slot(signal?: AbortSignal): Promise<Slot> {
		const ahead = this.queue;
		let leave!: () => void;
		this.queue = new Promise((resolve) => (leave = resolve));
		this.waiting++;
		try {
			await unlessAborted(ahead, signal);
			let waitMs: number;
			while ((waitMs = this.waitMs()) > 0) await this.clock.sleep(Math.ceil(waitMs), signal);
			signal?.throwIfAborted();
			return this.take();
		} finally {
			this.waiting--;
			void ahead.then(leave);
		}
	}

	private take(): Slot {
		const now = this.clock.now();
		const kind = this.share.isWhole ? 'whole' : this.untilShared(now) <= 0 ? 'shared' : 'probe';
		if (kind === 'probe') this.share.probe(now);
		const call: Call = { sentAt: now, kind, isPending: true };
		this.calls.push(call);
		return {
			reached: () => (call.reachedAt = this.clock.now()),
			answered: () => this.accept(call),
			refused: (refusal) => this.react(call, refusal),
		};
	}

	private accept(call: Call): void {
		const now = this.clock.now();
		const { sentAt, reachedAt = now, kind } = call;
		call.reachedAt = reachedAt;
		call.isPending = false;
		if (this.acceptedAt.push(now) > 2 * this.limit.calls) this.acceptedAt.shift();
		this.time(sentAt, reachedAt);
		this.share.accept(now, kind === 'probe');
		if (kind === 'probe') call.kind = 'shared';
	}

	/** How long, in ms, until the next call may start. */
	private waitMs(): number {
		const now = this.clock.now();
		this.forget(now);
		if (this.pausedUntil > now) return this.pausedUntil - now;
		const withinLimit = this.untilFewer(this.calls, this.limit.calls, now);
		if (this.share.isWhole) return withinLimit;
		return Math.max(withinLimit, Math.min(this.untilShared(now), this.share.probeWaitMs(now)));
	}

	/** How long, in ms, until a call may start within the share. A probe without an answer is not part of it. */
	private untilShared(now: number): number {
		const shared = this.calls.filter(({ kind }) => kind !== 'probe');
		return this.untilFewer(shared, this.share.calls, now);
	}

	/** How long, in ms, until fewer than `count` of these calls count. */
	private untilFewer(calls: Call[], count: number, now: number): number {
		if (calls.length < count) return 0;
		if (count === 0) return Infinity;
		const frees = calls.map((call) => this.freeAt(call, now)).sort((a, b) => a - b);
		return frees[calls.length - count] - now;
	}

	private time(sentAt: number, reachedAt: number): void {
		this.firstAt = Math.min(this.firstAt, sentAt);
		this.isTimed ||= sentAt >= this.firstAt + this.limit.seconds * 1000;
		this.quickestMs = Math.min(this.quickestMs, reachedAt - sentAt);
	}

	/** When a call has certainly left the server's window. */
	private freeAt({ sentAt, reachedAt }: Call, now: number): number {
		const quickestMs = this.isTimed
			? this.quickestMs
			: Math.min(this.quickestMs, FIRST_QUICKEST_MS);
		const lateness = Math.max(0, (reachedAt ?? now) - sentAt - quickestMs);
		const marginMs = this.share.isWhole ? MARGIN_MS : SHARED_MARGIN_MS;
		return sentAt + this.limit.seconds * 1000 + marginMs + Math.min(lateness, MAX_LATENESS_MS);
	}

	private forget(now: number): void {
		if (this.calls.some((call) => this.freeAt(call, now) <= now)) {
			this.calls = this.calls.filter((call) => this.freeAt(call, now) > now);
		}
	}

	/** How many calls were accepted in the last two windows (one may have just begun), or still may be. */
	private acceptedLately(now: number): number {
		const since = now - 2 * this.limit.seconds * 1000;
		const accepted = this.acceptedAt.filter((at) => at > since);
		return accepted.length + this.calls.filter(({ isPending }) => isPending).length;
	}

	private react(call: Call, refusal: { limit?: RateLimit; retryAfterMs?: number }): void {
		const now = this.clock.now();
		const before = this.limit;
		this.wasRefused = true;
		if (refusal.limit) this.learned = refusal.limit;
		const { limit } = this;
		// What was refused does not count.
		this.calls = this.calls.filter((other) => other !== call);
		let pauseMs = 0;
		if (limit.seconds < before.seconds || isStricter(limit, before)) {
			this.share.adopt(limit, true);
			this.learnedAt = now;
			pauseMs = this.freeAt(call, now) - now;
		} else if (call.kind === 'whole') {
			this.share.adopt(limit, false);
			if (call.sentAt > this.learnedAt) this.share.halve(now, this.acceptedLately(now));
		} else if (call.kind === 'shared') {
			this.share.shrink(call.sentAt <= this.reactedAt);
			this.reactedAt = now;
		} else this.share.fail(call.sentAt);
		pauseMs = refusal.retryAfterMs ?? pauseMs;
		this.pausedUntil = Math.max(this.pausedUntil, now + Math.min(MAX_PAUSE_MS, pauseMs));
	}
}

function isStricter(one: RateLimit, other: RateLimit): boolean {
	return one.calls / one.seconds < other.calls / other.seconds;
}

/** Waits for a promise that never rejects, but no longer than until the signal is aborted. */
async function unlessAborted(promise: Promise<void>, signal?: AbortSignal): Promise<void> {
	if (!signal) return await promise;
	signal.throwIfAborted();
	await new Promise<void>((resolve, reject) => {
		const abort = () => reject(signal.reason as Error);
		signal.addEventListener('abort', abort, { once: true });
		void promise.then(() => {
			signal.removeEventListener('abort', abort);
			resolve();
		});
	});
}
