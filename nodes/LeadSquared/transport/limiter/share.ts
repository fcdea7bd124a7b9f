import type { RateLimit } from '../credentials';

// The numbers are the best of those tried in test/simulation, against three ways of counting and with
// two to eight workers. They are tuned to its requirements: measure after any change.

// A worker that loses a call of its share to another's probe gives up more than that call: 30 % of the
// part of its share above a tenth of the limit, or all of the part above half of the limit. Large
// shares therefore shrink faster than small ones, and shares become equal.
const GIVEN_UP_FRACTION = 0.3;
const KEPT_FRACTION = 1 / 10;

// Probes that a worker sends in a window, for each call of its share. The bounds even out the chances: at
// least one probe in six windows, at most 1.2 % of the limit.
const PROBES_PER_CALL = 0.035;
const MIN_PROBES = 0.165;
const MAX_PROBES_FRACTION = 0.012;
// A worker without a share probes more often: in a window, this number for each call of the limit.
const PROBES_WITHOUT_SHARE = 0.1;

// After this number of calls without a refusal the other workers have most likely gone. Probes then follow
// each other, in each window this number times the square root of the limit. A worker with half of the
// limit or more probes less often, so that a worker with less grows first.
const CALLS_UNTIL_ALONE = 50;
const PROBES_WHEN_ALONE = 1.25;
const PROBES_WHEN_ALONE_ABOVE_HALF = 0.7;

// Windows to wait before the first probe after others have appeared. A worker that had less than half of
// the limit goes first.
const WINDOWS_BEFORE_FIRST_PROBE = 3;
const WINDOWS_BEFORE_FIRST_PROBE_BELOW_HALF = 1;

/**
 * The part of an account's limit that one n8n worker uses while others use the account too. It knows
 * nothing about the others except which of its own calls are refused.
 *
 * An accepted call makes room for another one when it leaves the server's window. A worker that makes its
 * next call at that moment is not refused. So a share is a number of calls, and keeping it costs no
 * refusals. Now and then a call beyond the share, a probe, finds out whether there is room for more. If it
 * is accepted, it belongs to the share from then on. A call of the share is refused only if the probe of
 * another worker took its place.
 */
export class Share {
	/** The number of calls that may count at a time. */
	calls: number;
	/** Calls accepted since the last refusal. */
	private acceptedInARow = 0;
	/** When the latest probe started, or is taken as started. */
	private probedAt = -Infinity;
	/** Factor of the time to the next probe, so that two workers that probed together do not do so again. */
	private jitter = 1;
	/** When an empty share got its first call. */
	private beganAt = -Infinity;
	private limit: RateLimit;
	private readonly random: () => number;

	constructor(limit: RateLimit, random: () => number) {
		this.limit = limit;
		this.random = random;
		this.calls = limit.calls;
	}

	/** Whether the share is the full limit, because nothing suggests other users of the account. */
	get hasFullLimit(): boolean {
		return this.calls >= this.limit.calls;
	}

	/**
	 * Applies another limit.
	 *
	 * @param options keepShare: keep the same number of calls in the same time; otherwise the share is the
	 * full limit, since the new limit explains the refusals
	 */
	setLimit(limit: RateLimit, { keepShare }: { keepShare: boolean }): void {
		const asBefore = Math.floor((this.calls * limit.seconds) / this.limit.seconds);
		this.calls = keepShare && !this.hasFullLimit ? Math.min(asBefore, limit.calls) : limit.calls;
		this.limit = limit;
	}

	/** Time, in ms, until a probe may start. */
	msUntilProbe(now: number): number {
		return this.probedAt + (this.jitter * this.windowMs) / this.probesPerWindow - now;
	}

	/** Notes the start of a probe; a later time than now delays the next one. */
	onProbe(at: number): void {
		this.probedAt = at;
		this.jitter = 0.5 + this.random();
	}

	/** Takes an accepted probe into the share. */
	onAccepted(now: number, isProbe: boolean): void {
		this.acceptedInARow++;
		if (isProbe && this.calls++ === 0) {
			// A worker that had the full limit is refused only now, and makes room within a window.
			this.assumeAlone();
			this.beganAt = now;
			this.probedAt = now + this.windowMs;
		}
	}

	/** Makes room after a call within the full limit was refused. @param accepted number of calls that were not */
	giveWay(now: number, accepted: number): void {
		this.calls = Math.min(this.calls, accepted, this.half);
		if (this.calls === 0) {
			this.acceptedInARow = 0;
			this.onProbe(now);
			return;
		}
		this.assumeAlone();
		const windows =
			accepted > this.half ? WINDOWS_BEFORE_FIRST_PROBE : WINDOWS_BEFORE_FIRST_PROBE_BELOW_HALF;
		this.onProbe(now + windows * this.windowMs);
	}

	/** Shrinks the share after a call of it was refused: the probe of another worker took its place. */
	onShareRefused(): void {
		const above = this.calls - this.limit.calls * KEPT_FRACTION;
		let givenUp = Math.max(0, Math.floor(GIVEN_UP_FRACTION * above));
		if (this.calls > this.half) givenUp = Math.max(1, this.calls - 1 - this.half);
		this.calls = Math.max(0, this.calls - 1 - givenUp);
		this.acceptedInARow = 0;
	}

	/** Counts from zero again after a probe was refused, unless it started before the share had a call. */
	onProbeRefused(startedAt: number): void {
		if (startedAt >= this.beganAt) this.acceptedInARow = 0;
	}

	/** Lets probes follow each other until one is refused. */
	private assumeAlone(): void {
		this.acceptedInARow = CALLS_UNTIL_ALONE;
	}

	/** The largest share once others have appeared: half of the limit is fair to one other worker. */
	private get half(): number {
		return Math.floor(this.limit.calls / 2);
	}

	private get windowMs(): number {
		return this.limit.seconds * 1000;
	}

	private get probesPerWindow(): number {
		const { calls } = this.limit;
		if (this.acceptedInARow >= CALLS_UNTIL_ALONE) {
			const isBelowHalf = this.calls < calls / 2;
			return Math.sqrt(calls) * (isBelowHalf ? PROBES_WHEN_ALONE : PROBES_WHEN_ALONE_ABOVE_HALF);
		}
		if (this.calls === 0) return Math.max(1, PROBES_WITHOUT_SHARE * calls);
		return Math.max(
			MIN_PROBES,
			Math.min(PROBES_PER_CALL * this.calls, MAX_PROBES_FRACTION * calls),
		);
	}
}
