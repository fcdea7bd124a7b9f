import type { RateLimit } from '../account';

// Whoever loses a call of its share to others gives up a part of what is above a tenth of the limit as
// well, or, who has more than half, all that is above half: large shares shrink faster than small ones,
// and so they even out.
const PART_GIVEN_UP = 0.3;
const NEVER_GIVEN_UP = 1 / 10;
// How many probes go out in a window: for each call of the share, at least, and for each call of the
// limit at most, since equal chances even shares out. This keeps refusals rare, however many use the
// account. Where there is no share at all, it is for each call of the limit.
const PROBES_PER_CALL = 0.035;
const LEAST_PROBES = 0.165;
const MOST_PROBES = 0.012;
const PROBES_WITHOUT_SHARE = 0.1;
// So many calls without a refusal: the others have gone, most likely, and probes follow each other, so
// many in a window for the square root of the limit; a few less where at least half is taken.
const QUIET_CALLS = 40;
const QUIET_PROBES = 1.25;
const QUIET_PROBES_ABOVE_HALF = 0.7;
// So many windows after others have shown up, it is time to look what they left: first for those who
// had less than half of the limit.
const WINDOWS_BEFORE_FIRST_PROBE = 3;
const WINDOWS_BEFORE_FIRST_PROBE_WITH_LESS = 1;

/**
 * The part of an account's limit that one n8n worker takes where others, of whom it knows nothing but
 * refusals, use the account too.
 *
 * A call that was accepted leaves room for another one when it leaves the server's window: who makes
 * its next call just then is not refused. So a share is a number of calls, and to keep it costs no
 * refusals. To find out whether there is room for more, now and then a call goes out beyond the share,
 * a probe. If it is accepted, it belongs to the share from then on. A call of the share is refused
 * only if the probe of another worker took its place.
 *
 * The numbers are measured in test/simulation, see docs/rate-limit.md.
 */
export class Share {
	/** How many calls may count at a time. */
	calls: number;
	/** How many calls were accepted since the last refusal. */
	private quiet = 0;
	private probedAt = -Infinity;
	/** What the time to the next probe is multiplied with: who probed together shall not do so again. */
	private jitter = 1;
	private firstAt = -Infinity;
	private limit: RateLimit;
	private readonly random: () => number;

	constructor(limit: RateLimit, random: () => number) {
		this.limit = limit;
		this.random = random;
		this.calls = limit.calls;
	}

	/** All of the limit: there is no sign of others. */
	get isWhole(): boolean {
		return this.calls >= this.limit.calls;
	}

	/** Another limit holds from now on: as large a share of it, or all of it if it explains what was refused. */
	setLimit(limit: RateLimit, { keepShare }: { keepShare: boolean }): void {
		const asBefore = Math.floor((this.calls * limit.seconds) / this.limit.seconds);
		this.calls = keepShare && !this.isWhole ? Math.min(asBefore, limit.calls) : limit.calls;
		this.limit = limit;
	}

	/** How long, in ms, until a probe may start. */
	msUntilProbe(now: number): number {
		return this.probedAt + (this.jitter * this.windowMs) / this.probes - now;
	}

	/** A probe starts now, or the next one has to wait as if it did. */
	onProbe(now: number): void {
		this.probedAt = now;
		this.jitter = 0.5 + this.random();
	}

	/** A call was accepted. */
	onAccepted(now: number, isProbe: boolean): void {
		this.quiet++;
		if (isProbe && this.calls++ === 0) {
			// Whoever had the whole limit is refused only now, and has made room when a window is over.
			this.quiet = QUIET_CALLS;
			this.firstAt = now;
			this.probedAt = now + this.windowMs;
		}
	}

	/** A call within the whole limit was refused; `accepted` are those that were not. */
	yieldTo(now: number, accepted: number): void {
		this.calls = Math.min(this.calls, accepted, this.half);
		this.quiet = this.calls > 0 ? QUIET_CALLS : 0;
		const windows =
			this.calls === 0
				? 0
				: accepted > this.half
					? WINDOWS_BEFORE_FIRST_PROBE
					: WINDOWS_BEFORE_FIRST_PROBE_WITH_LESS;
		this.onProbe(now + windows * this.windowMs);
	}

	/** A call of the share was refused. @param isKnown the last such refusal told as much: the call alone is lost */
	onLost({ isKnown }: { isKnown: boolean }): void {
		const above = this.calls - this.limit.calls * NEVER_GIVEN_UP;
		let givenUp = Math.max(0, Math.floor(PART_GIVEN_UP * above));
		if (this.calls > this.half) givenUp = Math.max(1, this.calls - 1 - this.half);
		this.calls = Math.max(0, this.calls - 1 - (isKnown ? 0 : givenUp));
		this.quiet = 0;
	}

	/** A probe was refused. */
	onProbeRefused(sentAt: number): void {
		if (sentAt >= this.firstAt) this.quiet = 0;
	}

	/** What is left at most, once others turn out to use the account: half is fair to one of them. */
	private get half(): number {
		return Math.floor(this.limit.calls / 2);
	}

	private get windowMs(): number {
		return this.limit.seconds * 1000;
	}

	/** How many probes go out in a window. */
	private get probes(): number {
		const { calls } = this.limit;
		if (this.quiet >= QUIET_CALLS) {
			const isBelowHalf = this.calls < calls / 2;
			return Math.sqrt(calls) * (isBelowHalf ? QUIET_PROBES : QUIET_PROBES_ABOVE_HALF);
		}
		if (this.calls === 0) return Math.max(1, PROBES_WITHOUT_SHARE * calls);
		return Math.max(LEAST_PROBES, Math.min(PROBES_PER_CALL * this.calls, MOST_PROBES * calls));
	}
}
