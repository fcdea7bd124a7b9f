import type { RateLimit } from '../credentials';
import type { Clock } from '../../base/clock';
import { type CallTiming, Latencies, MAX_DELAY_MS } from './latency';
import { covers, lowestRate, strictestLimits } from './limits';
import { Share } from './share';

/** The right to start one call. It ends with `onSuccess`, `onError` or `onRefused`. */
export interface Slot {
	/** Optional: n8n sends the call now. It may have been busy since the slot was taken. */
	onSent(): void;
	/** Optional: the first byte of the answer has arrived, so the call has reached the server. */
	onFirstByte(): void;
	/** The call succeeded. */
	onSuccess(): void;
	/** The call failed: a network fault or an error. It may have counted, and says nothing about latency. */
	onError(): void;
	/** LeadSquared refused the call because of the rate limit. */
	onRefused(refusal: Refusal): void;
}

/** The limit and the pause that a refusal names. */
interface Refusal {
	limit?: RateLimit;
	retryAfterMs?: number;
}

export interface SlotRequest {
	/** Calls of one kind take a similar time: the same path, pages of similar size. */
	kind: string;
	/** Gives up the place in the queue. */
	signal?: AbortSignal;
}

/** A slot for a call that needs slots of several limiters. */
export interface HeldSlot extends Slot {
	/** The call starts now, not when the slot was taken. */
	restart(): void;
	/** The call was not made, or does not count here. */
	cancel(): void;
}

interface Call extends CallTiming {
	/** Whether the call was within the full limit, within the share, or a probe beyond the share. */
	allowance: 'full' | 'share' | 'probe';
	/** When it ended, unless it was refused. */
	endedAt?: number;
}

// Added to every window: the next call may travel faster than the quickest one so far, and 5 s are not
// equally long on all clocks.
const MARGIN_MS = 100;
// Added within a share. It is shorter, because a call that is too early costs little there, and because
// probes of other workers mistake a gap between two calls for free capacity.
const SHARED_MARGIN_MS = 20;
// The longest pause, even if the server asks for a longer one.
const MAX_PAUSE_MS = 60_000;
// Calls are remembered for at least this time, because a limit with a longer window may be stated later.
const REMEMBERED_MS = 60_000;

/**
 * Starts the calls of one account, first come first served, as fast as its rate limit allows and never
 * faster. The server's clock and its way of counting are unknown. Keeping the limit in every window is
 * safe for sliding windows, fixed windows and token buckets alike.
 *
 * Several limits may apply at once: those that the credentials in use state, and those that refusals
 * name. Each is kept in its own window.
 *
 * The limiter adopts the limit that a refusal names, and pauses the account for the time that it states. If a
 * call was refused although the limits were kept, other workers or programs must be using the account:
 * then the limiter finds its share of the limit with the lowest rate (`Share`).
 */
export class RateLimiter {
	private stated: RateLimit[];
	/** The latest limit that a refusal named, for each length of window in seconds. */
	private readonly named = new Map<number, RateLimit>();
	/** The strictest of all limits stated and named. */
	private active: RateLimit[];
	private readonly clock: Clock;
	/** The calls of the longest window at least, oldest first. */
	private calls: Call[] = [];
	private queue: Promise<void> = Promise.resolve();
	private waiting = 0;
	/** Ends the sleep of the first in the queue. */
	private wakeFirst = () => {};
	private pausedUntil = -Infinity;
	private readonly latencies = new Latencies();
	private readonly share: Share;
	/** When a call of the share was last refused. */
	private shareRefusedAt = -Infinity;
	/** When a refusal last named a new limit. */
	private learnedAt = -Infinity;

	/** @param stated the limits that the credentials in use state, at least one */
	constructor(stated: RateLimit[], clock: Clock, random: () => number = Math.random) {
		this.stated = stated;
		this.active = strictestLimits(stated);
		this.clock = clock;
		this.share = new Share(lowestRate(stated), random);
	}

