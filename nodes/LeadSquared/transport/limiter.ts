import type { RateLimit } from '../account';

/** Where time comes from. Tests bring a virtual one. */
export interface Clock {
	/** ms since 1970. */
	now(): number;
	/** Resolves after `ms`; rejects as soon as the signal is aborted. */
	sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The right to start one call, taken with `RateLimiter.slot`. */
export interface Slot {
	/** Has to be called when the call has ended, however it ended. */
	answered(): void;
	/** Has to be called when LeadSquared refused the call for rate, with what the refusal said. */
	refused(refusal: { limit?: RateLimit; retryAfterMs?: number }): void;
}

interface Call {
	sentAt: number;
	answeredAt?: number;
	/** Sent with a part of the limit only, for the sake of others. */
	paced: boolean;
}

// A call counts from when it reaches the server. How much later than the quickest one a call got
// there is not known; the time until its answer is an upper bound for it. It is trusted up to half a
// second, which costs a tenth of a window of 5 s at most; more would let slow answers brake the rest.
const MAX_LATENESS_MS = 500;
// What is added to every window: the quickest answer so far may itself have been on its way longer
// than the next one will be, and clocks of 5 s are not equally long everywhere.
const MARGIN_MS = 100;
// A server that asks for a longer pause is asked again after this one.
const MAX_PAUSE_MS = 60_000;
// Who asks less than this part of the limit hardly ever meets a free moment of someone at full speed.
const LEAST = 1 / 12;
// What a burst at full speed leaves of the share at least, also if all of it was refused.
const LEAST_OF_BURST = 1 / 6;
// Where others use the account too: the part of the share that is kept at a refusal, ...
const KEPT = 0.76;
// ... and what is taken back in the nth window after it, for n squared: gently near the share that
// was too much, quickly when the others have gone. A part of the share itself keeps many workers
// from crowding, a part of the limit lets small shares catch up. Measured in test/simulation.
const GROWTH_OF_SHARE = 0.0006;
const GROWTH_OF_LIMIT = 0.00008;

/**
 * Lets calls of one account out as fast as its rate limit allows, and never faster, first come first
 * served. The server's clock and way of counting are unknown: what never has more than the limit
 * within any window is right for sliding windows, fixed ones and token buckets alike.
 *
 * A refusal at full speed pauses the account, and any refusal teaches the limit that it names. If no
 * more calls than the limit were sent, others must be using the account: then the limiter takes a
 * smaller share, call by call, and grows back.
 */
export class RateLimiter {
	/** The calls that may still count, oldest first. */
	private calls: Call[] = [];
	private queue: Promise<void> = Promise.resolve();
	private waiting = 0;
	private pausedUntil = 0;
	private nextAt = 0;
	private quickestMs = Infinity;
	private learned?: RateLimit;
	private share: number;
	private reactedAt = -Infinity;
	private learnedAt = -Infinity;
	private grownAt = -Infinity;

	constructor(
		/** What the credential states. */
		public stated: RateLimit,
		private readonly clock: Clock,
		private readonly random: () => number = Math.random,
	) {
		this.share = stated.calls;
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

	/** Where credentials of one account state different limits, the stricter one holds for both. */
	state(limit: RateLimit): void {
		if (isStricter(limit, this.stated)) {
			this.stated = limit;
			this.share = Math.min(this.share, limit.calls);
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

	private get paced(): boolean {
		return this.share < this.limit.calls;
	}

	private take(): Slot {
		const call: Call = { sentAt: this.clock.now(), paced: this.paced };
		// Who has a part of the limit takes it bit by bit, so that a refusal comes before the rest is
		// sent; not at even steps, which might for ever meet another's.
		const step = (this.limit.seconds * 1000) / this.share;
		this.nextAt = call.sentAt + step * (0.75 + this.random() / 2);
		this.calls.push(call);
		return {
			answered: () => {
				call.answeredAt = this.clock.now();
				this.quickestMs = Math.min(this.quickestMs, call.answeredAt - call.sentAt);
			},
			refused: (refusal) => this.react(call, refusal),
		};
	}

	/** How long, in ms, until the next call may start. */
	private waitMs(): number {
		const now = this.clock.now();
		this.forget(now);
		this.grow(now);
		if (this.pausedUntil > now) return this.pausedUntil - now;
		const allowed = Math.max(1, Math.floor(this.share));
		const paceMs = this.paced ? this.nextAt - now : 0;
		if (this.calls.length < allowed) return Math.max(0, paceMs);
		const frees = this.calls.map((call) => this.freeAt(call, now)).sort((a, b) => a - b);
		return Math.max(paceMs, frees[this.calls.length - allowed] - now);
	}

	/** When a call has certainly left the server's window. */
	private freeAt({ sentAt, answeredAt }: Call, now: number): number {
		const lateness = Math.max(0, (answeredAt ?? now) - sentAt - this.quickestMs);
		return sentAt + this.limit.seconds * 1000 + MARGIN_MS + Math.min(lateness, MAX_LATENESS_MS);
	}

	private forget(now: number): void {
		if (this.calls.some((call) => this.freeAt(call, now) <= now)) {
			this.calls = this.calls.filter((call) => this.freeAt(call, now) > now);
		}
	}

	private grow(now: number): void {
		const { calls, seconds } = this.limit;
		if (this.share >= calls || now - this.grownAt < seconds * 1000) return;
		const windows = Math.round((now - this.reactedAt) / (seconds * 1000));
		const growth = this.share * GROWTH_OF_SHARE + calls * GROWTH_OF_LIMIT;
		this.share = Math.min(calls, this.share + growth * windows ** 2);
		this.grownAt = now;
	}

	private react(call: Call, refusal: { limit?: RateLimit; retryAfterMs?: number }): void {
		const now = this.clock.now();
		const before = this.limit;
		if (refusal.limit) this.learned = refusal.limit;
		const { calls, seconds } = this.limit;
		const isNews = call.sentAt > this.reactedAt;
		// Where a refusal does not say the limit, it may be far below what is thought of it.
		const least = refusal.limit ? calls : 0;
		if (seconds < before.seconds || isStricter(this.limit, before)) {
			this.share = calls;
			this.learnedAt = now;
		} else if (call.paced && isNews) {
			this.share = Math.max(1, least * LEAST, this.share * KEPT);
		} else if (!call.paced && call.sentAt > this.learnedAt) {
			// Of a burst at full speed, what was refused is what others take.
			this.share = Math.max(1, least * LEAST_OF_BURST, this.share - 1);
		}
		if (isNews) this.reactedAt = this.grownAt = now;
		const pauseMs = refusal.retryAfterMs ?? (call.paced ? 0 : seconds * 1000 + MARGIN_MS);
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