	/** The limits in force, each kept in its own window. */
	get limits(): readonly RateLimit[] {
		return this.active;
	}

	/** Applies the limits that the credentials in use state now. */
	setStated(stated: RateLimit[]): void {
		this.stated = stated;
		this.apply({ keepShare: true });
		this.wakeFirst();
	}

	/** Whether the limiter can be forgotten without effect: nothing waits, and no past call counts. */
	get isForgettable(): boolean {
		const now = this.clock.now();
		const isCounted = this.active.some((limit) => this.counting(limit, now).length > 0);
		return this.waiting === 0 && this.pausedUntil <= now && !isCounted;
	}

	/**
	 * Waits for the right to start one call, first come first served.
	 *
	 * @throws the signal's reason once it is aborted; the place in the queue is given up
	 */
	async slot({ kind, signal }: SlotRequest): Promise<HeldSlot> {
		const ahead = this.queue;
		let leave!: () => void;
		this.queue = new Promise((resolve) => (leave = resolve));
		this.waiting++;
		try {
			await unlessAborted(ahead, signal);
			let waitMs: number;
			while ((waitMs = this.msUntilNext()) > 0) await this.sleep(Math.ceil(waitMs), signal);
			signal?.throwIfAborted();
			return this.startCall(kind);
		} finally {
			this.waiting--;
			void ahead.then(leave);
		}
	}

	/** Sleeps, or wakes early if the wait may have become shorter. @throws the signal's reason */
	private async sleep(ms: number, signal?: AbortSignal): Promise<void> {
		const waking = new AbortController();
		const wake = () => waking.abort();
		this.wakeFirst = wake;
		signal?.addEventListener('abort', wake, { once: true });
		await this.clock.sleep(ms, waking.signal).catch(() => {});
		signal?.removeEventListener('abort', wake);
		signal?.throwIfAborted();
	}

	private startCall(kind: string): HeldSlot {
		const now = this.clock.now();
		const allowance = this.share.hasFullLimit
			? 'full'
			: this.msUntilShared(now) <= 0
				? 'share'
				: 'probe';
		if (allowance === 'probe') this.share.onProbe(now);
		const call: Call = { kind, startedAt: now, allowance };
		this.calls.push(call);
		return {
			restart: () => {
				this.drop(call);
				this.calls.push(call);
				call.startedAt = this.clock.now();
			},
			cancel: () => {
				this.drop(call);
				this.wakeFirst();
			},
			onSent: () => (call.sentAt = this.clock.now()),
			onFirstByte: () => (call.firstByteAt = this.clock.now()),
			onSuccess: () => this.onSuccess(call),
			onError: () => this.onError(call),
			onRefused: (refusal) => this.onRefused(call, refusal),
		};
	}

	private onSuccess(call: Call): void {
		const now = this.clock.now();
		call.endedAt = now;
		call.firstByteAt ??= now;
		this.latencies.note(call.kind, call.startedAt, call.firstByteAt);
		this.share.onAccepted(now, call.allowance === 'probe');
		if (call.allowance === 'probe') call.allowance = 'share';
	}

	private onError(call: Call): void {
		call.endedAt = this.clock.now();
		call.hasFailed = true;
		call.firstByteAt ??= call.endedAt;
	}

	private onRefused(call: Call, { limit, retryAfterMs }: Refusal): void {
		const now = this.clock.now();
		// Most likely, the server does not count a refused call.
		this.drop(call);
		let pauseMs = 0;
		const isNews = limit !== undefined && !this.active.some((known) => covers(known, limit));
		if (limit) {
			this.named.set(limit.seconds, limit);
			this.apply({ keepShare: !isNews });
		}
		if (isNews) {
			this.learnedAt = now;
			pauseMs = this.freeAt(call, limit, now) - now;
		} else if (call.allowance === 'full') {
			if (call.startedAt > this.learnedAt) this.share.giveWay(now, this.acceptedLately(now));
		} else if (call.allowance === 'share') {
			// The probe of another worker takes one place. If several calls that were sent together are refused,
			// they came too early, and their places are still free.
			if (call.startedAt > this.shareRefusedAt) {
				this.share.onShareRefused();
				this.shareRefusedAt = now;
			}
		} else this.share.onProbeRefused(call.startedAt);
		pauseMs = Math.min(MAX_PAUSE_MS, retryAfterMs ?? pauseMs);
		this.pausedUntil = Math.max(this.pausedUntil, now + pauseMs);
	}

	private apply({ keepShare }: { keepShare: boolean }): void {
		this.active = strictestLimits([...this.stated, ...this.named.values()]);
		this.share.setLimit(this.lowestRate, { keepShare });
	}

	/** Time, in ms, until the next call may start. */
	private msUntilNext(): number {
		const now = this.clock.now();
		this.forgetOld(now);
		if (this.pausedUntil > now) return this.pausedUntil - now;
		const withinLimits = Math.max(
			...this.active.map((limit) => this.msUntilBelow(limit.calls, this.counting(limit, now), now)),
		);
		if (this.share.hasFullLimit) return withinLimits;
		return Math.max(withinLimits, Math.min(this.msUntilShared(now), this.share.msUntilProbe(now)));
	}

	/** Time, in ms, until a call may start within the share, which excludes probes without an answer. */
	private msUntilShared(now: number): number {
		const shared = this.counting(this.lowestRate, now).filter(
			({ call }) => call.allowance !== 'probe',
		);
		return this.msUntilBelow(this.share.calls, shared, now);
	}

	/** Time, in ms, until fewer than `count` of these calls count. */
	private msUntilBelow(count: number, calls: Array<{ freeAt: number }>, now: number): number {
		if (count === 0) return Infinity;
		if (calls.length < count) return 0;
		const times = calls.map(({ freeAt }) => freeAt).sort((a, b) => a - b);
		return times[times.length - count] - now;
	}

	/** The calls that may still count in a limit's window, and when each has left it for certain. */
	private counting(limit: RateLimit, now: number): Array<{ call: Call; freeAt: number }> {
		const counting: Array<{ call: Call; freeAt: number }> = [];
		const since = now - limit.seconds * 1000 - MARGIN_MS - MAX_DELAY_MS;
		for (let i = this.calls.length - 1; i >= 0 && this.calls[i].startedAt > since; i--) {
			const freeAt = this.freeAt(this.calls[i], limit, now);
			if (freeAt > now) counting.push({ call: this.calls[i], freeAt });
		}
		return counting;
	}

	/** The time at which a call has left the server's window for certain. */
	private freeAt(call: Call, { seconds }: RateLimit, now: number): number {
		const marginMs = this.share.hasFullLimit ? MARGIN_MS : SHARED_MARGIN_MS;
		return call.startedAt + seconds * 1000 + marginMs + this.latencies.possibleDelay(call, now);
	}

	private get lowestRate(): RateLimit {
		return lowestRate(this.active);
	}

	private drop(call: Call): void {
		this.calls = this.calls.filter((other) => other !== call);
	}

	private forgetOld(now: number): void {
		const windows = this.active.map(({ seconds }) => 2 * seconds * 1000);
		const since = now - Math.max(REMEMBERED_MS, ...windows);
		if (this.calls.length > 0 && this.calls[0].startedAt < since) {
			this.calls = this.calls.filter(({ startedAt }) => startedAt >= since);
		}
	}

	/** Number of calls that were or may be accepted in the last two windows, as one may have just begun. */
	private acceptedLately(now: number): number {
		const since = now - 2 * this.lowestRate.seconds * 1000;
		return this.calls.filter(({ endedAt = Infinity }) => endedAt > since).length;
	}
}

/** Waits for a promise that never rejects. @throws the signal's reason once it is aborted */
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
